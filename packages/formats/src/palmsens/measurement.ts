/**
 * A measurement's arrays as blocks of rows: one block per scan of a voltammogram, per channel, per spectrum.
 *
 * The file stores the time of the first scan only; later scans follow it at the same sampling interval, so
 * where that interval is even their time is t₀ + n Δt, with n counted through all scans.
 */
import { conversionFactor, type Notice } from "@thioscope/core";
import { CYCLING_COLUMNS, type CyclingColumn } from "@thioscope/core/cycling";
import { ARRAY_KINDS, INTERNAL_TYPES, READING_STATUS, unitOf } from "./arrays.ts";
import { type Json, listOf, member, numberOf, textOf } from "./session.ts";

interface BlockColumn {
  unit: string;
  values: Float64Array;
  vendor?: { name: string; unit: string; factor: number };
  labels?: readonly string[];
}

export interface Block {
  rows: number;
  scan?: number;
  channel?: number;
  spectrum?: number;
  columns: Map<string, BlockColumn>;
}

interface DataArray {
  type: number;
  description: string;
  scan: number | undefined;
  channel: number | undefined;
  /** sampling interval in s, NaN where it is not given */
  interval: number;
  unit: string;
  /** the file holds the negative of the quantity ("-Z''", "-Phase") */
  reverse: boolean;
  values: readonly Json[];
}

function readArray(json: Json): DataArray {
  const unit = member(json, "Unit");
  const description = textOf(member(json, "Description"));
  const scan = /scan(\d+)/i.exec(description)?.[1];
  const channel = /channel(\d+)/i.exec(description)?.[1];
  return {
    type: numberOf(member(json, "ArrayType")),
    description,
    scan: scan === undefined ? undefined : Number(scan),
    channel: channel === undefined ? undefined : Number(channel),
    interval: numberOf(member(json, "IntervalTime")),
    unit: unitOf(textOf(member(unit, "Type")), textOf(member(unit, "S"))),
    reverse: textOf(member(unit, "Q")).startsWith("-"),
    values: listOf(member(json, "DataValues")),
  };
}

/** Numbers of one field of the readings: V value, S status, C current range, R potential range. */
function field(values: readonly Json[], name: "V" | "S" | "C" | "R", rows: number): Float64Array {
  const out = new Float64Array(rows).fill(Number.NaN);
  for (let i = 0; i < Math.min(rows, values.length); i++) out[i] = numberOf(member(values[i], name));
  return out;
}

/** Collects what differs from a rectangular table, one notice per kind and array. */
class Remarks {
  readonly #counts = new Map<string, Map<string, number>>();

  add(code: string, what: string, count = 1): void {
    const counts = this.#counts.get(code) ?? new Map<string, number>();
    counts.set(what, (counts.get(what) ?? 0) + count);
    this.#counts.set(code, counts);
  }

  notices(): Notice[] {
    const words: Readonly<Record<string, string>> = {
      "array-longer": "values beyond the measured points are left out",
      "array-shorter": "points have no value",
      "array-internal": "the software's own bookkeeping, not measured; left out",
      "reading-overload": "readings beyond the range",
      "unit-missing": "the file names no unit that is known",
    };
    return [...this.#counts].map(([code, counts]) => {
      const list = [...counts].map(([what, n]) => (n > 1 ? `${what} (${n})` : what)).join(", ");
      return { code, message: `${list}: ${words[code] ?? code}` };
    });
  }
}

/** Divides where the factor is one over a whole number: 10⁶ is an exact double, 10⁻⁶ is not, so this rounds only once. */
function scale(values: Float64Array, factor: number): Float64Array {
  if (factor === 1) return values;
  const divisor = Math.round(1 / factor);
  const divides = Math.abs(factor) < 1 && Math.abs(divisor * factor - 1) < 1e-12;
  return values.map(divides ? (x) => x / divisor : (x) => x * factor);
}

