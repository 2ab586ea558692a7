/**
 * Distances between the points of a set: in open space, under periodic boundaries, or as a given matrix.
 *
 * Periodic: the distance of i and j is the shortest over all lattice translations, min |r_i - r_j + Σ n_k a_k|. The cell is first reduced
 * (pairwise Gauss–Minkowski steps until no axis can be shortened by another or by a sum of two), so that after rounding the fractional
 * coordinates to [-½, ½] the nearest image is among 27; where the axes are at right angles, or the rounded vector is shorter than half the
 * smallest height of the cell, it is the nearest itself. Valid for any cell whose volume is not zero. Units: those of the points, usually Å.
 * (R. Grosse-Kunstleve, N. Sauter, P. Adams, Acta Cryst. A 60, 1 (2004), for reduction.)
 */
import { ThioscopeError } from "../errors.ts";

export interface Metric {
  readonly size: number;
  /** shortest height of the cell; null in open space and for a matrix */
  readonly height: number | null;
  /** the same number for (i, j) and (j, i), bit by bit */
  distance(i: number, j: number): number;
  /** distances of i to 0 … count-1 into `out` */
  row(i: number, count: number, out: Float64Array): void;
  /** periodic only: cells crossed on the shortest way from j to i, along each (reduced) axis */
  image?(i: number, j: number): readonly [number, number, number];
}

/** Up to so many points under periodic boundaries all distances are kept (8 MB): each is asked for some ten times, and images cost. */
const MOST_KEPT = 1024;

/** More points than this are refused: all pairs are visited, about 2·10⁸ of them here. */
export const MOST_POINTS = 20_000;

function checkSize(n: number): void {
  if (n > MOST_POINTS) {
    throw new ThioscopeError("INVALID_INPUT", `${n} points: up to ${MOST_POINTS} are compared; choose one species or a part of the model`);
  }
}

function checkCoordinates(xyz: Float64Array): number {
  if (xyz.length % 3 !== 0) throw new ThioscopeError("INVALID_INPUT", `${xyz.length} coordinates are not three for each point`);
  checkSize(xyz.length / 3);
  for (let k = 0; k < xyz.length; k++) {
    // above 1e100 squares overflow and every distance would be the same infinity
    if (!(Math.abs(xyz[k]!) <= 1e100)) {
      throw new ThioscopeError(
        "INVALID_INPUT",
        `coordinate ${"xyz"[k % 3]} of point ${Math.floor(k / 3)} is ${xyz[k]}: a number is needed`,
      );
    }
  }
  return xyz.length / 3;
}

/**
 * Points in open space.
 * @param xyz x, y, z of each point in turn
 */
export function openMetric(xyz: Float64Array): Metric {
  const size = checkCoordinates(xyz);
  return {
    size,
    height: null,
    distance(i, j) {
      const x = xyz[3 * i]! - xyz[3 * j]!;
      const y = xyz[3 * i + 1]! - xyz[3 * j + 1]!;
      const z = xyz[3 * i + 2]! - xyz[3 * j + 2]!;
      return Math.sqrt(x * x + y * y + z * z);
    },
    row(i, count, out) {
      const xi = xyz[3 * i]!;
      const yi = xyz[3 * i + 1]!;
      const zi = xyz[3 * i + 2]!;
      for (let j = 0, k = 0; j < count; j++, k += 3) {
        const x = xi - xyz[k]!;
        const y = yi - xyz[k + 1]!;
        const z = zi - xyz[k + 2]!;
        out[j] = Math.sqrt(x * x + y * y + z * z);
      }
    },
  };
}

/**
 * A matrix of distances, kept as it is given.
 * @param lower row by row below the diagonal: d(1,0), d(2,0), d(2,1), … n(n-1)/2 numbers, none negative
 */
