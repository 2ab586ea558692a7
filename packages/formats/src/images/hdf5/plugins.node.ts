/** Decompression filters of HDF5 on Node: from the package's folder. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

/** The library "libH5Z<name>.so" as bytes. */
export function readPlugin(name: string): Promise<Uint8Array> {
  return readFile(createRequire(import.meta.url).resolve(`h5wasm-plugins/plugins/libH5Z${name}.so`));
}
