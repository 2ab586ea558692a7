/**
 * What a view shows as a file for other programs: columns with names, units and errors.
 *
 *   Parquet  a column each, numbers as float64, text as strings; "thioscope:units" of the file's metadata holds title and units as JSON
 *   HDF5     NeXus: /entry/data of class NXdata with a dataset per column (see writeNexusData), `axes` names the first column of numbers and `signal` the last
 *
 * NaN stays NaN.
 */
import { ThioscopeError } from "@thioscope/core";
import { ByteWriter, type ColumnSource, parquetWrite } from "hyparquet-writer";
import { writeNexusData } from "../nexus/writeNexusData.ts";

export interface ViewColumn {
  name: string;
  /** "" without one */
  unit: string;
  values: ArrayLike<number> | readonly string[];
  /** standard error of each value */
  sigma?: ArrayLike<number>;
}

interface Plain {
  /** unique within the file */
  name: string;
  title: string;
  unit: string;
  text: string[] | null;
  numbers: Float64Array | null;
  isError: boolean;
}

function requireOneLength(columns: readonly ViewColumn[]): void {
  const rows = columns[0]?.values.length ?? 0;
  for (const { name, values, sigma } of columns) {
    if (values.length !== rows || (sigma && sigma.length !== rows))
      throw new ThioscopeError("INVALID_INPUT", `column "${name}" has ${values.length} rows, the first has ${rows}`);
  }
}

/** Columns with their errors as columns of their own, names told apart, all of one length. */
function plainColumns(columns: readonly ViewColumn[], errorName: (name: string) => string): Plain[] {
  requireOneLength(columns);
  const seen = new Set<string>();
  const free = (wanted: string): string => {
    let name = wanted;
    for (let n = 2; seen.has(name); n++) name = `${wanted} ${n}`;
    seen.add(name);
    return name;
  };
  return columns.flatMap(({ name, unit, values, sigma }): Plain[] => {
    const isText = typeof (values as ArrayLike<unknown>)[0] === "string";
    const unique = free(name);
    const own: Plain = {
      name: unique,
      title: name,
      unit,
      text: isText ? Array.from(values as readonly string[]) : null,
      numbers: isText ? null : Float64Array.from(values as ArrayLike<number>),
      isError: false,
    };
    if (!sigma) return [own];
    const error = free(errorName(unique));
    return [own, { name: error, title: `${name}, standard error`, unit, text: null, numbers: Float64Array.from(sigma), isError: true }];
  });
}

/** @throws ThioscopeError INVALID_INPUT for columns of different lengths */
export function writeViewParquet(title: string, columns: readonly ViewColumn[]): Uint8Array {
  const plain = plainColumns(columns, (name) => `${name} sigma`);
  const columnData = plain.map(
    ({ name, text, numbers }): ColumnSource =>
      text
        ? { name, data: text, type: "STRING", nullable: false }
        : { name, data: numbers!, type: "DOUBLE", nullable: false, encoding: "PLAIN" },
  );
  const units = Object.fromEntries(plain.map(({ name, unit }) => [name, unit]));
  const writer = new ByteWriter();
  void parquetWrite({
    writer,
    columnData,
    createdBy: "thioscope",
    kvMetadata: [{ key: "thioscope:units", value: JSON.stringify({ title, units }) }],
  });
  return writer.getBytes();
}

/** @throws ThioscopeError INVALID_INPUT for columns of different lengths */
export async function writeViewHdf5(title: string, columns: readonly ViewColumn[]): Promise<Uint8Array> {
  requireOneLength(columns);
  const isText = ({ values }: ViewColumn): boolean => typeof (values as ArrayLike<unknown>)[0] === "string";
  // columns of one name are told apart by where they stand
  const fields = columns.map(({ name, unit, values, sigma }, i) => {
    const earlier = columns.slice(0, i).filter((other) => other.name === name).length;
    return { name: earlier === 0 ? name : `${name} ${earlier + 1}`, unit, values, ...(sigma ? { errors: sigma } : {}) };
  });
  const numbers = fields.filter((_, i) => !isText(columns[i]!));
  const signal = numbers.at(-1)?.name ?? null;
  const axis = numbers.length > 1 ? numbers[0]!.name : null;
  return writeNexusData({ title, data: [{ name: "data", title, fields, signal, axes: [axis] }] });
}
