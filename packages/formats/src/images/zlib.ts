/** zlib streams (RFC 1950), as TIFF, PNG and EDF embed them. */
import { inflateRaw } from "#inflate";

/** Inflates to at most `size` bytes; throws a plain Error on damage, on more bytes, on a wrong checksum. */
export function inflateZlib(bytes: Uint8Array, size: number): Uint8Array {
  const header = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  if (bytes.length < 6 || (bytes[0]! & 15) !== 8 || header % 31 !== 0 || (bytes[1]! & 32) !== 0) throw new Error("no zlib stream");
  const content = inflateRaw(bytes.subarray(2), size);
  const end = bytes.length - 4;
  const stated = ((bytes[end]! << 24) | (bytes[end + 1]! << 16) | (bytes[end + 2]! << 8) | bytes[end + 3]!) >>> 0;
  // writers may pad the stream: only a full-length checksum at its very end can be compared
  if (stated !== adler32(content) && !paddedWith(bytes, adler32(content))) throw new Error("its checksum differs");
  return content;
}

/** Is `sum` there, followed by at most 8 bytes of padding? */
function paddedWith(bytes: Uint8Array, sum: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let back = 5; back <= 12 && back <= bytes.length; back++) if (view.getUint32(bytes.length - back) === sum) return true;
  return false;
}

/** Adler-32 of RFC 1950. */
function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (let from = 0; from < bytes.length; from += 3800) {
    const to = Math.min(bytes.length, from + 3800);
    for (let i = from; i < to; i++) {
      a += bytes[i]!;
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return ((b << 16) | a) >>> 0;
}
