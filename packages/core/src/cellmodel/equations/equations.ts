/**
 * The equations of the cell as a system M ẏ = f(t, y) of index 1, by finite volumes through the thickness of the cathode.
 *
 * Unknowns per control volume: n_k (phases), y_m (reduced share of the electrolyte per redox step), c (oxidised share of a mediator), φ_s, φ_e. Scalars: the charge
 * passed Q, the cell voltage V, the current density i (discharge > 0), and where they are switched on the pressure of the layer and the temperature.
 *
 *   dn_k/dt = Σ_j ν_kj R_j/(F c_S s_j)                       ν = +1 for A_j, −1 for B_j (anodic turns B into A)
 *   ∂/∂x(−σ ∂φ_s/∂x) = −ΣR,   ∂/∂x(−κ ∂φ_e/∂x) = +ΣR
 *   φ_e(0) = −U_an − η_an − i L_sep/κ_sep,  η_an = (2RT/F) asinh(i/2 i_exc),   V = φ_s(L) − i R_contact
 *   dy_m/dt = −R_m/(F ξ c_SE s_m),   dc/dt = R_M/(F c_M) − Σ_j k_M c n_Bj + ∂/∂x(D ∂c/∂x)
 *
 * The mediator's chemical step takes its electrons from the products: dn_Bj/dt = −(c_M/c_S) k_M c n_Bj/s_j, which A_j gains. U_j(σ_p) = U_j − σ_p Δv_j/F with
 * Δv_j = (V̄_B − V̄_A)/s_j. All derivatives are analytic but those by the temperature, which are central differences.
 */
import type { BlockSystem } from "../../numerics/dae/blockTridiagonal.ts";
import type { DaeProblem } from "../../numerics/dae/problem.ts";
import type { Grid } from "../grid.ts";
import { thermalSlope } from "../kinetics.ts";
import { type CellPhysics, kineticsAt } from "../physics.ts";
import { type Control, ends } from "./border.ts";
import { conduction, conductivityOf, pressureOf } from "./conduction.ts";
import { conversion } from "./conversion.ts";
import { decomposition } from "./decomposition.ts";
import { diffusion, mediation } from "./mediation.ts";
import { type Layout, TAU, workspaceOf } from "./workspace.ts";

export interface Tolerances {
  relative: number;
  /** on amounts */
  amount: number;
  /** V */
  potential: number;
}

export const TOLERANCES: Tolerances = { relative: 1e-5, amount: 1e-7, potential: 1e-6 };

/** Longest change of a potential in one damped correction, V. */
const MOST_VOLT = 0.3;
/** Least amount that is taken as zero. */
const NEGATIVE = -1e-8;
/** What is below may fall by this in a step, a thousandth of the tolerance: less and the step could not grow where reactions balance below zero. */
const DRIFT = 0.01 * NEGATIVE;
/** And never further than the tolerance of an amount. */
const LOWEST = 10 * NEGATIVE;

export interface CellEquations extends DaeProblem {
  readonly layout: Layout;
  readonly grid: Grid;
  readonly physics: CellPhysics;
  /** A/m² that the unknown current is scaled with: i = y[current] · reference */
  readonly reference: number;
  control(control: Control): void;
  /** Between the control's former value (0) and its own (1), for a start far from it. */
  approach(share: number, from: number): void;
  /** The matrix c M − ∂f/∂y before it is factorised. */
  assemble(t: number, y: Float64Array, c: number, frozen: boolean): BlockSystem;
  /** A/m³ per reaction and cell, then per redox step, then of the mediator, anodic > 0, cell by cell, of the last state that was evaluated. */
  readonly rates: Float64Array;
  readonly ratesPerCell: number;
  /** Pa per cell, of the last state that was evaluated */
  readonly pressures: Float64Array;
  /** e_eff per cell */
  readonly expansion: Float64Array;
}

