/**
 * mar345 image plates ("scan345"): a binary header, a text header of 4,096 bytes in all, a table of pixels over 65,535, and the pixels packed
 * as CCP4 packs them (J. P. Abrahams, 1993; marResearch, "The mar345 image format").
 *
 * A chunk of 2ᵏ pixels has a head (6 bits: k in 3, the width of its differences in 3 more; version 2 uses 4 + 4), then
 * 2ᵏ differences of that many bits, two's complement, lowest bit first. A pixel is its difference plus ¼ (left + upper left + upper + upper right + 2), each a
 * 16-bit signed integer; in the first row plus the left pixel.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import { cleanFacts } from "./facts.ts";
import type { DetectorImage, ImageFacts, ImageReader, ImageStack } from "./model.ts";
import { checkIndex } from "./pixels.ts";

const HEADER = 4096;
/** "1234" of the writer's byte order, the first word */
const BYTE_ORDER = 1234;
const RECORD = 64;
const MAX_SIZE = 4096;
/** What a scanner at a synchrotron states when nobody has told it better. */
const DEFAULT = { wavelengthMetre: 1.5418e-10, distanceMetre: 0.1 };

/** Bits per difference by its code, versions 1 and 2. */
const WIDTHS_1 = [0, 4, 5, 6, 7, 8, 16, 32];
const WIDTHS_2 = [0, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 32];

export const mar345Reader: ImageReader = {
  id: "mar345",
  title: "mar345 image plate, CCP4-packed",
  endings: [".mar2300", ".mar3450", ".mar1200", ".mar345"],
  sniff: (head) => {
    if (head.length < 256) return false;
    const first = new DataView(head.buffer, head.byteOffset, 4);
    if (first.getInt32(0, true) !== BYTE_ORDER && first.getInt32(0, false) !== BYTE_ORDER) return false;
    return /mar research/i.test(latin1(head.subarray(128, 256)));
  },
  open: openMar345,
};

async function openMar345(source: ByteSource): Promise<ImageStack> {
  const head = await source.read(0, HEADER);
  const view = new DataView(head.buffer, head.byteOffset, HEADER);
  const little = view.getInt32(0, true) === BYTE_ORDER;
  const int = (i: number): number => view.getInt32(4 * i, little);
  const size = int(1);
  const high = int(2);
  const format = int(3);
  const place = { file: source.name, offset: 0 };
  if (!(size >= 1 && size <= MAX_SIZE))
    throw new ThioscopeError(
      "FILE_DAMAGED",
      `the header declares ${size} × ${size} pixels; plates have 1200 to 3450, read are 1 to ${MAX_SIZE}`,
      place,
    );
  const meta = readTextHeader(latin1(head.subarray(128)));
  if (format !== 1) throw new ThioscopeError("FORMAT_VERSION", `mar345 of format ${format}; read is 1 (packed)`, { ...place, offset: 12 });
  if (high < 0 || high > size * size)
    throw new ThioscopeError("FILE_DAMAGED", `${high} pixels over 65535 of ${size} × ${size}`, { ...place, offset: 8 });
  const table = HEADER;
  const packedAt = table + RECORD * Math.ceil(high / 8);
  if (packedAt >= source.size)
    throw new ThioscopeError("FILE_CUT", `the pixels begin at ${packedAt}, the file ends at ${source.size}`, {
      ...place,
      offset: source.size,
    });
  // a chunk of 128 equal pixels takes 6 bits, one of version 2 holds 2¹⁵ in 8
  if (size * size > 32_768 * (source.size - packedAt)) {
    throw new ThioscopeError("FILE_CUT", `${source.size - packedAt} bytes cannot hold ${size} × ${size} pixels`, {
      ...place,
      offset: source.size,
    });
  }
  const facts = factsOf(int, meta);
  const notices: Notice[] = [];
  if (
    facts.wavelengthMetre !== undefined &&
    Math.abs(facts.wavelengthMetre - DEFAULT.wavelengthMetre) < 2e-14 &&
    facts.distanceMetre === DEFAULT.distanceMetre
  ) {
    const message = "wavelength 1.5418 Å and distance 100 mm are what the scanner writes when nobody has told it: not to be trusted";
    notices.push({ code: "header-defaults", message });
  }
  return {
    format: "mar345",
    width: size,
    height: size,
    frames: 1,
    dtype: "uint32",
    facts,
    meta,
    notices,
    async frame(index): Promise<DetectorImage> {
      checkIndex(index, 1, source.name);
      const overflow = await source.read(table, packedAt - table);
      const bytes = await source.read(packedAt, source.size - packedAt);
      const { start, version } = packHeader(source, bytes, size, packedAt);
      const words = new Int16Array(size * size);
      const done = unpackCcp4(bytes, start, version, words, size);
      if (done < words.length) {
        throw new ThioscopeError("FILE_CUT", `the packed pixels end after ${done} of ${words.length}`, {
          file: source.name,
          offset: source.size,
        });
      }
      const values = new Uint32Array(words.length);
      for (let i = 0; i < values.length; i++) values[i] = words[i]! & 0xffff;
      const pairs = new DataView(overflow.buffer, overflow.byteOffset, overflow.length);
      for (let i = 0; i < high; i++) {
        const address = pairs.getInt32(8 * i, little);
        // addresses count from 1; 0 fills up the last record
        if (address < 0 || address > values.length) {
          throw new ThioscopeError("FILE_DAMAGED", `pixel ${address} over 65535 lies outside of ${size} × ${size}`, {
            file: source.name,
            offset: table + 8 * i,
          });
        }
        if (address > 0) values[address - 1] = pairs.getInt32(8 * i + 4, little);
      }
      return { width: size, height: size, values, facts, meta };
    },
    mask: async () => null,
    flat: async () => null,
    close: () => undefined,
  };
}

