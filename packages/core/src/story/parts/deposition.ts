/**
 * Plating around a defect: the question with the parameters that answer it, so that maps and curves can be solved anew at another current, size
 * or pressure wherever the part is shown, and what takes longer as the step worked it out.
 */
import type { Answer, Quantity } from "../../units/quantity.ts";
import type { Numbers } from "../model.ts";

export interface DepositionContent {
  kind: "deposition";
  /** as written in the study, by the keys of a parameter file; sliders begin here */
  question: Readonly<Record<string, unknown>>;
  solved: SolvedDeposition;
  /** hot spot against the pore's radius; null for defects without one */
  sizes: { radiusMicrometre: Numbers; hotSpots: readonly { electrolyte: string; values: Numbers; sigma: Numbers }[] } | null;
  /** how a pore fills, and what ends it */
  growth: readonly DepositionGrowth[];
  parameters: readonly { of: string; name: string; quantity: Quantity; flag: string; source: string }[];
}

/** Distribution in every electrolyte at one set of conditions. */
export interface SolvedDeposition {
  /** half a period or a radius is mirrored: x runs from −w to w; edges of the map's cells, µm */
  xMicrometre: Numbers;
  zMicrometre: Numbers;
  /** where the electrolyte ends, from left to right, µm */
  outline: { x: Numbers; z: Numbers };
  electrolytes: readonly SolvedElectrolyte[];
}

export interface SolvedElectrolyte {
  name: string;
  /** σRT/(F i_exc) */
  kineticLength: Quantity;
  wagner: Quantity;
  /** row by row from the bottom; NaN in the metal and in the pore */
  potentialMillivolt: Numbers;
  /** |σ∇φ| over the applied current */
  currentRatio: Numbers;
  /** one where no pressure acts, else both forms of the pressure term */
  forms: readonly {
    form: "both" | "shift" | "factor";
    hotSpot: Quantity;
    hottestAt: Quantity;
    coldest: Quantity;
    farField: Quantity;
    variation: Quantity;
    distanceMicrometre: Numbers;
    /** i over the applied current */
    ratio: Numbers;
  }[];
}

export interface DepositionGrowth {
  electrolyte: string;
  end: "crack" | "yield" | "balance";
  crackPressure: Quantity;
  /** at the ends of the toughness's range */
  criticalCurrent: readonly [Answer, Answer];
  /** the state of rest is reached after an infinite time: NaN */
  timeSecond: Numbers;
  levelMicrometre: Numbers;
  pressureMegapascal: Numbers;
  hotSpot: Numbers;
}
