/**
 * Least squares of y on a few given functions of time, with covariance; errors follow the residuals.
 * Returns null where the functions cannot be told apart on these points, or points are too few.
 */
import { choleskyFactor, choleskyInverse, choleskySolve } from "./cholesky.ts";

export interface BasisFit {
  coefficients: Float64Array;
  /** row-major */
  covariance: Float64Array;
  /** root of the mean squared residual */
  rms: number;
  rows: number;
}

export function basisFit(t: Float64Array, y: Float64Array, basis: readonly ((t: number) => number)[]): BasisFit | null {
  const n = basis.length;
  const m = t.length;
  if (m < n + 2) return null;
  const columns = basis.map((f) => t.map(f));
  const norms = columns.map((column) => Math.sqrt(column.reduce((sum, v) => sum + v * v, 0)) || 1);
  const normal = new Float64Array(n * n);
  const right = new Float64Array(n);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let i = 0; i < m; i++) sum += columns[a]![i]! * columns[b]![i]!;
      normal[a * n + b] = sum / (norms[a]! * norms[b]!);
      normal[b * n + a] = normal[a * n + b]!;
    }
    for (let i = 0; i < m; i++) right[a] = right[a]! + (columns[a]![i]! * y[i]!) / norms[a]!;
  }
  if (!choleskyFactor(normal, n)) return null;
  const inverse = choleskyInverse(normal, n);
  choleskySolve(normal, right, n);
  let sum = 0;
  for (let i = 0; i < m; i++) {
    let r = -y[i]!;
    for (let a = 0; a < n; a++) r += (right[a]! / norms[a]!) * columns[a]![i]!;
    sum += r * r;
  }
  const variance = sum / (m - n);
  const covariance = inverse.map((v, k) => (variance * v) / (norms[Math.floor(k / n)]! * norms[k % n]!));
  return { coefficients: right.map((v, a) => v / norms[a]!), covariance, rms: Math.sqrt(variance), rows: m };
}
