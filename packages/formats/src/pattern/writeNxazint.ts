/**
 * Integrated frames as a NeXus file, by the application definitions NXazint1d and NXazint2d (NeXus definitions, 2025; first written at MAX IV):
 * intensity over frames × (azimuth ×) radius with its errors, axes, edges and weights, and what the integration was made with.
 *
 *   patterns only        /entry of definition NXazint1d with /entry/data
 *   patterns and cakes   /entry/azint1d and /entry/azint2d, NXsubentries of one definition each
 *
 * The definitions know q and 2θ: over d or r the same groups are written without a definition. Patterns are float64, cakes float32 (seven
 * digits), packed with deflate, one frame per chunk. The packed file is in memory until it is whole.
 */
import { type QuantityArray, ThioscopeError, wavelengthAngstrom } from "@thioscope/core";
import { type IntegratedFrame, type IntegrationPlan, RADIAL_LABELS } from "@thioscope/core/diffraction";
import type { Group, File as H5File } from "h5wasm";
import { writePoni } from "../geometry/poni.ts";
import { type Hdf5, loadHdf5 } from "../images/hdf5/library.ts";
import { withoutTimes } from "../images/hdf5/timeless.ts";

export interface IntegratedFileFacts {
  /** program and version that integrated */
  version: string;
  /** ISO 8601 */
  date: string;
  /** a name per frame, e.g. its file and number */
  sources: readonly string[];
  /** parameters as the user gave them */
  input: Readonly<Record<string, string | number | boolean>>;
}

/** A file that is being written. */
export interface IntegratedFile {
  /** appends a frame */
  add(frame: Pick<IntegratedFrame, "pattern" | "cake">): void;
  /** the file's bytes; nothing can be added any more */
  finish(facts: IntegratedFileFacts): Uint8Array;
  /** frees what is held where the file is not finished */
  close(): void;
}

const LONG_NAMES = { "2th_deg": "2theta", "q_nm^-1": "q", "q_A^-1": "q", d: "d", r_mm: "r" } as const;
const UNITS = { "2th_deg": "degree", "q_nm^-1": "1/nm", "q_A^-1": "1/angstrom", d: "angstrom", r_mm: "mm" } as const;
const REFERENCE = "J. Kieffer, J. P. Wright, Powder Diffraction 28, S339 (2013)";

let written = 0;

/**
 * An NXazint file for frames of `plan`; bins rise along the axis.
 *
 * @param errors whether the frames carry errors
 * @param frames how many there will be, where that is known: the file then lies in one piece of memory from the start
 */
export async function createNxazint(plan: IntegrationPlan, errors: boolean, frames = 0): Promise<IntegratedFile> {
  const hdf5 = await loadHdf5();
  const path = `/integrated-${++written}.h5`;
  const file = new hdf5.h5.File(path, "w");
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    file.close();
    hdf5.files.unlink(path);
  };
  const isCake = plan.grid.sectors > 1;
  const entry = group(file, "entry", "NXentry");
  file.create_attribute("default", "entry");
  const places = isCake
    ? { pattern: group(entry, "azint1d", "NXsubentry"), cake: group(entry, "azint2d", "NXsubentry") }
    : { pattern: entry, cake: null };
  const pattern = stackOf(hdf5, file, plan, places.pattern, errors, false);
  const cake = places.cake && stackOf(hdf5, file, plan, places.cake, errors, true);
  entry.create_attribute("default", isCake ? "azint2d" : "data");
  const { node } = hdf5.files.lookupPath(path);
  // what is never written takes no room; a file that grows is copied again and again
  if (frames > 0) node.contents = inLarger(node.contents, Math.min(MOST_BYTES, WRITTEN_BYTES + 1.02 * frames * bytesOf(plan, errors)));
  let count = 0;
  return {
    add(frame) {
      if (!open) throw new ThioscopeError("INVALID_INPUT", "the file is finished: no frame can be added");
      pattern.add(frame.pattern, count);
      cake?.add(frame.cake, count);
      count++;
    },
    finish(facts) {
      if (!open) throw new ThioscopeError("INVALID_INPUT", "the file is finished already");
      try {
        if (facts.sources.length !== count) throw new ThioscopeError("INVALID_INPUT", `${facts.sources.length} names for ${count} frames`);
        pattern.flush();
        cake?.flush();
        describe(entry, places, plan, facts);
        file.close();
        open = false;
        const { contents, usedBytes } = node;
        hdf5.files.unlink(path);
        // nothing else holds it now; the memory is freed at once, not when it is collected
        const bytes = new Uint8Array((contents.buffer as ArrayBuffer).transfer(usedBytes));
        withoutTimes(bytes);
        return bytes;
      } catch (error) {
        close();
        throw error;
      }
    },
    close,
  };
}

