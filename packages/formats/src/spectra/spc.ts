/**
 * Thermo Galactic .spc, version 0x4B (little-endian): a header of 512 bytes, an axis that is even, shared or of each sub-file's own, and sub-files
 * with ordinates as float32, or as int16/int32 times 2^(exponent − bits). (Galactic Industries, "Universal Data Format Specification", 1997.)
 */
import { ThioscopeError } from "@thioscope/core";
import { type ByteSource, readAll } from "../bytes/source.ts";
import { axisNamed } from "./columns.ts";
import type { MeasuredSpectrum, SpectraFile, SpectrumAxis } from "./model.ts";

const HEADER = 512;
const SUBHEADER = 32;
const FLAG = { short: 0x01, multi: 0x04, labels: 0x20, xyxyxy: 0x40, x: 0x80 } as const;
const FLOAT = -128;
const LARGEST_FILE = 1 << 30;

const X: Readonly<Record<number, readonly [unit: string, axis: SpectrumAxis]>> = {
  1: ["1/cm", "wavenumber"],
  2: ["µm", "wavelength"],
  3: ["nm", "wavelength"],
  4: ["s", "time"],
  5: ["min", "time"],
  9: ["u", "mass"],
  13: ["1/cm", "ramanShift"],
  14: ["eV", "unknown"],
  23: ["ms", "time"],
  24: ["µs", "timeOfFlight"],
  30: ["h", "time"],
};
const Y: Readonly<Record<number, string>> = {
  2: "absorbance",
  4: "counts",
  5: "V",
  7: "mA",
  9: "mV",
  11: "%",
  128: "transmission",
  129: "reflectance",
};

/** Versions of the header: 0x4B little-endian is read, 0x4C (big-endian), 0x4D (before 1996) and 0xCF (LabCalc) are named. */
export function spcVersion(head: Uint8Array): number | null {
  // archives begin with PK
  if (head.length < 256 || (head[0] === 0x50 && head[1] === 0x4b)) return null;
  const view = new DataView(head.buffer, head.byteOffset, 64);
  const plausible = (...ends: number[]): boolean =>
    ends.every((v) => Number.isFinite(v) && Math.abs(v) < 1e15 && (v === 0 || Math.abs(v) > 1e-15));
  switch (head[1]) {
    case 0x4b:
      return plausible(view.getFloat64(8, true), view.getFloat64(16, true)) &&
        view.getInt32(24, true) >= 0 &&
        head[2]! <= 16 &&
        (head[28]! <= 30 || head[28] === 255)
        ? 0x4b
        : null;
    case 0x4c:
      return plausible(view.getFloat64(8, false), view.getFloat64(16, false)) && head[2]! <= 16 ? 0x4c : null;
    case 0x4d: {
      const points = view.getFloat32(4, true);
      const counted = Number.isInteger(points) && points > 0 && points < 1e7;
      return counted && plausible(view.getFloat32(8, true), view.getFloat32(12, true)) ? 0x4d : null;
    }
    default:
      return null;
  }
}

/** @throws ThioscopeError FORMAT_VERSION, FILE_CUT, FILE_DAMAGED */
export async function readSpc(source: ByteSource): Promise<SpectraFile> {
  if (source.size > LARGEST_FILE) throw new ThioscopeError("INVALID_INPUT", `${source.size} bytes: up to ${LARGEST_FILE} are read`);
  const bytes = await readAll(source);
  const place = { file: source.name, offset: 0 };
  const version = bytes[1]!;
  if (version !== 0x4b) {
    const which = version === 0x4d ? "the format of before 1996" : "big-endian";
    throw new ThioscopeError(
      "FORMAT_VERSION",
      `SPC version 0x${version.toString(16)} (${which}) is not read; 0x4b is: convert the file`,
      place,
    );
  }
  if (bytes.length < HEADER) throw new ThioscopeError("FILE_CUT", `the header needs ${HEADER} bytes, the file has ${bytes.length}`, place);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const flags = view.getUint8(0);
  const exponent = view.getInt8(3);
  const points = view.getUint32(4, true);
  const first = view.getFloat64(8, true);
  const last = view.getFloat64(16, true);
  const subfiles = Math.max(1, view.getInt32(24, true));
  const labels = new TextDecoder("windows-1252").decode(bytes.subarray(218, 248)).split("\0");
  const named = axisNamed(flags & FLAG.labels ? labels[0]! : "");
  const [xUnit, axis] = X[view.getUint8(28)] ?? [named.unit, named.axis];
  const yUnit = Y[view.getUint8(29)] ?? "";
  const own = (flags & FLAG.xyxyxy) !== 0;
  if (subfiles > bytes.length / SUBHEADER)
    throw new ThioscopeError("FILE_CUT", `${subfiles} sub-files do not fit into ${bytes.length} bytes`, place);
  let at = HEADER;
  const need = (count: number, what: string): void => {
    if (at + count > bytes.length) throw new ThioscopeError("FILE_CUT", `the file ends before ${what}`, { file: source.name, offset: at });
  };
  const axisOf = (count: number): Float64Array => {
    need(4 * count, "the axis");
    const out = Float64Array.from({ length: count }, (_, i) => view.getFloat32(at + 4 * i, true));
    at += 4 * count;
    return out;
  };
  let shared: Float64Array | null = null;
  if (!own) {
    if (points < 1 || points > bytes.length) throw new ThioscopeError("FILE_DAMAGED", `${points} points`, { file: source.name, offset: 4 });
    shared =
      flags & FLAG.x
        ? axisOf(points)
        : Float64Array.from({ length: points }, (_, i) => first + (i * (last - first)) / Math.max(1, points - 1));
  }
  const comment = new TextDecoder("windows-1252").decode(bytes.subarray(88, 218)).split("\0")[0]!.trim();
  const spectra: MeasuredSpectrum[] = [];
  for (let k = 0; k < subfiles; k++) {
    need(SUBHEADER, `sub-file ${k + 1}`);
    const subExponent = view.getInt8(at + 1);
    const time = view.getFloat32(at + 4, true);
    const z = view.getFloat32(at + 8, true);
    const count = own ? view.getUint32(at + 16, true) : points;
    at += SUBHEADER;
    if (count > bytes.length)
      throw new ThioscopeError("FILE_DAMAGED", `sub-file ${k + 1} of ${count} points`, { file: source.name, offset: at });
    const x = own ? axisOf(count) : shared!;
    const power = flags & FLAG.multi ? subExponent : exponent;
    const size = power === FLOAT || !(flags & FLAG.short) ? 4 : 2;
    need(size * count, `the values of sub-file ${k + 1}`);
    const scale = 2 ** (power - 8 * size);
    const y = Float64Array.from({ length: count }, (_, i) => {
      if (power === FLOAT) return view.getFloat32(at + 4 * i, true);
      return scale * (size === 2 ? view.getInt16(at + 2 * i, true) : view.getInt32(at + 4 * i, true));
    });
    at += size * count;
    spectra.push({
      name: subfiles === 1 ? comment.slice(0, 60) || "spectrum" : `sub-file ${k + 1}`,
      axis,
      x,
      xUnit,
      y,
      yUnit,
      ...(subfiles > 1 && Number.isFinite(time) ? { meta: { z: time, zNext: z } } : { meta: {} }),
    });
  }
  const technique = axis === "ramanShift" ? "Raman" : axis === "mass" ? "mass spectrum" : "spectrum";
  return { format: "galactic-spc", technique, meta: { comment }, notices: [], spectra };
}
