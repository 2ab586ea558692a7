/**
 * What the settings, log, loop and external-device modules say, as tables of offset, type and name. Strings are
 * a length byte and that many characters of windows-1252; EC-Lab writes 0.001 where the user entered nothing.
 */
import { TECHNIQUES } from "./techniques.ts";

type FactType = "u8" | "u16" | "serial" | "f32" | "text";

interface Fact {
  offset: number;
  type: FactType;
  key: string;
  /** longest text that fits before the next field */
  longest?: number;
}

/** Offsets in the settings module; the same in all its versions. Masses are mg, the capacity mAh, whatever unit the user chose. */
const SETTINGS: readonly Fact[] = [
  { offset: 0x0007, type: "text", key: "comments", longest: 255 },
  { offset: 0x0107, type: "f32", key: "activeMassMilligram" },
  { offset: 0x010b, type: "f32", key: "massGivenAtX" },
  { offset: 0x010f, type: "f32", key: "molecularWeightGramPerMol" },
  { offset: 0x0113, type: "f32", key: "atomicWeightOfIonGramPerMol" },
  { offset: 0x0117, type: "f32", key: "initialX" },
  { offset: 0x011b, type: "u16", key: "electronsPerIon" },
  { offset: 0x011e, type: "text", key: "electrodeMaterial", longest: 160 },
  { offset: 0x01c0, type: "text", key: "electrolyte", longest: 79 },
  { offset: 0x0215, type: "text", key: "referenceElectrode", longest: 50 },
  { offset: 0x025c, type: "f32", key: "batteryCapacityMilliampereHour" },
];

/** Values that stand in the unit the user chose, a byte elsewhere. */
const SETTINGS_WITH_UNIT = [
  { offset: 0x0211, unitAt: 0x0250, units: { 2: ["electrodeAreaSquareCentimetre", 1], 3: ["electrodeAreaSquareCentimetre", 0.01] } },
  { offset: 0x024c, unitAt: 0x0251, units: { 1: ["characteristicMassMilligram", 1000], 2: ["characteristicMassMilligram", 1] } },
] as const;

const LOG: readonly Fact[] = [
  { offset: 0x0009, type: "u8", key: "channel" },
  { offset: 0x00ab, type: "serial", key: "channelSerial" },
  { offset: 0x0251, type: "text", key: "file", longest: 255 },
  { offset: 0x03b7, type: "text", key: "softwareVersion", longest: 6 },
  { offset: 0x03be, type: "text", key: "serverVersion", longest: 6 },
  { offset: 0x03c5, type: "text", key: "interpreterVersion", longest: 6 },
  { offset: 0x03cf, type: "text", key: "deviceSerial", longest: 20 },
];

const EXTERNAL: readonly Fact[] = [
  { offset: 0x0036, type: "text", key: "analogIn1", longest: 24 },
  { offset: 0x0052, type: "f32", key: "analogIn1MaxVolt" },
  { offset: 0x0056, type: "f32", key: "analogIn1MinVolt" },
  { offset: 0x005a, type: "f32", key: "analogIn1Max" },
  { offset: 0x005e, type: "f32", key: "analogIn1Min" },
  { offset: 0x0063, type: "text", key: "analogIn2", longest: 24 },
  { offset: 0x007f, type: "f32", key: "analogIn2MaxVolt" },
  { offset: 0x0083, type: "f32", key: "analogIn2MinVolt" },
  { offset: 0x0087, type: "f32", key: "analogIn2Max" },
  { offset: 0x008b, type: "f32", key: "analogIn2Min" },
];

/** Where the start of the acquisition may stand in the log: a day count from 1899-12-30. The offset moved once. */
const START_OFFSETS = [0x0249, 465, 469, 473] as const;
const DAY = 86400;
/** 1899-12-30 to 1970-01-01 */
const DAYS_TO_UNIX = 25569;

export type Facts = Record<string, string | number>;

const windows1252 = new TextDecoder("windows-1252");

function readFacts(bytes: Uint8Array, facts: readonly Fact[]): Facts {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Facts = {};
  for (const { offset, type, key, longest = 0 } of facts) {
    if (type === "text") {
      const length = bytes[offset] ?? 0;
      if (length === 0 || length > longest || offset + 1 + length > bytes.length) continue;
      const text = windows1252
        .decode(bytes.subarray(offset + 1, offset + 1 + length))
        .replaceAll("\r\n", "\n")
        .trim();
      if (text) found[key] = text;
    } else if (offset + 4 <= bytes.length) {
      const value = readNumber(view, offset, type);
      if (Number.isFinite(value)) found[key] = type === "serial" ? String(value) : type === "f32" ? shortest(value) : value;
    }
  }
  return found;
}

function readNumber(view: DataView, offset: number, type: Exclude<FactType, "text">): number {
  if (type === "f32") return view.getFloat32(offset, true);
  if (type === "u16") return view.getUint16(offset, true);
  return type === "serial" ? view.getUint32(offset, true) : view.getUint8(offset);
}

/** The decimal number that was entered: the shortest that is this float32. */
function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return value;
}

/** The settings module: technique and what the user said of the cell. */
export function readSettings(bytes: Uint8Array): { technique: string; known: boolean; facts: Facts } {
  const id = bytes[0] ?? -1;
  const technique = TECHNIQUES[id];
  const facts = readFacts(bytes, SETTINGS);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const { offset, unitAt, units } of SETTINGS_WITH_UNIT) {
    if (unitAt >= bytes.length) continue;
    const unit = (units as Readonly<Record<number, readonly [string, number]>>)[bytes[unitAt]!];
    const value = view.getFloat32(offset, true);
    if (unit && Number.isFinite(value)) facts[unit[0]] = shortest(value) * unit[1];
  }
  if (technique) facts.techniqueTitle = technique.title;
  return { technique: technique?.code ?? `technique ${id}`, known: technique !== undefined, facts };
}

/** The log module: device, channel, versions; `start` in seconds since 1970 of the PC's own clock, time zone unknown. */
export function readLog(bytes: Uint8Array): { facts: Facts; start?: number } {
  const facts = readFacts(bytes, LOG);
  // channels are numbered from 0 in the file and from 1 on the device
  if (typeof facts.channel === "number") facts.channel++;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const offset of START_OFFSETS) {
    if (offset + 8 > bytes.length) continue;
    const days = view.getFloat64(offset, true);
    // 1990 to 2100: anything else at this place is not a date
    if (days > 32874 && days < 73051) return { facts, start: Math.round((days - DAYS_TO_UNIX) * DAY * 1000) / 1000 };
  }
  return { facts };
}

export function readExternal(bytes: Uint8Array): Facts {
  return readFacts(bytes, EXTERNAL);
}

/** Rows at which a loop of the technique starts again, in order. */
export function readLoops(bytes: Uint8Array, rows: number): number[] {
  if (bytes.length < 4) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = Math.min(view.getUint32(0, true), Math.floor((bytes.length - 4) / 4));
  const starts: number[] = [];
  for (let i = 0; i < count; i++) {
    const row = view.getUint32(4 + 4 * i, true);
    if (row > 0 && row < rows) starts.push(row);
  }
  return starts;
}
