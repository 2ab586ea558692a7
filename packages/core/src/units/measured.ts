/**
 * First-order error propagation that keeps correlations.
 *
 * A measured value carries its signed contribution (one standard deviation) from every independent
 * source: f(x) has parts ∂f/∂x_i σ_i, and σ_f² = Σ parts². Two values that share a source (the cathode's
 * mass in a charge and a discharge capacity) therefore cancel it in their ratio, as they should.
 * (JCGM 100:2008, 5.1–5.2.)
 */
import { ThioscopeError } from "../errors.ts";
import type { Quantity } from "./quantity.ts";
import { conversionFactor, convert } from "./units.ts";

export type Source = string | symbol;

export interface Measured {
  readonly value: number;
  readonly parts: ReadonlyMap<Source, number>;
}

/**
 * A value whose error comes from `source` alone (a fresh one if none is named). Throws INVALID_INPUT for an
 * error that is negative or not a number.
 */
export function measured(value: number, sigma = 0, source: Source = Symbol("independent")): Measured {
  if (!(sigma >= 0)) throw new ThioscopeError("INVALID_INPUT", `a standard error of ${sigma} is not possible`);
  return { value, parts: sigma > 0 ? new Map([[source, sigma]]) : new Map() };
}

/** f(a, b, …) given its value and its partial derivatives. */
export function propagate(value: number, terms: readonly (readonly [derivative: number, of: Measured])[]): Measured {
  const parts = new Map<Source, number>();
  for (const [derivative, of] of terms) {
    for (const [source, part] of of.parts) {
      const before = parts.get(source) ?? 0;
      const sum = before + derivative * part;
      // What cancels must vanish, not leave the rounding of the last bit as an error.
      parts.set(source, Math.abs(sum) <= 1e-13 * Math.abs(before) ? 0 : sum);
    }
  }
  return { value, parts };
}

export const add = (a: Measured, b: Measured): Measured =>
  propagate(a.value + b.value, [
    [1, a],
    [1, b],
  ]);
export const subtract = (a: Measured, b: Measured): Measured =>
  propagate(a.value - b.value, [
    [1, a],
    [-1, b],
  ]);
export const multiply = (a: Measured, b: Measured): Measured =>
  propagate(a.value * b.value, [
    [b.value, a],
    [a.value, b],
  ]);
export const scale = (a: Measured, factor: number): Measured => propagate(a.value * factor, [[factor, a]]);

export function divide(a: Measured, b: Measured): Measured {
  const value = a.value / b.value;
  return propagate(value, [
    [1 / b.value, a],
    [-value / b.value, b],
  ]);
}

/** One standard deviation of `a`. */
export function sigmaOf(a: Measured): number {
  let sum = 0;
  for (const part of a.parts.values()) sum += part * part;
  return Math.sqrt(sum);
}

/** `a`, held in unit `unit`, as a result in unit `shown`; sigma is null where no source is known. */
export function toQuantity(a: Measured, unit: string, shown: string = unit): Quantity {
  const sigma = a.parts.size === 0 ? null : sigmaOf(a) * conversionFactor(unit, shown);
  return { value: convert(a.value, unit, shown), sigma, unit: shown };
}

/** A quantity as a measured value in `unit`, its error attributed to `source`. */
export function fromQuantity(q: Quantity, unit: string, source?: Source): Measured {
  return measured(convert(q.value, q.unit, unit), (q.sigma ?? 0) * conversionFactor(q.unit, unit), source);
}
