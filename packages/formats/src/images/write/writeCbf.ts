/** Crystallographic binary files as Dectris detectors write them: signed 32-bit pixels packed by byte offsets (see ../cbf.ts). */
import { ThioscopeError } from "@thioscope/core";
import { md5Base64 } from "#md5";
import type { ImageFacts } from "../model.ts";
import { checkWritable, type WritableFrame } from "./frame.ts";

const PADDING = 4095;
const MARK = Uint8Array.of(0x0c, 0x1a, 0x04, 0xd5);

/**
 * @param name of the data block: the file's name without its ending
 * @throws INVALID_INPUT for pixels that are no whole numbers of 32 bits
 */
export function writeCbf(frame: WritableFrame, name: string): Uint8Array {
  const { width, height } = checkWritable([frame]);
  const bad = frame.values.findIndex((value) => (value | 0) !== value);
  if (bad >= 0)
    throw new ThioscopeError(
      "INVALID_INPUT",
      `pixel ${bad} is ${frame.values[bad]}; CBF holds whole numbers from −2147483648 to 2147483647`,
    );
  const packed = packByteOffset(frame.values);
  const head = [
    "###CBF: VERSION 1.5, thioscope",
    "",
    `data_${name.replace(/[^\w.-]/g, "_")}`,
    "",
    '_array_data.header_convention "PILATUS_1.2"',
    "_array_data.header_contents",
    ";",
    ...factLines(frame.facts ?? {}),
    ";",
    "",
    "_array_data.data",
    ";",
    "--CIF-BINARY-FORMAT-SECTION--",
    "Content-Type: application/octet-stream;",
    '     conversions="x-CBF_BYTE_OFFSET"',
    "Content-Transfer-Encoding: BINARY",
    `X-Binary-Size: ${packed.length}`,
    "X-Binary-ID: 1",
    'X-Binary-Element-Type: "signed 32-bit integer"',
    "X-Binary-Element-Byte-Order: LITTLE_ENDIAN",
    `Content-MD5: ${md5Base64(packed)}`,
    `X-Binary-Number-of-Elements: ${width * height}`,
    `X-Binary-Size-Fastest-Dimension: ${width}`,
    `X-Binary-Size-Second-Dimension: ${height}`,
    `X-Binary-Size-Padding: ${PADDING}`,
    "",
    "",
  ].join("\r\n");
  const start = new TextEncoder().encode(head);
  const end = new TextEncoder().encode("\r\n--CIF-BINARY-FORMAT-SECTION----\r\n;\r\n");
  const out = new Uint8Array(start.length + MARK.length + packed.length + PADDING + end.length);
  let at = 0;
  for (const part of [start, MARK, packed]) {
    out.set(part, at);
    at += part.length;
  }
  out.set(end, at + PADDING);
  return out;
}

function factLines(facts: ImageFacts): string[] {
  const {
    exposureSecond,
    startedAt,
    wavelengthMetre,
    distanceMetre,
    pixel1Metre,
    pixel2Metre,
    beamRow,
    beamColumn,
    saturationCount,
    motors = {},
  } = facts;
  const lines: (string | undefined)[] = [
    startedAt === undefined ? undefined : `# ${startedAt.replace(/[^\x20-\x7e]/g, " ")}`,
    pixel1Metre === undefined || pixel2Metre === undefined ? undefined : `# Pixel_size ${pixel2Metre} m x ${pixel1Metre} m`,
    exposureSecond === undefined ? undefined : `# Exposure_time ${exposureSecond} s`,
    wavelengthMetre === undefined ? undefined : `# Wavelength ${wavelengthMetre * 1e10} A`,
    distanceMetre === undefined ? undefined : `# Detector_distance ${distanceMetre} m`,
    beamRow === undefined || beamColumn === undefined ? undefined : `# Beam_xy (${beamColumn}, ${beamRow}) pixels`,
    saturationCount === undefined ? undefined : `# Count_cutoff ${saturationCount} counts`,
    ...Object.entries(motors).map(([name, value]) => (/^[A-Za-z]\w*$/.test(name) ? `# ${name} ${value}` : undefined)),
  ];
  return lines.filter((line) => line !== undefined);
}

/** Differences of neighbours in 1, 2, 4 or 8 bytes. */
export function packByteOffset(values: ArrayLike<number>): Uint8Array {
  const out = new Uint8Array(packedSize(values));
  const view = new DataView(out.buffer);
  let at = 0;
  let before = 0;
  for (let i = 0; i < values.length; i++) {
    const step = values[i]! - before;
    before = values[i]!;
    if (step > -128 && step < 128) {
      view.setInt8(at++, step);
      continue;
    }
    view.setInt8(at++, -128);
    if (step > -32768 && step < 32768) {
      view.setInt16(at, step, true);
      at += 2;
      continue;
    }
    view.setInt16(at, -32768, true);
    at += 2;
    if (step > -2147483648 && step < 2147483648) {
      view.setInt32(at, step, true);
      at += 4;
      continue;
    }
    view.setInt32(at, -2147483648, true);
    view.setBigInt64(at + 4, BigInt(step), true);
    at += 12;
  }
  return out;
}

function packedSize(values: ArrayLike<number>): number {
  let size = 0;
  let before = 0;
  for (let i = 0; i < values.length; i++) {
    const step = Math.abs(values[i]! - before);
    before = values[i]!;
    size += step < 128 ? 1 : step < 32768 ? 3 : step < 2147483648 ? 7 : 15;
  }
  return size;
}
