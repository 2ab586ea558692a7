/**
 * Probability density of ions on a grid of the cell, its projections, and the paths that percolate through it.
 *
 *   P(voxel) = visits/(frames · ions-as-counted · voxel volume), so that Σ P ΔV = 1;   ρ = P · ions (1/Å³)
 *   barrier of a path = k T ln(ρ_max/ρ_path), ρ_path the lowest density on it
 *
 * Each position counts for the grid point next to it. Paths: grid points are added from the densest down and joined with their six neighbours; the density at
 * which a cluster first meets its own image along one, two and three independent directions is where it percolates in 1-D, 2-D, 3-D. A barrier is one of free
 * energy at the run's temperature, limited by how often the saddle was visited. (Z. Zhu, I. Chu, S. Ong, Chem. Mater. 29, 2474 (2017).)
 */
import { ThioscopeError } from "../errors.ts";
import { CONSTANTS } from "../units/constants.ts";
import { inverseCell, volumeOf } from "./cell.ts";
import type { IonTracks } from "./tracks.ts";

export interface DensityGrid {
  /** points along each axis */
  readonly shape: readonly [number, number, number];
  /** probability per Å³, the third axis fastest; the sum times the voxel's volume is 1 */
  readonly values: Float64Array;
  /** axes of the cell, row by row, Å */
  readonly cell: Float64Array;
  readonly voxel: number;
  /** positions that were counted */
  readonly visits: number;
  readonly ions: number;
}

const MOST_POINTS = 2 ** 26;

/**
 * Density of the tracks on points not farther apart than `spacing` Å.
 * @param spacing 0.5 Å by default. INVALID_INPUT without a cell and for more than 2²⁶ points.
 */
export function probabilityDensity(tracks: IonTracks, spacing = 0.5): DensityGrid {
  const { meanCell: cell, frames, series } = tracks;
  if (!cell) throw new ThioscopeError("INVALID_INPUT", "a density needs a periodic cell: --cell gives it");
  if (!(spacing > 0 && Number.isFinite(spacing)))
    throw new ThioscopeError("INVALID_INPUT", `a grid of ${spacing} Å: more than 0 is needed`);
  const shape = [0, 3, 6].map((k) => Math.ceil(Math.hypot(cell[k]!, cell[k + 1]!, cell[k + 2]!) / spacing)) as [number, number, number];
  const size = shape[0] * shape[1] * shape[2];
  if (!(size <= MOST_POINTS))
    throw new ThioscopeError("INVALID_INPUT", `a grid of ${shape.join(" × ")} points: up to ${MOST_POINTS} are allowed`);
  const inverse = inverseCell(cell, new Float64Array(9));
  const values = new Float64Array(size);
  const ions = series.length / (3 * frames);
  for (let i = 0; i < ions; i++) {
    for (let t = 0; t < frames; t++) {
      const x = series[3 * i * frames + t]!;
      const y = series[(3 * i + 1) * frames + t]!;
      const z = series[(3 * i + 2) * frames + t]!;
      let at = 0;
      for (let k = 0; k < 3; k++) {
        const f = x * inverse[k]! + y * inverse[3 + k]! + z * inverse[6 + k]!;
        const n = shape[k]!;
        const g = Math.round((f - Math.floor(f)) * n) % n;
        at = at * n + g;
      }
      values[at]!++;
    }
  }
  const voxel = volumeOf(cell) / size;
  const visits = ions * frames;
  for (let k = 0; k < size; k++) values[k]! /= visits * voxel;
  return { shape, values, cell, voxel, visits, ions };
}

/** Sum along one axis times its step: probability per Å² on the plane of the other two, the later axis fastest. */
export function projection(grid: DensityGrid, axis: 0 | 1 | 2): { shape: readonly [number, number]; values: Float64Array } {
  const [p, q] = [0, 1, 2].filter((k) => k !== axis) as [number, number];
  const shape = [grid.shape[p]!, grid.shape[q]!] as const;
  const values = new Float64Array(shape[0] * shape[1]);
  const [ny, nz] = [grid.shape[1], grid.shape[2]];
  const { cell } = grid;
  // volume of a voxel over its area in the plane is the step between planes
  const [u, v] = [cell.subarray(3 * p, 3 * p + 3), cell.subarray(3 * q, 3 * q + 3)] as [Float64Array, Float64Array];
  const area =
    Math.hypot(u[1]! * v[2]! - u[2]! * v[1]!, u[2]! * v[0]! - u[0]! * v[2]!, u[0]! * v[1]! - u[1]! * v[0]!) / (shape[0] * shape[1]);
  for (let k = 0; k < grid.values.length; k++) {
    const index = [Math.floor(k / (ny * nz)), Math.floor(k / nz) % ny, k % nz];
    values[index[p]! * shape[1] + index[q]!]! += (grid.values[k]! * grid.voxel) / area;
  }
  return { shape, values };
}

