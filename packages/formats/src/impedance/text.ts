/**
 * Text files of spectra: small, so they are read whole. A table is found by its line of names, the first that names
 * a frequency and an impedance; every line below that holds numbers where those columns are is a row, whatever lies
 * between (units, counts, remarks). A file may hold several tables.
 */
import { ThioscopeError } from "@thioscope/core";
import { type ByteSource, readAll } from "../bytes/source.ts";
import { detectEncoding } from "../delimited/encoding.ts";
import type { ColumnMapping } from "../reader.ts";
import { parseDecimalText } from "../spreadsheet/decimal.ts";
import { hasImpedance, type ImpedanceQuantity, isSpectrum, planColumns } from "./names.ts";

/** A sweep is kilobytes; a text larger than this is not one. */
const MAX_BYTES = 2 ** 26;

type Plan = ReadonlyMap<ImpedanceQuantity, { at: number; factor: number }>;

export interface TextTable {
  headers: readonly string[];
  plan: Plan;
  /** line of the names, from 1; 0 where there is none */
  line: number;
  /** one per header */
  columns: readonly Float64Array[];
  rows: number;
  /** lines among the rows that are no data, and the first of them */
  skipped: { count: number; line: number };
  /** rows the file says it has */
  declared: number | undefined;
  /** the last line of the file ends inside a row */
  cut: boolean;
}

/** The whole text; INVALID_INPUT for files that are too large to be one of spectra. */
export async function readText(source: ByteSource): Promise<string> {
  if (source.size > MAX_BYTES) {
    throw new ThioscopeError("INVALID_INPUT", `a text of ${source.size} bytes is no file of spectra; at most ${MAX_BYTES} bytes are read`, {
      file: source.name,
    });
  }
  const bytes = await readAll(source);
  const { encoding, skip } = detectEncoding(bytes.subarray(0, 65536));
  return new TextDecoder(encoding).decode(bytes.subarray(skip));
}

/** Text holds no control characters beside tab and line ends. */
export function isText(text: string): boolean {
  for (let i = 0; i < Math.min(text.length, 4096); i++) {
    const code = text.charCodeAt(i);
    if (code < 9 || (code > 13 && code < 32)) return false;
  }
  return true;
}

export const linesOf = (text: string): string[] => text.split(/\r\n|\n|\r/);

/** A number with "." or the given decimal sign, NaN for anything else. */
export function numberOf(text: string | undefined, decimal: "." | "," = "."): number {
  const clean = (text ?? "").trim();
  if (clean.length > 60) return Number.NaN;
  return parseDecimalText(decimal === "," ? clean.replace(",", ".") : clean);
}

type Separator = "\t" | ";" | "," | "|" | " ";
const SEPARATORS: readonly Separator[] = ["\t", ";", ",", "|", " "];
const HEADER_SPLITS: readonly RegExp[] = [/\t/, /;/, /,/, /\|(?=\s|$)|(?<=\s)\|/, /\s{2,}/, /\s+/];
const MAX_COLUMNS = 1024;
/** A letter that is no exponent: rows of numbers hold none. */
const NAMES = /(?=[^eE])\p{L}|(?<![\d.])[eE]/u;

function fieldsOf(line: string, separator: Separator): string[] {
  const text = separator === " " ? line.trim() : line;
  const fields = separator === " " ? text.split(/\s+/) : text.split(separator);
  return fields.map((field) => field.trim().replace(/^"(.*)"$/, "$1"));
}

interface Header {
  line: number;
  headers: string[];
  plan: Plan;
}

