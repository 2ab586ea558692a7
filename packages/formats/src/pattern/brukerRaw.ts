/**
 * Bruker and Siemens RAW, versions "RAW " (1), RAW2, RAW1.01 (3) and RAW4.00: little endian, counts as 32-bit floats behind headers whose fields stand at the
 * places of the tables below (DIFFRAC plus, XCH manual, appendix A, for RAW1.01; the others as public readers have found them). The first range is read; that there are others is said.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import { checkedPattern, doubletOf, MOST_POINTS, type PatternFile, stepped } from "./patternFile.ts";

/** Where what stands; the range's places count from its own header. */
interface Range {
  start: number;
  step: number;
  count: number;
  /** byte of the first count */
  data: number;
  ranges: number;
  wavelength: number | null;
  second: number | null;
  ratio: number | null;
  meta: Record<string, string>;
}

export const isBrukerRaw = (head: Uint8Array): boolean => /^RAW( |2|1\.01|4\.00)/.test(latin(head.subarray(0, 8)));

const latin = (bytes: Uint8Array): string => new TextDecoder("latin1").decode(bytes);

/** @throws FILE_FOREIGN, FILE_CUT, FILE_DAMAGED with the byte, FORMAT_VERSION for a scan that is no 2θ scan */
export async function readBrukerRaw(source: ByteSource): Promise<PatternFile> {
  const file = source.name;
  const head = latin(await source.read(0, Math.min(8, source.size)));
  const read = head.startsWith("RAW1.01")
    ? version3
    : head.startsWith("RAW4.00")
      ? version4
      : head.startsWith("RAW2")
        ? version2
        : head.startsWith("RAW ")
          ? version1
          : null;
  if (!read) throw new ThioscopeError("FILE_FOREIGN", "the file does not begin with RAW", { file });
  const range = await read(source);
  const { start, step, count, data } = range;
  if (!(count >= 1 && count <= MOST_POINTS))
    throw new ThioscopeError("FILE_DAMAGED", `${count} steps: up to ${MOST_POINTS} are possible`, { file });
  if (!(Number.isFinite(start) && step > 1e-6 && step < 10))
    throw new ThioscopeError("FILE_DAMAGED", `a scan from ${start}° in steps of ${step}°`, { file });
  const bytes = await source.read(data, 4 * count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const notices: Notice[] = [];
  if (range.ranges > 1) notices.push({ code: "ranges-left", message: `the first of ${range.ranges} ranges is read` });
  return checkedPattern(file, {
    format: `Bruker RAW, ${head.startsWith("RAW ") ? "version 1" : head.startsWith("RAW2") ? "version 2" : head.slice(0, 7)}`,
    x: stepped(start, step, count),
    y: Float64Array.from({ length: count }, (_, k) => view.getFloat32(4 * k, true)),
    sigma: null,
    wavelengthAngstrom: range.wavelength,
    doublet: doubletOf(range.wavelength, range.second, range.ratio),
    meta: Object.fromEntries(Object.entries(range.meta).filter(([, value]) => value !== "")),
    notices,
  });
}

interface Fields {
  u16(at: number): number;
  u32(at: number): number;
  f32(at: number): number;
  f64(at: number): number;
  text(at: number, length: number): string;
}

/** A header of so many bytes. */
async function fields(source: ByteSource, from: number, length: number): Promise<Fields> {
  const bytes = await source.read(from, length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    u16: (at) => view.getUint16(at, true),
    u32: (at) => view.getUint32(at, true),
    f32: (at) => view.getFloat32(at, true),
    f64: (at) => view.getFloat64(at, true),
    text: (at, n) =>
      latin(bytes.subarray(at, at + n))
        .replace(/\0[\s\S]*$/, "")
        .trim(),
  };
}

/** Å as a double or a float; 0 and what is no wavelength are not stated. */
const waveOf = (value: number): number | null => (value > 0.1 && value < 10 ? Number(value.toPrecision(7)) : null);

async function version1(source: ByteSource): Promise<Range> {
  const h = await fields(source, 0, 156);
  return {
    count: h.u32(4),
    step: h.f32(12),
    start: h.f32(24),
    data: 156,
    ranges: h.u32(152) + 1,
    wavelength: waveOf(h.f32(72)),
    second: waveOf(h.f32(76)),
    ratio: 0.5,
    meta: { secondsPerStep: String(h.f32(8)), sample: h.text(40, 32) },
  };
}

async function version2(source: ByteSource): Promise<Range> {
  const h = await fields(source, 0, 256);
  const r = await fields(source, 256, 48);
  const length = r.u16(0);
  if (length < 48)
    throw new ThioscopeError("FILE_DAMAGED", `the range's header has ${length} bytes, at least 48 are needed`, {
      file: source.name,
      offset: 256,
    });
  return {
    count: r.u16(2),
    step: r.f32(12),
    start: r.f32(16),
    data: 256 + length,
    ranges: h.u16(4),
    wavelength: waveOf(h.f32(190)),
    second: waveOf(h.f32(194)),
    ratio: h.f32(198),
    meta: { date: h.text(168, 20), anode: h.text(188, 2), secondsPerStep: String(r.f32(8)) },
  };
}

const HEADER_3 = 712;

async function version3(source: ByteSource): Promise<Range> {
  const h = await fields(source, 0, HEADER_3);
  const r = await fields(source, HEADER_3, 304);
  if (r.u32(0) !== 304)
    throw new ThioscopeError("FILE_DAMAGED", `the range's header has ${r.u32(0)} bytes, 304 are known`, {
      file: source.name,
      offset: HEADER_3,
    });
  return {
    count: r.u32(4),
    start: r.f64(16),
    step: r.f64(176),
    data: HEADER_3 + 304 + r.u32(256),
    ranges: h.u32(12),
    wavelength: waveOf(h.f64(624)),
    second: waveOf(h.f64(632)),
    ratio: h.f64(648),
    meta: {
      date: `${h.text(16, 10)} ${h.text(26, 10)}`.trim(),
      sample: h.text(326, 60),
      comment: h.text(386, 160),
      anode: h.text(608, 4),
      secondsPerStep: String(r.f32(192)),
    },
  };
}

/** Segments before the first range: a file has a few dozen. */
const MOST_SEGMENTS = 10_000;
const HARDWARE = 30;
const RANGE_KINDS: readonly number[] = [0, 160];

async function version4(source: ByteSource): Promise<Range> {
  const h = await fields(source, 0, 61);
  let at = 61;
  let wavelength: number | null = null;
  let second: number | null = null;
  let ratio: number | null = null;
  let anode = "";
  const broken = (what: string): ThioscopeError => new ThioscopeError("FILE_DAMAGED", what, { file: source.name, offset: at });
  for (let k = 0; ; k++) {
    if (k === MOST_SEGMENTS) throw broken(`more than ${MOST_SEGMENTS} segments before the first range`);
    const s = await fields(source, at, 8);
    if (RANGE_KINDS.includes(s.u32(0))) break;
    const length = s.u32(4);
    if (length < 8) throw broken(`a segment of ${length} bytes`);
    if (s.u32(0) === HARDWARE && length >= 120) {
      const hardware = await fields(source, at, 120);
      wavelength = waveOf(hardware.f64(80));
      second = waveOf(hardware.f64(88));
      ratio = hardware.f64(104);
      anode = hardware.text(116, 4);
    }
    at += length;
  }
  const r = await fields(source, at, 160);
  const scan = r.text(32, 24);
  if (!/coupled/i.test(scan))
    throw new ThioscopeError("FORMAT_VERSION", `a scan of the kind "${scan}": coupled scans of 2θ are read`, {
      file: source.name,
      offset: at,
    });
  if (r.u32(136) !== 4) throw broken(`${r.u32(136)} bytes for each count: 4 are read`);
  const data = at + 160 + r.u32(140);
  const count = r.u32(88);
  return {
    count,
    start: r.f64(72),
    step: r.f64(80),
    data,
    ranges: source.size > data + 4 * count + 160 ? 2 : 1,
    wavelength: wavelength ?? waveOf(r.f64(112)),
    second,
    ratio,
    meta: { date: `${h.text(12, 12)} ${h.text(24, 10)}`.trim(), anode, scan, secondsPerStep: String(r.f32(92)) },
  };
}
