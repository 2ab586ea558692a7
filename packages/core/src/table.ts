/** A small columnar table on typed arrays: what every reader gives and every method takes. */
import { ThioscopeError } from "./errors.ts";

export type NumberArray = Float64Array | Float32Array | Int32Array | Uint32Array | Int16Array | Uint16Array | Int8Array | Uint8Array;

export interface Column {
  /** Canonical name where there is one (`voltage_volt`), else a slug of the instrument's own. */
  name: string;
  /** Unit of `values`; "" for counts, flags and codes. */
  unit: string;
  values: NumberArray;
  /** For text: `values` are indices into this list. */
  labels?: readonly string[];
  /** The instrument's own header, its unit, and value here = value there × factor. */
  vendor?: { name: string; unit: string; factor: number };
}

export interface Table {
  rows: number;
  columns: readonly Column[];
}

/** Checks that names are unique and lengths equal; throws INVALID_INPUT otherwise. */
export function makeTable(columns: readonly Column[], rows = columns[0]?.values.length ?? 0): Table {
  const seen = new Set<string>();
  for (const { name, values } of columns) {
    if (seen.has(name)) throw new ThioscopeError("INVALID_INPUT", `two columns are named "${name}"`);
    if (values.length !== rows) {
      throw new ThioscopeError("INVALID_INPUT", `column "${name}" has ${values.length} rows, the table has ${rows}`);
    }
    seen.add(name);
  }
  return { rows, columns };
}

export function findColumn(table: Table, name: string): Column | undefined {
  return table.columns.find((column) => column.name === name);
}

/** The column, or COLUMN_MISSING with the names that are there. */
export function getColumn(table: Table, name: string): Column {
  const column = findColumn(table, name);
  if (column) return column;
  const names = table.columns.map((c) => c.name).join(", ");
  throw new ThioscopeError("COLUMN_MISSING", `the table has no column "${name}"; it has ${names || "none"}`);
}

/** Values as Float64Array: the column's own array where it already is one. */
export function asFloat64(column: Column): Float64Array {
  return column.values instanceof Float64Array ? column.values : Float64Array.from(column.values);
}

/** Rows [from, to), clamped to the table, as views, not copies. */
export function sliceRows(table: Table, from: number, to: number): Table {
  const first = Math.min(Math.max(0, from), table.rows);
  const end = Math.min(Math.max(first, to), table.rows);
  const columns = table.columns.map((c) => ({ ...c, values: c.values.subarray(first, end) as NumberArray }));
  return { rows: end - first, columns };
}

/** The cell at `row`: a number, or the label for text columns. */
export function cell(column: Column, row: number): number | string {
  const value = column.values[row];
  if (value === undefined) throw new ThioscopeError("INVALID_INPUT", `row ${row} of ${column.values.length} in "${column.name}"`);
  return column.labels ? (column.labels[value] ?? "") : value;
}

/** A text column from strings: each distinct string is stored once. */
export function textColumn(name: string, texts: readonly string[]): Column {
  const labels: string[] = [];
  const index = new Map<string, number>();
  const values = new Int32Array(texts.length);
  for (const [row, text] of texts.entries()) {
    let code = index.get(text);
    if (code === undefined) {
      code = labels.length;
      labels.push(text);
      index.set(text, code);
    }
    values[row] = code;
  }
  return { name, unit: "", values, labels };
}
