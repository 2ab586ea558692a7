/**
 * Energies as a table with a header: a column of formulae and one of energies in eV, by its name
 *
 *   formation_energy_per_atom, formation_enthalpy_eV_per_atom, e_form_per_atom      formation, per atom
 *   energy_per_atom, energyperatom                                                  total, per atom
 *   energy, energy_eV, total_energy                                                 total, for the formula as written
 *
 * and optionally volume_per_atom or volume (Å³, for the formula as written). Separators: comma, semicolon, tab.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import { parseFormula } from "@thioscope/core/cell";
import type { TotalEnergy } from "@thioscope/core/thermo";
import { type EnergyFile, withElementsAtZero } from "./model.ts";

const ENERGY: readonly { name: RegExp; kind: EnergyFile["kind"]; perAtom: boolean }[] = [
  { name: /^(?:e_?form|formation_?(?:energy|enthalpy))(?:_?ev)?_?per_?atom(?:_?ev)?$/, kind: "formation", perAtom: true },
  { name: /^(?:total_?)?energy(?:_?ev)?_?per_?atom(?:_?ev)?$/, kind: "total", perAtom: true },
  { name: /^(?:total_?)?energy(?:_?ev)?$/, kind: "total", perAtom: false },
];
const FORMULA = /^(?:formula|composition|reduced_?(?:formula|composition)|sorted_?formula|formula_pretty)$/;
const VOLUME = /^volume(?:_?(?:a3|å3|å³))?(_?per_?atom)?(?:_?(?:a3|å3|å³))?$/;

/** Throws FILE_FOREIGN where no header names a formula and an energy. */
export function readEnergyCsv(text: string, file: string): EnergyFile {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  const first = lines.findIndex((line) => line.trim() !== "" && !line.startsWith("#"));
  const head = lines[first] ?? "";
  const separator = [",", ";", "\t"].find((s) => head.includes(s));
  const names =
    separator === undefined
      ? []
      : head.split(separator).map((name) =>
          plain(name)
            .toLowerCase()
            .replaceAll(/[\s()[\]/]+/g, "_")
            .replace(/_$/, ""),
        );
  const formulaAt = names.findIndex((name) => FORMULA.test(name));
  const energy = ENERGY.map((e) => ({ ...e, at: names.findIndex((name) => e.name.test(name)) })).find((e) => e.at >= 0);
  if (separator === undefined || formulaAt < 0 || !energy) {
    throw new ThioscopeError(
      "FILE_FOREIGN",
      `no columns "formula" and "formation_energy_per_atom", "energy_per_atom" or "energy" in "${head.slice(0, 80)}"`,
      { file },
    );
  }
  const volumeAt = names.findIndex((name) => VOLUME.test(name));
  const volumePerAtom = volumeAt >= 0 && VOLUME.exec(names[volumeAt]!)![1] !== undefined;
  const phases: TotalEnergy[] = [];
  const elements = new Set<string>();
  const skipped: number[] = [];
  for (const [i, line] of lines.entries()) {
    if (i <= first || line.trim() === "" || line.startsWith("#")) continue;
    const fields = line.split(separator).map(plain);
    const value = Number(fields[energy.at] || Number.NaN);
    const formula = fields[formulaAt] ?? "";
    let atoms = 0;
    try {
      for (const [element, n] of parseFormula(formula)) {
        elements.add(element);
        atoms += n;
      }
    } catch (error) {
      if (!(error instanceof ThioscopeError)) throw error;
    }
    if (atoms === 0 || !Number.isFinite(value)) {
      skipped.push(i + 1);
      continue;
    }
    const volume = volumeAt < 0 ? Number.NaN : Number(fields[volumeAt] || Number.NaN) * (volumePerAtom ? atoms : 1);
    phases.push({ formula, energy: energy.perAtom ? value * atoms : value, ...(volume > 0 ? { volume } : {}) });
  }
  if (phases.length === 0) throw new ThioscopeError("FILE_EMPTY", "no row has a formula and an energy", { file });
  const notices: Notice[] = [];
  if (skipped.length > 0) {
    notices.push({
      code: "line-skipped",
      message: `${skipped.length} lines hold no formula and energy (${skipped.slice(0, 5).join(", ")}${skipped.length > 5 ? ", …" : ""}); left out`,
    });
  }
  return { format: "csv", kind: energy.kind, phases: energy.kind === "formation" ? withElementsAtZero(phases, elements) : phases, notices };
}

const plain = (field: string): string => field.trim().replace(/^"(.*)"$/, "$1");
