/**
 * Satellites of an X-ray tube without monochromator: lines of the anode beside Kα repeat every peak at a lower binding energy.
 *
 *   I(E) = I₀(E) + Σ_k r_k I₀(E + δ_k)     →     I₀(E) = I(E) − Σ_k r_k I₀(E + δ_k), from the highest binding energy down
 *
 * Above the upper end of the data I₀ is taken as the mean of the last points there; what that cannot know grows with what lies beyond, so regions
 * should reach δ of the strongest satellite (8 to 12 eV) above the peak. Positions and heights: Krause and Ferreira, J. Phys. B 8, 2007 (1975), as
 * tabulated by Moulder et al., Handbook of X-ray Photoelectron Spectroscopy (1992).
 */
import { ThioscopeError } from "../errors.ts";
import type { XpsSpectrum } from "./energy.ts";

/** Distance from Kα₁,₂ in eV, height relative to it. */
export const SATELLITES: Readonly<Record<"Mg" | "Al", readonly (readonly [offset: number, share: number])[]>> = {
  Mg: [
    [8.4, 0.08],
    [10.1, 0.041],
    [17.6, 0.0055],
    [20.6, 0.0045],
    [48.7, 0.005],
  ],
  Al: [
    [9.8, 0.064],
    [11.8, 0.032],
    [20.1, 0.004],
    [23.4, 0.003],
    [69.7, 0.0055],
  ],
};

const END = 5;

/** The spectrum without the satellites of the anode. Throws INVALID_INPUT for fewer than ten points. */
export function removeSatellites(spectrum: XpsSpectrum, anode: "Mg" | "Al"): XpsSpectrum {
  const { energy, intensity } = spectrum;
  const n = energy.length;
  if (n < 10) throw new ThioscopeError("INVALID_INPUT", `${n} points are too few to remove satellites from`);
  const clean = intensity.slice();
  const total = SATELLITES[anode].reduce((sum, [, share]) => sum + share, 0);
  let beyond = 0;
  for (let i = n - END; i < n; i++) beyond += intensity[i]! / END;
  beyond /= 1 + total;
  for (let i = n - 1; i >= 0; i--) {
    for (const [offset, share] of SATELLITES[anode]) {
      const at = energy[i]! + offset;
      let value = beyond;
      if (at <= energy[n - 1]!) {
        let [low, high] = [i, n - 1];
        while (high - low > 1) {
          const middle = (low + high) >> 1;
          if (energy[middle]! <= at) low = middle;
          else high = middle;
        }
        const part = (at - energy[low]!) / (energy[high]! - energy[low]!);
        value = (1 - part) * clean[low]! + part * clean[high]!;
      }
      clean[i] = clean[i]! - share * value;
    }
  }
  return { ...spectrum, intensity: clean };
}
