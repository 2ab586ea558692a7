/** Energies of phases from a file of the user's own. */
import type { Notice } from "@thioscope/core";
import type { TotalEnergy } from "@thioscope/core/thermo";

export interface EnergyFile {
  format: "pymatgen-json" | "csv" | "vasprun";
  /**
   * total energies, or formation energies from the elements (the elements then stand at zero in `phases`); eV for the composition as written, Å³
   * likewise
   */
  kind: "total" | "formation";
  phases: readonly TotalEnergy[];
  notices: readonly Notice[];
}

/** Formation energies with the elements at zero. */
export function withElementsAtZero(phases: readonly TotalEnergy[], elements: Iterable<string>): TotalEnergy[] {
  return [...[...new Set(elements)].sort().map((formula): TotalEnergy => ({ formula, energy: 0 })), ...phases];
}
