/**
 * Tables of observations for joining evidence: what any program measured of the species of a cell, one number per line.
 *
 *   probe, kind, species, at, at_sigma, value, sigma
 *   XRD, scale, Na2S, , , 120, 4
 *   XRD, crystalline, Na2S, 1.20, 0.01, 14.2, 1.1
 *   XAS, weight, Na2S5 + Na2S4, 0.42, 0.02, 0.31, 0.02
 *
 * `at` is the charge passed in electrons per atom of sulfur. Columns `at_mah_g` (per gram of sulfur), `at_second` (on the cycler's clock) and `at_volt` (potential at which the sample's cell
 * was stopped) say it otherwise; `at_sigma` is in the unit of the one that a line fills. Places by time and potential need the run of the cell: a study has it. Separated by commas, semicolons or tabs;
 * lines that begin with # are remarks.
 */
import { type Notice, type Quantity, ThioscopeError } from "@thioscope/core";
import { sulfurCapacity } from "@thioscope/core/cycling";
import type { Observation, ObservationKind, Scale } from "@thioscope/core/evidence";

export interface ObservationTable {
  /** `at` in electrons per atom of sulfur (unit "1"), s or V */
  observations: readonly Observation[];
  scales: readonly Scale[];
  notices: readonly Notice[];
}

const KINDS: readonly ObservationKind[] = ["crystalline", "hidden", "weight", "electrolyte", "amount", "chain"];
/** Columns that place a line, with the unit that they become and how many of theirs make one. */
const PLACES = {
  at: { unit: "1", by: 1 },
  at_mah_g: { unit: "1", by: sulfurCapacity(1).value },
  at_second: { unit: "s", by: 1 },
  at_volt: { unit: "V", by: 1 },
} as const;
const COLUMNS = ["probe", "kind", "species", ...Object.keys(PLACES), "at_sigma", "value", "sigma"];
const LONGEST_LINE = 2000;
const MOST_LINES = 50_000;

export const looksLikeObservations = (text: string): boolean => {
  const head = text
    .slice(0, 4000)
    .split(/\r?\n/)
    .find((line) => line.trim() !== "" && !line.startsWith("#"));
  const names =
    head
      ?.toLowerCase()
      .split(/[,;\t]/)
      .map((word) => word.trim()) ?? [];
  return ["probe", "kind", "value", "sigma"].every((name) => names.includes(name));
};

/** @throws ThioscopeError COLUMN_MISSING, FILE_DAMAGED with the line */
export function readObservations(text: string, fileName: string): ObservationTable {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/, MOST_LINES + 1);
  if (lines.length > MOST_LINES)
    throw new ThioscopeError("INVALID_INPUT", `more than ${MOST_LINES} lines of observations`, { file: fileName });
  const first = lines.findIndex((line) => line.trim() !== "" && !line.startsWith("#"));
  if (first < 0) throw new ThioscopeError("FILE_DAMAGED", "the table of observations is empty", { file: fileName });
  const separator = [",", ";", "\t"].reduce((a, b) => (lines[first]!.split(b).length > lines[first]!.split(a).length ? b : a));
  const names = lines[first]!.split(separator).map((word) => word.trim().toLowerCase());
  const where = (line: number) => ({ file: fileName, line: line + 1 });
  const column = (name: string): number => names.indexOf(name);
  for (const name of ["probe", "kind", "species", "value", "sigma"])
    if (column(name) < 0)
      throw new ThioscopeError("COLUMN_MISSING", `there is no column "${name}"; columns: ${COLUMNS.join(", ")}`, where(first));
  const placed = (Object.keys(PLACES) as (keyof typeof PLACES)[]).filter((name) => column(name) >= 0);
  if (placed.length === 0)
    throw new ThioscopeError(
      "COLUMN_MISSING",
      `no column says where a line belongs: one of ${Object.keys(PLACES).join(", ")}`,
      where(first),
    );
  const notices: Notice[] = [];
  const unknown = names.filter((name) => name !== "" && !COLUMNS.includes(name));
  if (unknown.length > 0)
    notices.push({
      code: "column-skipped",
      message: `${fileName}: ${unknown.map((n) => `"${n}"`).join(", ")} means nothing here and is passed over`,
    });
  const observations: Observation[] = [];
  const scales: Scale[] = [];
  for (const [k, line] of lines.entries()) {
    if (k <= first || line.trim() === "" || line.startsWith("#")) continue;
    if (line.length > LONGEST_LINE) throw new ThioscopeError("FILE_DAMAGED", `a line of ${line.length} characters`, where(k));
    const words = line.split(separator).map((word) => word.trim());
    const number = (at: number, name: string, empty?: number): number => {
      const word = words[at] ?? "";
      if (word === "" && empty !== undefined) return empty;
      const value = word === "" ? Number.NaN : Number(word);
      if (!Number.isFinite(value))
        throw new ThioscopeError("FILE_DAMAGED", `${name} is ${JSON.stringify(word)}: a number is needed`, where(k));
      return value;
    };
    const kind = words[column("kind")] ?? "";
    const probe = words[column("probe")] ?? "";
    const species = (words[column("species")] ?? "")
      .split("+")
      .map((word) => word.trim())
      .filter((word) => word !== "");
    if (probe === "") throw new ThioscopeError("FILE_DAMAGED", "the line names no probe", where(k));
    const value = number(column("value"), "value", kind === "scale" ? Number.NaN : undefined);
    const sigma = number(column("sigma"), "sigma", kind === "scale" ? 0 : undefined);
    if (kind === "scale") {
      if (species.length !== 1) throw new ThioscopeError("FILE_DAMAGED", "a scale belongs to one species", where(k));
      scales.push({ probe, species: species[0]!, scale: Number.isNaN(value) ? null : { value, sigma } });
      continue;
    }
    if (!KINDS.includes(kind as ObservationKind))
      throw new ThioscopeError(
        "FILE_DAMAGED",
        `${JSON.stringify(kind)} is no kind of observation; kinds: ${[...KINDS, "scale"].join(", ")}`,
        where(k),
      );
    const name = placed.find((one) => (words[column(one)] ?? "") !== "");
    if (name === undefined)
      throw new ThioscopeError("FILE_DAMAGED", `the line says nowhere where it belongs: ${placed.join(" or ")} is needed`, where(k));
    const { unit, by } = PLACES[name];
    const at: Quantity = {
      value: number(column(name), name) / by,
      sigma: column("at_sigma") < 0 ? null : number(column("at_sigma"), "at_sigma", 0) / by,
      unit,
    };
    observations.push({ probe, kind: kind as ObservationKind, species, at, value, sigma, source: `${fileName}, line ${k + 1}` });
  }
  return { observations, scales, notices };
}
