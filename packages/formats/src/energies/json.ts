/**
 * Entries as JSON: pymatgen's ComputedEntry, ComputedStructureEntry and PDEntry (`as_dict`), summaries of the Materials Project, and lists of either
 * under `entries` or `data`.
 *
 *   total      energy (uncorrected, for the composition) + correction; uncorrected_energy_per_atom or energy_per_atom
 *   formation  formation_energy_per_atom, e_form_per_atom; taken where every entry has one
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import { parseFormula } from "@thioscope/core/cell";
import type { TotalEnergy } from "@thioscope/core/thermo";
import { type EnergyFile, withElementsAtZero } from "./model.ts";

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => value !== null && typeof value === "object" && !Array.isArray(value);
const numberIn = (fields: Fields, ...names: string[]): number | undefined => {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === "number" && Number.isFinite(value)) return value;
  }
  return undefined;
};

/** Throws FILE_DAMAGED where the text is no JSON, FILE_FOREIGN where it holds no entries. */
export function readEnergyJson(text: string, file: string): EnergyFile {
  let value: unknown;
  try {
    // numbers that Python writes and JSON does not know stand for nothing
    value = JSON.parse(text.replaceAll(/(?<=[:,[]\s*)(?:NaN|-?Infinity)(?=\s*[,}\]])/g, "null"));
  } catch (error) {
    throw new ThioscopeError("FILE_DAMAGED", `no JSON: ${error instanceof Error ? error.message : error}`, { file });
  }
  const list = Array.isArray(value) ? value : isFields(value) ? (value["entries"] ?? value["all_entries"] ?? value["data"] ?? [value]) : [];
  if (!Array.isArray(list) || list.length === 0) throw new ThioscopeError("FILE_FOREIGN", "the JSON holds no list of entries", { file });
  const entries = list.filter(isFields);
  const formation = entries.length > 0 && entries.every((e) => formationOf(e) !== undefined);
  const notices: Notice[] = [];
  const phases: TotalEnergy[] = [];
  const elements = new Set<string>();
  let left = list.length - entries.length;
  for (const entry of entries) {
    const formula = formulaOf(entry);
    const atoms = formula === undefined ? 0 : atomsOf(formula, elements);
    const energy = formula === undefined ? undefined : formation ? perFormula(formationOf(entry), atoms) : totalOf(entry, atoms);
    if (formula === undefined || energy === undefined || atoms === 0) {
      left++;
      continue;
    }
    const volume = volumeOf(entry, atoms);
    const correction = formation ? undefined : correctionOf(entry);
    phases.push({ formula, ...energy, ...(correction ? { correction } : {}), ...(volume === undefined ? {} : { volume }) });
  }
  if (phases.length === 0) throw new ThioscopeError("FILE_FOREIGN", "no entry has a composition and an energy", { file });
  if (left > 0)
    notices.push({ code: "entry-skipped", message: `${left} of ${list.length} entries have no composition or no energy; left out` });
  return {
    format: "pymatgen-json",
    kind: formation ? "formation" : "total",
    phases: formation ? withElementsAtZero(phases, elements) : phases,
    notices,
  };
}

const formationOf = (entry: Fields): number | undefined => numberIn(entry, "formation_energy_per_atom", "e_form_per_atom");

function perFormula(perAtom: number | undefined, atoms: number): { energy: number } | undefined {
  return perAtom === undefined ? undefined : { energy: perAtom * atoms };
}

/** Corrections that come apart from the energy: pymatgen's sum, or its list of adjustments. */
function correctionOf(entry: Fields): number {
  const whole = numberIn(entry, "correction");
  if (whole !== undefined) return whole;
  const list = entry["energy_adjustments"];
  return Array.isArray(list) ? list.filter(isFields).reduce((sum, adjustment) => sum + (numberIn(adjustment, "value") ?? 0), 0) : 0;
}

function totalOf(entry: Fields, atoms: number): { energy: number } | undefined {
  const energy = numberIn(entry, "energy");
  if (energy !== undefined) return { energy: energy + correctionOf(entry) };
  return perFormula(numberIn(entry, "energy_per_atom", "uncorrected_energy_per_atom"), atoms);
}

function formulaOf(entry: Fields): string | undefined {
  const composition = entry["composition"];
  if (isFields(composition)) {
    const parts = Object.entries(composition).filter(([, n]) => typeof n === "number" && n > 0);
    return parts.length === 0 ? undefined : parts.map(([element, n]) => `${element.replace(/[\d+-]+$/, "")}${n}`).join("");
  }
  for (const name of ["composition", "formula", "formula_pretty", "pretty_formula", "name"]) {
    const text = entry[name];
    if (typeof text === "string" && text !== "") return text.replaceAll(" ", "");
  }
  return undefined;
}

/** Atoms in the formula, 0 where it is none. */
function atomsOf(formula: string, elements: Set<string>): number {
  let sum = 0;
  try {
    for (const [element, n] of parseFormula(formula)) {
      elements.add(element);
      sum += n;
    }
  } catch (error) {
    if (!(error instanceof ThioscopeError)) throw error;
  }
  return sum;
}

function volumeOf(entry: Fields, atoms: number): number | undefined {
  const perAtom = numberIn(entry, "volume_per_atom");
  if (perAtom !== undefined) return perAtom * atoms;
  const structure = entry["structure"];
  const lattice = isFields(structure) ? structure["lattice"] : undefined;
  if (isFields(lattice)) return numberIn(lattice, "volume");
  const volume = numberIn(entry, "volume");
  const sites = numberIn(entry, "nsites");
  return volume === undefined || sites === undefined ? undefined : (volume / sites) * atoms;
}
