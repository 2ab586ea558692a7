/**
 * Sites of ions from their probability density, where no structure names them: grid points with at least a share of the highest density, joined
 * where they are closer than a distance (single linkage); a site is the centre of such a group, weighted by density.
 *
 *   points  P ≥ p P_max;   same site  |r_i − r_j| ≤ d (shortest image, single linkage);   r = Σ P_i r_i / Σ P_i
 *
 * Fractions of the axes. It holds where sites are farther apart than d and each is visited; a channel without barriers is one long group and one site. With a
 * fine grid visits scatter: p is then a share of the best visited point. (Z. Zhu, I. Chu, S. Ong, Chem. Mater. 29, 2474 (2017): p = 0.25, d = 1.5 Å.)
 */
import { ThioscopeError } from "../errors.ts";
import type { DensityGrid } from "./density.ts";
import { nearPairs } from "./nearPairs.ts";

export interface DensitySites {
  /** x, y, z of each site in turn, 0 to 1 */
  readonly fractions: Float64Array;
  /** share of the ions' time that is spent on the points of each */
  readonly weight: Float64Array;
}

/** Grid points that are grouped; more are a threshold too low for the grid. */
const MOST_POINTS = 50_000;

/** INVALID_INPUT for a share outside of 0 to 1, a distance that is not above 0, or more than 50,000 points above the share. */
export function densitySites(grid: DensityGrid, { share = 0.25, apart = 1.5 }: { share?: number; apart?: number } = {}): DensitySites {
  if (!(share > 0 && share < 1)) throw new ThioscopeError("INVALID_INPUT", `a share of ${share} of the highest density: between 0 and 1`);
  if (!(apart > 0 && Number.isFinite(apart))) throw new ThioscopeError("INVALID_INPUT", `sites ${apart} Å apart: more than 0 is needed`);
  const { shape, values, cell, voxel } = grid;
  const [, ny, nz] = shape;
  const least = share * values.reduce((most, v) => Math.max(most, v), 0);
  const points: number[] = [];
  for (let k = 0; k < values.length; k++) if (values[k]! > least) points.push(k);
  if (points.length > MOST_POINTS) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `${points.length} grid points lie above ${share} of the highest density; up to ${MOST_POINTS}: raise the share or the spacing`,
    );
  }
  const place = Float64Array.from({ length: 3 * points.length }, (_, at) => {
    const k = points[Math.floor(at / 3)]!;
    const index = [Math.floor(k / (ny * nz)), Math.floor(k / nz) % ny, k % nz];
    return index[at % 3]! / shape[at % 3]!;
  });
  const parent = Int32Array.from(points.keys());
  const rootOf = (at: number): number => {
    let root = at;
    while (parent[root] !== root) root = parent[root]!;
    for (let k = at; k !== root; ) [k, parent[k]] = [parent[k]!, root];
    return root;
  };
  nearPairs(place, cell, apart, (i, j) => {
    const d = [0, 1, 2].map((k) => shortest(place[3 * i + k]! - place[3 * j + k]!));
    const x = [0, 1, 2].map((k) => d[0]! * cell[k]! + d[1]! * cell[3 + k]! + d[2]! * cell[6 + k]!);
    if (Math.hypot(x[0]!, x[1]!, x[2]!) <= apart) parent[rootOf(i)] = rootOf(j);
  });
  const groups = new Map<number, number[]>();
  for (const at of points.keys()) {
    const root = rootOf(at);
    const group = groups.get(root);
    if (group) group.push(at);
    else groups.set(root, [at]);
  }
  const fractions = new Float64Array(3 * groups.size);
  const weight = new Float64Array(groups.size);
  let site = 0;
  for (const members of groups.values()) {
    const first = members[0]!;
    const sum = [0, 0, 0];
    let total = 0;
    for (const at of members) {
      const p = values[points[at]!]!;
      total += p;
      for (let k = 0; k < 3; k++) sum[k]! += p * shortest(place[3 * at + k]! - place[3 * first + k]!);
    }
    for (let k = 0; k < 3; k++) {
      const f = place[3 * first + k]! + sum[k]! / total;
      fractions[3 * site + k] = f - Math.floor(f);
    }
    weight[site++] = total * voxel;
  }
  return { fractions, weight };
}

/** The same difference of fractions between −½ and ½. */
const shortest = (f: number): number => f - Math.round(f);
