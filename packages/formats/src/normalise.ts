/**
 * Headers of delimited text and spreadsheets to canonical columns. The knowledge is data (synonyms.ts); this
 * file only applies it.
 *
 * Two headers that mean one column: the one whose spelling stands earlier in the table wins, then the one
 * further left; the other is kept under a slug of its header. What is not sure (no unit where several are
 * usual, 03/04/2024 with nothing to tell day from month) is kept as it is and reported, never guessed.
 */
import { type Column, conversionFactor, convert, type Notice, parseUnit, ThioscopeError, textColumn } from "@thioscope/core";
import { CYCLING_COLUMNS, type CyclingColumn, ROW_ORIGINS } from "@thioscope/core/cycling";
import { dayOrderOf, hasZone, parseDuration, parseInstant } from "./clock.ts";
import { trueCounterName } from "./counters.ts";
import { NO_VALUE } from "./delimited/layout.ts";
import { FreeNames } from "./freeNames.ts";
import { plainUnit, type Recognised, recognise, resolveUnit } from "./header.ts";
import type { ColumnMapping } from "./reader.ts";
import type { Synonym } from "./synonyms.ts";

/** A column as the file has it: numbers (NaN where a field is empty), or text. */
export interface RawColumn {
  header: string;
  values: Float64Array | readonly string[];
}

interface Assigned extends Recognised {
  /** a declared factor, on top of the unit's */
  factor: number;
}

/**
 * Recognises quantity and unit in each header ("Voltage(mV)", "I/mA", "Test_Time(s)", "Capacity / Ah").
 *
 * @param mapping declared by the user; overrides what is detected
 * @param dialect spellings of the instrument that wrote the file, tried before the general ones
 * @returns canonical columns first (converted, `vendor` filled), then the others under a slug of their header;
 * a notice per column that was not recognised or whose unit is missing
 * @throws ThioscopeError INVALID_INPUT where `mapping` names a header or a column that does not exist
 */
export function normaliseColumns(
  raw: readonly RawColumn[],
  mapping: ColumnMapping = {},
  dialect: readonly Synonym[] = [],
): { columns: Column[]; notices: Notice[] } {
  const notices: Notice[] = [];
  const plan = assign(raw, mapping, dialect, notices);
  const canonical = new Map<CyclingColumn, Column>();
  const others: Column[] = [];
  const names = new FreeNames("_", Object.keys(CYCLING_COLUMNS));
  for (const [i, column] of raw.entries()) {
    const target = plan[i];
    const converted = target && convertColumn(column, target, notices);
    if (converted) canonical.set(target.column, converted);
    else others.push(keepColumn(column, names));
  }
  renameCounters(canonical, notices);
  const order = Object.keys(CYCLING_COLUMNS) as CyclingColumn[];
  const columns = order.flatMap((name) => canonical.get(name) ?? []);
  return { columns: [...columns, ...others], notices };
}

/** Which raw column becomes which canonical one: undefined where it stays what it is. */
function assign(
  raw: readonly RawColumn[],
  mapping: ColumnMapping,
  dialect: readonly Synonym[],
  notices: Notice[],
): (Assigned | undefined)[] {
  const plan: (Assigned | undefined)[] = raw.map(() => undefined);
  const holder = new Map<CyclingColumn, number>();
  for (const [name, declared] of Object.entries(mapping)) {
    const at = declaredAt(raw, name, typeof declared === "string" ? declared : declared.header);
    plan[at] = declaredTarget(name as CyclingColumn, declared, dialect);
    holder.set(name as CyclingColumn, at);
  }
  const candidates = raw
    .map((column, at) => ({ at, found: plan[at] ? undefined : recognise(column.header, dialect) }))
    .sort((a, b) => (a.found?.rank ?? 0) - (b.found?.rank ?? 0) || a.at - b.at);
  for (const { at, found } of candidates) {
    if (plan[at]) continue;
    const header = raw[at]?.header ?? "";
    if (!found) {
      notices.push({ code: "column-unknown", message: `column "${header}" is not known here; it is kept as it is`, column: header });
      continue;
    }
    const first = holder.get(found.column);
    const column = first === undefined ? found.column : found.otherwise;
    if (column === undefined || holder.has(column)) {
      const winner = raw[first ?? 0]?.header;
      notices.push({
        code: "column-twice",
        message: `"${winner}" and "${header}" both mean ${found.column}; the first is taken, the second kept as it is`,
        column: header,
      });
      continue;
    }
    plan[at] = { ...found, column, factor: 1 };
    holder.set(column, at);
  }
  return plan;
}

function declaredAt(raw: readonly RawColumn[], name: string, header: string): number {
  if (!Object.hasOwn(CYCLING_COLUMNS, name)) {
    const known = Object.keys(CYCLING_COLUMNS).join(", ");
    throw new ThioscopeError("INVALID_INPUT", `the mapping names "${name}", which is no column; known are ${known}`);
  }
  const exact = raw.findIndex((column) => column.header === header);
  const wanted = header.trim().toLowerCase();
  const at = exact >= 0 ? exact : raw.findIndex((column) => column.header.trim().toLowerCase() === wanted);
  if (at < 0) {
    const headers = raw.map((column) => `"${column.header}"`).join(", ");
    throw new ThioscopeError("INVALID_INPUT", `the mapping takes ${name} from "${header}", but the headers are ${headers}`);
  }
  return at;
}

