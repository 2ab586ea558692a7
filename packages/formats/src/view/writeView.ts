/**
 * What a view shows as a file for other programs: columns with names, units and errors.
 *
 *   Parquet  a column each, numbers as float64, text as strings; "thioscope:units" of the file's metadata holds title and units as JSON
 *   HDF5     NeXus: /entry/data of class NXdata with a dataset per column, attributes long_name and units; `<name>_errors` holds standard errors,
 *            `axes` names the first column and `signal` the last one of numbers
 *
 * NaN stays NaN. Slashes in names become "_" in HDF5, where they would make groups; long_name keeps them.
 */
import { ThioscopeError } from "@thioscope/core";
import { ByteWriter, type ColumnSource, parquetWrite } from "hyparquet-writer";
import { loadHdf5 } from "../images/hdf5/library.ts";

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

/** Columns with their errors as columns of their own, names told apart, all of one length. */
function plainColumns(columns: readonly ViewColumn[], errorName: (name: string) => string): Plain[] {
  const rows = columns[0]?.values.length ?? 0;
  const seen = new Set<string>();
  const free = (wanted: string): string => {
    let name = wanted;
    for (let n = 2; seen.has(name); n++) name = `${wanted} ${n}`;
    seen.add(name);
    return name;
  };
  return columns.flatMap(({ name, unit, values, sigma }): Plain[] => {
    if (values.length !== rows || (sigma && sigma.length !== rows)) {
      throw new ThioscopeError("INVALID_INPUT", `column "${name}" has ${values.length} rows, the first has ${rows}`);
    }
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

let written = 0;

/** @throws ThioscopeError INVALID_INPUT for columns of different lengths */
export async function writeViewHdf5(title: string, columns: readonly ViewColumn[]): Promise<Uint8Array> {
  const plain = plainColumns(columns, (name) => `${name}_errors`).map((column) => ({ ...column, name: column.name.replaceAll("/", "_") }));
  const hdf5 = await loadHdf5();
  const path = `/view-${++written}.h5`;
  const file = new hdf5.h5.File(path, "w");
  try {
    file.create_attribute("default", "entry");
    const entry = file.create_group("entry");
    entry.create_attribute("NX_class", "NXentry");
    entry.create_attribute("default", "data");
    entry.create_dataset({ name: "title", data: title });
    const data = entry.create_group("data");
    data.create_attribute("NX_class", "NXdata");
    const signal = plain.findLast(({ numbers, isError }) => numbers !== null && !isError);
    const axis = plain.find(({ numbers, isError }) => numbers !== null && !isError);
    if (signal) data.create_attribute("signal", signal.name);
    if (axis && axis !== signal) data.create_attribute("axes", [axis.name]);
    for (const { name, title: long, unit, text, numbers } of plain) {
      const dataset = text
        ? data.create_dataset({ name, data: text, shape: [text.length] })
        : data.create_dataset({ name, data: numbers!, shape: [numbers!.length], dtype: "<d" });
      dataset.create_attribute("long_name", long);
      if (unit !== "") dataset.create_attribute("units", unit);
    }
    file.flush();
    file.close();
    return hdf5.files.readFile(path).slice();
  } finally {
    hdf5.files.unlink(path);
  }
}
