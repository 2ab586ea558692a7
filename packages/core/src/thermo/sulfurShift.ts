/**
 * An energy set with another correction of sulfur: e'_j = e_j + δ x_S for every compound, δ in eV per S atom.
 *
 * Semilocal functionals bind S₈ and S–S bonds wrongly, so schemes of correction differ by a few tenths of an electronvolt per sulfur atom; moving
 * δ shows what of an answer hangs on that. The shift is that of the reference: pure sulfur keeps zero. (Wang, Maxisch and Ceder, Phys.
 * Rev. B 73, 195107 (2006); Kuhar et al., ACS Energy Lett. 4, 593 (2019).)
 */
import { ThioscopeError } from "../errors.ts";
import { atomCount } from "./composition.ts";
import type { EnergySet } from "./entries.ts";

/** eV per S atom on either side; larger ones are no correction any more. */
export const LARGEST_SHIFT = 1;

/** @throws ThioscopeError INVALID_INPUT for a shift beyond {@link LARGEST_SHIFT} */
export function withSulfurShift(set: EnergySet, electronvoltPerSulfur: number): EnergySet {
  if (!(Math.abs(electronvoltPerSulfur) <= LARGEST_SHIFT))
    throw new ThioscopeError("INVALID_INPUT", `a correction of ${electronvoltPerSulfur} eV per S: up to ±${LARGEST_SHIFT} eV are possible`);
  if (electronvoltPerSulfur === 0) return set;
  const entries = set.entries.map((entry) => {
    if (entry.composition.size < 2) return entry;
    const shift = (electronvoltPerSulfur * (entry.composition.get("S") ?? 0)) / atomCount(entry.composition);
    return { ...entry, energy: entry.energy + shift, correction: entry.correction + shift };
  });
  return { ...set, entries, corrections: [...set.corrections, `${electronvoltPerSulfur} eV per S in every compound, added by hand`] };
}