function declaredTarget(column: CyclingColumn, declared: ColumnMapping[string], dialect: readonly Synonym[]): Assigned {
  const { header, unit, factor = 1 } = typeof declared === "string" ? { header: declared } : declared;
  const wanted = CYCLING_COLUMNS[column].unit;
  if (!Number.isFinite(factor) || factor === 0) {
    throw new ThioscopeError("INVALID_INPUT", `the mapping's factor for ${column} is ${factor}; it must be a number other than 0`);
  }
  if (unit !== undefined && unit !== wanted) conversionFactor(resolveUnit(unit, wanted) ?? unit, wanted);
  const detected = recognise(header, dialect);
  const shown = detected?.column === column ? detected.unit : resolveUnit(plainUnit(header)?.unit ?? "", wanted);
  const used = unit === undefined ? (shown ?? wanted) : (resolveUnit(unit, wanted) ?? wanted);
  return { column, unit: used, reverse: false, rank: 0, factor };
}

/** The canonical column, or undefined (with a notice) where the values or a missing unit forbid it. */
function convertColumn(raw: RawColumn, target: Assigned, notices: Notice[]): Column | undefined {
  const { column } = target;
  const { unit } = CYCLING_COLUMNS[column];
  const { header } = raw;
  if (column === "step_type") {
    if (!(raw.values instanceof Float64Array)) return { ...textColumn(column, raw.values), vendor: { name: header, unit: "", factor: 1 } };
    return { name: column, unit, values: raw.values, vendor: { name: header, unit: "", factor: 1 } };
  }
  if (column === "row_origin" && !(raw.values instanceof Float64Array)) return originsOf(raw, raw.values, notices);
  if (unit === "s") return convertTime(raw, target, notices);
  const numbers = raw.values instanceof Float64Array ? raw.values : toNumbers(raw.values);
  if (numbers) reportUnread(raw, numbers, notices);
  else {
    notices.push({ code: "column-text", message: `"${header}" should be ${column} but holds text; it is kept as text`, column: header });
    return undefined;
  }
  if (target.unit === undefined) {
    notices.push({
      code: "unit-missing",
      message: `"${header}" looks like ${column} but names no unit; declare it in a mapping, e.g. {"${column}": {"header": "${header}", "unit": "${unit}"}}`,
      column: header,
    });
    return undefined;
  }
  return scaled(raw, numbers, target, target.unit, unit);
}

/** The marks of rows that were not measured, as written by an export from here. */
function originsOf({ header }: RawColumn, texts: readonly string[], notices: Notice[]): Column | undefined {
  const codes = Uint8Array.from(texts, (text) => (ROW_ORIGINS as readonly string[]).indexOf(text) & 0xff);
  if (!codes.includes(0xff)) return { name: "row_origin", unit: "", values: codes, labels: ROW_ORIGINS };
  notices.push({
    code: "column-text",
    message: `"${header}" holds words other than ${ROW_ORIGINS.join(", ")}; it is kept as text`,
    column: header,
  });
  return undefined;
}

function scaled(raw: RawColumn, numbers: Float64Array, target: Assigned, from: string, to: string): Column {
  const name = target.column;
  const sign = target.reverse ? -target.factor : target.factor;
  const factor = from === to || to === "" ? sign : sign * conversionFactor(from, to);
  const vendor = { name: raw.header, unit: from, factor };
  if (to !== "" && from !== to && (parseUnit(from).offset !== 0 || parseUnit(to).offset !== 0)) {
    return { name, unit: to, values: numbers.map((x) => sign * convert(x, from, to)), vendor };
  }
  if (factor === 1) return { name, unit: to, values: numbers, vendor };
  // whole millivolts divided by 1000 are the floats nearest to the volts; multiplied by 0.001 not all are
  const divisor = Math.round(1 / factor);
  const divides = Math.abs(factor) < 1 && Math.abs(divisor * factor - 1) < 1e-12;
  return { name, unit: to, values: numbers.map(divides ? (x) => x / divisor : (x) => x * factor), vendor };
}

