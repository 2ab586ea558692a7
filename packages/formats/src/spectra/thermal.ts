/**
 * Thermobalances and calorimeters as text: NETZSCH Proteus (#KEY:value, ##columns), PerkinElmer Pyris (tab-separated, steps of the programme as
 * lines between the rows), and plain columns whose names say temperature and mass or heat flow.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import { lookup } from "../lookup.ts";
import type { ThermalRun } from "./model.ts";
import { factsOf, leadingNumber, linesOf, numberOf, readText } from "./text.ts";

export const looksLikeNetzsch = (text: string): boolean => /^\uFEFF?(ï»¿)?#EXPORTTYPE:/.test(text) || /^#FORMAT:\s*NETZSCH/m.test(text);
export const looksLikePyris = (text: string): boolean => /^Filename:\t/.test(text) && /Pyris/.test(text);

type Role = "temperature" | "time" | "mass" | "heatFlow";

/** Names of columns with what they hold; brackets and slashes are dropped before. */
const ROLES: readonly (readonly [pattern: RegExp, role: Role])[] = [
  [/^(sample )?temp/i, "temperature"],
  [/^(cell |furnace )?t(s|r)?$/i, "temperature"],
  [/^time|^t$/i, "time"],
  [/^(mass|weight|tg\b|unsubtracted weight)/i, "mass"],
  [/^(dsc|heat ?flow)/i, "heatFlow"],
];
const TIME: Readonly<Record<string, number>> = { s: 1, sec: 1, min: 60, h: 3600 };
/** to W/g; per mg of sample and without mass are told apart by the slash */
const HEAT: Readonly<Record<string, number>> = { "mw/mg": 1, "w/g": 1, "µv/mg": Number.NaN, mw: 1e-3, w: 1 };

interface Named {
  role: Role;
  unit: string;
  column: number;
}

function namedColumns(names: readonly string[]): Named[] {
  const found: Named[] = [];
  for (const [column, text] of names.entries()) {
    const parts = /^(.*?)\s*[/([]\s*([^\])]*)[\])]?\s*$/.exec(text.trim()) ?? [text, text.trim(), ""];
    const role = ROLES.find(([pattern]) => pattern.test(parts[1]!.trim()))?.[1];
    if (role && !found.some((f) => f.role === role)) found.push({ role, unit: (parts[2] ?? "").trim().toLowerCase(), column });
  }
  return found;
}

/** @throws ThioscopeError COLUMN_MISSING, FILE_DAMAGED, FORMAT_VERSION */
export async function readNetzsch(source: ByteSource): Promise<ThermalRun> {
  const lines = linesOf(await readText(source));
  const facts = new Map<string, string>();
  let header = -1;
  for (const [row, line] of lines.entries()) {
    if (line.startsWith("##")) {
      header = row;
      break;
    }
    const entry = /^#([^:]+):(.*)$/.exec(line);
    if (entry) facts.set(entry[1]!.trim(), entry[2]!.trim());
  }
  if (header < 0) throw new ThioscopeError("FILE_DAMAGED", "the line of columns (##Temp. …) is missing", { file: source.name });
  const separator = { SEMICOLON: ";", COMMA: ",", TAB: "\t", TABULATOR: "\t" }[facts.get("SEPARATOR") ?? "SEMICOLON"] ?? ";";
  const comma = facts.get("DECIMAL") === "COMMA";
  const mass = leadingNumber(facts.get("SAMPLE MASS /mg"));
  const run = tableRun(lines.slice(header + 1), lines[header]!.slice(2).split(separator), separator, comma, mass, source.name, header + 2);
  const segment = facts.get("SEGMENT") ?? "";
  return {
    ...run,
    format: "netzsch-text",
    technique: facts.get("MTYPE") ?? "TG",
    segments: [{ name: facts.get(`SEG. ${/\d+/.exec(segment)?.[0] ?? 1}`) ?? segment, first: 0, last: run.temperatureCelsius.length - 1 }],
    exothermicUp: null,
    meta: factsOf(facts),
  };
}

type Columns = Omit<ThermalRun, "format" | "technique" | "segments" | "exothermicUp" | "meta">;