export function matrixMetric(lower: ArrayLike<number>): Metric {
  const size = Math.round((1 + Math.sqrt(1 + 8 * lower.length)) / 2);
  if ((size * (size - 1)) / 2 !== lower.length) {
    throw new ThioscopeError("INVALID_INPUT", `${lower.length} distances fill no lower triangle: n(n-1)/2 are needed`);
  }
  checkSize(size);
  for (let k = 0; k < lower.length; k++) {
    if (!(lower[k]! >= 0 && lower[k]! < Number.POSITIVE_INFINITY)) {
      throw new ThioscopeError("INVALID_INPUT", `distance ${k} of the lower triangle is ${lower[k]}: a number of zero or more is needed`);
    }
  }
  const distance = (i: number, j: number): number => (i === j ? 0 : i > j ? lower[(i * (i - 1)) / 2 + j]! : lower[(j * (j - 1)) / 2 + i]!);
  return {
    size,
    height: null,
    distance,
    row(i, count, out) {
      for (let j = 0; j < count; j++) out[j] = distance(i, j);
    },
  };
}

/**
 * Points under periodic boundaries.
 * @param xyz Cartesian x, y, z of each point in turn; they may lie outside the cell
 * @param cell the three axes, row by row (9 numbers), in the same unit; INVALID_INPUT where they span no volume
 */
export function periodicMetric(xyz: Float64Array, cell: ArrayLike<number>): Metric {
  const size = checkCoordinates(xyz);
  const axes = reducedAxes(cell);
  const inverse = inverseOf(axes);
  const height = Math.min(...heightsOf(axes));
  // fractional coordinates: rounding their difference is the wrap
  const f = new Float64Array(xyz.length);
  for (let i = 0; i < xyz.length; i += 3) {
    for (let k = 0; k < 3; k++) {
      const s = xyz[i]! * inverse[k]! + xyz[i + 1]! * inverse[3 + k]! + xyz[i + 2]! * inverse[6 + k]!;
      f[i + k] = s - Math.floor(s);
    }
  }
  const [ax, ay, az, bx, by, bz, cx, cy, cz] = axes as unknown as [number, number, number, number, number, number, number, number, number];
  const skew = [dot(axes, 0, axes.subarray(3, 6)), dot(axes, 3, axes.subarray(6, 9)), dot(axes, 6, axes.subarray(0, 3))];
  const safe = skew.every((c) => Math.abs(c) <= 1e-12 * height * height) ? Number.POSITIVE_INFINITY : (height / 2) ** 2;
  const shortest = (i: number, j: number): number => {
    // one order of the two, so that halves round alike
    const p = 3 * (i > j ? i : j);
    const q = 3 * (i > j ? j : i);
    const u = nearestImage(f[p]! - f[q]!);
    const v = nearestImage(f[p + 1]! - f[q + 1]!);
    const w = nearestImage(f[p + 2]! - f[q + 2]!);
    const x = u * ax + v * bx + w * cx;
    const y = u * ay + v * by + w * cy;
    const z = u * az + v * bz + w * cz;
    let best = x * x + y * y + z * z;
    if (best <= safe) return Math.sqrt(best);
    for (let k = -1; k <= 1; k++) {
      for (let l = -1; l <= 1; l++) {
        for (let m = -1; m <= 1; m++) {
          const xx = x + k * ax + l * bx + m * cx;
          const yy = y + k * ay + l * by + m * cy;
          const zz = z + k * az + l * bz + m * cz;
          const d = xx * xx + yy * yy + zz * zz;
          if (d < best) best = d;
        }
      }
    }
    return Math.sqrt(best);
  };
  const kept = size <= MOST_KEPT ? allPairs(size, shortest) : null;
  return {
    size,
    height,
    distance: kept ? (i, j) => kept[i * size + j]! : shortest,
    row(i, count, out) {
      if (kept) for (let j = 0, k = i * size; j < count; j++) out[j] = kept[k++]!;
      else for (let j = 0; j < count; j++) out[j] = shortest(i, j);
    },
    image(i, j) {
      const du = f[3 * i]! - f[3 * j]!;
      const dv = f[3 * i + 1]! - f[3 * j + 1]!;
      const dw = f[3 * i + 2]! - f[3 * j + 2]!;
      const ru = -Math.round(du);
      const rv = -Math.round(dv);
      const rw = -Math.round(dw);
      let best = 13; // the rounded one
      let least = Number.POSITIVE_INFINITY;
      for (let k = 0; k < 27; k++) {
        const u = du + ru + (k % 3) - 1;
        const v = dv + rv + (Math.floor(k / 3) % 3) - 1;
        const w = dw + rw + Math.floor(k / 9) - 1;
        const x = u * ax + v * bx + w * cx;
        const y = u * ay + v * by + w * cy;
        const z = u * az + v * bz + w * cz;
        const d = x * x + y * y + z * z;
        if (d < least) {
          least = d;
          best = k;
        }
      }
      return [ru + (best % 3) - 1, rv + (Math.floor(best / 3) % 3) - 1, rw + Math.floor(best / 9) - 1];
    },
  };
}

