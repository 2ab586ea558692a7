/**
 * A stack of frames as a NeXus file: NXentry / NXinstrument / NXdetector with "data", one frame per chunk, packed with bitshuffle-LZ4 or deflate; an NXdata that
 * links to it, the beam, positions per frame, and the detector's geometry.
 *
 * Frames are taken one at a time; the packed file itself is kept in memory until it is whole.
 */
import { checkCancelled, type TaskContext, ThioscopeError } from "@thioscope/core";
import type { DetectorGeometry } from "@thioscope/core/diffraction";
import type { Group, File as H5File } from "h5wasm";
import { nexusGeometryFields } from "../../geometry/nexusGeometry.ts";
import { type Hdf5, loadHdf5, needFilters } from "../hdf5/library.ts";
import { withoutTimes } from "../hdf5/timeless.ts";
import { pixelTypeOf } from "../pixels.ts";
import { checkOne, checkWritable, type WritableFrame } from "./frame.ts";

export interface NexusOptions {
  /** default "bitshuffle-lz4" */
  compression?: "bitshuffle-lz4" | "deflate" | "none";
  geometry?: DetectorGeometry;
  title?: string;
  /** ISO 8601 */
  startTime?: string;
  /** 1 = masked */
  mask?: Uint8Array;
  /** positions of motors, a value per frame, in the unit stated */
  positions?: Readonly<Record<string, { values: readonly number[]; units: string }>>;
  task?: TaskContext;
}

const DTYPES = { int8: "<b", uint8: "<B", int16: "<h", uint16: "<H", int32: "<i", uint32: "<I", float32: "<f", float64: "<d" } as const;

/** Filter id and its parameters; bitshuffle: block size chosen by the filter, LZ4. */
const FILTERS = {
  "bitshuffle-lz4": { id: 32008, name: "bitshuffle", options: [0, 2] },
  deflate: { id: 1, name: "deflate", options: [4] },
} as const;

let written = 0;

/**
 * The file's bytes.
 *
 * @throws INVALID_INPUT for no frame, frames that differ in size or type, a mask or positions of another length
 */
export async function writeNexus(
  frames: Iterable<WritableFrame> | AsyncIterable<WritableFrame>,
  options: NexusOptions = {},
): Promise<Uint8Array> {
  const hdf5 = await loadHdf5();
  const compression = options.compression ?? "bitshuffle-lz4";
  const filter = compression === "none" ? null : FILTERS[compression];
  if (filter) await needFilters(hdf5, [filter], "new file");
  const path = `/written-${++written}.h5`;
  const file = new hdf5.h5.File(path, "w");
  try {
    await fill(hdf5, file, frames, options, filter);
    file.close();
    const bytes = hdf5.files.readFile(path);
    withoutTimes(bytes);
    return bytes;
  } finally {
    hdf5.files.unlink(path);
  }
}

async function fill(
  hdf5: Hdf5,
  file: H5File,
  frames: Iterable<WritableFrame> | AsyncIterable<WritableFrame>,
  options: NexusOptions,
  filter: (typeof FILTERS)[keyof typeof FILTERS] | null,
): Promise<void> {
  const entry = group(file, "entry", "NXentry");
  const instrument = group(entry, "instrument", "NXinstrument");
  const detector = group(instrument, "detector", "NXdetector");
  file.create_attribute("default", "entry");
  entry.create_attribute("default", "data");
  let first: WritableFrame | undefined;
  let count = 0;
  for await (const frame of frames) {
    if (options.task) checkCancelled(options.task);
    if (!first) {
      checkWritable([frame]);
      first = frame;
      createStack(detector, frame, filter);
    } else checkOne(frame, first);
    append(hdf5, file, frame, count);
    count++;
    options.task?.progress(count, 0, "frames written");
  }
  if (!first) throw new ThioscopeError("INVALID_INPUT", "there is no frame to write");
  describe(entry, instrument, detector, first, count, options);
}

function group(parent: Group, name: string, nxClass: string): Group {
  const made = parent.create_group(name);
  made.create_attribute("NX_class", nxClass);
  return made;
}

/** An empty stack that grows, one frame per chunk. */
function createStack(
  detector: Group,
  { width, height, values }: WritableFrame,
  filter: (typeof FILTERS)[keyof typeof FILTERS] | null,
): void {
  const type = pixelTypeOf(values);
  const Empty = values.constructor as new (length: number) => typeof values;
  detector.create_dataset({
    name: "data",
    data: new Empty(0),
    dtype: DTYPES[type],
    shape: [0, height, width],
    maxshape: [null, height, width],
    chunks: [1, height, width],
    ...(filter ? { compression: filter.id, compression_opts: [...filter.options] } : {}),
  });
}

