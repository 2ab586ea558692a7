/**
 * The potential at the end of a rest, and how far it still is from rest.
 *
 *   E = a straight line through the last third of the rest, taken at its end        rate = slope of that line
 *   σ² = σ_noise² + (|rate| × a third of the rest)²
 *
 * Nothing is extrapolated: what is still to relax is taken to be of the size of what relaxed in the last third, which holds for
 * an exponential whose time constant is below half of the rest, and is named as the error. V, mV/h.
 */
import { fitLine } from "../numerics/line.ts";
import type { Quantity } from "../units/quantity.ts";

export interface Relaxed {
  potential: Quantity;
  /** mV/h */
  rate: Quantity;
  /** V: the part of the error that stands for the remaining relaxation */
  remainingVolt: number;
  restSecond: number;
}

/** Rows [from, to) of a rest; null for fewer than four rows. `sinceSecond`: when the current was switched off. */
export function relaxedPotential(t: Float64Array, v: Float64Array, from: number, to: number, sinceSecond: number): Relaxed | null {
  if (to - from < 4) return null;
  const end = t[to - 1]!;
  const restSecond = end - sinceSecond;
  let first = to - 4;
  while (first > from && t[first - 1]! >= end - restSecond / 3) first--;
  const x = t.subarray(first, to).map((s) => s - end);
  if (!(x[x.length - 1]! > x[0]!)) return null;
  const line = fitLine(x, v.subarray(first, to));
  const noise = Math.sqrt(line.covariance[0]);
  const remaining = Math.abs(line.slope) * (restSecond / 3);
  return {
    potential: { value: line.intercept, sigma: Math.hypot(noise, remaining), unit: "V" },
    rate: { value: line.slope * 3.6e6, sigma: Math.sqrt(line.covariance[2]) * 3.6e6, unit: "mV/h" },
    remainingVolt: remaining,
    restSecond,
  };
}
