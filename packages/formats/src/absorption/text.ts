/**
 * Column text of beamlines and programs: XDI, XDAC, CLS, APS, ELETTRA/ESRF, SLS, SSRL, Ifeffit and Larch.
 *
 * Lines of numbers are the data; what stands above them is the head. The columns' names come from (first that fits)
 * "Column.N:" lines, "#%cols:" of the old IFEFFIT library, numbered "# column N:" lines, the list under "Data:", or the last line before the numbers that has as
 * many words as there are columns. Head lines "Family.name: value" are kept as facts.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import { linesOf, readText } from "../impedance/text.ts";
import { roleOf, type ScanContext, scansOfColumns } from "./columns.ts";
import type { AbsorptionFile, AbsorptionReader, AbsorptionReadOptions, NamedChi } from "./model.ts";

const MOST_COLUMNS = 512;

export const textReader: AbsorptionReader = {
  id: "columns",
  title: "columns of text",
  sniff: (_head, text) => text !== "",
  read: readColumns,
};

interface Head {
  names: string[] | null;
  meta: Record<string, string>;
  format: string;
}

async function readColumns(source: ByteSource, options: AbsorptionReadOptions): Promise<AbsorptionFile> {
  const file = source.name;
  const lines = linesOf(await readText(source));
  const { rows, width, first, skipped } = numbersOf(lines, file);
  const head = headOf(lines.slice(0, first), width);
  const notices: Notice[] = [];
  if (skipped > 0)
    notices.push({ code: "lines-skipped", message: `${skipped} lines among the data do not hold ${width} numbers and are skipped` });
  const names = head.names ?? Array.from({ length: width }, (_, j) => (width === 2 ? ["energy", "mu"][j]! : `column ${j + 1}`));
  if (!head.names && width === 2) {
    notices.push({ code: "columns-assumed", message: "two columns without names are taken as energy in eV and μ" });
  }
  const data = Array.from({ length: width }, (_, j) => Float64Array.from(rows, (row) => row[j]!));
  const chi = chiOf(names, data, file);
  if (chi && !options.columns) return { format: head.format, scans: [], chi: [chi], project: null, notices };
  const scans = scansOfColumns({ names, data }, contextOf(file, head.meta), options.columns, notices);
  return { format: head.format, scans, chi: [], project: null, notices };
}

function chiOf(names: readonly string[], data: readonly Float64Array[], file: string): NamedChi | null {
  const k = names.findIndex((name) => roleOf(name) === "k");
  const chi = names.findIndex((name) => roleOf(name) === "chi");
  return k >= 0 && chi >= 0 ? { name: file, k: data[k]!, chi: data[chi]! } : null;
}

/** The longest run of rows of one width; a row is a line of numbers alone. */
function numbersOf(lines: readonly string[], file: string): { rows: number[][]; width: number; first: number; skipped: number } {
  let width = 0;
  let first = -1;
  const rows: number[][] = [];
  let skipped = 0;
  for (const [i, line] of lines.entries()) {
    const row = rowOf(line);
    if (row && row.length >= 2 && (width === 0 || (rows.length < 3 && row.length !== width))) {
      // a lone line of numbers in the head (weights, offsets) is not yet the table
      width = row.length;
      first = i;
      rows.length = 0;
      skipped = 0;
    }
    if (row && row.length === width && width > 0) rows.push(row);
    else if (rows.length >= 3 && line.trim() !== "" && !line.startsWith("#")) skipped++;
  }
  if (rows.length < 8) throw new ThioscopeError("FILE_FOREIGN", `no table of numbers: ${rows.length} rows at most`, { file });
  if (width > MOST_COLUMNS)
    throw new ThioscopeError("FILE_FOREIGN", `a table of ${width} columns; at most ${MOST_COLUMNS} are read`, { file });
  return { rows, width, first, skipped };
}

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eEdD][+-]?\d+)?$|^[+-]?(?:nan|inf)$/i;

function rowOf(line: string): number[] | null {
  if (line.startsWith("#") || line.length > 65536) return null;
  const words = line
    .trim()
    .split(/[\s,;]+/)
    .filter((word) => word !== "");
  if (words.length === 0 || !words.every((word) => NUMBER.test(word))) return null;
  return words.map((word) => Number(word.replace(/[dD]/, "e")));
}

