/**
 * The HDF5 library as WebAssembly, loaded when the first file needs it, and its filters.
 *
 * A filter that the library lacks makes it give wrong pixels without an error: {@link needFilters} is asked before any pixel is read.
 */
import { ThioscopeError } from "@thioscope/core";
import type * as H5 from "h5wasm";
import { importLibrary, readPlugin } from "#hdf5-plugins";

/** The module's file system: what of emscripten's is used here. */
interface MemoryFiles {
  mkdirTree(path: string): void;
  createFile(parent: string, name: string, properties: object, canRead: boolean, canWrite: boolean): FileNode;
  writeFile(path: string, bytes: Uint8Array): void;
  readFile(path: string): Uint8Array;
  unlink(path: string): void;
  lookupPath(path: string): { node: { contents: Uint8Array; usedBytes: number } };
  ErrnoError: new (errno: number) => Error;
  streams: ({ stream_ops: object } | null)[];
  close(stream: object): void;
}

interface FileNode {
  usedBytes: number;
  stream_ops: object;
}

export interface Hdf5 {
  h5: typeof H5;
  module: Awaited<typeof H5.ready>;
  files: MemoryFiles;
  /** filters that lie in its file system */
  installed: Map<string, Promise<void>>;
  /** those of them that it has taken into its memory, which it does when it unpacks with them for the first time */
  loaded: Set<string>;
}

/** Filters that the library holds itself. */
const BUILT_IN = new Map([
  [1, "deflate"],
  [2, "shuffle"],
  [3, "fletcher32"],
  [4, "szip"],
  [5, "nbit"],
  [6, "scaleoffset"],
]);

/** Registered ids of filters in plugins (The HDF Group's registry) and the plugin's name. */
const PLUGINS = new Map([
  [307, "bz2"],
  [32000, "lzf"],
  [32001, "blosc"],
  [32004, "lz4"],
  [32008, "bshuf"],
  [32015, "zstd"],
  [32026, "blosc2"],
]);

let loading: Promise<Hdf5> | undefined;

/** The library that files are written with; reading.ts has that for files from elsewhere. */
export function loadHdf5(): Promise<Hdf5> {
  loading ??= loadLibrary(0);
  return loading;
}

/** Whether something is or was written in this thread. */
export const isWriting = (): boolean => loading !== undefined;

export async function loadLibrary(number: number): Promise<Hdf5> {
  const h5 = await importLibrary(number);
  const module = await h5.ready;
  const files = module.FS as unknown as MemoryFiles;
  // the library prints every failed call on stderr; failures are seen by their results here
  const errors = files.streams[2];
  if (errors)
    errors.stream_ops = { ...errors.stream_ops, write: (_stream: unknown, _bytes: unknown, _offset: number, length: number) => length };
  return { h5, module, files, installed: new Map(), loaded: new Set() };
}

/** Loads the filters of a dataset; FORMAT_VERSION names the ids of those that are not known here. */
export async function needFilters(hdf5: Hdf5, filters: readonly { id: number; name: string }[], file: string): Promise<void> {
  const missing = filters.filter(({ id }) => !BUILT_IN.has(id) && !PLUGINS.has(id));
  if (missing.length > 0) {
    const names = missing.map(({ id, name }) => (name === "" ? `${id}` : `${id} (${name})`));
    const known = [...BUILT_IN, ...PLUGINS].map(([id, name]) => `${id} ${name}`);
    throw new ThioscopeError("FORMAT_VERSION", `the pixels are packed with HDF5 filter ${names.join(", ")}; read are ${known.join(", ")}`, {
      file,
    });
  }
  for (const { id } of filters) {
    const plugin = PLUGINS.get(id);
    if (plugin === undefined) continue;
    let ready = hdf5.installed.get(plugin);
    if (!ready) {
      ready = install(hdf5, plugin);
      hdf5.installed.set(plugin, ready);
    }
    await ready;
  }
}

/** After pixels came out of a dataset with these filters: the library holds them in its memory now. */
export function unpackedWith(hdf5: Hdf5, filters: readonly { id: number }[]): void {
  for (const { id } of filters) {
    const plugin = PLUGINS.get(id);
    if (plugin !== undefined) hdf5.loaded.add(plugin);
  }
}

async function install({ module, files }: Hdf5, plugin: string): Promise<void> {
  const folder = module.get_plugin_search_paths()[0]!;
  files.mkdirTree(folder);
  files.writeFile(`${folder}/libH5Z${plugin}.so`, await readPlugin(plugin));
}
