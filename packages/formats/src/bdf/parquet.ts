/**
 * Parquet, in and out: float64, float32 and int32 as they are, text with a dictionary, pages compressed with
 * Snappy. Units stand in the columns' names.
 */
import { type Column, makeTable, type NumberArray, type Table, ThioscopeError, textColumn } from "@thioscope/core";
import { type DecodedArray, type FileMetaData, parquetMetadata, parquetRead } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { type BasicType, ByteWriter, type ColumnSource, parquetWrite } from "hyparquet-writer";
import { type BdfOptions, bdfColumns, looksLikeParquet } from "./names.ts";

/** More cells than this are refused before anything is decoded (2 GB as float64). */
const MAX_CELLS = 2 ** 28;
const ROW_GROUP = 131072;

function sourceOf(name: string, column: Column): ColumnSource {
  const { values, labels } = column;
  if (labels) return { name, data: Array.from(values, (code) => labels[code] ?? ""), type: "STRING", nullable: false };
  let type: BasicType = "INT32";
  let data: DecodedArray = values as DecodedArray;
  if (values instanceof Float64Array || values instanceof Uint32Array) {
    type = "DOUBLE";
    data = values instanceof Float64Array ? values : Float64Array.from(values);
  } else if (values instanceof Float32Array) type = "FLOAT";
  else if (!(values instanceof Int32Array)) data = Int32Array.from(values);
  // a dictionary would make −0 and 0 one value
  const plain = values.some((x) => Object.is(x, -0));
  return { name, data, type, nullable: false, ...(plain ? { encoding: "PLAIN" as const } : {}) };
}

/** See {@link BdfOptions}; COLUMN_MISSING without time, voltage and current. */
export function writeBdfParquet(table: Table, options: BdfOptions = {}): Uint8Array {
  const writer = new ByteWriter();
  void parquetWrite({
    writer,
    columnData: bdfColumns(table, options).map(({ name, column }) => sourceOf(name, column)),
    rowGroupSize: ROW_GROUP,
    createdBy: "thioscope",
  });
  return writer.getBytes();
}

/** A Parquet file's flat columns; FILE_FOREIGN, FILE_CUT, FILE_DAMAGED. */
export async function readParquet(bytes: Uint8Array): Promise<Table> {
  if (!looksLikeParquet(bytes)) throw new ThioscopeError("FILE_FOREIGN", "the content is not Parquet", { offset: 0 });
  if (!looksLikeParquet(bytes.subarray(bytes.length - 4))) {
    throw new ThioscopeError("FILE_CUT", "the file does not end as Parquet does: it was cut or is still being written", {
      offset: bytes.length,
    });
  }
  try {
    return await decode(bytes);
  } catch (error) {
    if (error instanceof ThioscopeError) throw error;
    const what = error instanceof Error ? error.message : String(error);
    throw new ThioscopeError("FILE_DAMAGED", `the Parquet file is damaged: ${what}`, {}, error);
  }
}

async function decode(bytes: Uint8Array): Promise<Table> {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const metadata = parquetMetadata(file);
  const rows = Number(metadata.num_rows);
  const names = flatColumns(metadata);
  if (!(rows >= 0 && rows * Math.max(1, names.length) <= MAX_CELLS)) {
    throw new ThioscopeError("FILE_DAMAGED", `${rows} rows of ${names.length} columns are declared; at most ${MAX_CELLS} values are read`);
  }
  const pieces = new Map<string, { from: number; data: DecodedArray }[]>(names.map((name) => [name, []]));
  await parquetRead({
    file,
    metadata,
    compressors,
    columns: names,
    onChunk: ({ columnName, columnData, rowStart }) => void pieces.get(columnName)?.push({ from: rowStart, data: columnData }),
  });
  return makeTable(
    names.map((name) => columnOf(name, pieces.get(name) ?? [], rows)),
    rows,
  );
}

/** Names of the columns directly under the root that hold single values. */
function flatColumns({ schema }: FileMetaData): string[] {
  const names: string[] = [];
  let inside = 0;
  for (const element of schema.slice(1)) {
    if (inside > 0) {
      inside += (element.num_children ?? 0) - 1;
    } else if (element.num_children) inside = element.num_children;
    else if (typeof element.name !== "string") throw new ThioscopeError("FILE_DAMAGED", "the Parquet file has a column without a name");
    else if (element.repetition_type !== "REPEATED") names.push(element.name);
  }
  return names;
}

function columnOf(name: string, pieces: readonly { from: number; data: DecodedArray }[], rows: number): Column {
  const whole = pieces.every(({ data }) => data instanceof Int32Array) && pieces.length > 0;
  const single = pieces.every(({ data }) => data instanceof Float32Array) && pieces.length > 0;
  const isText = pieces.some(({ data }) => !ArrayBuffer.isView(data) && Array.prototype.some.call(data, (x) => typeof x === "string"));
  if (isText) {
    const texts = new Array<string>(rows).fill("");
    for (const { from, data } of pieces) for (let i = 0; i < data.length && from + i < rows; i++) texts[from + i] = String(data[i] ?? "");
    return textColumn(name, texts);
  }
  const values: NumberArray = whole ? new Int32Array(rows) : single ? new Float32Array(rows) : new Float64Array(rows).fill(Number.NaN);
  let seconds = false;
  for (const { from, data } of pieces) {
    if (from + data.length > rows) throw new ThioscopeError("FILE_DAMAGED", `column "${name}" is longer than the table (${rows} rows)`);
    if (ArrayBuffer.isView(data) && !(data instanceof BigInt64Array || data instanceof BigUint64Array)) {
      values.set(data as NumberArray, from);
      continue;
    }
    for (let i = 0; i < data.length; i++) {
      const x: unknown = data[i];
      if (x instanceof Date) seconds = true;
      values[from + i] = x instanceof Date ? x.getTime() / 1000 : x === null || x === undefined ? Number.NaN : Number(x);
    }
  }
  return { name, unit: seconds ? "s" : "", values };
}