/** A difference of two fractions of [0, 1), moved by a whole cell into [-½, ½). */
function nearestImage(u: number): number {
  return u >= 0.5 ? u - 1 : u < -0.5 ? u + 1 : u;
}

function allPairs(n: number, distance: (i: number, j: number) => number): Float64Array {
  const all = new Float64Array(n * n);
  for (let i = 1; i < n; i++) for (let j = 0; j < i; j++) all[i * n + j] = all[j * n + i] = distance(i, j);
  return all;
}

/** Distances of neighbouring lattice planes: volume over the area of each face. */
function heightsOf(axes: ArrayLike<number>): [number, number, number] {
  const volume = Math.abs(dot(axes, 0, cross(axes, 3, 6)));
  return [volume / norm(cross(axes, 3, 6)), volume / norm(cross(axes, 6, 0)), volume / norm(cross(axes, 0, 3))];
}

/** Axes of the same lattice that no axis and no sum of two others can shorten. */
function reducedAxes(cell: ArrayLike<number>): Float64Array {
  if (cell.length !== 9) throw new ThioscopeError("INVALID_INPUT", `a cell has 9 numbers (three axes), not ${cell.length}`);
  const axes = Float64Array.from(cell);
  const lengths = [0, 3, 6].map((k) => Math.sqrt(dot(axes, k, axes.subarray(k, k + 3))));
  const volume = Math.abs(dot(axes, 0, cross(axes, 3, 6)));
  if (!(volume > 1e-9 * lengths[0]! * lengths[1]! * lengths[2]! && Number.isFinite(volume))) {
    throw new ThioscopeError("INVALID_INPUT", `the axes ${Array.from(axes).join(" ")} span no volume: no three of them may lie in a plane`);
  }
  // each step shortens an axis, and a lattice has finitely many vectors shorter than the longest
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = 0; i < 3; i++) {
      const j = (i + 1) % 3;
      const k = (i + 2) % 3;
      for (const [s, t] of [
        [1, 0],
        [0, 1],
        [1, 1],
        [1, -1],
      ] as const) {
        const other = [0, 1, 2].map((d) => s * axes[3 * j + d]! + t * axes[3 * k + d]!);
        const square = other.reduce((sum, x) => sum + x * x, 0);
        const times = Math.round(dot(axes, 3 * i, other) / square);
        if (times === 0) continue;
        const next = [0, 1, 2].map((d) => axes[3 * i + d]! - times * other[d]!);
        // shorter by more than rounding, else two equal choices would alternate for ever
        if (next.reduce((sum, x) => sum + x * x, 0) >= dot(axes, 3 * i, axes.subarray(3 * i, 3 * i + 3)) * (1 - 1e-12)) continue;
        axes.set(next, 3 * i);
        changed = true;
      }
    }
  }
  return axes;
}

function dot(a: ArrayLike<number>, at: number, b: ArrayLike<number>): number {
  return a[at]! * b[0]! + a[at + 1]! * b[1]! + a[at + 2]! * b[2]!;
}

function cross(a: ArrayLike<number>, i: number, j: number): [number, number, number] {
  return [a[i + 1]! * a[j + 2]! - a[i + 2]! * a[j + 1]!, a[i + 2]! * a[j]! - a[i]! * a[j + 2]!, a[i]! * a[j + 1]! - a[i + 1]! * a[j]!];
}

function norm(v: readonly number[]): number {
  return Math.hypot(...v);
}

/** Columns of the inverse: fractional_k = Σ_d x_d inverse[3d + k]. */
function inverseOf(axes: Float64Array): Float64Array {
  const volume = dot(axes, 0, cross(axes, 3, 6));
  const rows = [cross(axes, 3, 6), cross(axes, 6, 0), cross(axes, 0, 3)];
  return Float64Array.from({ length: 9 }, (_, k) => rows[k % 3]![Math.floor(k / 3)]! / volume);
}
