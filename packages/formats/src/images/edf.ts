/**
 * ESRF data format: blocks of an ASCII header "{ key = value ; … }" padded to 512 bytes, followed by the pixels; several blocks are several frames
 * (ESRF, "The EDF data format", Boesecke). Blocks may be deflated; whole files come as .edf.gz too.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import { type ByteSource, sourceOfBytes } from "../bytes/source.ts";
import { lookup } from "../lookup.ts";
import { cleanFacts, factOf, wavelengthOfEnergy } from "./facts.ts";
import { gunzip, looksLikeGzip } from "./gzip.ts";
import type { DetectorImage, ImageFacts, ImageReader, ImageStack, PixelType } from "./model.ts";
import { checkFrame, checkIndex, decodePixels, PIXEL_BYTES } from "./pixels.ts";
import { inflateZlib } from "./zlib.ts";

/** Names of types, in lower case; "long" has 32 bits. */
const TYPES: Readonly<Record<string, PixelType>> = {
  signedbyte: "int8",
  unsignedbyte: "uint8",
  signedshort: "int16",
  unsignedshort: "uint16",
  signedinteger: "int32",
  unsignedinteger: "uint32",
  signedlong: "int32",
  unsignedlong: "uint32",
  signed64: "int64",
  unsigned64: "uint64",
  float: "float32",
  floatvalue: "float32",
  real: "float32",
  double: "float64",
  doublevalue: "float64",
};

const MAX_HEADER = 2 ** 20;
const MAX_FRAMES = 1_000_000;
const STEP = 4096;

interface Block {
  keys: Readonly<Record<string, string>>;
  width: number;
  height: number;
  dtype: PixelType;
  littleEndian: boolean;
  start: number;
  bytes: number;
  compression: "" | "gzip" | "zlib";
}

function looksLikeEdf(head: Uint8Array): boolean {
  const text = new TextDecoder("latin1").decode(head.subarray(0, 4096)).trimStart();
  return text.startsWith("{") && /\b(HeaderID|EDF_\w+|ByteOrder|DataType|Dim_1|Image)\s*=/i.test(text);
}

export const edfReader: ImageReader = { id: "edf", title: "ESRF data format (EDF)", endings: [".edf"], sniff: looksLikeEdf, open: openEdf };

async function openEdf(source: ByteSource): Promise<ImageStack> {
  const notices: Notice[] = [];
  const blocks: Block[] = [];
  let at = 0;
  let others = 0;
  while (at < source.size) {
    const header = await readHeader(source, at, at > 0);
    if (!header) break;
    const block = blockOf(source, header.keys, header.end, at);
    if (!block) {
      // a header of settings only
      at = header.end + (Number(keyOf(header.keys, "EDF_BinarySize")) || 0);
      continue;
    }
    if (block.start + block.bytes > source.size) {
      const message = `frame ${blocks.length + 1} needs ${block.bytes} bytes from ${block.start}, the file ends at ${source.size}`;
      if (blocks.length === 0) throw new ThioscopeError("FILE_CUT", message, { file: source.name, offset: source.size });
      notices.push({ code: "file-cut", message: `${message}: it is left out`, offset: block.start });
      break;
    }
    const first = blocks[0];
    if (!first || (first.width === block.width && first.height === block.height && first.dtype === block.dtype)) blocks.push(block);
    else others++;
    if (blocks.length > MAX_FRAMES)
      throw new ThioscopeError("FILE_DAMAGED", `more than ${MAX_FRAMES} frames`, { file: source.name, offset: at });
    at = block.start + block.bytes;
  }
  const first = blocks[0];
  if (!first) throw new ThioscopeError("FILE_DAMAGED", "no header declares Dim_1, Dim_2 and DataType", { file: source.name, offset: 0 });
  if (others > 0)
    notices.push({ code: "frames-differ", message: `${others} frames are of another size or type than the first and left out` });
  return {
    format: "edf",
    width: first.width,
    height: first.height,
    frames: blocks.length,
    dtype: first.dtype,
    facts: factsOf(first.keys),
    meta: first.keys,
    notices,
    async frame(index): Promise<DetectorImage> {
      checkIndex(index, blocks.length, source.name);
      const block = blocks[index]!;
      const bytes = await pixelBytes(source, block);
      const values = decodePixels(bytes, block.dtype, block.littleEndian);
      return { width: block.width, height: block.height, values, facts: factsOf(block.keys), meta: block.keys };
    },
    mask: async () => null,
    flat: async () => null,
    close: () => undefined,
  };
}

/** The header that begins at `at`; null where only padding is left. `later`: what is no header ends the file. */
async function readHeader(source: ByteSource, at: number, later: boolean): Promise<{ keys: Record<string, string>; end: number } | null> {
  let text = "";
  let length = 0;
  while (length < Math.min(MAX_HEADER, source.size - at)) {
    const more = Math.min(STEP, source.size - at - length);
    text += new TextDecoder("latin1").decode(await source.read(at + length, more));
    length += more;
    const open = text.search(/\S/);
    if (open < 0 || text[open] === "\0") {
      if (later) return null;
      continue;
    }
    if (text[open] !== "{") {
      if (later) return null;
      throw new ThioscopeError("FILE_DAMAGED", "a header must begin with {", { file: source.name, offset: at + open });
    }
    // the bracket closes at the end of a line; one inside of a value does not
    const close = /\}(\r?\n|$)/.exec(text);
    if (close && (close[1] !== "" || at + length === source.size))
      return { keys: parseHeader(text.slice(open + 1, close.index)), end: at + close.index + close[0].length };
  }
  throw new ThioscopeError("FILE_CUT", `the header that begins at byte ${at} is not closed by }`, { file: source.name, offset: at });
}

