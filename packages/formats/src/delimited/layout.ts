/**
 * How a text table is laid out: separator, decimal sign, where the names stand, whether units stand under
 * them, what each column holds. Found from the first lines; the rows are read by scan.ts.
 */
import { withoutMark } from "@thioscope/core";
import { plainUnit, recognise, resolveUnit } from "../header.ts";
import { decodeHead, detectEncoding, type TextFormat } from "./encoding.ts";

type Separator = "," | ";" | "\t" | "|" | " ";

export interface Layout {
  format: TextFormat;
  separator: Separator;
  decimal: "." | ",";
  /** one per column; "column 1" … where the file has no names */
  headers: readonly string[];
  /** false where the names are invented */
  named: boolean;
  /** lines before the first row of data, names and units included */
  skip: number;
  /** "key: value" lines before the names */
  preamble: Readonly<Record<string, string>>;
  /** for each column whether it holds text */
  text: readonly boolean[];
  /** rows of data seen in the head, and their mean length as the file holds them */
  rows: number;
  bytesPerRow: number;
}

const SEPARATORS: readonly Separator[] = ["\t", ";", ",", "|", " "];
const LINES = 400;
const MAX_COLUMNS = 4096;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const COMMA_NUMBER = /^[+-]?(?:\d+(?:,\d*)?|,\d+)(?:[eE][+-]?\d+)?$/;
const THOUSANDS = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;
/** no tab: two numbers of a tab-separated line, split at their decimal commas, would pass as a moment */
const MOMENT = /^\d[\d :./\-TZ年月日dAPMapm,+]*$|^\d{1,2}-[A-Za-z]{3}-\d{2,4}/;
/** what instruments write for "no value" */
export const NO_VALUE = /^(?:|nan|n\/?a|null|none|-+|#n\/a|inf|\+inf|-inf|infinity)$/i;

/** Fields of one line; quotes may enclose separators and are doubled inside. */
function splitLine(line: string, separator: Separator): string[] {
  if (separator === " ") {
    const trimmed = line.trim();
    return trimmed === "" ? [] : trimmed.split(/\s+/);
  }
  if (!line.includes('"')) return line.split(separator);
  const fields: string[] = [];
  let field = "";
  let isBlank = true;
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i]!;
    if (quoted) {
      if (c === '"' && line[i + 1] !== '"') quoted = false;
      else {
        field += c;
        isBlank &&= c.trim() === "";
        if (c === '"') i++;
      }
    } else if (c === '"' && isBlank) {
      quoted = true;
      field = "";
    } else if (c === separator) {
      fields.push(field);
      field = "";
      isBlank = true;
    } else {
      field += c;
      isBlank &&= c.trim() === "";
    }
  }
  fields.push(field);
  return fields;
}

/** Splits off what a trailing separator leaves: empty fields at the end. */
function trimEnd(fields: readonly string[]): string[] {
  let n = fields.length;
  while (n > 0 && fields[n - 1]?.trim() === "") n--;
  return fields.slice(0, n);
}

interface Attempt {
  separator: Separator;
  decimal: "." | ",";
  /** the first line of data */
  first: number;
  rows: number;
  columns: number;
  score: number;
}

/** A line is data if it has a number and little but numbers, times, words without digits. */
function judge(fields: readonly string[], decimal: "." | ","): { data: boolean; share: number } {
  const number = decimal === "." ? NUMBER : COMMA_NUMBER;
  let numbers = 0;
  let filled = 0;
  for (const field of fields) {
    const text = field.trim();
    if (NO_VALUE.test(text)) continue;
    filled++;
    if (number.test(text) || (decimal === "." && THOUSANDS.test(text))) numbers++;
    else if (MOMENT.test(text)) numbers += 0.9;
  }
  return { data: fields.length >= 2 && numbers >= 1 && 2 * numbers >= filled, share: filled === 0 ? 0 : numbers / filled };
}