function tableRun(
  lines: readonly string[],
  names: readonly string[],
  separator: string,
  comma: boolean,
  sampleMass: number | null,
  file: string,
  line: number,
): Columns {
  const named = namedColumns(names);
  const rows: number[][] = [];
  const notices: Notice[] = [];
  for (const [k, text] of lines.entries()) {
    if (text.trim() === "") continue;
    const row = text.split(separator).map((word) => numberOf(word, comma));
    if (named.some(({ column }) => !Number.isFinite(row[column]))) {
      if (rows.length > 0)
        throw new ThioscopeError("FILE_DAMAGED", `"${text.slice(0, 60)}" is no row of numbers`, { file, line: line + k });
      continue;
    }
    rows.push(row);
  }
  const column = (role: Role): { values: Float64Array; unit: string } | null => {
    const found = named.find((n) => n.role === role);
    return found ? { values: Float64Array.from(rows, (row) => row[found.column]!), unit: found.unit } : null;
  };
  const temperature = column("temperature");
  const mass = column("mass");
  const heat = column("heatFlow");
  if (!temperature || rows.length < 2)
    throw new ThioscopeError(
      "COLUMN_MISSING",
      `no temperature among the columns ${names
        .map((n) => n.trim())
        .join(", ")
        .slice(0, 200)}`,
      { file },
    );
  if (!mass && !heat) throw new ThioscopeError("COLUMN_MISSING", "neither mass nor heat flow among the columns", { file });
  const time = column("time");
  const kelvin = temperature.unit === "k";
  const heatFactor = heat ? lookup(HEAT, heat.unit.replace(/^\(|\)$/g, "")) : undefined;
  const perMass = heat?.unit.includes("/") ?? false;
  const toWattPerGram =
    heatFactor === undefined ? Number.NaN : perMass ? heatFactor : sampleMass === null ? Number.NaN : heatFactor / (sampleMass * 1e-3);
  if (heat && Number.isNaN(toWattPerGram))
    notices.push({ code: "column-unknown", message: `heat flow in "${heat.unit}" cannot be turned into W/g`, column: "heat flow" });
  return {
    sampleMassMilligram: sampleMass,
    temperatureCelsius: kelvin ? temperature.values.map((t) => t - 273.15) : temperature.values,
    timeSecond: time ? time.values.map((t) => t * (lookup(TIME, time.unit) ?? 60)) : null,
    massPercent: mass ? percentOf(mass.values, mass.unit, sampleMass, notices) : null,
    heatFlowWattPerGram: heat && !Number.isNaN(toWattPerGram) ? heat.values.map((v) => v * toWattPerGram) : null,
    notices,
  };
}

function percentOf(values: Float64Array, unit: string, sampleMass: number | null, notices: Notice[]): Float64Array {
  if (unit === "%" || unit === "") return values;
  const start = sampleMass ?? values[0]!;
  if (sampleMass === null) notices.push({ code: "mass-of-first-row", message: "the file states no sample mass: the first row is 100 %" });
  return values.map((v) => (100 * v) / start);
}

