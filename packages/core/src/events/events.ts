/**
 * What each stream saw, in words: where it begins, ends, is largest or least. A slope that is less than two of its errors counts as none. Where there is nothing, nothing can fall:
 * what goes down there is the background of the window, under a phase that grows beside it.
 */
import type { Quantity } from "../units/quantity.ts";
import { type Bend, bendsOf, type Stream } from "./bends.ts";

export const EVENT_KINDS = [
  "appears",
  "grows faster",
  "levels off",
  "is largest",
  "falls",
  "vanishes",
  "is least",
  "grows slower",
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

export interface StreamEvent {
  stream: string;
  probe: string;
  kind: EventKind;
  /** electrons per atom of sulfur */
  at: Quantity;
  /** value of the stream there */
  level: Quantity;
  /** χ² that the bend takes away */
  worth: number;
}

export function eventsOf(streams: readonly Stream[]): StreamEvent[] {
  return streams
    .flatMap((stream) =>
      bendsOf(stream).flatMap((bend): StreamEvent[] => {
        const kind = kindOf(bend);
        if (kind === null) return [];
        return [
          {
            stream: stream.name,
            probe: stream.probe,
            kind,
            at: { value: bend.at, sigma: bend.sigma, unit: "1" },
            level: { ...bend.level, unit: stream.unit },
            worth: bend.worth,
          },
        ];
      }),
    )
    .sort((a, b) => a.at.value - b.at.value);
}

/** null where it says nothing of the species */
function kindOf({ before, after, level }: Bend): EventKind | null {
  const sign = ({ value, sigma }: { value: number; sigma: number }): number => (Math.abs(value) < 2 * sigma ? 0 : Math.sign(value));
  const [a, b] = [sign(before), sign(after)];
  const isNone = level.value < 3 * level.sigma;
  if (isNone && b < 0) return null;
  if (a > 0 && b < 0) return "is largest";
  if (a < 0 && b > 0) return isNone ? "appears" : "is least";
  if (a === 0 && b > 0) return isNone ? "appears" : "grows faster";
  if (a === 0 && b < 0) return "falls";
  if (a > 0 && b === 0) return "levels off";
  if (a < 0 && b === 0) return isNone ? "vanishes" : "levels off";
  return after.value > before.value ? "grows faster" : "grows slower";
}