function attempt(lines: readonly string[], separator: Separator, decimal: "." | ","): Attempt | undefined {
  const split = lines.map((line) => splitLine(line, separator));
  let best: Attempt | undefined;
  let i = 0;
  while (i < lines.length) {
    const fields = split[i] ?? [];
    const { data } = judge(fields, decimal);
    if (!data) {
      i++;
      continue;
    }
    // a run of rows with the same number of fields; empty ones at the end may be missing
    const first = i;
    let rows = 0;
    let share = 0;
    let columns = fields.length;
    for (; i < lines.length; i++) {
      const row = split[i] ?? [];
      if (lines[i]?.trim() === "") continue;
      const judged = judge(row, decimal);
      if (!judged.data || Math.abs(row.length - columns) > 1) {
        // a remark or the names again within the rows do not end them
        if (bridges(lines, split, { i, first, rows, columns, decimal })) continue;
        break;
      }
      columns = Math.max(columns, row.length);
      share += judged.share;
      rows++;
    }
    const score = share * Math.min(columns, 50) ** 0.25;
    if (!best || score > best.score) best = { separator, decimal, first, rows, columns, score };
  }
  return best;
}

/**
 * True if the rows go on within three lines from line `i`, and what lies between are not other names. Fewer than
 * three rows may be lines of a preamble: only their own names, repeated, join them with what follows.
 */
function bridges(
  lines: readonly string[],
  split: readonly string[][],
  { i, first, rows, columns, decimal }: { i: number; first: number; rows: number; columns: number; decimal: "." | "," },
): boolean {
  const own = lines[nonEmptyAbove(lines, first)[0] ?? -1];
  let joined = rows >= 3;
  for (let at = i; at < Math.min(i + 4, lines.length); at++) {
    const fields = split[at] ?? [];
    if (at > i && judge(fields, decimal).data && Math.abs(fields.length - columns) <= 1) return joined;
    if (fields.filter((field) => recognise(field)).length < 2) continue;
    if (lines[at] !== own) return false;
    joined = true;
  }
  return false;
}

/** Lines without their ends; the last is left out where the head is cut inside it. */
function linesOf(text: string, whole: boolean): string[] {
  const lines = text.split(/\r\n|\n|\r/);
  if (!whole && lines.length > 1) lines.pop();
  if (lines[lines.length - 1] === "") lines.pop();
  return lines;
}

const layouts = new WeakMap<Uint8Array, Layout | null>();

/**
 * The layout by the first bytes of a file, or undefined where they are no table.
 *
 * @param whole true if `head` is all of the file
 */
export function findLayout(head: Uint8Array, whole: boolean): Layout | undefined {
  const known = layouts.get(head);
  if (known !== undefined) return known ?? undefined;
  const layout = find(head, whole);
  layouts.set(head, layout ?? null);
  return layout;
}

function find(head: Uint8Array, whole: boolean): Layout | undefined {
  const format = detectEncoding(head);
  const text = decodeHead(head, format);
  if (!isText(text)) return undefined;
  const lines = linesOf(text, whole).slice(0, LINES);
  let best: Attempt | undefined;
  for (const separator of SEPARATORS) {
    for (const decimal of separator === "," ? (["."] as const) : ([".", ","] as const)) {
      const tried = attempt(lines, separator, decimal);
      if (tried && (!best || tried.score > best.score * 1.001)) best = tried;
    }
  }
  // a table without rows: the line that names most known quantities
  best ??= headerOnly(lines);
  return best && describe(lines, format, best);
}

/** Text holds no control characters beside tab and line ends. */
function isText(text: string): boolean {
  for (let i = 0; i < Math.min(text.length, 4096); i++) {
    const code = text.charCodeAt(i);
    if (code < 9 || (code > 13 && code < 32)) return false;
  }
  return true;
}

function headerOnly(lines: readonly string[]): Attempt | undefined {
  let best: Attempt | undefined;
  for (const [i, line] of lines.slice(0, 100).entries()) {
    for (const separator of SEPARATORS) {
      const fields = trimEnd(splitLine(line, separator));
      if (fields.length < 2 || fields.length > MAX_COLUMNS) continue;
      const score = fields.filter((field) => recognise(field)).length;
      if (score >= 2 && (!best || score > best.score)) {
        best = { separator, decimal: ".", first: i + 1, rows: 0, columns: fields.length, score };
      }
    }
  }
  return best;
}