function parseHeader(text: string): Record<string, string> {
  const keys: Record<string, string> = {};
  for (const entry of text.split(/;[ \t]*\r?\n|;\s*$/)) {
    const at = entry.indexOf("=");
    const name = entry.slice(0, Math.max(0, at)).trim();
    if (name !== "") keys[name] = entry.slice(at + 1).trim();
  }
  return keys;
}

/** Values by name, whatever the case. */
function keyOf(keys: Readonly<Record<string, string>>, name: string): string | undefined {
  if (Object.hasOwn(keys, name)) return keys[name];
  const wanted = name.toLowerCase();
  for (const [key, value] of Object.entries(keys)) if (key.toLowerCase() === wanted) return value;
  return undefined;
}

/** Null for a header without pixels. */
function blockOf(source: ByteSource, keys: Readonly<Record<string, string>>, end: number, at: number): Block | null {
  const place = { file: source.name, offset: at };
  const columns = keyOf(keys, "Dim_1");
  const type = keyOf(keys, "DataType");
  if (columns === undefined || type === undefined) return null;
  const dtype = lookup(TYPES, type.replace(/[\s_]/g, "").toLowerCase());
  if (!dtype) throw new ThioscopeError("FORMAT_VERSION", `DataType = ${type}; known are ${Object.keys(TYPES).join(", ")}`, place);
  const deep = Number(keyOf(keys, "Dim_3") ?? 1);
  if (deep !== 1) throw new ThioscopeError("FORMAT_VERSION", `Dim_3 = ${deep}; only pictures are read, each with its header`, place);
  const width = Number(columns);
  const height = Number(keyOf(keys, "Dim_2") ?? 1);
  const size = checkFrame(width, height, dtype, place);
  const order = keyOf(keys, "ByteOrder") ?? "LowByteFirst";
  if (!/^(low|high)byte/i.test(order))
    throw new ThioscopeError("FILE_DAMAGED", `ByteOrder = ${order}; allowed are LowByteFirst and HighByteFirst`, place);
  const word = (keyOf(keys, "Compression") ?? "none").toLowerCase();
  const compression = /^(none|no|uncompressed|)$/.test(word)
    ? ""
    : /gzip/.test(word)
      ? "gzip"
      : /^z|zlib|zcomp/.test(word)
        ? "zlib"
        : undefined;
  if (compression === undefined) throw new ThioscopeError("FORMAT_VERSION", `Compression = ${word}; read are none, gzip and zlib`, place);
  const stated = Number(keyOf(keys, "EDF_BinarySize") ?? keyOf(keys, "Size") ?? Number.NaN);
  // a stated size may hold padding behind the pixels; one that is too small for them is a mistake of writers
  const padded = Number.isInteger(stated) && stated > size && keyOf(keys, "EDF_BinarySize") !== undefined;
  if (compression !== "" && !(stated > 0)) throw new ThioscopeError("FILE_DAMAGED", "compressed pixels without their Size", place);
  return {
    keys,
    width,
    height,
    dtype,
    littleEndian: /^low/i.test(order),
    start: end,
    bytes: compression !== "" || padded ? stated : size,
    compression,
  };
}

async function pixelBytes(source: ByteSource, block: Block): Promise<Uint8Array> {
  const size = block.width * block.height * PIXEL_BYTES[block.dtype];
  if (block.compression === "") return source.read(block.start, size);
  const packed = await source.read(block.start, block.bytes);
  const place = { file: source.name, offset: block.start };
  let bytes: Uint8Array;
  try {
    if (block.compression === "gzip" && looksLikeGzip(packed)) {
      const inner = await gunzip(sourceOfBytes(source.name, packed));
      bytes = await inner.read(0, inner.size);
    } else bytes = inflateZlib(packed, size);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new ThioscopeError("FILE_DAMAGED", `the compressed pixels do not unpack: ${what}`, place, error);
  }
  if (bytes.length !== size) throw new ThioscopeError("FILE_DAMAGED", `${bytes.length} bytes of pixels instead of ${size}`, place);
  return bytes;
}

/** Keys that ESRF, SPEC and pyFAI write; motors and counters are two lists of words. */
function factsOf(keys: Readonly<Record<string, string>>): ImageFacts {
  const get = (...names: string[]): string | undefined => names.map((name) => keyOf(keys, name)).find((v) => v !== undefined && v !== "");
  const names = (get("motor_mne") ?? "").split(/\s+/);
  const positions = (get("motor_pos") ?? "").split(/\s+/).map(Number);
  const motors: Record<string, number> = {};
  names.forEach((name, i) => {
    const position = positions[i];
    if (name !== "" && position !== undefined && Number.isFinite(position)) motors[name] = position;
  });
  const number = (text: string | undefined): number | undefined =>
    text === undefined || text === "" ? undefined : Number.parseFloat(text);
  return cleanFacts({
    exposureSecond: factOf(get("ExposureTime", "Exposure_time", "acq_expo_time", "count_time", "Exposure"), "time", "s"),
    startedAt: get("Date", "time", "DateTime", "Time_of_day"),
    wavelengthMetre: factOf(get("WaveLength"), "length", "m") ?? wavelengthOfEnergy(factOf(get("Energy"), "energy", "eV")),
    distanceMetre: factOf(get("SampleDistance"), "length", "m"),
    // PSize_1 belongs to Dim_1, along a row
    pixel1Metre: factOf(get("PSize_2"), "length", "m"),
    pixel2Metre: factOf(get("PSize_1"), "length", "m"),
    beamRow: number(get("Center_2")),
    beamColumn: number(get("Center_1")),
    motors,
  });
}
