/**
 * A straight line through displacements at several lags by generalised least squares, with the covariance of overlapping windows (windowCovariance.ts), and whether the
 * displacements lie on one (diffusivity.ts says how lines are chosen).
 *
 *   (b, m) = (AᵀΣ⁻¹A)⁻¹ AᵀΣ⁻¹ y,   A = (1, lag);   Σ from σ² and ε² of the fit itself, three rounds
 *
 * Displacements in Å², lags in frames. Throws NOT_COMPUTABLE where nothing moves.
 */
import { ThioscopeError } from "../errors.ts";
import { choleskyFactor, choleskySolve } from "../numerics/cholesky.ts";
import type { Tracks } from "./displacement.ts";
import { chiSquareTail, fisherTail } from "./quantiles.ts";
import type { WindowCovariance } from "./windowCovariance.ts";

const SCATTER_REFUSED = 0.01;
/** Ions for each free component that their own scatter is known from. */
const IONS_PER_LAG = 3;
export const FEWEST_LAGS = 4;
const ROUNDS = 3;

/** At the chosen lags: by component, and of each ion. */
export interface Displacements {
  ions: number;
  /** components[k][l], Å² */
  components: readonly Float64Array[];
  total: Float64Array;
  /** perIon[i * lags + l] */
  perIon: Float64Array;
}

export interface FittedLine {
  /** places of the lags that were used */
  picked: readonly number[];
  slope: number;
  intercept: number;
  /** of intercept and slope: var, cov, var */
  variance: readonly [number, number, number];
  weights: Float64Array;
  /** what multiplies the three parts of the windows' covariance */
  parts: readonly [number, number, number];
  probability: number;
  /** of Σ */
  inflation: number;
  isScaled: boolean;
}

/**
 * Places of the lags from one on: all, or every second, third …, where ions are too few to know the scatter of so many. A handful of ions (or
 * the one of a collective displacement) is not asked for its scatter.
 */
export function pickedFrom(from: number, count: number, ions: number): number[] {
  const most =
    ions < IONS_PER_LAG * (FEWEST_LAGS - 2) ? Number.POSITIVE_INFINITY : Math.max(FEWEST_LAGS, 2 + Math.floor(ions / IONS_PER_LAG));
  const stride = Math.min(Math.ceil((count - from) / most), Math.floor((count - 1 - from) / (FEWEST_LAGS - 1)));
  const picked: number[] = [];
  for (let l = from; l < count; l += Math.max(1, stride)) picked.push(l);
  return picked;
}

export function displacementsAt({ frames, series }: Tracks, lags: readonly number[]): Displacements {
  const ions = series.length / (3 * frames);
  const perIon = new Float64Array(ions * lags.length);
  const components = [0, 1, 2].map(() => new Float64Array(lags.length));
  for (let i = 0; i < ions; i++) {
    for (let k = 0; k < 3; k++) {
      const from = (3 * i + k) * frames;
      for (const [l, lag] of lags.entries()) {
        const to = from + frames;
        let sum = 0;
        for (let t = from + lag; t < to; t++) {
          const step = series[t]! - series[t - lag]!;
          sum += step * step;
        }
        const mean = sum / (frames - lag);
        components[k]![l]! += mean / ions;
        perIon[i * lags.length + l]! += mean;
      }
    }
  }
  const total = Float64Array.from(lags, (_, l) => components[0]![l]! + components[1]![l]! + components[2]![l]!);
  return { ions, components, total, perIon };
}

