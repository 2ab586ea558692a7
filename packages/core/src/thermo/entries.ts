/**
 * Energies of phases and the sets they come from. An entry's energy is its formation energy, eV per atom, from the elements in the
 * set's own reference states; a set names its method, its source, its licence and every correction in it.
 */

import { type Composition, parseFormula } from "../chemistry/formula.ts";
import type { Notice } from "../errors.ts";
import { ThioscopeError } from "../errors.ts";
import { atomCount, reducedFormula, shownFormula } from "./composition.ts";

export interface Entry {
  formula: string;
  composition: Composition;
  /** formation energy with its correction, eV per atom */
  energy: number;
  /** what of it is correction, eV per atom */
  correction: number;
  /** formation entropy, eV per atom and K, where it is tabulated */
  entropy?: number;
  /** Å³ per atom with its standard error, where the set states it */
  volume?: { value: number; sigma: number; source: string };
  source: string;
  licence: string;
}

export interface EnergySet {
  /** e.g. "nrel-fere-2012" */
  name: string;
  /** for a person */
  title: string;
  kind: "computed" | "measured";
  /** sets with the same word share their calculations and differ in corrections or references alone */
  origin: string;
  /** temperature of the energies, K */
  temperatureKelvin: number;
  /** what was done to the energies, in words with numbers; empty if nothing */
  corrections: readonly string[];
  source: string;
  licence: string;
  entries: readonly Entry[];
  notices: readonly Notice[];
}

/** An entry from total energies: formation energy = total − Σ n_i μ_i, per atom. */
export interface TotalEnergy {
  formula: string;
  /** eV for the composition as written in `formula`, corrections included */
  energy: number;
  /** what of it is correction, eV */
  correction?: number;
  /** Å³ for the composition as written */
  volume?: number;
}

/** How far a set of a user's own may go. */
const MOST_ENTRIES = 20_000;

/**
 * A set from total energies of phases and of their elements: the reference of an element is its phase of least energy per atom.
 * Entries with an element that has no phase of its own are left out with a notice; throws INVALID_INPUT if none is left.
 *
 * @param phases energies all from one method; nothing here can tell if they are not
 */
export function setOfTotals(
  phases: readonly TotalEnergy[],
  about: { name: string; title: string; source: string; licence: string; corrections?: readonly string[] },
): EnergySet {
  if (phases.length > MOST_ENTRIES) throw new ThioscopeError("INVALID_INPUT", `${phases.length} entries: up to ${MOST_ENTRIES} are taken`);
  const parsed = phases.map((phase) => {
    const composition = parseFormula(phase.formula);
    const atoms = atomCount(composition);
    if (!Number.isFinite(phase.energy)) throw new ThioscopeError("INVALID_INPUT", `${phase.formula} has no finite energy`);
    return { phase, composition, atoms, perAtom: phase.energy / atoms };
  });
  const references = new Map<string, number>();
  for (const { composition, perAtom } of parsed) {
    const [element] = composition.keys();
    if (composition.size === 1) references.set(element!, Math.min(perAtom, references.get(element!) ?? Number.POSITIVE_INFINITY));
  }
  const left = new Set<string>();
  const missing = new Set<string>();
  const entries = parsed.flatMap(({ phase, composition, atoms, perAtom }): Entry[] => {
    let reference = 0;
    let known = true;
    for (const [element, n] of composition) {
      const mu = references.get(element);
      if (mu === undefined) {
        missing.add(element);
        known = false;
      } else reference += (mu * n) / atoms;
    }
    if (!known) {
      left.add(phase.formula);
      return [];
    }
    const volume = phase.volume;
    return [
      {
        formula: shownFormula(composition),
        composition,
        energy: perAtom - reference,
        correction: (phase.correction ?? 0) / atoms,
        ...(volume !== undefined && volume > 0
          ? { volume: { value: volume / atoms, sigma: 0.02 * (volume / atoms), source: about.source } }
          : {}),
        source: about.source,
        licence: about.licence,
      },
    ];
  });
  if (entries.length === 0) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `formation energies need the elements: no entry for ${[...missing].join(", ") || "any element"}`,
    );
  }
  const notices: Notice[] =
    left.size === 0
      ? []
      : [
          {
            code: "element-missing",
            message: `${left.size} entries left out (${[...left].slice(0, 5).join(", ")}${left.size > 5 ? ", …" : ""}): no entry for the element ${[...missing].join(", ")}`,
          },
        ];
  return { ...about, kind: "computed", origin: about.name, temperatureKelvin: 0, corrections: about.corrections ?? [], entries, notices };
}

/** Entries of the composition, lowest first. */
export function entriesOf(entries: readonly Entry[], formula: string | Composition): Entry[] {
  const key = reducedFormula(typeof formula === "string" ? parseFormula(formula) : formula);
  return entries.filter((e) => reducedFormula(e.composition) === key).sort((a, b) => a.energy - b.energy);
}
