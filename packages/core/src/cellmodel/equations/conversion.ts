/** Conversion of one sulfur phase into the next within a control volume, and its heat. */
import { conversionRate, openShare, RATE_LENGTH } from "../kinetics.ts";
import type { Workspace } from "./workspace.ts";

/** Rates of all reactions in cell i, into f (`out`) or the matrix (`out` null). */
export function conversion(w: Workspace) {
  const { layout, grid, reference, physics, rates, perCell, filling, swelling, shift, toAmounts, now, add, addScalar } = w;
  const { block: m, phases: P, base, solid: sAt, ionic: eAt, pressure: pAt, temperature: tAt } = layout;
  const { contactArea: a } = physics;
  const { bottom } = w.system;
  const count = physics.chemistry.reactions.length;
  const rate = new Float64Array(RATE_LENGTH);
  const byLocal = new Float64Array(m);

  /** ∂R/∂(unknown k) of a reaction into the rows of its two phases and of both charges. */
  const addRate = (at: number, from: number, to: number, k: number, value: number, toAmount: number, scale: number): void => {
    if (value === 0) return;
    add(at, from, k, -toAmount * value);
    add(at, to, k, toAmount * value);
    add(at, sAt, k, scale * value);
    add(at, eAt, k, -scale * value);
  };

  return (i: number, y: Float64Array, out: Float64Array | null): void => {
    const at = i * m;
    const dx = grid.widths[i]!;
    const scale = dx / reference;
    let X = 0;
    for (let k = 0; k < P; k++) X += filling[k]! * y[at + k]!;
    const pressure = w.pressures[i]!;
    const slope = w.pressureSlopes[i]!;
    const phi = y[at + sAt]! - y[at + eAt]!;
    const open = openShare(X, now.kinetics[0]!.exponent);
    for (let j = 0; j < count; j++) {
      const from = w.from[j]!;
      const to = w.to[j]!;
      const lift = shift[j]!;
      const potential = physics.potentials[j]! + physics.slopes[j]! * (now.temperature - physics.temperature) - lift * pressure;
      conversionRate(now.kinetics[j]!, now.slopeOfVolt, phi - potential, y[at + from]!, y[at + to]!, X, open, rate);
      const current = a * rate[0]!;
      rates[i * perCell + j] = current;
      now.source += current;
      const toAmount = toAmounts[j]!;
      const voltOfHeat = tAt >= 0 ? potential - physics.anodePotential - now.temperature * physics.slopes[j]! : 0;
      if (out !== null) {
        out[at + from] = out[at + from]! + toAmount * current;
        out[at + to] = out[at + to]! - toAmount * current;
        if (tAt >= 0) now.heat -= dx * current * voltOfHeat;
        continue;
      }
      const byEta = a * rate[1]!;
      for (let k = 0; k < P; k++) byLocal[k] = a * rate[4]! * filling[k]! + byEta * lift * slope * swelling[k]!;
      byLocal[from] = byLocal[from]! + a * rate[2]!;
      byLocal[to] = byLocal[to]! + a * rate[3]!;
      for (let k = 0; k < P; k++) addRate(at, from, to, k, byLocal[k]!, toAmount, scale);
      addRate(at, from, to, sAt, byEta, toAmount, scale);
      addRate(at, from, to, eAt, -byEta, toAmount, scale);
      if (pAt >= 0) {
        const value = byEta * lift;
        addScalar(at + from, pAt, -toAmount * value);
        addScalar(at + to, pAt, toAmount * value);
        addScalar(at + sAt, pAt, scale * value);
        addScalar(at + eAt, pAt, -scale * value);
      }
      if (tAt >= 0) {
        const row = (tAt - base) * base + at;
        const weight = w.perHeat * dx * voltOfHeat;
        for (let k = 0; k < P; k++) bottom[row + k] = bottom[row + k]! + weight * byLocal[k]!;
        bottom[row + sAt] = bottom[row + sAt]! + weight * byEta;
        bottom[row + eAt] = bottom[row + eAt]! - weight * byEta;
      }
    }
  };
}
