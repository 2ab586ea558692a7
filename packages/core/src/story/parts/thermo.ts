/**
 * Phase stability: the questions asked and the energies that answer them. The energies are part of it, so that the answers can be worked out anew
 * at another pressure, temperature or correction wherever the part is shown; what they were as the step ran is in its sentences.
 */
import type { Answer, Quantity } from "../../units/quantity.ts";

export interface ThermoContent {
  kind: "thermo";
  /** the metal whose ion moves */
  ion: string;
  /** as the step worked it out; sliders begin here */
  conditions: ThermoConditions;
  sets: readonly PlainEnergySet[];
  /** of compounds; `sets` are indices, the default first */
  windows: readonly { formula: string; elements: readonly string[]; sets: readonly number[]; answers: readonly WindowAnswer[] }[];
  /** phase diagram and chemical potentials; null where there is no set for it */
  system: ThermoSystem | null;
  /** further systems that the same figures can show */
  others?: readonly ThermoSystem[];
  /** uptake of the ion by a host; null where none was asked for */
  voltage: { host: string; elements: readonly string[]; sets: readonly number[] } | null;
}

/** Elements of a diagram, and the sets that cover them as indices, the default first. */
export interface ThermoSystem {
  elements: readonly string[];
  sets: readonly number[];
}

export interface ThermoConditions {
  pressureGigapascal: number;
  /** null: energies as each set has them */
  temperatureKelvin: number | null;
  /** added to every compound, eV per S atom */
  sulfurShift: number;
}

/** An energy set without what can be made of it; only entries of the elements asked for. */
export interface PlainEnergySet {
  name: string;
  title: string;
  kind: "computed" | "measured";
  origin: string;
  temperatureKelvin: number;
  corrections: readonly string[];
  source: string;
  licence: string;
  entries: readonly PlainEntry[];
}

export interface PlainEntry {
  formula: string;
  /** eV per atom */
  energy: number;
  correction: number;
  /** eV per atom and K */
  entropy?: number;
  /** Å³ per atom */
  volume?: { value: number; sigma: number; source: string };
}

/** What one set says, as the step worked it out. */
export interface WindowAnswer {
  set: number;
  reduction: Answer;
  oxidation: Answer;
  energyAboveHull: Quantity | null;
  /** why the set does not answer */
  refused: string | null;
}
