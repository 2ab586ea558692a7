/**
 * What can still be got out of a damaged ZIP archive: members are found by their local headers, not by the
 * directory, and inflated up to the first error. Slow and only for `salvage`.
 */
import { Inflate } from "fflate";
import type { ByteSource } from "./source.ts";
import { readAll } from "./source.ts";
import { crc32 } from "./zip.ts";

export interface SalvagedMember {
  name: string;
  content: Uint8Array;
  /** false if the content ends early or its checksum differs */
  whole: boolean;
}

/** Bytes inflated in all at most: a hostile archive must not take memory. */
const MAX_TOTAL = 2 ** 30;
const MAX_MEMBERS = 1000;
const PIECE = 16384;

/** Every member with a readable local header, in the order of the file. */
export async function salvageZip(source: ByteSource): Promise<SalvagedMember[]> {
  const bytes = await readAll(source);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const members: SalvagedMember[] = [];
  let left = MAX_TOTAL;
  for (let at = findLocal(bytes, 0); at >= 0 && left > 0 && members.length < MAX_MEMBERS; ) {
    const method = view.getUint16(at + 8, true);
    const crc = view.getUint32(at + 14, true);
    const nameEnd = at + 30 + view.getUint16(at + 26, true);
    const start = nameEnd + view.getUint16(at + 28, true);
    if (start > bytes.length) break;
    const { size, packedSize } = sizesOf(view, at, nameEnd, start);
    const name = new TextDecoder().decode(bytes.subarray(at + 30, nameEnd));
    const end = Math.min(bytes.length, start + packedSize);
    const packed = bytes.subarray(start, end);
    const content = method === 8 ? inflateSome(packed, Math.min(left, size)) : packed;
    left -= content.length;
    members.push({ name, content, whole: content.length === size && crc32(content) === crc });
    // the size in a damaged header may be wrong: the next header is looked for, not assumed
    at = findLocal(bytes, end < bytes.length && view.getUint32(Math.min(end, bytes.length - 4), true) === 0x04034b50 ? end : at + 30);
  }
  return members;
}

const ZIP64 = 0xffffffff;

/** Sizes in a local header; large files write them into the extra field (id 1): content first, then packed. */
function sizesOf(view: DataView, at: number, extra: number, end: number): { size: number; packedSize: number } {
  const packedSize = view.getUint32(at + 18, true);
  const size = view.getUint32(at + 22, true);
  const has64 = size === ZIP64 && packedSize === ZIP64 && extra + 20 <= end && view.getUint16(extra, true) === 1;
  if (!has64) return { size, packedSize };
  return { size: Number(view.getBigUint64(extra + 4, true)), packedSize: Number(view.getBigUint64(extra + 12, true)) };
}

/** Position of the next local header that lies wholly in the file, or −1. */
function findLocal(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0x50, from); at >= 0 && at + 30 <= bytes.length; at = bytes.indexOf(0x50, at + 1)) {
    if (bytes[at + 1] === 0x4b && bytes[at + 2] === 3 && bytes[at + 3] === 4) return at;
  }
  return -1;
}

/** Inflates piece by piece and keeps what came before an error; at most `limit` bytes. */
function inflateSome(packed: Uint8Array, limit: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const inflate = new Inflate((piece) => {
    const kept = piece.subarray(0, Math.max(0, limit - length));
    pieces.push(kept);
    length += kept.length;
  });
  try {
    for (let at = 0; at < packed.length && length < limit; at += PIECE) {
      inflate.push(packed.subarray(at, at + PIECE), at + PIECE >= packed.length);
    }
  } catch {
    // damage: the pieces before it stand
  }
  const out = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}
