/**
 * Which side of a line, and inside which circle: signs that are right for every input of doubles. A sum of products is trusted where it exceeds a bound
 * of its rounding error; else it is computed again in whole numbers. (Bounds: Shewchuk, Discrete Comput. Geom. 18, 305 (1997).)
 */

import { signOf, wholeNumbers } from "../wholeNumbers.ts";

const EPSILON = 2 ** -53;
const ORIENT_BOUND = (3 + 16 * EPSILON) * EPSILON;
const CIRCLE_BOUND = (10 + 96 * EPSILON) * EPSILON;

/** > 0 if a, b, c turn left, < 0 if right, 0 if they lie on one line; indices of points in `xy`. */
export function orientation(xy: Float64Array, a: number, b: number, c: number): number {
  const [ax, ay, bx, by, cx, cy] = [xy[2 * a]!, xy[2 * a + 1]!, xy[2 * b]!, xy[2 * b + 1]!, xy[2 * c]!, xy[2 * c + 1]!];
  const left = (ax - cx) * (by - cy);
  const right = (ay - cy) * (bx - cx);
  const det = left - right;
  if (Math.abs(det) >= ORIENT_BOUND * (Math.abs(left) + Math.abs(right))) return det;
  return exactOrientation(ax, ay, bx, by, cx, cy);
}

/** > 0 if d lies inside the circle through a, b, c (which turn left), < 0 outside, 0 on it. */
export function inCircle(xy: Float64Array, a: number, b: number, c: number, d: number): number {
  const dx = xy[2 * d]!;
  const dy = xy[2 * d + 1]!;
  const adx = xy[2 * a]! - dx;
  const ady = xy[2 * a + 1]! - dy;
  const bdx = xy[2 * b]! - dx;
  const bdy = xy[2 * b + 1]! - dy;
  const cdx = xy[2 * c]! - dx;
  const cdy = xy[2 * c + 1]! - dy;
  const bc1 = bdx * cdy;
  const bc2 = cdx * bdy;
  const ca1 = cdx * ady;
  const ca2 = adx * cdy;
  const ab1 = adx * bdy;
  const ab2 = bdx * ady;
  const a2 = adx * adx + ady * ady;
  const b2 = bdx * bdx + bdy * bdy;
  const c2 = cdx * cdx + cdy * cdy;
  const det = a2 * (bc1 - bc2) + b2 * (ca1 - ca2) + c2 * (ab1 - ab2);
  const size = (Math.abs(bc1) + Math.abs(bc2)) * a2 + (Math.abs(ca1) + Math.abs(ca2)) * b2 + (Math.abs(ab1) + Math.abs(ab2)) * c2;
  if (Math.abs(det) > CIRCLE_BOUND * size) return det;
  return exactInCircle(xy, a, b, c, d);
}

function exactOrientation(ax: number, ay: number, bx: number, by: number, cx: number, cy: number): number {
  const [X0, Y0, X1, Y1, X2, Y2] = wholeNumbers([ax, ay, bx, by, cx, cy]) as [bigint, bigint, bigint, bigint, bigint, bigint];
  return signOf((X0 - X2) * (Y1 - Y2) - (Y0 - Y2) * (X1 - X2));
}

function exactInCircle(xy: Float64Array, a: number, b: number, c: number, d: number): number {
  const w = wholeNumbers([a, b, c, d].flatMap((i) => [xy[2 * i]!, xy[2 * i + 1]!]));
  const [dx, dy] = [w[6]!, w[7]!];
  const [ax, ay, bx, by, cx, cy] = [w[0]! - dx, w[1]! - dy, w[2]! - dx, w[3]! - dy, w[4]! - dx, w[5]! - dy];
  const det =
    (ax * ax + ay * ay) * (bx * cy - cx * by) + (bx * bx + by * by) * (cx * ay - ax * cy) + (cx * cx + cy * cy) * (ax * by - bx * ay);
  return signOf(det);
}
