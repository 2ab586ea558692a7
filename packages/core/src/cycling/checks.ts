/**
 * What a table of cycling data says against itself: slips of sign, unit and clock that instruments, exports
 * and people make. Nothing is corrected; each finding is a notice that names its evidence.
 *
 * - `voltage-range`: |V| beyond what a cell and its instrument can show (−5 … 10 V and 10 % more); millivolts labelled volts.
 * - `current-sign`: the voltage falls in at least 80 % of the rows of charge in which it changes, and rises so in
 *   discharge.
 * - `clock-factor`: wall clock and test time run at rates that differ (median over stretches of 30 s and more);
 *   1000, 60 and 3600 are named as ms, min and h.
 * - `time-backwards`, `rows-repeated`: rows whose time is before the row above; rows equal to the row above.
 * - `capacity-factor`: a counter of charge rises by another amount than ∫ I dt, taken where neighbouring rows
 *   carry current of one sign. It may lie between the lower and the upper sum (the current is monotonic between
 *   rows), widened by 10 % or by what the printed digits of the current leave open.
 * - `capacity-swapped`: charging and discharging counters follow the opposite current.
 */
import type { Notice } from "../errors.ts";
import { asFloat64, type Column, findColumn, type Table } from "../table.ts";

const COUNTERS: Readonly<Record<string, "charge" | "discharge" | "both">> = {
  charging_capacity_ah: "charge",
  discharging_capacity_ah: "discharge",
  step_charging_capacity_ah: "charge",
  step_discharging_capacity_ah: "discharge",
  cycle_charging_capacity_ah: "charge",
  cycle_discharging_capacity_ah: "discharge",
  schedule_charging_capacity_ah: "charge",
  schedule_discharging_capacity_ah: "discharge",
  step_cumulative_capacity_ah: "both",
  cumulative_capacity_ah: "both",
};

/** Factors that have a usual cause, as value here ÷ value expected. */
const CAUSES: readonly (readonly [factor: number, cause: string])[] = [
  [1000, "a milli-unit labelled as the unit"],
  [1 / 1000, "a unit labelled as the milli-unit"],
  [60, "seconds labelled minutes, or the reverse"],
  [1 / 60, "seconds labelled minutes, or the reverse"],
  [3600, "ampere seconds labelled ampere hours, or hours labelled seconds"],
  [1 / 3600, "hours labelled seconds, or the reverse"],
  [3.6, "milliampere hours and coulombs confused"],
  [1 / 3.6, "milliampere hours and coulombs confused"],
  [1e6, "a micro-unit labelled as the unit"],
  [1e-6, "a unit labelled as the micro-unit"],
];

/** A factor for people: "1000", "1/3600", "1.35". */
function factorText(factor: number): string {
  const inverse = 1 / factor;
  if (factor < 1 && Math.abs(inverse - Math.round(inverse)) < 0.05 * inverse && inverse > 10) return `1/${Math.round(inverse)}`;
  return Number(factor.toPrecision(3)).toString();
}

function causeOf(ratio: number, tolerance: number): readonly [number, string] | undefined {
  return CAUSES.find(([factor]) => Math.abs(ratio / factor - 1) < tolerance);
}

/**
 * @param table canonical columns where there are any; what is absent is not checked
 * @returns notices, none for data without contradiction. Linear in the rows, no copies of columns.
 */
export function checkCycling(table: Table): Notice[] {
  const time = valuesOf(table, "test_time_second");
  const voltage = valuesOf(table, "voltage_volt");
  const current = valuesOf(table, "current_ampere");
  const wall = valuesOf(table, "unix_time_second");
  const notices: Notice[] = [];
  if (voltage) notices.push(...checkVoltage(voltage));
  if (voltage && current) notices.push(...checkSign(voltage, current));
  if (time) notices.push(...checkOrder(time));
  if (time && wall) notices.push(...checkClock(time, wall));
  notices.push(...checkRepeats(table));
  if (time && current) notices.push(...checkCounters(table, time, current));
  return notices;
}

function valuesOf(table: Table, name: string): Float64Array | undefined {
  const column = findColumn(table, name);
  return column && asFloat64(column);
}

/** −5 to 10 V, and a tenth more: instruments with a range of ±5 V overshoot it. */
const LOWEST = -5.5;
const HIGHEST = 11;

function checkVoltage(voltage: Float64Array): Notice[] {
  let outside = 0;
  let first = -1;
  let largest = 0;
  for (let i = 0; i < voltage.length; i++) {
    const v = voltage[i]!;
    if (v > HIGHEST || v < LOWEST) {
      if (outside++ === 0) first = i;
      if (Math.abs(v) > Math.abs(largest)) largest = v;
    }
  }
  if (outside === 0) return [];
  const milli = outside * 2 > voltage.length && Math.abs(largest) < 10_000;
  const what = milli ? "; divided by 1000 it would be a cell's: millivolts labelled volts?" : "";
  return [
    {
      code: "voltage-range",
      message: `${outside} of ${voltage.length} rows have a voltage beyond ${LOWEST} to ${HIGHEST} V (up to ${Number(largest.toPrecision(6))} V)${what}`,
      column: "voltage_volt",
      rows: [first, first],
    },
  ];
}

