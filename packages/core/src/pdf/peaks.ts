/**
 * Peaks of G(r): distance, width and area, with the ripple that q_max leaves.
 *
 *   G(r) = Σ_p (A_p/r_p) K(r − r_p; σ_p) + b0 + b1 r,   K(x; σ) = (1/π) ∫_0^{qmax} exp(−σ²q²/2) cos(qx) dq
 *
 * A is the area of the peak in the radial distribution R(r): of a pair i–j  A = c_i f_i f_j N_ij (2 where i ≠ j)/⟨f⟩², f at q = 0, from which the coordination N_ij
 * follows where G has its true height.
 *
 * Least squares over all points of the range; errors by the covariance C of G, which between its points is not zero: (JᵀJ)⁻¹ Jᵀ C J (JᵀJ)⁻¹. Without errors of the
 * counts they are those of the misfit over independent points (π/q_max apart); with them the part of the misfit that the counts do not explain is added.
 */
import { parseFormula } from "../chemistry/formula.ts";
import { evaluateFormFactor, formFactorOf } from "../crystal/formFactor.ts";
import { ThioscopeError } from "../errors.ts";
import { leastSquares } from "../numerics/leastSquares.ts";
import { type Quantity, quantity } from "../units/quantity.ts";
import type { EvenGrid } from "./sineTransform.ts";

export interface PdfPeak {
  /** Å */
  distance: Quantity;
  /** standard deviation, Å */
  width: Quantity;
  /** of R(r) */
  area: Quantity;
}

export interface PdfPeaks {
  peaks: readonly PdfPeak[];
  /** √(Σ (G − model)²/Σ G²) in the range */
  rw: Quantity;
  r: Float64Array;
  measured: Float64Array;
  model: Float64Array;
  converged: boolean;
}

export interface PdfPeakOptions {
  /** Å */
  from: number;
  to: number;
  /** rough distances, Å; or how many peaks are looked for: the highest maxima */
  peaks: readonly number[] | number;
  qMax: number;
  /** {@link PairDistribution.covariance} */
  covariance?: ((a: number, b: number) => number) | null;
}

/** Of Simpson's rule: cos(qx) over the widest range that is fitted has fewer than a dozen waves. */
const NODES = 128;
/** Points of the curve per independent one: more say nothing new. */
const OVERSAMPLED = 5;

/** The damping of each node, with Simpson's weights: exp(−σ²q²/2) w/π. */
function damping(sigma: number, qMax: number, out: Float64Array): void {
  const step = qMax / NODES;
  for (let k = 0; k <= NODES; k++) {
    const weight = k === 0 || k === NODES ? 1 : k % 2 === 1 ? 4 : 2;
    out[k] = (weight * step * Math.exp(-0.5 * (sigma * k * step) ** 2)) / (3 * Math.PI);
  }
}

/** K: a Gaussian without what lies above q_max. Cosines by their recurrence. */
function cutGaussian(x: number, damped: Float64Array, step: number): number {
  const twice = 2 * Math.cos(step * x);
  let before = 1;
  let cosine = twice / 2;
  let sum = damped[0]!;
  for (let k = 1; k <= NODES; k++) {
    sum += damped[k]! * cosine;
    const next = twice * cosine - before;
    before = cosine;
    cosine = next;
  }
  return sum;
}

