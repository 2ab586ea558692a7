/** The block of lines before the column names of an .mpt: a table of labels and what they mean. */

import { lookup } from "../lookup.ts";
import { techniqueOfTitle } from "./techniques.ts";

export interface MptHeader {
  technique: string;
  facts: Record<string, string | number>;
  /** seconds since 1970 of the PC's own clock, time zone unknown */
  start?: number;
}

type Meaning =
  | { key: string; kind: "text" }
  | { key: string; kind: "number" }
  | { key: string; kind: "quantity"; units: Readonly<Record<string, number>> };

const MILLIGRAM = { µg: 1e-3, mg: 1, g: 1e3, kg: 1e6 };
const MILLIAMPERE_HOUR = { "nA.h": 1e-6, "µA.h": 1e-3, "mA.h": 1, "A.h": 1e3 };
const SQUARE_CENTIMETRE = { "µm²": 1e-8, "mm²": 1e-2, "cm²": 1, "m²": 1e4 };

/** Keys are those of the .mpr's settings. */
const LABELS: Readonly<Record<string, Meaning>> = {
  User: { key: "user", kind: "text" },
  File: { key: "file", kind: "text" },
  Comments: { key: "comments", kind: "text" },
  "Electrode material": { key: "electrodeMaterial", kind: "text" },
  "Initial state": { key: "initialState", kind: "text" },
  Electrolyte: { key: "electrolyte", kind: "text" },
  "Reference electrode": { key: "referenceElectrode", kind: "text" },
  "Electrode connection": { key: "electrodeConnection", kind: "text" },
  "Potential control": { key: "potentialControl", kind: "text" },
  "Cycle Definition": { key: "cycleDefinition", kind: "text" },
  "Mass of active material": { key: "activeMassMilligram", kind: "quantity", units: MILLIGRAM },
  "at x": { key: "massGivenAtX", kind: "number" },
  "Molecular weight of active material (at x = 0)": { key: "molecularWeightGramPerMol", kind: "quantity", units: { "g/mol": 1 } },
  "Atomic weight of intercalated ion": { key: "atomicWeightOfIonGramPerMol", kind: "quantity", units: { "g/mol": 1 } },
  "Acquisition started at : xo": { key: "initialX", kind: "number" },
  "Number of e- transfered per intercalated ion": { key: "electronsPerIon", kind: "number" },
  "Battery capacity": { key: "batteryCapacityMilliampereHour", kind: "quantity", units: MILLIAMPERE_HOUR },
  "Electrode surface area": { key: "electrodeAreaSquareCentimetre", kind: "quantity", units: SQUARE_CENTIMETRE },
  "Characteristic mass": { key: "characteristicMassMilligram", kind: "quantity", units: MILLIGRAM },
};

/** "8 (SN 21637)", "VMP3 (SN 0858)" */
const WITH_SERIAL: Readonly<Record<string, readonly [string, string]>> = {
  "Run on channel": ["channel", "channelSerial"],
  Device: ["device", "deviceSerial"],
};
const VERSION_LINES: readonly (readonly [RegExp, string])[] = [
  [/^(?:EC|BT)-Lab for windows v(\S+)/i, "softwareVersion"],
  [/^Internet server v(\S+)/i, "serverVersion"],
  [/^Command interpretor v(\S+)/i, "interpreterVersion"],
];

/** @param lines all lines before the line of column names */
export function readMptHeader(lines: readonly string[]): MptHeader {
  const facts: Record<string, string | number> = {};
  const header: MptHeader = { technique: "unknown", facts };
  const title = lines[3]?.trim();
  if (title) {
    header.technique = techniqueOfTitle(title);
    facts.techniqueTitle = title;
  }
  for (const line of lines.slice(4)) {
    const text = line.trim();
    for (const [pattern, key] of VERSION_LINES) {
      const version = pattern.exec(text)?.[1];
      if (version) facts[key] = version;
    }
    const colon = text.startsWith("Acquisition started at") ? text.indexOf("=") : firstOf(text, " :", " =");
    if (colon < 0) continue;
    const label = text.slice(0, colon).trim();
    const value = text
      .slice(colon)
      .replace(/^ ?[:=]/, "")
      .trim();
    if (label === "Acquisition started on") addStart(header, value);
    else addFact(facts, label, value);
  }
  return header;
}

const firstOf = (text: string, ...marks: string[]): number => {
  const found = marks.map((mark) => text.indexOf(mark)).filter((at) => at > 0);
  // "at x = 0.000" has no colon; "Molecular weight … (at x = 0) : …" has both
  return text.includes(" : ") ? text.indexOf(" : ") : found.length > 0 ? Math.min(...found) : -1;
};

function addFact(facts: Record<string, string | number>, label: string, value: string): void {
  const serial = lookup(WITH_SERIAL, label);
  if (serial) {
    const [, what, number] = /^(.*?)\s*(?:\(SN (\w+)\))?$/.exec(value) ?? [];
    if (what) facts[serial[0]] = /^\d+$/.test(what) ? Number(what) : what;
    if (number) facts[serial[1]] = number;
    return;
  }
  const meaning = Object.hasOwn(LABELS, label) ? LABELS[label] : undefined;
  if (!meaning || value === "") return;
  const { key } = meaning;
  if (meaning.kind === "text") {
    // comments may run over several lines, each with the label
    facts[key] = key === "comments" && typeof facts[key] === "string" ? `${facts[key]}\n${value}` : value;
    return;
  }
  const [, digits, unit = ""] = /^([-+]?[\d.,]+(?:[eE][-+]?\d+)?)\s*(\S*)$/.exec(value) ?? [];
  const number = Number(digits?.replace(",", ".") ?? Number.NaN);
  const factor = meaning.kind === "number" ? 1 : meaning.units[unit.replace(/[^ -~²]+/g, "µ")];
  if (Number.isFinite(number) && factor !== undefined) facts[key] = number * factor;
}

function addStart(header: MptHeader, value: string): void {
  const start = secondsOfDate(value);
  if (start === undefined) return;
  header.start = start;
  header.facts.start = new Date(start * 1000).toISOString().slice(0, -1);
}

/**
 * "05/28/2025 14:23:16.145" (month first, unless that cannot be), "2025/05/28 …", "28.05.2025 …" to seconds
 * since 1970, taking the clock as UTC; undefined if it is no date.
 */
export function secondsOfDate(text: string): number | undefined {
  const match = /^(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4})[ T]+(\d{1,2}):(\d{2}):(\d{2}(?:[.,]\d+)?)\s*([AaPp][Mm])?$/.exec(text.trim());
  if (!match) return undefined;
  const [, a, separator, b, c, hour, minute, second, half] = match as unknown as string[];
  let [year, month, day] = [Number(c), Number(a), Number(b)];
  if (a!.length === 4) [year, month, day] = [Number(a), Number(b), Number(c)];
  else if (separator === "." || month > 12) [month, day] = [day, month];
  if (year < 100) year += 2000;
  let hours = Number(hour);
  if (half) hours = (hours % 12) + (half.toLowerCase() === "pm" ? 12 : 0);
  const seconds = Number(second!.replace(",", "."));
  if (month < 1 || month > 12 || day < 1 || day > 31 || hours > 24 || Number(minute) > 59) return undefined;
  return Date.UTC(year, month - 1, day, hours, Number(minute)) / 1000 + seconds;
}
