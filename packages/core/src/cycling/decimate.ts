/**
 * Fewer rows for a screen, with every extreme kept: the range of x is cut into width − 1 buckets and of each bucket
 * the rows of the smallest and of the largest value of each of one or two columns are taken, and the bucket's
 * first and last row where there is one column. At most 4 × width rows, the first and the last row among them.
 * Reference (one column): Jugel, Jerzak, Hackenbroich and Markl, Proc. VLDB 7, 797 (2014).
 */
import { ThioscopeError } from "../errors.ts";

/**
 * @param x ascending (time, charge); where it does not ascend, rows are bucketed by their number
 * @param columns one or two columns; values that are not numbers are passed over
 * @returns row numbers in [from, to), ascending, without doubles
 */
export function decimate(x: Float64Array, columns: readonly Float64Array[], width: number, from = 0, to: number = x.length): Uint32Array {
  if (!(Number.isInteger(width) && width >= 2))
    throw new ThioscopeError("INVALID_INPUT", `width must be a whole number from 2, not ${width}`);
  if (columns.length < 1 || columns.length > 2) {
    throw new ThioscopeError("INVALID_INPUT", `one or two columns can be reduced together, not ${columns.length}`);
  }
  const rows = Math.max(0, to - from);
  if (rows <= 4 * width) return Uint32Array.from({ length: rows }, (_, k) => from + k);
  const span = x[to - 1]! - x[from]!;
  const byRow = !(span > 0);
  // one bucket fewer leaves room for the first and the last row
  const buckets = width - 1;
  const perBucket = (byRow ? rows : span) / buckets;
  const kept = new Uint32Array(4 * width + 2);
  let count = 0;
  const picks = new Int32Array(4);
  const keep = (row: number): void => {
    if (count === 0 || kept[count - 1]! < row) kept[count++] = row;
  };
  keep(from);
  for (let start = from; start < to; ) {
    const bucket = Math.min(buckets - 1, Math.floor((byRow ? start - from : x[start]! - x[from]!) / perBucket));
    let end = start + 1;
    while (end < to && Math.min(buckets - 1, Math.floor((byRow ? end - from : x[end]! - x[from]!) / perBucket)) <= bucket) end++;
    let used = 0;
    for (const values of columns) {
      let low = -1;
      let high = -1;
      for (let i = start; i < end; i++) {
        const value = values[i]!;
        if (Number.isNaN(value)) continue;
        if (low < 0 || value < values[low]!) low = i;
        if (high < 0 || value > values[high]!) high = i;
      }
      if (low >= 0) {
        picks[used++] = low;
        picks[used++] = high;
      }
    }
    if (columns.length === 1) {
      picks[used++] = start;
      picks[used++] = end - 1;
    }
    picks.subarray(0, used).sort();
    for (let k = 0; k < used; k++) keep(picks[k]!);
    start = end;
  }
  keep(to - 1);
  return kept.slice(0, count);
}