/** Memory that is asked for at a time. */
const MOST_BYTES = 2 ** 31;

/** Of one frame before it is packed, which makes counts with errors hardly smaller. */
const bytesOf = ({ grid: { bins, sectors } }: IntegrationPlan, errors: boolean): number =>
  (errors ? 2 : 1) * bins * (8 + (sectors > 1 ? 4 * sectors : 0)) + 200;

function inLarger(bytes: Uint8Array, size: number): Uint8Array {
  const larger = new Uint8Array(Math.max(bytes.length, Math.ceil(size)));
  larger.set(bytes);
  return larger;
}

function group(parent: Group, name: string, nxClass: string): Group {
  const made = parent.create_group(name);
  made.create_attribute("NX_class", nxClass);
  return made;
}

/** Index of each bin in the order of a rising axis: d falls with the coordinate that is binned. */
function risingBins({ axis, unit }: IntegrationPlan): Int32Array {
  const order = Int32Array.from(axis.keys());
  return unit === "d" ? order.reverse() : order;
}

/** Bytes of frames that are written at a time. */
const WRITTEN_BYTES = 2 ** 20;

/** Creates /…/data with axes and empty stacks; gives what appends a frame to them. */
function stackOf(hdf5: Hdf5, file: H5File, plan: IntegrationPlan, parent: Group, errors: boolean, isCake: boolean) {
  const { bins, sectors } = plan.grid;
  const order = risingBins(plan);
  const data = group(parent, "data", "NXdata");
  parent.create_attribute("default", "data");
  data.create_attribute("signal", "I");
  data.create_attribute("axes", isCake ? [".", "azimuthal_axis", "radial_axis"] : [".", "radial_axis"]);
  data.create_attribute("interpretation", isCake ? "image" : "spectrum");
  const shape = isCake ? [sectors, bins] : [bins];
  const names = errors ? ["I", "I_errors"] : ["I"];
  for (const name of names) {
    const dataset = data.create_dataset({
      name,
      data: isCake ? new Float32Array(0) : new Float64Array(0),
      dtype: isCake ? "<f" : "<d",
      shape: [0, ...shape],
      maxshape: [null, ...shape],
      chunks: [1, ...shape],
      compression: 1,
      compression_opts: [4],
    });
    dataset.create_attribute("long_name", name === "I" ? "intensity" : "estimated intensity error");
    dataset.create_attribute("units", "arbitrary units");
  }
  const name = LONG_NAMES[plan.unit];
  const axis = (label: string, values: Float64Array, longName: string, units: string): void => {
    const dataset = data.create_dataset({ name: label, data: values, shape: [values.length], dtype: "<d" });
    dataset.create_attribute("long_name", longName);
    dataset.create_attribute("units", units);
  };
  axis(
    "radial_axis",
    Float64Array.from(order, (b) => plan.axis[b]!),
    name,
    UNITS[plan.unit],
  );
  if (plan.unit !== "d") {
    const [low, high] = plan.range;
    const edges = Float64Array.from({ length: bins + 1 }, (_, b) => low + (b * (high - low)) / bins);
    axis("radial_axis_edges", edges, `${name} bin edges`, UNITS[plan.unit]);
  }
  const norm = Float64Array.from({ length: isCake ? sectors * bins : bins }, (_, i) => {
    const bin = order[i % bins]!;
    if (isCake) return plan.sums.norm[Math.floor(i / bins) * bins + bin]!;
    let sum = 0;
    for (let s = 0; s < sectors; s++) sum += plan.sums.norm[s * bins + bin]!;
    return sum;
  });
  const weights = data.create_dataset({ name: "norm", data: norm, shape, dtype: "<d" });
  weights.create_attribute("long_name", "effective number of pixels contributing to the corresponding bin");
  weights.create_attribute("units", "arbitrary units");
  if (isCake) {
    axis("azimuthal_axis", plan.azimuthDegree, "azimuthal bin center", "degree");
    const edges = Float64Array.from({ length: sectors + 1 }, (_, s) => -180 + (360 * s) / sectors);
    axis("azimuthal_axis_edges", edges, "azimuthal bin edges", "degree");
  }
  // the library takes as long to open and to lengthen a dataset as to pack a pattern: many frames at a time
  const cells = isCake ? sectors * bins : bins;
  const Rows = isCake ? Float32Array : Float64Array;
  const most = Math.max(1, Math.floor(WRITTEN_BYTES / (cells * Rows.BYTES_PER_ELEMENT)));
  const rows = names.map(() => new Rows(most * cells));
  let [first, held] = [0, 0];
  const flush = (): void => {
    if (held === 0) return;
    for (const [k, label] of names.entries())
      append(hdf5, file, `${data.path}/${label}`, rows[k]!.subarray(0, held * cells), [held, ...shape], first);
    first += held;
    held = 0;
  };
  return {
    flush,
    add({ values, sigma }: QuantityArray, index: number): void {
      for (const [k, label] of names.entries()) {
        const from = label === "I" ? values : sigma;
        if (from === null)
          throw new ThioscopeError("INVALID_INPUT", `frame ${index} carries no errors; the file was made for frames with errors`);
        const row = rows[k]!.subarray(held * cells, (held + 1) * cells);
        for (let i = 0; i < cells; i++) row[i] = typeof from === "number" ? from : from[i - (i % bins) + order[i % bins]!]!;
      }
      if (++held === most) flush();
    },
  };
}

