/** A source as a stream of chunks, unpacked where it is gzip, bzip2 or Zstandard. The next chunk is read while this one is worked on. */
import { ThioscopeError } from "@thioscope/core";
import { unpackStream } from "#unpack";
import { bunzip2 } from "./bunzip2.ts";
import type { ByteSource } from "./source.ts";

const CHUNK = 1 << 20;

export type Packing = "gzip" | "bzip2" | "zstd" | null;

export function packingOf(head: Uint8Array): Packing {
  if (head[0] === 0x1f && head[1] === 0x8b && head[2] === 8) return "gzip";
  if (head[0] === 0x42 && head[1] === 0x5a && head[2] === 0x68 && head[4] === 0x31) return "bzip2";
  return head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd ? "zstd" : null;
}

/** @param isReused a chunk is only valid until the next is asked for */
async function* rawChunks(source: ByteSource, isReused: boolean): AsyncGenerator<Uint8Array> {
  const { readInto } = source;
  const buffers = isReused && readInto ? [new Uint8Array(CHUNK), new Uint8Array(CHUNK)] : null;
  const read = (k: number): Promise<Uint8Array> | null => {
    const offset = k * CHUNK;
    const length = Math.min(CHUNK, source.size - offset);
    if (length <= 0) return null;
    if (!buffers) return source.read(offset, length);
    const target = buffers[k % 2]!.subarray(0, length);
    return readInto!.call(source, offset, target).then(() => target);
  };
  let next = read(0);
  for (let k = 1; next; k++) {
    const chunk = await next;
    next = read(k);
    // its error is reported when its turn comes
    next?.catch(() => {});
    yield chunk;
  }
}

/** A chunk is only valid until the next is asked for. FILE_CUT or FILE_DAMAGED where packed data do not unpack. */
export async function* unpackedChunks(source: ByteSource): AsyncGenerator<Uint8Array> {
  const packing = packingOf(await source.read(0, Math.min(16, source.size)));
  if (packing === null) {
    yield* rawChunks(source, true);
    return;
  }
  try {
    yield* packing === "bzip2" ? bunzip2(rawChunks(source, false)) : unpackStream(packing, rawChunks(source, true));
  } catch (error) {
    if (error instanceof ThioscopeError) throw error.at({ file: source.name });
    const what = error instanceof Error ? error.message : String(error);
    const code = /unexpected end|truncated|incomplete|EOF/i.test(what) ? "FILE_CUT" : "FILE_DAMAGED";
    throw new ThioscopeError(code, `the ${packing} stream does not unpack: ${what}`, { file: source.name }, error);
  }
}
