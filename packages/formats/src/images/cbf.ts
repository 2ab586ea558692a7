/**
 * Crystallographic binary files as Dectris detectors write them (miniCBF): a CIF text with one binary section, MIME headers, the bytes 0C 1A 04 D5,
 * then pixels packed by byte offsets (Bernstein and Hammersley, International Tables G 2.3, 5.6; CBFlib manual). A pixel is the one before plus a
 * difference of 1 byte; −128 announces 2 bytes, −32768 then 4 bytes, −2³¹ then 8 bytes, all little endian. The section's MD5 is checked.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import { md5Base64 } from "#md5";
import type { ByteSource } from "../bytes/source.ts";
import { lookup } from "../lookup.ts";
import type { DetectorImage, ImageReader, ImageStack, PixelArray, PixelType } from "./model.ts";
import { readPilatusHeader } from "./pilatus.ts";
import { checkFrame, checkIndex, decodePixels, PIXEL_BYTES } from "./pixels.ts";

const MARK = [0x0c, 0x1a, 0x04, 0xd5];
const MAX_HEADER = 2 ** 20;

const TYPES: Readonly<Record<string, PixelType>> = {
  "signed 8-bit integer": "int8",
  "unsigned 8-bit integer": "uint8",
  "signed 16-bit integer": "int16",
  "unsigned 16-bit integer": "uint16",
  "signed 32-bit integer": "int32",
  "unsigned 32-bit integer": "uint32",
  "signed 32-bit real ieee": "float32",
  "signed 64-bit real ieee": "float64",
};

interface Section {
  width: number;
  height: number;
  dtype: PixelType;
  littleEndian: boolean;
  packed: boolean;
  start: number;
  bytes: number;
  md5: string | undefined;
}

export const cbfReader: ImageReader = {
  id: "cbf",
  title: "Crystallographic binary file (CBF)",
  endings: [".cbf"],
  sniff: (head) => head.length > 8 && String.fromCharCode(...head.subarray(0, 7)) === "###CBF:",
  open: openCbf,
};

async function openCbf(source: ByteSource): Promise<ImageStack> {
  const head = await source.read(0, Math.min(MAX_HEADER, source.size));
  const mark = findMark(head);
  if (mark < 0)
    throw new ThioscopeError("FILE_CUT", "the file has no binary section (bytes 0C 1A 04 D5)", { file: source.name, offset: head.length });
  const text = new TextDecoder("latin1").decode(head.subarray(0, mark));
  const section = sectionOf(source, text, mark + MARK.length);
  const header = readPilatusHeader(text);
  const notices: Notice[] = [];
  if (section.md5 === undefined) notices.push({ code: "checksum-missing", message: "the file states no checksum of its pixels" });
  const { width, height, dtype } = section;
  const facts = header?.facts ?? {};
  const meta = header?.meta ?? {};
  return {
    format: "cbf",
    width,
    height,
    frames: 1,
    dtype,
    facts,
    meta,
    notices,
    async frame(index): Promise<DetectorImage> {
      checkIndex(index, 1, source.name);
      const place = { file: source.name, offset: section.start };
      const bytes = await source.read(section.start, section.bytes);
      if (section.md5 !== undefined && md5Base64(bytes) !== section.md5) {
        throw new ThioscopeError("FILE_DAMAGED", `the pixels do not have the checksum ${section.md5} that the file states`, place);
      }
      if (!section.packed) return { width, height, values: decodePixels(bytes, dtype, section.littleEndian), facts, meta };
      const values = newPixels(dtype, width * height);
      const used = unpackByteOffset(bytes, values);
      if (used < 0) throw new ThioscopeError("FILE_DAMAGED", `the packed pixels end before ${width} × ${height} of them`, place);
      return { width, height, values, facts, meta };
    },
    mask: async () => null,
    flat: async () => null,
    close: () => undefined,
  };
}

function findMark(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(MARK[0]!); at >= 0; at = bytes.indexOf(MARK[0]!, at + 1)) {
    if (bytes[at + 1] === MARK[1] && bytes[at + 2] === MARK[2] && bytes[at + 3] === MARK[3]) return at;
  }
  return -1;
}

/** The MIME headers before the mark; a header may go on over lines that begin with a blank. */
function sectionOf(source: ByteSource, text: string, start: number): Section {
  const place = { file: source.name, offset: Math.max(0, text.lastIndexOf("--CIF-BINARY-FORMAT-SECTION--")) };
  const lines = text.slice(place.offset).replace(/\r?\n[ \t]+/g, " ");
  const header = (name: string): string | undefined => new RegExp(`^${name}:\\s*(.*?)\\s*$`, "im").exec(lines)?.[1];
  const number = (name: string): number => {
    const value = header(name);
    const found = value === undefined ? Number.NaN : Number(value.replaceAll('"', ""));
    if (!Number.isInteger(found))
      throw new ThioscopeError("FILE_DAMAGED", `the binary section states ${name} = ${value ?? "nothing"}`, place);
    return found;
  };
  const type = (header("X-Binary-Element-Type") ?? "").replaceAll('"', "").toLowerCase();
  const dtype = lookup(TYPES, type);
  if (!dtype) throw new ThioscopeError("FORMAT_VERSION", `pixels of type "${type}"; read are ${Object.keys(TYPES).join(", ")}`, place);
  const conversion = /conversions\s*=\s*"?([\w-]+)/i.exec(lines)?.[1] ?? "x-CBF_NONE";
  const packed = /^x-cbf_byte_offset$/i.test(conversion);
  if (!packed && !/^x-cbf_none$/i.test(conversion)) {
    throw new ThioscopeError("FORMAT_VERSION", `pixels packed as ${conversion}; read are x-CBF_BYTE_OFFSET and x-CBF_NONE`, place);
  }
  if (packed && dtype.startsWith("float")) throw new ThioscopeError("FILE_DAMAGED", `byte offsets of ${type}: they are of integers`, place);
  const width = number("X-Binary-Size-Fastest-Dimension");
  const height = number("X-Binary-Size-Second-Dimension");
  const frame = checkFrame(width, height, dtype, place);
  const bytes = number("X-Binary-Size");
  const least = packed ? width * height : frame;
  if (bytes < least) throw new ThioscopeError("FILE_DAMAGED", `${bytes} bytes cannot hold ${width} × ${height} pixels`, place);
  if (start + bytes > source.size) {
    throw new ThioscopeError("FILE_CUT", `the pixels need ${bytes} bytes from ${start}, the file ends at ${source.size}`, {
      file: source.name,
      offset: source.size,
    });
  }
  const littleEndian = !/BIG/i.test(header("X-Binary-Element-Byte-Order") ?? "");
  return {
    width,
    height,
    dtype,
    littleEndian,
    packed,
    start,
    bytes: packed ? bytes : frame,
    md5: packed || bytes === frame ? header("Content-MD5") : undefined,
  };
}