/** Points of a block: its frequencies, or else its current or potential readings. */
function pointsOf(arrays: readonly DataArray[]): number {
  for (const type of [5, 2, 1, 0]) {
    const found = arrays.find((array) => array.type === type && array.values.length > 0);
    if (found) return found.values.length;
  }
  return Math.max(0, ...arrays.map((array) => array.values.length));
}

function addStatus(block: Block, prefix: string, values: readonly Json[], range: "C" | "R", remarks: Remarks): void {
  const status = field(values, "S", block.rows);
  if (status.some((s) => !Number.isNaN(s))) {
    const codes = status.map((s) => (s >= 0 && s < READING_STATUS.length - 1 ? s : READING_STATUS.length - 1));
    block.columns.set(`${prefix}_status`, { unit: "", values: codes, labels: READING_STATUS });
    const over = codes.reduce((n, s) => n + (s === 1 ? 1 : 0), 0);
    if (over > 0) remarks.add("reading-overload", prefix, over);
  }
  const ranges = field(values, range, block.rows);
  if (ranges.some((r) => !Number.isNaN(r))) block.columns.set(`${prefix}_range`, { unit: "", values: ranges });
}

function buildBlock(arrays: readonly DataArray[], remarks: Remarks): Block {
  const block: Block = { rows: pointsOf(arrays), columns: new Map() };
  for (const array of arrays) {
    if (array.values.length === 0) continue;
    if (array.type >= INTERNAL_TYPES) {
      remarks.add("array-internal", `"${array.description}"`);
      continue;
    }
    const kind = ARRAY_KINDS[array.type] ?? { name: array.description.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "_"), canonical: false };
    const plain = kind.canonical ? kind.name.replace(/_[a-z]+$/, "") : kind.name || "array";
    let name = block.columns.has(kind.name) || kind.name === "" ? plain : kind.name;
    for (let i = 2; block.columns.has(name); i++) name = `${plain}_${i}`;
    const wanted = kind.canonical && name === kind.name ? CYCLING_COLUMNS[name as CyclingColumn].unit : array.unit;
    if (array.unit === "" && kind.canonical) {
      remarks.add("unit-missing", `"${array.description}"`);
      name = plain;
    }
    const factor = (array.reverse ? -1 : 1) * (array.unit === "" ? 1 : conversionFactor(array.unit, wanted));
    const surplus = array.values.length - block.rows;
    if (surplus > 0) remarks.add("array-longer", `"${array.description}" (${name})`, surplus);
    if (surplus < 0) remarks.add("array-shorter", `"${array.description}" (${name})`, -surplus);
    const values = scale(field(array.values, "V", block.rows), factor);
    block.columns.set(name, {
      unit: array.unit === "" ? "" : wanted,
      values,
      vendor: { name: array.description, unit: array.unit, factor },
    });
    if (array.type === 1 && name === kind.name) addStatus(block, "voltage", array.values, "R", remarks);
    if (array.type === 2 && name === kind.name) addStatus(block, "current", array.values, "C", remarks);
  }
  return block;
}

/** Blocks of a data set: arrays are told apart by "scan2channel1"; those without either belong to all. */
function blocksOf(dataSet: Json | undefined, remarks: Remarks): { block: Block; interval: number }[] {
  const arrays = listOf(member(dataSet, "Values")).map(readArray);
  const groups = new Map<string, DataArray[]>();
  const shared = arrays.filter((array) => array.scan === undefined && array.channel === undefined);
  for (const array of arrays) {
    if (array.scan === undefined && array.channel === undefined) continue;
    const key = `${array.scan ?? ""}/${array.channel ?? ""}`;
    groups.set(key, [...(groups.get(key) ?? []), array]);
  }
  if (groups.size === 0) return shared.length > 0 ? [{ block: buildBlock(shared, remarks), interval: Number.NaN }] : [];
  const interval = shared.find((array) => array.type === 0)?.interval ?? Number.NaN;
  const firstScan = Math.min(...[...groups.values()].map((group) => group[0]?.scan ?? 1));
  return [...groups.values()].map((group) => {
    const { scan, channel } = group[0]!;
    // what is not numbered was recorded with the first scan
    const block = buildBlock((scan ?? firstScan) === firstScan ? [...shared, ...group] : group, remarks);
    if (scan !== undefined) block.scan = scan;
    if (channel !== undefined) block.channel = channel;
    return { block, interval };
  });
}

