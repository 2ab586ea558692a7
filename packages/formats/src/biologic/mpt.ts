/** BioLogic .mpt, the text export of EC-Lab and BT-Lab: any code page, decimal point or comma, with or without header block. */
import { type Notice, QUIET, ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import { decodeHead, detectEncoding, type TextFormat, utf8Pieces } from "../delimited/encoding.ts";
import type { Layout } from "../delimited/layout.ts";
import { type Scanned, Scanner } from "../delimited/scan.ts";
import { FreeNames } from "../freeNames.ts";
import { lookup } from "../lookup.ts";
import type { CyclingFile, Reader, ReadOptions } from "../reader.ts";
import { assemble } from "./assemble.ts";
import { deriveCycling, type VendorColumns } from "./deriveCycling.ts";
import { type MptHeader, readMptHeader, secondsOfDate } from "./mptHeader.ts";
import { splitHeader } from "./names.ts";

/** The header block of a long sequence table runs to tens of kilobytes. */
const HEAD = 1 << 20;
const MAGIC = /^\s*(?:EC|BT)-Lab ASCII FILE/i;
const COUNT = /^\s*Nb header lines\s*:\s*(\d+)/i;
/** Any three of these in one line of tabs are EC-Lab's, header block or not. */
const MARKS = new Set([
  "mode",
  "ox/red",
  "error",
  "control changes",
  "Ns changes",
  "counter inc.",
  "time/s",
  "control/V/mA",
  "Ewe/V",
  "Ecell/V",
]);
const MOST_COLUMNS = 1024;
/** Column → the one EC-Lab always writes before it: its name can be lost at the front of the line and still be told. */
const ALWAYS_BEFORE: Readonly<Record<string, string>> = { "Re(Z)/Ohm": "freq/Hz", "ox/red": "mode" };

export const mptReader: Reader = {
  id: "biologic-mpt",
  title: "BioLogic EC-Lab .mpt",
  endings: [".mpt", ".txt"],
  sniff(head) {
    const start = decodeHead(head.subarray(0, 4096), detectEncoding(head));
    if (MAGIC.test(start)) return 1;
    const names = (start.split(/\r?\n/, 1)[0] ?? "").split("\t");
    return names.filter((name) => MARKS.has(name.trim())).length >= 3 ? 0.95 : 0;
  },
  read: readMpt,
};

interface Start {
  format: TextFormat;
  names: string[];
  /** lines before the first row */
  skip: number;
  header: MptHeader;
  /** the first row, where the head holds it */
  firstRow: string;
  notices: Notice[];
}

async function readMpt(source: ByteSource, options: ReadOptions): Promise<CyclingFile> {
  const start = await readStart(source);
  const notices = start.notices;
  const dates = datesIn(start);
  const layout: Layout = {
    // rows are ASCII in every 8-bit code page: only UTF-16 has to be transcoded
    format: start.format.encoding.startsWith("utf-16") ? start.format : { encoding: "utf-8", skip: start.format.skip },
    separator: "\t",
    decimal: start.firstRow.includes(",") ? "," : ".",
    headers: start.names,
    named: true,
    skip: start.skip,
    preamble: {},
    text: dates,
    rows: 0,
    bytesPerRow: Math.max(16, start.firstRow.length),
  };
  const scanned = await scan(source, options, layout, notices);
  if (scanned.rows > 0 && scanned.long.count === scanned.rows) {
    const message = `line ${start.skip} names ${start.names.length} columns, every row holds more: which name is missing cannot be told`;
    const damage = new ThioscopeError("FILE_DAMAGED", message, { file: source.name, line: start.skip });
    if (!options.salvage) throw damage;
    notices.push({ code: "salvaged", message });
  }
  const columns: VendorColumns = new Map();
  const names = new FreeNames(" ");
  for (const [i, name] of start.names.entries()) {
    const values = scanned.columns[i]!;
    const { header } = splitHeader(name);
    if (Array.isArray(values)) {
      const first = secondsOfDate(values[0] ?? "");
      if (start.header.start === undefined && first !== undefined) start.header.start = first;
      addTime(columns, values, start.header.start ?? 0);
    } else if (scanned.rows > 0 && values.every(Number.isNaN)) {
      const message = header ? `column "${header}" holds no value and is left out` : `column ${i + 1} has neither name nor values`;
      notices.push({ code: "column-empty", message, column: header });
    } else {
      columns.set(names.take(header || `column ${i + 1}`), values as Float64Array);
    }
  }
  reportRows(scanned, start.names, notices);
  if (scanned.rows === 0) notices.push({ code: "no-rows", message: "the file holds no data rows" });
  deriveCycling(columns, [], false);
  return assemble({
    format: mptReader.id,
    technique: start.header.technique,
    rows: scanned.rows,
    columns,
    meta: { ...start.header.facts, encoding: start.format.encoding, decimalSign: layout.decimal },
    notices,
    start: start.header.start,
  });
}

async function readStart(source: ByteSource): Promise<Start> {
  const head = await source.read(0, Math.min(HEAD, source.size));
  const format = detectEncoding(head);
  const lines = decodeHead(head, format).split(/\r\n|\n|\r/);
  const whole = head.length >= source.size;
  const notices: Notice[] = [];
  let count = 1;
  if (MAGIC.test(lines[0]!)) {
    const declared = COUNT.exec(lines[1] ?? "")?.[1];
    if (declared === undefined) {
      const code = lines.length < 3 ? "FILE_CUT" : "FILE_DAMAGED";
      throw new ThioscopeError(code, `line 2 should say "Nb header lines : …", it says "${(lines[1] ?? "").slice(0, 40)}"`, {
        file: source.name,
        line: 2,
      });
    }
    count = Number(declared);
    if (count < 3)
      throw new ThioscopeError("FILE_DAMAGED", `${count} header lines declared, at least 3 are needed`, { file: source.name, line: 2 });
  } else {
    notices.push({ code: "no-header", message: "the export has no header block: technique, start and cell are not known" });
  }
  // the last piece of the head is a line of its own only if the head is the whole file
  if (lines.length < count + (whole ? 0 : 1)) {
    const message = `${count} header lines declared, the file ends after ${lines.length}`;
    throw new ThioscopeError("FILE_CUT", message, { file: source.name, offset: source.size, line: lines.length });
  }
  const nameLine = lines[count - 1] ?? "";
  // EC-Lab ends this line with a tab: without one, and without a row behind it, it was cut
  if (whole && lines.length === count && !nameLine.endsWith("\t")) {
    const message = `the file ends within line ${count}, the names of the columns`;
    throw new ThioscopeError("FILE_CUT", message, { file: source.name, offset: source.size, line: count });
  }
  const names = nameLine.split("\t").map((name) => name.trim());
  while (names.at(-1) === "") names.pop();
  if (names.length < 2) {
    throw new ThioscopeError("FILE_DAMAGED", `line ${count} should hold the names of the columns, separated by tabs`, {
      file: source.name,
      line: count,
    });
  }
  if (names.length > MOST_COLUMNS) {
    throw new ThioscopeError("FILE_DAMAGED", `${names.length} columns, at most ${MOST_COLUMNS} are read`, {
      file: source.name,
      line: count,
    });
  }
  const firstRow = lines[count] ?? "";
  const before = lookup(ALWAYS_BEFORE, names[0]!);
  if (before && firstRow.replace(/\t$/, "").split("\t").length === names.length + 1) {
    names.unshift(before);
    const message = `the name of the first column is missing; it is "${before}", which EC-Lab writes before "${names[1]}"`;
    notices.push({ code: "column-name-missing", message, column: before });
  }
  const header = count > 1 ? readMptHeader(lines.slice(0, count - 1)) : { technique: "unknown", facts: {} };
  return { format, names, skip: count, header, firstRow, notices };
}

/** "time/s" holds dates where the user chose absolute time. */
function datesIn(start: Start): boolean[] {
  const fields = start.firstRow.split("\t");
  return start.names.map((name, i) => name === "time/s" && secondsOfDate(fields[i] ?? "") !== undefined);
}

function addTime(columns: VendorColumns, dates: readonly string[], start: number): void {
  const out = new Float64Array(dates.length);
  for (let i = 0; i < out.length; i++) out[i] = (secondsOfDate(dates[i]!) ?? Number.NaN) - start;
  columns.set("time/s", out);
}

async function scan(source: ByteSource, options: ReadOptions, layout: Layout, notices: Notice[]): Promise<Scanned> {
  const damage = (code: "FILE_CUT" | "FILE_DAMAGED", message: string, line: number): ThioscopeError =>
    new ThioscopeError(code, message, { file: source.name, line });
  // a cell takes at least two bytes: what is set aside stays in proportion to the file
  const expected = Math.min(source.size / layout.bytesPerRow, source.size / (2 * layout.headers.length)) + 16;
  const scanner = new Scanner(layout, layout.text, Math.ceil(expected), damage);
  try {
    for await (const piece of utf8Pieces(source, layout.format, undefined, options.task ?? QUIET)) scanner.push(piece);
    scanner.finish();
  } catch (error) {
    if (!options.salvage || !(error instanceof ThioscopeError) || error.code === "CANCELLED") throw error;
    notices.push({ code: "salvaged", message: `${error.message}; the rows before it are given` });
  }
  return scanner.result();
}

/** Nothing is dropped in silence. */
function reportRows(scanned: Scanned, names: readonly string[], notices: Notice[]): void {
  const { skipped, short, long, failures } = scanned;
  if (skipped.count > 0) {
    notices.push({ code: "line-skipped", message: `${skipped.count} lines are no data and left out, the first is line ${skipped.line}` });
  }
  if (short.count > 0) {
    const message = `${short.count} rows have fewer than ${names.length} fields; the missing ones are empty`;
    notices.push({ code: "row-short", message, rows: [short.row, short.row] });
  }
  if (long.count > 0 && long.count < scanned.rows) {
    const message = `${long.count} rows have more than ${names.length} fields; those beyond have no name and are left out`;
    notices.push({ code: "row-long", message, rows: [long.row, long.row] });
  }
  for (const [i, { count, row, text }] of failures.entries()) {
    if (count === 0) continue;
    const column = names[i] ?? "";
    const message = `${count} fields of "${column}" are no number, the first is "${text}"; given as empty`;
    notices.push({ code: "not-a-number", message, column, rows: [row, row] });
  }
}
