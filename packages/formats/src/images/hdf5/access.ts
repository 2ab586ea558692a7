/**
 * Values and attributes of an HDF5 file with the library's own status looked at: a failed read leaves what happened to lie in memory.
 */
import { ThioscopeError } from "@thioscope/core";
import type { Metadata } from "h5wasm";
import type { PixelType } from "../model.ts";
import type { LazyFile } from "./lazyFile.ts";

/** What a header value may be; longer arrays are not read as facts. */
export type Value = string | number | readonly string[] | readonly number[];

const CLASS = { integer: 0, float: 1, string: 3, enumeration: 8 } as const;
/** Facts longer than this are not read. */
const MAX_VALUES = 1_000_000;

export interface Item {
  path: string;
  kind: "group" | "dataset" | "external" | "broken";
  /** NX_class of a group */
  nxClass: string;
  /** of a dataset */
  metadata?: Metadata;
  /** of a link into another file */
  target?: { file: string; path: string };
}

const MAX_ITEMS = 5000;
const MAX_DEPTH = 10;

/** Everything below `root`, breadth first, bounded. */
export async function walk(lazy: LazyFile, root = "/"): Promise<{ items: Item[]; whole: boolean }> {
  const items: Item[] = [];
  let level = [root];
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth++) {
    const next: string[] = [];
    for (const group of level) {
      for (const name of await childNames(lazy, group)) {
        if (items.length >= MAX_ITEMS) return { items, whole: false };
        const item = await itemAt(lazy, `${group === "/" ? "" : group}/${name}`);
        if (!item) continue;
        items.push(item);
        if (item.kind === "group") next.push(item.path);
      }
    }
    level = next;
  }
  return { items, whole: level.length === 0 };
}

async function childNames(lazy: LazyFile, path: string): Promise<string[]> {
  return lazy.run(() => lazy.hdf5.module.get_names(lazy.file.file_id, path, false));
}

/** Null where there is nothing of that name. */
export async function itemAt(lazy: LazyFile, path: string): Promise<Item | null> {
  const { module } = lazy.hdf5;
  const id = lazy.file.file_id;
  const type = await lazy.run(() => module.get_type(id, path));
  if (type === module.H5G_GROUP) {
    const nxClass = await attribute(lazy, path, "NX_class");
    return { path, kind: "group", nxClass: typeof nxClass === "string" ? nxClass : "" };
  }
  if (type === module.H5G_DATASET) {
    return { path, kind: "dataset", nxClass: "", metadata: await lazy.run(() => module.get_dataset_metadata(id, path)) };
  }
  if (type === module.H5G_UDLINK) {
    const { filename, obj_path } = await lazy.run(() => module.get_external_link(id, path));
    return { path, kind: "external", nxClass: "", target: { file: filename, path: obj_path } };
  }
  return type === module.H5G_LINK ? { path, kind: "broken", nxClass: "" } : null;
}

/** The pixel type of a dataset, undefined where it holds no plain numbers. */
export function pixelType(metadata: Metadata): PixelType | undefined {
  const { type, size, signed } = metadata;
  if (type === CLASS.enumeration && size === 1) return "uint8";
  if (type === CLASS.integer && [1, 2, 4, 8].includes(size)) return `${signed ? "" : "u"}int${8 * size}` as PixelType;
  if (type === CLASS.float && (size === 4 || size === 8)) return size === 4 ? "float32" : "float64";
  return undefined;
}

/** Bytes of a part of a dataset, in little-endian order; FILE_DAMAGED where the library cannot read it. */
export async function readPart(
  lazy: LazyFile,
  path: string,
  offset: readonly number[],
  count: readonly number[],
  bytes: number,
): Promise<Uint8Array> {
  const { module } = lazy.hdf5;
  return lazy.run(() => {
    const target = module._malloc(Math.max(1, bytes));
    if (target === 0) throw new Error(`no memory for ${bytes} bytes`);
    try {
      const steps = count.map(() => 1n);
      const status = module.get_dataset_data(lazy.file.file_id, path, count.map(BigInt), offset.map(BigInt), steps, BigInt(target));
      if (status >= 0) return module.HEAPU8.slice(target, target + bytes);
    } finally {
      module._free(target);
    }
    // within the call, so that the library is known to have failed
    throw new ThioscopeError(
      "FILE_DAMAGED",
      `the pixels of ${path} from [${offset.join(", ")}] cannot be read: they do not unpack, or the file was cut`,
      { file: lazy.source.name },
    );
  });
}

