/**
 * Householder QR with column pivoting of a small dense matrix (Golub and Van Loan, Matrix Computations,
 * 5.4.2), for rank and for (AᵀA)⁻¹ without squaring the condition number.
 */

export interface PivotedQr {
  /** upper triangle of R, row-major n × n */
  r: Float64Array;
  /** column j of R is column pivot[j] of A */
  pivot: Int32Array;
  rank: number;
}

/**
 * @param a row-major m × n, destroyed
 * @param tolerance a diagonal of R below tolerance × the first ends the rank
 */
export function pivotedQr(a: Float64Array, m: number, n: number, tolerance = 1e-12): PivotedQr {
  const pivot = Int32Array.from({ length: n }, (_, j) => j);
  const norms = new Float64Array(n);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) norms[j] = norms[j]! + a[i * n + j]! ** 2;
  let rank = 0;
  let first = 0;
  for (let k = 0; k < Math.min(m, n); k++) {
    let best = k;
    for (let j = k; j < n; j++) {
      let sum = 0;
      for (let i = k; i < m; i++) sum += a[i * n + j]! ** 2;
      norms[j] = sum;
      if (sum > norms[best]!) best = j;
    }
    if (best !== k) {
      for (let i = 0; i < m; i++) {
        const swap = a[i * n + k]!;
        a[i * n + k] = a[i * n + best]!;
        a[i * n + best] = swap;
      }
      const swap = pivot[k]!;
      pivot[k] = pivot[best]!;
      pivot[best] = swap;
    }
    const norm = Math.sqrt(norms[best]!);
    if (k === 0) first = norm;
    if (!(norm > tolerance * first)) break;
    rank++;
    const alpha = a[k * n + k]! > 0 ? -norm : norm;
    // v = x − α e₁ overwrites the column; H = I − 2 v vᵀ / vᵀv is applied to the columns on its right
    a[k * n + k] = a[k * n + k]! - alpha;
    let vv = 0;
    for (let i = k; i < m; i++) vv += a[i * n + k]! ** 2;
    for (let j = k + 1; j < n && vv > 0; j++) {
      let dot = 0;
      for (let i = k; i < m; i++) dot += a[i * n + k]! * a[i * n + j]!;
      const factor = (2 * dot) / vv;
      for (let i = k; i < m; i++) a[i * n + j] = a[i * n + j]! - factor * a[i * n + k]!;
    }
    a[k * n + k] = alpha;
  }
  const r = new Float64Array(n * n);
  for (let i = 0; i < Math.min(m, n); i++) for (let j = i; j < n; j++) r[i * n + j] = a[i * n + j]!;
  return { r, pivot, rank };
}

/** (AᵀA)⁻¹ from A = Q R Pᵀ of full rank, row-major n × n. */
export function inverseOfNormal({ r, pivot }: PivotedQr, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    for (let i = j; i >= 0; i--) {
      let sum = i === j ? 1 : 0;
      for (let k = i + 1; k <= j; k++) sum -= r[i * n + k]! * inverse[k * n + j]!;
      inverse[i * n + j] = sum / r[i * n + i]!;
    }
  }
  const result = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = Math.max(i, j); k < n; k++) sum += inverse[i * n + k]! * inverse[j * n + k]!;
      result[pivot[i]! * n + pivot[j]!] = sum;
    }
  }
  return result;
}
