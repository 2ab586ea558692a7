/** Neware .nda: one binary file with a directory of regions (BTS 5 to 7.6, BTS 9). */
import { type Column, checkCancelled, makeTable, type Notice, QUIET, ThioscopeError } from "@thioscope/core";
import { type ByteSource, readAll } from "../bytes/source.ts";
import type { CyclingFile, Reader, ReadOptions } from "../reader.ts";
import { countSteps, deriveCycles, stepTimeOf, totalTimeOf } from "./counting.ts";
import { applyRanges, sum } from "./counts.ts";
import { type Directory, NDA, NDA_130, type NdaField, type NdaLayout } from "./ndaLayouts.ts";
import { ndaMeta } from "./ndaMeta.ts";
import { decodeIntegers, decodeNumbers, type Records } from "./records.ts";
import { columnsOf, LOCAL_CLOCK, type Run } from "./run.ts";
import { orderByIndex } from "./runInfo.ts";

const MAGIC = "NEWARE";
const HEADER = 256;

function hasMagic(bytes: Uint8Array): boolean {
  return bytes.length >= MAGIC.length && [...MAGIC].every((letter, i) => bytes[i] === letter.charCodeAt(0));
}

export const ndaReader: Reader = {
  id: "neware-nda",
  title: "Neware BTS .nda",
  endings: [".nda"],
  sniff: (head) => (hasMagic(head) ? 1 : 0),
  read: readNda,
};

