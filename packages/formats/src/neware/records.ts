/**
 * Fixed-size binary records described by data: a layout says where each quantity lies, as what type, and
 * with which factor it becomes the canonical unit. One decoder serves every layout.
 */

type FieldType = "u1" | "u2" | "i2" | "u4" | "i4" | "f4" | "u8" | "i8" | "date";

export interface Field {
  /** byte offset in the record */
  at: number;
  /** little-endian; `date` is u2 year, then u1 month, day, hour, minute, second → seconds since 1970 */
  type: FieldType;
  /** canonical value = stored × factor + plus */
  factor?: number;
  plus?: number;
  /** a second part that is added: whole seconds here, nanoseconds there */
  fine?: { at: number; type: FieldType; factor: number };
}

/** Where records lie in `bytes`: record i starts at `at[i]` and was the `slot[i]`-th place in the file. */
export interface Records {
  bytes: Uint8Array;
  at: Int32Array;
  slot: Int32Array;
}

const TWO_32 = 2 ** 32;

/** Decodes one field of all records into `out` (length = number of records). Reads within the records only. */
function decodeField<T extends Float64Array | Int32Array>(records: Records, field: Field, out: T): T {
  readInto(records, field.at, field.type, field.factor ?? 1, field.plus ?? 0, out, false);
  if (field.fine) readInto(records, field.fine.at, field.fine.type, field.fine.factor, 0, out, true);
  return out;
}

export function decodeNumbers(records: Records, field: Field): Float64Array {
  return decodeField(records, field, new Float64Array(records.at.length));
}

export function decodeIntegers(records: Records, field: Field): Int32Array {
  return decodeField(records, field, new Int32Array(records.at.length));
}

function readInto(
  { bytes, at }: Records,
  offset: number,
  type: FieldType,
  factor: number,
  plus: number,
  out: Float64Array | Int32Array,
  add: boolean,
): void {
  const n = at.length;
  // 4-byte floats on 4-byte boundaries go through a typed array: twice as fast as a DataView
  if (type === "f4" && !add && n > 0 && isAligned(bytes, at, offset)) {
    const floats = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
    for (let i = 0; i < n; i++) out[i] = floats[(at[i]! + offset) >> 2]! * factor + plus;
    return;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const base = add ? 1 : 0;
  switch (type) {
    case "u1":
      for (let i = 0; i < n; i++) out[i] = base * out[i]! + bytes[at[i]! + offset]! * factor + plus;
      return;
    case "u2":
      for (let i = 0; i < n; i++) out[i] = base * out[i]! + view.getUint16(at[i]! + offset, true) * factor + plus;
      return;
    case "i2":
      for (let i = 0; i < n; i++) out[i] = base * out[i]! + view.getInt16(at[i]! + offset, true) * factor + plus;
      return;
    case "u4":
      for (let i = 0; i < n; i++) out[i] = base * out[i]! + view.getUint32(at[i]! + offset, true) * factor + plus;
      return;
    case "i4":
      for (let i = 0; i < n; i++) out[i] = base * out[i]! + view.getInt32(at[i]! + offset, true) * factor + plus;
      return;
    case "f4":
      for (let i = 0; i < n; i++) out[i] = base * out[i]! + view.getFloat32(at[i]! + offset, true) * factor + plus;
      return;
    case "u8":
      for (let i = 0; i < n; i++) {
        const p = at[i]! + offset;
        out[i] = base * out[i]! + (view.getUint32(p, true) + view.getUint32(p + 4, true) * TWO_32) * factor + plus;
      }
      return;
    case "i8":
      for (let i = 0; i < n; i++) {
        const p = at[i]! + offset;
        out[i] = base * out[i]! + (view.getUint32(p, true) + view.getInt32(p + 4, true) * TWO_32) * factor + plus;
      }
      return;
    case "date":
      readDates(view, at, offset, out);
      return;
  }
}

/** All records lie in blocks of one phase, so the first and last tell about all: positions differ by multiples of 4 or not at all. */
function isAligned(bytes: Uint8Array, at: Int32Array, offset: number): boolean {
  if ((bytes.byteOffset & 3) !== 0) return false;
  let odd = 0;
  for (let i = 0; i < at.length; i++) odd |= at[i]! + offset;
  return (odd & 3) === 0;
}

/** Most rows share the minute of the row before: the calendar is asked once per minute. */
function readDates(view: DataView, at: Int32Array, offset: number, out: Float64Array | Int32Array): void {
  let lastDay = -1;
  let lastTime = -1;
  let minute = Number.NaN;
  for (let i = 0; i < at.length; i++) {
    const p = at[i]! + offset;
    const day = view.getUint32(p, true);
    const time = view.getUint16(p + 4, true);
    if (day !== lastDay || time !== lastTime) {
      lastDay = day;
      lastTime = time;
      const month = (day >>> 16) & 255;
      const valid = month >= 1 && month <= 12 && day >>> 24 >= 1 && day >>> 24 <= 31 && (time & 255) < 24 && time >> 8 < 60;
      minute = valid ? Date.UTC(day & 0xffff, month - 1, day >>> 24, time & 255, time >> 8) / 1000 : Number.NaN;
    }
    out[i] = minute + view.getUint8(p + 6);
  }
}