function newPixels(dtype: PixelType, count: number): PixelArray {
  return decodePixels(new Uint8Array(count * PIXEL_BYTES[dtype]), dtype, true, true);
}

/**
 * Undoes the byte offsets into `out`.
 *
 * @returns bytes used, −1 where they end early. 8-byte differences are exact to 2⁵³.
 */
export function unpackByteOffset(bytes: Uint8Array, out: PixelArray): number {
  // one kind of array per loop: the loop is compiled for it
  return out instanceof Int32Array ? unpackInt32(bytes, out) : unpackAny(bytes, out);
}

function unpackInt32(bytes: Uint8Array, out: Int32Array): number {
  const small = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = out.length;
  const length = bytes.length;
  let value = 0;
  let at = 0;
  let i = 0;
  for (;;) {
    // four pixels of one byte each at a time: nearly all are
    while (i <= count - 4 && at <= length - 4) {
      const a = small[at]!;
      const b = small[at + 1]!;
      const c = small[at + 2]!;
      const d = small[at + 3]!;
      if (a === -128 || b === -128 || c === -128 || d === -128) break;
      value = (value + a) | 0;
      out[i] = value;
      value = (value + b) | 0;
      out[i + 1] = value;
      value = (value + c) | 0;
      out[i + 2] = value;
      value = (value + d) | 0;
      out[i + 3] = value;
      at += 4;
      i += 4;
    }
    if (i >= count) return at;
    if (at >= length) return -1;
    const step = small[at++]!;
    if (step !== -128) value = (value + step) | 0;
    else {
      if (at + 2 > length) return -1;
      const wide = ((bytes[at + 1]! << 24) >> 16) | bytes[at]!;
      at += 2;
      if (wide !== -32768) value = (value + wide) | 0;
      else {
        // a difference of 8 bytes is announced by one of 4; a 32-bit pixel keeps its low half
        if (at + 4 > length) return -1;
        let wider = int32At(bytes, at);
        at += 4;
        if (wider === -2147483648) {
          if (at + 8 > length) return -1;
          wider = int32At(bytes, at);
          at += 8;
        }
        value = (value + wider) | 0;
      }
    }
    out[i++] = value;
  }
}

function int32At(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

function unpackAny(bytes: Uint8Array, out: PixelArray): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = bytes.length;
  let value = 0;
  let at = 0;
  for (let i = 0; i < out.length; i++) {
    if (at >= length) return -1;
    let step = view.getInt8(at);
    at += 1;
    if (step === -128) {
      if (at + 2 > length) return -1;
      step = view.getInt16(at, true);
      at += 2;
      if (step === -32768) {
        if (at + 4 > length) return -1;
        step = view.getInt32(at, true);
        at += 4;
        if (step === -2147483648) {
          if (at + 8 > length) return -1;
          step = Number(view.getBigInt64(at, true));
          at += 8;
        }
      }
    }
    value += step;
    out[i] = value;
  }
  return at;
}
