/** Columns as the Battery Data Format names them: machine names or labels, the unit always in the name. */
import { type Column, getColumn, type Table } from "@thioscope/core";
import { type ColumnSpec, CYCLING_COLUMNS } from "@thioscope/core/cycling";
import { trueCounterName } from "../counters.ts";

export interface BdfOptions {
  /** headers as labels ("Voltage / V") instead of machine names ("voltage_volt") */
  labels?: boolean;
  /** also the columns that the format does not know, as "name / unit" */
  others?: boolean;
}

const REQUIRED = ["test_time_second", "voltage_volt", "current_ampere"] as const;

const specOf = (name: string): ColumnSpec | undefined =>
  Object.hasOwn(CYCLING_COLUMNS, name) ? CYCLING_COLUMNS[name as keyof typeof CYCLING_COLUMNS] : undefined;

/**
 * The columns to be written, renamed: known ones first. Rows that were not measured stay marked
 * (`row_origin`) even without `others`.
 *
 * @throws ThioscopeError COLUMN_MISSING where one of the three required columns is absent
 */
export function bdfColumns(table: Table, { labels = false, others = false }: BdfOptions = {}): { name: string; column: Column }[] {
  for (const name of REQUIRED) getColumn(table, name);
  const known: { name: string; column: Column }[] = [];
  const rest: { name: string; column: Column }[] = [];
  const taken = new Set<string>();
  for (const column of table.columns) {
    const name = trueCounterName(column.name, column.values);
    const spec = specOf(name);
    if (spec?.bdf && !taken.has(name)) {
      taken.add(name);
      known.push({ name: labels ? spec.bdf : name, column });
    } else if (others || (column.name === "row_origin" && column.values.some((origin) => origin !== 0))) {
      rest.push({ name: column.unit === "" ? column.name : `${column.name} / ${column.unit}`, column });
    }
  }
  return [...known, ...rest];
}

const PARQUET = [0x50, 0x41, 0x52, 0x31];

/** True if the content starts as a Parquet file does. */
export function looksLikeParquet(head: Uint8Array): boolean {
  return PARQUET.every((byte, i) => head[i] === byte);
}

/** True if the headers are those of a Battery Data Format file: its names or labels, letter by letter. */
export function isBdf(headers: readonly string[]): boolean {
  return REQUIRED.every((name) => {
    const label = CYCLING_COLUMNS[name].bdf;
    return headers.some((header) => header.trim() === name || header.trim() === label);
  });
}