/** @param above the lines before the numbers */
function headOf(above: readonly string[], width: number): Head {
  const clean = above.map((line) => line.replace(/^[#%;]+/, "").trim());
  const meta: Record<string, string> = {};
  const named: string[] = [];
  for (const line of clean) {
    const fact = /^([A-Za-z]\w*(?:[. ]\w+)*)\s*[:=]\s*(.+)$/.exec(line);
    if (fact) meta[fact[1]!] ??= fact[2]!.split("||", 1)[0]!.trim();
    const column = /^[Cc]olumn[. ](\d+):\s*(.+)$/.exec(line);
    if (column && !/^event/i.test(line)) named[Number(column[1]) - 1] ??= column[2]!.split("||", 1)[0]!.trim();
  }
  const format = formatOf(above[0] ?? "");
  const finish = (names: string[] | null): Head => ({ names, meta, format });
  if (format === "xdi" && named.length >= width)
    return finish(Array.from({ length: width }, (_, j) => (named[j] ?? `column ${j + 1}`).split(/\s+/)[0]!));
  const quoted = clean.map(quotedWords).findLast((words) => words.length === width);
  if (format === "cls" && quoted) return finish(quoted);
  const listed = listUnderData(above, width);
  if (listed) return finish(listed);
  const old = clean
    .map((line) => /^cols?:\s*\d+\s+(.+)$/i.exec(line)?.[1]?.trim().split(/\s+/))
    .findLast((words) => words?.length === width);
  if (old) return finish(old);
  for (let i = clean.length - 1; i >= 0; i--) {
    const words = clean[i]!.split(/\s{2,}|\t/).length === width ? clean[i]!.split(/\s{2,}|\t/) : clean[i]!.split(/[\s,]+/);
    if (words.length === width && words.some((word) => roleOf(word) !== null) && !/^-+$/.test(clean[i]!)) return finish(words);
  }
  return finish(named.length >= width ? Array.from({ length: width }, (_, j) => named[j] ?? `column ${j + 1}`) : null);
}

/** `(1) Event-ID "BL1606-ID-1 Energy Setting" "I0"` */
function quotedWords(line: string): string[] {
  if (!line.includes('"')) return [];
  return Array.from(line.replace(/^\(\d+\)\s*/, "").matchAll(/"([^"]*)"|(\S+)/g), ([, a, b]) => a ?? b ?? "");
}

/** SSRL: one name per line between "Data:" and the numbers. */
function listUnderData(above: readonly string[], width: number): string[] | null {
  const at = above.findLastIndex((line) => line.trim() === "Data:");
  if (at < 0) return null;
  const names = above
    .slice(at + 1)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return names.length === width ? names : null;
}

const FORMATS: readonly (readonly [string, RegExp])[] = [
  ["xdi", /^#\s*XDI\//i],
  ["xdac", /^XDAC V/],
  ["cls", /^# CLS Data Acquisition/],
  ["ssrl-micro", /^SSRL\s+MicroEXAFS/],
  ["larch", /Larch|ifeffit/i],
];

const formatOf = (line: string): string => FORMATS.find(([, pattern]) => pattern.test(line))?.[0] ?? "columns";

/** Element, edge and time from the facts of the head. */
export function contextOf(file: string, meta: Readonly<Record<string, string>>): ScanContext {
  const fact = (...names: string[]): string | null => {
    for (const name of names) {
      const key = Object.keys(meta).find((own) => own.toLowerCase() === name);
      if (key !== undefined && meta[key] !== "") return meta[key]!;
    }
    return null;
  };
  const element = fact("element.symbol", "scan.element", "element");
  const time = fact("scan.start_time", "scan.starttime");
  const second = time === null ? Number.NaN : Date.parse(`${time.replace(" ", "T")}${/[zZ]|[+-]\d\d:?\d\d$/.test(time) ? "" : "Z"}`) / 1000;
  return {
    file,
    name: file.replace(/\.[^.]+$/, ""),
    element: element && /^[A-Z][a-z]?$/.test(element) ? element : null,
    edge: fact("element.edge", "scan.edge"),
    startSecond: Number.isFinite(second) ? second : null,
    meta,
  };
}
