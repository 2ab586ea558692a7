/**
 * A raster as a PNG file (W3C PNG, colour type 3: one byte per pixel and a palette). Deflate (RFC 1951) with the
 * fixed code and runs of equal bytes only: maps are made of equal pixels, and the result must be there at once,
 * which the browser's own compressor does not offer.
 */
import type { Raster } from "./raster.ts";

/** Lengths of runs: the first of each code from 257 on, and how many further bits tell it. */
const RUN_FROM = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
const RUN_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];

function reversed(code: number, bits: number): number {
  let result = 0;
  for (let i = 0; i < bits; i++) result |= ((code >> i) & 1) << (bits - 1 - i);
  return result;
}

/** Code and number of bits of each symbol of the fixed code, ready to be written from the lowest bit on. */
const FIXED = Array.from({ length: 286 }, (_, symbol): [number, number] => {
  if (symbol < 144) return [reversed(0x30 + symbol, 8), 8];
  if (symbol < 256) return [reversed(0x190 + symbol - 144, 9), 9];
  if (symbol < 280) return [reversed(symbol - 256, 7), 7];
  return [reversed(0xc0 + symbol - 280, 8), 8];
});

/** zlib stream (RFC 1950) of `bytes`. */
function deflated(bytes: Uint8Array): Uint8Array {
  // nine bits are the longest code of a byte
  const out = new Uint8Array(Math.ceil((bytes.length * 9) / 8) + 16);
  let n = 2;
  out[0] = 0x78;
  out[1] = 0x01;
  let held = 0;
  let bits = 0;
  const put = (value: number, count: number): void => {
    held |= value << bits;
    bits += count;
    while (bits >= 8) {
      out[n++] = held & 0xff;
      held >>>= 8;
      bits -= 8;
    }
  };
  const symbol = (s: number): void => put(FIXED[s]![0], FIXED[s]![1]);
  // one last block, fixed code
  put(0b011, 3);
  for (let i = 0; i < bytes.length; ) {
    const byte = bytes[i++]!;
    symbol(byte);
    let run = 0;
    while (i + run < bytes.length && bytes[i + run] === byte) run++;
    while (run >= 3) {
      let k = RUN_FROM.length - 1;
      while (RUN_FROM[k]! > run) k--;
      const length = k === RUN_FROM.length - 1 ? 258 : Math.min(run, RUN_FROM[k + 1]! - 1, 257);
      symbol(257 + k);
      put(length - RUN_FROM[k]!, RUN_BITS[k]!);
      // distance 1: five zero bits
      put(0, 5);
      i += length;
      run -= length;
    }
  }
  symbol(256);
  if (bits > 0) put(0, 8 - bits);
  let a = 1;
  let b = 0;
  for (let i = 0; i < bytes.length; i++) {
    a = (a + bytes[i]!) % 65521;
    b = (b + a) % 65521;
  }
  new DataView(out.buffer).setUint32(n, ((b << 16) | a) >>> 0);
  return out.subarray(0, n + 4);
}

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(data, 8);
  let crc = 0xffffffff;
  for (let i = 4; i < 8 + data.length; i++) crc = CRC[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  view.setUint32(8 + data.length, ~crc >>> 0);
  return bytes;
}

export function pngOf({ width, height, pixels, colours }: Raster): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 3], 8);
  const rows = new Uint8Array(height * (width + 1));
  for (let y = 0; y < height; y++) {
    const start = y * (width + 1) + 1;
    // a row is told as its difference to the one above it: equal rows become runs of zeros
    rows[start - 1] = 2;
    for (let x = 0; x < width; x++) rows[start + x] = pixels[y * width + x]! - (y > 0 ? pixels[(y - 1) * width + x]! : 0);
  }
  const parts = [
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", header),
    chunk("PLTE", colours),
    chunk("tRNS", Uint8Array.of(0)),
    chunk("IDAT", deflated(rows)),
    chunk("IEND", new Uint8Array(0)),
  ];
  const file = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

/** As an address that an image element takes. */
export function pngAddress(raster: Raster): string {
  const bytes = pngOf(raster);
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x2000) text += String.fromCharCode(...bytes.subarray(i, i + 0x2000));
  return `data:image/png;base64,${btoa(text)}`;
}
