/**
 * Arbin MITS Pro workbooks: a sheet of facts (`Global_Info`) and the records in sheets `Channel_<channel>_<part>`,
 * a new part wherever a sheet was full.
 */
import { makeTable, type Notice, QUIET, ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import type { CyclingFile, Reader, ReadOptions } from "../reader.ts";
import { sheetNotices } from "../spreadsheet/index.ts";
import { CELL, type Sheet } from "../spreadsheet/sheet.ts";
import { cellText, findHeader, readColumns, type SheetHeader } from "../spreadsheet/table.ts";
import { openWorkbook, sniffWorkbook } from "../spreadsheet/workbook.ts";
import { ARBIN_SYNONYMS, factOf, isKnownField } from "./fields.ts";
import { localTime } from "./res.ts";

const CHANNEL_SHEET = /^Channel[_ -]?(\d+)[_ -](\d+)$/i;
const INFO_SHEET = /^(Global[_ ]?)?Info$/i;

interface Part {
  index: number;
  channel: number;
  part: number;
}

function channelParts(sheetNames: readonly string[]): Part[] {
  const parts = sheetNames.flatMap((name, index) => {
    const match = CHANNEL_SHEET.exec(name);
    return match ? [{ index, channel: Number(match[1]), part: Number(match[2]) }] : [];
  });
  return parts.sort((a, b) => a.channel - b.channel || a.part - b.part);
}

/** The facts: titles in a row, their values in the row under it; the test's name under "TEST REPORT". */
function factsOf(sheet: Sheet, dates1904: boolean): Record<string, string | number> {
  const meta: Record<string, string | number> = {};
  for (let row = 0; row + 1 < sheet.rows; row++) {
    for (let position = 0; position < sheet.columns.length; position++) {
      const title = cellText(sheet, position, row);
      const fact = /^test report$/i.test(title) ? "title" : factOf(title);
      const column = sheet.columns[position];
      const kind = column?.kinds[row + 1] ?? CELL.empty;
      if (fact === undefined || kind === CELL.empty || Object.hasOwn(meta, fact)) continue;
      const value = column!.values[row + 1]!;
      if (kind === CELL.date) meta[fact] = localTime(value + (dates1904 ? 1462 : 0));
      else meta[fact] = kind === CELL.number ? value : cellText(sheet, position, row + 1);
    }
  }
  return meta;
}

async function read(source: ByteSource, options: ReadOptions): Promise<CyclingFile> {
  const task = options.task ?? QUIET;
  const book = await openWorkbook(source);
  const parts = channelParts(book.sheetNames);
  const channel = parts[0]?.channel;
  const notices: Notice[] = [];
  const used: { sheet: Sheet; header: SheetHeader }[] = [];
  const sizes = new Map<string, number>();
  const meta: Record<string, string | number> = {};
  for (const { index } of parts.filter((part) => part.channel === channel)) {
    const sheet = await book.readSheet(index, task);
    sizes.set(sheet.name, sheet.rows);
    // a part may be empty, or go on without titles of its own
    const header = findHeader(sheet, options.mapping, ARBIN_SYNONYMS) ?? used[0]?.header;
    if (!header || sheet.rows === 0) continue;
    const first = used[0]?.header;
    if (first && header !== first && header.titles.join("\t") !== first.titles.join("\t")) {
      throw new ThioscopeError("FILE_DAMAGED", `sheet "${sheet.name}" has other titles than the sheet it continues`, { file: source.name });
    }
    used.push({ sheet, header: header === first ? { ...header, row: -1, firstRow: 0 } : header });
  }
  for (const [index, name] of book.sheetNames.entries()) {
    if (sizes.has(name)) continue;
    const sheet = await book.readSheet(index, task);
    if (INFO_SHEET.test(name)) Object.assign(meta, factsOf(sheet, book.dates1904));
    else sizes.set(name, sheet.rows);
  }
  notices.push(...sheetNotices(used, sizes));
  const { rows, columns, notices: more } = readColumns(used, book.dates1904, options.mapping, ARBIN_SYNONYMS);
  return {
    ...makeTable(columns, rows),
    format: "arbin-xlsx",
    technique: "cycling",
    meta: { ...meta, sheet: used.map(({ sheet }) => sheet.name).join(", ") },
    notices: [...notices, ...more.filter(({ code, column }) => code !== "column-unknown" || !isKnownField(column ?? ""))],
  };
}

export const arbinXlsx: Reader = {
  id: "arbin-xlsx",
  title: "Arbin .xlsx",
  endings: [".xlsx"],
  async sniff(head, source) {
    if (!(await sniffWorkbook(head, source))) return 0;
    try {
      return channelParts((await openWorkbook(source)).sheetNames).length > 0 ? 0.9 : 0;
    } catch {
      // not readable as a workbook: the spreadsheet reader says why
      return 0;
    }
  },
  read,
};
