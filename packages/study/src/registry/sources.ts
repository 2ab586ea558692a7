/**
 * The kinds of sources beside the files of a cycler or potentiostat: what their files are and which settings
 * belong to them. A source without a kind holds files of a cycler or potentiostat.
 */
import type { Parameters } from "./parameters.ts";

interface SourceKindDefinition {
  description: string;
  settings: Parameters;
}

export const SOURCE_KINDS = {
  points: {
    description: "points in space as text, one per line, or a matrix of distances",
    settings: {},
  },
} as const satisfies Readonly<Record<string, SourceKindDefinition>>;

export type SourceKind = keyof typeof SOURCE_KINDS;

export function settingsOf(kind: SourceKind): Parameters {
  return SOURCE_KINDS[kind].settings;
}
