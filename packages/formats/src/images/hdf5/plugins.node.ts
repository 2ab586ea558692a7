/** The HDF5 library and its decompression filters on Node: from the packages' folders. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

/** The library "libH5Z<name>.so" as bytes. */
export function readPlugin(name: string): Promise<Uint8Array> {
  return readFile(createRequire(import.meta.url).resolve(`h5wasm-plugins/plugins/libH5Z${name}.so`));
}

/** Another number is another library with a memory of its own. */
export function importLibrary(number: number): Promise<typeof import("h5wasm")> {
  return number === 0 ? import("h5wasm") : import(`${import.meta.resolve("h5wasm")}?${number}`);
}

/** False where every number is the same library. */
export const HAS_MANY = true;