/** @throws ThioscopeError COLUMN_MISSING, FILE_DAMAGED */
export async function readPyris(source: ByteSource): Promise<ThermalRun> {
  const lines = linesOf(await readText(source));
  const facts: [string, string][] = [];
  const time: number[] = [];
  const temperature: number[] = [];
  const weight: number[] = [];
  const heat: number[] = [];
  const segments: { name: string; first: number; last: number }[] = [];
  let step: string | null = null;
  let first: string[] = [];
  let columns: Record<string, number> | null = null;
  let name = "";
  for (const line of lines) {
    const head = /^(\d+\)\s+(?:TGA|DSC|STA)\b.*)$/.exec(line.trim());
    if (head) {
      if (step !== null && segments.length > 0) segments[segments.length - 1]!.last = time.length - 1;
      step = head[1]!;
      segments.push({ name: step, first: time.length, last: time.length });
    } else if (step === null) {
      const entry = /^([^\t:]{1,60}):\s*(.*)$/.exec(line);
      if (entry) facts.push([entry[1]!, entry[2]!]);
    } else if (/^\tTime\b/.test(line)) first = line.split("\t");
    else if (first.length > 0 && columns === null) {
      // two lines of names, one above the other
      const second = line.split("\t");
      columns = {};
      for (const [j, word] of first.entries()) {
        name = `${word.trim()} ${(second[j] ?? "").trim()}`.trim();
        columns[name] ??= j;
      }
    } else if (columns !== null && /^\t\s*[\d.+-]/.test(line)) {
      const row = line.split("\t").map((word) => numberOf(word));
      const at = (key: string): number => (columns![key] === undefined ? Number.NaN : row[columns![key]!]!);
      const [t, m, q] = [at("Sample Temperature"), at("Unsubtracted Weight"), at("Unsubtracted Heat Flow")];
      if (!Number.isFinite(t) || !Number.isFinite(at("Time"))) continue;
      time.push(60 * at("Time"));
      temperature.push(t);
      weight.push(m);
      heat.push(q);
    } else if (time.length > 0 && line.trim() !== "") break;
  }
  if (segments.length > 0) segments[segments.length - 1]!.last = time.length - 1;
  if (columns === null || time.length < 2)
    throw new ThioscopeError("FILE_DAMAGED", "the file holds no rows of Time and Sample Temperature", { file: source.name });
  const sampleMass = leadingNumber(facts.find(([key]) => key === "Sample Weight")?.[1]);
  const notices: Notice[] = [];
  const hasMass = weight.every(Number.isFinite);
  const hasHeat = heat.every(Number.isFinite);
  if (!hasMass && !hasHeat)
    throw new ThioscopeError(
      "COLUMN_MISSING",
      `neither Unsubtracted Weight nor Heat Flow among ${Object.keys(columns).join(", ").slice(0, 200)}`,
      { file: source.name },
    );
  return {
    format: "perkinelmer-text",
    technique: hasMass ? "TG" : "DSC",
    sampleMassMilligram: sampleMass,
    temperatureCelsius: Float64Array.from(temperature),
    timeSecond: Float64Array.from(time),
    massPercent: hasMass ? percentOf(Float64Array.from(weight), "mg", sampleMass, notices) : null,
    heatFlowWattPerGram: hasHeat && sampleMass ? Float64Array.from(heat, (v) => v / sampleMass) : null,
    exothermicUp: hasHeat ? false : null,
    segments: segments.filter((s) => s.last > s.first),
    meta: factsOf(facts),
    notices,
  };
}

/** Columns of text whose names say temperature with mass or heat flow. */
export async function readThermalColumns(source: ByteSource): Promise<ThermalRun> {
  const lines = linesOf(await readText(source));
  const row = lines.findIndex((line) => headerOf(line) !== null);
  const header = row < 0 ? null : headerOf(lines[row]!);
  if (!header)
    throw new ThioscopeError("COLUMN_MISSING", "no line names a column of temperature beside mass or heat flow", { file: source.name });
  const facts = lines.slice(0, row).flatMap((line): [string, string][] => {
    const entry = /^#?\s*([^:=\t]{1,60})\s*[:=\t]\s*(.+)$/.exec(line);
    return entry ? [[entry[1]!, entry[2]!]] : [];
  });
  const mass = leadingNumber(facts.find(([key]) => /sample (mass|weight)/i.test(key))?.[1]);
  const comma = header.separator !== "," && /\d,\d/.test(lines[row + 1] ?? "");
  const run = tableRun(lines.slice(row + 1), header.names, header.separator, comma, mass, source.name, row + 2);
  const exothermic = facts.find(([key]) => /^exo/i.test(key))?.[1];
  return {
    ...run,
    format: "thermal-columns",
    technique: run.massPercent ? (run.heatFlowWattPerGram ? "TG-DSC" : "TG") : "DSC",
    segments: [{ name: "run", first: 0, last: run.temperatureCelsius.length - 1 }],
    exothermicUp: exothermic === undefined ? null : /up|positive/i.test(exothermic),
    meta: factsOf(facts),
  };
}

function headerOf(line: string): { names: string[]; separator: string } | null {
  for (const separator of ["\t", ";", ","]) {
    const names = line.replace(/^[#\s]+/, "").split(separator);
    if (names.length < 2 || names.length > 60) continue;
    const roles = namedColumns(names).map((n) => n.role);
    if (roles.includes("temperature") && (roles.includes("mass") || roles.includes("heatFlow"))) return { names, separator };
  }
  return null;
}

export const looksLikeThermalColumns = (text: string): boolean =>
  text.split(/\r?\n/, 60).some((line) => line.length < 500 && headerOf(line) !== null);