/** Rows are compared with the row above where both carry current of one sign. */
function checkSign(voltage: Float64Array, current: Float64Array): Notice[] {
  const rises = { charge: 0, discharge: 0 };
  const falls = { charge: 0, discharge: 0 };
  for (let i = 1; i < voltage.length; i++) {
    const now = current[i]!;
    if (now === 0 || !(now * current[i - 1]! > 0)) continue;
    const change = voltage[i]! - voltage[i - 1]!;
    const way = now > 0 ? "charge" : "discharge";
    if (change > 0) rises[way]++;
    else if (change < 0) falls[way]++;
  }
  const charge = rises.charge + falls.charge;
  const discharge = rises.discharge + falls.discharge;
  if (charge + discharge < 20) return [];
  const wrongInCharge = falls.charge >= 0.8 * charge;
  const wrongInDischarge = rises.discharge >= 0.8 * discharge;
  if (!wrongInCharge || !wrongInDischarge) return [];
  const parts = [
    ...(charge > 0 ? [`falls in ${falls.charge} of ${charge} rows with positive current`] : []),
    ...(discharge > 0 ? [`rises in ${rises.discharge} of ${discharge} rows with negative current`] : []),
  ];
  return [
    {
      code: "current-sign",
      message: `the voltage ${parts.join(" and ")} (rows in which it changes): the sign of the current may be reversed, positive is charging`,
      column: "current_ampere",
    },
  ];
}

function checkOrder(time: Float64Array): Notice[] {
  let count = 0;
  let first = 0;
  let last = Number.NEGATIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < time.length; i++) {
    const t = time[i]!;
    if (t < last) {
      if (count++ === 0) first = i;
      worst = Math.max(worst, last - t);
    }
    if (!Number.isNaN(t)) last = t;
  }
  if (count === 0) return [];
  return [
    {
      code: "time-backwards",
      message: `the test time goes back at ${count} ${count === 1 ? "row" : "rows"}, by up to ${Number(worst.toPrecision(6))} s; the first is row ${first}`,
      column: "test_time_second",
      rows: [first, first],
    },
  ];
}

/** Shortest stretch of wall clock that gives a rate, s: a clock printed to 1 s then errs by 3 %. */
const STRETCH = 30;
/** A run gives at most about this many rates. */
const STRETCHES = 1000;

function checkClock(time: Float64Array, wall: Float64Array): Notice[] {
  const rates: number[] = [];
  const whole = wall[wall.length - 1]! - wall[0]!;
  const stretch = Math.max(STRETCH, whole > 0 ? whole / STRETCHES : 0);
  let from = 0;
  for (let i = 1; i < time.length; i++) {
    const seconds = wall[i]! - wall[from]!;
    // a pause of the test, or a clock that is not running, says nothing
    if (!(seconds >= 0)) from = i;
    if (!(seconds >= stretch)) continue;
    const elapsed = time[i]! - time[from]!;
    if (elapsed > 0) rates.push(elapsed / seconds);
    from = i;
  }
  if (rates.length < 3) return [];
  rates.sort((a, b) => a - b);
  const rate = rates[rates.length >> 1]!;
  if (Math.abs(rate - 1) < 0.05) return [];
  const cause = causeOf(rate, 0.05);
  const factor = cause?.[0] ?? rate;
  const unit = new Map([
    [1000, "milliseconds"],
    [1 / 60, "minutes"],
    [1 / 3600, "hours"],
  ]).get(factor);
  return [
    {
      code: "clock-factor",
      message: `the test time runs ${factorText(factor)} times as fast as the wall clock${unit ? `: ${unit} labelled seconds?` : ""}`,
      column: "test_time_second",
    },
  ];
}

/** Rows equal to the one above in every column but a running number. */
function checkRepeats(table: Table): Notice[] {
  const columns = table.columns.filter(({ name }) => name !== "record_index" && name !== "step_record_index" && name !== "row_origin");
  // without a clock equal rows are a rest, not a repetition
  const clock = columns.findIndex(({ name }) => name === "test_time_second" || name === "unix_time_second");
  if (clock < 0) return [];
  const ordered = [columns[clock]!, ...columns.filter((_, i) => i !== clock)].map(({ values }) => values);
  let count = 0;
  let first = 0;
  for (let row = 1; row < table.rows; row++) {
    let same = true;
    for (let c = 0; same && c < ordered.length; c++) {
      const values = ordered[c]!;
      same = Object.is(values[row], values[row - 1]);
    }
    if (same && count++ === 0) first = row;
  }
  if (count === 0) return [];
  const message = `${count} ${count === 1 ? "row repeats" : "rows repeat"} the row above in every column, the first is row ${first}`;
  return [{ code: "rows-repeated", message, rows: [first, first] }];
}