const latin1 = (bytes: Uint8Array): string => new TextDecoder("latin1").decode(bytes);

/** "KEYWORD words" per line, up to END OF HEADER; a keyword that repeats is numbered. */
function readTextHeader(text: string): Record<string, string> {
  const meta: Record<string, string> = {};
  for (const line of text.split("END OF HEADER")[0]!.split("\n")) {
    const match = /^([A-Z][A-Z0-9_]*)\s+(.+?)\s*$/.exec(line.replaceAll("\0", " "));
    if (match) meta[match[1]!] = match[2]!;
  }
  return meta;
}

/** The binary header: lengths in µm or 10⁻³ mm, wavelength in 10⁻⁶ Å, angles in 10⁻³ degrees. Image plates are often used with its defaults. */
function factsOf(int: (i: number) => number, meta: Readonly<Record<string, string>>): ImageFacts {
  return cleanFacts({
    exposureSecond: Number.parseFloat(meta["TIME"] ?? ""),
    startedAt: meta["DATE"],
    wavelengthMetre: int(8) * 1e-16,
    distanceMetre: int(9) / 1e6,
    pixel1Metre: int(7) / 1e6,
    pixel2Metre: int(6) / 1e6,
    motors: { PHI: int(10) / 1e3, OMEGA: int(12) / 1e3, CHI: int(14) / 1e3, TWOTHETA: int(15) / 1e3 },
  });
}

/** "CCP4 packed image, X: 2300, Y: 2300\n" before the bits. */
function packHeader(source: ByteSource, bytes: Uint8Array, size: number, at: number): { start: number; version: 1 | 2 } {
  const text = latin1(bytes.subarray(0, 4096));
  const match = /CCP4 packed image( V2)?, X: *(\d+), Y: *(\d+)\n/.exec(text);
  if (!match)
    throw new ThioscopeError("FILE_DAMAGED", `the words "CCP4 packed image" do not stand before the pixels`, {
      file: source.name,
      offset: at,
    });
  if (Number(match[2]) !== size || Number(match[3]) !== size) {
    throw new ThioscopeError("FILE_DAMAGED", `${match[2]} × ${match[3]} packed pixels, ${size} × ${size} by the header`, {
      file: source.name,
      offset: at + match.index,
    });
  }
  return { start: match.index + match[0].length, version: match[1] ? 2 : 1 };
}

/**
 * Unpacks from byte `at` of `bytes` into `out`, rows of `width` pixels.
 *
 * @returns pixels written: fewer than `out` holds where the bits end early
 */
export function unpackCcp4(bytes: Uint8Array, at: number, version: 1 | 2, out: Int16Array, width: number): number {
  const field = version === 1 ? 3 : 4;
  const widths = version === 1 ? WIDTHS_1 : WIDTHS_2;
  const mask = (1 << field) - 1;
  const total = out.length;
  // at most 31 bits wait in `buffer`
  let buffer = 0;
  let bits = 0;
  let pixel = 0;
  while (pixel < total) {
    while (bits < 2 * field) {
      if (at >= bytes.length) return pixel;
      buffer |= bytes[at++]! << bits;
      bits += 8;
    }
    const end = Math.min(total, pixel + (1 << (buffer & mask)));
    const step = widths[(buffer >>> field) & mask]!;
    buffer >>>= 2 * field;
    bits -= 2 * field;
    const sign = 32 - step;
    for (; pixel < end; pixel++) {
      let difference = 0;
      if (step === 32) {
        // only 16 bits survive in a pixel, all 32 are read
        let high = 0;
        for (let part = 0; part < 2; part++) {
          while (bits < 16) {
            if (at >= bytes.length) return pixel;
            buffer |= bytes[at++]! << bits;
            bits += 8;
          }
          high = (high >>> 16) | (buffer << 16);
          buffer >>>= 16;
          bits -= 16;
        }
        difference = high;
      } else if (step > 0) {
        while (bits < step) {
          if (at >= bytes.length) return pixel;
          buffer |= bytes[at++]! << bits;
          bits += 8;
        }
        difference = (buffer << sign) >> sign;
        buffer >>>= step;
        bits -= step;
      }
      if (pixel > width) {
        const sum = out[pixel - 1]! + out[pixel - width + 1]! + out[pixel - width]! + out[pixel - width - 1]! + 2;
        // a quotient of C is cut towards zero: for negative sums 3 is added before the shift
        out[pixel] = difference + ((sum + ((sum >> 31) & 3)) >> 2);
      } else out[pixel] = difference + (pixel > 0 ? out[pixel - 1]! : 0);
    }
  }
  return pixel;
}
