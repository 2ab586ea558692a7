/** PNG without colour (ISO/IEC 15948): grey of 1 to 16 bits or a palette's indices, as masks are saved. Interlaced pictures are refused. */
import { ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import { crc32 } from "../bytes/zip.ts";
import type { DetectorImage, ImageReader, ImageStack, PixelArray, PixelType } from "./model.ts";
import { checkFrame, checkIndex, decodePixels } from "./pixels.ts";
import { inflateZlib } from "./zlib.ts";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const MAX_CHUNKS = 100_000;

interface Chunk {
  type: string;
  start: number;
  length: number;
}

export const pngReader: ImageReader = {
  id: "png",
  title: "PNG picture in grey",
  endings: [".png"],
  sniff: (head) => head.length > 32 && SIGNATURE.every((byte, i) => head[i] === byte),
  open: openPng,
};

async function openPng(source: ByteSource): Promise<ImageStack> {
  const chunks = await listChunks(source);
  const place = { file: source.name, offset: 8 };
  const head = chunks[0];
  if (head?.type !== "IHDR" || head.length !== 13) throw new ThioscopeError("FILE_DAMAGED", "the first chunk is not IHDR", place);
  const bytes = await source.read(head.start, 13);
  const view = new DataView(bytes.buffer, bytes.byteOffset, 13);
  const width = view.getUint32(0);
  const height = view.getUint32(4);
  const bits = bytes[8]!;
  const colour = bytes[9]!;
  const unknown = (what: string): ThioscopeError =>
    new ThioscopeError("FORMAT_VERSION", `this PNG has ${what}; read are grey and palettes, not interlaced`, place);
  if (colour !== 0 && colour !== 3) throw unknown(`colour type ${colour}`);
  if (![1, 2, 4, 8, 16].includes(bits)) throw new ThioscopeError("FILE_DAMAGED", `${bits} bits per pixel`, place);
  if (bytes[12] !== 0) throw unknown("interlaced rows");
  const dtype: PixelType = bits === 16 ? "uint16" : "uint8";
  checkFrame(width, height, dtype, place, source.size);
  const parts = chunks.filter((chunk) => chunk.type === "IDAT");
  const packedSize = parts.reduce((sum, part) => sum + part.length, 0);
  const rowBytes = Math.ceil((width * bits) / 8);
  const size = height * (rowBytes + 1);
  if (size > 1032 * packedSize + 1032)
    throw new ThioscopeError("FILE_DAMAGED", `${packedSize} bytes cannot hold ${width} × ${height} pixels`, place);
  return {
    format: "png",
    width,
    height,
    frames: 1,
    dtype,
    facts: {},
    meta: {},
    notices: [],
    async frame(index): Promise<DetectorImage> {
      checkIndex(index, 1, source.name);
      const packed = new Uint8Array(packedSize);
      let to = 0;
      for (const part of parts) {
        packed.set(await checkedChunk(source, part), to);
        to += part.length;
      }
      let rows: Uint8Array;
      try {
        rows = inflateZlib(packed, size);
        if (rows.length !== size) throw new Error(`${rows.length} bytes instead of ${size}`);
        unfilter(rows, height, rowBytes, Math.max(1, bits >> 3));
      } catch (error) {
        const what = error instanceof Error ? error.message : String(error);
        throw new ThioscopeError(
          "FILE_DAMAGED",
          `the pixels do not unpack: ${what}`,
          { file: source.name, offset: parts[0]?.start ?? 8 },
          error,
        );
      }
      return { width, height, values: pixelsOf(rows, width, height, rowBytes, bits), facts: {}, meta: {} };
    },
    mask: async () => null,
    flat: async () => null,
    close: () => undefined,
  };
}

async function listChunks(source: ByteSource): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  for (let at = 8; chunks.at(-1)?.type !== "IEND"; ) {
    const bytes = await source.read(at, 8);
    const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getUint32(0);
    chunks.push({ type: String.fromCharCode(...bytes.subarray(4, 8)), start: at + 8, length });
    at += length + 12;
    if (at > source.size || chunks.length > MAX_CHUNKS)
      throw new ThioscopeError("FILE_CUT", "the picture ends before its chunks do", { file: source.name, offset: source.size });
  }
  return chunks;
}

async function checkedChunk(source: ByteSource, chunk: Chunk): Promise<Uint8Array> {
  const bytes = await source.read(chunk.start - 4, chunk.length + 8);
  const stated = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(chunk.length + 4);
  if (crc32(bytes.subarray(0, chunk.length + 4)) !== stated) {
    throw new ThioscopeError("FILE_DAMAGED", "the checksum of a chunk of pixels differs", { file: source.name, offset: chunk.start });
  }
  return bytes.subarray(4, chunk.length + 4);
}

/** Undoes the filter that each row names in its first byte, in place (clause 9). */
function unfilter(bytes: Uint8Array, height: number, rowBytes: number, step: number): void {
  for (let row = 0; row < height; row++) {
    const at = row * (rowBytes + 1) + 1;
    const above = at - rowBytes - 1;
    const filter = bytes[at - 1]!;
    if (filter > 4) throw new Error(`row ${row} names filter ${filter}`);
    if (filter === 0) continue;
    for (let i = 0; i < rowBytes; i++) {
      const left = i >= step ? bytes[at + i - step]! : 0;
      const up = row > 0 ? bytes[above + i]! : 0;
      const corner = row > 0 && i >= step ? bytes[above + i - step]! : 0;
      const guess = filter === 1 ? left : filter === 2 ? up : filter === 3 ? (left + up) >> 1 : paeth(left, up, corner);
      bytes[at + i] = bytes[at + i]! + guess;
    }
  }
}

function paeth(left: number, up: number, corner: number): number {
  const p = left + up - corner;
  const [a, b, c] = [Math.abs(p - left), Math.abs(p - up), Math.abs(p - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

function pixelsOf(rows: Uint8Array, width: number, height: number, rowBytes: number, bits: number): PixelArray {
  if (bits >= 8) {
    const packed = new Uint8Array(height * rowBytes);
    for (let row = 0; row < height; row++) packed.set(rows.subarray(row * (rowBytes + 1) + 1, (row + 1) * (rowBytes + 1)), row * rowBytes);
    return decodePixels(packed, bits === 16 ? "uint16" : "uint8", false, true);
  }
  const out = new Uint8Array(width * height);
  const most = (1 << bits) - 1;
  for (let row = 0; row < height; row++) {
    const at = row * (rowBytes + 1) + 1;
    for (let i = 0; i < width; i++) {
      const bit = i * bits;
      out[row * width + i] = (rows[at + (bit >> 3)]! >> (8 - bits - (bit & 7))) & most;
    }
  }
  return out;
}
