/**
 * Compares every .mpr with the .mpt that EC-Lab exported from it, cell by cell, and writes what it found to
 * biologic-vendor.csv: `node --conditions=source tests/golden/biologic-vendor.ts`.
 *
 * The .mpt is read here by splitting text, not by the reader under test. Tolerance of a cell: half a unit of its
 * last printed digit, and the rounding of one float64 (16 printed digits are finer than that). Columns that EC-Lab
 * computes on export add the rounding of that computation: 4 units of float64 of the largest term of a sum,
 * or 2 units of float32 of the modulus where it computes in single precision.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readCycling } from "@thioscope/formats";
import { dataFile, dataSource } from "../data.ts";

/** [.mpr, .mpt] below the data folder. One .mpr has two exports, in two locales. */
export const PAIRS: readonly (readonly [string, string])[] = [
  ...[
    "ca",
    "cp",
    "cv",
    "cva.issue_202",
    "gcpl.issue_149",
    "gcpl.issue_211",
    "gcpl.issue_226.I",
    "lsv",
    "mb.issue_223",
    "mb.issue_95",
    "ocv",
    "wait",
  ].map((name) => [`echem/${name}.mpr`, `echem/${name}.mpt`] as const),
  ["echem/mb.issue_95.mpr", "echem/mb.issue_95.de.mpt"],
  ...["geis", "peis", "peis.issue_149", "peis.issue_225.ewe_ece", "peis.issue_225.no_ece", "zir"].map(
    (name) => [`eis/${name}.mpr`, `eis/${name}.mpt`] as const,
  ),
];

/** One quantity under two names: exports of EC-Lab 11.5 and later say which electrode is meant. */
const ALIASES: Readonly<Record<string, string>> = {
  "Pwe/W": "P/W",
  "P/W": "Pwe/W",
  "Rwe/Ohm": "R/Ohm",
  "Energy we charge/W.h": "Energy charge/W.h",
  "Energy we discharge/W.h": "Energy discharge/W.h",
};

/** Columns EC-Lab computes in single precision, with the column whose size sets the rounding. */
const SINGLE: Readonly<Record<string, string>> = {
  "Re(Z)/Ohm": "|Z|/Ohm",
  "-Im(Z)/Ohm": "|Z|/Ohm",
  "Re(Y)/Ohm-1": "|Y|/Ohm-1",
  "Im(Y)/Ohm-1": "|Y|/Ohm-1",
  "|Y|/Ohm-1": "|Y|/Ohm-1",
  "Re(C)/nF": "|C|/nF",
  "Im(C)/nF": "|C|/nF",
  "|C|/nF": "|C|/nF",
  "Phase(C)/deg": "Phase(C)/deg",
  "Tan(Delta)": "Tan(Delta)",
  "Loss Angle(Delta)/deg": "Phase(C)/deg",
};
/** The one pair whose .mpr stores |Z| and its phase, from which Re(Z) and −Im(Z) are computed. */
const COMPUTED_Z = "mb.issue_223";
/** Above 100 kHz EC-Lab prints 0 for the harmonics and −1 for the distortions; the .mpr holds numbers there. */
const BLANKED = /^(THD|NSD|NSR) |^\|(Ewe|I|Ece) h\d\|/;
/** Sums over rows. */
const SUMMED = /^(Energy|Capacitance|Q charge\/discharge|Q charge|Q discharge|Capacity)/;

/** Columns of the export that are not in the .mpr and not computed, with the reason. */
function reasonLeftOut(header: string, mpt: string): string | undefined {
  if (/\((M|Permittivity|Resistivity|Conductivity)\)|\|(M|Permittivity|Resistivity|Conductivity)\|/.test(header)) {
    return "needs the geometry of the cell, which the file does not hold; EC-Lab prints 0";
  }
  if (/^Energy ce /.test(header)) return "EC-Lab prints the energy of the working electrode again, not the counter electrode's";
  if (/^Energy we-ce /.test(header)) return "EC-Lab prints 0 whatever the cell did";
  if (header === "|Ewe-Ece" || header === "") return "a name without values: the header line is longer than the rows";
  if (header === "Ewe-Ece/V" && mpt.includes("peis.issue_225")) return "a name without values: the header line is longer than the rows";
  if (header === "Loss Angle(Delta)/deg" && mpt.includes("zir")) return "EC-Lab 11.18 prints 90° minus the angle of its own Tan(Delta)";
  return undefined;
}

export interface ColumnComparison {
  mpr: string;
  mpt: string;
  header: string;
  /** as printed beside as read; differing numbers are failures */
  rows: readonly [printed: number, read: number];
  compared: number;
  outside: number;
  largestDifference: number;
  toleranceThere: number;
  leftOut: string;
}