/** @throws INVALID_INPUT for a range with too few points or peaks outside it */
export function fitPdfPeaks(grid: EvenGrid, g: Float64Array, options: PdfPeakOptions): PdfPeaks {
  const { from, to, qMax, covariance = null } = options;
  const indices: number[] = [];
  const stride = Math.max(1, Math.floor(Math.PI / qMax / OVERSAMPLED / grid.step));
  for (let k = 0; k < grid.count; k += stride) {
    const r = grid.first + k * grid.step;
    if (r >= from - 1e-9 && r <= to + 1e-9 && r > 0) indices.push(k);
  }
  const r = Float64Array.from(indices, (k) => grid.first + k * grid.step);
  const measured = Float64Array.from(indices, (k) => g[k]!);
  const starts = typeof options.peaks === "number" ? highest(r, measured, options.peaks) : options.peaks;
  const n = starts.length;
  const size = 3 * n + 2;
  if (n === 0 || starts.some((place) => !(place > from && place < to)))
    throw new ThioscopeError("INVALID_INPUT", `peaks at ${starts.join(", ") || "none"} Å: they must lie between ${from} and ${to} Å`);
  const independent = (to - from) / (Math.PI / qMax);
  if (r.length < size + 2 || independent < n + 1) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `${from} to ${to} Å hold ${r.length} points, ${independent.toFixed(1)} of them independent: too few for ${n} peaks`,
    );
  }
  const damped = new Float64Array(NODES + 1);
  const curve = (p: ArrayLike<number>, out: Float64Array): void => {
    for (let i = 0; i < r.length; i++) out[i] = p[3 * n]! + p[3 * n + 1]! * r[i]!;
    for (let k = 0; k < n; k++) {
      damping(p[3 * k + 1]!, qMax, damped);
      const height = p[3 * k + 2]! / p[3 * k]!;
      for (let i = 0; i < r.length; i++) out[i] = out[i]! + height * cutGaussian(r[i]! - p[3 * k]!, damped, qMax / NODES);
    }
  };
  const top = measured.reduce((a, b) => Math.max(a, b), 0);
  const result = leastSquares(
    {
      count: r.length,
      residuals(p, out) {
        curve(p, out);
        for (let i = 0; i < out.length; i++) out[i] = out[i]! - measured[i]!;
      },
    },
    {
      start: [...starts.flatMap((place) => [place, 0.08, Math.max(top, 0.1) * place * 0.2]), 0, 0],
      lower: [...starts.flatMap((place) => [Math.max(from, place - 0.5), 0.01, 0]), -50, -50],
      upper: [...starts.flatMap((place) => [Math.min(to, place + 0.5), 0.6, 1e4]), 50, 50],
      maxIterations: 100,
      tolerance: 1e-10,
    },
  );
  const p = result.parameters;
  const model = new Float64Array(r.length);
  curve(p, model);
  let misfit = 0;
  let whole = 0;
  for (let i = 0; i < r.length; i++) {
    misfit += (measured[i]! - model[i]!) ** 2;
    whole += measured[i]! ** 2;
  }
  // of the misfit, over independent points
  const ofMisfit = result.sigma.map((s) => s * Math.sqrt(Math.PI / qMax / (stride * grid.step)));
  const sigma = covariance ? withExcess(carried(curve, p, r, covariance), ofMisfit, misfit / r.length, r, covariance) : ofMisfit;
  const order = starts.map((_, k) => k).sort((a, b) => p[3 * a]! - p[3 * b]!);
  const error = (k: number): number | null => (Number.isFinite(sigma[k]!) ? sigma[k]! : null);
  return {
    peaks: order.map((k) => ({
      distance: quantity(p[3 * k]!, "Å", error(3 * k)),
      width: quantity(p[3 * k + 1]!, "Å", error(3 * k + 1)),
      area: quantity(p[3 * k + 2]!, "1", error(3 * k + 2)),
    })),
    rw: quantity(Math.sqrt(misfit / whole), "1"),
    r,
    measured,
    model,
    converged: result.converged,
  };
}

function highest(r: Float64Array, g: Float64Array, count: number): number[] {
  const maxima: number[] = [];
  for (let i = 1; i < r.length - 1; i++) if (g[i]! > g[i - 1]! && g[i]! >= g[i + 1]!) maxima.push(i);
  return maxima
    .sort((a, b) => g[b]! - g[a]!)
    .slice(0, count)
    .map((i) => r[i]!);
}

/** Errors of the counts, and of the misfit as far as it is larger than they explain. */
function withExcess(
  counts: Float64Array,
  ofMisfit: Float64Array,
  meanSquare: number,
  r: Float64Array,
  covariance: (a: number, b: number) => number,
): Float64Array {
  const expected = r.reduce((sum, place) => sum + covariance(place, place), 0) / r.length;
  const share = meanSquare > 0 ? Math.max(0, 1 - expected / meanSquare) : 0;
  return counts.map((s, k) => Math.sqrt(s * s + share * (Number.isFinite(ofMisfit[k]!) ? ofMisfit[k]! : 0) ** 2));
}

