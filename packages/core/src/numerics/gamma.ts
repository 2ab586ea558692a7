/**
 * Regularised upper incomplete gamma function Q(a, x) by its series below x = a + 1 and its continued fraction above (Lentz; Abramowitz and Stegun 6.5.29, 6.5.31),
 * and the chance of a χ² as large.
 */
import { ThioscopeError } from "../errors.ts";
import { logGamma } from "./beta.ts";

const TINY = 1e-300;
const MOST_TERMS = 100_000;

/** Throws INVALID_INPUT unless a > 0 and x ≥ 0. */
export function upperGamma(a: number, x: number): number {
  if (!(a > 0 && x >= 0)) throw new ThioscopeError("INVALID_INPUT", `Q(a, x) of a = ${a}, x = ${x}: a is positive, x not negative`);
  if (x === 0) return 1;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let k = 1; k < MOST_TERMS && term > 1e-16 * sum; k++) {
      term *= x / (a + k);
      sum += term;
    }
    return 1 - front * sum;
  }
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let f = d;
  for (let k = 1; k < MOST_TERMS; k++) {
    const step = -k * (k - a);
    b += 2;
    d = 1 / (step * d + b || TINY);
    c = b + step / c || TINY;
    const by = c * d;
    f *= by;
    if (Math.abs(by - 1) < 1e-15) break;
  }
  return front * f;
}

/** P(χ² > x) with as many degrees of freedom; 1 with none. */
export const chanceOfChi2 = (x: number, degrees: number): number => (degrees > 0 ? upperGamma(degrees / 2, Math.max(0, x) / 2) : 1);
