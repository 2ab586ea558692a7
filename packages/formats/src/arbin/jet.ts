/**
 * Tables of a Microsoft Access database (Jet 4 .mdb, and the .accdb of Access 2007 and later), which is what an
 * Arbin .res file is. Pages are read straight into typed columns; nothing else of the database is interpreted.
 *
 * Layout (after the public description in mdbtools' HACKING document): pages of 4,096 bytes; page 0 names the
 * version; page 2 defines the catalogue MSysObjects; a table's definition lists its columns and points to a map
 * of its data pages; a data page holds rows from its end towards its start, each with fixed columns first, then
 * the variable ones, and a bit per column that says whether it is null.
 */
import { checkCancelled, QUIET, type TaskContext, ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";

const PAGE = 4096;
/** Pages are fetched by the MiB: one at a time is slow where each read is a call to the browser. */
const BLOCK = 256 * PAGE;
const CATALOGUE_PAGE = 2;
const PAGE_DATA = 1;
const PAGE_DEFINITION = 2;
const PAGE_MAP = 5;
/** Flags in the offset of a row. */
const DELETED = 0x8000;
const MOVED = 0x4000;
/** Memory for columns per byte of the file: one-byte columns become eight bytes, absent ones cost theirs too. */
const MEMORY_PER_BYTE = 64;
const FREE_MEMORY = 2 ** 26;
const SIGNATURES = ["Standard Jet DB", "Standard ACE DB"];

/** Column types of the format with a fixed size that are read; text is read too, all others are left out. */
const TYPES: Readonly<Record<number, { name: string; size: number }>> = {
  1: { name: "boolean", size: 0 },
  2: { name: "byte", size: 1 },
  3: { name: "integer", size: 2 },
  4: { name: "long", size: 4 },
  5: { name: "currency", size: 8 },
  6: { name: "single", size: 4 },
  7: { name: "double", size: 8 },
  8: { name: "date", size: 8 },
  10: { name: "text", size: 0 },
};

interface ColumnDefinition {
  name: string;
  type: number;
  /** place of its bit in the null mask */
  number: number;
  fixed: boolean;
  /** byte offset among the fixed columns, or index among the variable ones */
  place: number;
}

interface TableDefinition {
  name: string;
  columns: ColumnDefinition[];
  /** rows the definition claims; only a hint */
  rows: number;
  pages: number[];
}

interface JetColumn {
  name: string;
  /** "double", "text", …; types that are not read do not appear */
  type: string;
  /** numbers (NaN where null), or texts ("" where null) */
  values: Float64Array | string[];
}

export interface JetTable {
  name: string;
  rows: number;
  columns: JetColumn[];
  /** columns of a type that is not read */
  skipped: string[];
  /** data pages that could not be read; only where salvage was asked for */
  lostPages: number;
}

export interface JetDatabase {
  /** user tables in the order of the catalogue */
  tableNames: readonly string[];
  readTable(name: string, task?: TaskContext): Promise<JetTable>;
}

/** True if the content starts as a Jet or ACE database does. */
export function looksLikeJet(head: Uint8Array): boolean {
  const text = String.fromCharCode(...head.subarray(4, 19));
  return head[0] === 0 && head[1] === 1 && SIGNATURES.includes(text);
}

const utf16 = new TextDecoder("utf-16le");
const latin1 = new TextDecoder("windows-1252");

/** Text as stored: UTF-16, or "compressed" behind FF FE, where runs of single bytes alternate with UTF-16 at each 00. */
function decodeText(bytes: Uint8Array): string {
  if (bytes[0] !== 0xff || bytes[1] !== 0xfe) return utf16.decode(bytes);
  let out = "";
  let compressed = true;
  for (let from = 2; from < bytes.length; compressed = !compressed) {
    let to = from;
    if (compressed) while (to < bytes.length && bytes[to] !== 0) to++;
    else while (to + 1 < bytes.length && (bytes[to] !== 0 || bytes[to + 1] !== 0)) to += 2;
    out += compressed ? latin1.decode(bytes.subarray(from, to)) : utf16.decode(bytes.subarray(from, to));
    from = to + 1;
  }
  return out;
}

/**
 * Opens a database: reads its catalogue, not yet any table.
 *
 * @param salvage leave out data pages that are missing or damaged and count them, instead of refusing the table
 * @throws ThioscopeError FILE_FOREIGN, FORMAT_VERSION (Access 97), FILE_CUT, FILE_DAMAGED with the offset of the
 * page
 */
export async function openJet(source: ByteSource, salvage = false): Promise<JetDatabase> {
  const at = (page: number): { file: string; offset: number } => ({ file: source.name, offset: page * PAGE });
  const damaged = (what: string, page: number): ThioscopeError =>
    new ThioscopeError("FILE_DAMAGED", `the database is damaged at page ${page}: ${what}`, at(page));
  const pageCount = Math.floor(source.size / PAGE);
  const head = await source.read(0, Math.min(PAGE, source.size));
  if (!looksLikeJet(head)) throw new ThioscopeError("FILE_FOREIGN", "the content is not an Access database", at(0));
  if (head[0x14] === 0) {
    throw new ThioscopeError(
      "FORMAT_VERSION",
      "the database is of Access 97 (Jet 3); Jet 4 and later are read. Convert it with Access",
      at(0),
    );
  }
  if (pageCount <= CATALOGUE_PAGE) {
    throw new ThioscopeError("FILE_CUT", `the database ends at ${source.size} bytes, before its catalogue`, at(0));
  }

  let block: { from: number; bytes: Uint8Array } | undefined;
  async function pageBytes(page: number): Promise<Uint8Array> {
    const offset = page * PAGE;
    if (!block || offset < block.from || offset + PAGE > block.from + block.bytes.length) {
      const from = offset - (offset % BLOCK);
      block = { from, bytes: await source.read(from, Math.min(BLOCK, source.size - from)) };
    }
    return block.bytes.subarray(offset - block.from, offset - block.from + PAGE);
  }

  async function readPage(page: number, kind: number, what: string): Promise<DataView> {
    if (page < 1 || page * PAGE + PAGE > source.size) {
      throw new ThioscopeError("FILE_CUT", `page ${page} (${what}) is needed, the file ends at ${source.size} bytes`, {
        file: source.name,
        offset: source.size,
      });
    }
    const bytes = await pageBytes(page);
    if (bytes[0] !== kind)
      throw damaged(`${what} should be a page of kind ${kind}, it is of kind ${bytes[0]}; or the file is encrypted`, page);
    return new DataView(bytes.buffer, bytes.byteOffset, PAGE);
  }

  /** Bytes of row `row` of a data page: [start, end) and the flags in its offset. */
  function rowAt(view: DataView, row: number, page: number): { start: number; end: number; flags: number } {
    const count = view.getUint16(12, true);
    if (row >= count || 14 + 2 * count > PAGE) throw damaged(`row ${row} of ${count}`, page);
    const entry = view.getUint16(14 + 2 * row, true);
    const start = entry & 0x1fff;
    const end = row === 0 ? PAGE : view.getUint16(12 + 2 * row, true) & 0x1fff;
    if (start < 14 + 2 * count || end > PAGE || start > end) throw damaged(`row ${row} lies at ${start} to ${end}`, page);
    return { start, end, flags: entry & 0xe000 };
  }

  /** Data pages of a table, from the bit map that its definition points to. */
  async function readPageMap(row: number, page: number): Promise<number[]> {
    const view = await readPage(page, PAGE_DATA, "a page map");
    const { start, end } = rowAt(view, row, page);
    const pages: number[] = [];
    const addBits = (bits: DataView, from: number, to: number, first: number): void => {
      for (let i = from; i < to; i++) {
        for (let bit = 0, byte = bits.getUint8(i); byte !== 0; bit++, byte >>= 1) {
          const found = first + 8 * (i - from) + bit;
          if (byte & 1 && found > 0) pages.push(found);
          if (found >= pageCount && byte & 1 && !salvage) {
            throw new ThioscopeError("FILE_CUT", `the table goes on at page ${found}, the file has ${pageCount}`, {
              file: source.name,
              offset: source.size,
            });
          }
        }
      }
    };
    const kind = end > start ? view.getUint8(start) : -1;
    if (kind === 0 && end - start >= 5) addBits(view, start + 5, end, view.getUint32(start + 1, true));
    else if (kind === 1) {
      const perMap = 8 * (PAGE - 4);
      for (let i = 0; start + 5 + 4 * i <= end; i++) {
        const map = view.getUint32(start + 1 + 4 * i, true);
        if (map !== 0) addBits(await readPage(map, PAGE_MAP, "a page map"), 4, PAGE, i * perMap);
      }
    } else throw damaged(`page map of kind ${kind}`, page);
    return pages;
  }

  async function readDefinition(name: string, firstPage: number): Promise<TableDefinition> {
    const parts: Uint8Array[] = [];
    const seen = new Set<number>();
    for (let page = firstPage; page !== 0; ) {
      if (seen.has(page)) throw damaged("the definition runs in a circle", page);
      seen.add(page);
      const view = await readPage(page, PAGE_DEFINITION, `the definition of "${name}"`);
      parts.push(new Uint8Array(view.buffer, view.byteOffset + (parts.length === 0 ? 0 : 8), PAGE - (parts.length === 0 ? 0 : 8)));
      page = view.getUint32(4, true);
    }
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    parts.reduce((offset, part) => {
      bytes.set(part, offset);
      return offset + part.length;
    }, 0);
    const view = new DataView(bytes.buffer);
    const columnCount = view.getUint16(45, true);
    const indexCount = view.getUint32(51, true);
    let offset = 63 + 12 * indexCount;
    let nameOffset = offset + 25 * columnCount;
    if (columnCount > 255 || nameOffset > bytes.length)
      throw damaged(`"${name}" claims ${columnCount} columns and ${indexCount} indexes`, firstPage);
    const columns: ColumnDefinition[] = [];
    for (let i = 0; i < columnCount; i++, offset += 25) {
      if (nameOffset + 2 > bytes.length) throw damaged(`the columns of "${name}" do not end`, firstPage);
      const length = view.getUint16(nameOffset, true);
      if (nameOffset + 2 + length > bytes.length) throw damaged(`the columns of "${name}" do not end`, firstPage);
      const fixed = (view.getUint8(offset + 15) & 1) === 1;
      columns.push({
        name: utf16.decode(bytes.subarray(nameOffset + 2, nameOffset + 2 + length)),
        type: view.getUint8(offset),
        number: view.getUint16(offset + 5, true),
        fixed,
        place: view.getUint16(offset + (fixed ? 21 : 7), true),
      });
      nameOffset += 2 + length;
    }
    const pages = await readPageMap(view.getUint8(55), view.getUint32(55, true) >>> 8);
    return { name, columns, rows: view.getUint32(16, true), pages };
  }

  /** All rows of a table into columns. */
  async function readRows(table: TableDefinition, wanted: (column: ColumnDefinition) => boolean, task: TaskContext): Promise<JetTable> {
    const columns = table.columns.filter((column) => TYPES[column.type] && wanted(column));
    const skipped = table.columns.filter((column) => !TYPES[column.type]).map((column) => column.name);
    const numeric = columns.filter((column) => column.type !== 10).length;
    const most = Math.floor((FREE_MEMORY + MEMORY_PER_BYTE * source.size) / (8 * Math.max(1, numeric)));
    let capacity = Math.min(most, Math.max(64, table.rows));
    const numbers = columns.map((column) => (column.type === 10 ? undefined : new Float64Array(capacity)));
    const texts = columns.map((column) => (column.type === 10 ? ([] as string[]) : undefined));
    let rows = 0;
    let lostPages = 0;

    function readRow(view: DataView, start: number, end: number, page: number): void {
      const stored = end - start >= 2 ? view.getUint16(start, true) : 0;
      const mask = end - Math.ceil(stored / 8);
      if (stored === 0 || mask < start + 2) throw damaged(`a row of ${end - start} bytes claims ${stored} columns`, page);
      if (rows === capacity) {
        if (capacity === most) throw damaged(`"${table.name}" claims more than ${most} rows of ${columns.length} columns`, page);
        capacity = Math.min(most, 2 * capacity);
        for (const [i, old] of numbers.entries()) {
          if (!old) continue;
          numbers[i] = new Float64Array(capacity);
          numbers[i]!.set(old);
        }
      }
      for (let i = 0; i < columns.length; i++) {
        const { type, number, fixed, place } = columns[i]!;
        const set = number < stored && (view.getUint8(mask + (number >> 3)) & (1 << (number & 7))) !== 0;
        const into = numbers[i];
        if (type === 1) into![rows] = set ? 1 : 0;
        else if (!set) {
          if (into) into[rows] = Number.NaN;
          else texts[i]![rows] = "";
        } else if (into) {
          const from = start + 2 + place;
          if (!fixed || from + TYPES[type]!.size > mask) throw damaged(`column ${number} lies outside of its row`, page);
          into[rows] = readNumber(view, from, type);
        } else {
          // behind the variable values: their end, their starts in reverse order, their count
          const count = mask - 2 > start ? view.getUint16(mask - 2, true) : 0;
          const entry = mask - 4 - 2 * place;
          if (fixed || place >= count || entry - 2 < start) {
            texts[i]![rows] = "";
            continue;
          }
          const from = start + view.getUint16(entry, true);
          const to = start + view.getUint16(entry - 2, true);
          if (to < from || to > mask) throw damaged(`column ${number} lies outside of its row`, page);
          texts[i]![rows] = decodeText(new Uint8Array(view.buffer, view.byteOffset + from, to - from));
        }
      }
      rows++;
    }

    async function readDataPage(page: number): Promise<void> {
      const view = await readPage(page, PAGE_DATA, `data of "${table.name}"`);
      const count = view.getUint16(12, true);
      for (let row = 0; row < count; row++) {
        const { start, end, flags } = rowAt(view, row, page);
        if (flags & DELETED) continue;
        if (!(flags & MOVED)) {
          readRow(view, start, end, page);
          continue;
        }
        // its place holds where to
        if (end - start < 4) throw damaged(`row ${row} points nowhere`, page);
        const pointer = view.getUint32(start, true);
        const other = await readPage(pointer >>> 8, PAGE_DATA, `data of "${table.name}"`);
        const moved = rowAt(other, pointer & 0xff, pointer >>> 8);
        readRow(other, moved.start, moved.end, pointer >>> 8);
      }
    }

    for (const [done, page] of table.pages.entries()) {
      if (done % 256 === 0) {
        checkCancelled(task);
        task.progress(done, table.pages.length, "pages");
      }
      try {
        await readDataPage(page);
      } catch (error) {
        if (!salvage || !(error instanceof ThioscopeError)) throw error;
        lostPages++;
      }
    }
    return {
      name: table.name,
      rows,
      skipped,
      lostPages,
      columns: columns.map((column, i) => ({
        name: column.name,
        type: TYPES[column.type]!.name,
        values: texts[i]?.slice(0, rows) ?? numbers[i]!.subarray(0, rows),
      })),
    };
  }

  const catalogue = await readRows(await readDefinition("MSysObjects", CATALOGUE_PAGE), () => true, QUIET);
  const field = (name: string): Float64Array | string[] | undefined => catalogue.columns.find((column) => column.name === name)?.values;
  const ids = field("Id");
  const names = field("Name");
  const types = field("Type");
  const flags = field("Flags");
  if (!ids || !names || !types || !flags) throw damaged("the catalogue lacks its columns", CATALOGUE_PAGE);
  const definitions = new Map<string, number>();
  for (let i = 0; i < catalogue.rows; i++) {
    const system = (Number(flags[i]) & 0x80000002) !== 0;
    if ((Number(types[i]) & 0x7f) === 1 && !system) definitions.set(String(names[i]), Number(ids[i]) & 0xffffff);
  }
  return {
    tableNames: [...definitions.keys()],
    async readTable(name, task = QUIET) {
      const page = definitions.get(name);
      if (page === undefined) {
        throw new ThioscopeError(
          "FILE_DAMAGED",
          `the database has no table "${name}"; it has ${[...definitions.keys()].join(", ") || "none"}`,
          at(0),
        );
      }
      return readRows(await readDefinition(name, page), () => true, task);
    },
  };
}

function readNumber(view: DataView, from: number, type: number): number {
  switch (type) {
    case 2:
      return view.getUint8(from);
    case 3:
      return view.getInt16(from, true);
    case 4:
      return view.getInt32(from, true);
    case 5:
      return Number(view.getBigInt64(from, true)) / 1e4;
    case 6:
      return view.getFloat32(from, true);
    default:
      return view.getFloat64(from, true);
  }
}
