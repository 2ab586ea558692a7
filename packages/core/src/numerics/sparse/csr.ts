/**
 * Sparse matrices by rows (compressed sparse row): the values of row i are value[start[i]] … value[start[i+1] − 1], their columns
 * stand at the same places of `column`, ascending. Every routine here is O(stored values).
 */
import { ThioscopeError } from "../../errors.ts";

export interface SparseMatrix {
  readonly rows: number;
  readonly columns: number;
  /** rows + 1 places */
  readonly start: Int32Array;
  readonly column: Int32Array;
  readonly value: Float64Array;
}

/** From triplets in any order; entries at the same place add up. Throws INVALID_INPUT for an index outside the matrix. */
export function sparseFromTriplets(
  rows: number,
  columns: number,
  row: ArrayLike<number>,
  column: ArrayLike<number>,
  value: ArrayLike<number>,
): SparseMatrix {
  const start = new Int32Array(rows + 1);
  for (let k = 0; k < row.length; k++) {
    const [i, j] = [row[k]!, column[k]!];
    if (!(i >= 0 && i < rows && j >= 0 && j < columns)) {
      throw new ThioscopeError("INVALID_INPUT", `entry (${i}, ${j}) lies outside a matrix of ${rows} by ${columns}`);
    }
    start[i + 1]!++;
  }
  for (let i = 0; i < rows; i++) start[i + 1]! += start[i]!;
  const next = start.slice(0, rows);
  const unsorted = new Int32Array(row.length);
  const values = new Float64Array(row.length);
  for (let k = 0; k < row.length; k++) {
    const at = next[row[k]!]!++;
    unsorted[at] = column[k]!;
    values[at] = value[k]!;
  }
  // transposing twice sorts the columns of every row
  const sorted = transpose(transpose({ rows, columns, start, column: unsorted, value: values }));
  return mergeDuplicates(sorted);
}

function mergeDuplicates(a: SparseMatrix): SparseMatrix {
  const start = new Int32Array(a.rows + 1);
  let to = 0;
  for (let i = 0; i < a.rows; i++) {
    for (let p = a.start[i]!; p < a.start[i + 1]!; p++) {
      if (to > start[i]! && a.column[to - 1] === a.column[p]) a.value[to - 1]! += a.value[p]!;
      else {
        a.column[to] = a.column[p]!;
        a.value[to++] = a.value[p]!;
      }
    }
    start[i + 1] = to;
  }
  return { rows: a.rows, columns: a.columns, start, column: a.column.slice(0, to), value: a.value.slice(0, to) };
}

/** y = A x. */
export function multiply(a: SparseMatrix, x: Float64Array, y: Float64Array): void {
  const { rows, start, column, value } = a;
  let p = 0;
  for (let i = 0; i < rows; i++) {
    const end = start[i + 1]!;
    let sum = 0;
    for (; p < end; p++) sum += value[p]! * x[column[p]!]!;
    y[i] = sum;
  }
}

/** y = b − A x. */
export function residual(a: SparseMatrix, x: Float64Array, b: Float64Array, y: Float64Array): void {
  const { rows, start, column, value } = a;
  let p = 0;
  for (let i = 0; i < rows; i++) {
    const end = start[i + 1]!;
    let sum = b[i]!;
    for (; p < end; p++) sum -= value[p]! * x[column[p]!]!;
    y[i] = sum;
  }
}

/** y = Aᵀ x. */
export function multiplyTransposed(a: SparseMatrix, x: Float64Array, y: Float64Array): void {
  const { rows, start, column, value } = a;
  y.fill(0);
  let p = 0;
  for (let i = 0; i < rows; i++) {
    const end = start[i + 1]!;
    const xi = x[i]!;
    for (; p < end; p++) y[column[p]!]! += value[p]! * xi;
  }
}

export function transpose(a: SparseMatrix): SparseMatrix {
  const { rows, columns, start, column, value } = a;
  const count = start[rows]!;
  const to = new Int32Array(columns + 1);
  for (let p = 0; p < count; p++) to[column[p]! + 1]!++;
  for (let j = 0; j < columns; j++) to[j + 1]! += to[j]!;
  const next = to.slice(0, columns);
  const column2 = new Int32Array(count);
  const value2 = new Float64Array(count);
  for (let i = 0; i < rows; i++) {
    for (let p = start[i]!; p < start[i + 1]!; p++) {
      const at = next[column[p]!]!++;
      column2[at] = i;
      value2[at] = value[p]!;
    }
  }
  return { rows: columns, columns: rows, start: to, column: column2, value: value2 };
}

/** A B with sorted columns. Throws INVALID_INPUT where the shapes do not fit. */
export function product(a: SparseMatrix, b: SparseMatrix): SparseMatrix {
  if (a.columns !== b.rows) {
    throw new ThioscopeError("INVALID_INPUT", `a matrix of ${a.columns} columns cannot multiply one of ${b.rows} rows`);
  }
  const start = new Int32Array(a.rows + 1);
  const mark = new Int32Array(b.columns).fill(-1);
  for (let i = 0; i < a.rows; i++) {
    let count = 0;
    for (let p = a.start[i]!; p < a.start[i + 1]!; p++) {
      const k = a.column[p]!;
      for (let q = b.start[k]!; q < b.start[k + 1]!; q++) {
        if (mark[b.column[q]!] !== i) {
          mark[b.column[q]!] = i;
          count++;
        }
      }
    }
    start[i + 1] = start[i]! + count;
  }
  const column = new Int32Array(start[a.rows]!);
  const value = new Float64Array(start[a.rows]!);
  const sum = new Float64Array(b.columns);
  mark.fill(-1);
  for (let i = 0; i < a.rows; i++) {
    let to = start[i]!;
    for (let p = a.start[i]!; p < a.start[i + 1]!; p++) {
      const k = a.column[p]!;
      const factor = a.value[p]!;
      for (let q = b.start[k]!; q < b.start[k + 1]!; q++) {
        const j = b.column[q]!;
        if (mark[j] !== i) {
          mark[j] = i;
          sum[j] = 0;
          column[to++] = j;
        }
        sum[j]! += factor * b.value[q]!;
      }
    }
    column.subarray(start[i]!, to).sort();
    for (let p = start[i]!; p < to; p++) value[p] = sum[column[p]!]!;
  }
  return { rows: a.rows, columns: b.columns, start, column, value };
}

/** Pᵀ A P: the matrix of the coarse level of a multigrid. */
export function galerkin(a: SparseMatrix, p: SparseMatrix): SparseMatrix {
  return product(transpose(p), product(a, p));
}

/** Place of entry (i, j) in `value`, −1 where the matrix stores none. */
export function placeOf(a: SparseMatrix, i: number, j: number): number {
  let low = a.start[i]!;
  let high = a.start[i + 1]! - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const c = a.column[middle]!;
    if (c === j) return middle;
    if (c < j) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

export function diagonal(a: SparseMatrix): Float64Array {
  return Float64Array.from({ length: a.rows }, (_, i) => {
    const place = placeOf(a, i, i);
    return place < 0 ? 0 : a.value[place]!;
  });
}