/** Every column of the .mpt beside the same of the .mpr. */
export async function comparePair(mpr: string, mpt: string): Promise<ColumnComparison[]> {
  const file = await readCycling(dataSource(mpr));
  const read = new Map(file.columns.flatMap((c) => (c.vendor ? [[c.vendor.name, c] as const] : [])));
  const { header, rows } = splitMpt(dataFile(mpt));
  const result: ColumnComparison[] = [];
  const number = (text: string): number => Number(text.replace(",", "."));
  for (const [k, name] of header.entries()) {
    const base = { mpr, mpt, header: name, rows: [rows.length, file.rows] as const };
    const nothing = { compared: 0, outside: 0, largestDifference: 0, toleranceThere: 0 };
    const leftOut = reasonLeftOut(name, mpt);
    const column = read.get(name) ?? read.get(ALIASES[name] ?? "");
    if (leftOut !== undefined || !column?.vendor) {
      result.push({ ...base, ...nothing, outside: leftOut === undefined ? rows.length + 1 : 0, leftOut: leftOut ?? "MISSING" });
      continue;
    }
    const isStored = name.includes("(Z)") && !mpt.includes(COMPUTED_Z);
    const scaleColumn = isStored ? -1 : header.indexOf(SINGLE[name] ?? "no such column");
    // x = xo − Q/…: where it is small its error is still that of its largest value
    const largest = name === "x" ? Math.max(0, ...rows.map((row) => Math.abs(number(row[k]!)))) : 0;
    let [compared, blanked, outside, difference, tolerance] = [0, 0, 0, 0, 0];
    let worst = -1;
    for (const [i, row] of rows.entries()) {
      const text = row[k]!;
      if (BLANKED.test(name) && (text === "0" || text === "-1")) {
        blanked++;
        continue;
      }
      compared++;
      const printed = number(text);
      const value = column.values[i]! / column.vendor.factor;
      const d = Math.abs(value - printed);
      let t = halfLastDigit(text) + 2 ** -52 * Math.abs(printed);
      if (scaleColumn >= 0) t += 2 ** -22 * Math.abs(number(row[scaleColumn]!));
      if (SUMMED.test(name) || largest > 0) t += 4 * 2 ** -52 * Math.max(largest, Math.abs(printed));
      if (!(d <= t)) outside++;
      const ratio = d === 0 ? 0 : d / t;
      if (ratio > worst) [worst, difference, tolerance] = [ratio, d, t];
    }
    const note = blanked > 0 ? `${blanked} cells that EC-Lab blanks above 100 kHz are left out` : "";
    result.push({ ...base, compared, outside, largestDifference: difference, toleranceThere: tolerance, leftOut: note });
  }
  return result;
}

/** Header and rows of an .mpt by splitting text; fields beyond the names have none. */
export function splitMpt(path: string): { header: string[]; rows: string[][] } {
  const lines = new TextDecoder("windows-1252").decode(readFileSync(path)).split(/\r?\n/);
  const first = Number(/^Nb header lines : (\d+)/.exec(lines[1]!)?.[1] ?? 1);
  const fields = (line: string): string[] => line.replace(/\t$/, "").split("\t");
  return {
    header: fields(lines[first - 1]!),
    rows: lines
      .slice(first)
      .filter((line) => line !== "")
      .map(fields),
  };
}

/** "1.250E+002" → 0.5 × 10^(2−3) */
function halfLastDigit(text: string): number {
  const [, decimals, exponent] = /^[-+]?\d*(?:[.,](\d*))?(?:[eE]([-+]?\d+))?$/.exec(text) ?? [];
  return 0.5 * 10 ** (Number(exponent ?? 0) - (decimals?.length ?? 0));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lines = ["mpr,mpt,column,rows,compared,outside,difference_nearest_limit,limit_there,note"];
  let cells = 0;
  for (const [mpr, mpt] of PAIRS) {
    for (const c of await comparePair(mpr, mpt)) {
      const quoted = [
        c.mpr,
        c.mpt,
        c.header,
        c.rows[1],
        c.compared,
        c.outside,
        c.largestDifference.toPrecision(3),
        c.toleranceThere.toPrecision(3),
        c.leftOut,
      ];
      lines.push(quoted.map((x) => (/[",]/.test(String(x)) ? `"${String(x).replaceAll('"', '""')}"` : x)).join(","));
      cells += c.compared;
    }
  }
  writeFileSync(new URL("biologic-vendor.csv", import.meta.url), `${lines.join("\n")}\n`);
  console.log(`${cells} cells compared`);
}
