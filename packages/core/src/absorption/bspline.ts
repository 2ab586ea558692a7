/**
 * Cubic B-splines that interpolate a few points: knots at the points but the second and the last but one ("not a knot"),
 * fourfold at the ends (de Boor, A Practical Guide to Splines, 1978, chapters IX and XIII).
 */
import { ThioscopeError } from "../errors.ts";

export interface CubicBSplines {
  knots: Float64Array;
  /** number of B-splines: as many as points */
  count: number;
}

/** @param points strictly rising, at least 4 */
export function bsplinesThrough(points: Float64Array): CubicBSplines {
  const n = points.length;
  for (let i = 1; i < n; i++) {
    if (!(points[i]! > points[i - 1]!))
      throw new ThioscopeError("NOT_COMPUTABLE", "the scan is too coarse: two knots of the background fall on one point");
  }
  const inner = Array.from(points.subarray(2, n - 2));
  const ends = (x: number): number[] => [x, x, x, x];
  return { knots: Float64Array.from([...ends(points[0]!), ...inner, ...ends(points[n - 1]!)]), count: n };
}

/** The four B-splines that are not zero at x, to out[0…3]; returns the index of the first. Outside the knots the end pieces go on. */
export function evaluateBsplines({ knots, count }: CubicBSplines, x: number, out: Float64Array): number {
  let span = 3;
  while (span < count - 1 && x >= knots[span + 1]!) span++;
  out[0] = 1;
  for (let degree = 1; degree <= 3; degree++) {
    let carry = 0;
    for (let r = 0; r < degree; r++) {
      const right = knots[span + r + 1]!;
      const left = knots[span + r + 1 - degree]!;
      const part = out[r]! / (right - left);
      out[r] = carry + (right - x) * part;
      carry = (x - left) * part;
    }
    out[degree] = carry;
  }
  return span - 3;
}

/** Coefficients of the spline through y at the points that the B-splines were made for: a banded system, solved densely (a few dozen unknowns). */
export function interpolateBsplines(splines: CubicBSplines, points: Float64Array, y: ArrayLike<number>): Float64Array {
  const n = splines.count;
  const a = new Float64Array(n * n);
  const b = Float64Array.from(y);
  const four = new Float64Array(4);
  for (let i = 0; i < n; i++) {
    const first = evaluateBsplines(splines, points[i]!, four);
    for (let j = 0; j < 4; j++) a[i * n + first + j] = four[j]!;
  }
  // totally positive: elimination needs no pivots
  for (let k = 0; k < n; k++) {
    for (let i = k + 1; i < Math.min(n, k + 5); i++) {
      const factor = a[i * n + k]! / a[k * n + k]!;
      if (factor === 0) continue;
      for (let j = k; j < Math.min(n, k + 9); j++) a[i * n + j] = a[i * n + j]! - factor * a[k * n + j]!;
      b[i] = b[i]! - factor * b[k]!;
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    let sum = b[k]!;
    for (let j = k + 1; j < Math.min(n, k + 9); j++) sum -= a[k * n + j]! * b[j]!;
    b[k] = sum / a[k * n + k]!;
  }
  return b;
}