export function cellEquations(physics: CellPhysics, grid: Grid, tolerances: Tolerances = TOLERANCES): CellEquations {
  const w = workspaceOf(physics, grid);
  const { layout, mass, now, system } = w;
  const { cells, block: m, phases: P, solid: sAt, ionic: eAt, base, border, size } = layout;
  const { charge: qAt, volt: vAt, current: iAt, pressure: pAt, temperature: tAt } = layout;
  const [layerStress, thermal] = [pAt >= 0, tAt >= 0];
  const moves = physics.mediator !== null && physics.mediator.diffusivity > 0;
  const terms = {
    ...{ press: pressureOf(w), conduct: conductivityOf(w), convert: conversion(w), decompose: decomposition(w) },
    ...{ mediate: mediation(w), flow: conduction(w), diffuse: diffusion(w), end: ends(w) },
  };
  let control: Control = { kind: "current", at: () => 0 };
  let share = 1;
  let former = 0;
  let summed = true;

  /** One pass: f into `out` if given, else the matrix into the system. */
  const pass = (t: number, y: Float64Array, out: Float64Array | null, c: number): void => {
    if (out === null) system.clear();
    else out.fill(0);
    if (thermal) {
      now.temperature = Math.min(Math.max(y[tAt]!, 150), 1200);
      ({ ionic: now.ionic, separator: now.separator } = kineticsAt(physics, now.temperature, now.kinetics));
    }
    now.slopeOfVolt = thermalSlope(now.temperature);
    now.heat = 0;
    now.growth = 0;
    for (let i = 0; i < cells; i++) {
      now.source = 0;
      terms.press(i, y);
      terms.convert(i, y, out);
      terms.decompose(i, y, out);
      if (physics.mediator) terms.mediate(i, y, out);
      terms.conduct(i, y);
      if (out === null) continue;
      const at = i * m;
      const scale = grid.widths[i]! / w.reference;
      out[at + sAt] = -scale * now.source;
      out[at + eAt] = scale * now.source;
      let others = 0;
      for (let k = 1; k < P; k++) others += out[at + k]!;
      out[at] = -others;
    }
    for (let i = 0; i + 1 < cells; i++) {
      terms.flow(i, y, out);
      if (moves) terms.diffuse(i, y, out);
    }
    terms.end(control.kind, former + share * (control.at(t) - former), y, out, c);
  };

  const work = [new Float64Array(thermal ? size : 0), new Float64Array(thermal ? size : 0), new Float64Array(thermal ? size : 0)] as const;
  /** Derivatives by the temperature: central differences of f over 0.1 K. */
  const byTemperature = (t: number, y: Float64Array): void => {
    const [shifted, above, below] = work;
    shifted.set(y);
    shifted[tAt] = y[tAt]! + 0.05;
    pass(t, shifted, above, 0);
    shifted[tAt] = y[tAt]! - 0.05;
    pass(t, shifted, below, 0);
    for (let k = 0; k < size; k++) {
      const slope = (above[k]! - below[k]!) / 0.1;
      if (k < base) system.right[k * border + tAt - base] = -slope;
      else system.corner[(k - base) * border + tAt - base] = system.corner[(k - base) * border + tAt - base]! - slope;
    }
  };

  const assemble = (t: number, y: Float64Array, c: number, frozen: boolean): BlockSystem => {
    pass(t, y, null, c);
    if (thermal) byTemperature(t, y);
    const { diagonal: D, lower, upper, right, bottom, corner } = system;
    for (let i = 0; i < cells; i++) {
      for (let k = 0; k < sAt; k++) {
        const row = (i * m + k) * m;
        if (!frozen && k === 0) {
          // Σ ṅ_k = 0 in place of the first phase's equation, or its rounding would add up over the steps
          D.fill(c * TAU, row, row + P);
          D.fill(0, row + P, row + m);
          right.fill(0, i * m * border, (i * m + 1) * border);
        } else if (!frozen) D[row + k] = D[row + k]! + c * TAU;
        else {
          D.fill(0, row, row + m);
          D[row + k] = 1;
          right.fill(0, (i * m + k) * border, (i * m + k + 1) * border);
        }
      }
      if (frozen && moves) {
        const { pairs, width, row } = w.reach;
        const p = i * pairs + row.mediator * width;
        lower.fill(0, p, p + width);
        upper.fill(0, p, p + width);
      }
    }
    if (frozen) {
      for (let k = base; k < size; k++) {
        if (mass[k] === 0) continue;
        bottom.fill(0, (k - base) * base, (k - base + 1) * base);
        corner.fill(0, (k - base) * border, (k - base + 1) * border);
        corner[(k - base) * (border + 1)] = 1;
      }
    }
    return system;
  };

  return {
    size,
    mass,
    layout,
    grid,
    physics,
    reference: w.reference,
    rates: w.rates,
    ratesPerCell: w.perCell,
    pressures: w.pressures,
    expansion: w.expansion,
    control(next) {
      control = next;
      share = 1;
    },
    approach(next, from) {
      share = next;
      former = from;
    },
    right: (t, y, out) => pass(t, y, out, 0),
    assemble,
    factor(t, y, c, frozen) {
      summed = !frozen;
      return assemble(t, y, c, frozen).factor();
    },
    solve(b) {
      if (summed) {
        for (let i = 0; i < cells; i++) {
          const at = i * m;
          let sum = 0;
          for (let k = 0; k < P; k++) sum += b[at + k]!;
          b[at] = sum;
        }
      }
      system.solve(b);
    },
    weights(y, out) {
      const { relative, amount, potential } = tolerances;
      for (let i = 0; i < cells; i++) {
        const at = i * m;
        for (let k = 0; k < sAt; k++) out[at + k] = 1 / (relative * Math.abs(y[at + k]!) + amount);
        for (let k = sAt; k < m; k++) out[at + k] = 1 / (relative * Math.abs(y[at + k]!) + potential);
      }
      out[qAt] = 1 / (relative * Math.abs(y[qAt]!) + amount);
      out[vAt] = 1 / (relative * Math.abs(y[vAt]!) + potential);
      out[iAt] = 1 / (relative * Math.abs(y[iAt]!) + relative);
      if (layerStress) out[pAt] = 1 / (relative * Math.abs(y[pAt]!) + 1e3);
      if (thermal) out[tAt] = 1 / (relative * 100);
    },
    reach(correction) {
      // a nearly limiting current makes corrections of thousands of volts
      let most = Math.abs(correction[vAt]!);
      for (let i = 0; i < cells; i++) most = Math.max(most, Math.abs(correction[i * m + sAt]! - correction[i * m + eAt]!));
      return most > MOST_VOLT ? MOST_VOLT / most : 1;
    },
    accept(y, before) {
      for (let i = 0; i < cells; i++) {
        const at = i * m;
        // one that is already below (a balance of its reactions, or an interpolation to an event) may drift, not fall
        for (let k = at; k < at + P; k++) {
          if (!(y[k]! >= NEGATIVE || (y[k]! >= before[k]! + DRIFT && y[k]! >= LOWEST))) return false;
        }
      }
      return true;
    },
  };
}
