/**
 * How far an amount can go at one charge without leaving the data: for species that the data hardly tell apart.
 *
 * The linear problem around the most likely amounts, without the order, is a Gaussian with precision H. Beside one grid point everything else is left free, what cannot be negative too:
 * the amounts y there, with the electrolyte's shares, are known with the precision P = (Σ_yy)⁻¹, Σ = H⁻¹. The range of an amount (or a sum of some) a·y is
 *
 *   min, max a·y   with   ½ (y − ŷ)ᵀ P (y − ŷ) ≤ F₀ + ½ · 2.706,   amounts and shares ≥ 0,   Σ n = 1,
 *
 * F₀ the least that is possible, 2.706 the 90 % of χ² with one degree of freedom: the profile of the likelihood (B. Efron, R. Tibshirani, An Introduction to the Bootstrap (1993), ch. 24).
 * Where the data decide, it is what samples say; where they do not, it goes from one bound to the other and says so. Samples do not: each of them is the one answer among all that fit its
 * moved data that is smoothest and most even, and pure species in a row are neither.
 */
import { choleskyFactor, choleskyInverse, choleskySolve } from "../numerics/cholesky.ts";
import { nonNegativeQuadratic } from "../numerics/nonNegative.ts";
import { arrowOf } from "./arrow.ts";
import type { Band } from "./model.ts";
import { SHARES, type State } from "./posterior.ts";
import type { Problem } from "./problem.ts";

/** Half of what χ² with one degree of freedom stays below in 90 of 100 cases. */
const ROOM = 2.706 / 2;
/** Standard errors on either side of a band of 90 %. */
const SIDES = 1.645;
/** The share of one that an amount is moved by, relative, before it counts as standing at a bound. */
const STANDS = 1e-3;
const STEPS = 8;
/** Far below what counts. */
const TOLERANCE = 1e-7;

export interface Ranges {
  /** widens a band of Σ a n to what the data allow, at the charges where its error, without bounds, is more than ± `untold`; never beyond 0 and `most` */
  widened(band: Band, weights: ArrayLike<number>, untold: number, most?: number): Band;
  /** the same for what of a species diffraction does not see */
  widenedHidden(band: Band, species: number, untold: number): Band;
  /** error of Σ a n without bounds, mean over the charge */
  errorOf(weights: ArrayLike<number>): number;
}

export function rangesOf(problem: Problem, guess: Float64Array, centre: State): Ranges {
  const { points, width, crystal } = problem;
  const amounts = points * width;
  const { h, c } = arrowOf({ ...problem, order: null }, guess, true).normal(centre);
  const n = c.length;
  // shares of the electrolyte lie between none and the most there can be
  for (let i = amounts; i < amounts + SHARES; i++) {
    h[i * n + i] = h[i * n + i]! + 1 / SHARE_SIGMA ** 2;
    c[i] = c[i]! + SHARE_MIDDLE / SHARE_SIGMA ** 2;
  }
  const factor = h.slice();
  if (!choleskyFactor(factor, n)) return { widened: (band) => band, widenedHidden: (band) => band, errorOf: () => 0 };
  const middle = c.slice();
  choleskySolve(factor, middle, n);
  const inverse = choleskyInverse(factor, n);
  // scales and constants may be anything: leaving them out of the block is leaving them free
  const m = width + SHARES;
  const bounded = new Uint8Array(m).fill(1);
  const locals = Array.from({ length: points }, (_, g) => {
    const place = (i: number): number => (i < width ? g * width + i : amounts + i - width);
    const covariance = new Float64Array(m * m);
    for (let i = 0; i < m; i++) for (let j = 0; j < m; j++) covariance[i * m + j] = inverse[place(i) * n + place(j)]!;
    const precision = inverseOf(covariance, m);
    if (!precision) return null;
    const at = Float64Array.from({ length: m }, (_, i) => middle[place(i)]!);
    const linear = new Float64Array(m);
    for (let i = 0; i < m; i++) for (let j = 0; j < m; j++) linear[i] = linear[i]! + precision[i * m + j]! * at[j]!;
    const least = nonNegativeQuadratic(precision, linear, bounded, TOLERANCE);
    return { covariance, precision, linear, least, floor: energyOf(precision, linear, least, m) };
  });
  const directionOf = (weights: ArrayLike<number>): Float64Array => {
    const direction = new Float64Array(m);
    for (let k = 0; k < crystal.length; k++) {
      direction[k] = weights[k]!;
      if (crystal[k]! >= 0) direction[crystal[k]!] = weights[k]!;
    }
    return direction;
  };
  const sigmaOf = ({ covariance }: Local, direction: Float64Array): number => {
    let variance = 0;
    for (let i = 0; i < width; i++)
      if (direction[i]) for (let j = 0; j < width; j++) variance += direction[i]! * direction[j]! * covariance[i * m + j]!;
    return Math.sqrt(Math.max(0, variance));
  };
  const errorOf = (weights: ArrayLike<number>): number => {
    const direction = directionOf(weights);
    return locals.reduce((sum, local) => sum + (local ? sigmaOf(local, direction) : 0), 0) / points;
  };
  const along = (band: Band, direction: Float64Array, untold: number, most: number): Band => {
    const out: Band = { middle: band.middle, low: band.low.slice(), high: band.high.slice() };
    for (const [g, local] of locals.entries()) {
      if (!local) continue;
      const sigma = sigmaOf(local, direction);
      if (SIDES * sigma <= untold) continue;
      // a band that is at a bound goes no farther
      if (out.low[g]! > 0) out.low[g] = Math.max(0, Math.min(out.low[g]!, extreme(local, direction, -1, sigma, bounded, m)));
      if (out.high[g]! < most) out.high[g] = Math.min(most, Math.max(out.high[g]!, extreme(local, direction, 1, sigma, bounded, m)));
    }
    return out;
  };
  return {
    widened: (band, weights, untold, most = 1) => along(band, directionOf(weights), untold, most),
    widenedHidden: (band, species, untold) =>
      along(
        band,
        new Float64Array(m).map((_, i) => Number(i === species)),
        untold,
        1,
      ),
    errorOf,
  };
}