async function readNda(source: ByteSource, options: ReadOptions): Promise<CyclingFile> {
  const notices: Notice[] = [];
  const salvage = options.salvage === true;
  const task = options.task ?? QUIET;
  checkCancelled(task);
  task.progress(0, 1, "file");
  const bytes = await readAll(source);
  const damage: Damage = (code, message, offset) => {
    if (!salvage) throw new ThioscopeError(code, message, { file: source.name, offset });
    notices.push({ code: "salvaged", message, offset });
  };
  if (bytes.length < HEADER) {
    throw new ThioscopeError("FILE_CUT", `the file ends at ${bytes.length}, within its header of ${HEADER} bytes`, {
      offset: bytes.length,
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint16(14, true);
  const { layout, regions, software } = layoutFor(version, view, bytes.length);
  const named = Math.max(...regions.map((region) => region.start + region.length));
  if (named > bytes.length) damage("FILE_CUT", `the file ends at ${bytes.length}, its directory names bytes up to ${named}`, bytes.length);
  const { start, length } = regions[layout.directory.data]!;
  if (start < HEADER / 2) throw new ThioscopeError("FILE_DAMAGED", `the directory says that records begin at ${start}`, { offset: 24 });
  // without a length (version 8) records reach to the end
  const end = length === 0 ? bytes.length : Math.min(bytes.length, start + length);
  const size = recordSize(layout, bytes, start, end);
  const whole = Math.max(0, Math.floor((end - start) / size));
  if (end > start && start + whole * size !== end) {
    damage(length === 0 ? "FILE_CUT" : "FILE_DAMAGED", `the last record of ${size} bytes is not complete`, start + whole * size);
  }
  const { data, aux } = sortRecords(layout, bytes, start, size, whole, damage);
  const run = runOf(layout, data, size, damage, notices);
  if (layout.aux && aux.at.length > 0) run.aux.push(...auxOf(layout.aux, aux, run.index, notices));
  task.progress(1, 1, "file");
  if (run.rows === 0) notices.push({ code: "no-rows", message: "the file holds no measured rows: the test was not run or not saved" });
  const meta = { ndaVersion: version, ...(software && { software }), ...ndaMeta(bytes, version, regions[1]) };
  return { ...makeTable(columnsOf(run, notices), run.rows), format: "neware-nda", technique: "cycling", meta, notices };
}

type Damage = (code: "FILE_CUT" | "FILE_DAMAGED", message: string, offset: number) => void;

interface Region {
  start: number;
  length: number;
}

/** The layout of the version and the regions the directory names; FORMAT_VERSION where it is not known. */
function layoutFor(version: number, view: DataView, size: number): { layout: NdaLayout; regions: Region[]; software?: string } {
  const known = NDA[version];
  if (known) return { layout: known, regions: readDirectory(view, known.directory) };
  if (version !== 130) {
    const versions = [...Object.keys(NDA), "130"].join(", ");
    throw new ThioscopeError("FORMAT_VERSION", `the file is of nda version ${version}; known are ${versions}`, { offset: 14 });
  }
  const kinds = Object.entries(NDA_130);
  const regions = readDirectory(view, kinds[0]![1].directory);
  const start = regions[kinds[0]![1].directory.data]!.start;
  if (start >= size) throw new ThioscopeError("FILE_CUT", `the file ends at ${size}, its records begin at ${start}`, { offset: size });
  const first = view.getUint8(start);
  const layout = NDA_130[first];
  if (layout) return { layout, regions, software: layout.software };
  const names = kinds.map(([byte, { software }]) => `${byte} (${software})`).join(", ");
  throw new ThioscopeError("FORMAT_VERSION", `records of nda version 130 begin with ${first}; known are ${names}`, { offset: start });
}

function readDirectory(view: DataView, { at, pairs, width }: Directory): Region[] {
  const number = (p: number): number => view.getUint32(p, true) + (width === 8 ? view.getUint32(p + 4, true) * 2 ** 32 : 0);
  return Array.from({ length: pairs }, (_, i) => ({ start: number(at + 2 * i * width), length: number(at + (2 * i + 1) * width) }));
}

/** Largest record of version 130 that is looked for. */
const MAX_RECORD = 512;

/** The layout's size; where it varies the smallest at which all records begin as the first does. */
function recordSize(layout: NdaLayout, bytes: Uint8Array, start: number, end: number): number {
  if (!layout.variable) return layout.size;
  for (let size = layout.size; size <= MAX_RECORD && start + size < end; size += 4) {
    const tries = Math.min(64, Math.floor((end - start) / size));
    let fits = true;
    for (let i = 1; i < tries && fits; i++) {
      fits = bytes[start + i * size] === bytes[start] && bytes[start + i * size + 1] === bytes[start + 1];
    }
    if (fits) return size;
  }
  return Math.max(layout.size, Math.min(MAX_RECORD, end - start));
}

/** Measured and auxiliary records apart; records of no known kind are damage. */
function sortRecords(
  layout: NdaLayout,
  bytes: Uint8Array,
  start: number,
  size: number,
  count: number,
  damage: Damage,
): { data: Records; aux: Records } {
  const data = new Int32Array(count);
  const aux: number[] = [];
  const { at, value } = layout.identifier;
  let rows = 0;
  let foreign = 0;
  let firstForeign = 0;
  for (let i = 0, record = start; i < count; i++, record += size) {
    const identifier = bytes[record + at]!;
    if (identifier === value) data[rows++] = record;
    else if (identifier === layout.aux?.value) aux.push(record);
    else if (!layout.marks.includes(identifier) && foreign++ === 0) firstForeign = record;
  }
  if (foreign > 0) {
    const what = `${foreign} of ${count} records are of no known kind (the first begins with ${bytes[firstForeign + at]})`;
    damage("FILE_DAMAGED", what, firstForeign);
  }
  const none = new Int32Array(0);
  return { data: { bytes, at: data.subarray(0, rows), slot: none }, aux: { bytes, at: Int32Array.from(aux), slot: none } };
}

/** Decodes the measured records, ordered by their index. */
function runOf(layout: NdaLayout, data: Records, size: number, damage: Damage, notices: Notice[]): Run & { index: Int32Array } {
  const { fields } = layout;
  const records = inOrder(data, decodeIntegers(data, fields.index!), damage, notices);
  const rows = records.at.length;
  const has = (name: NdaField): boolean => fields[name] !== undefined && fields[name].at + 4 <= size;
  const numbers = (name: NdaField): Float64Array => decodeNumbers(records, fields[name]!);
  const integers = (name: NdaField): Int32Array => decodeIntegers(records, fields[name]!);

  const voltage = numbers("voltage");
  const current = numbers("current");
  const counters = countersOf(layout, has, numbers);
  if (has("range")) applyRanges(integers("range"), [current, ...Object.values(counters)], notices);
  const broken = voltage.findIndex((value, i) => !Number.isFinite(value) || (!has("range") && !Number.isFinite(current[i])));
  if (broken >= 0) damage("FILE_DAMAGED", `row ${broken} holds no number for voltage or current`, records.at[broken]!);

  const stepIndex = integers("stepIndex");
  const stepType = integers("stepType");
  const stored = has("stepTime") ? numbers("stepTime") : undefined;
  const marks = has("stepMark") ? integers("stepMark") : undefined;
  const stepCount = marks ? countSteps(stepIndex.map((index, i) => index * 256 + marks[i]!)) : countSteps(stepIndex, stored);
  const total = has("totalTime") ? numbers("totalTime") : undefined;
  const stepTime = stored ?? stepTimeOf(total!, stepCount);
  if (!has("cycle") && rows > 0) {
    notices.push({
      code: "cycle-derived",
      message: "the file holds no cycle number: it is counted from charging and discharging steps",
      column: "cycle_count",
    });
  }
  if (has("localTime") && rows > 0) notices.push(LOCAL_CLOCK);
  const unixTime = numbers(has("localTime") ? "localTime" : "unixTime");
  const undated = unixTime.findIndex(Number.isNaN);
  if (undated >= 0) damage("FILE_DAMAGED", `row ${undated} holds no date`, records.at[undated]!);
  return {
    rows,
    index: decodeIntegers(records, fields.index!),
    totalTime: total ?? totalTimeOf(stepTime, stepCount),
    voltage,
    current,
    unixTime,
    cycle: has("cycle") ? integers("cycle") : deriveCycles(stepType),
    stepCount,
    stepIndex,
    stepType,
    stepTime,
    ...counters,
    aux: has("temperature") ? temperatureColumn(numbers("temperature"), 1) : [],
  };
}

type Counters = Pick<Run, "capacity" | "energy" | "netCapacity" | "netEnergy">;

/** Charge and discharge apart are added up; a single counter is taken as it is, signed or not. */
function countersOf(layout: NdaLayout, has: (name: NdaField) => boolean, numbers: (name: NdaField) => Float64Array): Counters {
  if (!has("capacity")) {
    return {
      capacity: sum(numbers("chargeCapacity"), numbers("dischargeCapacity")),
      energy: sum(numbers("chargeEnergy"), numbers("dischargeEnergy")),
    };
  }
  const [capacity, energy] = [numbers("capacity"), numbers("energy")];
  return layout.signed ? { netCapacity: capacity, netEnergy: energy } : { capacity, energy };
}

/** Rows by rising index, each index once; index 0 or one out of its row is damage, gaps and repetitions are reported. */
function inOrder(data: Records, index: Int32Array, damage: Damage, notices: Notice[]): Records {
  const order = orderByIndex(index);
  const at = order.map((position) => data.at[position]!);
  const first = order.length > 0 ? index[order[0]!]! : 1;
  const last = order.length > 0 ? index[order.at(-1)!]! : 0;
  for (let i = 1; i + 1 < index.length; i++) {
    if (index[i] !== index[i - 1]! + 1 && index[i + 1] === index[i - 1]! + 2) {
      damage("FILE_DAMAGED", `row ${index[i - 1]} is followed by row ${index[i]}, then by row ${index[i + 1]}`, data.at[i]!);
      break;
    }
  }
  if (first < 1) damage("FILE_DAMAGED", `a row has number ${first}; rows count from 1`, at[0]!);
  if (order.length < index.length) {
    const repeated = index.length - order.length;
    notices.push({ code: "rows-repeated", message: `${repeated} rows repeat the number of another row: the first of them is kept` });
  }
  if (last - first + 1 > order.length) {
    notices.push({ code: "rows-missing", message: `row numbers run from ${first} to ${last}, the file holds ${order.length} of them` });
  }
  return { bytes: data.bytes, at, slot: data.slot };
}

function temperatureColumn(values: Float64Array, channel: number): Column[] {
  if (values.every((value) => value === 0)) return [];
  const vendor = { name: `T${channel}`, unit: "°C", factor: 1 };
  return [{ name: `temperature_t${channel}_celsius`, unit: "°C", values, vendor }];
}

/** Auxiliary channels read at most; each is a column as long as the test. */
const MAX_CHANNELS = 64;

/** Auxiliary records belong to the row with their index; each channel has a voltage and a temperature. */
function auxOf(aux: NonNullable<NdaLayout["aux"]>, records: Records, rowIndex: Int32Array, notices: Notice[]): Column[] {
  const rowAt = new Map<number, number>();
  for (let row = 0; row < rowIndex.length; row++) rowAt.set(rowIndex[row]!, row);
  const channel = decodeIntegers(records, aux.channel);
  const index = decodeIntegers(records, aux.index);
  const channels = [...new Set(channel)].sort((a, b) => a - b);
  if (channels.length > MAX_CHANNELS) {
    notices.push({ code: "aux-unknown", message: `${channels.length} auxiliary channels; the first ${MAX_CHANNELS} are read` });
  }
  const columns: Column[] = [];
  for (const quantity of ["voltage", "temperature"] as const) {
    const stored = decodeNumbers(records, aux[quantity]);
    for (const id of channels.slice(0, MAX_CHANNELS)) {
      const values = new Float64Array(rowIndex.length).fill(Number.NaN);
      let used = false;
      for (let i = 0; i < stored.length; i++) {
        const row = channel[i] === id ? rowAt.get(index[i]!) : undefined;
        if (row === undefined) continue;
        values[row] = stored[i]!;
        used ||= stored[i] !== 0;
      }
      if (!used) continue;
      if (quantity === "temperature") columns.push(...temperatureColumn(values, id));
      else columns.push({ name: `aux${id}_voltage_volt`, unit: "V", values, vendor: { name: `V${id}`, unit: "mV", factor: 1e-3 } });
    }
  }
  return columns;
}
