/** Redox steps of the electrolyte within a control volume, and their heat. */
import { CONSTANTS } from "../../units/constants.ts";
import { redoxRate } from "../kinetics.ts";
import { TAU, type Workspace } from "./workspace.ts";

const { faraday: F } = CONSTANTS;

/** Rates of all redox steps in cell i, into f (`out`) or the matrix (`out` null). */
export function decomposition(w: Workspace) {
  const { layout, grid, reference, physics, rates, perCell, now, add } = w;
  const { block: m, phases: P, redox: E, base, solid: sAt, ionic: eAt, temperature: tAt } = layout;
  const { electrolyte, anodePotential } = physics;
  const { bottom } = w.system;
  const first = physics.chemistry.reactions.length;
  const redox = new Float64Array(3);
  return (i: number, y: Float64Array, out: Float64Array | null): void => {
    const at = i * m;
    const dx = grid.widths[i]!;
    const scale = dx / reference;
    const phi = y[at + sAt]! - y[at + eAt]!;
    for (let k = 0; k < E; k++) {
      const { area, concentration, steps } = electrolyte!;
      const step = steps[k]!;
      const reduced = y[at + P + k]!;
      redoxRate(step.exchange, step.alpha, now.slopeOfVolt, phi - step.volt, 1 - reduced, reduced, step.unsaturated, redox);
      const current = area * redox[0]!;
      rates[i * perCell + first + k] = current;
      now.source += current;
      const toShare = TAU / (F * concentration * step.electrons);
      if (out !== null) {
        out[at + P + k] = -toShare * current;
        if (tAt >= 0) now.heat -= dx * current * (step.volt - anodePotential);
        continue;
      }
      const [byEta, byY] = [area * redox[1]!, area * redox[2]!];
      for (const [column, value] of [
        [P + k, byY],
        [sAt, byEta],
        [eAt, -byEta],
      ] as const) {
        add(at, P + k, column, toShare * value);
        add(at, sAt, column, scale * value);
        add(at, eAt, column, -scale * value);
      }
      if (tAt >= 0) {
        const weight = w.perHeat * dx * area * (step.volt - anodePotential);
        const row = (tAt - base) * base + at;
        bottom[row + P + k] = bottom[row + P + k]! + weight * redox[2]!;
        bottom[row + sAt] = bottom[row + sAt]! + weight * redox[1]!;
        bottom[row + eAt] = bottom[row + eAt]! - weight * redox[1]!;
      }
    }
  };
}
