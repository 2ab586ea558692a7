/**
 * Spectra in columns of text: WITec and JASCO exports with their headers, Scienta's regions, and plain columns with or without a line of names.
 * The axis is taken from the names; where nothing names it, it is unknown, and the methods ask for it.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import type { MeasuredSpectrum, SpectraFile, SpectrumAxis } from "./model.ts";
import { countsOf, factsOf, leadingNumber, linesOf, numberOf, readText } from "./text.ts";

/** Spellings of axes, the more explicit first. */
const AXES: readonly (readonly [pattern: RegExp, axis: SpectrumAxis, unit: string])[] = [
  [/binding|\bBE\b/i, "bindingEnergy", "eV"],
  [/kinetic|\bKE\b/i, "kineticEnergy", "eV"],
  [/raman|shift|rel.*1\/cm/i, "ramanShift", "1/cm"],
  [/m\/z|\bmass\b|\bamu\b|\bDa\b/i, "mass", "u"],
  [/1\/cm|cm-1|cm⁻¹|cm\^-1|wavenumber/i, "wavenumber", "1/cm"],
  [/\bnm\b|nanometer|wavelength/i, "wavelength", "nm"],
  [/time of flight|\btof\b/i, "timeOfFlight", "µs"],
];

export function axisNamed(text: string): { axis: SpectrumAxis; unit: string } {
  const found = AXES.find(([pattern]) => pattern.test(text));
  return found ? { axis: found[1], unit: found[2] } : { axis: "unknown", unit: "" };
}

/** The separator of a line of numbers, and whether commas are decimal. */
function splitter(line: string): { split: (line: string) => string[]; comma: boolean } {
  if (line.includes("\t")) return { split: (l) => l.split("\t"), comma: /\d,\d/.test(line) && !line.includes(".") };
  if (line.includes(";")) return { split: (l) => l.split(";"), comma: /\d,\d/.test(line) };
  if (line.includes(",")) return { split: (l) => l.split(","), comma: false };
  return { split: (l) => l.trim().split(/\s+/), comma: false };
}

interface Columns {
  /** line of the file, from 0, at which the numbers begin */
  from: number;
  /** first line behind the numbers */
  to: number;
  values: readonly Float64Array[];
}

/** The longest run of lines that hold at least two numbers each, the same number of them. */
function numbersOf(lines: readonly string[], first = 0): Columns | null {
  let best: Columns | null = null;
  for (let at = first; at < lines.length; at++) {
    const line = lines[at]!;
    if (!/^[\s+\-.\d]/.test(line) || !/\d/.test(line)) continue;
    const { split, comma } = splitter(line);
    const cells = (text: string): number[] => {
      const words = split(text).map((word) => word.trim());
      while (words.length > 2 && words[words.length - 1] === "") words.pop();
      while (words.length > 2 && words[0] === "") words.shift();
      return words.map((word) => numberOf(word, comma));
    };
    const width = cells(line).length;
    if (width < 2 || !cells(line).every(Number.isFinite)) continue;
    const rows: number[][] = [];
    let to = at;
    for (; to < lines.length; to++) {
      const row = lines[to]!.trim() === "" ? [] : cells(lines[to]!);
      if (row.length !== width || !row.every(Number.isFinite)) break;
      rows.push(row);
    }
    if (rows.length > (best?.values[0]?.length ?? 1)) {
      best = { from: at, to, values: Array.from({ length: width }, (_, j) => Float64Array.from(rows, (row) => row[j]!)) };
    }
    at = to;
  }
  return best;
}

/** Characters of a name beside the numbers. */
const LONGEST_NAME = 60;

