/**
 * Wavelengths of laboratory tubes: Kα₁, Kα₂ and the intensity of the second as a share of the first, which atomic theory puts at a half and measurement within
 * a few per cent of it. Å. (Deslattes et al., Rev. Mod. Phys. 75, 35, 2003; X-ray transition energies database of NIST.)
 */
import { ThioscopeError } from "../errors.ts";

export interface Radiation {
  wavelengthAngstrom: number;
  /** where both lines are used */
  doublet: { wavelengthAngstrom: number; ratio: number } | null;
}

const K_ALPHA: Readonly<Record<string, readonly [number, number]>> = {
  Cr: [2.289726, 2.293651],
  Fe: [1.936041, 1.939973],
  Co: [1.788996, 1.792835],
  Cu: [1.5405929, 1.5444274],
  Mo: [0.70931715, 0.713607],
  Ag: [0.55942178, 0.5638131],
};
const RATIO = 0.5;

/** "CuKa" (both lines) or "CuKa1" (one, behind a monochromator); null for what is no such name. */
export function radiationOf(word: string): Radiation | null {
  const [, metal, one] = /^([A-Z][a-z])\s?K[aα]([1₁])?$/.exec(word.trim()) ?? [];
  if (metal === undefined) return null;
  const lines = K_ALPHA[metal];
  if (!lines) throw new ThioscopeError("INVALID_INPUT", `radiation ${word}: tubes are ${Object.keys(K_ALPHA).join(", ")}`);
  return { wavelengthAngstrom: lines[0], doublet: one ? null : { wavelengthAngstrom: lines[1], ratio: RATIO } };
}
