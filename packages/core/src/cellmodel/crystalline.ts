/**
 * What diffraction sees: the crystalline part of every phase, along the accepted steps of a run.
 *
 *   d(n_k^c)/dt = q_k⁰ P_k − (n_k^c/n_k) C_k + k_c (n_k − n_k^c),   dn_k/dt = P_k − C_k
 *
 * P and C are the two parts of the rate of a phase, from reactions that make and that use it. The amorphous part obeys the complementary equation; both are
 * integrated with a formula that is stiffly stable and of order 3 (Radau IIA, two stages), or of order 1 where that would leave [0, n], and are then
 * scaled to the sum n: 0 ≤ n^c ≤ n always. It does not act back on the potentials.
 */
import { CONSTANTS } from "../units/constants.ts";
import type { CellEquations } from "./equations/equations.ts";

export interface CrystalRates {
  /** q⁰ per phase */
  born: Float64Array;
  /** k_c per phase, 1/s */
  rate: Float64Array;
}

/** One step of x' = a(t) − b(t) x with values of a and b at a third (1) and at the end (2) of h. */
export function crystalStep(x: number, h: number, a1: number, b1: number, a2: number, b2: number): number {
  // stages X1, X2: X1 = x + h (5 f1 − f2)/12, X2 = x + h (3 f1 + f2)/4
  const m11 = 1 + (5 * h * b1) / 12;
  const m12 = (-h * b2) / 12;
  const m21 = (3 * h * b1) / 4;
  const m22 = 1 + (h * b2) / 4;
  const r1 = x + (h * (5 * a1 - a2)) / 12;
  const r2 = x + (h * (3 * a1 + a2)) / 4;
  const two = (m11 * r2 - m21 * r1) / (m11 * m22 - m12 * m21);
  return two >= 0 ? two : (x + h * a2) / (1 + h * b2);
}

/** Follows n^c of all phases and cells of a run from a state with its crystalline amounts (cells × phases). */
export function crystalTracker(equations: CellEquations, { born, rate }: CrystalRates, from: Float64Array, start: Float64Array) {
  const { cells, block, phases: P } = equations.layout;
  const { reactions } = equations.physics.chemistry;
  const cS = equations.physics.layers.sulfurConcentration;
  const crystal = start.slice();
  const make = [new Float64Array(cells * P), new Float64Array(cells * P)] as const;
  const use = [new Float64Array(cells * P), new Float64Array(cells * P)] as const;
  const state = [new Float64Array(equations.size), new Float64Array(equations.size)] as const;
  const scratch = new Float64Array(equations.size);
  const before = from.slice();

  const parts = (which: 0 | 1, t: number): void => {
    equations.right(t, state[which], scratch);
    const [p, c] = [make[which], use[which]];
    p.fill(0);
    c.fill(0);
    for (let i = 0; i < cells; i++) {
      for (let j = 0; j < reactions.length; j++) {
        const { from, to, s } = reactions[j]!;
        const r = equations.rates[i * equations.ratesPerCell + j]! / (CONSTANTS.faraday * cS * s);
        const [gains, loses] = r >= 0 ? [from, to] : [to, from];
        p[i * P + gains] = p[i * P + gains]! + Math.abs(r);
        c[i * P + loses] = c[i * P + loses]! + Math.abs(r);
      }
    }
  };

  return {
    crystal,
    /** Sets where the next step begins; what a short start has changed since is shared out like the rest. */
    begin(y: Float64Array): void {
      for (let i = 0; i < cells; i++) {
        for (let k = 0; k < P; k++) {
          const [m, at] = [i * P + k, i * block + k];
          const [old, now] = [Math.max(before[at]!, 0), Math.max(y[at]!, 0)];
          crystal[m] = now > old ? crystal[m]! + born[k]! * (now - old) : old > 0 ? (crystal[m]! * now) / old : 0;
        }
      }
      before.set(y);
    },
    /** Over [t0, t1] with states from the history polynomial. */
    advance(t0: number, t1: number, at: (t: number, out: Float64Array) => void): void {
      const h = t1 - t0;
      if (!(h > 0)) return;
      at(t0 + h / 3, state[0]);
      at(t1, state[1]);
      parts(0, t0 + h / 3);
      parts(1, t1);
      for (let i = 0; i < cells; i++) {
        for (let k = 0; k < P; k++) {
          const [m, at0] = [i * P + k, i * block + k];
          const [q, kc] = [born[k]!, rate[k]!];
          const n0 = Math.max(before[at0]!, 0);
          const [n1, n2] = [Math.max(state[0][at0]!, 1e-300), Math.max(state[1][at0]!, 1e-300)];
          const [b1, b2] = [use[0][m]! / n1, use[1][m]! / n2];
          const c0 = Math.min(crystal[m]!, n0);
          const ordered = crystalStep(c0, h, q * make[0][m]! + kc * n1, b1 + kc, q * make[1][m]! + kc * n2, b2 + kc);
          const other = crystalStep(n0 - c0, h, (1 - q) * make[0][m]!, b1 + kc, (1 - q) * make[1][m]!, b2 + kc);
          const sum = ordered + other;
          crystal[m] = sum > 0 ? Math.max(state[1][at0]!, 0) * (ordered / sum) : 0;
        }
      }
      before.set(state[1]);
    },
  };
}
