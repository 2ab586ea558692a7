/**
 * MBACK: normalisation to the tabulated attenuation of the free atom, without a line below and a polynomial above that know nothing of one another.
 *
 *   minimise Σ w [s μ(E) + Σ_{p ≤ n} c_p t^p − μ_table(E)]²   over all points but those near the edge
 *   norm = (s μ + Σ c_p t^p − μ_pre)/(jump of the table),   μ_pre the table's attenuation without the edge, continued
 *
 * Both sides of the edge weigh the same, whatever their number of points. Weng, Waldo and Penner-Hahn, J. Synchrotron Rad. 12, 506 (2005); without the
 * error-function term for elastic scattering, which needs a detector that sees it. The edge step that s implies is 1/s × the table's jump.
 */
import { ThioscopeError } from "../errors.ts";
import { weightedLinear } from "../numerics/weightedLinear.ts";
import type { Quantity } from "../units/quantity.ts";
import { absorptionEdge, massAttenuation } from "./elements.ts";
import { noiseOf } from "./noise.ts";
import { type AbsorptionSpectrum, checkAbsorption } from "./spectrum.ts";

export interface MbackOptions {
  element: string;
  edge: string;
  /** eV */
  e0: number;
  /** eV about E0 that do not count: pre-edge peaks and white line; −10 to +30 where absent */
  leftOut?: readonly [number, number];
  /** degree of the background, 0 to 4; 2 where absent */
  degree?: number;
}

export interface MbackResult {
  energy: Float64Array;
  norm: Float64Array;
  /** in the units of μ */
  edgeStep: Quantity;
  /** Σ w residual² over the points that count */
  chi2: number;
}

/** Throws INVALID_INPUT for an unknown edge, NOT_COMPUTABLE where either side has too few points. */
export function mback(spectrum: AbsorptionSpectrum, options: MbackOptions): MbackResult {
  checkAbsorption(spectrum);
  const { element, e0, leftOut = [-10, 30], degree = 2 } = options;
  if (!(Number.isInteger(degree) && degree >= 0 && degree <= 4))
    throw new ThioscopeError("INVALID_INPUT", `a background of degree ${degree}; 0 to 4 are allowed`);
  const { energy, mu } = spectrum;
  const edge = absorptionEdge(element, options.edge);
  // the table's edge is put where the scan's is
  const shift = edge.energy - e0;
  const above = massAttenuation(element, edge.energy * (1 + 1e-6));
  const below = massAttenuation(element, edge.energy * (1 - 1e-6));
  const jump = above - below;
  const slope = Math.log(below / massAttenuation(element, 0.97 * edge.energy)) / Math.log(1 / 0.97);
  const pre = energy.map((e) => below * ((e + shift) / edge.energy) ** slope);
  const table = energy.map((e, i) => (e < e0 ? pre[i]! : massAttenuation(element, e + shift)));
  const n = degree + 2;
  const counts = energy.map((e): number => (e < e0 + leftOut[0] ? -1 : e > e0 + leftOut[1] ? 1 : 0));
  const lower = counts.filter((side) => side < 0).length;
  const upper = counts.filter((side) => side > 0).length;
  if (lower < 3 || upper < n)
    throw new ThioscopeError(
      "NOT_COMPUTABLE",
      `"${spectrum.name}": ${lower} points below and ${upper} above the edge are too few for a background of degree ${degree}`,
    );
  const half = (energy[energy.length - 1]! - energy[0]!) / 2;
  const design = new Float64Array(energy.length * n);
  const sigma = new Float64Array(energy.length);
  for (const [i, e] of energy.entries()) {
    design[i * n] = mu[i]!;
    for (let p = 0, power = 1; p <= degree; p++, power *= (e - e0) / half) design[i * n + 1 + p] = power;
    sigma[i] = counts[i] === 0 ? Number.POSITIVE_INFINITY : Math.sqrt(counts[i]! < 0 ? lower : upper);
  }
  const fit = weightedLinear(design, table, sigma, n);
  if (!fit || !(fit.parameters[0]! > 0))
    throw new ThioscopeError("NOT_COMPUTABLE", `"${spectrum.name}": the scan does not rise with the table's edge`);
  const s = fit.parameters[0]!;
  const norm = mu.map((y, i) => {
    let value = s * y - pre[i]!;
    for (let p = 0; p <= degree; p++) value += fit.parameters[1 + p]! * design[i * n + 1 + p]!;
    return value / jump;
  });
  const scatter = Math.sqrt(fit.covariance[0]! * (fit.chi2 / Math.max(1, fit.degreesOfFreedom)));
  const step = jump / s;
  return {
    energy,
    norm,
    edgeStep: { value: step, sigma: Math.hypot((step * scatter) / s, noiseOf(spectrum) / Math.sqrt(upper)), unit: "" },
    chi2: fit.chi2,
  };
}
