/**
 * The species between sulfur and the sulfide, per atom of the cathode's sulfur.
 *
 * `electrons` is what an atom of sulfur has taken up in the species: 2/x in M₂Sₓ. `length` is x where the species is a chain that a chain-length measurement
 * counts (n ≥ 2: sulfur rings and the sulfide are none). No standard of Na₂S₂, Na₂S₃ and the long chains can be isolated (Na₂S₂ and Na₂S₃ disproportionate,
 * the long chains are mixtures): spectra of them are computed or unmixed, and what rests on these is flagged.
 * Phases of Na–S: Oei and Brown, Mater. Res. Bull. 8 (1973) 253; of Li–S, where Li₂S is the only stable one: Feng et al., J. Mater. Chem. A 2 (2014) 13395.
 */
import { ThioscopeError } from "../errors.ts";

export interface Species {
  id: string;
  label: string;
  /** electrons per atom of sulfur */
  electrons: number;
  /** sulfur atoms of a chain; null where it is none */
  length: number | null;
  /** a spectrum of it can be measured on a pure sample */
  standard: boolean;
}

const chain = (ion: "Na" | "Li", length: number, standard: boolean): Species => ({
  id: `${ion}2S${length}`,
  label: `${ion}₂S${SUBSCRIPTS[length]}`,
  electrons: 2 / length,
  length,
  standard,
});

const SUBSCRIPTS: Readonly<Record<number, string>> = { 2: "₂", 3: "₃", 4: "₄", 5: "₅", 6: "₆", 8: "₈" };

/** The lump of Na₂S₆ to Na₂S₈: one unknown, for nothing that is measured tells them apart. Chains of seven on average, 6 to 8. */
const longChains = (ion: "Na" | "Li"): Species => ({
  id: `${ion}2S6-8`,
  label: `${ion}₂S₆₋₈`,
  electrons: 2 / 7,
  length: 7,
  standard: false,
});

const SULFUR: Species = { id: "S8", label: "S₈", electrons: 0, length: null, standard: true };

export const SPECIES_SETS = {
  "Na-S": [
    SULFUR,
    longChains("Na"),
    chain("Na", 5, true),
    chain("Na", 4, true),
    chain("Na", 3, false),
    chain("Na", 2, false),
    { id: "Na2S", label: "Na₂S", electrons: 2, length: null, standard: true },
  ],
  "Li-S": [
    SULFUR,
    longChains("Li"),
    chain("Li", 4, false),
    chain("Li", 2, false),
    { id: "Li2S", label: "Li₂S", electrons: 2, length: null, standard: true },
  ],
} as const satisfies Readonly<Record<string, readonly Species[]>>;

export type SpeciesSetName = keyof typeof SPECIES_SETS;

/** Index of a species by its name. Throws INVALID_INPUT with the names there are. */
export function speciesIndex(set: readonly Species[], id: string): number {
  const plain = id
    .trim()
    .replace(/[₀-₉]/g, (c) => String("₀₁₂₃₄₅₆₇₈₉".indexOf(c)))
    .replaceAll("₋", "-");
  const wanted = plain === "S" ? "S8" : plain;
  const found = set.findIndex((s) => s.id.toLowerCase() === wanted.toLowerCase());
  if (found < 0) throw new ThioscopeError("INVALID_INPUT", `species ${JSON.stringify(id)}: one of ${set.map((s) => s.id).join(", ")}`);
  return found;
}
