/**
 * Packed streams on Node: zlib's own gzip and Zstandard, in pieces. A piece is only valid until the next is asked for, and so is a chunk of the packed content: what zlib unpacks into
 * is given back at once, or hundreds of MB would wait for a collection that a stream never makes urgent.
 */
import { createGunzip, createZstdDecompress } from "node:zlib";

const PIECE = 1 << 18;

/** What a gzip or Zstandard stream holds, piece by piece; throws a plain Error on damage. */
export async function* unpackStream(kind: "gzip" | "zstd", chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  // one piece is made at a time
  const how = { chunkSize: PIECE, readableHighWaterMark: 1, writableHighWaterMark: 1 };
  const unpacker = kind === "gzip" ? createGunzip(how) : createZstdDecompress(how);
  const written = (chunk: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => unpacker.write(chunk, (error) => (error ? reject(error) : resolve())));
  const pumped = (async () => {
    for await (const chunk of chunks) await written(chunk);
    unpacker.end();
  })();
  // the stream says it, where it is read
  pumped.catch((error: unknown) => unpacker.destroy(error instanceof Error ? error : new Error(String(error))));
  try {
    for await (const piece of unpacker) {
      // of a Buffer, slice would be no copy
      const { buffer, byteOffset, length } = piece as Uint8Array;
      const bytes = new Uint8Array(buffer, byteOffset, length);
      yield bytes;
      release(bytes);
    }
  } finally {
    unpacker.destroy();
  }
}

/** Frees the buffer behind a piece that is its end: zlib has taken another by then. */
function release({ buffer, byteOffset, length }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === PIECE && byteOffset + length === PIECE) buffer.transfer(0);
}
