/** Options that several actions of `thioscope xas` take. */
import type { OptionSpec } from "../command.ts";

/** Which scans are read, and how they are cleaned. */
export const SCANS = {
  mode: { type: "string", value: "MODE", help: "transmission, fluorescence or reference, where a file holds several" },
  scan: { type: "string", value: "N|NAME", help: "only this scan of each file" },
  columns: { type: "string", value: "LIST", help: "columns that no name tells: energy=1,i0=2,fluorescence=5 (or transmitted, or mu)" },
  cut: { type: "string", value: "LOW,HIGH", help: "only these energies, eV" },
  move: { type: "string", value: "EV", help: "added to all energies" },
  deglitch: { type: "boolean", help: "take single points out that their neighbours do not expect" },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** The windows of a normalisation. */
const WINDOWS = {
  e0: { type: "string", value: "EV", help: "edge; the maximum of the derivative where absent" },
  pre: { type: "string", value: "LOW,HIGH", help: "window below the edge, eV from it; with = because of the sign: --pre=-28,-9" },
  post: { type: "string", value: "LOW,HIGH", help: "window above the edge, eV from it" },
  degree: { type: "string", value: "N", help: "degree of the polynomial above the edge" },
} as const satisfies Readonly<Record<string, OptionSpec>>;

const MERGE = {
  merge: { type: "boolean", help: "the scans are one sample: average them by their noise" },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** Scans normalised. */
export const CURVES = {
  ...SCANS,
  ...WINDOWS,
  ...MERGE,
  mback: { type: "boolean", help: "normalise to tabulated attenuation (MBACK); needs the element" },
  element: { type: "string", value: "S", help: "absorber, where the file does not say it" },
  edge: { type: "string", value: "K", help: "its edge" },
  formula: { type: "string", value: "FORMULA", help: "of the whole sample: over-absorption is corrected" },
  angles: { type: "string", value: "IN,OUT", help: "between surface and beam, surface and detector, degrees (default 45,45)" },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** From scans to χ(k). */
export const BACKGROUND = {
  ...SCANS,
  ...WINDOWS,
  ...MERGE,
  rbkg: { type: "string", value: "A", help: "nothing below this R is structure (default 1)" },
  kmax: { type: "string", value: "K", help: "background up to here, 1/Å" },
  weight: { type: "string", value: "N", help: "power of k (default 2)" },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** From χ(k) to χ(R). */
export const TRANSFORM = {
  ...BACKGROUND,
  krange: { type: "string", value: "LOW,HIGH", help: "window of the transform, 1/Å (default 3 to 12)" },
  taper: { type: "string", value: "K", help: "width of the window's ends, 1/Å (default 1)" },
  window: { type: "string", value: "SHAPE", help: "hanning, kaiser, parzen, welch, sine, gaussian (default hanning)" },
} as const satisfies Readonly<Record<string, OptionSpec>>;

export const POINTS = { curves: { type: "boolean", help: "with --json: the points too" } } as const satisfies Readonly<
  Record<string, OptionSpec>
>;
