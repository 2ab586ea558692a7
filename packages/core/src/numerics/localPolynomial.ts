/**
 * Local polynomial: value and slope of the least-squares polynomial of the points within half a window of each point. On an even grid it is the
 * filter of Savitzky and Golay (Anal. Chem. 36, 1627, 1964); points need not be even, and at the ends the window is one-sided.
 *
 * Noise: the variance of value and slope is σ² times the sum of the squared weights; it is given for σ = 1.
 */
import { ThioscopeError } from "../errors.ts";
import { choleskyFactor, choleskySolve } from "./cholesky.ts";

export interface Smoothed {
  value: Float64Array;
  slope: Float64Array;
  /** standard errors of both for points of standard error 1 */
  valueFactor: Float64Array;
  slopeFactor: Float64Array;
}

/**
 * @param x ascending
 * @param width of the whole window, in x; it grows to degree + 2 points where fewer lie in it
 * @throws ThioscopeError INVALID_INPUT for too few points
 */
export function localPolynomial(x: Float64Array, y: Float64Array, width: number, degree: 1 | 2 | 3 = 2): Smoothed {
  const m = x.length;
  const n = degree + 1;
  if (m < n + 1) throw new ThioscopeError("INVALID_INPUT", `${m} points are too few for a local polynomial of degree ${degree}`);
  const out: Smoothed = {
    value: new Float64Array(m),
    slope: new Float64Array(m),
    valueFactor: new Float64Array(m),
    slopeFactor: new Float64Array(m),
  };
  const normal = new Float64Array(n * n);
  const right = new Float64Array(n);
  const unit = new Float64Array(n);
  let from = 0;
  let to = 0;
  for (let i = 0; i < m; i++) {
    while (x[i]! - x[from]! > width / 2) from++;
    while (to + 1 < m && x[to + 1]! - x[i]! <= width / 2) to++;
    let low = from;
    let high = to;
    while (high - low < n) {
      const left = low > 0 ? x[i]! - x[low - 1]! : Number.POSITIVE_INFINITY;
      const next = high + 1 < m ? x[high + 1]! - x[i]! : Number.POSITIVE_INFINITY;
      if (left <= next) low--;
      else high++;
    }
    const scale = Math.max(x[i]! - x[low]!, x[high]! - x[i]!) || 1;
    normal.fill(0);
    right.fill(0);
    for (let k = low; k <= high; k++) {
      const t = (x[k]! - x[i]!) / scale;
      let a = 1;
      for (let p = 0; p < n; p++) {
        right[p] = right[p]! + a * y[k]!;
        let b = a;
        for (let q = 0; q <= p; q++) {
          normal[p * n + q] = normal[p * n + q]! + b * t ** q;
          b = a;
        }
        a *= t;
      }
    }
    if (!choleskyFactor(normal, n)) throw new ThioscopeError("INVALID_INPUT", `the points around x = ${x[i]} coincide`);
    choleskySolve(normal, right, n);
    out.value[i] = right[0]!;
    out.slope[i] = right[1]! / scale;
    for (const [p, target] of [[0, out.valueFactor] as const, [1, out.slopeFactor] as const]) {
      unit.fill(0);
      unit[p] = 1;
      choleskySolve(normal, unit, n);
      target[i] = Math.sqrt(Math.max(0, unit[p]!)) / (p === 1 ? scale : 1);
    }
  }
  return out;
}