function append(hdf5: Hdf5, file: H5File, { width, height, values }: WritableFrame, index: number): void {
  const { module } = hdf5;
  const path = "/entry/instrument/detector/data";
  if (module.resize_dataset(file.file_id, path, [BigInt(index + 1), BigInt(height), BigInt(width)]) < 0) {
    throw new ThioscopeError("WRITE_FAILED", `the HDF5 library has no room for frame ${index}`);
  }
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const source = module._malloc(bytes.length);
  if (source === 0) throw new ThioscopeError("WRITE_FAILED", `the HDF5 library has no memory for frame ${index}`);
  try {
    module.HEAPU8.set(bytes, source);
    const offset = [BigInt(index), 0n, 0n];
    const size = [1n, BigInt(height), BigInt(width)];
    const status = module.set_dataset_data(file.file_id, path, size, offset, [1n, 1n, 1n], BigInt(source));
    if (status < 0) throw new ThioscopeError("WRITE_FAILED", `the HDF5 library cannot write frame ${index}`);
  } finally {
    module._free(source);
  }
}

function describe(entry: Group, instrument: Group, detector: Group, first: WritableFrame, count: number, options: NexusOptions): void {
  const { facts = {}, width, height } = first;
  const { geometry, mask, positions = {}, startTime = facts.startedAt, title } = options;
  if (title !== undefined) entry.create_dataset({ name: "title", data: title });
  if (startTime !== undefined) entry.create_dataset({ name: "start_time", data: startTime });
  if (facts.exposureSecond !== undefined) quantity(detector, "count_time", facts.exposureSecond, "s");
  if (facts.saturationCount !== undefined)
    detector.create_dataset({ name: "saturation_value", data: [facts.saturationCount], dtype: "<d", shape: [] });
  const wavelength = geometry?.wavelengthMetre ?? facts.wavelengthMetre;
  if (wavelength !== undefined && wavelength !== null)
    quantity(group(instrument, "beam", "NXbeam"), "incident_wavelength", wavelength * 1e10, "angstrom");
  if (geometry) {
    if (geometry.shape[0] !== height || geometry.shape[1] !== width) {
      throw new ThioscopeError(
        "INVALID_INPUT",
        `the geometry is of ${geometry.shape[0]} × ${geometry.shape[1]} pixels, the frames have ${height} × ${width}`,
      );
    }
    writeGeometry(detector, geometry);
  }
  if (mask) {
    if (mask.length !== width * height)
      throw new ThioscopeError("INVALID_INPUT", `a mask of ${mask.length} pixels, the frames have ${width * height}`);
    detector.create_dataset({
      name: "pixel_mask",
      data: Uint32Array.from(mask),
      shape: [height, width],
      chunks: [height, width],
      compression: 1,
      compression_opts: [4],
    });
  }
  for (const [name, { values, units }] of Object.entries(positions)) {
    if (values.length !== count) throw new ThioscopeError("INVALID_INPUT", `${values.length} positions of ${name} for ${count} frames`);
    const positioner = group(instrument, name, "NXpositioner");
    positioner.create_dataset({ name: "value", data: Float64Array.from(values), shape: [count] }).create_attribute("units", units);
  }
  const data = group(entry, "data", "NXdata");
  data.create_attribute("signal", "data");
  data.create_soft_link("/entry/instrument/detector/data", "data");
}

function quantity(parent: Group, name: string, value: number, units: string): void {
  parent.create_dataset({ name, data: [value], dtype: "<d", shape: [] }).create_attribute("units", units);
}

function writeGeometry(detector: Group, geometry: DetectorGeometry): void {
  const { fields, module, dataSize } = nexusGeometryFields(geometry);
  for (const [name, { value, units }] of Object.entries(fields)) quantity(detector, name, value, units);
  const place = group(detector, "module", "NXdetector_module");
  place.create_dataset({ name: "data_origin", data: Int32Array.of(0, 0), shape: [2] });
  place.create_dataset({ name: "data_size", data: Int32Array.from(dataSize), shape: [2] });
  for (const [name, { value, units, vector }] of Object.entries(module)) {
    const dataset = place.create_dataset({ name, data: [value], dtype: "<d", shape: [] });
    dataset.create_attribute("units", units);
    dataset.create_attribute("transformation_type", "translation");
    dataset.create_attribute("vector", Float64Array.from(vector), [3]);
    dataset.create_attribute("depends_on", ".");
  }
}
