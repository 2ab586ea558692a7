/** Packed streams in the browser: gzip in pieces; Zstandard as a whole, since no browser unpacks it in pieces. */
import { Gunzip } from "fflate";
import { decompressZstd } from "hyparquet-compressors";

/** Packed bytes that are unpacked in one go. */
const MOST_WHOLE = 1 << 26;

/** What a gzip or Zstandard stream holds, piece by piece; throws a plain Error on damage. */
export async function* unpackStream(kind: "gzip" | "zstd", chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (kind === "zstd") {
    yield decompressZstd(await joined(chunks));
    return;
  }
  const waiting: Uint8Array[] = [];
  const gunzip = new Gunzip((piece) => waiting.push(piece));
  let held: Uint8Array | null = null;
  for await (const chunk of chunks) {
    if (held) gunzip.push(held);
    yield* waiting.splice(0);
    held = chunk;
  }
  gunzip.push(held ?? new Uint8Array(0), true);
  yield* waiting.splice(0);
}

async function joined(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > MOST_WHOLE) throw new Error(`more than ${MOST_WHOLE} bytes of Zstandard: unpack the file first`);
    parts.push(chunk);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
