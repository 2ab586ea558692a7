/** Bytes to pixels: types, byte orders, and the bounds that keep a header from asking for all memory. */
import { type ErrorPlace, ThioscopeError } from "@thioscope/core";
import { isBomb } from "../bytes/expansion.ts";
import type { PixelArray, PixelType } from "./model.ts";

/** Bytes per pixel. */
export const PIXEL_BYTES: Readonly<Record<PixelType, number>> = {
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
  int64: 8,
  uint64: 8,
  float64: 8,
};

/** Largest side and largest frame that is read: 16 k × 16 k detectors exist, 2³¹ pixels are a damaged header. */
export const MAX_SIDE = 65_535;
const MAX_FRAME_PIXELS = 2 ** 28;
const MAX_FRAME_BYTES = 2 ** 30;

/**
 * Refuses sizes that no detector has; FILE_DAMAGED names them.
 *
 * @param packed bytes of the file, where its pixels may be packed
 * @returns bytes of one frame
 */
export function checkFrame(width: number, height: number, dtype: PixelType, place: ErrorPlace, packed?: number): number {
  const whole = Number.isInteger(width) && Number.isInteger(height);
  const bytes = width * height * PIXEL_BYTES[dtype];
  if (
    !whole ||
    width < 1 ||
    height < 1 ||
    width > MAX_SIDE ||
    height > MAX_SIDE ||
    width * height > MAX_FRAME_PIXELS ||
    bytes > MAX_FRAME_BYTES
  ) {
    throw new ThioscopeError(
      "FILE_DAMAGED",
      `the header declares ${width} × ${height} pixels of ${dtype}; a frame has sides of 1 to ${MAX_SIDE} and at most ${MAX_FRAME_BYTES} bytes`,
      place,
    );
  }
  if (packed !== undefined && isBomb(bytes, packed)) {
    throw new ThioscopeError("FILE_DAMAGED", `a frame of ${bytes} bytes is promised by a file of ${packed}`, place);
  }
  return bytes;
}

/** Refuses an index outside of the stack. */
export function checkIndex(index: number, frames: number, file: string): void {
  if (Number.isInteger(index) && index >= 0 && index < frames) return;
  throw new ThioscopeError("INVALID_INPUT", `frame ${index} does not exist: the file holds frames 0 to ${frames - 1}`, { file });
}

const NATIVE_LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * Bytes as pixels; a view of `bytes` where they lie right, else a copy.
 *
 * @param bytes whole pixels
 * @param owned true if `bytes` may be changed in place
 */
export function decodePixels(bytes: Uint8Array, dtype: PixelType, littleEndian: boolean, owned = false): PixelArray {
  const size = PIXEL_BYTES[dtype];
  const swap = size > 1 && littleEndian !== NATIVE_LITTLE;
  let ready = bytes;
  if ((swap && !owned) || bytes.byteOffset % size !== 0) ready = bytes.slice();
  if (swap) swapBytes(ready, size);
  const { buffer, byteOffset } = ready;
  const count = Math.floor(ready.length / size);
  switch (dtype) {
    case "int8":
      return new Int8Array(buffer, byteOffset, count);
    case "uint8":
      return new Uint8Array(buffer, byteOffset, count);
    case "int16":
      return new Int16Array(buffer, byteOffset, count);
    case "uint16":
      return new Uint16Array(buffer, byteOffset, count);
    case "int32":
      return new Int32Array(buffer, byteOffset, count);
    case "uint32":
      return new Uint32Array(buffer, byteOffset, count);
    case "float32":
      return new Float32Array(buffer, byteOffset, count);
    case "float64":
      return new Float64Array(buffer, byteOffset, count);
    case "int64":
      return Float64Array.from(new BigInt64Array(buffer, byteOffset, count), Number);
    case "uint64":
      return Float64Array.from(new BigUint64Array(buffer, byteOffset, count), Number);
  }
}

/** Reverses the bytes of every value of 2, 4 or 8 bytes in place. */
function swapBytes(bytes: Uint8Array, size: number): void {
  if (size === 2) {
    for (let i = 0; i + 1 < bytes.length; i += 2) {
      const low = bytes[i]!;
      bytes[i] = bytes[i + 1]!;
      bytes[i + 1] = low;
    }
    return;
  }
  for (let i = 0; i + size <= bytes.length; i += size) {
    for (let a = i, b = i + size - 1; a < b; a++, b--) {
      const low = bytes[a]!;
      bytes[a] = bytes[b]!;
      bytes[b] = low;
    }
  }
}

/** Bytes of `values` in file order `littleEndian`; a view where nothing is to be done. */
export function encodePixels(values: PixelArray, littleEndian = true): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  if (values.BYTES_PER_ELEMENT === 1 || littleEndian === NATIVE_LITTLE) return bytes;
  const copy = bytes.slice();
  swapBytes(copy, values.BYTES_PER_ELEMENT);
  return copy;
}

/** The type in which an array is stored. */
export function pixelTypeOf(values: PixelArray): Exclude<PixelType, "int64" | "uint64"> {
  if (values instanceof Int8Array) return "int8";
  if (values instanceof Uint8Array) return "uint8";
  if (values instanceof Int16Array) return "int16";
  if (values instanceof Uint16Array) return "uint16";
  if (values instanceof Int32Array) return "int32";
  if (values instanceof Uint32Array) return "uint32";
  if (values instanceof Float32Array) return "float32";
  return "float64";
}
