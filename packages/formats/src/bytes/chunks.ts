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

async function* rawChunks(source: ByteSource): AsyncGenerator<Uint8Array> {
  const read = (offset: number): Promise<Uint8Array> | null =>
    offset < source.size ? source.read(offset, Math.min(CHUNK, source.size - offset)) : null;
  let next = read(0);
  for (let offset = CHUNK; next; offset += CHUNK) {
    const chunk = await next;
    next = read(offset);
    // its error is reported when its turn comes
    next?.catch(() => {});
    yield chunk;
  }
}

/** FILE_CUT or FILE_DAMAGED where packed data do not unpack. */
export async function* unpackedChunks(source: ByteSource): AsyncGenerator<Uint8Array> {
  const packing = packingOf(await source.read(0, Math.min(16, source.size)));
  if (packing === null) {
    yield* rawChunks(source);
    return;
  }
  try {
    yield* packing === "bzip2" ? bunzip2(rawChunks(source)) : unpackStream(packing, rawChunks(source));
  } catch (error) {
    if (error instanceof ThioscopeError) throw error.at({ file: source.name });
    const what = error instanceof Error ? error.message : String(error);
    const code = /unexpected end|truncated|incomplete|EOF/i.test(what) ? "FILE_CUT" : "FILE_DAMAGED";
    throw new ThioscopeError(code, `the ${packing} stream does not unpack: ${what}`, { file: source.name }, error);
  }
}
