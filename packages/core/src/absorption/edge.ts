/**
 * Where the edge is: the maximum of dμ/dE, between the points and with its error.
 *
 * The steepest point is looked for on plain differences (ends and lone spikes left out). Around it μ is fitted by a
 * polynomial of degree 7 within a window as wide as the flank itself; the maximum of its derivative is E0, and the error
 * follows from the fit's covariance: δE = δ(p″)/|p‴|. Plain differences put E0 on a point of the grid; this does not.
 * Which point of an edge it is belongs to the number: an inflection is not a white line.
 */
import { ThioscopeError } from "../errors.ts";
import { weightedLinear } from "../numerics/weightedLinear.ts";
import type { Quantity } from "../units/quantity.ts";
import { noiseOf } from "./noise.ts";
import { type AbsorptionSpectrum, checkAbsorption, indexBelow } from "./spectrum.ts";

/** dμ/dE at the points: central differences, as uneven as the grid is. */
export function derivative(energy: Float64Array, mu: Float64Array): Float64Array {
  const n = energy.length;
  return Float64Array.from({ length: n }, (_, i) => {
    const a = Math.max(0, i - 1);
    const b = Math.min(n - 1, i + 1);
    return (mu[b]! - mu[a]!) / (energy[b]! - energy[a]!);
  });
}

/**
 * The point of steepest rise, as an index: not within 5 % of the ends, of the points as of the span (points are few where an edge is not expected, but a wrong zero may bring it
 * there), and with neighbours that rise too.
 */
function steepest(energy: Float64Array, mu: Float64Array, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY): number {
  const slope = derivative(energy, mu);
  const n = slope.length;
  const [low, high] = [energy[0]!, energy[n - 1]!];
  const few = Math.max(3, Math.floor(0.05 * n));
  const short = 0.05 * (high - low);
  const first = Math.max(3, Math.min(few, indexBelow(energy, low + short)));
  const last = Math.min(n - 4, Math.max(n - 1 - few, indexBelow(energy, high - short)));
  let most = 0;
  for (let i = first; i <= last; i++) {
    if (energy[i]! >= from && energy[i]! <= to) most = Math.max(most, slope[i]!);
  }
  let best = -1;
  for (let i = first; i <= last; i++) {
    if (!(energy[i]! >= from && energy[i]! <= to)) continue;
    const steep = (k: number): boolean => slope[k]! > 0.1 * most;
    if (slope[i]! > (best < 0 ? 0 : slope[best]!) && steep(i - 1) && steep(i + 1)) best = i;
  }
  if (best < 0) throw new ThioscopeError("NOT_COMPUTABLE", "no edge: nothing rises over three points");
  return best;
}

const DEGREE = 7;

/**
 * E0 as the maximum of the first derivative.
 *
 * @param range eV between which it is looked for; the whole scan where absent
 * @throws NOT_COMPUTABLE where nothing rises
 */
export function edgeEnergy(spectrum: AbsorptionSpectrum, range?: readonly [number, number]): Quantity {
  checkAbsorption(spectrum);
  const { energy, mu } = spectrum;
  const top = steepest(energy, mu, range?.[0], range?.[1]);
  return refineMaximumSlope(spectrum, top);
}

function refineMaximumSlope(spectrum: AbsorptionSpectrum, top: number): Quantity {
  const { energy, mu } = spectrum;
  const slope = derivative(energy, mu);
  const centre = energy[top]!;
  // the flank: where the slope is above half its maximum
  let a = top;
  let b = top;
  while (a > 1 && slope[a]! > 0.5 * slope[top]!) a--;
  while (b < energy.length - 2 && slope[b]! > 0.5 * slope[top]!) b++;
  const step = (energy[Math.min(energy.length - 1, top + 2)]! - energy[Math.max(0, top - 2)]!) / 4;
  const reach = Math.max(0.75 * (energy[b]! - energy[a]!), 5.2 * step);
  const first = Math.max(0, indexBelow(energy, centre - reach));
  const last = indexBelow(energy, centre + reach);
  const m = last - first + 1;
  if (m < DEGREE + 2) return { value: centre, sigma: step / Math.sqrt(3), unit: "eV" };
  const noise = noiseOf(spectrum);
  const design = new Float64Array(m * (DEGREE + 1));
  for (let i = 0; i < m; i++) {
    const t = (energy[first + i]! - centre) / reach;
    for (let p = 0, power = 1; p <= DEGREE; p++, power *= t) design[i * (DEGREE + 1) + p] = power;
  }
  const sigma = Float64Array.from({ length: m }, (_, i) => spectrum.sigma?.[first + i] || noise || 1);
  const fit = weightedLinear(design, mu.subarray(first, last + 1), sigma, DEGREE + 1);
  if (!fit) return { value: centre, sigma: step / Math.sqrt(3), unit: "eV" };
  const c = fit.parameters;
  const second = (t: number): number => c.reduce((sum, value, p) => sum + value * p * (p - 1) * t ** Math.max(0, p - 2), 0);
  const third = (t: number): number => c.reduce((sum, value, p) => sum + value * p * (p - 1) * (p - 2) * t ** Math.max(0, p - 3), 0);
  let t = 0;
  for (let k = 0; k < 30; k++) {
    const move = -second(t) / third(t);
    if (!Number.isFinite(move)) break;
    t += Math.max(-0.2, Math.min(0.2, move));
  }
  const limit = Math.min(0.5, (1.5 * step) / reach + 0.25);
  if (!(Math.abs(t) <= limit && third(t) < 0)) return { value: centre, sigma: step / Math.sqrt(3), unit: "eV" };
  const gradient = Array.from({ length: DEGREE + 1 }, (_, p) => p * (p - 1) * t ** Math.max(0, p - 2));
  let variance = 0;
  for (let p = 2; p <= DEGREE; p++) {
    for (let q = 2; q <= DEGREE; q++) variance += gradient[p]! * gradient[q]! * fit.covariance[p * (DEGREE + 1) + q]!;
  }
  // where the polynomial does not follow the flank to within the noise, its misfit counts as noise
  const excess =
    noise > 0 || spectrum.sigma ? Math.max(1, fit.chi2 / Math.max(1, fit.degreesOfFreedom)) : fit.chi2 / Math.max(1, fit.degreesOfFreedom);
  return { value: centre + t * reach, sigma: (reach * Math.sqrt(variance * excess)) / Math.abs(third(t)), unit: "eV" };
}
