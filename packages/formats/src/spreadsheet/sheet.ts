/**
 * The cells of one worksheet part (ECMA-376 part 1, 18.3.1) into columns of typed arrays. The part is scanned
 * byte by byte without building a tree: a cycler's sheet is millions of `<c r="A2" s="16"><v>1.5</v></c>`.
 * Only rows that hold something are kept; `dimension` and `spans` are hints that writers get wrong and are
 * not read.
 */
import type { ThioscopeError } from "@thioscope/core";
import { parseDecimal } from "./decimal.ts";
import { unescapeText } from "./xml.ts";

/** What a cell holds; numbers shown as dates or durations are serial days. */
export const CELL = { empty: 0, number: 1, date: 2, duration: 3, text: 4, boolean: 5, error: 6 } as const;
export type CellKind = (typeof CELL)[keyof typeof CELL];

export interface SheetColumn {
  /** the number; for text and errors the index into the sheet's `strings`; NaN where empty */
  values: Float64Array;
  /** {@link CELL} codes; may be shorter than the sheet has rows, the rest is empty */
  kinds: Uint8Array;
}

export interface Sheet {
  name: string;
  /** rows that hold at least one cell */
  rows: number;
  /** their numbers in the sheet, counting from 1 */
  rowNumbers: Uint32Array;
  /** by column position (A = 0); undefined where a column holds nothing */
  columns: readonly (SheetColumn | undefined)[];
  strings: readonly string[];
}

/** Limits of the format: a reference beyond them is damage, not data. */
const MAX_ROWS = 1048576;
const MAX_COLUMNS = 16384;
/** Places may be taken for this many cells before the sheet has to have cells in a fair share of them. */
const FREE_PLACES = 2 ** 22;
const PLACES_PER_CELL = 64;

const LT = 0x3c;
const GT = 0x3e;
const SLASH = 0x2f;

/** Strings of a workbook: the shared ones first, then those found inside cells, each once. */
export class StringPool {
  readonly list: string[];
  readonly shared: number;
  readonly #added = new Map<string, number>();

  constructor(shared: string[]) {
    this.list = shared;
    this.shared = shared.length;
  }

  add(text: string): number {
    let index = this.#added.get(text);
    if (index === undefined) {
      index = this.list.length;
      this.list.push(text);
      this.#added.set(text, index);
    }
    return index;
  }
}

/** Columns under construction, grown as cells arrive, within a budget tied to the number of cells. */
class Grid {
  readonly columns: ({ values: Float64Array; kinds: Uint8Array; length: number } | undefined)[] = [];
  rowNumbers = new Uint32Array(1024);
  rows = 0;
  #cells = 0;
  #places = 0;
  readonly #damaged: (what: string) => ThioscopeError;

  constructor(damaged: (what: string) => ThioscopeError) {
    this.#damaged = damaged;
  }

  startRow(number: number): void {
    // a row without cells leaves its place to the next
    if (this.rows > 0 && !this.#filled) this.rows--;
    if (this.rows === this.rowNumbers.length) {
      const larger = new Uint32Array(2 * this.rows);
      larger.set(this.rowNumbers);
      this.rowNumbers = larger;
    }
    this.rowNumbers[this.rows++] = number;
    this.#filled = false;
  }
  #filled = true;

  set(position: number, value: number, kind: number): void {
    const row = this.rows - 1;
    this.#filled = true;
    this.#cells++;
    const column = this.columns[position] ?? this.#grow(position, row);
    const room = row < column.kinds.length ? column : this.#grow(position, row);
    room.values[row] = value;
    room.kinds[row] = kind;
    if (row >= room.length) room.length = row + 1;
  }

  #grow(position: number, row: number): { values: Float64Array; kinds: Uint8Array; length: number } {
    const old = this.columns[position];
    const capacity = Math.max(64, 2 * (old?.kinds.length ?? 0), row + 1);
    this.#places += capacity - (old?.kinds.length ?? 0);
    if (this.#places > FREE_PLACES + PLACES_PER_CELL * this.#cells) {
      throw this.#damaged(`${this.#cells} cells are scattered over ${row + 1} rows and column ${position + 1}: too sparse to be a table`);
    }
    const values = new Float64Array(capacity).fill(Number.NaN);
    const kinds = new Uint8Array(capacity);
    if (old) {
      values.set(old.values);
      kinds.set(old.kinds);
    }
    const column = { values, kinds, length: old?.length ?? 0 };
    this.columns[position] = column;
    return column;
  }