/** Even sampling interval of the first scan in s, or undefined where it is not even to 1 %. */
function evenInterval(time: Float64Array, stated: number): number | undefined {
  const n = time.length;
  if (n < 2) return stated > 0 ? stated : undefined;
  const mean = (time[n - 1]! - time[0]!) / (n - 1);
  if (!(mean > 0)) return undefined;
  for (let i = 1; i < n; i++) if (!(Math.abs(time[i]! - time[i - 1]! - mean) <= 0.01 * mean)) return undefined;
  return mean;
}

/** Continues the first scan's time through the later scans of the same channel. */
function continueTime(blocks: readonly { block: Block; interval: number }[], notices: Notice[]): void {
  const started = new Map<number, { start: number; points: number; step: number | undefined }>();
  let continued = 0;
  let without = 0;
  for (const { block, interval } of blocks) {
    if (block.scan === undefined) continue;
    const time = block.columns.get("test_time_second");
    const channel = block.channel ?? 0;
    const clock = started.get(channel);
    if (time && !clock) {
      started.set(channel, { start: time.values[0] ?? 0, points: block.rows, step: evenInterval(time.values, interval) });
    } else if (!time) {
      if (clock?.step === undefined) {
        without++;
        continue;
      }
      const { start, step, points } = clock;
      const values = Float64Array.from({ length: block.rows }, (_, i) => start + (points + i) * step);
      block.columns.set("test_time_second", { unit: "s", values });
      clock.points += block.rows;
      continued++;
    }
  }
  if (continued > 0) {
    const message = `the file holds the time of the first scan; that of ${continued} later scans continues it at its even interval`;
    notices.push({ code: "time-continued", message, column: "test_time_second" });
  }
  if (without > 0) {
    const message = `${without} later scans have no time: the file holds the first scan's only, and its interval is not even`;
    notices.push({ code: "time-missing", message, column: "test_time_second" });
  }
}

/** The spectra inside an impedance entry: its own data set, or those of its sub-scans at any depth. */
function spectraOf(entry: Json, depth = 0): Json[] {
  const inner = listOf(member(entry, "SubScans"));
  if (inner.length > 0 && depth < 8) return inner.flatMap((scan) => spectraOf(scan, depth + 1));
  const dataSet = member(entry, "DataSet");
  return dataSet === undefined ? [] : [dataSet];
}

/** Blocks of one measurement, and what is to be known about them. */
export function readMeasurement(measurement: Json): { blocks: Block[]; notices: Notice[] } {
  const remarks = new Remarks();
  const notices: Notice[] = [];
  const entries = listOf(member(measurement, "EISDataList"));
  const spectra = entries.map((entry) => spectraOf(entry));
  // the data set holds one channel; several channels or a series lie in the impedance entries
  if (spectra.length > 1 || (spectra[0]?.length ?? 0) > 1) {
    const blocks: Block[] = [];
    for (const [i, entry] of entries.entries()) {
      const channel = /\bCH\s*(\d+)/i.exec(textOf(member(entry, "Title")))?.[1];
      for (const [k, dataSet] of spectra[i]!.entries()) {
        for (const { block } of blocksOf(dataSet, remarks)) {
          blocks.push({ ...block, spectrum: k + 1, ...(channel === undefined ? {} : { channel: Number(channel) }) });
        }
      }
    }
    return { blocks, notices: remarks.notices() };
  }
  let found = blocksOf(member(measurement, "DataSet"), remarks);
  if (found.length === 0 && spectra[0]?.[0] !== undefined) found = blocksOf(spectra[0][0], remarks);
  continueTime(found, notices);
  return { blocks: found.map(({ block }) => block), notices: [...remarks.notices(), ...notices] };
}
