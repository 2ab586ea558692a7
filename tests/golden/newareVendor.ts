/**
 * What the vendor's own software printed (BTSDA exports, condensed to rows, minimum, maximum, mean, first and
 * last value per column in `btsda-truth.json`), and our values as that software would have printed them.
 *
 * The exports hold printed digits: every value of ours is rounded as the vendor rounds, then all five figures
 * must be equal. Current, voltage, capacity and energy were kept as 32-bit floats, so that last rounding is
 * applied too; figures in the file have 10 digits.
 */
import { existsSync, readFileSync } from "node:fs";
import { type Column, getColumn } from "@thioscope/core";
import type { CyclingFile } from "@thioscope/formats";
import { dataFile } from "../data.ts";

interface Figures {
  min: number;
  max: number;
  mean: number;
}

export interface Truth {
  rows: number;
  stepTypes?: Record<string, number>;
  first?: Record<string, number | string>;
  last?: Record<string, number | string>;
  [column: string]: Figures | unknown;
}

export function vendorTruth(): Record<string, Truth> {
  return JSON.parse(readFileSync(dataFile("echem/btsda-truth.json"), "utf8")) as Record<string, Truth>;
}

/** The file a truth entry speaks of. */
export function fileOf(entry: string): string {
  return [".nda", ".ndax"].map((ending) => `${entry}${ending}`).find((name) => existsSync(dataFile(`echem/${name}`))) ?? `${entry}.ndax`;
}

type Print = (value: number) => number;

const decimals =
  (n: number): Print =>
  (value) =>
    Number(value.toFixed(n));
/** six places with the integer digits (at least one), in a unit `factor` times the one of the export */
const sixPlaces =
  (factor: number): Print =>
  (value) => {
    const inUnit = Math.fround(value / factor);
    const integerDigits = Math.max(1, Math.trunc(Math.abs(inUnit)).toString().length);
    return Number(inUnit.toFixed(6 - integerDigits)) * factor;
  };
const exact: Print = (value) => value;

/** BTSDA of BTS 9.0 prints ms and µs as two fields; the export's conversion took a µs for 10 ns. */
const splitMicroseconds: Print = (second) => {
  const micro = Math.round(second * 1e6);
  return Math.floor(micro / 1000) / 1000 + (micro % 1000) * 1e-8;
};

interface VendorColumn {
  header: string;
  names: readonly string[];
  /** value in the export = value here × factor */
  factor: number;
  single: boolean;
  print: Print;
}

const VENDOR_COLUMNS: readonly VendorColumn[] = [
  { header: "Cycle Index", names: ["cycle_count"], factor: 1, single: false, print: exact },
  { header: "Step Index", names: ["step_id"], factor: 1, single: false, print: exact },
  { header: "Step Count", names: ["step_count"], factor: 1, single: false, print: exact },
  { header: "Time", names: ["step_time_second"], factor: 1, single: false, print: decimals(3) },
  { header: "Total Time", names: ["test_time_second"], factor: 1, single: false, print: decimals(3) },
  { header: "Current(uA)", names: ["current_ampere"], factor: 1e6, single: true, print: decimals(0) },
  { header: "Voltage(mV)", names: ["voltage_volt"], factor: 1e3, single: true, print: decimals(1) },
  {
    header: "Capacity(mAs)",
    names: ["step_cumulative_capacity_ah", "step_net_capacity_ah"],
    factor: 3.6e6,
    single: true,
    print: decimals(0),
  },
  { header: "Energy(mWs)", names: ["step_cumulative_energy_wh", "step_net_energy_wh"], factor: 3.6e6, single: true, print: decimals(4) },
];

/** Digits depend on the channel's range and on the version of BTSDA. */
const PRINTS: Readonly<Record<string, Readonly<Record<string, Print>>>> = {
  test_2: { "Capacity(mAs)": decimals(5) },
  "nw4-120-1-6-53": { "Capacity(mAs)": decimals(5) },
  TestFile: { "Current(uA)": decimals(1) },
  new_nda_file: { "Current(uA)": decimals(1), "Capacity(mAs)": decimals(1) },
  nda_v8: { "Capacity(mAs)": decimals(1) },
  "2-1-6_61_07005012": {
    Time: splitMicroseconds,
    "Total Time": splitMicroseconds,
    "Current(uA)": sixPlaces(1e3),
    "Voltage(mV)": sixPlaces(1e3),
    "Capacity(mAs)": sixPlaces(3.6e3),
    // that version prints energy without its sign
    "Energy(mWs)": (value) => Math.abs(sixPlaces(3.6e3)(value)),
  },
};

/** Step types as BTSDA prints them; its versions differ in one letter and in underscores. */
export const vendorWord = (word: string): string => word.replaceAll("_", " ");

export interface Compared {
  file: string;
  column: string;
  rows: number;
  /** figures compared: minimum, maximum, mean, first, last */
  compared: number;
  /** largest |our value − printed value| over these, before and after printing ours as the vendor does */
  difference: number;
  printedDifference: number;
  /** what the 10 digits of the reference leave open */
  tolerance: number;
}

