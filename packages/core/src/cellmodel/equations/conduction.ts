/** Pressure and conductivity of the control volumes, and the currents between neighbours that follow from them. */
import { confinedPressure, localPressure, unaccommodatedExpansion } from "../stress.ts";
import type { Workspace } from "./workspace.ts";

/** σ_p of a cell and its slope by the free expansion. */
export function pressureOf(w: Workspace) {
  const { layout, pressures, pressureSlopes, expansion, expansionSlopes, swelling, now, grid } = w;
  const { stress, layers } = w.physics;
  const { block: m, phases: P, pressure: pAt } = layout;
  const { young, poisson, yieldStress, stack } = stress;
  const confined = { young, poisson, yieldStress, stackPressure: stack };
  const two = new Float64Array(2);
  const four = new Float64Array(4);
  return (i: number, y: Float64Array): void => {
    let free = -layers.sulfur;
    for (let k = 0; k < P; k++) free += swelling[k]! * y[i * m + k]!;
    unaccommodatedExpansion(free, stress.absorbed, two);
    const [effective, slope] = [two[0]!, two[1]!];
    expansion[i] = effective;
    expansionSlopes[i] = slope;
    now.growth += effective * grid.widths[i]!;
    if (stress.model === "none") {
      pressures[i] = 0;
      pressureSlopes[i] = 0;
    } else if (stress.model === "local") {
      localPressure(stack, stress.bulk, stress.frame, effective, two);
      pressures[i] = two[0]!;
      pressureSlopes[i] = two[1]! * slope;
    } else if (stress.model === "layer") {
      pressures[i] = y[pAt]!;
      pressureSlopes[i] = 0;
    } else {
      confinedPressure(confined, stress.strainShare * effective, four);
      pressures[i] = four[1]!;
      pressureSlopes[i] = four[2]! * stress.strainShare * slope;
    }
  };
}

/** κ of a cell with its derivatives: less with decomposed electrolyte, more under pressure. */
export function conductivityOf(w: Workspace) {
  const { layout, kappa, kappaBy, kappaByPressure, pressures, pressureSlopes, swelling, now, redoxShares } = w;
  const { electrolyte, contactGain, contactPressure } = w.physics;
  const { block: m, phases: P, redox: E } = layout;
  return (i: number, y: Float64Array): void => {
    const at = i * m;
    let value = now.ionic;
    if (!w.kappaMoves) {
      kappa[i] = value;
      return;
    }
    kappaBy.fill(0, at, at + m);
    if (E > 0) {
      const { steps, active, blocking } = electrolyte!;
      let extent = 0;
      for (let k = 0; k < E; k++) extent += redoxShares[k]! * (y[at + P + k]! - steps[k]!.initial);
      const left = Math.max(1 - active * extent, 1e-3);
      value *= left ** blocking;
      for (let k = 0; k < E; k++) kappaBy[at + P + k] = (-value * blocking * active * redoxShares[k]!) / left;
    }
    if (contactGain > 0) {
      const decay = Math.exp(-pressures[i]! / contactPressure);
      const gain = 1 + contactGain * (1 - decay);
      for (let k = 0; k < m; k++) kappaBy[at + k] = kappaBy[at + k]! * gain;
      kappaByPressure[i] = (value * contactGain * decay) / contactPressure;
      for (let k = 0; k < P; k++) kappaBy[at + k] = kappaBy[at + k]! + kappaByPressure[i]! * pressureSlopes[i]! * swelling[k]!;
      value *= gain;
    }
    kappa[i] = value;
  };
}

/** Currents of carbon and electrolyte between cells i and i + 1, into f (`out`) or the matrix (`out` null). */
export function conduction(w: Workspace) {
  const { layout, grid, reference, kappa, kappaBy, kappaByPressure, system, reach, add, addScalar, physics } = w;
  const { block: m, solid: sAt, ionic: eAt, pressure: pAt } = layout;
  const { lower, upper } = system;
  const { pairs, width, row, column } = reach;
  const s = row.solid * width + column[sAt]!;
  const e = row.ionic * width + column[eAt]!;

  /** Derivatives of the current of the electrolyte by what moves the conductivities. */
  const addKappa = (i: number, drop: number, ge: number): void => {
    const at = i * m;
    for (const [cell, offset] of [
      [i, 0],
      [i + 1, 1],
    ] as const) {
      // ∂I/∂κ, in units of the reference current
      const weight = (drop * ge * ge * reference * grid.widths[cell]!) / (2 * kappa[cell]! * kappa[cell]!);
      if (pAt >= 0 && physics.contactGain > 0) {
        addScalar(at + eAt, pAt, weight * kappaByPressure[cell]!);
        addScalar(at + m + eAt, pAt, -weight * kappaByPressure[cell]!);
      }
      for (let k = 0; k < sAt; k++) {
        const value = weight * kappaBy[cell * m + k]!;
        if (value === 0) continue;
        if (offset === 0) {
          add(at, eAt, k, value);
          const p = (i + 1) * pairs + row.ionic * width + column[k]!;
          lower[p] = lower[p]! - value;
        } else {
          add(at + m, eAt, k, -value);
          const p = i * pairs + row.ionic * width + column[k]!;
          upper[p] = upper[p]! + value;
        }
      }
    }
  };

  return (i: number, y: Float64Array, out: Float64Array | null): void => {
    const at = i * m;
    const [dx, dn] = [grid.widths[i]!, grid.widths[i + 1]!];
    const gs = (2 * physics.electronic) / (dx + dn) / reference;
    const ge = 1 / (dx / (2 * kappa[i]!) + dn / (2 * kappa[i + 1]!)) / reference;
    const drop = y[at + eAt]! - y[at + m + eAt]!;
    if (out !== null) {
      const solid = gs * (y[at + sAt]! - y[at + m + sAt]!);
      out[at + sAt] = out[at + sAt]! - solid;
      out[at + m + sAt] = out[at + m + sAt]! + solid;
      out[at + eAt] = out[at + eAt]! - ge * drop;
      out[at + m + eAt] = out[at + m + eAt]! + ge * drop;
      return;
    }
    add(at, sAt, sAt, gs);
    add(at + m, sAt, sAt, gs);
    add(at, eAt, eAt, ge);
    add(at + m, eAt, eAt, ge);
    const [here, next] = [i * pairs, (i + 1) * pairs];
    upper[here + s] = upper[here + s]! - gs;
    lower[next + s] = lower[next + s]! - gs;
    upper[here + e] = upper[here + e]! - ge;
    lower[next + e] = lower[next + e]! - ge;
    if (w.kappaMoves) addKappa(i, drop, ge);
  };
}