/** Facts in front of and behind the numbers: "NAME = value", "NAME<tab>value", "NAME: value". */
function factsAround(lines: readonly string[], from: number, to: number): [string, string][] {
  const entries: [string, string][] = [];
  for (const line of [...lines.slice(Math.max(0, from - 200), from), ...lines.slice(to, to + 60)]) {
    const text = line.replace(/^#/, "").trimStart();
    const at = text.search(/[\t=:]/);
    const name = text.slice(0, at).trim();
    const value = text.slice(at + 1).trimStart();
    if (at > 0 && name !== "" && name.length <= LONGEST_NAME && value !== "") entries.push([name, value]);
  }
  return entries;
}

/** @throws ThioscopeError FILE_FOREIGN where the text holds no columns of numbers */
export async function readColumns(source: ByteSource): Promise<SpectraFile> {
  const lines = linesOf(await readText(source));
  const found = numbersOf(lines);
  if (!found || found.values[0]!.length < 3)
    throw new ThioscopeError("FILE_FOREIGN", "the text holds no run of lines with two or more numbers each", { file: source.name });
  const entries = factsAround(lines, found.from, found.to);
  const fact = (name: string): string | undefined => entries.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
  const headerLine = lines[found.from - 1] ?? "";
  const before = lines[found.from - 2] ?? "";
  const witec = lines.some((line) => line.trim() === "[Header]") && fact("XAxisUnit") !== undefined;
  const jasco = fact("XUNITS") !== undefined;
  const names = witec || !jasco ? splitter(headerLine === "" ? "x y" : headerLine).split(witec ? before : headerLine) : [];
  const said = witec ? (fact("XAxisUnit") ?? "") : jasco ? `${fact("DATA TYPE") ?? ""} ${fact("XUNITS") ?? ""}` : (names[0] ?? "");
  const { axis, unit } = axisNamed(said);
  const laser = leadingNumber(fact("Laser wavelength") ?? fact("ExcitationWavelength") ?? fact("Excitation wavelength"));
  const [x, ...columns] = found.values;
  const notices: Notice[] = [];
  if (axis === "unknown")
    notices.push({ code: "axis-unnamed", message: "nothing in the file says what its first column is: name it where a method needs it" });
  const skipped = lines.slice(found.to).filter((line) => /^\s*[+-]?[\d.]+[\s,;]+[+-]?[\d.]+\s*$/.test(line)).length;
  if (skipped > 0)
    notices.push({ code: "rows-skipped", message: `${skipped} lines of numbers behind row ${found.to} stand apart and are not read` });
  const yUnit = witec ? (fact("DataUnit") ?? "") : "";
  // photoelectrons and ions are counted: whole numbers are taken as counts
  const energy = ["bindingEnergy", "kineticEnergy", "mass", "timeOfFlight"].includes(axis);
  const used = new Set<string>();
  const spectra = columns.map((y, j): MeasuredSpectrum => {
    const said = names[j + 1]?.trim() ?? "";
    let name = said === "" || Number.isFinite(Number(said)) ? (columns.length === 1 ? source.name : `column ${j + 2}`) : said;
    for (let n = 2; used.has(name); n++) name = `${said || "column"} ${n}`;
    used.add(name);
    return {
      name,
      axis,
      x: x!,
      xUnit: unit,
      y,
      yUnit: /cts|counts/i.test(yUnit) ? "counts" : yUnit,
      ...countsOf(y, /cts|counts/i.test(yUnit) || energy ? 1 : 0),
      ...(laser ? { laserNanometre: laser } : {}),
      meta: {},
    };
  });
  const technique =
    witec || jasco || axis === "ramanShift" ? "Raman" : axis === "bindingEnergy" || axis === "kineticEnergy" ? "XPS" : "spectrum";
  return {
    format: witec ? "witec-text" : jasco ? "jasco-text" : "columns",
    technique: axis === "mass" || axis === "timeOfFlight" ? "ToF-SIMS" : technique,
    meta: factsOf(entries),
    notices,
    spectra,
  };
}

/** @throws ThioscopeError FILE_CUT, FILE_DAMAGED */
export async function readScienta(source: ByteSource): Promise<SpectraFile> {
  const lines = linesOf(await readText(source));
  const sections = new Map<string, { facts: [string, string][]; from: number }>();
  let section = "";
  for (const [row, line] of lines.entries()) {
    const head = /^\[(.+)\]$/.exec(line.trim());
    if (head) {
      section = head[1]!;
      sections.set(section, { facts: [], from: row + 1 });
      continue;
    }
    const entry = /^([^=]+)=(.*)$/.exec(line);
    if (entry) sections.get(section)?.facts.push([entry[1]!.trim(), entry[2]!.trim()]);
  }
  const count = Number(sections.get("Info")?.facts.find(([key]) => key === "Number of Regions")?.[1] ?? 1);
  const spectra: MeasuredSpectrum[] = [];
  for (let k = 1; k <= count && k < 10_000; k++) {
    const data = sections.get(`Data ${k}`);
    if (!data)
      throw new ThioscopeError("FILE_CUT", `${count} regions are announced, the data of region ${k} are missing`, { file: source.name });
    const facts = new Map([...(sections.get(`Region ${k}`)?.facts ?? []), ...(sections.get(`Info ${k}`)?.facts ?? [])]);
    const values = numbersOf(lines, data.from)?.values;
    const size = Number(facts.get("Dimension 1 size"));
    if (!values || (size > 0 && values[0]!.length !== size)) {
      throw new ThioscopeError("FILE_CUT", `region ${k}: ${size} rows are announced, ${values?.[0]?.length ?? 0} are there`, {
        file: source.name,
        line: data.from,
      });
    }
    const { axis } = axisNamed(facts.get("Dimension 1 name") ?? "");
    const excitation = Number(facts.get("Excitation Energy"));
    // one column per slice of the detector: their sum is the spectrum of the region
    const y = new Float64Array(values[0]!.length);
    for (const column of values.slice(1)) for (let i = 0; i < y.length; i++) y[i] = y[i]! + column[i]!;
    const name = facts.get("Region Name") ?? `region ${k}`;
    facts.delete("Dimension 1 scale");
    spectra.push({
      name: spectra.some((s) => s.name === name) ? `${name} ${k}` : name,
      axis,
      x: values[0]!,
      xUnit: "eV",
      y,
      yUnit: "",
      ...(excitation > 0 ? { excitationElectronvolt: excitation } : {}),
      meta: factsOf(facts),
    });
  }
  return { format: "scienta-text", technique: "XPS", meta: factsOf(sections.get("Info")?.facts ?? []), notices: [], spectra };
}
