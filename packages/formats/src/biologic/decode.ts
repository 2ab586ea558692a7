/** Fields of fixed-length records into columns: one strided pass per column, no allocation inside. */
import type { NumberArray } from "@thioscope/core";
import type { Field } from "./layout.ts";

/**
 * @param bytes the rows, nothing else
 * @returns floats as float64, counts in their own width
 */
export function decodeField(bytes: Uint8Array, field: Field, record: number, rows: number): NumberArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (field.type) {
    case "f64":
      return readFloat64(view, field.offset, record, rows);
    case "f32":
      return readFloat32(view, field.offset, record, rows);
    case "u32": {
      const out = new Uint32Array(rows);
      for (let i = 0, at = field.offset; i < rows; i++, at += record) out[i] = view.getUint32(at, true);
      return out;
    }
    case "u16": {
      const out = new Uint16Array(rows);
      for (let i = 0, at = field.offset; i < rows; i++, at += record) out[i] = view.getUint16(at, true);
      return out;
    }
    case "u8": {
      const out = new Uint8Array(rows);
      const mask = field.flag?.mask ?? 0xff;
      const shift = field.flag?.shift ?? 0;
      for (let i = 0, at = field.offset; i < rows; i++, at += record) out[i] = (bytes[at]! & mask) >> shift;
      return out;
    }
  }
}

function readFloat64(view: DataView, offset: number, record: number, rows: number): Float64Array {
  const out = new Float64Array(rows);
  for (let i = 0, at = offset; i < rows; i++, at += record) out[i] = view.getFloat64(at, true);
  return out;
}

function readFloat32(view: DataView, offset: number, record: number, rows: number): Float64Array {
  const out = new Float64Array(rows);
  for (let i = 0, at = offset; i < rows; i++, at += record) out[i] = view.getFloat32(at, true);
  return out;
}
