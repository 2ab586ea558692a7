/** Takes a header apart into a quantity's name and a unit, and finds the quantity. */
import { isUnit, parseUnit, sameDimension } from "@thioscope/core";
import { CYCLING_COLUMNS, type CyclingColumn } from "@thioscope/core/cycling";
import { FORMER_NAMES, SYNONYMS, type Synonym, UNIT_SPELLINGS } from "./synonyms.ts";

/** Letters and digits in lower case: what two spellings must share. */
export function keyOf(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
}

/** Ways a header can be read: name with unit, most explicit first; last the whole as a name. */
export function splitHeader(header: string): { name: string; unit?: string }[] {
  // no column is called by a page of text
  if (header.length > 200) return [{ name: header.slice(0, 200) }];
  const text = header.normalize("NFKC").replace(/^[~\s]+|\s+$/g, "");
  const ways: { name: string; unit?: string }[] = [];
  const bracket = /^(.*?)\s*[([{]\s*([^()[\]{}]*)\s*[)\]}]\s*$/.exec(text);
  if (bracket?.[1]) ways.push({ name: bracket[1], unit: bracket[2] ?? "" });
  // a spaced slash separates more surely than the last one ("Current / mA/cm2", "Q charge/discharge/mA.h")
  for (const at of [text.indexOf(" / "), text.lastIndexOf("/")]) {
    if (at <= 0) continue;
    const [name, unit] = text[at] === " " ? [text.slice(0, at), text.slice(at + 3)] : [text.slice(0, at), text.slice(at + 1)];
    // "dQ/dV" is a derivative, not a quantity in decivolts
    if (!(/^\s*d/i.test(unit) && /(^|\W)d/i.test(name))) ways.push({ name: name.trim(), unit: unit.trim() });
  }
  const separated = /^(.+?)\s*[#,:]\s*([^\s#,:]+)$/.exec(text);
  if (separated?.[1]) ways.push({ name: separated[1], unit: separated[2] ?? "" });
  const suffix = /^(.+?)[_\s]([^_\s]+)$/.exec(text);
  if (suffix?.[1]) ways.push({ name: suffix[1], unit: suffix[2] ?? "" });
  ways.push({ name: text });
  return ways;
}

/** `text` as a unit that the unit parser knows and that measures what `wanted` does ("" = no unit). */
export function resolveUnit(text: string, wanted?: string): string | undefined {
  if (text.length > 40) return undefined;
  const clean = text.trim();
  const spellings = Object.hasOwn(UNIT_SPELLINGS, clean) ? (UNIT_SPELLINGS[clean] ?? []) : [];
  for (const candidate of [...spellings, clean.replaceAll(".h", "h"), clean]) {
    if (candidate === "" || !isUnit(candidate)) continue;
    if (wanted === undefined) return candidate;
    if (wanted !== "" && sameDimension(parseUnit(candidate), parseUnit(wanted))) return candidate;
    if (wanted === "" && candidate === "1") return "";
  }
  return undefined;
}

/** What a header was recognised as. */
export interface Recognised {
  column: CyclingColumn;
  /** of the values as they stand; undefined where the header does not say and the table knows no default */
  unit: string | undefined;
  reverse: boolean;
  otherwise?: CyclingColumn;
  /** place in the table: smaller is better */
  rank: number;
}

interface Entry extends Synonym {
  rank: number;
}

type Index = ReadonlyMap<string, readonly Entry[]>;

function indexOf(synonyms: readonly Synonym[], base: number): Index {
  const index = new Map<string, Entry[]>();
  for (const [i, synonym] of synonyms.entries()) {
    for (const spelling of synonym.spellings) {
      const key = keyOf(spelling);
      const entries = index.get(key) ?? [];
      entries.push({ ...synonym, rank: base + i });
      index.set(key, entries);
    }
  }
  return index;
}

const LABELS: readonly Synonym[] = Object.entries(CYCLING_COLUMNS).flatMap(([name, { bdf }]) =>
  bdf ? [{ column: name as CyclingColumn, spellings: [bdf.split(" / ")[0] ?? ""] }] : [],
);
const GENERAL = indexOf([...LABELS, ...SYNONYMS], 1000);
const dialects = new WeakMap<readonly Synonym[], Index>();

function dialectIndex(dialect: readonly Synonym[]): Index {
  const known = dialects.get(dialect);
  if (known) return known;
  const index = indexOf(dialect, 100);
  dialects.set(dialect, index);
  return index;
}

/** A canonical machine name, or a former one: exact, with its unit. */
function machineName(text: string): Recognised | undefined {
  if (Object.hasOwn(CYCLING_COLUMNS, text)) {
    const column = text as CyclingColumn;
    return { column, unit: CYCLING_COLUMNS[column].unit, reverse: false, rank: 0 };
  }
  const former = Object.hasOwn(FORMER_NAMES, text) ? FORMER_NAMES[text] : undefined;
  return former && { ...former, reverse: false, rank: 1 };
}

/**
 * @param dialect an instrument's own spellings, tried before the general ones
 * @returns undefined where no reading of the header names a known quantity in a fitting unit
 */
export function recognise(header: string, dialect: readonly Synonym[] = []): Recognised | undefined {
  const exact = machineName(header.trim());
  if (exact) return exact;
  const own = dialectIndex(dialect);
  let unitless: Recognised | undefined;
  for (const { name, unit } of splitHeader(header)) {
    const key = keyOf(name);
    if (key === "") continue;
    for (const entry of [...(own.get(key) ?? []), ...(GENERAL.get(key) ?? [])]) {
      const wanted = CYCLING_COLUMNS[entry.column].unit;
      const { column, rank, reverse = false, otherwise } = entry;
      const result = { column, rank, reverse, ...(otherwise ? { otherwise } : {}) };
      const resolved = unit ? resolveUnit(unit, wanted) : undefined;
      if (resolved !== undefined) return { ...result, unit: resolved };
      // "Time[h:min:s]" says how the text is written; a count needs no unit, so it wins over a quantity
      const written = wanted === "s" && /^h+:m+(in)?:s+/i.test(unit ?? "");
      if ((!unit || written) && (!unitless || (unitless.unit === undefined && unitless.rank > 100 && wanted === ""))) {
        unitless = { ...result, unit: wanted === "" ? "" : entry.unit };
      }
    }
  }
  return unitless;
}

/** The unit a header shows plainly (in brackets, behind a slash or #), if it is one. */
export function plainUnit(header: string): { name: string; unit: string } | undefined {
  if (!/[([{/#]/.test(header)) return undefined;
  // "mAh/g" alone names a quantity by its unit
  if (resolveUnit(header) !== undefined) return { name: header, unit: header.trim() };
  for (const { name, unit } of splitHeader(header)) {
    const resolved = unit ? resolveUnit(unit) : undefined;
    if (resolved !== undefined) return { name, unit: resolved };
  }
  return undefined;
}
