/**
 * Results as a NeXus file: /entry of class NXentry with an NXdata for each table, curve or map and an NXprocess that says what made them.
 *
 *   signal, axes      attributes of the NXdata: the names of what is plotted and of its axes, one per dimension ("." where there is none)
 *   auxiliary_signals names of what is plotted with the signal
 *   <name>_errors     standard errors, of the field's shape
 *   interpretation    attribute of the signal: "spectrum" of one dimension, "image" of two
 *   units, long_name  attributes of every field; the long name is what viewers write at an axis, and so ends with the unit
 *
 * Axes of maps may be edges: one value more than the map has cells along them. Names are made of letters, digits and "_" (NeXus manual 2024, "Rules for
 * naming"); long_name keeps what they were. NaN stays NaN. Numbers are float64 or int32, packed with deflate from 4 kB on. The whole file is in memory until it
 * is written. Reference: M. Könnecke et al., J. Appl. Crystallogr. 48, 301 (2015).
 */
import { ThioscopeError } from "@thioscope/core";
import type { Dataset, Group } from "h5wasm";
import { loadHdf5 } from "../images/hdf5/library.ts";
import { withoutTimes } from "../images/hdf5/timeless.ts";

export interface NexusField {
  name: string;
  /** "" without one */
  unit: string;
  values: ArrayLike<number> | readonly string[];
  /** row by row; one dimension where absent */
  shape?: readonly number[];
  /** standard errors */
  errors?: ArrayLike<number>;
}

/** What one plot shows: a signal over its axes, and whatever belongs to it. */
export interface NexusData {
  name: string;
  title: string;
  fields: readonly NexusField[];
  /** name of the field that is plotted; null where there are texts alone */
  signal: string | null;
  /** names of fields of the signal's shape that are plotted with it */
  auxiliary?: readonly string[];
  /** names of fields, one per dimension of the signal; null where a dimension has no axis */
  axes: readonly (string | null)[];
}

export interface NexusDocument {
  title: string;
  /** the first one is what a viewer opens */
  data: readonly NexusData[];
  process?: {
    program: string;
    version: string;
    /** ISO 8601 */
    date: string;
    /** of the program's run: inputs, parameters, constants */
    record: unknown;
  };
}

/** Smaller fields are not worth a chunk of their own. */
const PACKED_FROM = 512;
const CHUNK = 65_536;

let written = 0;

/** @throws ThioscopeError INVALID_INPUT for fields whose length is not that of their shape, and axes that fit no dimension */
export async function writeNexusData({ title, data, process }: NexusDocument): Promise<Uint8Array> {
  for (const one of data) check(one);
  const hdf5 = await loadHdf5();
  const path = `/results-${++written}.nxs`;
  const file = new hdf5.h5.File(path, "w");
  try {
    file.create_attribute("default", "entry");
    const entry = group(file, "entry", "NXentry");
    entry.create_dataset({ name: "title", data: title });
    const names = freeNames(["title", "process"]);
    for (const [i, one] of data.entries()) {
      const name = names(one.name);
      if (i === 0) entry.create_attribute("default", name);
      writeData(group(entry, name, "NXdata"), one);
    }
    if (process) {
      const made = group(entry, "process", "NXprocess");
      made.create_dataset({ name: "program", data: process.program });
      made.create_dataset({ name: "version", data: process.version });
      made.create_dataset({ name: "date", data: process.date });
      const note = group(made, "record", "NXnote");
      note.create_dataset({ name: "type", data: "application/json" });
      note.create_dataset({ name: "data", data: JSON.stringify(process.record) });
    }
    file.flush();
    file.close();
    const bytes = hdf5.files.readFile(path).slice();
    withoutTimes(bytes);
    return bytes;
  } finally {
    hdf5.files.unlink(path);
  }
}

function shapeOf({ shape, values }: NexusField): readonly number[] {
  return shape ?? [values.length];
}

