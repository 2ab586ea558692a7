/**
 * Voids: connected regions darker than the middle between void and host. Their volume counts partly filled voxels of the region and of the three shells
 * around it by (g_host − g)/(g_host − g_void), with the host's grey from the two shells beyond: blur spreads a void over its neighbours, and the sum
 * stays. Voids closer than the shells share them.
 */
import { type Quantity, quantity } from "../units/quantity.ts";
import { blockStatistics } from "./area.ts";
import { connectedRegions } from "./components.ts";
import type { Volume } from "./model.ts";

export interface VoidRegion {
  /** m³ */
  volume: number;
  /** diameter of the sphere of that volume, metres */
  diameter: number;
  /** centre of mass, voxels */
  centre: readonly [x: number, y: number, z: number];
}

export interface Voids {
  regions: readonly VoidRegion[];
  /** share of the looked-at voxels */
  porosity: Quantity;
}

/**
 * Voids inside a host material.
 *
 * @param within 1 where the host may be (a layer); everywhere, if absent
 * @param smallest regions of fewer voxels are noise
 */
export function voids(volume: Volume, host: number, empty: number, options: { within?: Uint8Array; smallest?: number } = {}): Voids {
  const { nx, ny, nz, voxel, values } = volume;
  const { within, smallest = 4 } = options;
  const level = (host + empty) / 2;
  const inside = Uint8Array.from(values, (grey, i) => ((within?.[i] ?? 1) === 1 && grey < level ? 1 : 0));
  const { labels, sizes } = connectedRegions(inside, nx, ny, nz);
  const shells = grown(labels, nx, ny, nz);
  const count = sizes.length;
  const hostSum = new Float64Array(count);
  const hostCount = new Float64Array(count);
  for (let i = 0; i < values.length; i++) {
    if (shells.step[i]! <= COUNTED || (within?.[i] ?? 1) !== 1) continue;
    hostSum[shells.region[i]!]! += values[i]!;
    hostCount[shells.region[i]!]!++;
  }
  const hosts = hostSum.map((sum, r) => (hostCount[r]! > 0 ? sum / hostCount[r]! : host));
  const filled = new Float64Array(count);
  const moments = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  const layer = nx * ny;
  let looked = 0;
  const perColumn = new Float32Array(layer);
  for (let i = 0; i < values.length; i++) {
    if ((within?.[i] ?? 1) !== 1) continue;
    looked++;
    const region = shells.step[i]! <= COUNTED ? shells.region[i]! : 0;
    if (region === 0 || sizes[region]! < smallest) continue;
    // not cut off at 0 and 1: noise must be able to cancel
    const share = (hosts[region]! - values[i]!) / (hosts[region]! - empty);
    filled[region]! += share;
    moments[0]![region]! += share * (i % nx);
    moments[1]![region]! += share * (Math.floor(i / nx) % ny);
    moments[2]![region]! += share * Math.floor(i / layer);
    perColumn[i % layer]! += share;
  }
  const regions: VoidRegion[] = [];
  for (let r = 1; r < sizes.length; r++) {
    if (sizes[r]! < smallest) continue;
    const size = filled[r]! * voxel ** 3;
    regions.push({
      volume: size,
      diameter: Math.cbrt((6 * size) / Math.PI),
      centre: [moments[0]![r]! / filled[r]!, moments[1]![r]! / filled[r]!, moments[2]![r]! / filled[r]!],
    });
  }
  regions.sort((a, b) => b.volume - a.volume);
  const { mean, sigma } = blockStatistics(perColumn, nx, ny);
  const scale = looked === 0 ? 0 : layer / looked;
  return { regions, porosity: quantity(mean * scale, "1", sigma === null ? null : sigma * scale) };
}

/** Shells that count, and shells in all. */
const COUNTED = 3;
const SHELLS = 5;

/** Each region with the shells around it: the region of a voxel, and how many steps it is away from it; 0 and 255 beyond. */
function grown(labels: Int32Array, nx: number, ny: number, nz: number): { region: Int32Array; step: Uint8Array } {
  const region = Int32Array.from(labels);
  const step = new Uint8Array(labels.length).fill(255);
  const layer = nx * ny;
  let front: number[] = [];
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === 0) continue;
    step[i] = 0;
    front.push(i);
  }
  for (let s = 1; s <= SHELLS; s++) {
    const next: number[] = [];
    for (const i of front) {
      const x = i % nx;
      const y = Math.floor(i / nx) % ny;
      const z = Math.floor(i / layer);
      const reach = (other: number): void => {
        if (step[other] !== 255) return;
        step[other] = s;
        region[other] = region[i]!;
        next.push(other);
      };
      if (x > 0) reach(i - 1);
      if (x < nx - 1) reach(i + 1);
      if (y > 0) reach(i - nx);
      if (y < ny - 1) reach(i + nx);
      if (z > 0) reach(i - layer);
      if (z < nz - 1) reach(i + layer);
    }
    front = next;
  }
  return { region, step };
}
