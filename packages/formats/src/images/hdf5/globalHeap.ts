/**
 * Global heap collections of HDF5 (file format specification 3.0, III.E), where texts of any length lie: "GCOL", version 1, the size of the collection, then objects of
 * a 16-byte head (index, references, size) and their bytes padded to 8. Index 0 is the free space at the end; its size counts its head.
 */

const HEAD = 16;
const LEAST = 4096;
/** Collections are a few kB; a larger one holds a single long text. */
const MOST = 2 ** 27;

export function startsGlobalHeap(bytes: Uint8Array): boolean {
  return bytes.length >= HEAD && bytes[0] === 0x47 && bytes[1] === 0x43 && bytes[2] === 0x4f && bytes[3] === 0x4c;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** As its head states it; files with offsets of 8 bytes only. */
export function globalHeapSize(bytes: Uint8Array): number {
  return Number(viewOf(bytes).getBigUint64(8, true));
}

/** True if its objects follow each other to its end. */
export function isSoundGlobalHeap(bytes: Uint8Array): boolean {
  const size = globalHeapSize(bytes);
  if (bytes[4] !== 1 || size < LEAST || size > MOST || size > bytes.length || size % 8 !== 0) return false;
  const view = viewOf(bytes);
  for (let at = HEAD; at + HEAD <= size; ) {
    const index = view.getUint16(at, true);
    const stated = Number(view.getBigUint64(at + 8, true));
    const length = index === 0 ? stated : HEAD + Math.ceil(stated / 8) * 8;
    if (!(length >= HEAD) || at + length > size) return false;
    at += length;
  }
  return true;
}
