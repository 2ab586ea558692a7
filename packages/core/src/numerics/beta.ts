/**
 * Regularised incomplete beta function by its continued fraction (Lentz; Abramowitz and Stegun 26.5.8), and what follows from it: Student's t and
 * the exact interval of a binomial share (Clopper and Pearson, Biometrika 26, 404, 1934).
 */
import { ThioscopeError } from "../errors.ts";

/** ln Γ(x), x > 0: Lanczos' series with g = 7 and nine terms, relative error below 1e-14. */
export function logGamma(x: number): number {
  const c = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
    -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  const t = x + 6.5;
  let sum = c[0]!;
  for (let k = 1; k < 9; k++) sum += c[k]! / (x - 1 + k);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** I_x(a, b), a and b positive, x in [0, 1]. */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (!(a > 0 && b > 0 && x >= 0 && x <= 1)) throw new ThioscopeError("INVALID_INPUT", `I_x(a, b) of x = ${x}, a = ${a}, b = ${b}`);
  if (x === 0 || x === 1) return x;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b)) / a;
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1) || tiny);
  let f = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d || tiny);
    c = 1 + even / c || tiny;
    f *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d || tiny);
    c = 1 + odd / c || tiny;
    const step = d * c;
    f *= step;
    if (Math.abs(step - 1) < 1e-15) break;
  }
  return front * f;
}

/** Probability that |t| of Student's distribution is at least this large. */
export function studentTwoSided(t: number, degreesOfFreedom: number): number {
  return incompleteBeta(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5);
}

/** Smallest and largest share that k successes of n do not contradict at the given confidence. */
export function binomialInterval(k: number, n: number, confidence = 0.95): readonly [low: number, high: number] {
  if (!(Number.isInteger(k) && Number.isInteger(n) && k >= 0 && k <= n && n > 0))
    throw new ThioscopeError("INVALID_INPUT", `${k} of ${n} are no counts of successes and trials`);
  const alpha = (1 - confidence) / 2;
  const low = k === 0 ? 0 : invert((p) => incompleteBeta(p, k, n - k + 1), alpha);
  const high = k === n ? 1 : invert((p) => incompleteBeta(p, k + 1, n - k), 1 - alpha);
  return [low, high];
}

/** x in [0, 1] at which an increasing function reaches a value, by bisection to 1e-12. */
function invert(f: (x: number) => number, value: number): number {
  let [low, high] = [0, 1];
  for (let k = 0; k < 60; k++) {
    const middle = (low + high) / 2;
    if (f(middle) < value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
