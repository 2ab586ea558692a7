/**
 * A virtual powder diffractometer: patterns whose phases, amounts, cells and zero shift are known.
 *
 * Lines are sums of a Gaussian and a Lorentzian convolved numerically by sampling (a Voigt, not the pseudo-Voigt of the analysis). Effects that the analysis does
 * not model: a slight asymmetry towards low angles, a bump of the background, a flat noise floor of the detector, Poisson noise. Positions and intensities of the lines are given by the caller.
 */
import { random } from "@thioscope/core";
import { voigt as voigtProfile } from "./voigt.ts";

export interface VirtualPowderLine {
  /** degrees */
  twoTheta: number;
  /** counts × degrees under the line */
  area: number;
}

export interface VirtualPowderOptions {
  lines: readonly VirtualPowderLine[];
  /** halos of what is amorphous: place and full width in degrees, counts at the top */
  halos?: readonly { at: number; width: number; height: number }[];
  /** degrees */
  range: readonly [number, number];
  step: number;
  /** standard deviation of the Gaussian and half width of the Lorentzian at 2θ = 0, degrees, and their growth with tanθ */
  gauss: number;
  lorentz: number;
  strain?: number;
  /** counts between the lines */
  background: number;
  /** degrees */
  zero?: number;
  seed: string;
}

export function virtualPowder(options: VirtualPowderOptions): { twoTheta: Float64Array; counts: Float64Array } {
  const { lines, halos = [], range, step, gauss, lorentz, strain = 0, background, zero = 0, seed } = options;
  const draw = random(`powder ${seed}`);
  const count = Math.floor((range[1] - range[0]) / step) + 1;
  const twoTheta = Float64Array.from({ length: count }, (_, i) => range[0] + i * step);
  const clean = twoTheta.map((at) => {
    const x = (at - range[0]) / (range[1] - range[0]);
    let mean = background * (0.55 + 0.6 * Math.exp(-3 * x) + 0.12 * Math.exp(-(((x - 0.35) / 0.15) ** 2))) + 3;
    for (const { at: middle, width, height } of halos) mean += height * Math.exp(-4 * Math.LN2 * ((at - middle) / width) ** 2);
    return mean;
  });
  for (const { twoTheta: at, area } of lines) {
    const tan = Math.tan((at * Math.PI) / 360);
    const l = lorentz + strain * tan;
    const reach = 12 * (gauss + 4 * l);
    const from = Math.max(0, Math.ceil((at + zero - reach - range[0]) / step));
    const to = Math.min(count - 1, Math.floor((at + zero + reach - range[0]) / step));
    for (let i = from; i <= to; i++) {
      const d = twoTheta[i]! - at - zero;
      // a touch wider towards low angles, as axial divergence makes it
      clean[i] = clean[i]! + area * voigtProfile(d, gauss, d < 0 ? 2.02 * l : 1.98 * l);
    }
  }
  return { twoTheta, counts: clean.map((mean) => Math.max(0, Math.round(mean + Math.sqrt(mean) * draw.normal()))) };
}
