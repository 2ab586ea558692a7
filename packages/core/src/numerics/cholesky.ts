/**
 * Cholesky factor of a small symmetric positive definite matrix and its solves, in place.
 * (Golub and Van Loan, Matrix Computations, 4.2.)
 */

/**
 * Overwrites the lower triangle of row-major `a` with L, A = L Lᵀ; false if A is not positive definite.
 *
 * @param first of each row the first column that is not zero (its envelope, which L keeps); 0 where absent
 */
export function choleskyFactor(a: Float64Array, n: number, first?: Int32Array): boolean {
  if (first) return factorEnvelope(a, n, first);
  for (let j = 0; j < n; j++) {
    let diagonal = a[j * n + j]!;
    for (let k = 0; k < j; k++) diagonal -= a[j * n + k]! ** 2;
    if (!(diagonal > 0)) return false;
    const root = Math.sqrt(diagonal);
    a[j * n + j] = root;
    for (let i = j + 1; i < n; i++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!;
      a[i * n + j] = sum / root;
    }
  }
  return true;
}

function factorEnvelope(a: Float64Array, n: number, first: Int32Array): boolean {
  for (let i = 0; i < n; i++) {
    const [row, from] = [i * n, first[i]!];
    let diagonal = a[row + i]!;
    for (let j = from; j < i; j++) {
      const other = j * n;
      let sum = a[row + j]!;
      for (let k = Math.max(from, first[j]!); k < j; k++) sum -= a[row + k]! * a[other + k]!;
      const entry = sum / a[other + j]!;
      a[row + j] = entry;
      diagonal -= entry * entry;
    }
    if (!(diagonal > 0)) return false;
    a[row + i] = Math.sqrt(diagonal);
  }
  return true;
}

/** Solves L Lᵀ x = b; `b` becomes x. */
export function choleskySolve(l: Float64Array, b: Float64Array, n: number, first?: Int32Array): void {
  for (let i = 0; i < n; i++) {
    let sum = b[i]!;
    for (let k = first?.[i] ?? 0; k < i; k++) sum -= l[i * n + k]! * b[k]!;
    b[i] = sum / l[i * n + i]!;
  }
  if (first) {
    for (let i = n - 1; i >= 0; i--) {
      const x = b[i]! / l[i * n + i]!;
      b[i] = x;
      for (let k = first[i]!; k < i; k++) b[k] = b[k]! - l[i * n + k]! * x;
    }
    return;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i]!;
    for (let k = i + 1; k < n; k++) sum -= l[k * n + i]! * b[k]!;
    b[i] = sum / l[i * n + i]!;
  }
}

/** (L Lᵀ)⁻¹, n × n row-major. */
export function choleskyInverse(l: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = inverse.subarray(i * n, (i + 1) * n);
    row[i] = 1;
    choleskySolve(l, row, n);
  }
  return inverse;
}
