/**
 * Conjugate gradients with a preconditioner for A x = b, A and the preconditioner symmetric positive definite.
 * (Hestenes and Stiefel, J. Res. Natl. Bur. Stand. 49, 409 (1952).)
 */
import { multiply, residual, type SparseMatrix } from "./csr.ts";

/** z ≈ A⁻¹ r. */
export type Preconditioner = (r: Float64Array, z: Float64Array) => void;

export interface IterationOptions {
  /** stop at ‖b − A x‖₂ ≤ tolerance · ‖b‖₂ */
  tolerance: number;
  /** default 500 */
  maxIterations?: number;
}

export interface IterationResult {
  iterations: number;
  /** ‖b − A x‖₂ / ‖b‖₂ by the recurrence */
  residual: number;
  converged: boolean;
}

/** @param x start and result */
export function conjugateGradient(
  a: SparseMatrix,
  b: Float64Array,
  x: Float64Array,
  precondition: Preconditioner,
  { tolerance, maxIterations = 500 }: IterationOptions,
): IterationResult {
  const n = a.rows;
  const r = new Float64Array(n);
  const z = new Float64Array(n);
  const q = new Float64Array(n);
  residual(a, x, b, r);
  const size = Math.sqrt(dot(b, b));
  if (size === 0) {
    x.fill(0);
    return { iterations: 0, residual: 0, converged: true };
  }
  let left = Math.sqrt(dot(r, r)) / size;
  if (left <= tolerance) return { iterations: 0, residual: left, converged: true };
  precondition(r, z);
  const p = z.slice();
  let rz = dot(r, z);
  for (let iterations = 1; iterations <= maxIterations; iterations++) {
    multiply(a, p, q);
    const pq = dot(p, q);
    // rounding has taken over, or the matrix is not positive definite
    if (!(pq > 0)) return { iterations, residual: left, converged: false };
    const alpha = rz / pq;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      x[i]! += alpha * p[i]!;
      const ri = r[i]! - alpha * q[i]!;
      r[i] = ri;
      sum += ri * ri;
    }
    left = Math.sqrt(sum) / size;
    if (left <= tolerance) return { iterations, residual: left, converged: true };
    precondition(r, z);
    const before = rz;
    rz = dot(r, z);
    const beta = rz / before;
    for (let i = 0; i < n; i++) p[i] = z[i]! + beta * p[i]!;
  }
  return { iterations: maxIterations, residual: left, converged: false };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