const figuresOf = (values: Float64Array): number[] => {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let total = 0;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
    total += value;
  }
  return [min, max, total / values.length, values[0]!, values.at(-1)!];
};

/** Every column of the export that has figures. */
export function compareWithVendor(entry: string, truth: Truth, file: CyclingFile): Compared[] {
  const out: Compared[] = [];
  for (const { header, names, factor, single, print: usual } of VENDOR_COLUMNS) {
    const reference = truth[header] as Figures | undefined;
    if (!reference) continue;
    const column = file.columns.find(({ name }) => names.includes(name));
    if (!column) throw new Error(`${entry} has no ${names.join(" or ")}`);
    const print = PRINTS[entry]?.[header] ?? usual;
    const own = Float64Array.from(column.values, (value) => value * factor);
    const printed = own.map((value) => (single ? Math.fround(print(value)) : print(value)));
    const printedSign = own.map((value, i) => (printed[i]! < 0 === value < 0 ? value : -value));
    const wanted = [reference.min, reference.max, reference.mean, Number(truth.first?.[header]), Number(truth.last?.[header])];
    const largest = (figures: number[]): number => Math.max(...figures.map((value, i) => Math.abs(value - wanted[i]!)));
    out.push({
      file: fileOf(entry),
      column: header,
      rows: file.rows,
      compared: wanted.length,
      difference: largest(figuresOf(printedSign)),
      printedDifference: largest(figuresOf(printed)),
      tolerance: Math.max(1e-9, ...wanted.map((value) => 10 ** (Math.floor(Math.log10(Math.abs(value) || 1e-9)) - 9))),
    });
  }
  return out;
}

const CSV_COLUMNS: Readonly<Record<string, string>> = {
  Time: "step_time_second",
  "Total Time": "test_time_second",
  "Cycle Index": "cycle_count",
  "Step Index": "step_id",
};
const CSV_VALUES: Readonly<Record<string, { name: string; factor: number; decimals: number }>> = {
  "Current(A)": { name: "current_ampere", factor: 1e6, decimals: 0 },
  "Voltage(mV)": { name: "voltage_volt", factor: 1e3, decimals: 1 },
  "Capacity(mAs)": { name: "step_cumulative_capacity_ah", factor: 3.6e6, decimals: 0 },
  "Energy(mWs)": { name: "step_cumulative_energy_wh", factor: 3.6e6, decimals: 4 },
};

/** hh:mm:ss.mmm → s */
const seconds = (clock: string): number => {
  const [h, m, s] = clock.split(":").map(Number);
  return h! * 3600 + m! * 60 + s!;
};

/** `interp-test.csv`, BTSDA's export row by row: every cell of the columns that we have. */
export function compareCells(file: CyclingFile): Compared[] {
  const lines = readFileSync(dataFile("echem/interp-test.csv"), "latin1").trim().split(/\r?\n/);
  // the header's µ is written in the machine's code page
  const header = lines[0]!.split(",").map((name) => name.replace(/Current\(.*A\)/, "Current(A)"));
  const cells = lines.slice(1).map((line) => line.split(","));
  const column = (name: string): Column => getColumn(file, name);
  const out: Compared[] = [];
  const compare = (title: string, difference: (row: number, cell: string) => [number, number]): void => {
    const at = header.indexOf(title);
    if (at < 0) throw new Error(`interp-test.csv has no ${title}; it has ${header.join(", ")}`);
    const differences = cells.map((cell, row) => difference(row, cell[at]!));
    out.push({
      file: "interp-test.ndax (cells)",
      column: title,
      rows: cells.length,
      compared: cells.length,
      difference: Math.max(...differences.map(([own]) => own)),
      printedDifference: Math.max(...differences.map(([, printed]) => printed)),
      tolerance: 1e-9,
    });
  };
  for (const [title, name] of Object.entries(CSV_COLUMNS)) {
    compare(title, (row, cell) => {
      const own = column(name).values[row]!;
      const wanted = cell.includes(":") ? seconds(cell) : Number(cell);
      return [Math.abs(own - wanted), Math.abs(Number(own.toFixed(3)) - wanted)];
    });
  }
  for (const [title, { name, factor, decimals: digits }] of Object.entries(CSV_VALUES)) {
    compare(title, (row, cell) => {
      const own = column(name).values[row]! * factor;
      return [Math.abs(own - Number(cell)), Math.abs(Number(own.toFixed(digits)) - Number(cell))];
    });
  }
  compare("Step Type", (row, text) => {
    const type = column("step_type");
    return type.labels?.[type.values[row]!] === vendorWord(text) ? [0, 0] : [1, 1];
  });
  // the export prints local time: the first row sets the zone
  const unix = column("unix_time_second").values;
  const dates = cells.map((cell) => Date.parse(`${cell[header.indexOf("Date")]!.replace(" ", "T")}Z`) / 1000);
  compare("Date", (row) => {
    const own = unix[row]! - unix[0]!;
    const wanted = dates[row]! - dates[0]!;
    return [Math.abs(own - wanted), Math.abs(Math.round(own * 1000) - Math.round(wanted * 1000)) / 1000];
  });
  return out;
}
