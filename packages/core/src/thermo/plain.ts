/** Energy sets as plain data and back: what a story carries. */
import { parseFormula } from "../chemistry/formula.ts";
import type { PlainEnergySet, PlainEntry } from "../story/parts/thermo.ts";
import type { EnergySet, Entry } from "./entries.ts";

/** Only the entries within these elements. */
export function plainSet(set: EnergySet, elements: readonly string[]): PlainEnergySet {
  const { name, title, kind, origin, temperatureKelvin, corrections, source, licence } = set;
  const entries = set.entries
    .filter((entry) => [...entry.composition.keys()].every((element) => elements.includes(element)))
    .map(
      ({ formula, energy, correction, entropy, volume }): PlainEntry => ({
        formula,
        energy,
        correction,
        ...(entropy === undefined ? {} : { entropy }),
        ...(volume === undefined ? {} : { volume }),
      }),
    );
  return { name, title, kind, origin, temperatureKelvin, corrections, source, licence, entries };
}

export function setOfPlain(set: PlainEnergySet): EnergySet {
  const { source, licence } = set;
  const entries = set.entries.map((entry): Entry => ({ ...entry, composition: parseFormula(entry.formula), source, licence }));
  return { ...set, entries, notices: [] };
}
