/** From a sheet's cells to a table: where its header is, and what its columns hold. */
import type { Column, Notice } from "@thioscope/core";
import type { CyclingColumn } from "@thioscope/core/cycling";
import { recognise, resolveUnit } from "../header.ts";
import { normaliseColumns, type RawColumn } from "../normalise.ts";
import type { ColumnMapping } from "../reader.ts";
import type { Synonym } from "../synonyms.ts";
import { parseDecimalText } from "./decimal.ts";
import { CELL, type Sheet, type SheetColumn } from "./sheet.ts";
import { unixOfSerial } from "./styles.ts";

/** Rows in which a header is looked for. */
const HEADER_ROWS = 50;

export interface SheetHeader {
  /** index of the header row among the sheet's kept rows */
  row: number;
  /** first row of data: behind the header, or behind a row of units under it */
  firstRow: number;
  /** by column position; "" where the header row has no text */
  titles: readonly string[];
  /** canonical columns that the titles name */
  recognised: ReadonlySet<CyclingColumn>;
  /** how many titles the user's mapping names */
  declared: number;
}

/** A cell as text: what a header or a note says. */
export function cellText(sheet: Sheet, position: number, row: number): string {
  const column = sheet.columns[position];
  const kind = column?.kinds[row] ?? CELL.empty;
  if (!column || kind === CELL.empty) return "";
  const value = column.values[row]!;
  if (kind === CELL.text || kind === CELL.error) return (sheet.strings[value] ?? "").trim();
  return kind === CELL.boolean ? (value === 1 ? "true" : "false") : String(value);
}

/** Text of a header's cell; numbers are no titles. */
function titleAt(sheet: Sheet, position: number, row: number): string {
  return sheet.columns[position]?.kinds[row] === CELL.text ? cellText(sheet, position, row) : "";
}

/**
 * The header: among the first rows the one whose titles name the most canonical or declared columns; where none
 * is named, the first row of two or more texts with data under it.
 */
export function findHeader(sheet: Sheet, mapping: ColumnMapping = {}, dialect: readonly Synonym[] = []): SheetHeader | undefined {
  const declared = new Set(Object.values(mapping).map((m) => (typeof m === "string" ? m : m.header).trim().toLowerCase()));
  let best: SheetHeader | undefined;
  let bestScore = 0;
  for (let row = 0; row < Math.min(HEADER_ROWS, sheet.rows - 1); row++) {
    const titles = Array.from(sheet.columns, (_, position) => titleAt(sheet, position, row));
    const texts = titles.filter((title) => title !== "");
    if (texts.length === 0) continue;
    const recognised = new Set<CyclingColumn>();
    for (const title of texts) {
      const found = recognise(title, dialect);
      if (found) recognised.add(recognised.has(found.column) && found.otherwise ? found.otherwise : found.column);
    }
    const named = texts.filter((title) => declared.has(title.toLowerCase())).length;
    // a single recognised word may be a sentence about the test; a plain header has at least two titles
    const score = named > 0 || recognised.size > 1 ? 1000 * named + 1 + recognised.size : texts.length > 1 ? 1 : 0;
    if (score > bestScore) {
      bestScore = score;
      best = { row, firstRow: row + 1, titles, recognised, declared: named };
    }
  }
  return best && withUnits(sheet, best);
}

/** Titles with the units of a row that holds nothing else, directly under the header. */
function withUnits(sheet: Sheet, header: SheetHeader): SheetHeader {
  const row = header.row + 1;
  if (row >= sheet.rows - 1) return header;
  const units = Array.from(sheet.columns, (column, position) => {
    const kind = column?.kinds[row] ?? CELL.empty;
    return kind === CELL.empty ? "" : kind === CELL.text ? cellText(sheet, position, row) : undefined;
  });
  const given = units.filter((unit) => unit !== "");
  if (given.length < 2 || !given.every((unit) => unit !== undefined && resolveUnit(unit.replace(/^[([]|[)\]]$/g, "")) !== undefined))
    return header;
  const titles = header.titles.map((title, i) => (title && units[i] ? `${title} (${units[i].replace(/^[([]|[)\]]$/g, "")})` : title));
  return { ...header, firstRow: row + 1, titles };
}

/** Letters of a column's position: A, B, …, Z, AA. */
export function columnLetters(position: number): string {
  const last = String.fromCharCode(65 + (position % 26));
  return position < 26 ? last : columnLetters(Math.floor(position / 26) - 1) + last;
}

interface Built extends RawColumn {
  /** the title in the sheet, where `header` had to say more */
  title: string;
  /** numbers that were serial days */
  clock?: boolean;
}

/**
 * Columns of one or more sheets with the same titles, one after the other, as canonical columns.
 *
 * @returns columns of equal length, and notices on cells that are not what their column holds
 * @throws ThioscopeError INVALID_INPUT where the mapping names a title that is not there
 */
