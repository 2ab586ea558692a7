/**
 * On which side of a plane, and inside which sphere: signs that are right for every input of doubles. A determinant is trusted where it exceeds a bound of its
 * rounding error; else it is computed again in whole numbers. (Bounds: J. Shewchuk, Discrete Comput. Geom. 18, 305 (1997).)
 */

import { signOf, wholeNumbers } from "../numerics/wholeNumbers.ts";

const EPSILON = 2 ** -53;
const ORIENT_BOUND = (7 + 56 * EPSILON) * EPSILON;
const SPHERE_BOUND = (16 + 224 * EPSILON) * EPSILON;

/** > 0 if a, b, c turn left seen from the side away from d, < 0 if right, 0 if all four lie in a plane; indices of points in `xyz`. */
export function orientation(xyz: Float64Array, a: number, b: number, c: number, d: number): number {
  const dx = xyz[3 * d]!;
  const dy = xyz[3 * d + 1]!;
  const dz = xyz[3 * d + 2]!;
  const adx = xyz[3 * a]! - dx;
  const ady = xyz[3 * a + 1]! - dy;
  const adz = xyz[3 * a + 2]! - dz;
  const bdx = xyz[3 * b]! - dx;
  const bdy = xyz[3 * b + 1]! - dy;
  const bdz = xyz[3 * b + 2]! - dz;
  const cdx = xyz[3 * c]! - dx;
  const cdy = xyz[3 * c + 1]! - dy;
  const cdz = xyz[3 * c + 2]! - dz;
  const bc1 = bdx * cdy;
  const bc2 = cdx * bdy;
  const ca1 = cdx * ady;
  const ca2 = adx * cdy;
  const ab1 = adx * bdy;
  const ab2 = bdx * ady;
  const det = adz * (bc1 - bc2) + bdz * (ca1 - ca2) + cdz * (ab1 - ab2);
  const size =
    (Math.abs(bc1) + Math.abs(bc2)) * Math.abs(adz) +
    (Math.abs(ca1) + Math.abs(ca2)) * Math.abs(bdz) +
    (Math.abs(ab1) + Math.abs(ab2)) * Math.abs(cdz);
  if (Math.abs(det) > ORIENT_BOUND * size) return det;
  return exactOrientation(xyz, [a, b, c, d]);
}

/** > 0 if e lies inside the sphere through a, b, c, d (whose orientation is > 0), < 0 outside, 0 on it. */
export function inSphere(xyz: Float64Array, a: number, b: number, c: number, d: number, e: number): number {
  const ex = xyz[3 * e]!;
  const ey = xyz[3 * e + 1]!;
  const ez = xyz[3 * e + 2]!;
  const aex = xyz[3 * a]! - ex;
  const aey = xyz[3 * a + 1]! - ey;
  const aez = xyz[3 * a + 2]! - ez;
  const bex = xyz[3 * b]! - ex;
  const bey = xyz[3 * b + 1]! - ey;
  const bez = xyz[3 * b + 2]! - ez;
  const cex = xyz[3 * c]! - ex;
  const cey = xyz[3 * c + 1]! - ey;
  const cez = xyz[3 * c + 2]! - ez;
  const dex = xyz[3 * d]! - ex;
  const dey = xyz[3 * d + 1]! - ey;
  const dez = xyz[3 * d + 2]! - ez;
  const ab1 = aex * bey;
  const ab2 = bex * aey;
  const bc1 = bex * cey;
  const bc2 = cex * bey;
  const cd1 = cex * dey;
  const cd2 = dex * cey;
  const da1 = dex * aey;
  const da2 = aex * dey;
  const ac1 = aex * cey;
  const ac2 = cex * aey;
  const bd1 = bex * dey;
  const bd2 = dex * bey;
  const ab = ab1 - ab2;
  const bc = bc1 - bc2;
  const cd = cd1 - cd2;
  const da = da1 - da2;
  const ac = ac1 - ac2;
  const bd = bd1 - bd2;
  const abc = aez * bc - bez * ac + cez * ab;
  const bcd = bez * cd - cez * bd + dez * bc;
  const cda = cez * da + dez * ac + aez * cd;
  const dab = dez * ab + aez * bd + bez * da;
  const a2 = aex * aex + aey * aey + aez * aez;
  const b2 = bex * bex + bey * bey + bez * bez;
  const c2 = cex * cex + cey * cey + cez * cez;
  const d2 = dex * dex + dey * dey + dez * dez;
  const det = d2 * abc - c2 * dab + (b2 * cda - a2 * bcd);
  const [pa, pb, pc, pd] = [Math.abs(aez), Math.abs(bez), Math.abs(cez), Math.abs(dez)];
  const pab = Math.abs(ab1) + Math.abs(ab2);
  const pbc = Math.abs(bc1) + Math.abs(bc2);
  const pcd = Math.abs(cd1) + Math.abs(cd2);
  const pda = Math.abs(da1) + Math.abs(da2);
  const pac = Math.abs(ac1) + Math.abs(ac2);
  const pbd = Math.abs(bd1) + Math.abs(bd2);
  const size =
    (pcd * pb + pbd * pc + pbc * pd) * a2 +
    (pda * pc + pac * pd + pcd * pa) * b2 +
    (pab * pd + pbd * pa + pda * pb) * c2 +
    (pbc * pa + pac * pb + pab * pc) * d2;
  if (Math.abs(det) > SPHERE_BOUND * size) return det;
  return exactSphere(xyz, [a, b, c, d, e]);
}

type Whole = readonly [bigint, bigint, bigint];

function exactOrientation(xyz: Float64Array, points: readonly number[]): number {
  const [a, b, c] = differences(xyz, points) as [Whole, Whole, Whole];
  return signOf(a[2] * (b[0] * c[1] - c[0] * b[1]) + b[2] * (c[0] * a[1] - a[0] * c[1]) + c[2] * (a[0] * b[1] - b[0] * a[1]));
}

function exactSphere(xyz: Float64Array, points: readonly number[]): number {
  const [a, b, c, d] = differences(xyz, points) as [Whole, Whole, Whole, Whole];
  const det3 = (p: Whole, q: Whole, r: Whole): bigint =>
    p[2] * (q[0] * r[1] - r[0] * q[1]) + q[2] * (r[0] * p[1] - p[0] * r[1]) + r[2] * (p[0] * q[1] - q[0] * p[1]);
  const lift = (p: Whole): bigint => p[0] * p[0] + p[1] * p[1] + p[2] * p[2];
  return signOf(lift(d) * det3(a, b, c) - lift(c) * det3(a, b, d) + lift(b) * det3(a, c, d) - lift(a) * det3(b, c, d));
}

/** Of all points to the last, in whole numbers. */
function differences(xyz: Float64Array, points: readonly number[]): Whole[] {
  const w = wholeNumbers(points.flatMap((p) => [xyz[3 * p]!, xyz[3 * p + 1]!, xyz[3 * p + 2]!]));
  const last = w.slice(-3);
  return points.slice(0, -1).map((_, k) => [w[3 * k]! - last[0]!, w[3 * k + 1]! - last[1]!, w[3 * k + 2]! - last[2]!]);
}
