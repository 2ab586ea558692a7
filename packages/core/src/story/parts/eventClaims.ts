/** Which steps of the electrochemistry may claim an event, from the steps of an evidence part: each step lists every event that may belong to it. */
import type { EvidenceContent } from "./evidence.ts";

type Step = EvidenceContent["features"][number];
type Seen = Step["seen"][number];

export interface Claim {
  /** of the step */
  label: string;
  probability: number;
}

/** An event by what it is and where. */
export const eventKey = ({ what, probe, at }: Pick<Seen, "what" | "probe" | "at">): string => `${what}\n${probe}\n${at.value}`;

/** Of every event the steps that may claim it, the most probable first. Every event has its place once: at its first step, or among the others where it belongs to none. */
export function eventClaims(features: readonly Step[]): ReadonlyMap<string, readonly Claim[]> {
  const claims = new Map<string, Claim[]>();
  for (const { label, seen } of features)
    for (const one of seen) claims.set(eventKey(one), [...(claims.get(eventKey(one)) ?? []), { label, probability: one.probability }]);
  for (const list of claims.values()) list.sort((a, b) => b.probability - a.probability);
  return claims;
}

/** More rivals are counted. */
const MOST_RIVALS = 3;

/** "1.65 V 25 %, 1.17 V 7 %" */
export function rivalsText(rivals: readonly Claim[]): string {
  const told = rivals.slice(0, MOST_RIVALS).map(({ label, probability }) => `${label} ${(100 * probability).toFixed(0)} %`);
  return [...told, ...(rivals.length > MOST_RIVALS ? [`${rivals.length - MOST_RIVALS} more`] : [])].join(", ");
}
