/** One gzip member (RFC 1952) as a file of its own: "frame.edf.gz" is read as the EDF that it holds. */
import { ThioscopeError } from "@thioscope/core";
import { inflateRaw } from "#inflate";
import { isBomb } from "../bytes/expansion.ts";
import { type ByteSource, readAll, sourceOfBytes } from "../bytes/source.ts";
import { crc32 } from "../bytes/zip.ts";

/** Inflated size at most: a hostile member must not take memory. */
const MAX_SIZE = 2 ** 29;

const FLAG = { crc: 2, extra: 4, name: 8, comment: 16 } as const;

export function looksLikeGzip(head: Uint8Array): boolean {
  return head.length >= 18 && head[0] === 0x1f && head[1] === 0x8b && head[2] === 8;
}

/** The content of the member; FILE_CUT, or FILE_DAMAGED where size or CRC-32 differ. */
export async function gunzip(source: ByteSource): Promise<ByteSource> {
  const bytes = await readAll(source);
  const place = { file: source.name, offset: 0 };
  const cut = (): ThioscopeError => new ThioscopeError("FILE_CUT", "the gzip member ends before its content does", place);
  if (!looksLikeGzip(bytes)) throw cut();
  const flags = bytes[3]!;
  let at = 10;
  if (flags & FLAG.extra) at += 2 + bytes[at]! + 256 * (bytes[at + 1] ?? 0);
  for (const flag of [FLAG.name, FLAG.comment]) {
    if (!(flags & flag)) continue;
    const end = bytes.indexOf(0, at);
    if (end < 0) throw cut();
    at = end + 1;
  }
  if (flags & FLAG.crc) at += 2;
  if (at + 8 >= bytes.length) throw cut();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const size = view.getUint32(bytes.length - 4, true);
  const packed = bytes.subarray(at, bytes.length - 8);
  // deflate cannot expand more than 1032 to 1: a larger promise is a lie, refused before memory is taken
  if (size > MAX_SIZE || size > 1032 * packed.length + 1032 || isBomb(size, packed.length)) {
    throw new ThioscopeError(
      "FILE_DAMAGED",
      `the gzip member declares ${size} bytes of ${packed.length}; at most ${MAX_SIZE} are read`,
      place,
    );
  }
  let content: Uint8Array;
  try {
    content = inflateRaw(packed, size);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new ThioscopeError("FILE_DAMAGED", `the gzip member does not inflate to its ${size} bytes: ${what}`, place, error);
  }
  if (content.length !== size || crc32(content) !== view.getUint32(bytes.length - 8, true)) {
    throw new ThioscopeError("FILE_DAMAGED", "size or checksum of the gzip member differ", place);
  }
  return sourceOfBytes(source.name, content);
}
