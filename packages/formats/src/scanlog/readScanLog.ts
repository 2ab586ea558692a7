/**
 * The log of a scan as a table in text (comma, semicolon, tab or blanks): which frame was taken where and when. Columns are known by their headers (`COLUMNS`); every column with a unit of length, or
 * with the name of a motor, may be the position. Times are ISO 8601 or seconds since 1970; times without a zone are taken as UTC.
 *
 * Lines that begin with # are left out, but for the last one before the table if it holds the headers.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import { parseInstant } from "../clock.ts";
import { lookup } from "../lookup.ts";

export interface ScanLogRow {
  /** name of the file as the log has it; null where it names none */
  readonly file: string | null;
  /** number of the frame in its file, from 0; null where the log has none */
  readonly frame: number | null;
  readonly scan: number | null;
  /** start of the exposure, s since 1970 */
  readonly timeSecond: number;
  /** s; 0 where it is not known */
  readonly exposureSecond: number;
  /** by column, in µm where the header states a unit, else as written */
  readonly positions: Readonly<Record<string, number>>;
}

export interface ScanLog {
  readonly rows: readonly ScanLogRow[];
  /** columns that may be the position, and whether their unit is known */
  readonly motors: readonly { readonly name: string; readonly inMicrometre: boolean }[];
  readonly notices: readonly Notice[];
}

const COLUMNS = {
  file: /^(file|filename|file_name|path|image|image_file)$/,
  frame: /^(frame|frame_index|index|image_number|frame_number|frame_in_file)$/,
  scan: /^(scan|scan_number|scan_no|scan_id)$/,
  time: /^(time|timestamp|start_time|datetime|date_time|date|unix_time|unix_time_second|epoch)$/,
  exposure: /^(exposure|exposure_time|exposure_second|exposure_time_second|count_time|acq_time)$/,
} as const;

/** Neither a motor nor anything else that is needed. */
const IGNORED = /^(position|point|number|no|nr|monitor|diode|counts?|current|temperature)$/;

const LENGTHS: Readonly<Record<string, number>> = { m: 1e6, mm: 1e3, um: 1, µm: 1, micrometre: 1, micrometer: 1, nm: 1e-3 };
const LARGEST = 2 ** 26;
const MOST_ROWS = 2_000_000;

/**
 * @throws ThioscopeError FILE_EMPTY, FILE_FOREIGN (no header with a time), FILE_DAMAGED with the line of a time that is none, INVALID_INPUT where the file is too large
 */