export function fitLine(data: Displacements, covariance: WindowCovariance, lags: readonly number[], picked: readonly number[]): FittedLine {
  const n = picked.length;
  const x = picked.map((l) => lags[l]!);
  const [first, last] = [picked[0]!, picked[n - 1]!];
  // a straight line by eye of two lags starts the rounds
  let motion = data.components.map((c) => Math.max(0, (c[last]! - c[first]!) / (x[n - 1]! - x[0]!)));
  let noise = data.components.map((c, k) => Math.max(0, (c[first]! - motion[k]! * x[0]!) / 2));
  let solved = solve(covariance, motion, noise, x, picked, data.ions);
  for (let round = 0; round < ROUNDS; round++) {
    const lines = data.components.map((c) => applied(solved, c, picked));
    const mean = lines.reduce((sum, [, slope]) => sum + slope, 0) / 3;
    motion = lines.map(([, slope]) => Math.max(slope, 0.01 * mean, 1e-300));
    noise = lines.map(([intercept]) => Math.max(0, intercept / 2));
    solved = solve(covariance, motion, noise, x, picked, data.ions);
  }
  const [intercept, slope] = applied(solved, data.total, picked);
  const inflation = scatterOfIons(data, solved, picked, lags.length);
  const isScaled = data.ions > 2 && chiSquareTail(inflation * (data.ions - 1), data.ions - 1) < SCATTER_REFUSED;
  const factor = isScaled ? inflation : 1;
  return {
    picked,
    slope,
    intercept,
    variance: solved.variance.map((v) => v * factor) as unknown as FittedLine["variance"],
    weights: solved.slope,
    parts: solved.parts.map((part) => part * factor) as unknown as FittedLine["parts"],
    probability: straightness(data, solved, x, picked, factor),
    inflation: factor,
    isScaled,
  };
}

interface Solved {
  factor: Float64Array;
  /** what multiplies the three parts of the windows' covariance */
  parts: readonly [number, number, number];
  /** weights that give intercept and slope */
  intercept: Float64Array;
  slope: Float64Array;
  variance: readonly [number, number, number];
}

function solve(
  { size, motion, mixed, noise }: WindowCovariance,
  steps: readonly number[],
  vibrations: readonly number[],
  x: readonly number[],
  picked: readonly number[],
  ions: number,
): Solved {
  const n = x.length;
  let [ss, se, ee] = [0, 0, 0];
  for (let k = 0; k < 3; k++) {
    ss += steps[k]! ** 2 / ions;
    se += (steps[k]! * vibrations[k]!) / ions;
    ee += vibrations[k]! ** 2 / ions;
  }
  const sigma = new Float64Array(n * n);
  for (let p = 0; p < n; p++) {
    for (let q = 0; q < n; q++) {
      const at = picked[p]! * size + picked[q]!;
      sigma[p * n + q] = ss * motion[at]! + se * mixed[at]! + ee * noise[at]!;
    }
  }
  // neighbouring long lags are almost the same number
  for (let p = 0; p < n; p++) sigma[p * n + p]! *= 1 + 1e-9;
  if (!choleskyFactor(sigma, n))
    throw new ThioscopeError("NOT_COMPUTABLE", "the covariance of the displacements is singular: nothing moves");
  const ones = new Float64Array(n).fill(1);
  const lag = Float64Array.from(x);
  choleskySolve(sigma, ones, n);
  choleskySolve(sigma, lag, n);
  let [a, b, c] = [0, 0, 0];
  for (let p = 0; p < n; p++) {
    a += ones[p]!;
    b += lag[p]!;
    c += lag[p]! * x[p]!;
  }
  const determinant = a * c - b * b;
  return {
    factor: sigma,
    parts: [ss, se, ee],
    intercept: Float64Array.from({ length: n }, (_, p) => (c * ones[p]! - b * lag[p]!) / determinant),
    slope: Float64Array.from({ length: n }, (_, p) => (a * lag[p]! - b * ones[p]!) / determinant),
    variance: [c / determinant, -b / determinant, a / determinant],
  };
}

function applied({ intercept, slope }: Solved, y: Float64Array, picked: readonly number[]): [number, number] {
  let [a, b] = [0, 0];
  for (let p = 0; p < slope.length; p++) {
    a += intercept[p]! * y[picked[p]!]!;
    b += slope[p]! * y[picked[p]!]!;
  }
  return [a, b];
}

/**
 * Probability of residuals as large as these if the line is right. Residuals of each ion, made independent and of unit variance by Σ, have n − 2 free
 * components; their mean is held against the scatter of the ions themselves (Hotelling's T²), which knows of seldom hops and of ions in
 * different surroundings. With too few ions for that, against Σ alone.
 */
