/**
 * The directories of a TIFF (TIFF 6.0, Adobe 1992; BigTIFF as in libtiff): one per page, a chain of tag tables.
 * Only the tags below are read; values longer than 1 MiB are refused except for the lists of strips.
 */
import { ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../../bytes/source.ts";

export const TAG = {
  subfile: 254,
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  description: 270,
  make: 271,
  model: 272,
  stripOffsets: 273,
  orientation: 274,
  samples: 277,
  rowsPerStrip: 278,
  stripBytes: 279,
  planar: 284,
  software: 305,
  dateTime: 306,
  predictor: 317,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileBytes: 325,
  sampleFormat: 339,
} as const;

const KNOWN = new Set<number>(Object.values(TAG));

/** Bytes of the field types 1 to 18; 0 = not a type. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];
const ASCII = 2;

/** More pages or strips than this are a damaged chain. */
const MAX_PAGES = 1_000_000;
const MAX_VALUES = 4_000_000;

export interface Directory {
  offset: number;
  numbers: ReadonlyMap<number, readonly number[]>;
  texts: ReadonlyMap<number, string>;
}

export interface TiffHead {
  littleEndian: boolean;
  big: boolean;
  first: number;
}

export function looksLikeTiff(head: Uint8Array): boolean {
  const little = head[0] === 0x49 && head[1] === 0x49;
  const motorola = head[0] === 0x4d && head[1] === 0x4d;
  const version = little ? head[2]! | (head[3]! << 8) : motorola ? (head[2]! << 8) | head[3]! : 0;
  return head.length >= 8 && (version === 42 || version === 43);
}

export async function readHead(source: ByteSource): Promise<TiffHead> {
  const bytes = await source.read(0, Math.min(16, source.size));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const littleEndian = bytes[0] === 0x49;
  const big = view.getUint16(2, littleEndian) === 43;
  if (big && bytes.length < 16)
    throw new ThioscopeError("FILE_CUT", "the BigTIFF header ends early", { file: source.name, offset: bytes.length });
  return { littleEndian, big, first: big ? Number(view.getBigUint64(8, littleEndian)) : view.getUint32(4, littleEndian) };
}

/** All directories in the order of the chain; FILE_CUT, FILE_DAMAGED where the chain breaks or turns back. */
export async function readDirectories(source: ByteSource, head: TiffHead): Promise<Directory[]> {
  const directories: Directory[] = [];
  const seen = new Set<number>();
  for (let at = head.first; at !== 0; ) {
    if (seen.has(at) || directories.length >= MAX_PAGES) {
      throw new ThioscopeError("FILE_DAMAGED", `the chain of pages turns back to byte ${at}`, { file: source.name, offset: at });
    }
    seen.add(at);
    const { directory, next } = await readDirectory(source, head, at);
    directories.push(directory);
    at = next;
  }
  if (directories.length === 0) throw new ThioscopeError("FILE_DAMAGED", "the file has no page", { file: source.name, offset: 4 });
  return directories;
}

async function readDirectory(source: ByteSource, head: TiffHead, offset: number): Promise<{ directory: Directory; next: number }> {
  const { littleEndian, big } = head;
  const word = big ? 8 : 4;
  const countBytes = big ? 8 : 2;
  const entryBytes = big ? 20 : 12;
  const countView = viewOf(await source.read(offset, countBytes));
  const count = big ? Number(countView.getBigUint64(0, littleEndian)) : countView.getUint16(0, littleEndian);
  if (count === 0 || count > 65_535) {
    throw new ThioscopeError("FILE_DAMAGED", `a page with ${count} tags; 1 to 65535 are possible`, { file: source.name, offset });
  }
  // one more word: the next directory; some writers end the file before it
  const length = Math.min(count * entryBytes + word, source.size - offset - countBytes);
  const bytes = await source.read(offset + countBytes, Math.max(count * entryBytes, length));
  const view = viewOf(bytes);
  const numbers = new Map<number, readonly number[]>();
  const texts = new Map<number, string>();
  for (let i = 0; i < count; i++) {
    const at = i * entryBytes;
    const tag = view.getUint16(at, littleEndian);
    if (!KNOWN.has(tag)) continue;
    const type = view.getUint16(at + 2, littleEndian);
    const values = big ? Number(view.getBigUint64(at + 4, littleEndian)) : view.getUint32(at + 4, littleEndian);
    const size = (TYPE_BYTES[type] ?? 0) * values;
    const place = { file: source.name, offset: offset + countBytes + at };
    if (size === 0 || values > MAX_VALUES) {
      throw new ThioscopeError("FILE_DAMAGED", `tag ${tag} holds ${values} values of type ${type}`, place);
    }
    const field = at + 4 + word;
    const where = big ? Number(view.getBigUint64(field, littleEndian)) : view.getUint32(field, littleEndian);
    const content = size <= word ? bytes.subarray(field, field + size) : await source.read(where, size);
    if (type === ASCII) texts.set(tag, textOf(content));
    else numbers.set(tag, numbersIn(content, type, values, littleEndian));
  }
  const end = count * entryBytes;
  let next = 0;
  if (length >= end + word) next = big ? Number(view.getBigUint64(end, littleEndian)) : view.getUint32(end, littleEndian);
  return { directory: { offset, numbers, texts }, next };
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder("latin1").decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** Values of one field; rationals as quotients. */
function numbersIn(bytes: Uint8Array, type: number, count: number, little: boolean): number[] {
  const view = viewOf(bytes);
  const read: Record<number, (at: number) => number> = {
    1: (at) => view.getUint8(at),
    3: (at) => view.getUint16(at, little),
    4: (at) => view.getUint32(at, little),
    5: (at) => view.getUint32(at, little) / view.getUint32(at + 4, little),
    6: (at) => view.getInt8(at),
    7: (at) => view.getUint8(at),
    8: (at) => view.getInt16(at, little),
    9: (at) => view.getInt32(at, little),
    10: (at) => view.getInt32(at, little) / view.getInt32(at + 4, little),
    11: (at) => view.getFloat32(at, little),
    12: (at) => view.getFloat64(at, little),
    13: (at) => view.getUint32(at, little),
    16: (at) => Number(view.getBigUint64(at, little)),
    17: (at) => Number(view.getBigInt64(at, little)),
    18: (at) => Number(view.getBigUint64(at, little)),
  };
  const one = read[type];
  const size = TYPE_BYTES[type]!;
  return one ? Array.from({ length: count }, (_, i) => one(i * size)) : [];
}
