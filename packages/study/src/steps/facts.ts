/** What the step `read` leaves beside the table, and how other steps get both back. */
import { asFloat64, getColumn, type Notice, ThioscopeError } from "@thioscope/core";
import type { SpectrumInput } from "@thioscope/core/story";
import type { CyclingFile } from "@thioscope/formats";
import { tableFromParquet } from "../parquet.ts";
import type { Holds } from "../registry/index.ts";
import type { ResultInput, StepIo } from "../stepModules.ts";

export interface FileFacts {
  name: string;
  size: number;
  format: string;
  technique: string;
  rows: number;
  meta: CyclingFile["meta"];
  notices: readonly Notice[];
  columns: readonly { name: string; unit: string; vendor?: { name: string; unit: string; factor: number } }[];
  holds: Holds;
  /** what each spectrum says of itself; their points are in spectra.parquet. Empty where there are none */
  spectra: readonly (Omit<SpectrumInput, "frequencyHertz" | "real" | "imaginary" | "pointRows"> & { points: number })[];
  /** what the reader of spectra had to say beside that of the table */
  spectraNotices: readonly Notice[];
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

/** The spectra as they were read. */
export async function loadSpectra(io: StepIo, input: ResultInput): Promise<SpectrumInput[]> {
  const { spectra } = await loadFacts(io, input);
  const table = await tableFromParquet(await io.openResult(input, "spectra.parquet"));
  const column = (name: string): Float64Array => asFloat64(getColumn(table, name));
  const [row, frequency, real, imaginary] = [column("row"), column("frequency_hertz"), column("real_ohm"), column("imaginary_ohm")];
  let at = 0;
  return spectra.map(({ points, ...about }) => {
    const from = at;
    at += points;
    const part = (values: Float64Array): Float64Array => values.slice(from, at);
    return { ...about, pointRows: part(row), frequencyHertz: part(frequency), real: part(real), imaginary: part(imaginary) };
  });
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