/** A dataset of numbers or texts as a value; undefined where it is something else, too long, or unreadable. */
export async function valueAt(lazy: LazyFile, path: string): Promise<Value | undefined> {
  const item = await itemAt(lazy, path);
  if (!item?.metadata) return undefined;
  return readValue(
    lazy,
    item.metadata,
    (target) => lazy.hdf5.module.get_dataset_data(lazy.file.file_id, path, null, null, null, target),
    path,
    "",
  );
}

/** An attribute's value, undefined where there is none. */
export async function attribute(lazy: LazyFile, path: string, name: string): Promise<Value | undefined> {
  const { module } = lazy.hdf5;
  const id = lazy.file.file_id;
  const names = await lazy.run(() => module.get_attribute_names(id, path));
  if (!names.includes(name)) return undefined;
  const metadata = await lazy.run(() => module.get_attribute_metadata(id, path, name));
  return readValue(lazy, metadata, (target) => module.get_attribute_data(id, path, name, target), path, name);
}

async function readValue(
  lazy: LazyFile,
  metadata: Metadata,
  read: (target: bigint) => number,
  path: string,
  attributeName: string,
): Promise<Value | undefined> {
  const { module } = lazy.hdf5;
  const total = metadata.total_size;
  const bytes = total * metadata.size;
  if (!metadata.shape || !(total >= 1 && total <= MAX_VALUES) || bytes > 64 * MAX_VALUES) return undefined;
  if (metadata.type !== CLASS.string && pixelType(metadata) === undefined) return undefined;
  return lazy.run(() => {
    const target = module._malloc(bytes);
    if (target === 0) return undefined;
    try {
      if (read(BigInt(target)) < 0) return undefined;
      const values =
        metadata.type === CLASS.string ? textsAt(lazy, metadata, target, path, attributeName) : numbersAt(lazy, metadata, target);
      return values.length === 1 ? values[0] : values;
    } finally {
      module._free(target);
    }
  });
}

function textsAt(lazy: LazyFile, metadata: Metadata, target: number, path: string, attributeName: string): string[] {
  const { module } = lazy.hdf5;
  const { total_size: total, size, vlen } = metadata;
  if (!vlen) {
    const text = new TextDecoder();
    return Array.from(
      { length: total },
      (_, i) => text.decode(module.HEAPU8.slice(target + i * size, target + (i + 1) * size)).split("\0")[0]!,
    );
  }
  const pointers = new DataView(module.HEAPU8.buffer, target, 4 * total);
  const texts = Array.from({ length: total }, (_, i) => module.UTF8ToString(pointers.getUint32(4 * i, true)));
  // the library took memory for every text
  module.reclaim_vlen_memory(lazy.file.file_id, path, attributeName, BigInt(target));
  return texts;
}

function numbersAt(lazy: LazyFile, metadata: Metadata, target: number): number[] {
  const { total_size: total, size } = metadata;
  const view = new DataView(lazy.hdf5.module.HEAPU8.slice(target, target + total * size).buffer);
  const read: Record<PixelType, (at: number) => number> = {
    int8: (at) => view.getInt8(at),
    uint8: (at) => view.getUint8(at),
    int16: (at) => view.getInt16(at, true),
    uint16: (at) => view.getUint16(at, true),
    int32: (at) => view.getInt32(at, true),
    uint32: (at) => view.getUint32(at, true),
    int64: (at) => Number(view.getBigInt64(at, true)),
    uint64: (at) => Number(view.getBigUint64(at, true)),
    float32: (at) => view.getFloat32(at, true),
    float64: (at) => view.getFloat64(at, true),
  };
  const one = read[pixelType(metadata)!];
  return Array.from({ length: total }, (_, i) => one(i * size));
}
