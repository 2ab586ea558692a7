/** The HDF5 library and its decompression filters in the browser: each is fetched when a file needs it. */

/** The bundler turns these into addresses of files that it copies. */
const ADDRESSES: Readonly<Record<string, () => Promise<{ default: string }>>> = {
  bshuf: () => import("h5wasm-plugins/plugins/libH5Zbshuf.so?url"),
  blosc: () => import("h5wasm-plugins/plugins/libH5Zblosc.so?url"),
  blosc2: () => import("h5wasm-plugins/plugins/libH5Zblosc2.so?url"),
  bz2: () => import("h5wasm-plugins/plugins/libH5Zbz2.so?url"),
  lz4: () => import("h5wasm-plugins/plugins/libH5Zlz4.so?url"),
  lzf: () => import("h5wasm-plugins/plugins/libH5Zlzf.so?url"),
  zstd: () => import("h5wasm-plugins/plugins/libH5Zzstd.so?url"),
};

/** The library "libH5Z<name>.so" as bytes. */
export async function readPlugin(name: string): Promise<Uint8Array> {
  const address = await ADDRESSES[name]?.();
  if (!address) throw new Error(`there is no filter ${name}`);
  const answer = await fetch(address.default);
  if (!answer.ok) throw new Error(`${address.default}: ${answer.status} ${answer.statusText}`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** One library for each worker. */
export const importLibrary = (_number: number): Promise<typeof import("h5wasm")> => import("h5wasm");

export const HAS_MANY = false;
