/**
 * The surface on which a density of a periodic cell has one value, as triangles, and the volume that it encloses; a density smoothed in space.
 *
 * Every voxel is cut into the six tetrahedra along its diagonal (Kuhn). In each the density is taken as linear, so the surface is a triangle or a
 * flat quadrangle, without the ambiguous cases of cubes, and the volume inside follows exactly:
 *   one corner inside    V Π t,    three corners inside    V (1 − Π t),    two corners inside    a prism, as three tetrahedra,
 * t the share of an edge that lies inside. Errors of area and volume of a smooth surface fall with the square of the grid's step. The surface is cut
 * open at the faces of the cell, where it goes on in the next one. Normals point to lower density.
 * (A. Doi, A. Koide, IEICE Trans. E74, 214 (1991), for tetrahedra.)
 */
import { ThioscopeError } from "../errors.ts";
import { inverseCell, volumeOf } from "./cell.ts";

/** Values at the points of a grid over a periodic cell. */
export interface CellGrid {
  /** points along each axis */
  readonly shape: readonly [number, number, number];
  /** the third axis fastest */
  readonly values: ArrayLike<number>;
  /** axes of the cell, row by row, Å */
  readonly cell: ArrayLike<number>;
}

export interface Isosurface {
  /** x, y, z of each corner in turn, Å, within the cell */
  readonly positions: Float32Array;
  /** unit vectors */
  readonly normals: Float32Array;
  /** three corners each */
  readonly triangles: Uint32Array;
  /** Å² per cell */
  readonly area: number;
  /** Å³ per cell in which values are at least the level */
  readonly volume: number;
}

const MOST_POINTS = 2 ** 22;

/** The six ways from corner 0 to corner 7 of a voxel; bits of a corner: 1 along the first axis, 2 the second, 4 the third. */
const TETRAHEDRA = [
  [0, 1, 3, 7],
  [0, 1, 5, 7],
  [0, 2, 3, 7],
  [0, 2, 6, 7],
  [0, 4, 5, 7],
  [0, 4, 6, 7],
] as const;

function checkGrid({ shape, values }: CellGrid): void {
  const size = shape[0] * shape[1] * shape[2];
  if (!shape.every((n) => Number.isInteger(n) && n >= 1) || size !== values.length || size > MOST_POINTS) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `a grid of ${shape.join(" × ")} points with ${values.length} values: up to ${MOST_POINTS}, one value each, are needed`,
    );
  }
}

/** The surface at `level`. INVALID_INPUT for grids that do not fit their values, for more than 2²² points, and for a cell without volume. */
export function isosurface(grid: CellGrid, level: number): Isosurface {
  checkGrid(grid);
  const { shape, values, cell } = grid;
  const [nx, ny, nz] = shape;
  const inverse = inverseCell(cell, new Float64Array(9));
  const positions: number[] = [];
  const normals: number[] = [];
  const triangles: number[] = [];
  // corners of the surface by the edge they lie on: 7 edges leave each point of a layer; two layers are at work
  const layer = 7 * (ny + 1) * (nz + 1);
  let here = new Int32Array(layer).fill(-1);
  let next = new Int32Array(layer).fill(-1);
  const corner = new Float64Array(8);
  const at = (x: number, y: number, z: number): number => values[((x % nx) * ny + (y % ny)) * nz + (z % nz)]!;

  const slope = new Float64Array(3);
  /** adds `share` of the gradient at a point to `slope` */
  function addGradient(x: number, y: number, z: number, share: number): void {
    const s = [
      ((at(x + 1, y, z) - at(x + nx - 1, y, z)) * nx) / 2,
      ((at(x, y + 1, z) - at(x, y + ny - 1, z)) * ny) / 2,
      ((at(x, y, z + 1) - at(x, y, z + nz - 1)) * nz) / 2,
    ] as const;
    for (let d = 0; d < 3; d++) slope[d]! += share * (inverse[3 * d]! * s[0] + inverse[3 * d + 1]! * s[1] + inverse[3 * d + 2]! * s[2]);
  }

  /** the corner of the surface on the edge between corners p and q of voxel (x, y, z) */
  function cut(x: number, y: number, z: number, p: number, q: number): number {
    const [low, high] = p < q ? [p, q] : [q, p];
    const [bx, by, bz] = [low & 1, (low >> 1) & 1, low >> 2];
    const cache = bx === 0 ? here : next;
    const slot = ((y + by) * (nz + 1) + z + bz) * 7 + (low ^ high) - 1;
    const known = cache[slot]!;
    if (known !== -1) return known;
    const t = (level - corner[low]!) / (corner[high]! - corner[low]!);
    const [ex, ey, ez] = [high & 1, (high >> 1) & 1, high >> 2];
    const f = [(x + bx + t * (ex - bx)) / nx, (y + by + t * (ey - by)) / ny, (z + bz + t * (ez - bz)) / nz] as const;
    slope.fill(0);
    addGradient(x + bx, y + by, z + bz, 1 - t);
    addGradient(x + ex, y + ey, z + ez, t);
    const length = Math.hypot(slope[0]!, slope[1]!, slope[2]!) || 1;
    for (let d = 0; d < 3; d++) {
      positions.push(f[0] * cell[d]! + f[1] * cell[3 + d]! + f[2] * cell[6 + d]!);
      normals.push(-slope[d]! / length);
    }
    const index = positions.length / 3 - 1;
    cache[slot] = index;
    return index;
  }

  let inside = 0;
  const [ins, outs] = [
    [0, 0, 0, 0],
    [0, 0, 0, 0],
  ];
  for (let x = 0; x < nx; x++) {
    for (let y = 0; y < ny; y++) {
      for (let z = 0; z < nz; z++) {
        let count = 0;
        for (let k = 0; k < 8; k++) {
          const value = at(x + (k & 1), y + ((k >> 1) & 1), z + (k >> 2));
          corner[k] = value;
          if (value >= level) count++;
        }
        if (count === 0) continue;
        if (count === 8) {
          inside += 6;
          continue;
        }
        for (const tetrahedron of TETRAHEDRA) {
          let [i, o] = [0, 0];
          for (const k of tetrahedron) {
            if (corner[k]! >= level) ins[i++] = k;
            else outs[o++] = k;
          }
          if (i === 0) continue;
          if (o === 0) {
            inside++;
            continue;
          }
          const share = (p: number, q: number): number => (corner[p]! - level) / (corner[p]! - corner[q]!);
          const [a, b] = ins as [number, number];
          const [c, d] = outs as [number, number];
          if (i === 1) {
            triangles.push(cut(x, y, z, a, c), cut(x, y, z, a, d), cut(x, y, z, a, outs[2]!));
            inside += share(a, c) * share(a, d) * share(a, outs[2]!);
          } else if (o === 1) {
            triangles.push(cut(x, y, z, a, c), cut(x, y, z, b, c), cut(x, y, z, ins[2]!, c));
            inside += 1 - (1 - share(a, c)) * (1 - share(b, c)) * (1 - share(ins[2]!, c));
          } else {
            const [ac, ad, bc, bd] = [cut(x, y, z, a, c), cut(x, y, z, a, d), cut(x, y, z, b, c), cut(x, y, z, b, d)];
            triangles.push(ac, ad, bc, ad, bd, bc);
            const [s, t, u, v] = [share(a, c), share(a, d), share(b, c), share(b, d)];
            inside += s * t + v * s * (1 - t) + u * v * (1 - s);
          }
        }
      }
    }
    [here, next] = [next, here];
    next.fill(-1);
  }
  const volume = (inside * volumeOf(cell)) / (6 * nx * ny * nz);
  const mesh = { positions: Float32Array.from(positions), normals: Float32Array.from(normals), triangles: Uint32Array.from(triangles) };
  return { ...mesh, area: areaOf(positions, triangles), volume };
}

