/**
 * Gamry Framework .DTA: lines of "TAG, type, value", and tables behind "NAME TABLE" whose rows begin with a tab.
 * Spectra are the tables ZCURVE, ZCURVE1 …; a drift correction is a second spectrum of the same sweep.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import { decodeHead, detectEncoding } from "../delimited/encoding.ts";
import type { ImpedanceFile, ImpedanceReader, ImpedanceReadOptions, ImpedanceSpectrum } from "./model.ts";
import type { ImpedanceQuantity } from "./names.ts";
import { spectraOf, stem, uniqueNames } from "./spectra.ts";
import { linesOf, numberOf, readText } from "./text.ts";

const NAMES: Partial<Record<ImpedanceQuantity, string>> = {
  frequency_hertz: "Freq",
  real_impedance_ohm: "Zreal",
  imaginary_impedance_ohm: "Zimag",
  absolute_impedance_ohm: "Zmod",
  phase_degree: "Zphz",
  test_time_second: "Time",
  voltage_volt: "Vdc",
  temperature_celsius: "Temp",
};
const CORRECTED: Partial<Record<ImpedanceQuantity, string>> = {
  ...NAMES,
  real_impedance_ohm: "ZrealDrCor",
  imaginary_impedance_ohm: "ZimagDrCor",
};
/** Lines that are kept, and what they are called. */
const FACTS: Readonly<Record<string, string>> = {
  TITLE: "title",
  DATE: "date",
  TIME: "time",
  PSTAT: "device",
  AREA: "areaSquareCentimetre",
  VDC: "setVolt",
  EOC: "openCircuitVolt",
};

interface GamryTable {
  names: readonly string[];
  rows: string[][];
  line: number;
}

function tablesIn(lines: readonly string[]): GamryTable[] {
  const tables: GamryTable[] = [];
  for (let i = 0; i < lines.length; i++) {
    if (!/^ZCURVE\w*\tTABLE/i.test(lines[i]!)) continue;
    const names = (lines[i + 1] ?? "").split("\t").slice(1);
    const rows: string[][] = [];
    // under the names stand the units
    let k = i + 3;
    for (; k < lines.length && lines[k]!.startsWith("\t"); k++) rows.push(lines[k]!.split("\t").slice(1));
    tables.push({ names: names.map((name) => name.trim()), rows, line: i + 1 });
    i = k - 1;
  }
  return tables;
}

function read(source: string, text: string, { salvage = false }: ImpedanceReadOptions): ImpedanceFile {
  const lines = linesOf(text);
  const tables = tablesIn(lines);
  const facts: Record<string, string> = {};
  for (const line of lines) {
    const [tag = "", , value = ""] = line.split("\t", 3);
    const name = Object.hasOwn(FACTS, tag) ? FACTS[tag] : undefined;
    if (name !== undefined && value.trim() !== "") facts[name] ??= value.trim().slice(0, 200);
  }
  const technique = /^TAG\t(\S+)/m.exec(text)?.[1] ?? "unknown";
  if (tables.length === 0) {
    throw new ThioscopeError("COLUMN_MISSING", `the file holds no table ZCURVE, so no spectrum; it is ${technique}`, { file: source });
  }
  const notices: Notice[] = [];
  if (/^EXPERIMENTABORTED\tTOGGLE\tT/m.test(text))
    notices.push({ code: "aborted", message: "the experiment was aborted; the points before are given" });
  const spectra: ImpedanceSpectrum[] = [];
  let firstRow = 0;
  for (const [k, table] of tables.entries()) {
    const decimal = table.rows.some((row) => row.some((field) => field.includes(","))) ? "," : ".";
    const complete = table.rows.filter((row) => row.length >= table.names.length);
    if (complete.length < table.rows.length) {
      const message = `${table.rows.length - complete.length} rows of the table in line ${table.line} have fewer than ${table.names.length} fields`;
      if (!salvage) throw new ThioscopeError("FILE_CUT", message, { file: source, line: table.line });
      notices.push({ code: "salvaged", message: `${message}; they are left out` });
    }
    const column = (name: string | undefined): Float64Array | undefined => {
      const at = name === undefined ? -1 : table.names.indexOf(name);
      return at < 0 ? undefined : Float64Array.from(complete, (row) => numberOf(row[at], decimal));
    };
    const label = tables.length > 1 ? `sweep ${k + 1}` : stem(source);
    const spectraWith = (map: Partial<Record<ImpedanceQuantity, string>>, name: string): ImpedanceSpectrum[] => {
      const found = spectraOf({ rows: complete.length, firstRow, names: table.names, get: (quantity) => column(map[quantity]) }, name);
      if (map === NAMES) notices.push(...found.notices);
      return found.spectra;
    };
    spectra.push(...spectraWith(NAMES, label));
    if (table.names.includes("ZrealDrCor")) {
      spectra.push(...spectraWith(CORRECTED, `${label}, drift-corrected`));
      notices.push({
        code: "drift-corrected",
        message: "the instrument corrected the sweep for drift: both the measured and the corrected spectrum are given",
      });
    }
    firstRow += table.rows.length;
  }
  return { format: "gamry-dta", technique, meta: facts, notices, spectra: uniqueNames(spectra) };
}

export const gamryReader: ImpedanceReader = {
  id: "gamry-dta",
  title: "Gamry .DTA",
  endings: [".dta", ".DTA"],
  sniff: (head) => (/^EXPLAIN\s*[\r\n]+TAG\t/.test(decodeHead(head.subarray(0, 256), detectEncoding(head))) ? 1 : 0),
  read: async (source, options) => read(source.name, await readText(source), options),
};