/** @param rows of as many frames as the first number of `shape` says, from frame `index` on */
function append(hdf5: Hdf5, file: H5File, path: string, rows: Float32Array | Float64Array, shape: readonly number[], index: number): void {
  const { module } = hdf5;
  const whole = [BigInt(index + shape[0]!), ...shape.slice(1).map(BigInt)];
  const target = module._malloc(rows.byteLength);
  const failed = (what: string): ThioscopeError =>
    new ThioscopeError("WRITE_FAILED", `the HDF5 library ${what} frames ${index} to ${index + shape[0]! - 1} of ${path}`);
  if (target === 0) throw failed("has no memory for");
  try {
    if (module.resize_dataset(file.file_id, path, whole) < 0) throw failed("has no room for");
    module.HEAPU8.set(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength), target);
    const offset = [BigInt(index), ...shape.slice(1).map(() => 0n)];
    const steps = shape.map(() => 1n);
    if (module.set_dataset_data(file.file_id, path, shape.map(BigInt), offset, steps, BigInt(target)) < 0) throw failed("cannot write");
  } finally {
    module._free(target);
  }
}

interface Places {
  pattern: Group;
  cake: Group | null;
}

function describe(entry: Group, { pattern, cake }: Places, plan: IntegrationPlan, facts: IntegratedFileFacts): void {
  const { geometry } = plan;
  const instrument = group(entry, "instrument", "NXinstrument");
  text(instrument, "name", "not stated");
  const source = group(instrument, "source", "NXsource");
  text(source, "name", "not stated");
  text(source, "type", "not stated");
  text(source, "probe", "x-ray");
  if (geometry.wavelengthMetre !== null) {
    const monochromator = group(instrument, "monochromator", "NXmonochromator");
    const angstrom = geometry.wavelengthMetre * 1e10;
    quantity(monochromator, "wavelength", angstrom, "angstrom");
    quantity(monochromator, "energy", wavelengthAngstrom(1) / angstrom, "keV");
  }
  const reduction = group(entry, "reduction", "NXprocess");
  text(reduction, "program", "Thioscope");
  text(reduction, "version", facts.version);
  text(reduction, "date", facts.date);
  text(reduction, "reference", REFERENCE);
  const { quantity: name, unit } = RADIAL_LABELS[plan.unit];
  text(
    reduction,
    "note",
    `radius is ${name} in ${unit}; azimuth in degrees, 0 along the columns, from -180; I is in counts per pixel, NaN where no pixel lies`,
  );
  const input = group(reduction, "input", "NXparameters");
  text(input, "poni", writePoni(geometry));
  text(input, "splitting", plan.splitting);
  for (const [key, value] of Object.entries(facts.input)) {
    if (typeof value === "number") input.create_dataset({ name: key, data: [value], dtype: "<d", shape: [] });
    else text(input, key, String(value));
  }
  input.create_dataset({ name: "frames", data: [...facts.sources] });
  for (const place of cake ? [pattern, cake] : [pattern]) {
    if (plan.unit !== "d" && plan.unit !== "r_mm") text(place, "definition", place === cake ? "NXazint2d" : "NXazint1d");
    flag(place, "solid_angle_applied", facts.input["solid_angle"] !== false);
    flag(place, "polarization_applied", typeof facts.input["polarization_factor"] === "number");
    flag(place, "normalization_applied", true);
    if (place === entry) continue;
    for (const shared of ["instrument", "reduction"]) place.create_soft_link(`/entry/${shared}`, shared);
  }
}

function text(parent: Group, name: string, value: string): void {
  parent.create_dataset({ name, data: value });
}

function flag(parent: Group, name: string, value: boolean): void {
  parent.create_dataset({ name, data: Uint8Array.of(value ? 1 : 0), dtype: "<B", shape: [] });
}

function quantity(parent: Group, name: string, value: number, units: string): void {
  parent.create_dataset({ name, data: [value], dtype: "<d", shape: [] }).create_attribute("units", units);
}