function areaOf(xyz: ArrayLike<number>, triangles: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < triangles.length; k += 3) {
    const [a, b, c] = [3 * triangles[k]!, 3 * triangles[k + 1]!, 3 * triangles[k + 2]!];
    const [ux, uy, uz] = [xyz[b]! - xyz[a]!, xyz[b + 1]! - xyz[a + 1]!, xyz[b + 2]! - xyz[a + 2]!];
    const [vx, vy, vz] = [xyz[c]! - xyz[a]!, xyz[c + 1]! - xyz[a + 1]!, xyz[c + 2]! - xyz[a + 2]!];
    sum += Math.hypot(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx) / 2;
  }
  return sum;
}

/** Beyond this many standard deviations a Gaussian is cut off. */
const REACH = 3;

/**
 * The grid's values spread by a Gaussian of `sigma` Å, the same in all directions whatever the cell's angles; their sum stays. A density counted on a grid has the
 * noise of its counts: a surface through it is ragged below about one step.
 */
export function smoothed(grid: CellGrid, sigma: number): Float64Array {
  checkGrid(grid);
  const { shape, values, cell } = grid;
  if (!(sigma >= 0 && Number.isFinite(sigma))) throw new ThioscopeError("INVALID_INPUT", `a width of ${sigma} Å: 0 or more is needed`);
  if (sigma === 0) return Float64Array.from(values);
  const inverse = inverseCell(cell, new Float64Array(9));
  const reach = shape.map((n, k) => Math.ceil(REACH * sigma * n * Math.hypot(inverse[k]!, inverse[3 + k]!, inverse[6 + k]!)));
  const kernel: [number, number, number, number][] = [];
  let sum = 0;
  for (let i = -reach[0]!; i <= reach[0]!; i++) {
    for (let j = -reach[1]!; j <= reach[1]!; j++) {
      for (let k = -reach[2]!; k <= reach[2]!; k++) {
        const f = [i / shape[0], j / shape[1], k / shape[2]] as const;
        const square = [0, 1, 2].reduce((s, d) => s + (f[0] * cell[d]! + f[1] * cell[3 + d]! + f[2] * cell[6 + d]!) ** 2, 0);
        if (square > (REACH * sigma) ** 2) continue;
        const weight = Math.exp(-square / (2 * sigma * sigma));
        kernel.push([i, j, k, weight]);
        sum += weight;
      }
    }
  }
  if (kernel.length * values.length > 1e9) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `a width of ${sigma} Å on a grid of ${shape.join(" × ")} points: too many pairs; a wider grid is needed`,
    );
  }
  const [nx, ny, nz] = shape;
  const out = new Float64Array(values.length);
  const modulo = (a: number, n: number): number => ((a % n) + n) % n;
  for (let x = 0; x < nx; x++) {
    for (let y = 0; y < ny; y++) {
      for (let z = 0; z < nz; z++) {
        const value = values[(x * ny + y) * nz + z]! / sum;
        // most of a cell is never visited
        if (value === 0) continue;
        for (const [i, j, k, weight] of kernel) {
          out[(modulo(x + i, nx) * ny + modulo(y + j, ny)) * nz + modulo(z + k, nz)]! += weight * value;
        }
      }
    }
  }
  return out;
}

/** The level above which lies `share` of the grid's sum: the surface that holds an ion for that share of the time. */
export function levelHolding(values: ArrayLike<number>, share: number): number {
  const falling = Float64Array.from(values).sort().reverse();
  const total = falling.reduce((sum, v) => sum + v, 0);
  let sum = 0;
  for (const value of falling) {
    sum += value;
    if (sum >= share * total) return value;
  }
  return 0;
}
