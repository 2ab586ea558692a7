/**
 * Frames in HDF5: NeXus detectors and plots, Dectris masters with their data files, plain datasets; deflate, bitshuffle-LZ4 and the other
 * filters of library.ts. One frame is read at a time.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import { isBomb } from "../../bytes/expansion.ts";
import type { ByteSource } from "../../bytes/source.ts";
import type { DetectorImage, ImageReader, ImageStack, PixelMask, PixelType, ReadImageOptions } from "../model.ts";
import { checkFrame, checkIndex, decodePixels, PIXEL_BYTES } from "../pixels.ts";
import { type Item, itemAt, pixelType, readPart, walk } from "./access.ts";
import { LazyFile } from "./lazyFile.ts";
import { needFilters, unpackedWith } from "./library.ts";
import { isPicture, locateFrames } from "./locate.ts";
import { readFacts } from "./nexusFacts.ts";

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
/** Chunks beyond this are not inflated. */
const MAX_CHUNK_BYTES = 2 ** 30;
const MAX_FRAMES = 10_000_000;
/** Larger frames are read in bands of rows: what the library once took it never gives back. */
const BAND_BYTES = 2 ** 25;

/** A dataset of frames in one of the files. */
interface Segment {
  lazy: LazyFile;
  path: string;
  /** sizes of all dimensions but the last two */
  outer: readonly number[];
  frames: number;
  width: number;
  height: number;
  dtype: PixelType;
  /** how it is packed */
  filters: readonly { id: number }[];
  /** rows of a chunk: no chunk is unpacked for two bands */
  chunkRows: number;
}

export const hdf5Reader: ImageReader = {
  id: "nexus",
  title: "NeXus/HDF5 frames",
  endings: [".nxs", ".h5", ".hdf5", ".cxi"],
  // a user block of 512, 1024 … bytes may come first
  sniff: (head) =>
    [0, 512, 1024, 2048, 4096, 8192].some((at) => head.length >= at + 8 && SIGNATURE.every((byte, i) => head[at + i] === byte)),
  open: openNexus,
};

async function openNexus(source: ByteSource, options: ReadImageOptions): Promise<ImageStack> {
  const opened: LazyFile[] = [];
  const openFile = async (one: ByteSource): Promise<LazyFile> => {
    const lazy = await LazyFile.open(one);
    opened.push(lazy);
    return lazy;
  };
  try {
    return await openFrames(await openFile(source), openFile, opened, options);
  } catch (error) {
    for (const lazy of opened) lazy.close();
    throw error;
  }
}

async function openFrames(
  lazy: LazyFile,
  openFile: (source: ByteSource) => Promise<LazyFile>,
  opened: readonly LazyFile[],
  options: ReadImageOptions,
): Promise<ImageStack> {
  const file = lazy.source.name;
  const notices: Notice[] = [];
  const { items, whole } = await walk(lazy);
  if (!whole) notices.push({ code: "tree-large", message: `only the first ${items.length} objects of the file were looked at` });
  const place = await locateFrames(lazy, items, options.path, notices);
  const segments: Segment[] = [];
  const missing: string[] = [];
  for (const item of place.items) {
    const segment = item.kind === "external" ? await follow(item, openFile, options) : await segmentOf(lazy, item);
    if (!segment) missing.push(item.target!.file);
    else segments.push(segment);
  }
  const linked = [...new Set(missing)];
  if (linked.length > 0)
    notices.push({
      code: "external-link",
      message: `the frames in ${linked.join(", ")} are not read: those files are linked and not at hand`,
    });
  const first = segments[0];
  if (!first)
    throw new ThioscopeError("FILE_MISSING", `the frames lie in ${linked.join(", ")}, which are linked and not at hand`, { file });
  const odd = segments.find((one) => one.width !== first.width || one.height !== first.height || one.dtype !== first.dtype);
  if (odd) throw new ThioscopeError("FILE_DAMAGED", `${odd.path} has frames of another size or type than ${first.path}`, { file });
  const frames = segments.reduce((sum, one) => sum + one.frames, 0);
  if (frames > MAX_FRAMES) throw new ThioscopeError("FILE_DAMAGED", `${frames} frames; at most ${MAX_FRAMES} are read`, { file });
  const { width, height, dtype } = first;
  const { facts, meta, perFrame } = await readFacts(lazy, items, place.group, frames);
  const frameFacts = (index: number): DetectorImage["facts"] => {
    if (perFrame.size === 0) return facts;
    return { ...facts, motors: { ...facts.motors, ...Object.fromEntries([...perFrame].map(([name, values]) => [name, values[index]!])) } };
  };
  const companion = (...names: string[]): Item | undefined =>
    names
      .flatMap((name) => items.filter((item) => item.path === `${place.group}/${name}` || item.path.endsWith(`/${name}`)))
      .find(isPicture);
  return {
    format: "nexus",
    width,
    height,
    frames,
    dtype,
    facts: frameFacts(0),
    meta: { ...meta, path: first.path },
    notices,
    async frame(index): Promise<DetectorImage> {
      checkIndex(index, frames, file);
      let rest = index;
      let segment = first;
      for (const one of segments) {
        segment = one;
        if (rest < one.frames) break;
        rest -= one.frames;
      }
      return { width, height, values: await readFrame(segment, rest), facts: frameFacts(index), meta };
    },
    async mask(): Promise<PixelMask | null> {
      const item = companion("pixel_mask", "bad_pixels");
      if (!item) return null;
      const segment = await segmentOf(lazy, item);
      if (segment.width !== width || segment.height !== height) return null;
      const values = await readFrame(segment, 0);
      return { width, height, masked: Uint8Array.from(values, (value) => (value === 0 ? 0 : 1)), notices: [] };
    },
    async flat(): Promise<DetectorImage | null> {
      const item = companion("flatfield", "flat_field");
      if (!item) return null;
      const segment = await segmentOf(lazy, item);
      const values = await readFrame(segment, 0);
      // detectors that apply no flat write one of NaN
      if (!values.some(Number.isFinite)) return null;
      return { width: segment.width, height: segment.height, values, facts: {}, meta: { path: item.path } };
    },
    close(): void {
      for (const one of opened) one.close();
    },
  };
}