export function readColumns(
  parts: readonly { sheet: Sheet; header: SheetHeader }[],
  dates1904: boolean,
  mapping: ColumnMapping = {},
  dialect: readonly Synonym[] = [],
): { rows: number; columns: Column[]; notices: Notice[] } {
  const notices: Notice[] = [];
  const rows = parts.reduce((sum, { sheet, header }) => sum + sheet.rows - header.firstRow, 0);
  const width = Math.max(0, ...parts.map(({ sheet }) => sheet.columns.length));
  const mapped = new Set(Object.values(mapping).map((m) => (typeof m === "string" ? m : m.header).trim().toLowerCase()));
  const built: Built[] = [];
  for (let position = 0; position < width; position++) {
    const column = buildColumn(parts, position, rows, dates1904, mapped, dialect, notices);
    if (column) built.push(column);
  }
  const { columns, notices: more } = normaliseColumns(built, mapping, dialect);
  for (const { title, clock } of built) {
    if (clock)
      notices.push({ code: "clock-zone", message: `"${title}" carries no time zone; it is taken as UTC`, column: "unix_time_second" });
  }
  const byHeader = new Map(built.map((column) => [column.header, column]));
  const named = columns.map((column) => {
    const source = column.vendor && byHeader.get(column.vendor.name);
    if (!source || !column.vendor || (source.title === source.header && !source.clock)) return column;
    const vendor = source.clock ? { name: source.title, unit: "d", factor: 86400 } : { ...column.vendor, name: source.title };
    return { ...column, vendor };
  });
  return { rows, columns: named, notices: [...notices, ...more] };
}

/** How many cells of each kind a column holds from `from` on. */
function countKinds(column: SheetColumn | undefined, from: number, counts: number[]): void {
  if (!column) return;
  for (let row = from; row < column.kinds.length; row++) counts[column.kinds[row]!]!++;
}

function buildColumn(
  parts: readonly { sheet: Sheet; header: SheetHeader }[],
  position: number,
  rows: number,
  dates1904: boolean,
  mapped: ReadonlySet<string>,
  dialect: readonly Synonym[],
  notices: Notice[],
): Built | undefined {
  const counts = [0, 0, 0, 0, 0, 0, 0];
  for (const { sheet, header } of parts) countKinds(sheet.columns[position], header.firstRow, counts);
  const filled = counts.reduce((sum, n) => sum + n, 0) - counts[CELL.empty]!;
  const title = parts[0]?.header.titles[position] ?? "";
  if (filled === 0 && title === "") return undefined;
  const header = title || `column ${columnLetters(position)}`;
  if (title === "") notices.push({ code: "header-missing", message: `${header} has ${filled} cells and no title`, column: header });

  if (2 * counts[CELL.date]! > filled) return dateColumn(parts, position, rows, header, dates1904, dialect);
  const numbers = new Float64Array(rows).fill(Number.NaN);
  const strange = fillNumbers(parts, position, numbers, counts[CELL.duration]! > 0 ? 86400 : 1);
  if (2 * strange > filled || (strange > 0 && filled === strange))
    return { header, title: header, values: fillTexts(parts, position, rows) };
  if (strange > 0) {
    const message = `${strange} of ${filled} cells in "${header}" are no numbers; they are left empty`;
    notices.push({ code: "cell-not-number", message, column: header });
  }
  if (2 * counts[CELL.duration]! > filled && !mapped.has(header.toLowerCase())) {
    // shown as h:mm:ss, stored as days; the header's own "(h:min:s)" would say otherwise
    return { header: `${header.replace(/\s*[([{][^)\]}]*[)\]}]\s*$/, "")} (s)`, title: header, values: numbers };
  }
  return { header, title: header, values: numbers };
}

/** Fills numbers, booleans, numbers written as text, durations in seconds; returns how many cells are none of these. */
function fillNumbers(
  parts: readonly { sheet: Sheet; header: SheetHeader }[],
  position: number,
  into: Float64Array,
  perDay: number,
): number {
  let strange = 0;
  let offset = 0;
  for (const { sheet, header } of parts) {
    const column = sheet.columns[position];
    const from = header.firstRow;
    const end = column?.kinds.length ?? 0;
    for (let row = from; row < end; row++) {
      const kind = column!.kinds[row]!;
      if (kind === CELL.empty) continue;
      let value = column!.values[row]!;
      if (kind === CELL.duration) value *= perDay;
      else if (kind === CELL.text) value = parseDecimalText((sheet.strings[value] ?? "").trim());
      else if (kind === CELL.error || kind === CELL.date) value = Number.NaN;
      if (Number.isNaN(value)) strange++;
      else into[offset + row - from] = value;
    }
    offset += sheet.rows - from;
  }
  return strange;
}

function fillTexts(parts: readonly { sheet: Sheet; header: SheetHeader }[], position: number, rows: number): string[] {
  const texts = new Array<string>(rows).fill("");
  let offset = 0;
  for (const { sheet, header } of parts) {
    for (let row = header.firstRow; row < sheet.rows; row++) texts[offset + row - header.firstRow] = cellText(sheet, position, row);
    offset += sheet.rows - header.firstRow;
  }
  return texts;
}

/** Dates as Unix seconds where the title names the wall clock, else as readable text. */
function dateColumn(
  parts: readonly { sheet: Sheet; header: SheetHeader }[],
  position: number,
  rows: number,
  header: string,
  dates1904: boolean,
  dialect: readonly Synonym[],
): Built {
  const seconds = new Float64Array(rows).fill(Number.NaN);
  let offset = 0;
  for (const { sheet, header: place } of parts) {
    const column = sheet.columns[position];
    for (let row = place.firstRow; row < (column?.kinds.length ?? 0); row++) {
      if (column!.kinds[row] !== CELL.date) continue;
      // a serial day resolves microseconds at best: digits beyond are noise of the division by 86,400
      seconds[offset + row - place.firstRow] = Math.round(unixOfSerial(column!.values[row]!, dates1904) * 1e3) / 1e3;
    }
    offset += sheet.rows - place.firstRow;
  }
  if (recognise(header, dialect)?.column === "unix_time_second") return { header, title: header, values: seconds, clock: true };
  const texts = Array.from(seconds, (s) => (Math.abs(s) < 8.64e12 ? new Date(s * 1e3).toISOString().replace(/(\.000)?Z$/, "") : ""));
  return { header, title: header, values: texts };
}