  finish(): { rows: number; rowNumbers: Uint32Array; columns: (SheetColumn | undefined)[] } {
    if (this.rows > 0 && !this.#filled) this.rows--;
    const columns = Array.from(this.columns, (c) => c && { values: c.values.subarray(0, c.length), kinds: c.kinds.subarray(0, c.length) });
    return { rows: this.rows, rowNumbers: this.rowNumbers.slice(0, this.rows), columns };
  }
}

/**
 * Reads a worksheet part.
 *
 * @param bytes the part, UTF-8
 * @param styles kind of a number per cell style, from readStyles
 * @param epoch serial day of 1970-01-01 in this workbook
 * @param damaged makes the error for what is wrong at a byte offset of the part
 */
export function readCells(
  name: string,
  bytes: Uint8Array,
  styles: Uint8Array,
  pool: StringPool,
  epoch: number,
  damaged: (what: string, offset: number) => ThioscopeError,
): Sheet {
  const grid = new Grid((what) => damaged(what, at));
  const text = new TextDecoder();
  const size = bytes.length;
  let at = 0;
  let rowNumber = 0;
  let column = -1;
  let inData = false;
  let found = false;
  // of the tag being read
  let nameFrom = 0;
  let nameSize = 0;
  let closing = false;
  let selfClosing = false;
  // of the cell being read
  let position = 0;
  let style = 0;
  let type = 0;
  const cut = (): ThioscopeError => damaged("the sheet ends inside its cells", size);

  /** Moves to the next tag and reads its name; false at the end of the part. */
  function nextTag(): boolean {
    for (;;) {
      while (at < size && bytes[at] !== LT) at++;
      if (at + 1 >= size) return false;
      const c = bytes[at + 1]!;
      if (c === 0x21 && bytes[at + 2] === 0x5b) throw damaged("a CDATA section, which is not read", at);
      if (c === 0x21 && bytes[at + 2] === 0x2d) skipPast("-->");
      else if (c === 0x21 || c === 0x3f) skipPast(">");
      else break;
    }
    closing = bytes[at + 1] === SLASH;
    at += closing ? 2 : 1;
    nameFrom = at;
    for (; at < size; at++) {
      const c = bytes[at]!;
      if (c === GT || c === SLASH || c <= 0x20) break;
      if (c === 0x3a) nameFrom = at + 1;
    }
    nameSize = at - nameFrom;
    return true;
  }

  function skipPast(end: string): void {
    for (; at < size; at++) {
      let k = 0;
      while (k < end.length && bytes[at + k] === end.charCodeAt(k)) k++;
      if (k === end.length) {
        at += k;
        return;
      }
    }
  }

  function named(word: string): boolean {
    if (nameSize !== word.length) return false;
    for (let k = 0; k < nameSize; k++) if (bytes[nameFrom + k] !== word.charCodeAt(k)) return false;
    return true;
  }

  /** Reads the attributes r, s and t up to and over the end of the tag. */
  function readAttributes(cell: boolean): void {
    selfClosing = false;
    while (at < size) {
      const c = bytes[at]!;
      if (c === GT) {
        at++;
        return;
      }
      if (c === SLASH) selfClosing = true;
      if (c === SLASH || c <= 0x20) {
        at++;
        continue;
      }
      const from = at;
      while (at < size && bytes[at] !== 0x3d && bytes[at] !== GT) at++;
      if (bytes[at] === GT) continue;
      const single = at - from === 1 ? c : 0;
      while (at < size && bytes[at] !== 0x22 && bytes[at] !== 0x27) at++;
      const quote = bytes[at++];
      const valueFrom = at;
      while (at < size && bytes[at] !== quote) at++;
      if (at >= size) throw cut();
      if (single === 0x72) readReference(valueFrom, at, cell);
      else if (cell && single === 0x73) style = readInteger(valueFrom, at);
      else if (cell && single === 0x74) type = at - valueFrom === 1 ? bytes[valueFrom]! : at - valueFrom === 3 ? STRING : INLINE;
      at++;
    }
    throw cut();
  }

  function readInteger(from: number, to: number): number {
    let n = 0;
    for (let i = from; i < to; i++) {
      const d = bytes[i]! - 48;
      if (d < 0 || d > 9 || n > MAX_ROWS)
        throw damaged(`"${text.decode(bytes.subarray(from, to))}" is not a row, style or string number`, from);
      n = n * 10 + d;
    }
    return n;
  }

  function readReference(from: number, to: number, cell: boolean): void {
    if (!cell) {
      rowNumber = readInteger(from, to);
      return;
    }
    let n = 0;
    let i = from;
    for (; i < to && bytes[i]! >= 0x41 && n <= MAX_COLUMNS; i++) n = n * 26 + (bytes[i]! & 31);
    if (n < 1 || n > MAX_COLUMNS) throw damaged(`"${text.decode(bytes.subarray(from, to))}" is not a cell's place`, from);
    position = n - 1;
  }

  /** Content of the element whose start tag was just read, up to the next tag. */
  function contentEnd(): number {
    let end = at;
    while (end < size && bytes[end] !== LT) end++;
    if (end >= size) throw cut();
    return end;
  }

  function storeValue(from: number, to: number): void {
    if (type === 0 || type === NUMBER) {
      const value = parseDecimal(bytes, from, to);
      if (!Number.isNaN(value)) grid.set(position, value, styles[style] ?? CELL.number);
      else if (to > from) grid.set(position, pool.add(unescapeText(text.decode(bytes.subarray(from, to)))), CELL.text);
    } else if (type === SHARED) {
      const index = readInteger(from, to);
      if (index >= pool.shared) throw damaged(`shared string ${index}, there are ${pool.shared}`, from);
      grid.set(position, index, CELL.text);
    } else if (type === BOOLEAN) grid.set(position, bytes[from] === 0x31 ? 1 : 0, CELL.boolean);
    else if (type === DATE) storeDate(from, to);
    else grid.set(position, pool.add(unescapeText(text.decode(bytes.subarray(from, to)))), type === ERROR ? CELL.error : CELL.text);
  }

  /** ISO 8601 dates, which strict workbooks write, to the serial days everyone else writes. */
  function storeDate(from: number, to: number): void {
    const iso = text.decode(bytes.subarray(from, to));
    const ms = Date.parse(/[Zz]|[+-]\d\d:?\d\d$/.test(iso) || !iso.includes("T") ? iso : `${iso}Z`);
    if (!Number.isNaN(ms)) grid.set(position, ms / 86400000 + epoch, CELL.date);
    else grid.set(position, pool.add(iso), CELL.text);
  }

  /** The inside of a cell, up to its end tag. */
  function readCell(): void {
    let inline: string | undefined;
    let phonetic = false;
    for (;;) {
      if (!nextTag()) throw cut();
      if (closing) {
        if (named("c")) break;
        if (named("rPh")) phonetic = false;
        continue;
      }
      const isValue = named("v");
      const isText = named("t");
      if (named("rPh")) phonetic = true;
      readAttributes(false);
      if (selfClosing || !(isValue || isText)) continue;
      const end = contentEnd();
      if (isValue) storeValue(at, end);
      else if (!phonetic) inline = (inline ?? "") + text.decode(bytes.subarray(at, end));
      at = end;
    }
    if (inline !== undefined) grid.set(position, pool.add(unescapeText(inline)), CELL.text);
  }

  while (nextTag()) {
    if (closing) {
      if (inData && named("sheetData")) {
        inData = false;
        break;
      }
    } else if (!inData) {
      if (!named("sheetData")) continue;
      found = true;
      readAttributes(false);
      if (selfClosing) break;
      inData = true;
    } else if (named("c")) {
      position = ++column;
      style = 0;
      type = 0;
      readAttributes(true);
      column = position;
      if (rowNumber === 0) throw damaged("a cell outside of a row", at);
      if (!selfClosing) readCell();
    } else if (named("row")) {
      rowNumber++;
      column = -1;
      readAttributes(false);
      if (rowNumber < 1 || rowNumber > MAX_ROWS) throw damaged(`row ${rowNumber}, at most ${MAX_ROWS} can be`, at);
      grid.startRow(rowNumber);
    }
  }
  if (inData) throw cut();
  if (!found) throw damaged("it has no cells element", size);
  return { name, strings: pool.list, ...grid.finish() };
}

// cell types by the first letter of `t`; the two longer words have codes of their own
const NUMBER = 0x6e;
const SHARED = 0x73;
const BOOLEAN = 0x62;
const ERROR = 0x65;
const DATE = 0x64;
const STRING = 1;
const INLINE = 2;
