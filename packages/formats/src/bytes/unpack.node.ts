/** Packed streams on Node: zlib's own gzip and Zstandard, in pieces. */
import { Readable } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";

const PIECE = 1 << 18;

/** What a gzip or Zstandard stream holds, piece by piece; throws a plain Error on damage. */
export async function* unpackStream(kind: "gzip" | "zstd", chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const unpacker = kind === "gzip" ? createGunzip({ chunkSize: PIECE }) : createZstdDecompress({ chunkSize: PIECE });
  const from = Readable.from(chunks, { objectMode: false, highWaterMark: PIECE });
  from.on("error", (error) => unpacker.destroy(error));
  from.pipe(unpacker);
  try {
    for await (const piece of unpacker) yield piece as Uint8Array;
  } finally {
    from.destroy();
    unpacker.destroy();
  }
}
