/** Cells as three axes (rows): volume, inverse, fractional and Cartesian coordinates, nearest images. */
import { orthogonalisation, unitCell } from "../crystal/cell.ts";
import { ThioscopeError } from "../errors.ts";

/** a · (b × c) without its sign, in the cube of the axes' unit. */
export function volumeOf(cell: ArrayLike<number>): number {
  const [ax, ay, az, bx, by, bz, cx, cy, cz] = cell as unknown as [number, number, number, number, number, number, number, number, number];
  return Math.abs(ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx));
}

/** Inverse matrix into `out`: fractional_k = Σ_d x_d out[3d + k]. INVALID_INPUT for a cell without volume. */
export function inverseCell(cell: ArrayLike<number>, out: Float64Array): Float64Array {
  const [ax, ay, az, bx, by, bz, cx, cy, cz] = cell as unknown as [number, number, number, number, number, number, number, number, number];
  const ux = by * cz - bz * cy;
  const uy = bz * cx - bx * cz;
  const uz = bx * cy - by * cx;
  const volume = ax * ux + ay * uy + az * uz;
  if (!(Math.abs(volume) > 0 && Number.isFinite(volume)))
    throw new ThioscopeError("INVALID_INPUT", `the cell ${Array.from(cell).join(" ")} has no volume`);
  const s = 1 / volume;
  out[0] = ux * s;
  out[3] = uy * s;
  out[6] = uz * s;
  out[1] = (cy * az - cz * ay) * s;
  out[4] = (cz * ax - cx * az) * s;
  out[7] = (cx * ay - cy * ax) * s;
  out[2] = (ay * bz - az * by) * s;
  out[5] = (az * bx - ax * bz) * s;
  out[8] = (ax * by - ay * bx) * s;
  return out;
}

/** Smallest distance of two parallel faces. */
export function smallestHeight(cell: ArrayLike<number>): number {
  const inverse = inverseCell(cell, new Float64Array(9));
  // a column of the inverse is a reciprocal axis, one over the height
  return 1 / Math.max(...[0, 1, 2].map((k) => Math.hypot(inverse[k]!, inverse[3 + k]!, inverse[6 + k]!)));
}

/** Axes row by row of a cell by its lengths and angles (degrees): the first along x, the second in the plane of x and y. */
export function axesOf(parameters: readonly [a: number, b: number, c: number, alpha: number, beta: number, gamma: number]): Float64Array {
  const m = orthogonalisation(unitCell([...parameters]));
  return Float64Array.from({ length: 9 }, (_, k) => m[3 * (k % 3) + Math.floor(k / 3)]!);
}
