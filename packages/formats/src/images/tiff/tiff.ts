/**
 * TIFF as detectors write it: one sample per pixel, 1 to 64 bits, strips or tiles, both byte orders, BigTIFF, several pages; stored, PackBits, LZW
 * or deflate, with differencing (predictors 2 and 3). TIFF 6.0 (Adobe, 1992), Supplement 2 (2002), Technical Note 3 (2005). Pages of another size or type
 * than the first are left out with a notice. Dectris and MarCCD headers are read where they are.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../../bytes/source.ts";
import { looksLikeMar, readMarHeader } from "../marHeader.ts";
import type { DetectorImage, ImageFacts, ImageReader, ImageStack, PixelArray, PixelType } from "../model.ts";
import { readPilatusHeader } from "../pilatus.ts";
import { checkFrame, checkIndex, decodePixels, PIXEL_BYTES, pixelTypeOf } from "../pixels.ts";
import { type Directory, looksLikeTiff, readDirectories, readHead, TAG } from "./directory.ts";
import { undoPredictor } from "./predictor.ts";
import { COMPRESSIONS } from "./unpack.ts";

const HEAD = 4096;

/** Everything about one page that is needed to read its pixels. */
interface Page {
  directory: Directory;
  width: number;
  height: number;
  /** bits 1 are read as uint8 of 0 and 1 */
  bits: number;
  dtype: PixelType;
  compression: number;
  predictor: number;
  /** strips are blocks as wide as the image */
  blockWidth: number;
  blockHeight: number;
  offsets: readonly number[];
  counts: readonly number[];
}

export const tiffReader: ImageReader = {
  id: "tiff",
  title: "TIFF image (also Dectris, MarCCD)",
  endings: [".tif", ".tiff", ".mccd"],
  sniff: looksLikeTiff,
  open: openTiff,
};

async function openTiff(source: ByteSource): Promise<ImageStack> {
  const head = await readHead(source);
  const directories = await readDirectories(source, head);
  const notices: Notice[] = [];
  const pages: Page[] = [];
  let other = 0;
  for (const directory of directories) {
    // bit 0 of tag 254: a smaller copy of another page
    if ((numberOf(directory, TAG.subfile, 0) & 1) === 1 && directories.length > 1) {
      other++;
      continue;
    }
    const first = pages[0];
    // what makes the first page unreadable is an error; a later one is left out
    const page = first ? tryPage(source, directory) : pageOf(source, directory);
    if (page && (!first || (page.width === first.width && page.height === first.height && page.dtype === first.dtype))) pages.push(page);
    else other++;
  }
  const page = pages[0];
  if (!page) throw new ThioscopeError("FILE_DAMAGED", "the file holds reduced pages only", { file: source.name, offset: 0 });
  if (other > 0)
    notices.push({
      code: "pages-differ",
      message: `${other} of ${directories.length} pages are smaller copies or of another size or type and left out`,
    });
  const orientation = numberOf(page.directory, TAG.orientation, 1);
  if (orientation !== 1)
    notices.push({ code: "orientation-tag", message: `the file asks for orientation ${orientation} on display; rows are given as stored` });
  const { facts, meta, format } = await describe(source, page, notices);
  return {
    format,
    width: page.width,
    height: page.height,
    frames: pages.length,
    dtype: page.dtype,
    facts,
    meta,
    notices,
    async frame(index): Promise<DetectorImage> {
      checkIndex(index, pages.length, source.name);
      const one = pages[index]!;
      const values = await readPage(source, one, head.littleEndian);
      const own = index === 0 ? { facts, meta } : await describe(source, one, []);
      return { width: one.width, height: one.height, values, facts: own.facts, meta: own.meta };
    },
    mask: async () => null,
    flat: async () => null,
    close: () => undefined,
  };
}

async function describe(
  source: ByteSource,
  page: Page,
  notices: Notice[],
): Promise<{ format: string; facts: ImageFacts; meta: Record<string, string | number> }> {
  const text = (tag: number): string => (page.directory.texts.get(tag) ?? "").trim();
  const description = text(TAG.description);
  const pilatus = readPilatusHeader(description);
  const meta: Record<string, string | number> = {};
  for (const [key, tag] of [
    ["make", TAG.make],
    ["model", TAG.model],
    ["software", TAG.software],
    ["dateTime", TAG.dateTime],
  ] as const) {
    if (text(tag) !== "") meta[key] = text(tag);
  }
  if (pilatus) {
    const date = text(TAG.dateTime);
    return {
      format: "tiff-dectris",
      facts: { ...(date ? { startedAt: date } : {}), ...pilatus.facts },
      meta: { ...meta, ...pilatus.meta },
    };
  }
  if (description !== "") meta["description"] = description.slice(0, 4000);
  const head = await source.read(0, Math.min(HEAD, source.size));
  if (looksLikeMar(head)) {
    const mar = readMarHeader(head);
    if (mar.width !== page.width || mar.height !== page.height) {
      notices.push({
        code: "headers-differ",
        message: `the MarCCD header declares ${mar.width} × ${mar.height} pixels, the TIFF header ${page.width} × ${page.height}`,
      });
    }
    return { format: "marccd", facts: mar.facts, meta: { ...meta, ...mar.meta } };
  }
  return { format: "tiff", facts: meta["dateTime"] === undefined ? {} : { startedAt: String(meta["dateTime"]) }, meta };
}