/** Names, units and contents of the columns, given where the rows start. */
function describe(lines: readonly string[], format: TextFormat, found: Attempt): Layout | undefined {
  const { separator, decimal, first, rows } = found;
  if (found.columns > MAX_COLUMNS) return undefined;
  const above = nonEmptyAbove(lines, first);
  let nameLine = above[0];
  let units: string[] | undefined;
  if (nameLine !== undefined && above[1] !== undefined) {
    const fields = splitLine(lines[nameLine] ?? "", separator).map((field) => field.trim().replace(/^[([]|[)\]]$/g, ""));
    const filled = fields.filter((field) => field !== "" && field !== "-");
    if (filled.length > 0 && filled.every((field) => resolveUnit(field) !== undefined || /^h+:m+:s+/i.test(field))) {
      units = fields;
      nameLine = above[1];
    }
  }
  const names = nameLine === undefined ? [] : splitLine((lines[nameLine] ?? "").replace(/^\s*#+\s*/, ""), separator).map((n) => n.trim());
  const given = trimEnd(names);
  const samples = lines
    .slice(first)
    .map((line) => splitLine(line, separator))
    .filter((fields) => judge(fields, decimal).data);
  // what most rows have; a single longer one does not make a column
  const lengths = samples.map((fields) => trimEnd(fields).length).sort((a, b) => a - b);
  const filled = lengths[Math.floor(0.8 * (lengths.length - 1))] ?? 0;
  // fewer names than filled columns: which one has none cannot be told
  const named = given.length >= 2 && given.length >= filled && (rows === 0 || given.length - filled <= Math.max(1, filled >> 1));
  const count = Math.max(named ? given.length : 0, filled, rows === 0 ? found.columns : 0);
  if (count < 2) return undefined;
  const headers = Array.from({ length: count }, (_, i) => {
    const name = named ? withoutMark(given[i] ?? "") : "";
    const unit = units?.[i] ?? "";
    if (name === "") return `column ${i + 1}`;
    return unit !== "" && !plainUnit(name) ? `${name} (${unit})` : name;
  });
  const text = headers.map((_, i) => {
    const values = samples.map((fields) => fields[i]?.trim() ?? "").filter((value) => !NO_VALUE.test(value));
    const number = decimal === "." ? NUMBER : COMMA_NUMBER;
    const bad = values.filter((value) => !number.test(value) && !(decimal === "." && THOUSANDS.test(value)));
    return bad.length * 10 > values.length;
  });
  const characters = lines.slice(first, first + rows).reduce((sum, line) => sum + line.length + 1, 0);
  const bytesPerRow = (characters / Math.max(1, rows)) * (format.encoding.startsWith("utf-16") ? 2 : 1);
  const top = named ? (nameLine ?? first) : first;
  return {
    format,
    separator,
    decimal,
    headers,
    named,
    skip: first,
    preamble: readPreamble(lines.slice(0, top), separator),
    text,
    rows,
    bytesPerRow,
  };
}

/** The two lines above `first` that are not empty, nearest first. */
function nonEmptyAbove(lines: readonly string[], first: number): number[] {
  const found: number[] = [];
  for (let i = first - 1; i >= 0 && found.length < 2; i--) if (lines[i]?.trim()) found.push(i);
  return found;
}

/** "Date of Test:,23-Nov-23", "cell id: 12", "# mass = 3 mg": what a file says of itself. */
function readPreamble(lines: readonly string[], separator: Separator): Record<string, string> {
  const preamble: Record<string, string> = {};
  for (const line of lines.slice(0, 200)) {
    const fields = trimEnd(separator === " " ? [line] : splitLine(line, separator)).map((field) => field.trim());
    const [head = "", ...rest] = fields;
    const pair = /^#*\s*([^:=]{1,80}?)\s*[:=]\s*(.*)$/.exec(head);
    const value = [pair?.[2] ?? "", ...rest].filter((part) => part !== "").join(", ");
    const key = (pair?.[1] ?? (rest.length > 0 ? head : "")).trim();
    if (key !== "" && value !== "" && value.length < 1000 && !Object.hasOwn(preamble, key)) preamble[key] = value;
  }
  return preamble;
}