/** Standard errors by the covariance of the points. */
function carried(
  curve: (p: ArrayLike<number>, out: Float64Array) => void,
  p: Float64Array,
  r: Float64Array,
  covariance: (a: number, b: number) => number,
): Float64Array {
  const [n, m] = [p.length, r.length];
  const jacobian = new Float64Array(m * n);
  const [above, below] = [new Float64Array(m), new Float64Array(m)];
  for (let j = 0; j < n; j++) {
    const step = 1e-5 * Math.max(1, Math.abs(p[j]!));
    const moved = p.slice();
    moved[j] = p[j]! + step;
    curve(moved, above);
    moved[j] = p[j]! - step;
    curve(moved, below);
    for (let i = 0; i < m; i++) jacobian[i * n + j] = (above[i]! - below[i]!) / (2 * step);
  }
  // JᵀJ by Gauss–Jordan on scaled columns: a dozen parameters
  const scale = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let i = 0; i < m; i++) sum += jacobian[i * n + j]! ** 2;
    scale[j] = Math.sqrt(sum) || 1;
  }
  const normal = new Float64Array(n * n);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < n; b++) {
      let sum = 0;
      for (let i = 0; i < m; i++) sum += jacobian[i * n + a]! * jacobian[i * n + b]!;
      normal[a * n + b] = sum / (scale[a]! * scale[b]!);
    }
  }
  const inverse = inverted(normal, n);
  if (!inverse) return new Float64Array(n).fill(Number.NaN);
  // rows of (JᵀJ)⁻¹ Jᵀ
  const weights = new Float64Array(n * m);
  for (let a = 0; a < n; a++) {
    for (let i = 0; i < m; i++) {
      let sum = 0;
      for (let b = 0; b < n; b++) sum += (inverse[a * n + b]! * jacobian[i * n + b]!) / (scale[a]! * scale[b]!);
      weights[a * m + i] = sum;
    }
  }
  const spread = new Float64Array(n);
  for (let i = 0; i < m; i++) {
    for (let k = i; k < m; k++) {
      const c = covariance(r[i]!, r[k]!) * (k === i ? 1 : 2);
      for (let a = 0; a < n; a++) spread[a] = spread[a]! + weights[a * m + i]! * weights[a * m + k]! * c;
    }
  }
  return spread.map((v) => Math.sqrt(Math.max(0, v)));
}

function inverted(matrix: Float64Array, n: number): Float64Array | null {
  const a = matrix.slice();
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) out[i * n + i] = 1;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column + 1; i < n; i++) if (Math.abs(a[i * n + column]!) > Math.abs(a[pivot * n + column]!)) pivot = i;
    const value = a[pivot * n + column]!;
    if (Math.abs(value) < 1e-13) return null;
    for (let j = 0; j < n; j++) {
      [a[column * n + j], a[pivot * n + j]] = [a[pivot * n + j]!, a[column * n + j]!];
      [out[column * n + j], out[pivot * n + j]] = [out[pivot * n + j]!, out[column * n + j]!];
    }
    for (let j = 0; j < n; j++) {
      a[column * n + j] = a[column * n + j]! / value;
      out[column * n + j] = out[column * n + j]! / value;
    }
    for (let i = 0; i < n; i++) {
      const factor = a[i * n + column]!;
      if (i === column || factor === 0) continue;
      for (let j = 0; j < n; j++) {
        a[i * n + j] = a[i * n + j]! - factor * a[column * n + j]!;
        out[i * n + j] = out[i * n + j]! - factor * out[column * n + j]!;
      }
    }
  }
  return out;
}

/** Neighbours j of each atom i that a peak's area means, where G has its true height. */
export function coordinationOf(area: Quantity, formula: string, i: string, j: string): Quantity {
  const composition = parseFormula(formula);
  const total = [...composition.values()].reduce((sum, amount) => sum + amount, 0);
  const power = (element: string): number => {
    const found = formFactorOf(element);
    if (!found || !composition.has(element)) throw new ThioscopeError("INVALID_INPUT", `${element} is not in ${formula}`);
    return evaluateFormFactor(found.coefficients, 0);
  };
  let mean = 0;
  for (const [element, amount] of composition) mean += (amount / total) * power(element);
  const share = composition.get(i)! / total;
  const factor = mean ** 2 / ((i === j ? 1 : 2) * share * power(i) * power(j));
  return quantity(area.value * factor, "1", area.sigma === null ? null : area.sigma * factor);
}
