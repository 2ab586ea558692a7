/**
 * Result tables as Parquet (zstd) and back. Units, the instrument's own names and text labels travel in the
 * file's key-value metadata, so a table read back equals the one written; any Parquet reader sees plain columns.
 */

import { type Column, makeTable, type Table, ThioscopeError, textColumn } from "@thioscope/core";
import type { ByteSource } from "@thioscope/formats";
import { type ColumnData, parquetMetadataAsync, parquetRead } from "hyparquet";
import { type BasicType, type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import { CODEC, PACK, UNPACK } from "#codec";

/** 8 GB as float64. */
const MOST_VALUES = 1e9;
const METADATA = "thioscope:columns";
/** the size that DuckDB likes: each group is scanned by one thread */
const ROW_GROUP = 122_880;

type Described = Pick<Column, "name" | "unit" | "vendor"> & { type: BasicType };

/** The table as the bytes of a Parquet file; the same table always gives the same bytes. */
export function tableToParquet(table: Table): Uint8Array {
  const columnData = table.columns.map((column): ColumnSource & { type: BasicType } => {
    const { data, type } = stored(column);
    // a dictionary would take −0 for 0; zstd finds the repeats by itself
    return { name: column.name, nullable: false, data, type, ...(type === "STRING" ? {} : { encoding: "PLAIN" }) };
  });
  const described: Described[] = table.columns.map(({ name, unit, vendor }, i) => ({
    name,
    unit,
    type: columnData[i]!.type,
    ...(vendor ? { vendor } : {}),
  }));
  const buffer = parquetWriteBuffer({
    columnData,
    codec: CODEC,
    compressors: PACK,
    rowGroupSize: ROW_GROUP,
    statistics: false,
    kvMetadata: [{ key: METADATA, value: JSON.stringify(described) }],
    createdBy: "thioscope",
  });
  return new Uint8Array(buffer);
}

function stored({ values, labels }: Column): { data: unknown[] | Int32Array | Float32Array | Float64Array; type: BasicType } {
  if (labels) return { data: Array.from(values, (code) => labels[code] ?? ""), type: "STRING" };
  if (values instanceof Float64Array) return { data: values, type: "DOUBLE" };
  if (values instanceof Float32Array) return { data: values, type: "FLOAT" };
  if (values instanceof Uint32Array && values.some((v) => v > 0x7fffffff)) return { data: Float64Array.from(values), type: "DOUBLE" };
  return { data: values instanceof Int32Array ? values : Int32Array.from(values), type: "INT32" };
}

/**
 * Reads a table written by {@link tableToParquet}.
 *
 * @param names columns wanted (those that are there); all without it
 * @throws ThioscopeError FILE_DAMAGED if it is not such a file
 */
export async function tableFromParquet(source: ByteSource, names?: readonly string[]): Promise<Table> {
  const file = {
    byteLength: source.size,
    slice: async (start: number, end = source.size): Promise<ArrayBuffer> => {
      const bytes = await source.read(start, end - start);
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    },
  };
  try {
    const metadata = await parquetMetadataAsync(file);
    const text = metadata.key_value_metadata?.find((entry) => entry.key === METADATA)?.value;
    if (text === undefined) throw new Error(`it lacks the entry ${METADATA}`);
    const described = (JSON.parse(text) as Described[]).filter((d) => names === undefined || names.includes(d.name));
    const rows = Number(metadata.num_rows);
    // before memory is taken: the file says its length twice, and both must agree
    const grouped = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
    if (!(rows >= 0 && rows === grouped && rows * Math.max(1, described.length) <= MOST_VALUES)) {
      throw new Error(
        `${rows} rows of ${described.length} columns are declared, ${grouped} in its groups; at most ${MOST_VALUES} values are read`,
      );
    }
    const parts = new Map<string, ColumnData[]>(described.map((d) => [d.name, []]));
    if (rows > 0 && described.length > 0) {
      await parquetRead({
        file,
        metadata,
        columns: described.map((d) => d.name),
        compressors: UNPACK,
        onChunk: (chunk) => parts.get(chunk.columnName)?.push(chunk),
      });
    }
    return makeTable(
      described.map((d) => joined(d, parts.get(d.name)!, rows)),
      rows,
    );
  } catch (error) {
    if (error instanceof ThioscopeError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new ThioscopeError("FILE_DAMAGED", `the result table cannot be read: ${why}`, { file: source.name }, error);
  }
}

function joined({ name, unit, vendor, type }: Described, parts: readonly ColumnData[], rows: number): Column {
  const more = vendor ? { vendor } : {};
  if (type === "STRING") {
    const texts = new Array<string>(rows).fill("");
    for (const { columnData, rowStart } of parts) {
      for (let i = 0; i < columnData.length; i++) texts[rowStart + i] = String(columnData[i]);
    }
    return { ...textColumn(name, texts), ...more };
  }
  const values = type === "INT32" ? new Int32Array(rows) : type === "FLOAT" ? new Float32Array(rows) : new Float64Array(rows);
  for (const { columnData, rowStart } of parts) values.set(columnData as ArrayLike<number>, rowStart);
  return { name, unit, values, ...more };
}
