/**
 * VAMAS Surface Chemical Analysis Standard Data Transfer Format (ISO 14976:1998; Dench, Hazell and Seah, Surf. Interface Anal. 13, 63, 1988).
 *
 * Lines in a fixed order whose number depends on the experiment mode (MAP, MAPDP, MAPSV, MAPSVDP, NORM, SDP, SDPSV, SEM, NOEXP) and the scan mode
 * (REGULAR: start and increment; IRREGULAR: the abscissa is the first variable; MAPPING). Ordinates of several variables are interleaved.
 * 1E+37 stands for "not known".
 *
 * Binding energies: the abscissa counts kinetic energies from the Fermi level, so E_B = hν − E_K without the block's work function, as CasaXPS
 * shows them; both numbers are given, and a user may subtract the work function explicitly.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import { lookup } from "../lookup.ts";
import type { MeasuredSpectrum, SpectraFile, SpectrumAxis } from "./model.ts";
import { countsOf, factsOf, linesOf, readText } from "./text.ts";

export const VAMAS_MARK = "VAMAS Surface Chemical Analysis Standard Data Transfer Format";

const UNKNOWN = 1e36;
const LARGEST_COUNT = 50_000_000;
const MAPS = new Set(["MAP", "MAPDP"]);
const SPUTTER = new Set(["MAPDP", "MAPSVDP", "SDP", "SDPSV"]);
const FIELD_OF_VIEW = new Set(["MAP", "MAPDP", "MAPSV", "MAPSVDP", "SEM"]);
const SOURCES_WITH_ENERGY = new Set(["SIMS", "SNMS", "SIMSENERGYSPEC", "SNMSENERGYSPEC", "FABMS", "FABMSENERGYSPEC", "ISS"]);
const DIFFERENTIAL = "AESDIFF";

/** Lines one after the other, with numbers and counts checked. */
class Lines {
  readonly #lines: readonly string[];
  readonly #file: string;
  #at: number;

  constructor(lines: readonly string[], from: number, file: string) {
    this.#lines = lines;
    this.#at = from;
    this.#file = file;
  }