/** The names in a line, by the separator that shows the most of them. */
function headerIn(line: string, mapping: ColumnMapping): { headers: string[]; plan: Plan } | undefined {
  if (line.length < 3 || line.length > 20_000 || !NAMES.test(line)) return undefined;
  const text = line.replace(/^\s*#+\s*/, "").replace(/^\s*"([^"]*)"\s*$/, "$1");
  let best: { headers: string[]; plan: Plan } | undefined;
  for (const split of HEADER_SPLITS) {
    const headers = (split.source.startsWith("\\s") ? text.trim() : text).split(split).map((name) => name.trim().replace(/^"(.*)"$/, "$1"));
    if (headers.length < 2 || headers.length > MAX_COLUMNS) continue;
    let plan: Plan;
    try {
      plan = planColumns(headers, mapping);
    } catch (error) {
      // names that a mapping declares are in another line
      if (error instanceof ThioscopeError && error.message.includes("but the headers are")) continue;
      throw error;
    }
    if (!best || plan.size > best.plan.size) best = { headers, plan };
  }
  return best;
}

/** The needed columns of a plan. */
function neededBy(plan: Plan): number[] {
  const at = (quantity: ImpedanceQuantity): number => plan.get(quantity)?.at ?? -1;
  const form = plan.has("real_impedance_ohm") && plan.has("imaginary_impedance_ohm");
  const pair = form ? [at("real_impedance_ohm"), at("imaginary_impedance_ohm")] : [at("absolute_impedance_ohm"), at("phase_degree")];
  return [at("frequency_hertz"), ...pair];
}

/**
 * All tables of spectra in a text.
 *
 * @returns none where no line names a frequency and an impedance and the text is no plain block of three numbers a line
 * @throws COLUMN_MISSING where a line names an impedance but no frequency
 */
export function findTables(text: string, mapping: ColumnMapping = {}): TextTable[] {
  const lines = linesOf(text);
  const headers: Header[] = [];
  let lacking: { line: number; headers: string[] } | undefined;
  for (const [i, line] of lines.entries()) {
    const found = headerIn(line, mapping);
    if (!found) continue;
    if (isSpectrum(found.plan)) headers.push({ line: i, ...found });
    else if (hasImpedance(found.plan) && found.plan.size >= 2) lacking ??= { line: i, headers: found.headers };
  }
  if (headers.length === 0 && lacking) {
    const names = lacking.headers.map((h) => `"${h}"`).join(", ");
    throw new ThioscopeError("COLUMN_MISSING", `the frequency column is missing: line ${lacking.line + 1} names ${names}`, {
      line: lacking.line + 1,
    });
  }
  if (headers.length === 0) {
    const plain = plainBlock(lines, mapping);
    return plain ? [plain] : [];
  }
  const ended = /[\r\n]$/.test(text);
  return headers.flatMap((header, k) => {
    const end = headers[k + 1]?.line ?? lines.length;
    return tableUnder(lines, header, end, ended) ?? [];
  });
}

/** How the rows are written: the separator and decimal sign with which most of the first lines hold numbers in all needed columns. */
function rowFormat(
  lines: readonly string[],
  from: number,
  to: number,
  needed: readonly number[],
): { separator: Separator; decimal: "." | "," } | undefined {
  let best: { separator: Separator; decimal: "." | "," } | undefined;
  let most = 0;
  const sample: string[] = [];
  for (let i = from; i < to && sample.length < 40; i++) if (lines[i]!.trim() !== "") sample.push(lines[i]!);
  const has = (sign: string): boolean => sample.some((line) => line.includes(sign));
  const withComma = has(",");
  for (const separator of SEPARATORS) {
    // one field holds no spectrum
    if (separator !== " " && !has(separator)) continue;
    for (const decimal of separator === "," || !withComma ? (["."] as const) : ([".", ","] as const)) {
      let good = 0;
      for (const line of sample) {
        const fields = fieldsOf(line, separator);
        if (needed.every((at) => !Number.isNaN(numberOf(fields[at], decimal)))) good++;
      }
      if (good > most) {
        most = good;
        best = { separator, decimal };
      }
    }
  }
  return best;
}

function tableUnder(lines: readonly string[], { line, headers, plan }: Header, end: number, ended: boolean): TextTable | undefined {
  const needed = neededBy(plan);
  const format = rowFormat(lines, line + 1, end, needed);
  const skipped = { count: 0, line: 0 };
  let declared = declaredCount(lines[line - 1]) ?? undefined;
  const kept: string[][] = [];
  let pending: { count: number; line: number } = { count: 0, line: 0 };
  let cut = false;
  for (let i = line + 1; format && i < end; i++) {
    const text = lines[i]!;
    if (text.trim() === "") continue;
    const fields = fieldsOf(text, format.separator);
    if (needed.every((at) => !Number.isNaN(numberOf(fields[at], format.decimal)))) {
      // an unfinished last number looks like a finished one: only a line shorter than the others tells
      if (i === lines.length - 1 && !ended && kept.length > 0 && fields.length < kept[0]!.length) cut = true;
      else kept.push(fields);
      if (pending.count > 0) {
        if (skipped.count === 0) skipped.line = pending.line;
        skipped.count += pending.count;
        pending = { count: 0, line: 0 };
      }
    } else if (kept.length > 0) {
      if (pending.count++ === 0) pending.line = i + 1;
      if (i === lines.length - 1 && !ended && fields.length < kept[0]!.length && fields.every((field) => !/\p{L}/u.test(field))) cut = true;
    } else declared ??= declaredCount(text);
  }
  const columns = headers.map((_, at) => Float64Array.from(kept, (fields) => numberOf(fields[at], format?.decimal)));
  return { headers, plan, line: line + 1, columns, rows: kept.length, skipped, declared, cut };
}

/** A line that holds one whole number says how many rows follow. */
function declaredCount(line: string | undefined): number | undefined {
  const match = /^\s*"?(\d{1,7})"?\s*$/.exec(line ?? "");
  return match ? Number(match[1]) : undefined;
}

/** Three or more numbers a line without names, the first falling or rising through the frequencies: f, Z′, Z″. */
function plainBlock(lines: readonly string[], mapping: ColumnMapping): TextTable | undefined {
  const format = rowFormat(lines, 0, lines.length, [0, 1, 2]);
  if (!format) return undefined;
  const rows = lines.map((line) => fieldsOf(line, format.separator).map((field) => numberOf(field, format.decimal)));
  const kept = rows.filter((row) => row.length >= 3 && !row.slice(0, 3).some(Number.isNaN));
  const filled = lines.filter((line) => line.trim() !== "").length;
  if (kept.length < 3 || 2 * kept.length < filled) return undefined;
  const width = kept[0]!.length;
  const headers = Array.from({ length: width }, (_, i) => `column ${i + 1}`);
  const declared = Object.keys(mapping).length > 0 ? planColumns(headers, mapping) : new Map();
  const plan: Plan = isSpectrum(declared)
    ? declared
    : new Map([
        ["frequency_hertz", { at: 0, factor: 1 }],
        ["real_impedance_ohm", { at: 1, factor: 1 }],
        ["imaginary_impedance_ohm", { at: 2, factor: 1 }],
      ]);
  const f = kept.map((row) => row[plan.get("frequency_hertz")!.at]!);
  let falls = 0;
  let rises = 0;
  for (let i = 1; i < f.length; i++) {
    if (f[i]! < f[i - 1]!) falls++;
    if (f[i]! > f[i - 1]!) rises++;
  }
  const monotonic = Math.max(falls, rises) >= 0.9 * (f.length - 1);
  if (!monotonic || f.some((value) => value < 0)) return undefined;
  const columns = headers.map((_, at) => Float64Array.from(kept, (row) => row[at] ?? Number.NaN));
  return {
    headers,
    plan,
    line: 0,
    columns,
    rows: kept.length,
    skipped: { count: filled - kept.length, line: 1 },
    declared: undefined,
    cut: false,
  };
}
