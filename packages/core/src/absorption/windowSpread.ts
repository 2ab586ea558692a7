/**
 * What the choice of windows does to the weights of a combination, where the standards were measured as the spectrum was.
 *
 *   s_j² = Σ_c v_c (w_j(c) − w_j)² / Σ_c v_c
 *
 * over other windows c with weights v_c, each taken for the spectrum and for all standards alike: what a window does to all steps
 * alike leaves the weights as they are, and only what differs between the scans counts. Taking the steps for independent
 * would overstate the error by several times.
 */
import { type CombinationOptions, fitCombination, standardSet } from "./combination.ts";
import { type NormalizedSpectrum, type NormalizeWindows, normalizeSpectrum, otherWindows } from "./normalize.ts";
import type { AbsorptionSpectrum } from "./spectrum.ts";

/** A spectrum with its scan; `normalized` null where it came normalised and its windows are not known. */
export interface MeasuredCurve {
  name: string;
  scan: AbsorptionSpectrum;
  normalized: NormalizedSpectrum | null;
}

/** @returns one deviation per standard, from fits without shifts; null where windows are not known. INVALID_INPUT where the standards do not cover the range */
export function windowSpread(one: MeasuredCurve, standards: readonly MeasuredCurve[], options: CombinationOptions): Float64Array | null {
  const [first, ...others] = [one, ...standards].map(scanOf);
  const known = others.filter((other) => other !== null);
  if (!first || known.length < standards.length) return null;
  const fixed: CombinationOptions = { ...options, shift: 0, stepError: 0 };
  const weightsAt = (windows: NormalizeWindows): readonly number[] => {
    const again = ({ name, scan, e0 }: Scan) => {
      const { energy, flat } = normalizeSpectrum(scan, { ...windows, e0 });
      return { name, energy, value: flat };
    };
    return fitCombination(again(first), standardSet(known.map(again)), fixed).parts.map(({ weight }) => weight.value);
  };
  const usual = weightsAt(first.windows);
  const squares = new Float64Array(standards.length);
  let total = 0;
  for (const { windows, weight } of otherWindows(first.windows)) {
    for (const [j, value] of weightsAt(windows).entries()) squares[j] = squares[j]! + weight * (value - usual[j]!) ** 2;
    total += weight;
  }
  return squares.map((sum) => Math.sqrt(sum / total));
}

interface Scan {
  name: string;
  scan: AbsorptionSpectrum;
  e0: number;
  windows: NormalizeWindows;
}

const scanOf = ({ name, scan, normalized }: MeasuredCurve): Scan | null =>
  normalized && { name, scan, e0: normalized.e0.value, windows: normalized.windows };