/** Numbers with a unit, "hh:mm:ss", or points in time. */
function convertTime(raw: RawColumn, target: Assigned, notices: Notice[]): Column | undefined {
  const { column: name } = target;
  const { header, values } = raw;
  const vendor = { name: header, unit: target.unit ?? "", factor: 1 };
  if (values instanceof Float64Array) {
    const unit = target.unit ?? (name === "unix_time_second" ? unixUnit(values) : undefined);
    if (unit === "serial") {
      notices.push({ code: "clock-zone", message: `"${header}" carries no time zone; it is taken as UTC`, column: name });
      return { name, unit: "s", values: values.map((x) => Math.round((x - 25569) * 86400e3) / 1e3), vendor: { ...vendor, unit: "d" } };
    }
    if (unit !== undefined) return scaled(raw, values, target, unit, "s");
    notices.push({
      code: "unit-missing",
      message: `"${header}" looks like ${name} but names no unit; declare it in a mapping, e.g. {"${name}": {"header": "${header}", "unit": "s"}}`,
      column: header,
    });
    return undefined;
  }
  if (name !== "unix_time_second") {
    const durations = parseEach(values, parseDuration);
    if (durations) {
      reportUnread(raw, durations, notices);
      return { name, unit: "s", values: durations, vendor };
    }
  }
  const order = dayOrderOf(values);
  if (order === undefined) {
    notices.push({
      code: "clock-ambiguous",
      message: `"${header}" does not tell day from month ("${values.find((v) => v.trim() !== "")?.trim()}"); it is kept as text`,
      column: header,
    });
    return undefined;
  }
  const instants = parseEach(values, (text) => parseInstant(text, order === "not-needed" ? undefined : order));
  if (!instants) {
    const numbers = toNumbers(values);
    if (numbers) return convertTime({ header, values: numbers }, target, notices);
    notices.push({ code: "column-text", message: `"${header}" should be ${name} but is no time; it is kept as text`, column: header });
    return undefined;
  }
  reportUnread(raw, instants, notices);
  if (name === "unix_time_second") {
    if (!values.some(hasZone)) {
      notices.push({ code: "clock-zone", message: `"${header}" carries no time zone; it is taken as UTC`, column: name });
    }
    return { name, unit: "s", values: instants, vendor };
  }
  const start = instants.find((x) => !Number.isNaN(x)) ?? 0;
  notices.push({ code: "clock-as-time", message: `"${header}" holds points in time; ${name} counts from its first`, column: name });
  return { name, unit: "s", values: instants.map((x) => x - start), vendor };
}

/** Plain numbers that can only be Unix seconds, milliseconds or a spreadsheet's days (years 1995 to 2090). */
function unixUnit(values: Float64Array): string | undefined {
  const x = values.find((v) => !Number.isNaN(v)) ?? Number.NaN;
  if (x > 8e8 && x < 3.8e9) return "s";
  if (x > 8e11 && x < 3.8e12) return "ms";
  return x > 34700 && x < 69400 ? "serial" : undefined;
}

/** All texts through `parse`; undefined unless at least half of those that are not empty can be read. */
function parseEach(texts: readonly string[], parse: (text: string) => number): Float64Array | undefined {
  const values = new Float64Array(texts.length);
  let good = 0;
  let filled = 0;
  for (const [row, text] of texts.entries()) {
    const value = text === "" ? Number.NaN : parse(text);
    values[row] = value;
    if (text.trim() !== "") filled++;
    if (!Number.isNaN(value)) good++;
    // a column of other text is given up early
    else if (row === 999 && good === 0) return undefined;
  }
  return good > 0 && 2 * good >= filled ? values : undefined;
}

/** Words among numbers and times are given as empty, and named. */
function reportUnread({ header, values: texts }: RawColumn, values: Float64Array, notices: Notice[]): void {
  if (texts instanceof Float64Array) return;
  let count = 0;
  let first = 0;
  for (const [row, text] of texts.entries()) {
    if (Number.isNaN(values[row]) && !NO_VALUE.test(text.trim()) && count++ === 0) first = row;
  }
  if (count === 0) return;
  const message = `${count} of ${texts.length} fields of "${header}" cannot be read, the first is "${texts[first]?.slice(0, 40)}"; given as empty`;
  notices.push({ code: "not-a-number", message, column: header, rows: [first, first] });
}

/** Plain numbers and decimal commas; "1,234" may be either of two numbers and is none. */
function toNumbers(texts: readonly string[]): Float64Array | undefined {
  return parseEach(texts, (text) => {
    const clean = text.trim();
    if (clean === "" || /^[+-]?\d{1,3}(?:,\d{3})+$/.test(clean)) return Number.NaN;
    return Number(clean.replace(",", "."));
  });
}

/** A column that is not canonical, under a name of its own. */
function keepColumn(raw: RawColumn, names: FreeNames): Column {
  const plain = plainUnit(raw.header);
  const base =
    (plain?.name ?? raw.header.slice(0, 200))
      .normalize("NFKC")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, "_")
      .replace(/^_+|_+$/g, "") || "column";
  const name = names.take(base);
  const vendor = { name: raw.header, unit: plain?.unit ?? "", factor: 1 };
  if (raw.values instanceof Float64Array) return { name, unit: plain?.unit ?? "", values: raw.values, vendor };
  return { ...textColumn(name, raw.values), vendor };
}

/** A counter that goes back is not the one that runs through the whole test: the schedule starts it again. */
function renameCounters(columns: Map<CyclingColumn, Column>, notices: Notice[]): void {
  for (const [name, column] of [...columns]) {
    const better = trueCounterName(name, column.values) as CyclingColumn;
    if (better === name || columns.has(better)) continue;
    columns.delete(name);
    columns.set(better, { ...column, name: better });
    notices.push({
      code: "counter-restarts",
      message: `"${column.vendor?.name}" starts again within the test; it is given as ${better}`,
      column: better,
    });
  }
}
