/** Files of energies as one set: a vasprun.xml holds one phase alone. */
import { ThioscopeError } from "@thioscope/core";
import { type EnergySet, setOfTotals } from "@thioscope/core/thermo";
import type { EnergyFile } from "./model.ts";

/** @throws ThioscopeError INVALID_INPUT where total and formation energies are mixed or elements are missing */
export function ownEnergySet(files: readonly { name: string; file: EnergyFile }[]): EnergySet {
  const name = files.map((f) => f.name).join(", ");
  if (new Set(files.map(({ file }) => file.kind)).size > 1)
    throw new ThioscopeError("INVALID_INPUT", `${name} mixes total and formation energies: they have no common zero`);
  const phases = files.flatMap(({ file }) => file.phases);
  return setOfTotals(phases, { name, title: `your own: ${name}`, source: name, licence: "your own" });
}
