/**
 * What is asked and answered when evidence is joined.
 *
 * Unknown are the amounts n_k(q) of every species per atom of the cathode's sulfur over the charge q that has passed (electrons per atom of sulfur), Σ_k n_k = 1,
 * n_k ≥ 0, and of those that diffraction sees the crystalline part c_k ≤ n_k. An observation is one number with its error at one q.
 */
import type { Notice } from "../errors.ts";
import type { Answer, NotComputable, Quantity } from "../units/quantity.ts";
import type { SpeciesSetName } from "./species.ts";

/** What an observation measures. */
export type ObservationKind =
  /** c_k times the scale of the species: a diffraction intensity, or a crystalline amount with scale 1 */
  | "crystalline"
  /** Σ n of the species over all sulfur of the sample: a weight of a fit of standards; the electrolyte's sulfur counts in the whole */
  | "weight"
  /** share of the electrolyte (and of what it turns into) in all sulfur of the sample */
  | "electrolyte"
  /** Σ n of the species over the cathode's sulfur */
  | "amount"
  /** what of the species diffraction does not see: an assumption, or a probe of what is amorphous */
  | "hidden"
  /** mean length of the chains of two and more */
  | "chain";

export interface Observation {
  /** what measured it: "XRD", "XAS", "Raman": contradictions are looked for between these */
  probe: string;
  kind: ObservationKind;
  /** one; several where the probe sees their sum; none for "electrolyte" and "chain" */
  species: readonly string[];
  /** of weights and amounts: how much an atom of each species counts; 1 where absent. A chain of ℓ is 4/ℓ of the spectrum of S₄²⁻ and 1 − 4/ℓ of that of S₈ */
  counts?: readonly number[];
  /** amounts by which the cell that was measured may differ from the one that is asked about, at the same composition; 0 where absent */
  cellSigma?: number;
  /** electrons per atom of the cathode's sulfur that have passed, with the error of the clock */
  at: Quantity;
  value: number;
  sigma: number;
  /** crystalline values that share this name may all be off by one constant: what another phase, which does not change, adds to a reflection */
  offset?: string;
  /** where the number comes from: file, row */
  source?: string;
}

/** Intensity of one crystalline amount of 1 of a species. */
export interface Scale {
  probe: string;
  species: string;
  /** null: in arbitrary units. Then the shape over the charge counts and what is hidden has no answer */
  scale: { value: number; sigma: number } | null;
}

export interface EvidenceQuestion {
  system: SpeciesSetName;
  observations: readonly Observation[];
  scales: readonly Scale[];
  /** relative error of the charge per sulfur atom: mass of the active material, current */
  chargeError: number;
  /** share of the charge that the electrolyte takes: a measured one with its error, or the largest possible */
  electrolyteCharge: { value: number; sigma: number } | { atMost: number };
  /** share of the sample's sulfur atoms that belong to the electrolyte, where spectra of sulfur take part; null where it is not known */
  electrolyteSulfur: { value: number; sigma: number } | null;
  /** the order in which species follow one another, as a soft prior; null switches it off */
  order: readonly string[] | null;
  seed?: number;
  /** 200 where absent */
  samples?: number;
  /** points over the charge; 33 where absent */
  points?: number;
}

/** Amounts over the grid with 90 % bands. */
export interface Band {
  /** the most likely */
  middle: Float64Array;
  /** shortest interval that holds 90 %; where the data hardly tell species apart, all that they allow */
  low: Float64Array;
  high: Float64Array;
}

export interface SpeciesBand {
  id: string;
  label: string;
  total: Band;
  /** null where no diffraction of it takes part */
  crystalline: Band | null;
  hidden: Band | NotComputable;
  /** half the mean width of the band of its amount */
  halfWidth: number;
}

export interface Group {
  /** what the data tell apart only as a sum; one where it stands alone */
  species: readonly string[];
  total: Band;
  halfWidth: number;
}

export interface ProbeReport {
  probe: string;
  observations: number;
  /** misfit that goes when the probe is left out, with the number expected for as many observations: both as χ² */
  chi2: number;
  expected: number;
  /** chance of a misfit as large where all is right */
  probability: number;
  /** it contradicts the others more than they contradict one another */
  contradicts: boolean;
  /** mean half width of all species without it over that with it; null where it was not asked for */
  narrows: number | null;
}

export interface EvidenceAnswer {
  system: SpeciesSetName;
  /** electrons per atom of sulfur that have passed */
  charge: Float64Array;
  species: readonly SpeciesBand[];
  /** species that can be told apart, and sums of those that cannot */
  groups: readonly Group[];
  /** 1 − Σ crystalline: everything that diffraction does not see */
  hidden: Band | NotComputable;
  /** electrons per atom of sulfur that the species hold */
  meanElectrons: Band;
  electrolyteCharge: { atStart: Quantity; atEnd: Quantity };
  electrolyteSulfur: Answer;
  scales: readonly { probe: string; species: string; scale: Answer }[];
  probes: readonly ProbeReport[];
  /** samples drawn, and how far what they predict is from the linear problem that they come from, in errors of an observation */
  diagnostics: { samples: number; bent: number };
  notices: readonly Notice[];
  /** the most likely amounts, then `count` samples: grid point by grid point, species by species */
  draws: { total: Float32Array; crystalline: Float32Array; count: number };
}
