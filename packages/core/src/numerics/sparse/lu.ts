/**
 * Direct solution of a sparse square system: P A Q = L U, column by column, each a sparse triangular solve whose pattern is found by
 * a depth-first search; rows are exchanged where the diagonal falls below a tenth of the column's largest value.
 * (Gilbert and Peierls, SIAM J. Sci. Stat. Comput. 9, 862 (1988); Davis, Direct Methods for Sparse Linear Systems, SIAM 2006, chapter 6.)
 */
import { ThioscopeError } from "../../errors.ts";
import { type SparseMatrix, transpose } from "./csr.ts";
import { nestedDissection } from "./ordering.ts";

export interface SparseFactor {
  /** values stored in L and U */
  readonly stored: number;
  /** x = A⁻¹ b; `b` and `x` may be the same array */
  solve(b: Float64Array, x: Float64Array): void;
}

/** The diagonal stays pivot while it reaches this share of the column's largest value: it keeps the order's sparsity. */
const THRESHOLD = 0.1;
const MOST_VALUES = 5e7;

/** Throws INVALID_INPUT for a matrix that is not square, NOT_COMPUTABLE for a singular one. */
export function factorSparse(a: SparseMatrix, order: Int32Array = nestedDissection(symmetricPattern(a))): SparseFactor {
  const n = a.rows;
  if (a.columns !== n) throw new ThioscopeError("INVALID_INPUT", `a matrix of ${n} by ${a.columns} has no factors to solve with`);
  // rows of the transpose are the columns of A
  const byColumn = transpose(a);
  const lower = new Growing(n, a.value.length * 4);
  const upper = new Growing(n, a.value.length * 4);
  const pivotRow = new Int32Array(n);
  const pivotOf = new Int32Array(n).fill(-1);
  const pivot = new Float64Array(n);
  const x = new Float64Array(n);
  const mark = new Int32Array(n).fill(-1);
  const found = new Int32Array(n);
  const stack = new Int32Array(n);
  const next = new Int32Array(n);
  for (let k = 0; k < n; k++) {
    const column = order[k]!;
    let top = n;
    for (let p = byColumn.start[column]!; p < byColumn.start[column + 1]!; p++) {
      const i = byColumn.column[p]!;
      if (mark[i] !== k) top = reach(i, k, lower, pivotOf, mark, stack, next, found, top);
      x[i] = byColumn.value[p]!;
    }
    let best = -1;
    let largest = 0;
    for (let q = top; q < n; q++) {
      const i = found[q]!;
      const j = pivotOf[i]!;
      const xi = x[i]!;
      if (j < 0) {
        if (Math.abs(xi) > largest) {
          largest = Math.abs(xi);
          best = i;
        }
        continue;
      }
      for (let p = lower.start[j]!; p < lower.start[j + 1]!; p++) x[lower.index[p]!]! -= lower.value[p]! * xi;
      upper.push(j, xi);
    }
    if (best < 0 || !Number.isFinite(largest)) {
      throw new ThioscopeError("NOT_COMPUTABLE", `the matrix is singular (column ${column + 1} of ${n})`);
    }
    if (pivotOf[column] === -1 && mark[column] === k && Math.abs(x[column]!) >= THRESHOLD * largest) best = column;
    const pivotValue = x[best]!;
    pivot[k] = pivotValue;
    pivotOf[best] = k;
    pivotRow[k] = best;
    for (let q = top; q < n; q++) {
      const i = found[q]!;
      if (pivotOf[i] === -1) lower.push(i, x[i]! / pivotValue);
      x[i] = 0;
    }
    lower.start[k + 1] = lower.length;
    upper.start[k + 1] = upper.length;
    if (lower.length + upper.length > MOST_VALUES) throw new ThioscopeError("NOT_COMPUTABLE", "the factors do not fit the memory");
  }
  const y = new Float64Array(n);
  return {
    stored: lower.length + upper.length + n,
    solve(b, into) {
      // L works on original row numbers, U on places
      x.set(b);
      for (let k = 0; k < n; k++) {
        const xk = x[pivotRow[k]!]!;
        y[k] = xk;
        for (let p = lower.start[k]!; p < lower.start[k + 1]!; p++) x[lower.index[p]!]! -= lower.value[p]! * xk;
      }
      for (let k = n - 1; k >= 0; k--) {
        const yk = y[k]! / pivot[k]!;
        y[k] = yk;
        for (let p = upper.start[k]!; p < upper.start[k + 1]!; p++) y[upper.index[p]!]! -= upper.value[p]! * yk;
      }
      for (let k = 0; k < n; k++) into[order[k]!] = y[k]!;
      x.fill(0);
    },
  };
}

/** Columns that grow at the end. */
class Growing {
  readonly start: Int32Array;
  index: Int32Array;
  value: Float64Array;
  length = 0;
  constructor(n: number, room: number) {
    this.start = new Int32Array(n + 1);
    this.index = new Int32Array(Math.max(16, room));
    this.value = new Float64Array(Math.max(16, room));
  }
  push(index: number, value: number): void {
    if (this.length === this.index.length) {
      const [i, v] = [this.index, this.value];
      this.index = new Int32Array(2 * i.length);
      this.value = new Float64Array(2 * v.length);
      this.index.set(i);
      this.value.set(v);
    }
    this.index[this.length] = index;
    this.value[this.length++] = value;
  }
}

/** Rows that column k's solve reaches from row `from`, in topological order in front of `top`. */
function reach(
  from: number,
  k: number,
  lower: Growing,
  pivotOf: Int32Array,
  mark: Int32Array,
  stack: Int32Array,
  next: Int32Array,
  found: Int32Array,
  top: number,
): number {
  let depth = 0;
  let out = top;
  stack[0] = from;
  mark[from] = k;
  next[from] = pivotOf[from]! < 0 ? 0 : lower.start[pivotOf[from]!]!;
  while (depth >= 0) {
    const i = stack[depth]!;
    const j = pivotOf[i]!;
    let deeper = false;
    if (j >= 0) {
      for (let p = next[i]!; p < lower.start[j + 1]!; p++) {
        const row = lower.index[p]!;
        if (mark[row] === k) continue;
        next[i] = p + 1;
        mark[row] = k;
        next[row] = pivotOf[row]! < 0 ? 0 : lower.start[pivotOf[row]!]!;
        stack[++depth] = row;
        deeper = true;
        break;
      }
    }
    if (!deeper) {
      found[--out] = i;
      depth--;
    }
  }
  return out;
}

/** The pattern of A + Aᵀ, for the order. */
function symmetricPattern(a: SparseMatrix): SparseMatrix {
  const t = transpose(a);
  const start = new Int32Array(a.rows + 1);
  const column: number[] = [];
  const mark = new Int32Array(a.rows).fill(-1);
  for (let i = 0; i < a.rows; i++) {
    for (const m of [a, t]) {
      for (let p = m.start[i]!; p < m.start[i + 1]!; p++) {
        const j = m.column[p]!;
        if (mark[j] === i) continue;
        mark[j] = i;
        column.push(j);
      }
    }
    start[i + 1] = column.length;
  }
  return { rows: a.rows, columns: a.rows, start, column: Int32Array.from(column), value: new Float64Array(0) };
}
