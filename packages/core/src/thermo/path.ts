/**
 * The hull along a straight path n(t) = a + t b of amounts (atoms, not fractions). The energy of the hull is homogeneous in the amounts,
 * E(n) = max over facets of μ·n, so along a path it is the upper envelope of one line per facet: convex and piecewise linear. Where two
 * pieces meet the set of phases changes; the slope of a piece is the potential of what the path adds.
 */
import type { Hull } from "./hull.ts";

export interface PathPiece {
  /** from where to where */
  from: number;
  to: number;
  /** dE/dt, eV */
  slope: number;
  /** E at `from`, eV */
  energy: number;
}

/** Pieces of less length, in t, are rounding. */
const SHORTEST = 1e-7;

/** @param end may be Infinity */
export function hullAlong(hull: Hull, a: ArrayLike<number>, b: ArrayLike<number>, start: number, end: number): PathPiece[] {
  const { size, facetCount, potentials } = hull;
  const value = new Float64Array(facetCount);
  const slope = new Float64Array(facetCount);
  for (let f = 0; f < facetCount; f++) {
    let sum = 0;
    let rise = 0;
    for (let i = 0; i < size; i++) {
      sum += potentials[f * size + i]! * a[i]!;
      rise += potentials[f * size + i]! * b[i]!;
    }
    value[f] = sum;
    slope[f] = rise;
  }
  let scale = 0;
  for (let i = 0; i < size; i++) scale += Math.abs(a[i]!) + Math.abs(b[i]!);
  const tie = 1e-9 * scale;
  const at = (f: number, t: number): number => value[f]! + t * slope[f]!;
  let now = 0;
  for (let f = 1; f < facetCount; f++) {
    const gain = at(f, start) - at(now, start);
    if (gain > tie || (gain > -tie && slope[f]! > slope[now]!)) now = f;
  }
  const pieces: PathPiece[] = [];
  let t = start;
  while (t < end) {
    let next = -1;
    let when = end;
    for (let f = 0; f < facetCount; f++) {
      if (slope[f]! <= slope[now]! + tie) continue;
      const meets = Math.max(t, (value[now]! - value[f]!) / (slope[f]! - slope[now]!));
      if (meets < when - SHORTEST || (next >= 0 && meets < when + SHORTEST && slope[f]! > slope[next]!)) {
        when = Math.min(meets, when);
        next = f;
      }
    }
    if (when - t > SHORTEST) pieces.push({ from: t, to: when, slope: slope[now]!, energy: at(now, t) });
    if (next < 0) break;
    t = when;
    now = next;
  }
  return pieces;
}
