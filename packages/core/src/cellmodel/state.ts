/** Where a run begins. */
import { ThioscopeError } from "../errors.ts";
import type { CellEquations } from "./equations/equations.ts";

/**
 * A cell at rest with the same amounts everywhere (mol S per mol S, one per phase, summing up to 1). Without amounts: sulfur with a seed of the first product.
 * The potentials are guesses that a consistent start improves.
 */
export function restingState({ layout, physics, size }: CellEquations, amounts?: readonly number[]): Float64Array {
  const { chemistry, seed } = physics;
  const P = layout.phases;
  const start = amounts ? Float64Array.from(amounts) : new Float64Array(P);
  if (!amounts) {
    // every reaction from sulfur needs its product, or it has no potential at rest
    for (const { from, to } of chemistry.reactions) if (from === 0) start[to] = seed;
    start[0] = 1 - start.reduce((a, b) => a + b, 0);
  }
  const sum = start.reduce((a, b) => a + b, 0);
  if (start.length !== P || !(Math.abs(sum - 1) < 1e-9) || start.some((n) => !(n >= 0)))
    throw new ThioscopeError("INVALID_INPUT", `amounts of ${P} phases that add up to 1 are needed; they add up to ${sum}`);
  const y = new Float64Array(size);
  const potential = potentialOf(physics.potentials, chemistry.reactions, start);
  for (let i = 0; i < layout.cells; i++) {
    const at = i * layout.block;
    y.set(start, at);
    for (let k = 0; k < layout.redox; k++) y[at + P + k] = physics.electrolyte!.steps[k]!.initial;
    y[at + layout.solid] = potential - physics.anodePotential;
    y[at + layout.ionic] = -physics.anodePotential;
  }
  y[layout.volt] = potential - physics.anodePotential;
  if (layout.pressure >= 0) y[layout.pressure] = physics.stress.stack;
  if (layout.temperature >= 0) y[layout.temperature] = physics.temperature;
  return y;
}

/** The potential of the reaction that has most of both its phases. */
function potentialOf(potentials: Float64Array, reactions: readonly { from: number; to: number }[], n: Float64Array): number {
  let best = 0;
  for (let j = 1; j < reactions.length; j++) {
    const both = (r: { from: number; to: number }): number => Math.min(n[r.from]!, n[r.to]!);
    if (both(reactions[j]!) > both(reactions[best]!)) best = j;
  }
  return potentials[best]!;
}