export interface Percolation {
  /** 1, 2 or 3 independent directions */
  readonly dimensions: 1 | 2 | 3;
  /** lowest probability per Å³ on the path */
  readonly density: number;
  /** visits of the least visited point of the path */
  readonly visits: number;
  /** k T ln(ρ_max/ρ_path), eV; null without a temperature */
  readonly barrier: number | null;
  /** lattice direction that closed it */
  readonly direction: readonly [number, number, number];
}

/** Where paths through visited points close over the boundaries; fewer than three entries where higher dimensions do not percolate. */
export function percolation(grid: DensityGrid, temperatureKelvin: number | null): Percolation[] {
  const { shape, values } = grid;
  const [, ny, nz] = shape;
  const order = Uint32Array.from(values.keys())
    .filter((k) => values[k]! > 0)
    .sort((a, b) => values[b]! - values[a]!);
  const parent = new Int32Array(values.length).fill(-1);
  /** cells crossed from a point to its parent */
  const shift = new Int32Array(3 * values.length);
  const lattice = new Map<number, number[][]>();
  const found: Percolation[] = [];
  const highest = order.length > 0 ? values[order[0]!]! : 0;

  const rootOf = (at: number): number => {
    let root = at;
    while (parent[root] !== root) root = parent[root]!;
    // compress: shifts add up along the way
    const way: number[] = [];
    for (let k = at; k !== root; k = parent[k]!) way.push(k);
    for (let k = way.length - 2; k >= 0; k--) {
      const point = way[k]!;
      const next = way[k + 1]!;
      for (let d = 0; d < 3; d++) shift[3 * point + d]! += shift[3 * next + d]!;
      parent[point] = root;
    }
    return root;
  };

  for (const at of order) {
    parent[at] = at;
    const index = [Math.floor(at / (ny * nz)), Math.floor(at / nz) % ny, at % nz];
    for (let axis = 0; axis < 3; axis++) {
      for (const step of [1, -1]) {
        const n = shape[axis]!;
        const moved = index[axis]! + step;
        const crossed = moved < 0 ? -1 : moved >= n ? 1 : 0;
        const neighbour = [...index];
        neighbour[axis] = (moved + n) % n;
        const other = (neighbour[0]! * ny + neighbour[1]!) * nz + neighbour[2]!;
        if (parent[other] === -1 || (other === at && n > 1)) continue;
        const [a, b] = [rootOf(at), rootOf(other)];
        // from root a to root b: back from at to a is minus its shift
        const loop = [0, 1, 2].map((d) => shift[3 * at + d]! - shift[3 * other + d]! - (d === axis ? crossed : 0));
        if (a !== b) {
          parent[b] = a;
          for (let d = 0; d < 3; d++) shift[3 * b + d] = loop[d]!;
          const joined = [...(lattice.get(a) ?? []), ...(lattice.get(b) ?? [])];
          if (joined.length > 0) addVectors(a, joined, at);
        } else if (loop.some((c) => c !== 0)) addVectors(a, [...(lattice.get(a) ?? []), loop], at);
        if (found.length === 3) return found;
      }
    }
  }
  return found;

  function addVectors(root: number, vectors: number[][], at: number): void {
    const independent = basisOf(vectors);
    lattice.set(root, independent);
    while (found.length < independent.length) {
      const density = values[at]!;
      found.push({
        dimensions: (found.length + 1) as 1 | 2 | 3,
        density,
        visits: Math.round(density * grid.visits * grid.voxel),
        barrier:
          temperatureKelvin === null
            ? null
            : ((CONSTANTS.boltzmann * temperatureKelvin) / CONSTANTS.elementaryCharge) * Math.log(highest / density),
        direction: independent[found.length] as unknown as readonly [number, number, number],
      });
    }
  }
}

/** A largest independent subset of integer vectors, in their order. */
function basisOf(vectors: readonly number[][]): number[][] {
  const basis: number[][] = [];
  for (const v of vectors) {
    if (basis.length === 3) break;
    const isNew =
      basis.length === 0
        ? v.some((c) => c !== 0)
        : basis.length === 1
          ? cross(basis[0]!, v).some((c) => c !== 0)
          : cross(basis[0]!, basis[1]!).reduce((sum, c, k) => sum + c * v[k]!, 0) !== 0;
    if (isNew) basis.push(v);
  }
  return basis;
}

function cross(a: readonly number[], b: readonly number[]): number[] {
  return [a[1]! * b[2]! - a[2]! * b[1]!, a[2]! * b[0]! - a[0]! * b[2]!, a[0]! * b[1]! - a[1]! * b[0]!];
}
