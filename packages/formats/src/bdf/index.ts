/** The Battery Data Format (battery-data-alliance): CSV and Parquet, in and out. */
import { cell, type Table, ThioscopeError } from "@thioscope/core";
import { readAll } from "../bytes/source.ts";
import { findLayout } from "../delimited/layout.ts";
import { type Dialect, readDelimited } from "../delimited/reader.ts";
import { normaliseColumns } from "../normalise.ts";
import type { Reader } from "../reader.ts";
import { type BdfOptions, isBdf, looksLikeParquet } from "./names.ts";

export { writeBdfCsv, writeCsvWithUnits } from "./csv.ts";
export type { BdfOptions } from "./names.ts";

/**
 * Battery Data Format as Parquet. Reading gives every float64 again, bit by bit.
 *
 * @throws ThioscopeError COLUMN_MISSING without time, voltage and current
 */
export async function writeBdfParquet(table: Table, options: BdfOptions = {}): Promise<Uint8Array> {
  // the Parquet library is loaded by those who need it
  return (await import("./parquet.ts")).writeBdfParquet(table, options);
}

/**
 * A Parquet file's flat columns: numbers as they are (64-bit integers as float64, nothing as NaN), points in
 * time as Unix seconds, truth values as 0 and 1, the rest as text. Nested columns are left out.
 *
 * @throws ThioscopeError FILE_FOREIGN, FILE_CUT, FILE_DAMAGED
 */
export async function readParquet(bytes: Uint8Array): Promise<Table> {
  return (await import("./parquet.ts")).readParquet(bytes);
}

const BDF_CSV: Dialect = {
  id: "bdf-csv",
  title: "Battery Data Format .csv",
  endings: [".bdf", ".bdf.csv", ".csv"],
  technique: "cycling",
  marks: [],
  // labels of former versions
  synonyms: [
    { column: "temperature_t1_celsius", spellings: ["Surface Temperature T1"] },
    { column: "temperature_t2_celsius", spellings: ["Surface Temperature T2"] },
    { column: "temperature_t3_celsius", spellings: ["Surface Temperature T3"] },
    { column: "temperature_t4_celsius", spellings: ["Surface Temperature T4"] },
    { column: "temperature_t5_celsius", spellings: ["Surface Temperature T5"] },
  ],
};

const bdfCsvReader: Reader = {
  id: BDF_CSV.id,
  title: BDF_CSV.title,
  endings: BDF_CSV.endings,
  sniff(head, source) {
    const layout = findLayout(head, head.length >= source.size);
    return layout && isBdf(layout.headers) ? 0.95 : 0;
  },
  read: (source, options) => readDelimited(source, options, BDF_CSV),
};

const bdfParquetReader: Reader = {
  id: "bdf-parquet",
  title: "Battery Data Format .parquet",
  endings: [".bdf.parquet", ".parquet"],
  sniff: (head) => (looksLikeParquet(head) ? 0.95 : 0),
  async read(source, options) {
    const table = await readParquet(await readAll(source));
    const raw = table.columns.map((column) => {
      const { name, values, labels } = column;
      if (labels) return { header: name, values: Array.from(values, (_, row) => String(cell(column, row))) };
      return { header: name, values: values instanceof Float64Array ? values : Float64Array.from(values) };
    });
    const { columns, notices } = normaliseColumns(raw, options.mapping, BDF_CSV.synonyms);
    if (!columns.some(({ name }) => name === "voltage_volt" || name === "current_ampere")) {
      const names = table.columns.map(({ name }) => `"${name}"`).join(", ");
      throw new ThioscopeError(
        "MAPPING_NEEDED",
        `neither voltage nor current is recognised among the columns ${names}; declare a mapping`,
        {
          file: source.name,
        },
      );
    }
    return { format: "bdf-parquet", technique: BDF_CSV.technique, rows: table.rows, columns, meta: {}, notices };
  },
};

export const bdfReaders: readonly Reader[] = [bdfCsvReader, bdfParquetReader];
