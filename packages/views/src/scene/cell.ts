/** Cells in a picture: their edges, places inside, what is to be seen. */
import type { Fit } from "./mountScene.ts";

/** The twelve edges. */
export function cellEdges(cell: ArrayLike<number>): Float32Array {
  const ends: number[] = [];
  for (let axis = 0; axis < 3; axis++) {
    const [p, q] = [(axis + 1) % 3, (axis + 2) % 3];
    for (const [a, b] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ] as const) {
      for (const t of [0, 1]) for (let d = 0; d < 3; d++) ends.push(t * cell[3 * axis + d]! + a * cell[3 * p + d]! + b * cell[3 * q + d]!);
    }
  }
  return Float32Array.from(ends);
}

/** Whole cells to take off a place so that it lies inside, as a length along each direction. */
export function offsetInto(cell: ArrayLike<number>, inverse: ArrayLike<number>, x: number, y: number, z: number): [number, number, number] {
  const out: [number, number, number] = [0, 0, 0];
  for (let k = 0; k < 3; k++) {
    const whole = Math.floor(x * inverse[k]! + y * inverse[3 + k]! + z * inverse[6 + k]!);
    for (let d = 0; d < 3; d++) out[d]! -= whole * cell[3 * k + d]!;
  }
  return out;
}

/** Ball around all places. */
export function fitOf(xyz: ArrayLike<number>, margin: number): Fit {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = low.map((x) => -x);
  for (let k = 0; k < xyz.length; k++) {
    low[k % 3] = Math.min(low[k % 3]!, xyz[k]!);
    high[k % 3] = Math.max(high[k % 3]!, xyz[k]!);
  }
  const centre = [0, 1, 2].map((d) => (xyz.length > 0 ? (low[d]! + high[d]!) / 2 : 0)) as [number, number, number];
  let radius = 0;
  for (let k = 0; k + 2 < xyz.length; k += 3) {
    radius = Math.max(radius, Math.hypot(xyz[k]! - centre[0], xyz[k + 1]! - centre[1], xyz[k + 2]! - centre[2]));
  }
  return { centre, radius: radius + margin };
}
