/**
 * Interpolating cubic spline with "not a knot" ends: the first two and the last two pieces are one polynomial each.
 *
 * Solves for the second derivatives at the knots; error O(h⁴) up to the ends (de Boor, A Practical Guide to Splines, 1978,
 * chapter IV). The factorisation depends on the knots alone and serves any number of curves on them.
 * Outside the knots the end pieces go on.
 */
import { ThioscopeError } from "../errors.ts";

export interface SplineBasis {
  readonly x: Float64Array;
  /** Second derivatives at the knots of the spline through `y`. */
  curvature(y: ArrayLike<number>): Float64Array;
}

/** @param x strictly rising, at least 4; throws INVALID_INPUT otherwise */
export function splineBasis(x: Float64Array): SplineBasis {
  const n = x.length;
  if (n < 4) throw new ThioscopeError("INVALID_INPUT", `a cubic spline needs 4 points, not ${n}`);
  const h = new Float64Array(n - 1);
  for (let i = 0; i < n - 1; i++) {
    h[i] = x[i + 1]! - x[i]!;
    if (!(h[i]! > 0)) throw new ThioscopeError("INVALID_INPUT", `a spline's points must rise; ${x[i + 1]} follows ${x[i]}`);
  }
  // rows 1 … n−2; the ends M0 = M1 + (M1 − M2) h0/h1 and its mirror are put in
  const m = n - 2;
  const lower = new Float64Array(m);
  const diagonal = new Float64Array(m);
  const upper = new Float64Array(m);
  for (let k = 0; k < m; k++) {
    lower[k] = h[k]!;
    diagonal[k] = 2 * (h[k]! + h[k + 1]!);
    upper[k] = h[k + 1]!;
  }
  const r0 = h[0]! / h[1]!;
  diagonal[0] = diagonal[0]! + h[0]! * (1 + r0);
  upper[0] = upper[0]! - h[0]! * r0;
  const r1 = h[n - 2]! / h[n - 3]!;
  diagonal[m - 1] = diagonal[m - 1]! + h[n - 2]! * (1 + r1);
  lower[m - 1] = lower[m - 1]! - h[n - 2]! * r1;
  for (let k = 1; k < m; k++) {
    const factor = lower[k]! / diagonal[k - 1]!;
    lower[k] = factor;
    diagonal[k] = diagonal[k]! - factor * upper[k - 1]!;
  }
  return {
    x,
    curvature(y) {
      const second = new Float64Array(n);
      for (let k = 0; k < m; k++) {
        const slope = (y[k + 2]! - y[k + 1]!) / h[k + 1]! - (y[k + 1]! - y[k]!) / h[k]!;
        second[k + 1] = 6 * slope - (k > 0 ? lower[k]! * second[k]! : 0);
      }
      second[m] = second[m]! / diagonal[m - 1]!;
      for (let k = m - 2; k >= 0; k--) second[k + 1] = (second[k + 1]! - upper[k]! * second[k + 2]!) / diagonal[k]!;
      second[0] = second[1]! + (second[1]! - second[2]!) * r0;
      second[n - 1] = second[n - 2]! + (second[n - 2]! - second[n - 3]!) * r1;
      return second;
    },
  };
}

export interface CubicSpline {
  readonly x: Float64Array;
  readonly y: ArrayLike<number>;
  readonly second: Float64Array;
}

/** The spline through points; see {@link splineBasis}. */
export function cubicSpline(x: Float64Array, y: ArrayLike<number>): CubicSpline {
  return { x, y, second: splineBasis(x).curvature(y) };
}

/**
 * Values of a spline at many places, and its slopes where `slope` is given. Fastest where `at` rises.
 *
 * @param out as long as `at`
 */
export function evaluateSpline({ x, y, second }: CubicSpline, at: ArrayLike<number>, out: Float64Array, slope?: Float64Array): void {
  const last = x.length - 2;
  let i = 0;
  for (let k = 0; k < at.length; k++) {
    const v = at[k]!;
    if (v < x[i]!) i = 0;
    if (v >= x[Math.min(i + 8, last + 1)]!) {
      let low = i;
      let high = last;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (x[middle]! <= v) low = middle;
        else high = middle - 1;
      }
      i = low;
    }
    while (i < last && v >= x[i + 1]!) i++;
    const h = x[i + 1]! - x[i]!;
    const a = (x[i + 1]! - v) / h;
    const b = 1 - a;
    const sa = second[i]!;
    const sb = second[i + 1]!;
    out[k] = a * y[i]! + b * y[i + 1]! + (((a * a * a - a) * sa + (b * b * b - b) * sb) * h * h) / 6;
    if (slope) slope[k] = (y[i + 1]! - y[i]!) / h + (((3 * b * b - 1) * sb - (3 * a * a - 1) * sa) * h) / 6;
  }
}