export async function readScanLog(source: ByteSource): Promise<ScanLog> {
  const file = source.name;
  if (source.size === 0) throw new ThioscopeError("FILE_EMPTY", "the file is empty (0 bytes)", { file });
  if (source.size > LARGEST)
    throw new ThioscopeError("INVALID_INPUT", `${source.size} bytes: scan logs of up to ${LARGEST} are read`, { file });
  const lines = new TextDecoder().decode(await source.read(0, source.size)).split(/\r?\n/);
  const at = lines.findIndex((line) => isHeader(line));
  if (at < 0) {
    throw new ThioscopeError(
      "FILE_FOREIGN",
      "no line of headers with a column of times (time, timestamp, start_time …): this is no scan log",
      {
        file,
      },
    );
  }
  const delimiter = delimiterOf(lines[at]!);
  const headers = split(lines[at]!.replace(/^#\s*/, ""), delimiter);
  const names = headers.map(nameOf);
  const column = (key: keyof typeof COLUMNS): number => names.findIndex((name) => COLUMNS[key].test(name));
  const places = { file: column("file"), frame: column("frame"), scan: column("scan"), time: column("time"), exposure: column("exposure") };
  const taken = new Set(Object.values(places));
  const motors = headers.flatMap((header, i) => {
    const { word, unit } = unitOf(header);
    if (taken.has(i) || (unit === null && IGNORED.test(names[i]!))) return [];
    const factor = unit === null ? null : lookup(LENGTHS, unit);
    // another unit than of length is no position
    return factor === undefined ? [] : [{ name: word, column: i, factor: factor ?? 1, inMicrometre: factor !== null }];
  });
  const rows: ScanLogRow[] = [];
  let short = 0;
  for (let i = at + 1; i < lines.length; i++) {
    const line = lines[i]!;
    if (line.trim() === "" || line.startsWith("#")) continue;
    if (rows.length >= MOST_ROWS) throw new ThioscopeError("INVALID_INPUT", `more than ${MOST_ROWS} rows`, { file, line: i + 1 });
    const cells = split(line, delimiter);
    if (cells.length < headers.length) {
      short++;
      continue;
    }
    const number = (k: number): number | null => (k < 0 || cells[k] === "" ? null : finite(Number(cells[k])));
    const written = cells[places.time]!;
    const timeSecond = /^[-+]?[\d.]+(e[-+]?\d+)?$/i.test(written) ? Number(written) : parseInstant(written);
    if (!Number.isFinite(timeSecond))
      throw new ThioscopeError("FILE_DAMAGED", `"${written.slice(0, 60)}" is no time`, { file, line: i + 1 });
    rows.push({
      file: places.file < 0 ? null : cells[places.file]!,
      frame: number(places.frame),
      scan: number(places.scan),
      timeSecond,
      exposureSecond: number(places.exposure) ?? 0,
      positions: Object.fromEntries(
        motors.flatMap(({ name, column: k, factor }) => {
          const value = number(k);
          return value === null ? [] : [[name, value * factor]];
        }),
      ),
    });
  }
  if (rows.length === 0) throw new ThioscopeError("FILE_EMPTY", "the log has headers and no row", { file });
  const numeric = motors.filter(({ name }) => rows.some((row) => row.positions[name] !== undefined));
  const notices: Notice[] =
    short > 0 ? [{ code: "rows-short", message: `${short} lines of the log have too few columns and are left out` }] : [];
  return { rows, motors: numeric.map(({ name, inMicrometre }) => ({ name, inMicrometre })), notices };
}

/** A moment in the words of an image's header (ISO 8601, TIFF's "2026:01:12 09:30:00") in s since 1970; NaN where it is none. */
export function headerInstant(text: string): number {
  return parseInstant(text.trim().replace(/^(\d{4}):(\d{2}):(\d{2})/, "$1-$2-$3"));
}

function isHeader(line: string): boolean {
  const names = split(line.replace(/^#\s*/, ""), delimiterOf(line)).map(nameOf);
  return names.length > 1 && names.some((name) => COLUMNS.time.test(name));
}

const delimiterOf = (line: string): string | RegExp => [",", ";", "\t"].find((d) => line.includes(d)) ?? /\s+/;

const split = (line: string, delimiter: string | RegExp): string[] =>
  line
    .trim()
    .split(delimiter)
    .map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));

const finite = (x: number): number | null => (Number.isFinite(x) ? x : null);

/** "samz_mm", "samz (mm)", "samz [mm]", "samz / mm" in word and unit. */
function unitOf(header: string): { word: string; unit: string | null } {
  // no column is called by a page of text
  if (header.length > 200) return { word: header.slice(0, 200), unit: null };
  const match = /^(.*?)\s*(?:\(([^)]*)\)|\[([^\]]*)\]|\/\s*(\S+)|_(m|mm|um|µm|nm|s|deg|micrometre|micrometer))$/.exec(header.trim());
  if (!match) return { word: header.trim(), unit: null };
  return { word: match[1]!.trim(), unit: (match[2] ?? match[3] ?? match[4] ?? match[5] ?? "").trim().toLowerCase() };
}

const nameOf = (header: string): string => {
  const clean = header.trim().toLowerCase();
  const bare = /_(s|second)$/.test(clean) ? clean : unitOf(clean).word;
  return bare.replace(/[\s-]+/g, "_");
};
