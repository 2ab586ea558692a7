/**
 * Headers of delimited text and spreadsheets to canonical columns. The knowledge is data (synonyms.ts); this
 * file only applies it.
 */
import type { Column, Notice } from "@thioscope/core";
import type { ColumnMapping } from "./reader.ts";

/** A column as the file has it: numbers (NaN where a field is empty), or text. */
export interface RawColumn {
  header: string;
  values: Float64Array | readonly string[];
}

/**
 * Recognises quantity and unit in each header ("Voltage(mV)", "I/mA", "Test_Time(s)", "Capacity / Ah").
 *
 * @returns canonical columns first (converted, `vendor` filled), then the others under a slug of their header;
 * a notice per column that was not recognised or whose unit is missing
 */
export function normaliseColumns(_raw: readonly RawColumn[], _mapping?: ColumnMapping): { columns: Column[]; notices: Notice[] } {
  throw new Error("written with the delimited reader");
}