const numberOf = (directory: Directory, tag: number, otherwise: number): number => directory.numbers.get(tag)?.[0] ?? otherwise;

function tryPage(source: ByteSource, directory: Directory): Page | null {
  try {
    return pageOf(source, directory);
  } catch {
    return null;
  }
}

/** Checks what the tags say before anything is read; FORMAT_VERSION for what is TIFF but not a detector image. */
function pageOf(source: ByteSource, directory: Directory): Page {
  const place = { file: source.name, offset: directory.offset };
  const unknown = (what: string): ThioscopeError => new ThioscopeError("FORMAT_VERSION", `this TIFF has ${what}`, place);
  const damaged = (what: string): ThioscopeError => new ThioscopeError("FILE_DAMAGED", what, place);
  const value = (tag: number, otherwise: number): number => numberOf(directory, tag, otherwise);
  const width = value(TAG.width, 0);
  const height = value(TAG.height, 0);
  const samples = value(TAG.samples, 1);
  if (samples !== 1) throw unknown(`${samples} samples per pixel (a colour picture); detector images have 1`);
  const bits = value(TAG.bits, 1);
  const dtype = typeOf(bits, value(TAG.sampleFormat, 1));
  if (!dtype)
    throw unknown(
      `${bits} bits of sample format ${value(TAG.sampleFormat, 1)} per pixel; read are 1, 8, 16, 32, 64 bits of format 1, 2, 3`,
    );
  checkFrame(width, height, dtype, place, source.size);
  const compression = value(TAG.compression, 1);
  if (!COMPRESSIONS[compression]) {
    const known = Object.entries(COMPRESSIONS).map(([id, c]) => `${id} ${c.name}`);
    throw unknown(`compression ${compression}; read are ${known.join(", ")}`);
  }
  const predictor = value(TAG.predictor, 1);
  if (predictor < 1 || predictor > 3 || (predictor === 3 && !dtype.startsWith("float")) || (predictor !== 1 && bits === 1)) {
    throw unknown(`predictor ${predictor} with ${bits} bits of ${dtype}; read are 1, 2 and 3 (floats)`);
  }
  if (value(TAG.fillOrder, 1) !== 1 && (bits === 1 || compression !== 1)) throw unknown("bits filled from the lowest (fill order 2)");
  const tiled = directory.numbers.has(TAG.tileOffsets);
  const blockWidth = tiled ? value(TAG.tileWidth, 0) : width;
  const blockHeight = tiled ? value(TAG.tileHeight, 0) : Math.min(height, value(TAG.rowsPerStrip, height));
  if (blockWidth < 1 || blockHeight < 1 || blockWidth > 65_536 || blockHeight > 65_536)
    throw damaged(`blocks of ${blockWidth} × ${blockHeight} pixels`);
  if (tiled) checkFrame(Math.min(blockWidth, 65_535), Math.min(blockHeight, 65_535), dtype, place);
  const offsets = directory.numbers.get(tiled ? TAG.tileOffsets : TAG.stripOffsets) ?? [];
  const needed = Math.ceil(width / blockWidth) * Math.ceil(height / blockHeight);
  if (offsets.length < needed) throw damaged(`${offsets.length} blocks of pixels instead of ${needed}`);
  const stated = directory.numbers.get(tiled ? TAG.tileBytes : TAG.stripBytes) ?? [];
  const counts = blockSizes({ width, height, bits, blockWidth, blockHeight, compression }, tiled, stated, needed);
  if (!counts) throw damaged(`the sizes of ${needed} compressed blocks are not stated`);
  return { directory, width, height, bits, dtype, compression, predictor, blockWidth, blockHeight, offsets, counts };
}

/** Stored blocks are as long as their pixels, whatever tag 279 says: many writers fill it wrongly. */
function blockSizes(
  page: Pick<Page, "width" | "height" | "bits" | "blockWidth" | "blockHeight" | "compression">,
  tiled: boolean,
  stated: readonly number[],
  needed: number,
): readonly number[] | null {
  if (page.compression !== 1) return stated.length >= needed ? stated : null;
  const rowBytes = Math.ceil((page.blockWidth * page.bits) / 8);
  return Array.from(
    { length: needed },
    (_, i) => rowBytes * (tiled ? page.blockHeight : Math.min(page.blockHeight, page.height - i * page.blockHeight)),
  );
}

