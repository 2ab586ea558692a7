/**
 * Spreadsheets (.xlsx, .xlsm): the sheet whose header names time, voltage and current is read; sheets that go on
 * under the same titles are joined to it in the order of the tabs; all others are named in a notice.
 */
import { makeTable, type Notice, QUIET } from "@thioscope/core";
import type { CyclingColumn } from "@thioscope/core/cycling";
import type { ByteSource } from "../bytes/source.ts";
import type { CyclingFile, Reader, ReadOptions } from "../reader.ts";
import type { Sheet } from "./sheet.ts";
import { findHeader, readColumns, type SheetHeader } from "./table.ts";
import { openWorkbook, sniffWorkbook, startsAsWorkbook } from "./workbook.ts";

export { CELL, type Sheet, type SheetColumn } from "./sheet.ts";
export { openWorkbook, readWorkbook, type Workbook } from "./workbook.ts";

/** Below the readers that know a vendor's own workbook. */
const CERTAINTY = 0.3;
/** A workbook cut short has no directory, but begins with one of its parts: reading it says what is wrong. */
const CUT_CERTAINTY = 0.2;

interface Candidate {
  sheet: Sheet;
  header: SheetHeader;
  score: number;
}

/**
 * Titles that the user declared count most, then time, voltage and current, then any other canonical column;
 * without any of these the first sheet is as good as another.
 */
function scoreOf(header: SheetHeader): number {
  const has = (...names: readonly CyclingColumn[]): number => (names.some((name) => header.recognised.has(name)) ? 100 : 0);
  const time = has("test_time_second", "step_time_second", "unix_time_second");
  const core = 1000 * header.declared + time + has("voltage_volt") + has("current_ampere");
  return core > 0 ? core + header.recognised.size : 1;
}

async function read(source: ByteSource, options: ReadOptions): Promise<CyclingFile> {
  const task = options.task ?? QUIET;
  const book = await openWorkbook(source);
  let used: Candidate[] = [];
  const sizes = new Map<string, number>();
  for (const [index, name] of book.sheetNames.entries()) {
    const sheet = await book.readSheet(index, task);
    sizes.set(name, sheet.rows);
    const header = findHeader(sheet, options.mapping);
    if (!header) continue;
    const candidate = { sheet, header, score: scoreOf(header) };
    const best = used[0];
    if (!best || candidate.score > best.score) used = [candidate];
    else if (candidate.score === best.score && candidate.score >= 200 && sameTitles(header, best.header)) used.push(candidate);
  }
  const notices: Notice[] = sheetNotices(used, sizes);
  const { rows, columns, notices: more } = readColumns(used, book.dates1904, options.mapping);
  const has = (name: string): boolean => columns.some((column) => column.name === name);
  const cycling = has("voltage_volt") && has("current_ampere");
  if (used.length > 0 && !has("voltage_volt") && !has("current_ampere")) {
    const titles = used[0]?.header.titles.filter((title) => title !== "").join(", ");
    notices.push({
      code: "mapping-needed",
      message: `no title was recognised as a voltage or a current; the titles are ${titles}. Declare a mapping to use the file as cycling data`,
    });
  }
  return {
    ...makeTable(columns, rows),
    format: "spreadsheet",
    technique: cycling ? "cycling" : "table",
    meta: used.length > 0 ? { sheet: used.map(({ sheet }) => sheet.name).join(", ") } : {},
    notices: [...notices, ...more],
  };
}

function sameTitles(a: SheetHeader, b: SheetHeader): boolean {
  return a.titles.length === b.titles.length && a.titles.every((title, i) => title === b.titles[i]);
}

/** Which sheets were read, which were not, and that a workbook without a table gives none. */
export function sheetNotices(used: readonly { sheet: Sheet }[], sizes: ReadonlyMap<string, number>): Notice[] {
  const names = new Set(used.map(({ sheet }) => sheet.name));
  if (names.size === 0) {
    const found = [...sizes].map(([name, rows]) => `"${name}" (${rows} rows)`).join(", ");
    return [{ code: "no-table", message: `no sheet holds a header with rows under it; the workbook has ${found || "no worksheet"}` }];
  }
  const left = [...sizes].filter(([name, rows]) => !names.has(name) && rows > 0);
  if (left.length === 0) return [];
  const quoted = left.map(([name, rows]) => `"${name}" (${rows} rows)`).join(", ");
  return [{ code: "sheet-not-read", message: `read from ${[...names].map((name) => `"${name}"`).join(", ")}; not read: ${quoted}` }];
}

export const spreadsheetReaders: readonly Reader[] = [
  {
    id: "spreadsheet",
    title: "Spreadsheet .xlsx",
    endings: [".xlsx", ".xlsm"],
    async sniff(head, source) {
      return (await sniffWorkbook(head, source)) ? CERTAINTY : startsAsWorkbook(head) ? CUT_CERTAINTY : 0;
    },
    read,
  },
];
