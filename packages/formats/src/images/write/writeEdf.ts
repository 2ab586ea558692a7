/** ESRF data format: a header per frame, padded to 1,024 bytes, then its pixels in little-endian order. */
import type { ImageFacts } from "../model.ts";
import { encodePixels, pixelTypeOf } from "../pixels.ts";
import { checkWritable, type WritableFrame } from "./frame.ts";

const TYPES = {
  int8: "SignedByte",
  uint8: "UnsignedByte",
  int16: "SignedShort",
  uint16: "UnsignedShort",
  int32: "SignedInteger",
  uint32: "UnsignedInteger",
  float32: "FloatValue",
  float64: "DoubleValue",
} as const;

const BLOCK = 1024;

/** @throws INVALID_INPUT for no frame, or frames that differ in size or type */
export function writeEdf(frames: readonly WritableFrame[]): Uint8Array {
  checkWritable(frames);
  const parts = frames.flatMap((frame, i) => [header(frame, i + 1), encodePixels(frame.values)]);
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function header(frame: WritableFrame, number: number): Uint8Array {
  const { width, height, values, facts = {} } = frame;
  const keys: [string, string | number][] = [
    ["HeaderID", `EH:${String(number).padStart(6, "0")}:000000:000000`],
    ["Image", number],
    ["ByteOrder", "LowByteFirst"],
    ["DataType", TYPES[pixelTypeOf(values)]],
    ["Dim_1", width],
    ["Dim_2", height],
    ["Size", values.byteLength],
    ...factKeys(facts),
  ];
  const text = `{\n${keys.map(([key, value]) => `${key} = ${value} ;\n`).join("")}`;
  const size = Math.ceil((text.length + 2) / BLOCK) * BLOCK;
  return new TextEncoder().encode(`${text.padEnd(size - 2)}}\n`);
}

/** The words of ESRF files; text is kept to what a header line can hold. */
function factKeys(facts: ImageFacts): [string, string | number][] {
  const plain = (text: string): string => text.replace(/[^\x20-\x3a\x3c-\x7c~]/g, " ");
  const pairs: [string, string | number | undefined][] = [
    ["ExposureTime", facts.exposureSecond],
    ["Date", facts.startedAt === undefined ? undefined : plain(facts.startedAt)],
    ["WaveLength", facts.wavelengthMetre],
    ["SampleDistance", facts.distanceMetre],
    ["PSize_1", facts.pixel2Metre],
    ["PSize_2", facts.pixel1Metre],
    ["Center_1", facts.beamColumn],
    ["Center_2", facts.beamRow],
  ];
  const motors = Object.entries(facts.motors ?? {}).map(([name, value]) => [plain(name).replace(/\s+/g, "_"), value] as const);
  if (motors.length > 0)
    pairs.push(["motor_mne", motors.map(([name]) => name).join(" ")], ["motor_pos", motors.map(([, value]) => value).join(" ")]);
  return pairs.filter((pair): pair is [string, string | number] => pair[1] !== undefined);
}
