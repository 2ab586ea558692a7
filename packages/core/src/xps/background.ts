/**
 * Background of inelastically scattered electrons under a region, on its own grid, binding energies ascending.
 *
 *   linear    through the means of the first and last points
 *   shirley   B(E) = I₁ + (I₂ − I₁) ∫_{E₁}^{E} (I − B) / ∫_{E₁}^{E₂} (I − B), iterated until no point moves by 1e-6 of the step
 *                                                                                (Shirley, Phys. Rev. B 5, 4709, 1972; Proctor and Sherwood 1982)
 *   tougaard  B(E) = I₁ + b ∫_{E₁}^{E} T/(C + T²)² (I(E′) − I₁) dE′,  T = E − E′, C = 1643 eV², b such that B meets I₂
 *                                                                                (Tougaard, Surf. Interface Anal. 11, 453, 1988)
 *
 * I₁ and I₂ are means of `ends` points at the low and the high end. Integrals by the trapezoid rule. The universal b is 2866 eV²: the fitted one is given.
 */
import { ThioscopeError } from "../errors.ts";

export type XpsBackgroundName = "shirley" | "tougaard" | "linear" | "none";

export interface XpsBackground {
  values: Float64Array;
  /** how it climbs from 0 at the low end to 1 at the high end */
  climb: Float64Array;
  /** points that either end is the mean of */
  ends: number;
  /** rounds of the Shirley iteration, 0 for the others */
  iterations: number;
  /** eV², tougaard only */
  b: number | null;
}

const C = 1643;

/** Throws INVALID_INPUT where the region holds fewer than 2 × ends points, NOT_COMPUTABLE where the Shirley iteration finds no step to follow. */
export function xpsBackground(energy: Float64Array, intensity: Float64Array, name: XpsBackgroundName, ends = 5): XpsBackground {
  const n = energy.length;
  if (!(Number.isInteger(ends) && ends >= 1 && 2 * ends <= n))
    throw new ThioscopeError("INVALID_INPUT", `means of ${ends} points at both ends of a region of ${n}`);
  const values = new Float64Array(n);
  if (name === "none") return { values, climb: values, ends, iterations: 0, b: null };
  let [low, high] = [0, 0];
  for (let i = 0; i < ends; i++) {
    low += intensity[i]! / ends;
    high += intensity[n - 1 - i]! / ends;
  }
  if (name === "linear") {
    const range = energy[n - 1]! - energy[0]!;
    const climb = energy.map((e) => (e - energy[0]!) / range);
    return { values: climb.map((c) => low + (high - low) * c), climb, ends, iterations: 0, b: null };
  }
  const found = name === "shirley" ? shirley(energy, intensity, low, high) : tougaard(energy, intensity, low, high);
  return { ...found, ends };
}

function shirley(energy: Float64Array, intensity: Float64Array, low: number, high: number): Omit<XpsBackground, "ends"> {
  const n = energy.length;
  let values = new Float64Array(n).fill(low);
  const step = Math.abs(high - low);
  for (let iterations = 1; iterations <= 200; iterations++) {
    const climb = new Float64Array(n);
    let sum = 0;
    for (let i = 1; i < n; i++) {
      sum += 0.5 * (intensity[i]! - values[i]! + intensity[i - 1]! - values[i - 1]!) * (energy[i]! - energy[i - 1]!);
      climb[i] = sum;
    }
    if (!(sum > 0)) {
      throw new ThioscopeError(
        "NOT_COMPUTABLE",
        "the region holds no area above its background: a Shirley background has nothing to follow",
      );
    }
    const next = new Float64Array(n);
    let moved = 0;
    for (let i = 0; i < n; i++) {
      climb[i] = climb[i]! / sum;
      next[i] = low + (high - low) * climb[i]!;
      moved = Math.max(moved, Math.abs(next[i]! - values[i]!));
    }
    values = next;
    if (moved <= 1e-6 * step) return { values, climb, iterations, b: null };
  }
  throw new ThioscopeError("NOT_COMPUTABLE", "the Shirley background does not settle: its ends do not lie on the background");
}

function tougaard(energy: Float64Array, intensity: Float64Array, low: number, high: number): Omit<XpsBackground, "ends"> {
  const n = energy.length;
  const loss = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let k = 1; k <= i; k++) {
      const at = (j: number): number => {
        const t = energy[i]! - energy[j]!;
        return (t / (C + t * t) ** 2) * (intensity[j]! - low);
      };
      sum += 0.5 * (at(k) + at(k - 1)) * (energy[k]! - energy[k - 1]!);
    }
    loss[i] = sum;
  }
  const top = loss[n - 1]!;
  const b = (high - low) / top;
  if (!(top > 0) || !(b >= 0))
    throw new ThioscopeError(
      "NOT_COMPUTABLE",
      "the high end of the region does not lie above the low one: no Tougaard background meets both",
    );
  return { values: loss.map((v) => low + b * v), climb: loss.map((v) => v / top), iterations: 0, b };
}
