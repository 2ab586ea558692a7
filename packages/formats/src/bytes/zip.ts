/**
 * ZIP archives by their central directory (APPNOTE 6.3): stored and deflated members, zip64 sizes. Member
 * sizes are bounded before anything is inflated, so a hostile archive cannot take memory.
 */

import { ThioscopeError } from "@thioscope/core";
import { inflateRaw } from "#inflate";
import type { ByteSource } from "./source.ts";

export interface ZipMember {
  name: string;
  size: number;
  compressedSize: number;
  method: number;
  crc: number;
  /** offset of the local header */
  offset: number;
}

const END = 0x06054b50;
const END64 = 0x06064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const MAX_MEMBER = 2 ** 31;

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** True if the content starts as a ZIP archive does. */
export function looksLikeZip(head: Uint8Array): boolean {
  return head.length >= 4 && head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5);
}

/** The members in the order of the directory; FILE_CUT without an end record, FILE_DAMAGED if it lies. */
export async function listZip(source: ByteSource): Promise<ZipMember[]> {
  const tailSize = Math.min(source.size, 22 + 65535);
  const tail = viewOf(await source.read(source.size - tailSize, tailSize));
  let end = tailSize - 22;
  while (end >= 0 && tail.getUint32(end, true) !== END) end--;
  if (end < 0) {
    throw new ThioscopeError("FILE_CUT", "the archive has no directory at its end: the file was cut or is still being written", {
      file: source.name,
      offset: source.size,
    });
  }
  const damaged = (what: string, offset: number): ThioscopeError =>
    new ThioscopeError("FILE_DAMAGED", `the archive's directory is damaged: ${what}`, { file: source.name, offset });
  let count = tail.getUint16(end + 10, true);
  let size = tail.getUint32(end + 12, true);
  let start = tail.getUint32(end + 16, true);
  if (start === 0xffffffff || size === 0xffffffff || count === 0xffff) {
    const at = end - 20;
    const record = at >= 0 ? Number(tail.getBigUint64(at + 8, true)) : -1;
    if (record < 0 || record + 56 > source.size) throw damaged("zip64 record missing", source.size - tailSize + end);
    const view = viewOf(await source.read(record, 56));
    if (view.getUint32(0, true) !== END64) throw damaged("zip64 record missing", record);
    count = Number(view.getBigUint64(32, true));
    size = Number(view.getBigUint64(40, true));
    start = Number(view.getBigUint64(48, true));
  }
  if (start + size > source.size) throw damaged(`it should end at ${start + size}, the file at ${source.size}`, start);
  const bytes = await source.read(start, size);
  const view = viewOf(bytes);
  const members: ZipMember[] = [];
  const text = new TextDecoder();
  for (let at = 0, i = 0; i < count; i++) {
    if (at + 46 > size || view.getUint32(at, true) !== CENTRAL) throw damaged(`entry ${i + 1} of ${count}`, start + at);
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const commentLength = view.getUint16(at + 32, true);
    if (at + 46 + nameLength + extraLength > size) throw damaged(`entry ${i + 1} of ${count}`, start + at);
    const member: ZipMember = {
      name: text.decode(bytes.subarray(at + 46, at + 46 + nameLength)),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      compressedSize: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    };
    readZip64Extra(view, at + 46 + nameLength, extraLength, member);
    members.push(member);
    at += 46 + nameLength + extraLength + commentLength;
  }
  return members;
}

function readZip64Extra(view: DataView, from: number, length: number, member: ZipMember): void {
  for (let at = from; at + 4 <= from + length; ) {
    const size = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === 1) {
      let field = at + 4;
      const next = (): number => {
        const value = field + 8 <= at + 4 + size ? Number(view.getBigUint64(field, true)) : 0xffffffff;
        field += 8;
        return value;
      };
      if (member.size === 0xffffffff) member.size = next();
      if (member.compressedSize === 0xffffffff) member.compressedSize = next();
      if (member.offset === 0xffffffff) member.offset = next();
    }
    at += 4 + size;
  }
}

/** A member's content; FILE_DAMAGED where it does not inflate to its declared size or its CRC differs. */
export async function readZipMember(source: ByteSource, member: ZipMember): Promise<Uint8Array> {
  const place = { file: source.name, offset: member.offset };
  const damaged = (what: string): ThioscopeError =>
    new ThioscopeError("FILE_DAMAGED", `archive member "${member.name}" is damaged: ${what}`, place);
  if (member.size > MAX_MEMBER) throw damaged(`${member.size} bytes declared, at most ${MAX_MEMBER} are read`);
  if (member.offset + 30 > source.size) throw damaged("it starts beyond the end of the file");
  const head = viewOf(await source.read(member.offset, 30));
  if (head.getUint32(0, true) !== LOCAL) throw damaged("no local header");
  const start = member.offset + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  if (start + member.compressedSize > source.size) throw damaged("it ends beyond the end of the file");
  const packed = await source.read(start, member.compressedSize);
  if (member.method !== 0 && member.method !== 8) throw damaged(`compression method ${member.method} is not deflate`);
  // deflate cannot expand more than 1032 to 1: a larger promise is a lie, refused before memory is taken
  if (member.size > 1032 * member.compressedSize + 1032) throw damaged("its declared size cannot be reached");
  let content = packed;
  if (member.method === 8) {
    try {
      content = inflateRaw(packed, member.size);
    } catch (error) {
      throw damaged(error instanceof Error ? error.message : String(error));
    }
  }
  if (content.length !== member.size) throw damaged(`${content.length} bytes instead of ${member.size}`);
  if (crc32(content) !== member.crc) throw damaged("its checksum differs");
  return content;
}

/** Tables for slicing-by-8: CRC-32 (IEEE 802.3) at about 1 GB/s. */
const CRC = new Int32Array(8 * 256);
for (let n = 0; n < 256; n++) {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  CRC[n] = c;
}
for (let n = 0; n < 256; n++) {
  for (let k = 1; k < 8; k++) {
    const previous = CRC[(k - 1) * 256 + n]!;
    CRC[k * 256 + n] = CRC[previous & 255]! ^ (previous >>> 8);
  }
}

/** CRC-32 of `bytes`. */
export function crc32(bytes: Uint8Array): number {
  let c = -1;
  let i = 0;
  for (const end = bytes.length - 7; i < end; i += 8) {
    const low = c ^ (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
    c =
      CRC[1792 + (low & 255)]! ^
      CRC[1536 + ((low >>> 8) & 255)]! ^
      CRC[1280 + ((low >>> 16) & 255)]! ^
      CRC[1024 + (low >>> 24)]! ^
      CRC[768 + bytes[i + 4]!]! ^
      CRC[512 + bytes[i + 5]!]! ^
      CRC[256 + bytes[i + 6]!]! ^
      CRC[bytes[i + 7]!]!;
  }
  for (; i < bytes.length; i++) c = CRC[(c ^ bytes[i]!) & 255]! ^ (c >>> 8);
  return ~c >>> 0;
}
