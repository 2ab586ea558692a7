/** Counts of the converter to A, Ah and Wh by the record's range. */
import type { Notice } from "@thioscope/core";
import { amperePerCount } from "./ranges.ts";

/**
 * Multiplies in place: `columns[c][i] *= ampere per count of ranges[i]`. Zero stays zero whatever the range;
 * other counts of an unknown range become NaN, with a notice.
 */
export function applyRanges(ranges: Int32Array, columns: readonly Float64Array[], notices: Notice[]): void {
  const factors = new Float64Array(ranges.length);
  const unknown = new Map<number, { first: number; rows: number }>();
  let last = Number.NaN;
  let factor = 0;
  for (let i = 0; i < ranges.length; i++) {
    const range = ranges[i]!;
    if (range !== last) {
      last = range;
      factor = amperePerCount(range);
    }
    factors[i] = factor;
    if (Number.isNaN(factor) && columns.some((values) => values[i] !== 0)) {
      const seen = unknown.get(range);
      if (seen) seen.rows++;
      else if (unknown.size < 16) unknown.set(range, { first: i, rows: 1 });
    }
  }
  for (const values of columns) {
    for (let i = 0; i < values.length; i++) if (values[i] !== 0) values[i]! *= factors[i]!;
  }
  for (const [range, { first, rows }] of unknown) {
    notices.push({
      code: "range-unknown",
      message: `current range ${range} is not known: current, capacity and energy of ${rows} rows are left empty`,
      rows: [first, first],
    });
  }
}

/** a + b, into a new array. */
export function sum(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < out.length; i++) out[i] = a[i]! + b[i]!;
  return out;
}
