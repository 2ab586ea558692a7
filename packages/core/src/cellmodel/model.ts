/** A cell model: a parameter set with its equations on a grid. */
import type { Notice } from "../errors.ts";
import { type CellEquations, cellEquations, TOLERANCES, type Tolerances } from "./equations/equations.ts";
import { gradedGrid } from "./grid.ts";
import { type ParameterSet, si } from "./parameters.ts";
import { type CellPhysics, type PhysicsOptions, resolvePhysics } from "./physics.ts";

export interface ModelChoices extends PhysicsOptions {
  /** control volumes (default 50) */
  cells?: number;
  /** width of the last over the first (default 2) */
  grading?: number;
  tolerances?: Tolerances;
}

export interface CellModel {
  set: ParameterSet;
  physics: CellPhysics;
  equations: CellEquations;
  notices: readonly Notice[];
}

/** Throws INVALID_INPUT, NOT_COMPUTABLE for sets and options that do not fit together. */
export function cellModel(set: ParameterSet, choices: ModelChoices = {}): CellModel {
  const physics = resolvePhysics(set, choices);
  const grid = gradedGrid(physics.layers.cathode, choices.cells ?? 50, choices.grading ?? 2);
  return { set, physics, equations: cellEquations(physics, grid, choices.tolerances ?? TOLERANCES), notices: physics.notices };
}

/** q⁰ and k_c of the phases of a model. */
export function crystalRates({ set, physics }: CellModel): { born: Float64Array; rate: Float64Array } {
  const of = (kind: string, unit: string): Float64Array =>
    Float64Array.from(physics.chemistry.phases, ({ formula }) => {
      const name = `${kind}.${formula}`;
      return Object.hasOwn(set.parameters, name) ? si(set, name, unit) : 0;
    });
  return { born: of("bornCrystalline", "1"), rate: of("crystallisation", "1/s") };
}