/** Before anything is known the electrolyte's shares are anywhere up to the most there can be. */
const SHARE_MIDDLE = 0.5;
const SHARE_SIGMA = 0.5;

interface Local {
  covariance: Float64Array;
  precision: Float64Array;
  linear: Float64Array;
  least: Float64Array;
  floor: number;
}

/** The farthest that the sum goes: the pull λ on it grows until the energy has risen by {@link ROOM}, or it stands at a bound. */
function extreme(
  { precision, linear, least, floor }: Local,
  direction: Float64Array,
  sign: 1 | -1,
  sigma: number,
  bounded: Uint8Array,
  m: number,
): number {
  const sumOf = (y: Float64Array): number => y.reduce((sum, v, i) => sum + v * direction[i]!, 0);
  let reached = sumOf(least);
  let lambda = Math.sqrt(2 * ROOM) / sigma;
  for (let step = 0; step < STEPS; step++) {
    const pulled = linear.map((v, i) => v + sign * lambda * direction[i]!);
    const y = nonNegativeQuadratic(precision, pulled, bounded, TOLERANCE);
    const risen = energyOf(precision, linear, y, m) - floor;
    const now = sumOf(y);
    if (risen > 1.05 * ROOM) {
      // along the last piece: the rise is a square of the way
      return reached + (now - reached) * Math.sqrt(ROOM / risen);
    }
    const moved = Math.abs(now - reached);
    reached = now;
    if (risen > 0.9 * ROOM || (step > 1 && moved < STANDS)) break;
    lambda *= Math.min(4, Math.max(1.2, Math.sqrt(ROOM / Math.max(risen, 1e-9))));
  }
  return reached;
}

function energyOf(h: Float64Array, c: Float64Array, x: Float64Array, n: number): number {
  let energy = 0;
  for (let i = 0; i < n; i++) {
    let row = 0;
    for (let j = 0; j < n; j++) row += h[i * n + j]! * x[j]!;
    energy += x[i]! * (0.5 * row - c[i]!);
  }
  return energy;
}

/** null where it is not positive definite */
function inverseOf(a: Float64Array, n: number): Float64Array | null {
  const scale = Float64Array.from({ length: n }, (_, i) => 1 / Math.sqrt(a[i * n + i]!));
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) factor[i * n + j] = a[i * n + j]! * scale[i]! * scale[j]! + (i === j ? 1e-11 : 0);
  if (!choleskyFactor(factor, n)) return null;
  const out = choleskyInverse(factor, n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[i * n + j] = out[i * n + j]! * scale[i]! * scale[j]!;
  return out;
}