function typeOf(bits: number, format: number): PixelType | undefined {
  if (bits === 1 && format === 1) return "uint8";
  // format 4 is "undefined": by the specification to be taken as unsigned
  const kind = ["", "uint", "int", "float", "uint"][format];
  if (!kind) return undefined;
  const name = `${kind}${bits}`;
  return Object.hasOwn(PIXEL_BYTES, name) ? (name as PixelType) : undefined;
}

/** Decodes the blocks of a page into one array. */
async function readPage(source: ByteSource, page: Page, littleEndian: boolean): Promise<PixelArray> {
  const { width, height, blockWidth, blockHeight, offsets, counts, dtype } = page;
  const across = Math.ceil(width / blockWidth);
  const whole = across === 1 && blockWidth === width;
  if (page.compression === 1 && page.predictor === 1 && page.bits > 1 && whole && inOnePiece(offsets, counts)) {
    return decodePixels(await source.read(offsets[0]!, width * height * PIXEL_BYTES[dtype]), dtype, littleEndian);
  }
  const { unpack, most } = COMPRESSIONS[page.compression]!;
  checkBlocks(source, page, most);
  let values: PixelArray | null = null;
  for (let i = 0; i < counts.length && i < across * Math.ceil(height / blockHeight); i++) {
    const top = Math.floor(i / across) * blockHeight;
    const left = (i % across) * blockWidth;
    const rows = Math.min(blockHeight, height - top);
    // tiles are always whole, the last strip is as high as what is left
    const storedRows = whole ? rows : blockHeight;
    const place = { file: source.name, offset: offsets[i]! };
    const packed = await source.read(offsets[i]!, counts[i]!);
    let bytes: Uint8Array;
    try {
      bytes = unpack(packed, Math.ceil((blockWidth * page.bits) / 8) * storedRows);
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      throw new ThioscopeError("FILE_DAMAGED", `block ${i + 1} of the image does not unpack: ${what}`, place, error);
    }
    const block = blockPixels(bytes, page, littleEndian, storedRows, packed);
    // only now: a block that unpacks is worth the memory of the whole
    values ??= decodePixels(new Uint8Array(width * height * PIXEL_BYTES[pixelTypeOf(block)]), pixelTypeOf(block), true);
    const columns = Math.min(blockWidth, width - left);
    for (let row = 0; row < rows; row++) {
      values.set(block.subarray(row * blockWidth, row * blockWidth + columns), (top + row) * width + left);
    }
  }
  return values!;
}

/** Blocks lie in the file and can hold the pixels; asked before memory is taken for them. */
function checkBlocks(source: ByteSource, page: Page, most: number): void {
  let bytes = 0;
  page.counts.forEach((count, i) => {
    const end = page.offsets[i]! + count;
    if (end > source.size) {
      throw new ThioscopeError("FILE_CUT", `block ${i + 1} of the image ends at byte ${end}, the file at ${source.size}`, {
        file: source.name,
        offset: source.size,
      });
    }
    bytes += count;
  });
  const needed = Math.floor((page.width * page.bits) / 8) * page.height;
  if (bytes * most + 64 < needed) {
    throw new ThioscopeError("FILE_DAMAGED", `${bytes} bytes cannot hold ${page.width} × ${page.height} pixels`, {
      file: source.name,
      offset: page.directory.offset,
    });
  }
}

function blockPixels(bytes: Uint8Array, page: Page, littleEndian: boolean, rows: number, packed: Uint8Array): PixelArray {
  if (page.bits === 1) return bitsToPixels(bytes, page.blockWidth, rows);
  // a view of the file must not be changed
  const own = page.predictor !== 1 && bytes.buffer === packed.buffer ? bytes.slice() : bytes;
  return undoPredictor(own, page.predictor, page.dtype, littleEndian, page.blockWidth);
}

/** One bit per pixel, the highest first; rows begin at a byte. */
function bitsToPixels(bytes: Uint8Array, width: number, rows: number): Uint8Array {
  const rowBytes = Math.ceil(width / 8);
  const out = new Uint8Array(width * rows);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < width; i++) out[row * width + i] = (bytes[row * rowBytes + (i >> 3)]! >> (7 - (i & 7))) & 1;
  }
  return out;
}

function inOnePiece(offsets: readonly number[], counts: readonly number[]): boolean {
  for (let i = 1; i < counts.length; i++) if (offsets[i]! !== offsets[i - 1]! + counts[i - 1]!) return false;
  return true;
}
