/**
 * Formats without names of columns, where the place in the file says what a number is: Eco Chemie FRA .dfr (one
 * number a line), Elchemea .i2b (a count, then f, Z′, Z″), Ivium .idf (sections of text in a binary file). Each
 * says how many points follow, so a cut file is known.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import type { ImpedanceFile, ImpedanceReader, ImpedanceReadOptions } from "./model.ts";
import type { ImpedanceQuantity } from "./names.ts";
import { spectraOf, stem, uniqueNames } from "./spectra.ts";
import { linesOf, numberOf, readText } from "./text.ts";

interface Block {
  title: string;
  /** points declared */
  declared: number;
  frequency: number[];
  real: number[];
  imaginary: number[];
}

interface BlockFormat {
  id: string;
  title: string;
  endings: readonly string[];
  mark: RegExp;
  blocks(lines: readonly string[], fail: (message: string, line: number) => never): { blocks: Block[]; technique: string };
}

const MAX_POINTS = 1e6;

function declaredAt(lines: readonly string[], at: number, fail: (message: string, line: number) => never): number {
  const n = numberOf(lines[at]);
  if (!(Number.isInteger(n) && n > 0 && n < MAX_POINTS))
    return fail(`line ${at + 1} should say how many points follow, it says "${(lines[at] ?? "").slice(0, 40)}"`, at + 1);
  return n;
}

const decimalOf = (line: string | undefined): string => (line ?? "").trim().replace(",", ".");

/** VERSION, number of points, a flag; then nine numbers a point, the first three f, Z′, −Z″. */
const dfr: BlockFormat = {
  id: "eco-chemie-dfr",
  title: "Eco Chemie FRA .dfr",
  endings: [".dfr"],
  mark: /^VERSION\d+\.\d+\s*[\r\n]+\s*\d+\s*[\r\n]/,
  blocks(lines, fail) {
    const declared = declaredAt(lines, 1, fail);
    const block: Block = { title: "", declared, frequency: [], real: [], imaginary: [] };
    for (let k = 0; k < declared; k++) {
      const at = 3 + 9 * k;
      const [f, re, im] = [0, 1, 2].map((j) => numberOf(decimalOf(lines[at + j])));
      if ([f, re, im].some((x) => x === undefined || Number.isNaN(x)) || at + 8 >= lines.length) break;
      block.frequency.push(f!);
      block.real.push(re!);
      block.imaginary.push(-im!);
    }
    return { blocks: [block], technique: "FRA" };
  },
};

/** Four lines of remarks, an empty one, a count, then f, Z′, Z″. */
const i2b: BlockFormat = {
  id: "elchemea-i2b",
  title: "Elchemea .i2b",
  endings: [".i2b"],
  mark: /^(?:[^\n]*\n){1,12}?(?:[^\S\n]*\n)+[^\S\n]*\d{1,6}[^\S\n]*\n[^\S\n]*[-+\d.eE]+ [-+\d.eE]+ [-+\d.eE]+[^\S\n]*\n/,
  blocks(lines, fail) {
    const at = lines.findIndex((line, i) => /^\s*\d{1,6}\s*$/.test(line) && (lines[i - 1] ?? "").trim() === "");
    const block: Block = { title: "", declared: declaredAt(lines, at, fail), frequency: [], real: [], imaginary: [] };
    for (const line of lines.slice(at + 1, at + 1 + block.declared)) {
      const [f, re, im] = line
        .trim()
        .split(/\s+/)
        .map((field) => numberOf(decimalOf(field)));
      if (f === undefined || re === undefined || im === undefined || Number.isNaN(f + re + im)) break;
      block.frequency.push(f);
      block.real.push(re);
      block.imaginary.push(im);
    }
    return { blocks: [block], technique: "EIS" };
  },
};

/** Per measurement: "Method=…", "Title=…", then "primary_data", number of columns, number of rows, Z′ Z″ f. */
const idf: BlockFormat = {
  id: "ivium-idf",
  title: "Ivium .idf, .ids",
  endings: [".idf", ".ids"],
  mark: /(?:^|[\r\n])(?:Method=|timing=|starttime=)/,
  blocks(lines, fail) {
    const blocks: Block[] = [];
    let title = "";
    let method = "";
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i]!;
      if (/Method=/.test(line)) method = line.replace(/^.*Method=/, "").trim();
      else if (line.startsWith("Title=")) title = line.slice(6).trim();
      if (!line.startsWith("primary_data")) continue;
      if (!/impedance|eis/i.test(method)) continue;
      if (numberOf(lines[i + 1]) !== 3)
        return fail(`the impedance in line ${i + 1} has ${(lines[i + 1] ?? "").trim()} columns, 3 are known`, i + 2);
      const block: Block = { title, declared: declaredAt(lines, i + 2, fail), frequency: [], real: [], imaginary: [] };
      for (const row of lines.slice(i + 3, i + 3 + block.declared)) {
        const [re, im, f] = row
          .trim()
          .split(/\s+/)
          .map((field) => numberOf(decimalOf(field)));
        if (f === undefined || re === undefined || im === undefined || Number.isNaN(f + re + im)) break;
        block.frequency.push(f);
        block.real.push(re);
        block.imaginary.push(im);
      }
      blocks.push(block);
    }
    return { blocks, technique: method || "unknown" };
  },
};

function read(format: BlockFormat, file: string, text: string, { salvage = false }: ImpedanceReadOptions): ImpedanceFile {
  const fail = (message: string, line: number): never => {
    throw new ThioscopeError("FILE_DAMAGED", message, { file, line });
  };
  const { blocks, technique } = format.blocks(linesOf(text), fail);
  if (blocks.length === 0) throw new ThioscopeError("COLUMN_MISSING", `the file holds no impedance; it is ${technique}`, { file });
  const notices: Notice[] = [];
  let firstRow = 0;
  const spectra = blocks.flatMap((block, k) => {
    const rows = block.frequency.length;
    if (rows < block.declared) {
      const message = `${block.declared} points are declared, ${rows} are there`;
      if (!salvage) throw new ThioscopeError("FILE_CUT", message, { file });
      notices.push({ code: "salvaged", message });
    }
    const columns: Partial<Record<ImpedanceQuantity, Float64Array>> = {
      frequency_hertz: Float64Array.from(block.frequency),
      real_impedance_ohm: Float64Array.from(block.real),
      imaginary_impedance_ohm: Float64Array.from(block.imaginary),
    };
    const label = block.title || (blocks.length > 1 ? `measurement ${k + 1}` : stem(file));
    const found = spectraOf({ rows, firstRow, names: Object.keys(columns), get: (quantity) => columns[quantity] }, label);
    firstRow += rows;
    notices.push(...found.notices);
    return found.spectra;
  });
  return { format: format.id, technique, meta: {}, notices, spectra: uniqueNames(spectra) };
}

export const blockReaders: readonly ImpedanceReader[] = [dfr, i2b, idf].map((format) => ({
  id: format.id,
  title: format.title,
  endings: format.endings,
  sniff(head) {
    // Ivium's sections stand between binary fields
    const text = new TextDecoder("latin1").decode(head);
    return format.mark.test(format === idf ? text : text.slice(0, 4096)) ? 0.9 : 0;
  },
  read: async (source, options) => read(format, source.name, await readText(source), options),
}));
