/**
 * A conversion cathode as a model has it: the question, so that it can be run anew at other values wherever the part is shown, and what the step worked it
 * out as.
 */
import type { Quantity } from "../../units/quantity.ts";
import type { Numbers } from "../model.ts";

export interface CellModelContent {
  kind: "cellmodel";
  question: CellQuestion;
  solved: SolvedCell;
  /** discharge curves with the other energy sets: the band of the potentials */
  band: readonly { energySet: string; capacity: Numbers; volt: Numbers }[];
  /** printed results of these cells; empty where values were changed */
  published: readonly {
    what: string;
    printed: string;
    model: Quantity | string;
    miss: Quantity | null;
    kind: "calibrated" | "predicted";
  }[];
  parameters: readonly { name: string; quantity: Quantity; range: readonly [number, number] | null; flag: string; source: string }[];
}

/** What is asked of the model, in the words of `thioscope simulate cell`. */
export interface CellQuestion {
  model: string;
  /** "100 mA/g"; of a cycle between the set's potentials */
  rate: string;
  /** switches */
  with: readonly string[];
  /** changed parameters in the units of the set */
  values: Readonly<Record<string, number>>;
  energies: string | null;
  cells: number;
}

/** One cycle. */
export interface SolvedCell {
  title: string;
  halves: readonly {
    direction: "charge" | "discharge";
    /** mAh/g from the begin of the half cycle */
    capacity: Numbers;
    volt: Numbers;
    dqdvVolt: Numbers;
    /** mAh/(g V), negative on discharge */
    dqdv: Numbers;
    total: Quantity;
    peaks: readonly Quantity[];
    front: string;
  }[];
  /** edges of the maps: hours and µm from the separator */
  hours: Numbers;
  depth: Numbers;
  /** per phase, row by row from the separator: share of S */
  phases: readonly { formula: string; amount: Numbers }[];
  /** V, of the reaction that carries most current */
  overpotential: Numbers;
  /** MPa; null where stress is switched off */
  pressure: Numbers | null;
  /** σ_ax − σ_lat at the end of the discharge */
  difference: Quantity | null;
}
