/**
 * Seconds since the first row of a run as a clock on the wall would show them: from the dates of the rows where the file has them, for the time of a test stands still between
 * the steps of some cyclers (minutes over a day); else the time of the test.
 */
import { asFloat64, findColumn, type Table } from "@thioscope/core";

export function wallSeconds(file: Table): Float64Array | null {
  const column = (name: string): Float64Array | null => {
    const found = findColumn(file, name);
    return found ? asFloat64(found) : null;
  };
  const dates = column("unix_time_second");
  const wall = dates && forward(dates);
  if (wall) return wall;
  const test = column("test_time_second");
  return test && test.length > 0 ? test.map((t) => t - test[0]!) : null;
}

/** A cycler's clock that is set back now and then stands still until it has caught up. */
const MOST_BACK = 0.01;

/** Null where a row has no date, or where dates run back by more than a hundredth of the run. */
function forward(dates: Float64Array): Float64Array | null {
  const out = new Float64Array(dates.length);
  let back = 0;
  for (let i = 0; i < dates.length; i++) {
    if (!Number.isFinite(dates[i]!)) return null;
    const since = dates[i]! - dates[0]!;
    if (i > 0) back += Math.max(0, dates[i - 1]! - dates[i]!);
    out[i] = i > 0 ? Math.max(out[i - 1]!, since) : 0;
  }
  const span = out[out.length - 1] ?? 0;
  return span > 0 && back <= MOST_BACK * span ? out : null;
}
