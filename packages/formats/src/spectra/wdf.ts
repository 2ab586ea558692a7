/**
 * Renishaw WiRE .wdf: blocks of a four-letter name, a number and a length. WDF1 (512 bytes) holds the counts of points and spectra, the laser and
 * the title; DATA the intensities (float32), XLST the axis, ORGN the place, time and the like of each spectrum.
 * Layout as published by the users of the format (RosettaSciIO and renishawWiRE document it); checked against files with known values.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import type { MeasuredSpectrum, SpectraFile, SpectrumAxis } from "./model.ts";

const HEADER = 512;
const BLOCK_HEADER = 16;
const LARGEST_VALUES = 100_000_000;

/** Units by their number in the file. */
const UNITS: Readonly<Record<number, string>> = {
  0: "",
  1: "1/cm",
  2: "1/cm",
  3: "nm",
  4: "eV",
  5: "µm",
  6: "counts",
  7: "electrons",
  8: "mm",
  9: "m",
  10: "K",
  11: "Pa",
  12: "s",
  13: "ms",
  14: "h",
  15: "d",
  16: "px",
  21: "°C",
};
const AXES: Readonly<Record<number, SpectrumAxis>> = { 1: "ramanShift", 2: "wavenumber", 3: "wavelength" };
const ORIGINS: Readonly<Record<number, string>> = { 3: "x", 4: "y", 5: "z", 9: "temperature", 10: "pressure", 11: "time", 18: "elapsed" };
/** 100 ns steps from 1601-01-01 to 1970-01-01 */
const FILETIME_EPOCH = 116444736000000000n;

export const looksLikeWdf = (head: Uint8Array): boolean => head.length >= 4 && String.fromCharCode(...head.subarray(0, 4)) === "WDF1";

interface Block {
  offset: number;
  size: number;
}

/** @throws ThioscopeError FILE_CUT, FILE_DAMAGED */
export async function readWdf(source: ByteSource): Promise<SpectraFile> {
  const head = await source.read(0, HEADER);
  const view = new DataView(head.buffer, head.byteOffset, HEADER);
  const damaged = (what: string, offset: number): ThioscopeError => new ThioscopeError("FILE_DAMAGED", what, { file: source.name, offset });
  const points = view.getUint32(60, true);
  const capacity = Number(view.getBigInt64(64, true));
  const announced = Number(view.getBigInt64(72, true));
  const xCount = view.getUint32(88, true);
  const originCount = view.getUint32(92, true);
  if (xCount !== points) throw damaged(`${xCount} values of the axis for ${points} points of a spectrum`, 88);
  if (points < 1 || capacity < 1 || points * capacity > LARGEST_VALUES) throw damaged(`${capacity} spectra of ${points} points`, 60);
  if (originCount > 1000) throw damaged(`${originCount} lists of origins`, 92);
  const blocks = await blocksOf(source);
  const floats = async (name: string, skip: number, count: number): Promise<Float32Array> => {
    const block = blocks.get(name);
    if (!block) throw damaged(`the block ${name} is missing`, 0);
    const from = block.offset + BLOCK_HEADER + skip;
    if (block.size < BLOCK_HEADER + skip + 4 * count) throw damaged(`the block ${name} is shorter than ${count} values`, block.offset);
    const bytes = await source.read(from, 4 * count);
    return new Float32Array(bytes.slice().buffer);
  };
  const notices: Notice[] = [];
  const count = Math.min(announced, capacity);
  if (announced < capacity) {
    notices.push({
      code: "spectra-missing",
      message: `${capacity} spectra were planned, ${announced} were measured`,
    });
  }
  if (count < 1) throw damaged("the file holds no spectrum", 72);
  const xBlock = blocks.get("XLST");
  if (!xBlock) throw damaged("the block XLST is missing", 0);
  const xHead = await source.read(xBlock.offset + BLOCK_HEADER, 8);
  const unit = new DataView(xHead.buffer, xHead.byteOffset, 8).getUint32(4, true);
  const x = Float64Array.from(await floats("XLST", 8, points));
  const data = await floats("DATA", 0, points * count);
  const origins = await originsOf(source, blocks.get("ORGN"), originCount, capacity);
  const text = (from: number, to: number): string => new TextDecoder().decode(head.subarray(from, to)).split("\0")[0]!.trim();
  const laser = view.getFloat32(156, true);
  const meta = {
    title: text(240, 400),
    user: text(208, 240),
    application: text(96, 120),
    accumulations: view.getUint32(80, true),
    started: dateOf(view.getBigInt64(136, true)),
  };
  const times = origins.get("time") ?? origins.get("elapsed");
  const yUnit = { 6: "counts", 7: "electrons" }[view.getUint32(152, true)] ?? "";
  const spectra = Array.from({ length: count }, (_, k): MeasuredSpectrum => {
    const at = (axis: string): number => (origins.get(axis)?.values[k] ?? 0) * (origins.get(axis)?.unit === "mm" ? 1000 : 1);
    const placed = origins.has("x") || origins.has("y");
    const time = times ? secondsFrom(times, k) : undefined;
    return {
      name: count === 1 ? meta.title || "spectrum" : `spectrum ${k + 1}`,
      axis: AXES[unit] ?? "unknown",
      x,
      xUnit: UNITS[unit] ?? "",
      y: Float64Array.from(data.subarray(k * points, (k + 1) * points)),
      yUnit,
      ...(laser > 0 ? { laserNanometre: 1e7 / laser } : {}),
      ...(placed ? { positionMicrometre: [at("x"), at("y"), at("z")] as const } : {}),
      ...(time === undefined ? {} : { timeSecond: time }),
      meta: {},
    };
  });
  return { format: "renishaw-wdf", technique: "Raman", meta, notices, spectra };
}

