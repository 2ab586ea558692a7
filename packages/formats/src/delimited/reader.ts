/** One engine for all text tables; a dialect is what an instrument's export adds to it, as data. */
import { type Column, type Notice, QUIET, ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import { keyOf, splitHeader } from "../header.ts";
import { normaliseColumns, type RawColumn } from "../normalise.ts";
import type { CyclingFile, Reader, ReadOptions } from "../reader.ts";
import type { Synonym } from "../synonyms.ts";
import { CHUNK, utf8Pieces } from "./encoding.ts";
import { findLayout, type Layout } from "./layout.ts";
import { type Scanned, Scanner } from "./scan.ts";

export interface Dialect {
  id: string;
  title: string;
  endings: readonly string[];
  technique: string;
  /** sets of headers (without units); a file with all of one set is this instrument's */
  marks: readonly (readonly string[])[];
  /** keys before the names that are this instrument's alone; one of them suffices */
  preamble?: readonly string[];
  /** the instrument's spellings, tried before the general ones */
  synonyms: readonly Synonym[];
  /** what has to be done beyond naming and converting */
  finish?(columns: readonly Column[]): { columns: readonly Column[]; notices: readonly Notice[] };
}

const HEAD = 65536;
const CERTAIN = 0.9;

/** A reader for the dialect. It is sure of files that carry the dialect's marks, and of no others. */
export function delimitedReader(dialect: Dialect): Reader {
  const { id, title, endings } = dialect;
  return {
    id,
    title,
    endings,
    sniff(head, source) {
      const layout = findLayout(head, head.length >= source.size);
      return layout && isMarked(layout, dialect) ? CERTAIN : 0;
    },
    read: (source, options) => readDelimited(source, options, dialect),
  };
}

function isMarked(layout: Layout, { marks, preamble = [] }: Dialect): boolean {
  const headers = new Set<string>();
  for (const header of layout.headers) {
    for (const { name } of splitHeader(header)) headers.add(keyOf(name));
  }
  if (marks.some((mark) => mark.length > 0 && mark.every((name) => headers.has(keyOf(name))))) return true;
  const keys = new Set(Object.keys(layout.preamble).map(keyOf));
  return preamble.some((key) => keys.has(keyOf(key)));
}

/**
 * Reads a text table.
 *
 * @param chunk bytes read at once; the result does not depend on it
 * @throws ThioscopeError FILE_FOREIGN where the content is no table, MAPPING_NEEDED where nothing in it is
 * recognised, FILE_CUT and FILE_DAMAGED with the line (under `salvage` a notice, and the rows before it)
 */
export async function readDelimited(source: ByteSource, options: ReadOptions, dialect: Dialect, chunk = CHUNK): Promise<CyclingFile> {
  const head = await source.read(0, Math.min(HEAD, source.size));
  const layout = findLayout(head, head.length >= source.size);
  if (!layout) throw new ThioscopeError("FILE_FOREIGN", "the content is not a table of text", { file: source.name, offset: 0 });
  const notices: Notice[] = [];
  const scanned = await scan(source, options, layout, notices, chunk);
  const raw: RawColumn[] = [];
  for (const [i, header] of layout.headers.entries()) {
    const values = scanned.columns[i] ?? [];
    if (!isInvented(layout, header) || !isEmpty(values)) raw.push({ header, values });
  }
  reportRows(scanned, layout, notices);
  const normal = normaliseColumns(raw, options.mapping, dialect.synonyms);
  requireRecognised(normal.columns, layout, source.name);
  const { columns, notices: more } = dialect.finish?.(normal.columns) ?? { columns: normal.columns, notices: [] };
  if (scanned.rows === 0) notices.push({ code: "no-rows", message: "the file has names of columns but no row of data" });
  return {
    format: dialect.id,
    technique: dialect.technique,
    rows: scanned.rows,
    columns,
    meta: { ...layout.preamble, encoding: layout.format.encoding, separator: layout.separator, decimalSign: layout.decimal },
    notices: [...notices, ...normal.notices, ...more],
  };
}

async function scan(source: ByteSource, options: ReadOptions, layout: Layout, notices: Notice[], chunk: number): Promise<Scanned> {
  let done = await pass(source, options, layout, chunk);
  const { failures, rows } = done.scanned;
  // the first rows may not have shown a decimal sign, nor that a column is text
  const commas = layout.separator !== "," && layout.decimal === "." && failures.some(({ text }) => /^[+-]?\d+,\d/.test(text));
  const text = layout.text.map((is, i) => is || (failures[i]?.count ?? 0) * 10 > rows);
  if (commas) {
    const again = await pass(source, options, { ...layout, decimal: "," }, chunk);
    if (failed(again.scanned) < failed(done.scanned)) done = again;
  } else if (text.some((is, i) => is !== layout.text[i])) done = await pass(source, options, { ...layout, text }, chunk);
  if (done.damage) {
    const { message } = done.damage;
    notices.push({ code: "salvaged", message: `${message}; the rows before it are given` });
  }
  return done.scanned;
}

const failed = ({ failures }: Scanned): number => failures.reduce((sum, { count }) => sum + count, 0);

/** Once through the file. Under `salvage` damage ends the pass, else it is thrown. */
async function pass(
  source: ByteSource,
  options: ReadOptions,
  layout: Layout,
  chunk: number,
): Promise<{ scanned: Scanned; damage?: ThioscopeError }> {
  const damage = (code: "FILE_CUT" | "FILE_DAMAGED", message: string, line: number): ThioscopeError =>
    new ThioscopeError(code, message, { file: source.name, line });
  const scanner = new Scanner(layout, layout.text, Math.ceil(estimateRows(source.size, layout)), damage);
  try {
    for await (const piece of utf8Pieces(source, layout.format, chunk, options.task ?? QUIET)) scanner.push(piece);
    scanner.finish();
  } catch (error) {
    if (!options.salvage || !(error instanceof ThioscopeError) || error.code === "CANCELLED") throw error;
    return { scanned: scanner.result(), damage: error };
  }
  return { scanned: scanner.result() };
}

/** A little more than the first lines promise; never more than one row for two bytes. */
function estimateRows(size: number, layout: Layout): number {
  if (layout.rows === 0) return 0;
  return Math.min(size / 2, (1.05 * size) / layout.bytesPerRow + 16);
}

const isInvented = (layout: Layout, header: string): boolean => !layout.named || /^column \d+$/.test(header);

function isEmpty(values: Float64Array | readonly string[]): boolean {
  if (values instanceof Float64Array) return values.every(Number.isNaN);
  return values.every((text) => text === "");
}

/** Nothing is dropped in silence: lines left out, rows of another length, fields that are no number. */
function reportRows(scanned: Scanned, layout: Layout, notices: Notice[]): void {
  const { skipped, short, long, failures } = scanned;
  const many = (n: number, one: string, more: string): string => (n === 1 ? `1 ${one}` : `${n} ${more}`);
  if (skipped.count > 0) {
    notices.push({
      code: "line-skipped",
      message: `${many(skipped.count, "line is", "lines are")} no data and left out, the first is line ${skipped.line}`,
    });
  }
  if (short.count > 0) {
    notices.push({
      code: "row-short",
      message: `${many(short.count, "row has", "rows have")} fewer than ${layout.headers.length} fields; the missing ones are empty`,
      rows: [short.row, short.row],
    });
  }
  if (long.count > 0) {
    notices.push({
      code: "row-long",
      message: `${many(long.count, "row has", "rows have")} more than ${layout.headers.length} fields; those beyond have no name and are left out`,
      rows: [long.row, long.row],
    });
  }
  for (const [i, { count, row, text }] of failures.entries()) {
    const column = layout.headers[i] ?? "";
    if (count > 0) {
      notices.push({
        code: "not-a-number",
        message: `${many(count, "field", "fields")} of "${column}" ${count === 1 ? "is" : "are"} no number, the first is "${text}"; given as empty`,
        column,
        rows: [row, row],
      });
    }
  }
}

/** Without time, voltage and current a table says nothing about a cell. */
function requireRecognised(columns: readonly Column[], layout: Layout, file: string): void {
  const needed = ["test_time_second", "voltage_volt", "current_ampere"];
  if (columns.some((column) => needed.includes(column.name))) return;
  const { headers, named } = layout;
  const [a = "a", b = "b", c = "c"] = headers;
  const example = {
    test_time_second: { header: a, unit: "h" },
    voltage_volt: { header: b, unit: "mV" },
    current_ampere: { header: c, unit: "mA" },
  };
  const what = named
    ? `the columns are ${headers.map((h) => `"${h}"`).join(", ")}`
    : `the file has ${headers.length} columns without names`;
  throw new ThioscopeError(
    "MAPPING_NEEDED",
    `neither time nor voltage nor current is recognised: ${what}. Declare a mapping, for instance ${JSON.stringify(example)}`,
    { file, line: layout.skip },
  );
}
