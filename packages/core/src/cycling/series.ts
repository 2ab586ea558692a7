/**
 * The columns that every method of cycling needs, typed and clean: time, voltage, current.
 *
 * Rows whose time, voltage or current is not a number, or larger than any clock or instrument reads, are left out and reported; `row` leads back to
 * the table, so a result can always name the rows of the raw file. Nothing is interpolated or re-ordered.
 */
import type { Notice } from "../errors.ts";
import { ThioscopeError } from "../errors.ts";
import { asFloat64, findColumn, type NumberArray, type Table } from "../table.ts";
import { ROW_ORIGINS } from "./columns.ts";

export interface CyclingSeries {
  /** rows kept */
  rows: number;
  /** row of the table that each kept row is; null where all were kept */
  row: Uint32Array | null;
  timeSecond: Float64Array;
  voltageVolt: Float64Array;
  /** positive while the cell is charged */
  currentAmpere: Float64Array;
  /** the instrument's own cycle number */
  vendorCycle: NumberArray | null;
  /** the instrument's running step number, else the number of the step in its schedule */
  vendorStep: NumberArray | null;
  /** time since the step began: tells when the current was switched between two rows */
  stepTimeSecond: Float64Array | null;
  notices: readonly Notice[];
}

const MEANING: Readonly<Record<string, string>> = {
  test_time_second: "time: charge and duration need it",
  voltage_volt: "voltage: energies and curves need it",
  current_ampere: "current: charge, half cycles and cycles need it, and a capacity counter does not replace it",
};

/**
 * Typed view of a cycling table.
 *
 * @throws ThioscopeError COLUMN_MISSING naming the missing column, what needs it, and the columns there are
 */
export function cyclingSeries(table: Table): CyclingSeries {
  const [time, voltage, current] = ["test_time_second", "voltage_volt", "current_ampere"].map((name) => {
    const column = findColumn(table, name);
    if (column) return asFloat64(column);
    const names = table.columns.map((c) => c.name).join(", ");
    throw new ThioscopeError("COLUMN_MISSING", `no column "${name}" (${MEANING[name]}); the table has ${names || "no columns"}`);
  }) as [Float64Array, Float64Array, Float64Array];
  const stepTime = findColumn(table, "step_time_second");
  const vendorStep = findColumn(table, "step_count") ?? findColumn(table, "step_id");
  const vendorCycle = findColumn(table, "cycle_count");
  const notices: Notice[] = [];

  let bad = 0;
  let firstBad = -1;
  let lastBad = -1;
  for (let i = 0; i < table.rows; i++) {
    if (isUsable(time[i]!, voltage[i]!, current[i]!)) continue;
    if (bad++ === 0) firstBad = i;
    lastBad = i;
  }
  if (bad > 0) {
    notices.push({
      code: "rows-not-finite",
      message: `${bad} of ${table.rows} rows hold no usable time, voltage or current (not a number, or beyond 1e13) and are left out`,
      rows: [firstBad, lastBad],
    });
  }
  const row = bad === 0 ? null : new Uint32Array(table.rows - bad);
  if (row) {
    let k = 0;
    for (let i = 0; i < table.rows; i++) if (isUsable(time[i]!, voltage[i]!, current[i]!)) row[k++] = i;
  }
  const pick = <T extends NumberArray>(values: T): T => {
    if (!row) return values;
    const kept = values.slice(0, row.length) as T;
    for (let k = 0; k < row.length; k++) kept[k] = values[row[k]!]!;
    return kept;
  };
  const series: CyclingSeries = {
    rows: table.rows - bad,
    row,
    timeSecond: pick(time),
    voltageVolt: pick(voltage),
    currentAmpere: pick(current),
    vendorCycle: vendorCycle && !vendorCycle.labels ? pick(vendorCycle.values) : null,
    vendorStep: vendorStep && !vendorStep.labels ? pick(vendorStep.values) : null,
    stepTimeSecond: stepTime ? pick(asFloat64(stepTime)) : null,
    notices,
  };
  const origin = findColumn(table, "row_origin");
  if (origin) noteOrigins(pick(origin.values), series, notices);
  noteClock(series, notices);
  return series;
}

/** Unix time in ms and every real reading lie below; sums of squares of such values stay finite. */
const LARGEST = 1e13;

function isUsable(time: number, voltage: number, current: number): boolean {
  return Math.abs(time) < LARGEST && Math.abs(voltage) < LARGEST && Math.abs(current) < LARGEST;
}

/** Row of the table that row `i` of the series is. */
export function tableRow(series: CyclingSeries, i: number): number {
  return series.row ? series.row[i]! : i;
}

function noteOrigins(origin: NumberArray, series: CyclingSeries, notices: Notice[]): void {
  for (const [code, name] of ROW_ORIGINS.entries()) {
    if (code === 0) continue;
    let count = 0;
    let first = 0;
    let last = 0;
    for (let i = 0; i < origin.length; i++) {
      if (origin[i] !== code) continue;
      if (count++ === 0) first = i;
      last = i;
    }
    if (count > 0) {
      notices.push({
        code: `rows-${name}`,
        message: `${count} rows were not measured but ${name}; they are used as they stand`,
        rows: [tableRow(series, first), tableRow(series, last)],
      });
    }
  }
}

function noteClock(series: CyclingSeries, notices: Notice[]): void {
  const { timeSecond } = series;
  let count = 0;
  let first = 0;
  let last = 0;
  for (let i = 1; i < series.rows; i++) {
    if (timeSecond[i]! >= timeSecond[i - 1]!) continue;
    if (count++ === 0) first = i;
    last = i;
  }
  if (count === 0) return;
  notices.push({
    code: "time-backwards",
    message: `the test time falls ${count === 1 ? "once" : `${count} times`}; no charge is counted over such an interval`,
    column: "test_time_second",
    rows: [tableRow(series, first), tableRow(series, last)],
  });
}
