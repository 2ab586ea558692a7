/**
 * min ½ xᵀH x − cᵀx   subject to x_j ≥ 0 for the marked j
 *
 * Primal-dual interior point with Mehrotra's predictor and corrector (Wright, Primal-Dual Interior-Point Methods,
 * 1997): a dozen Cholesky factorisations whatever the number of active bounds, against one per bound for active
 * sets. H symmetric positive semidefinite, small and dense.
 */
import { choleskyFactor, choleskySolve } from "./cholesky.ts";

/**
 * @param h row-major n × n
 * @param bounded 1 where x_j ≥ 0 is demanded
 * @param first of each row of h the first column that is not zero: cost then grows with that envelope only
 * @returns x; bounded entries are exactly 0 where the bound is active to rounding
 */
export function nonNegativeQuadratic(
  h: Float64Array,
  c: Float64Array,
  bounded: Uint8Array,
  tolerance = 1e-10,
  first?: Int32Array,
): Float64Array {
  const n = c.length;
  // unit diagonal: the tolerance then means the same for every unknown
  const scale = Float64Array.from({ length: n }, (_, j) => 1 / Math.sqrt(h[j * n + j]! || 1));
  const q = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = first?.[i] ?? 0; j <= i; j++) q[i * n + j] = q[j * n + i] = h[i * n + j]! * scale[i]! * scale[j]!;
  const b = Float64Array.from(c, (v, j) => v * scale[j]!);
  const size = Math.max(1e-300, Math.sqrt(b.reduce((sum, v) => sum + v * v, 0)));
  const count = bounded.reduce((sum, v) => sum + v, 0);
  const x = Float64Array.from(bounded, (is) => (is ? size / Math.sqrt(n) : 0));
  const z = Float64Array.from(bounded, (is) => (is ? size / Math.sqrt(n) : 0));
  const residual = new Float64Array(n);
  const matrix = new Float64Array(n * n);
  const dx = new Float64Array(n);
  const dz = new Float64Array(n);
  for (let iteration = 0; iteration < 60; iteration++) {
    let gap = 0;
    let worst = 0;
    for (let i = 0; i < n; i++) residual[i] = b[i]! + z[i]!;
    if (first) {
      for (let i = 0; i < n; i++) {
        let sum = q[i * n + i]! * x[i]!;
        for (let j = first[i]!; j < i; j++) {
          const entry = q[i * n + j]!;
          sum += entry * x[j]!;
          residual[j] = residual[j]! - entry * x[i]!;
        }
        residual[i] = residual[i]! - sum;
      }
    }
    for (let i = 0; i < n; i++) {
      let sum = residual[i]!;
      if (!first) for (let j = 0; j < n; j++) sum -= q[i * n + j]! * x[j]!;
      residual[i] = sum;
      worst = Math.max(worst, Math.abs(sum));
      gap += x[i]! * z[i]! * bounded[i]!;
    }
    const mean = count > 0 ? gap / count : 0;
    if (worst <= tolerance * size && mean <= tolerance * tolerance * size * size) break;
    if (iteration > 0 && worst <= tolerance * size && mean <= tolerance * size * size * 1e-4) break;
    for (let i = 0; i < n; i++) {
      for (let j = first?.[i] ?? 0; j <= i; j++) matrix[i * n + j] = q[i * n + j]!;
      matrix[i * n + i] = matrix[i * n + i]! + 1e-14 + (bounded[i] ? z[i]! / x[i]! : 0);
    }
    if (!choleskyFactor(matrix, n, first)) break;
    const direction = (centre: number, correct: boolean): void => {
      for (let i = 0; i < n; i++) {
        dx[i] = residual[i]! + (bounded[i] ? (centre - (correct ? dx[i]! * dz[i]! : 0)) / x[i]! - z[i]! : 0);
      }
      choleskySolve(matrix, dx, n, first);
    };
    const complete = (centre: number, cross: Float64Array | undefined): void => {
      for (let i = 0; i < n; i++) dz[i] = bounded[i] ? (centre - (cross?.[i] ?? 0) - z[i]! * dx[i]!) / x[i]! - z[i]! : 0;
    };
    direction(0, false);
    complete(0, undefined);
    const affine = Math.min(stepTo(x, dx, bounded), stepTo(z, dz, bounded));
    let after = 0;
    for (let i = 0; i < n; i++) if (bounded[i]) after += (x[i]! + affine * dx[i]!) * (z[i]! + affine * dz[i]!);
    const centre = count > 0 ? mean * (after / count / (mean || 1)) ** 3 : 0;
    const cross = Float64Array.from(dx, (v, i) => v * dz[i]!);
    direction(centre, true);
    complete(centre, cross);
    const step = Math.min(1, 0.995 * stepTo(x, dx, bounded, 1 / 0.995), 0.995 * stepTo(z, dz, bounded, 1 / 0.995));
    for (let i = 0; i < n; i++) {
      x[i] = x[i]! + step * dx[i]!;
      z[i] = z[i]! + step * dz[i]!;
    }
  }
  return Float64Array.from(x, (v, j) => (bounded[j] && v < z[j]! * 1e-3 ? 0 : v * scale[j]!));
}

/** The largest step ≤ `most` that keeps v + step·dv ≥ 0 where bounded. */
function stepTo(v: Float64Array, dv: Float64Array, bounded: Uint8Array, most = 1): number {
  let step = most;
  for (let i = 0; i < v.length; i++) if (bounded[i] && dv[i]! < 0) step = Math.min(step, -v[i]! / dv[i]!);
  return step;
}
