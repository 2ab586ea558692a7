/**
 * Weighted linear least squares with full covariance: minimise Σ ((y_i − Σ_j X_ij p_j)/σ_i)².
 *
 * The covariance (XᵀWX)⁻¹ takes the errors as they are; whoever sees more scatter than they say scales it by χ²/(m − n). Columns are scaled to
 * unit length before the Cholesky factor, whose pivots then tell how far a column is from the space of the others.
 */
import { choleskyFactor, choleskyInverse, choleskySolve } from "./cholesky.ts";

export interface LinearFit {
  parameters: Float64Array;
  /** row-major n × n */
  covariance: Float64Array;
  chi2: number;
  degreesOfFreedom: number;
}

/** sin² of the smallest angle between a column and the others that still counts as determined. */
const LEAST_PIVOT = 1e-10;

/**
 * @param design row-major m × n
 * @param sigma positive; a point of infinite error does not count
 * @returns null where fewer points than parameters count or a parameter is not determined beside the others
 */
export function weightedLinear(design: Float64Array, y: ArrayLike<number>, sigma: ArrayLike<number>, n: number): LinearFit | null {
  const m = y.length;
  const normal = new Float64Array(n * n);
  const right = new Float64Array(n);
  let counted = 0;
  for (let i = 0; i < m; i++) {
    const w = 1 / sigma[i]! ** 2;
    if (!(w > 0)) continue;
    counted++;
    for (let a = 0; a < n; a++) {
      const xa = w * design[i * n + a]!;
      right[a] = right[a]! + xa * y[i]!;
      for (let b = 0; b <= a; b++) normal[a * n + b] = normal[a * n + b]! + xa * design[i * n + b]!;
    }
  }
  if (counted < n) return null;
  const norms = Float64Array.from({ length: n }, (_, a) => Math.sqrt(normal[a * n + a]!));
  if (!norms.every((x) => x > 0 && Number.isFinite(x))) return null;
  for (let a = 0; a < n; a++) {
    for (let b = 0; b <= a; b++) normal[a * n + b] = normal[a * n + b]! / (norms[a]! * norms[b]!);
    right[a] = right[a]! / norms[a]!;
  }
  if (!choleskyFactor(normal, n)) return null;
  for (let a = 0; a < n; a++) if (normal[a * n + a]! ** 2 < LEAST_PIVOT) return null;
  const covariance = choleskyInverse(normal, n);
  for (let a = 0; a < n; a++) for (let b = 0; b < n; b++) covariance[a * n + b] = covariance[a * n + b]! / (norms[a]! * norms[b]!);
  choleskySolve(normal, right, n);
  const parameters = right.map((v, a) => v / norms[a]!);
  let chi2 = 0;
  for (let i = 0; i < m; i++) {
    const w = 1 / sigma[i]! ** 2;
    if (!(w > 0)) continue;
    let r = -y[i]!;
    for (let a = 0; a < n; a++) r += design[i * n + a]! * parameters[a]!;
    chi2 += w * r * r;
  }
  return { parameters, covariance, chi2, degreesOfFreedom: counted - n };
}
