/**
 * Which cell styles of a workbook show a date and which a duration (ECMA-376 part 1, 18.8.30 and 18.8.31):
 * a spreadsheet stores both as numbers of days, and only the number format tells them from plain numbers.
 */
import type { ThioscopeError } from "@thioscope/core";
import { CELL, type CellKind } from "./sheet.ts";
import { scanTags } from "./xml.ts";

/** Built-in formats: 14–17 and 22 dates, 18–21 times of day, 45–47 durations, the rest dates of East Asian calendars. */
const BUILT_IN_DATES: readonly (readonly [from: number, to: number])[] = [
  [14, 17],
  [22, 22],
  [27, 36],
  [50, 58],
];
const BUILT_IN_DURATIONS: readonly (readonly [from: number, to: number])[] = [
  [18, 21],
  [45, 47],
];

const within = (id: number, ranges: readonly (readonly [number, number])[]): boolean => ranges.some(([from, to]) => id >= from && id <= to);

/**
 * What a number under this format code is. Years and days make a date; hours, minutes and seconds alone a
 * duration, which is days since midnight and so the same number.
 */
export function kindOfFormat(code: string): CellKind {
  const shown = code
    .split(";", 1)[0]!
    .replace(/"[^"]*"|\\.|_.|\*./g, "")
    .replace(/AM\/PM|A\/P|general/gi, "");
  if (/\[(?:h+|m+|s+)\]/i.test(shown)) return CELL.duration;
  const bare = shown.replace(/\[[^\]]*\]/g, "");
  if (/[yd]/i.test(bare)) return CELL.date;
  if (/[hs]/i.test(bare)) return CELL.duration;
  return /m/i.test(bare) ? CELL.date : CELL.number;
}

/** Kind of a number in each cell style, by the style's index, from styles.xml. */
export function readStyles(xml: string, damaged: (what: string) => ThioscopeError): Uint8Array {
  const custom = new Map<number, CellKind>();
  const kinds: number[] = [];
  let inCells = false;
  scanTags(xml, damaged, {
    open(name, attributes) {
      if (name === "numFmt") custom.set(Number(attributes["numFmtId"]), kindOfFormat(attributes["formatCode"] ?? ""));
      else if (name === "cellXfs") inCells = true;
      else if (name === "xf" && inCells) {
        const id = Number(attributes["numFmtId"] ?? 0);
        const builtIn = within(id, BUILT_IN_DATES) ? CELL.date : within(id, BUILT_IN_DURATIONS) ? CELL.duration : CELL.number;
        kinds.push(custom.get(id) ?? builtIn);
      }
    },
    close(name) {
      if (name === "cellXfs") inCells = false;
    },
  });
  return Uint8Array.from(kinds);
}

const SECONDS_PER_DAY = 86400;

/** Serial day of 1970-01-01: days count from 1899-12-30 (see {@link unixOfSerial}) or from 1904-01-01. */
export function serialOfUnixEpoch(dates1904: boolean): number {
  return dates1904 ? 24107 : 25569;
}

/**
 * Serial days to seconds since 1970-01-01 of the same (unstated) time zone. The 1900 system counts a 29 February
 * 1900 that never was, so days before it are one off (ECMA-376 part 1, 18.17.4.1).
 */
export function unixOfSerial(days: number, dates1904: boolean): number {
  return (days - serialOfUnixEpoch(dates1904) + (!dates1904 && days < 60 ? 1 : 0)) * SECONDS_PER_DAY;
}