/** ∫ I dt in Ah: by trapezoids, and the least and most it can be where the current is monotonic between rows. */
interface Charge {
  least: number;
  value: number;
  most: number;
}

/** By sign of the current; intervals in which it changes sign count nothing. */
function integrate(time: Float64Array, current: Float64Array): { charge: Charge; discharge: Charge; rows: number } {
  const charge = { least: 0, value: 0, most: 0 };
  const discharge = { least: 0, value: 0, most: 0 };
  let rows = 0;
  for (let i = 1; i < time.length; i++) {
    const seconds = time[i]! - time[i - 1]!;
    if (!(current[i]! * current[i - 1]! > 0) || !(seconds > 0)) continue;
    const sum = current[i]! > 0 ? charge : discharge;
    const a = Math.abs(current[i]!);
    const b = Math.abs(current[i - 1]!);
    const hours = seconds / 3600;
    sum.least += Math.min(a, b) * hours;
    sum.value += 0.5 * (a + b) * hours;
    sum.most += Math.max(a, b) * hours;
    rows++;
  }
  return { charge, discharge, rows };
}

/** What a counter has counted, over its restarts, while the cell was charged and while it was discharged. */
function counted(values: Float64Array, time: Float64Array, current: Float64Array): { charge: number; discharge: number; both: number } {
  const sum = { charge: 0, discharge: 0 };
  for (let i = 1; i < values.length; i++) {
    if (!(current[i]! * current[i - 1]! > 0) || !(time[i]! - time[i - 1]! > 0)) continue;
    const change = Math.abs(values[i]!) - Math.abs(values[i - 1]!);
    if (change > 0) sum[current[i]! > 0 ? "charge" : "discharge"] += change;
  }
  return { ...sum, both: sum.charge + sum.discharge };
}

/** How finely the current is given, relative to its usual size: half the smallest gap between its values. */
function currentResolution(current: Float64Array): number {
  const step = Math.max(1, Math.floor(current.length / 4000));
  const sizes: number[] = [];
  for (let i = 0; i < current.length; i += step) {
    const size = Math.abs(current[i]!);
    if (size > 0) sizes.push(size);
  }
  sizes.sort((a, b) => a - b);
  const median = sizes[sizes.length >> 1] ?? 0;
  let gap = sizes[0] ?? 0;
  for (let i = 1; i < sizes.length; i++) {
    const difference = sizes[i]! - sizes[i - 1]!;
    // below this it is the last bit of the float, not of the instrument
    if (difference > 1e-9 * median) gap = Math.min(gap, difference);
  }
  return median > 0 ? (0.5 * gap) / median : Number.POSITIVE_INFINITY;
}

const ROWS_NEEDED = 50;

function checkCounters(table: Table, time: Float64Array, current: Float64Array): Notice[] {
  const counters = table.columns.filter(({ name }) => Object.hasOwn(COUNTERS, name));
  if (counters.length === 0) return [];
  const integral = integrate(time, current);
  if (integral.rows < ROWS_NEEDED) return [];
  const tolerance = Math.max(0.1, currentResolution(current));
  const { charge, discharge } = integral;
  const both = { least: charge.least + discharge.least, value: charge.value + discharge.value, most: charge.most + discharge.most };
  const expected = { charge, discharge, both };
  const opposite = { charge: "discharge", discharge: "charge", both: "both" } as const;
  // charge that is a small part of all is decided by a few rows
  const small = 0.02 * both.value;
  const agrees = (value: number, { least, most }: Charge): boolean => value >= least * (1 - tolerance) && value <= most * (1 + tolerance);
  const notices: Notice[] = [];
  for (const column of counters) {
    const way = COUNTERS[column.name]!;
    const counts = counted(asFloat64(column), time, current);
    const other = counts[opposite[way]];
    const swapped = way !== "both" && counts[way] < small && other > small && agrees(other, expected[opposite[way]]);
    if (swapped) notices.push(swappedNotice(column, way));
    else if (!agrees(counts[way], expected[way]) && (counts[way] > small || expected[way].value > small)) {
      notices.push(factorNotice(column, counts[way], expected[way].value, tolerance));
    }
  }
  return notices;
}

function swappedNotice(column: Column, way: "charge" | "discharge"): Notice {
  return {
    code: "capacity-swapped",
    message: `${column.name} counts while the current ${way === "charge" ? "discharges" : "charges"} the cell: the sign of the current or the names of the counters are swapped`,
    column: column.name,
  };
}

function factorNotice(column: Column, value: number, integral: number, tolerance: number): Notice {
  const ratio = value / integral;
  const cause = causeOf(ratio, Math.min(tolerance, 0.2));
  const digits = (x: number): string => Number(x.toPrecision(4)).toString();
  const times = Number.isFinite(ratio) ? `, ${factorText(cause?.[0] ?? ratio)} times as much${cause ? `: ${cause[1]}?` : ""}` : "";
  return {
    code: "capacity-factor",
    message: `${column.name} counts ${digits(value)} Ah where the current integrates to ${digits(integral)} Ah${times}`,
    column: column.name,
  };
}