function check({ name, fields, signal, auxiliary = [], axes }: NexusData): void {
  const of = (wanted: string): NexusField => {
    const found = fields.find((field) => field.name === wanted);
    if (!found) throw new ThioscopeError("INVALID_INPUT", `"${name}" has no field "${wanted}"`);
    return found;
  };
  for (const field of fields) {
    const size = shapeOf(field).reduce((product, n) => product * n, 1);
    if (field.values.length !== size || (field.errors && field.errors.length !== size)) {
      const [values, errors] = [field.values.length, field.errors?.length ?? 0];
      throw new ThioscopeError(
        "INVALID_INPUT",
        `"${field.name}" of ${name} has ${values} values and ${errors} errors, its shape says ${size}`,
      );
    }
  }
  if (signal === null) return;
  const shape = shapeOf(of(signal));
  if (axes.length !== shape.length)
    throw new ThioscopeError("INVALID_INPUT", `${axes.length} axes for ${shape.length} dimensions of "${signal}"`);
  for (const other of auxiliary) {
    if (shapeOf(of(other)).join() !== shape.join())
      throw new ThioscopeError("INVALID_INPUT", `"${other}" has another shape than "${signal}"`);
  }
  for (const [k, axis] of axes.entries()) {
    if (axis === null) continue;
    const length = of(axis).values.length;
    if (length !== shape[k] && length !== shape[k]! + 1) {
      throw new ThioscopeError("INVALID_INPUT", `axis "${axis}" has ${length} values, "${signal}" has ${shape[k]} along it`);
    }
  }
}

function group(parent: Group, name: string, nxClass: string): Group {
  const made = parent.create_group(name);
  made.create_attribute("NX_class", nxClass);
  return made;
}

/** Valid names that are told apart, also from those of errors. */
function freeNames(taken: readonly string[] = []): (wanted: string) => string {
  const seen = new Set(taken);
  return (wanted) => {
    const stem = wanted.replaceAll(/[^A-Za-z0-9]+/g, "_").replaceAll(/^_+|_+$/g, "") || "unnamed";
    let name = stem;
    for (let n = 2; seen.has(name) || seen.has(`${name}_errors`); n++) name = `${stem}_${n}`;
    seen.add(name).add(`${name}_errors`);
    return name;
  };
}

function writeData(parent: Group, { title, fields, signal, auxiliary = [], axes }: NexusData): void {
  const free = freeNames(["title"]);
  const names = new Map(fields.map((field) => [field, free(field.name)]));
  const named = (wanted: string): string => names.get(fields.find((field) => field.name === wanted)!)!;
  if (signal !== null) {
    parent.create_attribute("signal", named(signal));
    if (auxiliary.length > 0) parent.create_attribute("auxiliary_signals", auxiliary.map(named));
    parent.create_attribute(
      "axes",
      axes.map((axis) => (axis === null ? "." : named(axis))),
    );
  }
  parent.create_dataset({ name: "title", data: title });
  for (const field of fields) {
    const name = names.get(field)!;
    const dataset = describe(writeField(parent, name, field.values, shapeOf(field)), field.name, field.unit);
    const interpretation = INTERPRETATIONS[shapeOf(field).length];
    if (interpretation !== undefined && (field.name === signal || auxiliary.includes(field.name)))
      dataset.create_attribute("interpretation", interpretation);
    if (field.errors)
      describe(writeField(parent, `${name}_errors`, field.errors, shapeOf(field)), `${field.name}, standard error`, field.unit);
  }
}

/** By the number of dimensions. */
const INTERPRETATIONS: Readonly<Record<number, string>> = { 1: "spectrum", 2: "image" };

function describe(dataset: Dataset, name: string, unit: string): Dataset {
  dataset.create_attribute("long_name", unit === "" ? name : `${name} (${unit})`);
  if (unit !== "") dataset.create_attribute("units", unit);
  return dataset;
}

function writeField(parent: Group, name: string, values: NexusField["values"], shape: readonly number[]): Dataset {
  if (isText(values)) return parent.create_dataset({ name, data: [...values], shape: [...shape] });
  const isWhole = values instanceof Int32Array;
  const packed = values.length >= PACKED_FROM;
  return parent.create_dataset({
    name,
    data: isWhole ? values : Float64Array.from(values),
    dtype: isWhole ? "<i" : "<d",
    shape: [...shape],
    ...(packed ? { chunks: chunksOf(shape), compression: 1, compression_opts: [4] } : {}),
  });
}

function isText(values: NexusField["values"]): values is readonly string[] {
  return typeof (values as ArrayLike<unknown>)[0] === "string";
}

/** Whole rows of the last dimension, as many as make a good chunk. */
function chunksOf(shape: readonly number[]): number[] {
  const chunks = [...shape];
  for (let k = 0; k < chunks.length && chunks.reduce((a, b) => a * b, 1) > CHUNK; k++) {
    const rest = chunks.slice(k + 1).reduce((a, b) => a * b, 1);
    chunks[k] = Math.max(1, Math.min(chunks[k]!, Math.floor(CHUNK / rest)));
  }
  return chunks;
}
