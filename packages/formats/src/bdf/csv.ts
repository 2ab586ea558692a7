/** Tables as text: Battery Data Format CSV, and CSV with a row of units under the names (Origin). */
import { type Column, cell, plainText, type Table } from "@thioscope/core";
import { CYCLING_COLUMNS } from "@thioscope/core/cycling";
import { type BdfOptions, bdfColumns } from "./names.ts";

const ROWS_PER_PIECE = 8192;

/** Shortest digits that give the same float64 again; nothing for NaN. */
function numberText(x: number): string {
  if (Number.isNaN(x)) return "";
  if (x === 0) return Object.is(x, -0) ? "-0" : "0";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
  return String(x);
}

function quoted(said: string): string {
  const text = plainText(said);
  return /[",\r\n]|^\s|\s$|^#/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function* rowsOf(columns: readonly Column[], rows: number): Generator<string> {
  // float32 as itself would print digits that the instrument never had
  const single = columns.map((column) => column.values instanceof Float32Array);
  for (let from = 0; from < rows; from += ROWS_PER_PIECE) {
    let piece = "";
    for (let row = from; row < Math.min(rows, from + ROWS_PER_PIECE); row++) {
      for (const [i, column] of columns.entries()) {
        if (i > 0) piece += ",";
        if (column.labels) piece += quoted(String(cell(column, row)));
        else if (single[i]) piece += numberText(shortest(column.values[row]!));
        else piece += numberText(column.values[row]!);
      }
      piece += "\n";
    }
    yield piece;
  }
}

/** The float64 with fewest digits that is the same float32. */
function shortest(x: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const y = Number(x.toPrecision(digits));
    if (Math.fround(y) === x) return y;
  }
  return x;
}

/**
 * Battery Data Format CSV, piece by piece: UTF-8, comma, decimal point, one header line. Numbers are written
 * so that reading gives the same float64 again (columns of float32 the same float32).
 *
 * @throws ThioscopeError COLUMN_MISSING without time, voltage and current
 */
export function writeBdfCsv(table: Table, options: BdfOptions = {}): Generator<string> {
  const columns = bdfColumns(table, options);
  return withHead(`${columns.map(({ name }) => quoted(name)).join(",")}\n`, columns, table.rows);
}

function* withHead(head: string, columns: readonly { column: Column }[], rows: number): Generator<string> {
  yield head;
  yield* rowsOf(
    columns.map(({ column }) => column),
    rows,
  );
}

/**
 * All columns as CSV with the names in the first line and the units in the second, as Origin and other
 * plotting programs take them.
 */
export function writeCsvWithUnits(table: Table): Generator<string> {
  const names = table.columns.map(({ name }) => {
    const spec = Object.hasOwn(CYCLING_COLUMNS, name) ? CYCLING_COLUMNS[name as keyof typeof CYCLING_COLUMNS] : undefined;
    return quoted(spec?.bdf ? (spec.bdf.split(" / ")[0] ?? name) : name);
  });
  const units = table.columns.map(({ unit }) => quoted(unit));
  return withHead(
    `${names.join(",")}\n${units.join(",")}\n`,
    table.columns.map((column) => ({ column })),
    table.rows,
  );
}
