/** What the step `read` leaves beside the table, and how other steps get both back. */
import { type Notice, ThioscopeError } from "@thioscope/core";
import type { CyclingFile } from "@thioscope/formats";
import { tableFromParquet } from "../parquet.ts";
import type { ResultInput, StepIo } from "../tasks.ts";

export interface FileFacts {
  name: string;
  size: number;
  format: string;
  technique: string;
  rows: number;
  meta: CyclingFile["meta"];
  notices: readonly Notice[];
  columns: readonly { name: string; unit: string; vendor?: { name: string; unit: string; factor: number } }[];
}

export async function loadFacts(io: StepIo, input: ResultInput): Promise<FileFacts> {
  const source = await io.openResult(input, "file.json");
  return JSON.parse(new TextDecoder().decode(await source.read(0, source.size))) as FileFacts;
}

/** The file as it was read, from its result; with `names` only these columns. */
export async function loadFile(io: StepIo, input: ResultInput, names?: readonly string[]): Promise<CyclingFile> {
  const { format, technique, meta, notices } = await loadFacts(io, input);
  const table = await tableFromParquet(await io.openResult(input, "table.parquet"), names);
  return { ...table, format, technique, meta, notices };
}

/** Columns that methods of cycling look at. */
export const METHOD_COLUMNS = [
  "test_time_second",
  "voltage_volt",
  "current_ampere",
  "cycle_count",
  "step_count",
  "step_id",
  "step_index",
  "step_time_second",
  "row_origin",
] as const;

export function jsonBytes(value: unknown): Uint8Array {
  const text = JSON.stringify(value, (_key, v: unknown) => (ArrayBuffer.isView(v) ? Array.from(v as unknown as ArrayLike<number>) : v));
  return new TextEncoder().encode(`${text}\n`);
}

/**
 * What a method gives; nothing and a notice where the file lacks a column that it needs (a file without current
 * has no cycles, and that is no fault of the file).
 */
export function orNotice<T>(code: string, compute: () => T): { value: T | null; notices: readonly Notice[] } {
  try {
    return { value: compute(), notices: [] };
  } catch (error) {
    if (error instanceof ThioscopeError && error.code === "COLUMN_MISSING") {
      return { value: null, notices: [{ code, message: error.message }] };
    }
    throw error;
  }
}
