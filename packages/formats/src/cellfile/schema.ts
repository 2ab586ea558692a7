/** The structure of a cell file. */
import { checkStructure as check, type Places, type Schema } from "../yaml/index.ts";
import cellSchema from "./cell.schema.json" with { type: "json" };

/** The JSON Schema (draft 07) of the cell file, for editors. */
export const CELL_SCHEMA: Readonly<Record<string, unknown>> = cellSchema;

/** Throws CELL_INVALID at the first place where `data` contradicts the schema. */
export function checkStructure(data: unknown, places: Places): void {
  check(data, cellSchema as unknown as Schema, places);
}