async function blocksOf(source: ByteSource): Promise<Map<string, Block>> {
  const blocks = new Map<string, Block>();
  for (let offset = 0; offset + BLOCK_HEADER <= source.size; ) {
    const bytes = await source.read(offset, BLOCK_HEADER);
    const name = String.fromCharCode(...bytes.subarray(0, 4));
    const size = Number(new DataView(bytes.buffer, bytes.byteOffset, BLOCK_HEADER).getBigUint64(8, true));
    if (size < BLOCK_HEADER)
      throw new ThioscopeError("FILE_DAMAGED", `the block ${name} says it has ${size} bytes`, { file: source.name, offset });
    if (offset + size > source.size) {
      throw new ThioscopeError("FILE_CUT", `the block ${name} of ${size} bytes ends behind the file's ${source.size}`, {
        file: source.name,
        offset,
      });
    }
    if (!blocks.has(name)) blocks.set(name, { offset, size });
    offset += size;
  }
  return blocks;
}

interface Origin {
  unit: string;
  /** FILETIME where the unit is 24 */
  raw: BigInt64Array | null;
  values: Float64Array;
}

async function originsOf(source: ByteSource, block: Block | undefined, count: number, capacity: number): Promise<Map<string, Origin>> {
  const origins = new Map<string, Origin>();
  if (!block) return origins;
  // the block repeats the number of lists before the first
  const from = BLOCK_HEADER + 4;
  const each = 24 + 8 * capacity;
  for (let i = 0; i < count && from + (i + 1) * each <= block.size; i++) {
    const bytes = (await source.read(block.offset + from + i * each, each)).slice();
    const view = new DataView(bytes.buffer);
    const kind = ORIGINS[view.getUint32(0, true) & 0x7fffffff];
    if (kind === undefined || origins.has(kind)) continue;
    const unit = view.getUint32(4, true);
    const raw = unit === 24 ? new BigInt64Array(bytes.buffer.slice(24)) : null;
    origins.set(kind, { unit: UNITS[unit] ?? "", raw, values: new Float64Array(bytes.buffer.slice(24)) });
  }
  return origins;
}

function secondsFrom(origin: Origin, k: number): number | undefined {
  if (origin.raw) return Number(origin.raw[k]! - origin.raw[0]!) / 1e7;
  const factor = { s: 1, ms: 1e-3, h: 3600 }[origin.unit];
  return factor === undefined ? undefined : (origin.values[k]! - origin.values[0]!) * factor;
}

function dateOf(filetime: bigint): string {
  const milliseconds = Number((filetime - FILETIME_EPOCH) / 10000n);
  return filetime > FILETIME_EPOCH && milliseconds < 4e12 ? new Date(milliseconds).toISOString().slice(0, 19).replace("T", " ") : "";
}
