/**
 * Weights of a mixture: minimise ‖A w − y‖² with w ≥ 0 and, where wanted, Σ w = 1.
 *
 * Active sets on the normal equations (Lawson and Hanson, Solving Least Squares Problems, 1974, chapter 23), with the sum as an
 * equality by its Lagrange multiplier. Exact: a weight is 0 or free, and the answer satisfies the Kuhn–Tucker conditions to rounding.
 */

/** @param gram AᵀA, row-major n × n  @param right Aᵀy */
export function simplexWeights(gram: Float64Array, right: Float64Array, sumToOne: boolean): Float64Array {
  const n = right.length;
  const w = new Float64Array(n);
  const inside = new Array<boolean>(n).fill(false);
  if (sumToOne) {
    // the best corner of the simplex
    let best = 0;
    const cost = (j: number): number => 0.5 * gram[j * n + j]! - right[j]!;
    for (let j = 1; j < n; j++) if (cost(j) < cost(best)) best = j;
    w[best] = 1;
    inside[best] = true;
  }
  let scale = 0;
  for (let j = 0; j < n; j++) scale = Math.max(scale, Math.abs(right[j]!), gram[j * n + j]!);
  const gradient = new Float64Array(n);
  for (let round = 0; round < 10 * n + 10; round++) {
    let multiplier = 0;
    let members = 0;
    for (let i = 0; i < n; i++) {
      let g = -right[i]!;
      for (let j = 0; j < n; j++) g += gram[i * n + j]! * w[j]!;
      gradient[i] = g;
      if (inside[i]) {
        multiplier += g;
        members++;
      }
    }
    multiplier = sumToOne && members > 0 ? multiplier / members : 0;
    let enter = -1;
    for (let i = 0; i < n; i++) {
      if (!inside[i] && gradient[i]! - multiplier < -1e-11 * scale && (enter < 0 || gradient[i]! < gradient[enter]!)) enter = i;
    }
    if (enter < 0) break;
    inside[enter] = true;
    for (let guard = 0; guard < 2 * n + 2; guard++) {
      const set = inside.flatMap((is, i) => (is ? [i] : []));
      const z = solveOn(gram, right, n, set, sumToOne);
      if (!z) {
        inside[enter] = false;
        break;
      }
      let step = 1;
      for (const [k, i] of set.entries()) if (z[k]! <= 0) step = Math.min(step, w[i]! / (w[i]! - z[k]! || 1e-300));
      for (const [k, i] of set.entries()) w[i] = w[i]! + step * (z[k]! - w[i]!);
      if (step === 1) break;
      let left = false;
      for (const [k, i] of set.entries()) {
        if (z[k]! <= 0 && w[i]! <= 1e-14) {
          w[i] = 0;
          inside[i] = false;
          left = true;
        }
      }
      if (!left) break;
    }
  }
  return w;
}

/** Least squares on a subset, with Σ = 1 where wanted; null where the subset's standards are not independent. */
export function solveOn(
  gram: Float64Array,
  right: Float64Array,
  n: number,
  set: readonly number[],
  sumToOne: boolean,
): Float64Array | null {
  const size = set.length + (sumToOne ? 1 : 0);
  const width = size + 1;
  const m = new Float64Array(size * width);
  for (const [a, i] of set.entries()) {
    for (const [b, j] of set.entries()) m[a * width + b] = gram[i * n + j]!;
    m[a * width + size] = right[i]!;
    if (sumToOne) {
      m[a * width + set.length] = 1;
      m[set.length * width + a] = 1;
    }
  }
  if (sumToOne) m[set.length * width + size] = 1;
  if (!eliminate(m, size, width)) return null;
  return Float64Array.from(set, (_, k) => m[k * width + size]!);
}

/** Covariance of the free weights per unit of variance of a point, on the subset: the inverse of the bordered matrix. Null where singular. */
export function covarianceOn(gram: Float64Array, n: number, set: readonly number[], sumToOne: boolean): Float64Array | null {
  const k = set.length;
  const size = k + (sumToOne ? 1 : 0);
  const width = 2 * size;
  const m = new Float64Array(size * width);
  for (const [a, i] of set.entries()) {
    for (const [b, j] of set.entries()) m[a * width + b] = gram[i * n + j]!;
    if (sumToOne) {
      m[a * width + k] = 1;
      m[k * width + a] = 1;
    }
  }
  for (let a = 0; a < size; a++) m[a * width + size + a] = 1;
  if (!eliminate(m, size, width)) return null;
  const out = new Float64Array(k * k);
  for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) out[a * k + b] = m[a * width + size + b]!;
  return out;
}

/** Gauss–Jordan with row pivoting; false where singular to rounding. */
function eliminate(m: Float64Array, size: number, width: number): boolean {
  let largest = 0;
  for (let r = 0; r < size; r++) for (let c = 0; c < size; c++) largest = Math.max(largest, Math.abs(m[r * width + c]!));
  for (let k = 0; k < size; k++) {
    let best = k;
    for (let r = k + 1; r < size; r++) if (Math.abs(m[r * width + k]!) > Math.abs(m[best * width + k]!)) best = r;
    if (!(Math.abs(m[best * width + k]!) > 1e-13 * largest)) return false;
    if (best !== k) {
      for (let c = 0; c < width; c++) {
        const swap = m[k * width + c]!;
        m[k * width + c] = m[best * width + c]!;
        m[best * width + c] = swap;
      }
    }
    const pivot = m[k * width + k]!;
    for (let c = k; c < width; c++) m[k * width + c] = m[k * width + c]! / pivot;
    for (let r = 0; r < size; r++) {
      const factor = m[r * width + k]!;
      if (r === k || factor === 0) continue;
      for (let c = k; c < width; c++) m[r * width + c] = m[r * width + c]! - factor * m[k * width + c]!;
    }
  }
  return true;
}
