/**
 * What the equations of the cell share: where each unknown stands, constants by phase and reaction, what is worked out per control volume on the way
 * from a state, and the matrix. Amounts are scaled by a time τ, charges by i_ref = F c_S L/τ, so that all equations are of order 1.
 */
import { blockSystem } from "../../numerics/dae/blockTridiagonal.ts";
import { CONSTANTS } from "../../units/constants.ts";
import type { Grid } from "../grid.ts";
import { thermalSlope } from "../kinetics.ts";
import type { CellPhysics } from "../physics.ts";

/** s */
export const TAU = 36_000;
const { faraday: F } = CONSTANTS;

/** Where unknowns are. */
export interface Layout {
  cells: number;
  /** unknowns per cell */
  block: number;
  phases: number;
  redox: number;
  /** offsets within a cell; mediator −1 where there is none */
  mediator: number;
  solid: number;
  ionic: number;
  /** where the scalars begin, and how many they are */
  base: number;
  border: number;
  /** indices of the scalars in y; −1 where there is none */
  charge: number;
  volt: number;
  current: number;
  pressure: number;
  temperature: number;
  size: number;
}

function layoutOf({ chemistry, electrolyte, mediator, stress, options }: CellPhysics, cells: number): Layout {
  const phases = chemistry.phases.length;
  const redox = electrolyte?.steps.length ?? 0;
  const solid = phases + redox + (mediator ? 1 : 0);
  const block = solid + 2;
  const base = cells * block;
  const layer = stress.model === "layer" ? 1 : 0;
  const border = 3 + layer + (options.thermal ? 1 : 0);
  return {
    ...{ cells, block, phases, redox, mediator: mediator ? phases + redox : -1, solid, ionic: solid + 1, base, border },
    ...{ charge: base, volt: base + 1, current: base + 2, pressure: layer ? base + 3 : -1 },
    ...{ temperature: options.thermal ? base + 3 + layer : -1, size: base + border },
  };
}

/** How much each redox step of the electrolyte counts as decomposed: reductions together 1, an oxidation 1, by electrons; signs as they act on y. */
function redoxShares({ electrolyte }: CellPhysics): Float64Array {
  if (!electrolyte) return new Float64Array(0);
  const sum = (oxidation: boolean): number => electrolyte.steps.reduce((a, s) => a + (s.oxidation === oxidation ? s.electrons : 0), 0);
  return Float64Array.from(electrolyte.steps, (s) => ((s.oxidation ? -1 : 1) * s.electrons) / sum(s.oxidation));
}

export type Workspace = ReturnType<typeof workspaceOf>;

export function workspaceOf(physics: CellPhysics, grid: Grid) {
  const { chemistry, layers, stress, mediator } = physics;
  const { phases, reactions } = chemistry;
  const layout = layoutOf(physics, grid.widths.length);
  const { cells, block: m, base, border, size, solid: sAt, ionic: eAt } = layout;
  const moves = mediator !== null && mediator.diffusivity > 0;
  const columns = [
    ...(physics.contactGain > 0 && (stress.model === "local" || stress.model === "confined") ? phases.keys() : []),
    ...Array.from({ length: layout.redox }, (_, k) => phases.length + k),
    ...(moves ? [layout.mediator] : []),
    sAt,
    eAt,
  ];
  const rows = [...(moves ? [layout.mediator] : []), sAt, eAt];
  const system = blockSystem({ cells, block: m, border, rows, columns });
  const { diagonal, right } = system;
  const mass = new Float64Array(size);
  for (let i = 0; i < cells; i++) mass.fill(TAU, i * m, i * m + sAt);
  mass[layout.charge] = TAU;
  if (layout.temperature >= 0) mass[layout.temperature] = TAU;
  const perCell = reactions.length + layout.redox + (mediator ? 1 : 0);
  return {
    physics,
    grid,
    layout,
    mass,
    /** A/m² that currents are scaled with */
    reference: (F * layers.sulfurConcentration * layers.cathode) / TAU,
    /** of each phase: half its alkali per S, its volume over that of the sulfur's share of the layer */
    filling: Float64Array.from(phases, (p) => p.x / 2),
    swelling: Float64Array.from(phases, (p) => (layers.sulfur * p.volume) / phases[0]!.volume),
    /** of each reaction: dU/dσ_p in V/Pa with the sign turned, from and to which phase, and what a current makes of the scaled amounts */
    shift: Float64Array.from(reactions, ({ from, to, s }) => (phases[to]!.volume - phases[from]!.volume) / (s * F)),
    from: Int32Array.from(reactions, (r) => r.from),
    to: Int32Array.from(reactions, (r) => r.to),
    toAmounts: Float64Array.from(reactions, (r) => TAU / (F * layers.sulfurConcentration * r.s)),
    redoxShares: redoxShares(physics),
    /** A/m³ per reaction and cell, then per redox step, then of the mediator, anodic > 0, cell by cell */
    rates: new Float64Array(cells * perCell),
    perCell,
    /** per cell: σ_p, Pa; the expansion that is not taken up; the slopes of both by the free expansion */
    pressures: new Float64Array(cells),
    pressureSlopes: new Float64Array(cells),
    expansion: new Float64Array(cells),
    expansionSlopes: new Float64Array(cells),
    /** κ per cell, S/m, by every unknown of the cell, and by its pressure */
    kappa: new Float64Array(cells),
    kappaBy: new Float64Array(base),
    kappaByPressure: new Float64Array(cells),
    kappaMoves: layout.redox > 0 || physics.contactGain > 0,
    /** the equation of the temperature by a heat, m²/W */
    perHeat: TAU * (1 / physics.heatCapacity),
    /** kinetic constants, conductivities and the slope F/RT at the temperature of the pass, K */
    now: {
      kinetics: physics.kinetics.map((k) => ({ ...k })),
      ...{ ionic: physics.ionic, separator: physics.separator },
      ...{ temperature: physics.temperature, slopeOfVolt: thermalSlope(physics.temperature) },
      /** sums of the pass: current of the present cell, A/m³; heat of reactions, W/m²; expansion of the layer, m */
      ...{ source: 0, heat: 0, growth: 0 },
    },
    system,
    /** equations and unknowns that reach into the neighbours: how many pairs, how many unknowns, the places of each (−1: none) */
    reach: {
      pairs: rows.length * columns.length,
      width: columns.length,
      row: { mediator: rows.indexOf(layout.mediator), solid: rows.indexOf(sAt), ionic: rows.indexOf(eAt) },
      column: Int32Array.from({ length: m }, (_, k) => columns.indexOf(k)),
    },
    /** Adds to the derivative of a row of a cell (that begins at `at`) by an unknown of the same cell. */
    add(at: number, row: number, column: number, value: number): void {
      const p = (at + row) * m + column;
      diagonal[p] = diagonal[p]! + value;
    },
    /** Adds to the derivative of a row by a scalar. */
    addScalar(row: number, scalar: number, value: number): void {
      const p = row * border + scalar - base;
      right[p] = right[p]! + value;
    },
  };
}
