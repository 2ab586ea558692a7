/** Undoes the differencing that some writers apply before compression (TIFF 6.0 section 14; Technical Note 3 for floats). */
import type { PixelArray, PixelType } from "../model.ts";
import { decodePixels, PIXEL_BYTES } from "../pixels.ts";

/**
 * @param bytes whole rows of `width` pixels, changed in place
 * @param predictor 1 none, 2 horizontal differences, 3 differences of the bytes of floats, most significant bytes of a row first
 */
export function undoPredictor(bytes: Uint8Array, predictor: number, dtype: PixelType, littleEndian: boolean, width: number): PixelArray {
  if (predictor === 3) return undoFloat(bytes, dtype, width);
  if (predictor === 1) return decodePixels(bytes, dtype, littleEndian);
  // differences are of the words as integers, whatever they mean
  const wide = PIXEL_BYTES[dtype] === 8;
  if (wide) return undoWide(bytes, dtype, littleEndian, width);
  const words = ({ 1: "uint8", 2: "uint16", 4: "uint32" } as const)[PIXEL_BYTES[dtype] as 1 | 2 | 4];
  const values = decodePixels(bytes, words, littleEndian, true);
  for (let row = 0; row + width <= values.length; row += width) {
    // typed arrays wrap around as the format wants
    for (let i = 1; i < width; i++) values[row + i] = values[row + i]! + values[row + i - 1]!;
  }
  return decodePixels(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), dtype, true);
}

function undoWide(bytes: Uint8Array, dtype: PixelType, littleEndian: boolean, width: number): PixelArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let row = 0; row + 8 * width <= bytes.length; row += 8 * width) {
    for (let i = 8; i < 8 * width; i += 8) {
      const sum = view.getBigUint64(row + i, littleEndian) + view.getBigUint64(row + i - 8, littleEndian);
      view.setBigUint64(row + i, sum, littleEndian);
    }
  }
  return decodePixels(bytes, dtype, littleEndian);
}

function undoFloat(bytes: Uint8Array, dtype: PixelType, width: number): PixelArray {
  const size = PIXEL_BYTES[dtype];
  const out = new Uint8Array(bytes.length);
  const rowBytes = width * size;
  for (let row = 0; row + rowBytes <= bytes.length; row += rowBytes) {
    for (let i = 1; i < rowBytes; i++) bytes[row + i] = bytes[row + i]! + bytes[row + i - 1]!;
    // plane 0 holds the most significant byte of every value
    for (let plane = 0; plane < size; plane++) {
      for (let i = 0; i < width; i++) out[row + i * size + (size - 1 - plane)] = bytes[row + plane * width + i]!;
    }
  }
  return decodePixels(out, dtype, true);
}
