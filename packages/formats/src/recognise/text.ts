/** What a text says that it is: marks of programs, names of columns, and at last the range of its first column. */
import { roleOf } from "../absorption/columns.ts";
import { looksLikeObservations } from "../observations/readObservations.ts";
import type { Recognition } from "./kinds.ts";

/** First that fits: what a program writes at the head of its files. */
const MARKS: readonly (readonly [RegExp, Recognition["kind"], string])[] = [
  [/^#\s*XDI\//, "absorption", "XDI"],
  [/^# Athena project file|^\s*\{\s*"_____/, "absorption", "Athena project"],
  [/^XDAC V/, "absorption", "XDAC"],
  [/^# CLS Data Acquisition/, "absorption", "CLS"],
  [/^SSRL\s/, "absorption", "SSRL"],
  [/^\s*9809\s+KEK-PF/, "absorption", "Photon Factory"],
  [/nleg,\s*deg,\s*reff/i, "path", "FEFF"],
  [/^#+\s*start data|^\[DEFAULT\][\s\S]*\b(rpoly|qmaxinst)\b|Get_XPDF|^#L\s+r\(/im, "pdf", "PDFgetX"],
  [/^BANK\s+\d+\s+\d+\s+\d+\s+(CONST|RALF|TIME|LOG6|LPSD|TOF|SLOG)/im, "powder", "GSAS"],
  [/<xrdMeasurements\b/, "powder", "XRDML"],
  [/^_2THETA(COUNTS|CPS)?\b|^_SAMPLE\s*=|^;\s*RAW\d/im, "powder", "Bruker text"],
  [/^RAW(1\.01|4\.00| |2)/, "powder", "Bruker RAW"],
  [/^[ \t]*_pd_(meas|proc|calc)_(2theta|counts|intensity|point|time)/m, "powder", "CIF of a powder pattern"],
  [/2[_\s-]*th(eta)?[\s_(]+deg|2th_deg|^#.*\b(2theta|two[- ]?theta|tth)\b|^#.*\bq_(A|nm)\^-1/im, "powder", "integrated pattern"],
  [/^claims\s*:/m, "claims", "claims"],
  [/^paper\s*:[\s\S]*^figures\s*:/m, "panels", "panels"],
  [/^(sources|steps)\s*:/m, "study", "study.yaml"],
  [/^layers\s*:/m, "cell", "cell file"],
];

/** Marks that belong to integrated patterns stand far above them in a head of a pipeline. */
const LOOKED_AT = 16_384;

/** @param text the head of the file */
export function recogniseText(text: string): Recognition | null {
  const head = text.slice(0, LOOKED_AT);
  const isJson = /^\s*[[{]/.test(head) && !/^\s*\{\s*"_____/.test(head) && !head.startsWith("[DEFAULT]");
  if (isJson) {
    return /"(composition|formula_pretty|entry_id|energy_per_atom|reduced_formula)"\s*:\s*["{\-\d]/.test(head)
      ? { kind: "energies", format: "JSON of entries", certainty: 0.7 }
      : null;
  }
  if (looksLikeObservations(head)) return { kind: "observations", format: "observations", certainty: 0.9 };
  const found = MARKS.find(([pattern]) => pattern.test(head));
  if (found) return { kind: found[1], format: found[2], certainty: 0.9 };
  return ofColumns(head);
}

interface Table {
  /** names of the columns; null where the text has none */
  names: readonly string[] | null;
  rows: readonly (readonly number[])[];
}

const NUMBER = /^[+-]?(\d+(?:\.\d*)?|\.\d+)([eEdD][+-]?\d+)?$/;

function tableOf(text: string): Table | null {
  // the last line of a head is cut anywhere
  const lines = text.split(/\r?\n/).slice(0, -1);
  const cells = (line: string): string[] => line.trim().split(/\s*[,;\t]\s*|\s+/);
  const isRow = (line: string): boolean => line.trim() !== "" && cells(line).every((cell) => NUMBER.test(cell));
  const first = lines.findIndex(isRow);
  if (first < 0) return null;
  const width = cells(lines[first]!).length;
  const rows = lines
    .slice(first)
    .filter(isRow)
    .map((line) => cells(line).map(Number))
    .filter((row) => row.length === width);
  const above = lines
    .slice(0, first)
    .reverse()
    .find((line) => /[A-Za-z]/.test(line));
  const names = above === undefined ? null : cells(above.replace(/^[#%;'"!\s]+/, "").replaceAll(/["']/g, "")).filter((name) => name !== "");
  return { names: names && names.length >= 1 ? names : null, rows };
}

function ofColumns(text: string): Recognition | null {
  const table = tableOf(text);
  const head = text.slice(0, 4000);
  if (!table) return ofRows(head);
  const { names, rows } = table;
  const roles = (names ?? []).map(roleOf);
  const is = (role: string): boolean => roles.includes(role as never);
  if (is("k") && is("chi")) return { kind: "absorption", format: "columns with k and χ", certainty: 0.65 };
  if (is("energy") && roles.filter((role) => role !== null && role !== "energy").length > 0)
    return { kind: "absorption", format: "columns of an absorption scan", certainty: 0.65 };
  if (names && /^(x|y|z)$/i.test(names[0]!) && rows[0]?.length === 3) return { kind: "points", format: "points", certainty: 0.5 };
  const named = ofRows(head);
  if (named) return named;
  return rows.length >= 4 ? ofRange(rows) : null;
}

/** Tables whose first column is text: energies of phases by their formulae. */
function ofRows(head: string): Recognition | null {
  const [first = ""] = head.split(/\r?\n/, 1);
  return /(^|,)\s*(sorted_?formula|formula|composition|phase)\b/i.test(first) && /energ|enthalp|_ev\b|hf/i.test(first)
    ? { kind: "energies", format: "table of phases", certainty: 0.5 }
    : null;
}

/** Without a name only the numbers are left: where an absorption scan, a pattern or a spectrum would lie. */
function ofRange(rows: readonly (readonly number[])[]): Recognition | null {
  const x = rows.map((row) => row[0]!);
  const [low, width] = [x[0]!, rows[0]!.length];
  const rises = x.every((value, i) => i === 0 || value > x[i - 1]!);
  if (!rises) return width === 3 ? { kind: "points", format: "three columns, as points", certainty: 0.25 } : null;
  if (width < 2) return null;
  const step = (x.at(-1)! - low) / (x.length - 1);
  const counts = rows.every((row) => row.slice(1).every((value) => value >= 0));
  if (low >= 1800 && low < 100_000 && step > 0.02 && step < 30 && width !== 3)
    return { kind: "absorption", format: "columns, as energies in eV", certainty: 0.3 };
  if (counts && low < 60 && step > 0.0005 && step <= 0.15 && width <= 3)
    return { kind: "powder", format: "columns, as angles or q", certainty: 0.25 };
  return null;
}