function straightness(data: Displacements, solved: Solved, x: readonly number[], picked: readonly number[], factor: number): number {
  const n = x.length;
  const free = n - 2;
  const lags = data.perIon.length / data.ions;
  const basis = complement(solved.factor, x);
  const project = (y: Float64Array, at: number): Float64Array => {
    const w = forward(
      solved.factor,
      picked.map((l) => y[at + l]!),
      n,
    );
    return Float64Array.from(basis, (b) => b.reduce((sum, v, p) => sum + v * w[p]!, 0));
  };
  const mean = project(data.total, 0);
  if (data.ions < IONS_PER_LAG * free) return chiSquareTail(mean.reduce((sum, z) => sum + z * z, 0) / factor, free);
  const scatter = new Float64Array(free * free);
  for (let i = 0; i < data.ions; i++) {
    const own = project(data.perIon, i * lags);
    for (let p = 0; p < free; p++) for (let q = 0; q < free; q++) scatter[p * free + q]! += (own[p]! - mean[p]!) * (own[q]! - mean[q]!);
  }
  const scale = 1 / ((data.ions - 1) * data.ions);
  for (let k = 0; k < scatter.length; k++) scatter[k]! *= scale;
  const solvedMean = mean.slice();
  if (!choleskyFactor(scatter, free)) return 0;
  choleskySolve(scatter, solvedMean, free);
  const t2 = mean.reduce((sum, z, p) => sum + z * solvedMean[p]!, 0);
  // (N − p)/(p (N − 1)) T² is F with p and N − p
  return fisherTail((t2 * (data.ions - free)) / (free * (data.ions - 1)), free, data.ions - free);
}

/** L⁻¹ y. */
function forward(l: Float64Array, y: ArrayLike<number>, n: number): Float64Array {
  const w = Float64Array.from(y);
  for (let p = 0; p < n; p++) {
    let sum = w[p]!;
    for (let q = 0; q < p; q++) sum -= l[p * n + q]! * w[q]!;
    w[p] = sum / l[p * n + p]!;
  }
  return w;
}

/** Orthonormal vectors perpendicular to the whitened constant and the whitened line. */
function complement(l: Float64Array, x: readonly number[]): Float64Array[] {
  const n = x.length;
  const found = [forward(l, new Float64Array(n).fill(1), n), forward(l, x, n)];
  const unit = (v: Float64Array, others: readonly Float64Array[]): Float64Array => {
    // twice, for rounding
    for (let round = 0; round < 2; round++) {
      for (const o of others) {
        const along = o.reduce((sum, a, p) => sum + a * v[p]!, 0);
        for (let p = 0; p < n; p++) v[p]! -= along * o[p]!;
      }
    }
    const length = Math.hypot(...v);
    return v.map((a) => a / length);
  };
  const basis: Float64Array[] = [unit(found[0]!, [])];
  basis.push(unit(found[1]!, basis));
  const left = Array.from({ length: n }, (_, p) => p);
  while (basis.length < n) {
    // the axis that is farthest from what is there already
    const norm = (p: number): number => 1 - basis.reduce((sum, b) => sum + b[p]! ** 2, 0);
    const p = left.reduce((best, candidate) => (norm(candidate) > norm(best) ? candidate : best), left[0]!);
    left.splice(left.indexOf(p), 1);
    basis.push(
      unit(
        Float64Array.from({ length: n }, (_, k) => (k === p ? 1 : 0)),
        basis,
      ),
    );
  }
  return basis.slice(2);
}

/** Variance of the mean of the ions' own slopes over that of Σ. */
function scatterOfIons({ ions, perIon }: Displacements, { slope, variance }: Solved, picked: readonly number[], lags: number): number {
  let sum = 0;
  let square = 0;
  for (let i = 0; i < ions; i++) {
    let own = 0;
    for (let p = 0; p < slope.length; p++) own += slope[p]! * perIon[i * lags + picked[p]!]!;
    sum += own;
    square += own * own;
  }
  const mean = sum / ions;
  return (square / ions - mean * mean) / (ions - 1) / variance[2];
}
