/** How result tables are packed on disk. */
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";

export const CODEC = "ZSTD";
export const PACK = { ZSTD: (bytes: Uint8Array): Uint8Array => zstdCompressSync(bytes) };
export const UNPACK = { ZSTD: (bytes: Uint8Array): Uint8Array => new Uint8Array(zstdDecompressSync(bytes)) };