  text(what: string): string {
    if (this.#at >= this.#lines.length) throw new ThioscopeError("FILE_CUT", `the file ends before ${what}`, this.place());
    return this.#lines[this.#at++]!.trim();
  }

  place(): { file: string; line: number } {
    return { file: this.#file, line: this.#at };
  }

  number(what: string): number {
    const text = this.text(what);
    const value = text === "" ? Number.NaN : Number(text);
    if (!Number.isFinite(value)) throw new ThioscopeError("FILE_DAMAGED", `${what}: "${text.slice(0, 40)}" is not a number`, this.place());
    return value;
  }

  /** null where the file says 1E+37 */
  known(what: string): number | null {
    const value = this.number(what);
    return Math.abs(value) >= UNKNOWN ? null : value;
  }

  count(what: string, most: number): number {
    const value = this.number(what);
    if (!Number.isInteger(value) || value < 0 || value > most)
      throw new ThioscopeError("FILE_DAMAGED", `${what}: ${value} is not a count from 0 to ${most}`, this.place());
    return value;
  }

  left(): number {
    return this.#lines.length - this.#at;
  }
}

/** What stays the same for all blocks. */
interface Experiment {
  mode: string;
  scan: string;
  /** per part of a block: given in this block (true) or as in the first (false) */
  given: readonly boolean[];
  variables: readonly string[];
  upperEntries: number;
  futureExperiment: number;
  futureBlock: number;
  blocks: number;
}

/** @throws ThioscopeError FILE_CUT, FILE_DAMAGED with file and line */
export async function readVamas(source: ByteSource): Promise<SpectraFile> {
  const lines = linesOf(await readText(source));
  const mark = lines.findIndex((line) => line.startsWith(VAMAS_MARK));
  if (mark < 0) throw new ThioscopeError("FILE_FOREIGN", "the file does not begin as a VAMAS file", { file: source.name, line: 1 });
  const input = new Lines(lines, mark + 1, source.name);
  const meta = factsOf([
    ["institution", input.text("the institution")],
    ["instrument", input.text("the instrument")],
    ["operator", input.text("the operator")],
    ["experiment", input.text("the experiment")],
  ]);
  const comments = comment(input);
  const experiment = experimentOf(input);
  const spectra: MeasuredSpectrum[] = [];
  const notices: Notice[] = [];
  const used = new Set<string>();
  let first: Block | null = null;
  for (let k = 0; k < experiment.blocks; k++) {
    if (k > 0 && input.left() === 0)
      throw new ThioscopeError("FILE_CUT", `${experiment.blocks} blocks are announced, the file ends after ${k}`, input.place());
    const block = readBlock(input, experiment, first);
    first ??= block;
    spectra.push(...spectraOf(block, used));
  }
  if (spectra.length === 0) throw new ThioscopeError("FILE_DAMAGED", "the file announces no block of data", input.place());
  const functions = [...new Set(spectra.map((s) => s.workFunctionElectronvolt).filter((w) => w !== undefined && w !== 0))];
  if (functions.length > 0) {
    notices.push({
      code: "work-function-not-subtracted",
      message: `the file states a work function of ${functions.map((w) => `${w} eV`).join(", ")}: binding energies are hν − E_K without it, as the kinetic energies of this format count from the Fermi level`,
    });
  }
  const technique = first?.technique ?? "spectrum";
  return { format: "vamas", technique, meta: { ...meta, ...comments }, notices, spectra };
}

function comment(input: Lines): Record<string, string | number> {
  const count = input.count("the number of comment lines", 1_000_000);
  const facts: [string, string][] = [];
  for (let i = 0; i < count; i++) {
    const line = input.text("a comment");
    const parts = /^([^:=]{1,60})\s*[:=]\s*(.+)$/.exec(line);
    if (parts) facts.push([parts[1]!, parts[2]!]);
  }
  return factsOf(facts);
}

function experimentOf(input: Lines): Experiment {
  const mode = input.text("the experiment mode").toUpperCase();
  const scan = input.text("the scan mode").toUpperCase();
  if (!["REGULAR", "IRREGULAR", "MAPPING"].includes(scan))
    throw new ThioscopeError("FILE_DAMAGED", `the scan mode "${scan.slice(0, 40)}" is none of REGULAR, IRREGULAR, MAPPING`, input.place());
  if (MAPS.has(mode) || ["MAPSV", "MAPSVDP", "NORM", "SDP"].includes(mode)) input.count("the number of spectral regions", 1_000_000);
  if (["MAP", "MAPDP"].includes(mode)) {
    input.count("the number of analysis positions", LARGEST_COUNT);
    input.count("the x coordinates", LARGEST_COUNT);
    input.count("the y coordinates", LARGEST_COUNT);
  }
  const variables: string[] = [];
  const count = input.count("the number of experimental variables", 1000);
  for (let i = 0; i < count; i++) {
    const label = input.text("the label of a variable");
    variables.push(`${label} ${input.text("the unit of a variable")}`.trim());
  }
  // a positive number lists what each block gives; a negative one what it leaves out
  const included = input.number("the number of entries in the inclusion list");
  const given = new Array<boolean>(40).fill(included <= 0);
  for (let i = 0; i < Math.min(40, Math.abs(included)); i++) {
    const entry = input.count("an entry of the inclusion list", 40);
    if (entry > 0) given[entry - 1] = included > 0;
  }
  const manual = input.count("the number of manually entered items", 1_000_000);
  for (let i = 0; i < manual; i++) input.text("a manually entered item");
  const futureExperiment = input.count("the number of future upgrade experiment entries", 1_000_000);
  const futureBlock = input.count("the number of future upgrade block entries", 1_000_000);
  for (let i = 0; i < futureExperiment; i++) input.text("a future upgrade entry");
  const blocks = input.count("the number of blocks", 1_000_000);
  return { mode, scan, given, variables, upperEntries: 0, futureExperiment, futureBlock, blocks };
}

interface Block {
  name: string;
  sample: string;
  date: string;
  facts: Record<string, string | number>;
  variables: readonly number[];
  technique: string;
  sourceLabel: string;
  sourceEnergy: number | null;
  mode: string;
  resolution: number | null;
  workFunction: number | null;
  place: [number | null, number | null];
  species: string;
  transition: string;
  abscissaLabel: string;
  abscissaUnit: string;
  start: number;
  increment: number;
  ordinates: readonly { label: string; unit: string }[];
  signal: string;
  collection: number | null;
  scans: number | null;
  etchTime: number | null;
  columns: readonly Float64Array[];
}

function readBlock(input: Lines, experiment: Experiment, before: Block | null): Block {
  const name = input.text("the block's name");
  const sample = input.text("the sample's name");
  // the inclusion list of the standard names 40 parts; part i is read where it is given, otherwise it is as in the first block
  const take = <T>(part: number, read: () => T, same: T | undefined): T =>
    before === null || experiment.given[part - 1] || same === undefined ? read() : same;
  const dateParts: number[] = [];
  for (let part = 1; part <= 7; part++) dateParts.push(take(part, () => input.known("the date") ?? 0, before === null ? undefined : 0));
  const facts = take(8, () => comment(input), before?.facts);
  const technique = take(9, () => input.text("the technique"), before?.technique);
  const { mode, scan } = experiment;
  if (MAPS.has(mode)) {
    take(10, () => [input.number("x"), input.number("y")], before ? [0, 0] : undefined);
  }
  const variables = take(
    11,
    () => experiment.variables.map((label) => input.number(label || "an experimental variable")),
    before?.variables,
  );
  const sourceLabel = take(12, () => input.text("the source"), before?.sourceLabel);
  const upper = technique.toUpperCase();
  if (SPUTTER.has(mode) || SOURCES_WITH_ENERGY.has(upper)) {
    take(13, () => [input.number("Z of the source"), input.number("atoms"), input.number("charge")], before ? [0] : undefined);
  }
  const sourceEnergy = take(14, () => input.known("the source's energy"), before?.sourceEnergy);
  take(15, () => input.known("the source's strength"), before ? null : undefined);
  take(16, () => [input.number("beam width x"), input.number("beam width y")], before ? [] : undefined);
  if (FIELD_OF_VIEW.has(mode)) take(17, () => [input.number("field of view x"), input.number("field of view y")], before ? [] : undefined);
  if (["MAPSV", "MAPSVDP", "SEM"].includes(mode))
    take(18, () => Array.from({ length: 6 }, () => input.number("linescan")), before ? [] : undefined);
  take(19, () => input.known("the source's polar angle"), before ? null : undefined);
  take(20, () => input.known("the source's azimuth"), before ? null : undefined);
  const analyser = take(21, () => input.text("the analyser's mode"), before?.mode);
  const resolution = take(22, () => input.known("the pass energy"), before?.resolution);
  if (upper === DIFFERENTIAL) take(23, () => input.known("the differential width"), before ? null : undefined);
  take(24, () => input.known("the magnification"), before ? null : undefined);
  const workFunction = take(25, () => input.known("the work function"), before?.workFunction);
  take(26, () => input.known("the target's bias"), before ? null : undefined);
  take(27, () => [input.number("analysis width x"), input.number("analysis width y")], before ? [] : undefined);
  take(28, () => [input.number("take-off angle"), input.number("take-off azimuth")], before ? [] : undefined);
  const species = take(29, () => input.text("the species"), before?.species);
  const transition = take(
    30,
    () => `${input.text("the transition")} ${input.number("the charge of the detected particle")}`,
    before?.transition,
  );
  const axis = {
    label: before?.abscissaLabel ?? "",
    unit: before?.abscissaUnit ?? "",
    start: before?.start ?? 0,
    step: before?.increment ?? 0,
  };
  if (scan === "REGULAR" && (before === null || experiment.given[30])) {
    axis.label = input.text("the abscissa's label");
    axis.unit = input.text("the abscissa's unit");
    axis.start = input.number("the abscissa's start");
    axis.step = input.number("the abscissa's increment");
  }
  const ordinates = take(
    32,
    () => {
      const count = input.count("the number of corresponding variables", 1000);
      return Array.from({ length: count }, () => ({ label: input.text("a variable's label"), unit: input.text("a variable's unit") }));
    },
    before?.ordinates,
  );
  const signal = take(33, () => input.text("the signal mode"), before?.signal);
  const collection = take(34, () => input.known("the collection time"), before?.collection);
  const scans = take(35, () => input.known("the number of scans"), before?.scans);
  take(36, () => input.known("the time correction"), before ? null : undefined);
  let etchTime: number | null = null;
  if (SPUTTER.has(mode) && ["AES", "AESDIFF", "AESDIR", "EDX", "ELS", "UPS", "XPS", "XRF"].includes(upper)) {
    etchTime = take(37, () => Array.from({ length: 7 }, () => input.known("the sputtering source"))[0] ?? null, before ? null : undefined);
  }
  take(38, () => [input.number("tilt"), input.number("tilt azimuth"), input.number("rotation")], before ? [] : undefined);
  take(
    39,
    () => {
      const count = input.count("the number of additional parameters", 100_000);
      for (let i = 0; i < count; i++) {
        const label = input.text("a parameter's label");
        const unit = input.text("a parameter's unit");
        facts[`${label} [${unit}]`.slice(0, 80)] = input.number(label);
      }
      return count;
    },
    before ? 0 : undefined,
  );
  for (let i = 0; i < experiment.futureBlock; i++) input.text("a future upgrade entry");
  const values = input.count("the number of ordinate values", LARGEST_COUNT);
  if (values > input.left())
    throw new ThioscopeError("FILE_CUT", `${values} ordinate values are announced, ${input.left()} lines are left`, input.place());
  for (let i = 0; i < 2 * ordinates.length; i++) input.number("the least or greatest ordinate");
  const width = Math.max(1, ordinates.length);
  if (values % width !== 0)
    throw new ThioscopeError("FILE_DAMAGED", `${values} ordinate values are no multiple of ${width} variables`, input.place());
  const columns = Array.from({ length: width }, () => new Float64Array(values / width));
  for (let i = 0; i < values; i++) columns[i % width]![(i / width) | 0] = input.number("an ordinate value");
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = dateParts;
  const two = (n: number): string => String(n).padStart(2, "0");
  const date = year > 0 ? `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}` : "";
  return {
    name,
    sample,
    date,
    facts,
    variables,
    technique,
    sourceLabel,
    sourceEnergy,
    mode: analyser,
    resolution,
    workFunction,
    place: [null, null],
    species,
    transition,
    abscissaLabel: axis.label,
    abscissaUnit: axis.unit,
    start: axis.start,
    increment: axis.step,
    ordinates,
    signal,
    collection,
    scans,
    etchTime,
    columns,
  };
}

/** The units' words of the standard. */
const UNITS: Readonly<Record<string, string>> = {
  ev: "eV",
  u: "u",
  "u/c": "u",
  s: "s",
  "micro-c": "µC",
  d: "counts",
  "c/s": "counts/s",
  n: "",
};

function spectraOf(block: Block, used: Set<string>): MeasuredSpectrum[] {
  const regular = block.abscissaLabel !== "";
  const [firstColumn, ...rest] = block.columns;
  const count = firstColumn!.length;
  const x = regular ? Float64Array.from({ length: count }, (_, i) => block.start + i * block.increment) : firstColumn!;
  const labels = regular ? block.ordinates : block.ordinates.slice(1);
  const columns = regular ? block.columns : rest;
  const label = regular ? block.abscissaLabel : (block.ordinates[0]?.label ?? "");
  const unit = regular ? block.abscissaUnit : (block.ordinates[0]?.unit ?? "");
  const transmission = columns.find((_, j) => /transmission/i.test(labels[j]?.label ?? ""));
  const signal = columns.find((c) => c !== transmission) ?? new Float64Array(count);
  const at = columns.indexOf(signal);
  // counts summed over scans and dwell are Poisson as they stand; rates are so after multiplication with the time
  const yUnit = lookup(UNITS, (labels[at]?.unit ?? "").toLowerCase()) ?? labels[at]?.unit ?? "";
  const rate = /per second|\/s|cps/i.test(labels[at]?.label ?? "");
  const seconds = (block.collection ?? 0) * (block.scans ?? 1);
  const meta = factsOf([
    ["sample", block.sample],
    ["date", block.date],
    ["technique", block.technique],
    ["source", block.sourceLabel],
    ["analyser mode", block.mode],
    ["pass energy eV", String(block.resolution ?? "")],
    ["species", block.species],
    ["transition", block.transition],
    ["signal mode", block.signal],
    ["dwell s", String(block.collection ?? "")],
    ["scans", String(block.scans ?? "")],
    ["etch time s", String(block.etchTime ?? "")],
  ]);
  let name = block.name || "block";
  for (let n = 2; used.has(name); n++) name = `${block.name || "block"} ${n}`;
  used.add(name);
  return [
    {
      name,
      axis: axisOf(label),
      x,
      xUnit: lookup(UNITS, unit.toLowerCase()) ?? unit,
      y: signal,
      yUnit: rate ? "counts/s" : yUnit,
      ...countsOf(signal, rate ? seconds : yUnit === "counts" ? 1 : 0),
      ...(block.sourceEnergy === null || block.sourceEnergy === 0 ? {} : { excitationElectronvolt: block.sourceEnergy }),
      ...(block.workFunction === null ? {} : { workFunctionElectronvolt: block.workFunction }),
      ...(transmission ? { transmission } : {}),
      ...(block.etchTime === null ? {} : { timeSecond: block.etchTime }),
      meta: { ...meta, ...block.facts },
    },
  ];
}

function axisOf(label: string): SpectrumAxis {
  if (/kinetic/i.test(label)) return "kineticEnergy";
  if (/binding/i.test(label)) return "bindingEnergy";
  if (/mass|m\/z/i.test(label)) return "mass";
  if (/time/i.test(label)) return "timeOfFlight";
  return "unknown";
}
