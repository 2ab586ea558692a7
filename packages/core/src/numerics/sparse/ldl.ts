/**
 * Direct solution of a sparse symmetric system: P A Pᵀ = L D Lᵀ, row by row along the elimination tree, without pivoting; A must
 * be positive definite. (Davis, ACM Trans. Math. Softw. 31, 587 (2005); order by nested dissection.)
 */
import { ThioscopeError } from "../../errors.ts";
import type { SparseMatrix } from "./csr.ts";
import { nestedDissection } from "./ordering.ts";

export interface SymmetricFactor {
  /** values stored in L below its unit diagonal */
  readonly stored: number;
  /** x = A⁻¹ b; `b` and `x` may be the same array */
  solve(b: Float64Array, x: Float64Array): void;
}

/** Values of L beyond which a factor is refused, 1.6 GB. */
const MOST_VALUES = 1e8;

/** Throws NOT_COMPUTABLE if A is not positive definite or its factor is too large for the memory. */
export function factorSymmetric(a: SparseMatrix, order: Int32Array = nestedDissection(a)): SymmetricFactor {
  const n = a.rows;
  const place = new Int32Array(n);
  for (let k = 0; k < n; k++) place[order[k]!] = k;
  const parent = new Int32Array(n).fill(-1);
  const flag = new Int32Array(n);
  const count = new Int32Array(n);
  for (let k = 0; k < n; k++) {
    flag[k] = k;
    const row = order[k]!;
    for (let p = a.start[row]!; p < a.start[row + 1]!; p++) {
      for (let i = place[a.column[p]!]!; i < k && flag[i] !== k; i = parent[i]!) {
        if (parent[i] === -1) parent[i] = k;
        count[i]!++;
        flag[i] = k;
      }
    }
  }
  const start = new Float64Array(n + 1);
  for (let k = 0; k < n; k++) start[k + 1] = start[k]! + count[k]!;
  const stored = start[n]!;
  if (stored > MOST_VALUES) throw new ThioscopeError("NOT_COMPUTABLE", `a factor of ${stored} values does not fit the memory`);
  const rowOf = new Int32Array(stored);
  const value = new Float64Array(stored);
  const d = new Float64Array(n);
  const y = new Float64Array(n);
  const pattern = new Int32Array(n);
  count.fill(0);
  for (let k = 0; k < n; k++) {
    let top = n;
    flag[k] = k;
    const row = order[k]!;
    for (let p = a.start[row]!; p < a.start[row + 1]!; p++) {
      let i = place[a.column[p]!]!;
      if (i > k) continue;
      y[i]! += a.value[p]!;
      let length = 0;
      for (; flag[i] !== k; i = parent[i]!) {
        pattern[length++] = i;
        flag[i] = k;
      }
      while (length > 0) pattern[--top] = pattern[--length]!;
    }
    let dk = y[k]!;
    const scale = Math.abs(dk);
    y[k] = 0;
    for (; top < n; top++) {
      const i = pattern[top]!;
      const yi = y[i]!;
      y[i] = 0;
      const end = start[i]! + count[i]!;
      for (let p = start[i]!; p < end; p++) y[rowOf[p]!]! -= value[p]! * yi;
      const l = yi / d[i]!;
      dk -= l * yi;
      rowOf[end] = k;
      value[end] = l;
      count[i]!++;
    }
    if (!(dk > 1e-15 * scale)) throw new ThioscopeError("NOT_COMPUTABLE", `the matrix is not positive definite (pivot ${k + 1} of ${n})`);
    d[k] = dk;
  }
  return {
    stored,
    solve(b, x) {
      for (let k = 0; k < n; k++) y[k] = b[order[k]!]!;
      for (let k = 0; k < n; k++) {
        const yk = y[k]!;
        for (let p = start[k]!; p < start[k + 1]!; p++) y[rowOf[p]!]! -= value[p]! * yk;
      }
      for (let k = n - 1; k >= 0; k--) {
        let yk = y[k]! / d[k]!;
        for (let p = start[k]!; p < start[k + 1]!; p++) yk -= value[p]! * y[rowOf[p]!]!;
        y[k] = yk;
      }
      for (let k = 0; k < n; k++) x[order[k]!] = y[k]!;
      y.fill(0);
    },
  };
}
