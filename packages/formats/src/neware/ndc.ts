/** An .ndc file's records: a header block, then blocks of records with a bit mask (or an index > 0). */
import { ThioscopeError } from "@thioscope/core";
import { crc32 } from "../bytes/zip.ts";
import { type Blocks, FIRST_LARGE, LARGE, SMALL } from "./ndcLayouts.ts";
import { decodeIntegers, type Field, type Records } from "./records.ts";

export interface NdcHead {
  kind: number;
  version: number;
}

/** Kind and version; FILE_DAMAGED if the member is too short to say. */
export function ndcHead(bytes: Uint8Array, member: string): NdcHead {
  if (bytes.length < 3) throw new ThioscopeError("FILE_DAMAGED", `"${member}" has ${bytes.length} bytes, not even a header`);
  return { kind: bytes[0]!, version: bytes[2]! };
}

/**
 * How many bytes of a damaged member stand: the header and the blocks up to the first whose own CRC-32 (its last
 * four bytes, over those before) is wrong.
 */
export function soundLength(bytes: Uint8Array): number {
  const size = (bytes[2] ?? 0) < FIRST_LARGE ? SMALL.size : LARGE.size;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = Math.min(size, bytes.length);
  while (end + size <= bytes.length && crc32(bytes.subarray(end, end + size - 4)) === view.getUint32(end + size - 4, true)) end += size;
  return end;
}

/** The layout of `version`; FORMAT_VERSION with those known if there is none. */
export function layoutOf<T>(layouts: Readonly<Record<number, T>>, version: number, member: string): T {
  const layout = layouts[version];
  if (layout) return layout;
  const known = Object.keys(layouts).join(", ");
  throw new ThioscopeError("FORMAT_VERSION", `"${member}" is of ndc version ${version}; known are ${known}`);
}

/**
 * Finds the used records. Slots are counted from 0 over all places, used or not.
 *
 * @param index for blocks without a mask: records whose index is 0 are unused
 */
export function ndcRecords(bytes: Uint8Array, blocks: Blocks, size: number, index?: Field): Records {
  const perBlock = Math.floor((blocks.size - blocks.data - blocks.tail) / size);
  const count = Math.max(0, Math.floor(bytes.length / blocks.size) - 1);
  const at = new Int32Array(count * perBlock);
  const slot = new Int32Array(count * perBlock);
  let n = 0;
  for (let block = 0; block < count; block++) {
    const start = (block + 1) * blocks.size;
    const data = start + blocks.data;
    for (let i = 0; i < perBlock; i++) {
      const used = blocks.mask === undefined || (bytes[start + blocks.mask + (i >> 3)]! >> (i & 7)) & 1;
      at[n] = data + i * size;
      slot[n] = block * perBlock + i;
      if (used) n++;
    }
  }
  const records = { bytes, at: at.subarray(0, n), slot: slot.subarray(0, n) };
  return blocks.mask === undefined && index ? withIndex(records, index) : records;
}

function withIndex(records: Records, index: Field): Records {
  const values = decodeIntegers(records, index);
  return {
    bytes: records.bytes,
    at: records.at.filter((_, i) => values[i] !== 0),
    slot: records.slot.filter((_, i) => values[i] !== 0),
  };
}
