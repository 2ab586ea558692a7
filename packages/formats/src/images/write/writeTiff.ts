/** TIFF 6.0 without compression: little endian, one strip per page, any pixel type; several frames are several pages. */
import { ThioscopeError } from "@thioscope/core";
import type { PixelArray } from "../model.ts";
import { encodePixels, pixelTypeOf } from "../pixels.ts";
import { checkWritable, type WritableFrame } from "./frame.ts";

export interface TiffText {
  /** ImageDescription, e.g. the lines of a detector's header */
  description?: string;
  software?: string;
  /** "YYYY:MM:DD HH:MM:SS" */
  dateTime?: string;
}

/** Tag, field type (2 text, 3 u16, 4 u32) and its values. */
type Entry = readonly [tag: number, type: 2 | 3 | 4, values: Uint8Array | readonly number[]];

const TYPE_BYTES = { 2: 1, 3: 2, 4: 4 } as const;

/**
 * One file with a page per frame.
 *
 * @throws INVALID_INPUT for no frame, frames of several sizes, or more than 4 GB (the limit of TIFF)
 */
export function writeTiff(frames: readonly WritableFrame[], text: TiffText = {}): Uint8Array {
  const { width, height } = checkWritable(frames);
  const texts: Entry[] = (
    [
      [270, text.description],
      [305, text.software],
      [306, text.dateTime],
    ] as const
  ).flatMap(([tag, words]) => (words === undefined || words === "" ? [] : [[tag, 2, new TextEncoder().encode(`${words}\0`)] as const]));
  const pages = frames.map((frame) => {
    const bytes = encodePixels(frame.values);
    const entries: Entry[] = [
      [256, 4, [width]],
      [257, 4, [height]],
      [258, 3, [8 * frame.values.BYTES_PER_ELEMENT]],
      [259, 3, [1]],
      [262, 3, [1]],
      [273, 4, [0]],
      [277, 3, [1]],
      [278, 4, [height]],
      [279, 4, [bytes.length]],
      [339, 3, [formatOf(frame.values)]],
      ...texts,
    ];
    entries.sort((a, b) => a[0] - b[0]);
    return { bytes, entries, head: headSize(entries) };
  });
  const total = 8 + pages.reduce((sum, page) => sum + page.head + page.bytes.length + (page.bytes.length & 1), 0);
  if (total > 0xffffffff) throw new ThioscopeError("INVALID_INPUT", `${total} bytes; a TIFF holds at most 4294967295: write several files`);
  const out = new Uint8Array(total);
  const view = new DataView(out.buffer);
  out.set([0x49, 0x49, 42, 0]);
  view.setUint32(4, 8, true);
  let at = 8;
  pages.forEach((page, i) => {
    const next = at + page.head + page.bytes.length + (page.bytes.length & 1);
    writeDirectory(view, at, page.entries, at + page.head, i + 1 < pages.length ? next : 0);
    out.set(page.bytes, at + page.head);
    at = next;
  });
  return out;
}

/** 1 unsigned, 2 signed, 3 floats. */
function formatOf(values: PixelArray): number {
  const type = pixelTypeOf(values);
  return type.startsWith("u") ? 1 : type.startsWith("i") ? 2 : 3;
}

const contentSize = ([, type, values]: Entry): number => TYPE_BYTES[type] * values.length;
/** The directory, its long values, and padding so that pixels of any type lie right. */
const headSize = (entries: readonly Entry[]): number => {
  const long = entries.reduce((sum, entry) => sum + (contentSize(entry) > 4 ? contentSize(entry) + (contentSize(entry) & 1) : 0), 0);
  return Math.ceil((2 + 12 * entries.length + 4 + long) / 8) * 8;
};

function writeDirectory(view: DataView, start: number, entries: readonly Entry[], pixels: number, next: number): void {
  view.setUint16(start, entries.length, true);
  let long = start + 2 + 12 * entries.length + 4;
  entries.forEach((entry, i) => {
    const [tag, type, values] = entry;
    const at = start + 2 + 12 * i;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, values.length, true);
    const size = contentSize(entry);
    let to = at + 8;
    if (size > 4) {
      view.setUint32(at + 8, long, true);
      to = long;
      long += size + (size & 1);
    }
    for (let k = 0; k < values.length; k++) {
      const value = tag === 273 ? pixels : values[k]!;
      if (type === 2) view.setUint8(to + k, value);
      else if (type === 3) view.setUint16(to + 2 * k, value, true);
      else view.setUint32(to + 4 * k, value, true);
    }
  });
  view.setUint32(start + 2 + 12 * entries.length, next, true);
}
