/**
 * Text exports whose table names its columns: what tells them apart and what they say of themselves is data; the
 * table is read by text.ts. The last family is any text.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import { decodeHead, detectEncoding } from "../delimited/encoding.ts";
import { lookup } from "../lookup.ts";
import type { ImpedanceFile, ImpedanceReader, ImpedanceReadOptions, ImpedanceSpectrum } from "./model.ts";
import { spectraOf, stem, uniqueNames } from "./spectra.ts";
import { findTables, isText, linesOf, readText, type TextTable } from "./text.ts";

interface Family {
  id: string;
  title: string;
  endings: readonly string[];
  /** somewhere in the first 64 KiB; absent for the family of all others */
  mark?: RegExp;
  technique: string;
  /** keys of "key: value" and "key = value" lines that are kept, and what they are called */
  facts?: Readonly<Record<string, string>>;
}

const FAMILIES: readonly Family[] = [
  {
    id: "zplot",
    title: "ZPlot .z",
    endings: [".z"],
    mark: /^ZPLOT2 ASCII/,
    technique: "EIS",
    facts: {
      Date: "date",
      Time: "time",
      "Experiment Type": "experiment",
      "Open Circuit Potential (V)": "openCircuitVolt",
      "Surface Area": "areaSquareCentimetre",
    },
  },
  { id: "zview", title: "Z60W text (Autolab, ZView)", endings: [".txt", ".z60"], mark: /^"?Z60W Data File/, technique: "EIS" },
  {
    id: "chi",
    title: "CH Instruments .txt",
    endings: [".txt"],
    mark: /^Instrument Model:\s*CHI|^A\.C\. Impedance/m,
    technique: "A.C. Impedance",
    facts: { "Instrument Model": "device", "Init E (V)": "potentialVolt", "Amplitude (V)": "amplitudeVolt" },
  },
  {
    id: "relaxis",
    title: "RelaxIS spectrum export",
    endings: [".txt"],
    mark: /^RelaxIS [\d.]+ Spectrum export/,
    technique: "EIS",
    facts: { Date: "date" },
  },
  {
    id: "versastudio",
    title: "VersaStudio .par",
    endings: [".par"],
    mark: /^<Application>[\s\S]{0,200}?Name=VersaStudio/m,
    technique: "EIS",
    facts: { Type: "device", SN: "serial", DateAcquired: "date", TimeAcquired: "time" },
  },
  {
    id: "p00",
    title: "Autolab FRA .P00",
    endings: [".P00"],
    mark: /^[ \t]*f\/Hz *\t[ \t]*Z'\/Ohm *\t[ \t]*-Z''\/Ohm/m,
    technique: "EIS",
    facts: { Procedure: "title" },
  },
];

const ANY: Family = {
  id: "delimited",
  title: "delimited text (.csv, .txt, .tsv)",
  endings: [".csv", ".txt", ".tsv", ".dat"],
  technique: "impedance",
};

function readerOf(family: Family): ImpedanceReader {
  const { id, title, endings, mark } = family;
  return {
    id,
    title,
    endings,
    sniff(head) {
      const text = decodeHead(head, detectEncoding(head));
      if (mark) return mark.test(text) ? 0.95 : 0;
      return isText(text) ? 0.05 : 0;
    },
    read: (source, options) => readText(source).then((text) => readFamily(family, source.name, text, options)),
  };
}

function readFamily(family: Family, file: string, text: string, options: ImpedanceReadOptions): ImpedanceFile {
  const tables = findTables(text, options.mapping);
  if (tables.length === 0) {
    throw new ThioscopeError("FILE_FOREIGN", "no line names a frequency and an impedance, and the text is no block of f, Z′, Z″", { file });
  }
  const notices: Notice[] = [];
  const spectra: ImpedanceSpectrum[] = [];
  let firstRow = 0;
  for (const [k, table] of tables.entries()) {
    checkTable(table, file, options.salvage === true, notices);
    if (table.rows === 0) continue;
    const label = tables.length > 1 ? `table ${k + 1}` : stem(file);
    const found = spectraOf(
      {
        rows: table.rows,
        firstRow,
        names: table.headers,
        get: (quantity) => {
          const place = table.plan.get(quantity);
          const column = place && table.columns[place.at];
          return column && (place.factor === 1 ? column : column.map((x) => x * place.factor));
        },
      },
      label,
    );
    firstRow += table.rows;
    spectra.push(...found.spectra.map((s) => (tables.length > 1 && s.name !== label ? { ...s, name: `${label}, ${s.name}` } : s)));
    notices.push(...found.notices);
  }
  const { id, technique, facts = {} } = family;
  return { format: id, technique, meta: factsIn(text, facts), notices, spectra: uniqueNames(spectra) };
}

/** Lines left out, rows that are missing, names that were not there. */
function checkTable(table: TextTable, file: string, salvage: boolean, notices: Notice[]): void {
  const { line, rows, declared, skipped, cut } = table;
  const short = declared !== undefined && rows < declared && declared < 1e6;
  if (short || cut) {
    const message = cut ? `the file ends inside a row; ${rows} rows are complete` : `${declared} rows are declared, ${rows} are there`;
    if (!salvage) throw new ThioscopeError("FILE_CUT", message, { file, line });
    notices.push({ code: "salvaged", message });
  }
  if (rows === 0) notices.push({ code: "no-rows", message: `line ${line} names the columns, no row of data follows` });
  if (line === 0) {
    notices.push({
      code: "columns-unnamed",
      message: "the columns have no names; the first three are taken as frequency (Hz), Z′ and Z″ (ohm)",
    });
  }
  if (skipped.count > 0) {
    const message = `${skipped.count} ${skipped.count === 1 ? "line is" : "lines are"} no data and left out, the first is line ${skipped.line}`;
    notices.push({ code: "line-skipped", message });
  }
}

/** Longer names and values are no facts of a measurement. */
const [LONGEST_NAME, LONGEST_VALUE] = [60, 200];

/** What "key: value" and "key = value" lines say, for the keys wanted. */
function factsIn(text: string, wanted: Readonly<Record<string, string>>): Record<string, string> {
  const facts: Record<string, string> = {};
  for (const line of linesOf(text).slice(0, 400)) {
    const at = line.search(/[:=]/);
    if (at < 1) continue;
    const key = line.slice(0, at).trim();
    const value = line.slice(at + 1).trim();
    if (key.length > LONGEST_NAME || value === "" || value.length > LONGEST_VALUE) continue;
    const name = lookup(wanted, key);
    if (name !== undefined && facts[name] === undefined) facts[name] = value;
  }
  return facts;
}

export const textReaders: readonly ImpedanceReader[] = FAMILIES.map(readerOf);
export const anyTextReader: ImpedanceReader = readerOf(ANY);