/** The dataset behind a link into another file; null where that file is not at hand. */
async function follow(item: Item, openFile: (source: ByteSource) => Promise<LazyFile>, options: ReadImageOptions): Promise<Segment | null> {
  const { file, path } = item.target!;
  const source = (await options.linked?.(file)) ?? null;
  if (!source) return null;
  const lazy = await openFile(source);
  const target = await itemAt(lazy, path);
  if (target?.kind === "dataset" && isPicture(target)) return segmentOf(lazy, target);
  throw new ThioscopeError("FILE_DAMAGED", `${item.path} links to ${path}, which holds no pictures`, { file: source.name });
}

/** Checks everything that makes the library give wrong pixels or take all memory, before a pixel is read. */
async function segmentOf(lazy: LazyFile, item: Item): Promise<Segment> {
  const { path } = item;
  const metadata = item.metadata!;
  const shape = metadata.shape!;
  const dtype = pixelType(metadata)!;
  const file = lazy.source.name;
  const [height, width] = [shape.at(-2)!, shape.at(-1)!];
  checkFrame(width, height, dtype, { file }, lazy.source.size);
  const others = (metadata.virtual_sources ?? []).map((one) => one.file_name).filter((name) => name !== ".");
  if (others.length > 0) {
    throw new ThioscopeError(
      "FORMAT_VERSION",
      `${path} is put together from other files, which can be read themselves: ${[...new Set(others)].slice(0, 10).join(", ")}`,
      { file },
    );
  }
  const filters = await lazy.run(() => lazy.hdf5.module.get_dataset_filters(lazy.file.file_id, path));
  await needFilters(lazy.hdf5, filters, file);
  const chunk = (metadata.chunks ?? [0]).reduce((product, n) => product * n, metadata.size);
  if (!(chunk <= MAX_CHUNK_BYTES) || isBomb(chunk, lazy.source.size))
    throw new ThioscopeError(
      "FILE_DAMAGED",
      `${path} is stored in chunks of ${chunk} bytes, in a file of ${lazy.source.size}; at most ${MAX_CHUNK_BYTES} are read`,
      { file },
    );
  const outer = shape.slice(0, -2);
  const frames = outer.reduce((product, n) => product * n, 1);
  if (!(frames >= 1)) throw new ThioscopeError("FILE_EMPTY", `${path} holds no frame: its shape is ${shape.join(" × ")}`, { file });
  return { lazy, path, outer, frames, width, height, dtype, filters, chunkRows: Math.max(1, metadata.chunks?.at(-2) ?? 1) };
}

/** Frame `index` of a dataset, the first of the outer dimensions being the slowest. */
async function readFrame(segment: Segment, index: number): Promise<DetectorImage["values"]> {
  const { lazy, path, outer, width, height, dtype, filters, chunkRows } = segment;
  const at: number[] = [];
  let rest = index;
  for (const n of [...outer].reverse()) {
    at.unshift(rest % n);
    rest = Math.floor(rest / n);
  }
  const rowBytes = width * PIXEL_BYTES[dtype];
  const band = (from: number, rows: number): Promise<Uint8Array> =>
    readPart(lazy, path, [...at, from, 0], [...outer.map(() => 1), rows, width], rows * rowBytes);
  const rows = chunkRows * Math.max(1, Math.floor(BAND_BYTES / (rowBytes * chunkRows)));
  let bytes: Uint8Array;
  if (rows >= height) bytes = await band(0, height);
  else {
    bytes = new Uint8Array(height * rowBytes);
    for (let from = 0; from < height; from += rows) bytes.set(await band(from, Math.min(rows, height - from)), from * rowBytes);
  }
  unpackedWith(lazy.hdf5, filters);
  return decodePixels(bytes, dtype, true, true);
}
