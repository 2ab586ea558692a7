/** LU factors of small dense matrices held inside larger arrays, row-major, with partial pivoting (Golub & Van Loan, Matrix Computations, 3.4). */

/**
 * Factorises the n × n matrix at `at` in place, P A = L U; row exchanges go to `pivots` from `pivotAt` on. False where a pivot is zero or not finite.
 */
export function luFactor(a: Float64Array, at: number, n: number, pivots: Int32Array, pivotAt: number): boolean {
  for (let k = 0; k < n; k++) {
    const row = at + k * n;
    let best = k;
    let size = Math.abs(a[row + k]!);
    for (let i = k + 1; i < n; i++) {
      const candidate = Math.abs(a[at + i * n + k]!);
      if (candidate > size) {
        size = candidate;
        best = i;
      }
    }
    pivots[pivotAt + k] = best;
    if (!(size > 0) || size === Number.POSITIVE_INFINITY) return false;
    if (best !== k) {
      const other = at + best * n;
      for (let j = 0; j < n; j++) {
        const keep = a[row + j]!;
        a[row + j] = a[other + j]!;
        a[other + j] = keep;
      }
    }
    const inverse = 1 / a[row + k]!;
    for (let i = k + 1; i < n; i++) {
      const line = at + i * n;
      const factor = a[line + k]! * inverse;
      if (factor === 0) continue;
      a[line + k] = factor;
      for (let j = k + 1; j < n; j++) a[line + j] = a[line + j]! - factor * a[row + j]!;
    }
  }
  return true;
}

/** Solves with the factors of {@link luFactor}: the n values of `b` from `bAt` on become x. */
export function luSolve(a: Float64Array, at: number, n: number, pivots: Int32Array, pivotAt: number, b: Float64Array, bAt: number): void {
  for (let k = 0; k < n; k++) {
    const p = pivots[pivotAt + k]!;
    if (p !== k) {
      const keep = b[bAt + k]!;
      b[bAt + k] = b[bAt + p]!;
      b[bAt + p] = keep;
    }
  }
  for (let i = 1; i < n; i++) {
    const line = at + i * n;
    let sum = b[bAt + i]!;
    for (let j = 0; j < i; j++) sum -= a[line + j]! * b[bAt + j]!;
    b[bAt + i] = sum;
  }
  for (let i = n - 1; i >= 0; i--) {
    const line = at + i * n;
    let sum = b[bAt + i]!;
    for (let j = i + 1; j < n; j++) sum -= a[line + j]! * b[bAt + j]!;
    b[bAt + i] = sum / a[line + i]!;
  }
}
