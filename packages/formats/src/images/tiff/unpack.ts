/**
 * The compressions of TIFF 6.0 that detectors use. Each gives exactly `size` bytes or throws a plain Error that says what is wrong; none
 * takes more memory than `size`.
 */
import { inflateZlib } from "../zlib.ts";

export type Unpack = (packed: Uint8Array, size: number) => Uint8Array;

/** By the number of tag 259. `most` bytes can come out of one: a larger promise is a lie, refused before memory is taken. */
export const COMPRESSIONS: Readonly<Record<number, { name: string; unpack: Unpack; most: number }>> = {
  1: { name: "none", unpack: stored, most: 1 },
  5: { name: "LZW", unpack: unpackLzw, most: 2560 },
  8: { name: "deflate", unpack: unpackDeflate, most: 1032 },
  32773: { name: "PackBits", unpack: unpackBits, most: 64 },
  32946: { name: "deflate", unpack: unpackDeflate, most: 1032 },
};

function stored(packed: Uint8Array, size: number): Uint8Array {
  if (packed.length < size) throw new Error(`${packed.length} bytes instead of ${size}`);
  return packed.length === size ? packed : packed.subarray(0, size);
}

function unpackDeflate(packed: Uint8Array, size: number): Uint8Array {
  const content = inflateZlib(packed, size);
  if (content.length !== size) throw new Error(`${content.length} bytes instead of ${size}`);
  return content;
}

/** Runs of bytes: n ≥ 0 copies n + 1 bytes, n < 0 repeats one byte 1 − n times, −128 does nothing (section 9). */
function unpackBits(packed: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size);
  let to = 0;
  for (let at = 0; at < packed.length && to < size; ) {
    const n = (packed[at++]! << 24) >> 24;
    if (n === -128) continue;
    const length = n >= 0 ? n + 1 : 1 - n;
    const source = n >= 0 ? length : 1;
    if (to + length > size || at + source > packed.length) throw new Error(`a run of ${length} bytes goes beyond the end`);
    if (n >= 0) out.set(packed.subarray(at, at + length), to);
    else out.fill(packed[at]!, to, to + length);
    at += source;
    to += length;
  }
  if (to !== size) throw new Error(`${to} bytes instead of ${size}`);
  return out;
}

const CLEAR = 256;
const END = 257;
const TABLE = 4096;

/**
 * LZW with codes of 9 to 12 bits, highest bit first, one code wider one entry early (section 13). An entry of the table is where its text
 * stands in the output: the text of code k is the text of its predecessor and one byte more, and both have been written there.
 */
function unpackLzw(packed: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size);
  const start = new Int32Array(TABLE);
  const length = new Int32Array(TABLE);
  let next = 258;
  let width = 9;
  let previous = -1;
  let previousStart = 0;
  let to = 0;
  let buffer = 0;
  let bits = 0;
  for (let at = 0; to < size; ) {
    while (bits < width && at < packed.length) {
      buffer = ((buffer << 8) | packed[at++]!) & 0xffffff;
      bits += 8;
    }
    if (bits < width) throw new Error(`the codes end after ${to} of ${size} bytes`);
    bits -= width;
    const code = (buffer >>> bits) & ((1 << width) - 1);
    if (code === END) break;
    if (code === CLEAR) {
      next = 258;
      width = 9;
      previous = -1;
      continue;
    }
    const from = to;
    if (code < 256) out[to++] = code;
    else {
      const known = code < next;
      if (previous < 0 || code > next) throw new Error(`code ${code} before it is defined`);
      const source = known ? start[code]! : previousStart;
      const n = known ? length[code]! : (previous < 256 ? 1 : length[previous]!) + 1;
      if (to + n > size) throw new Error(`a text of ${n} bytes goes beyond the end`);
      // byte by byte: a text may overlap the place where it is written
      for (let i = 0; i < n; i++) out[to++] = out[source + i]!;
    }
    if (previous >= 0 && next < TABLE) {
      start[next] = previousStart;
      length[next] = (previous < 256 ? 1 : length[previous]!) + 1;
      next++;
    }
    previous = code;
    previousStart = from;
    if (next + 1 >= 1 << width && width < 12) width++;
  }
  if (to !== size) throw new Error(`${to} bytes instead of ${size}`);
  return out;
}
