/**
 * Low-grey regions in the electrolyte that are connected to its anode side: what deposits and cracks that grow from the interface look like. Pores
 * inside the electrolyte are not connected. The indicator is their volume per area of the interface, with the error from parts of the area;
 * the profile over the depth says how far they reach.
 *
 *   V = Σ (g_electrolyte − g)/(g_electrolyte − g_empty)   over the region and the voxels within REACH of it
 *
 * A branch that is no wider than the optics' blur is grey, not black: voxels beyond a threshold would miss most of it, the missing grey does not.
 */
import { type Quantity, quantity } from "../units/quantity.ts";
import { blockStatistics } from "./area.ts";
import { connectedRegions } from "./components.ts";
import type { Volume } from "./model.ts";

export interface Ingrowth {
  /** volume of low-grey regions connected to the anode side per area of the interface, metres */
  indicator: Quantity;
  /** depth from the interface that 99 % of this volume stays within, metres; 0 where there is none */
  reach: number;
  /** per depth (centre of each plane, metres from the interface): share of the area that is low-grey, all and connected */
  depth: Float64Array;
  lowGrey: Float64Array;
  connected: Float64Array;
}

/** Voxels around a region that blur has made greyer. */
const REACH = 2;

/** @param surface plane at which the electrolyte ends in each column, voxels from the top (`InterlayerMap.top`); NaN passes a column over */
export function ingrowth(volume: Volume, surface: ArrayLike<number>, electrolyte: number, empty: number): Ingrowth {
  const { nx, ny, nz, voxel, values } = volume;
  const layer = nx * ny;
  const level = (electrolyte + empty) / 2;
  const inside = new Uint8Array(values.length);
  const end = Int32Array.from({ length: layer }, (_, c) => (Number.isNaN(surface[c]!) ? -1 : Math.min(nz, Math.floor(surface[c]!))));
  for (let c = 0; c < layer; c++) {
    for (let z = 0; z < end[c]!; z++) if (values[z * layer + c]! < level) inside[z * layer + c] = 1;
  }
  const { labels, sizes } = connectedRegions(inside, nx, ny, nz);
  const grows = new Uint8Array(sizes.length);
  for (let c = 0; c < layer; c++) {
    // the plane at the interface itself is blurred with what lies behind it
    for (let z = Math.max(0, end[c]! - 2); z < end[c]!; z++) grows[labels[z * layer + c]!] = 1;
  }
  grows[0] = 0;
  const around = widened(labels, grows, [nx, ny, nz]);
  const deepest = Math.max(1, ...end);
  const all = new Float64Array(deepest);
  const connected = new Float64Array(deepest);
  const columns = new Float64Array(deepest);
  const perColumn = new Float32Array(layer).fill(Number.NaN);
  for (let c = 0; c < layer; c++) {
    if (end[c]! < 0) continue;
    let grown = 0;
    for (let z = 0; z < end[c]!; z++) {
      const d = end[c]! - 1 - z;
      const i = z * layer + c;
      columns[d]!++;
      if (inside[i] === 1) all[d]!++;
      if (grows[labels[i]!] === 1) {
        connected[d]!++;
      }
      // the last plane is blurred with what lies behind it: the one before it stands for the rest of the way
      const last = end[c]! - 2;
      if (around[i] === 1 && z <= last)
        grown += ((electrolyte - values[i]!) / (electrolyte - empty)) * (z === last ? 1 + surface[c]! - (last + 0.5) : 1);
    }
    perColumn[c] = grown * voxel;
  }
  const { mean, sigma } = blockStatistics(perColumn, nx, ny);
  const total = connected.reduce((a, b) => a + b, 0);
  let reach = 0;
  for (let d = 0, sum = 0; d < deepest && total > 0 && sum < 0.99 * total; d++) {
    sum += connected[d]!;
    reach = (d + 1) * voxel;
  }
  return {
    indicator: quantity(mean, "m", sigma),
    reach,
    depth: Float64Array.from({ length: deepest }, (_, d) => (d + 0.5) * voxel),
    lowGrey: all.map((n, d) => n / Math.max(1, columns[d]!)),
    connected: connected.map((n, d) => n / Math.max(1, columns[d]!)),
  };
}

/** The regions that grow, and what lies within REACH of them and is in no other region. */
function widened(labels: ArrayLike<number>, grows: Uint8Array, [nx, ny, nz]: readonly [number, number, number]): Uint8Array {
  let shell: number[] = [];
  const mask = new Uint8Array(labels.length);
  for (let i = 0; i < mask.length; i++) {
    if (grows[labels[i]!] !== 1) continue;
    mask[i] = 1;
    shell.push(i);
  }
  for (let round = 0; round < REACH; round++) {
    const next: number[] = [];
    for (const i of shell) {
      const x = i % nx;
      const y = Math.floor(i / nx) % ny;
      const z = Math.floor(i / (nx * ny));
      for (const [inside, j] of [
        [x > 0, i - 1],
        [x < nx - 1, i + 1],
        [y > 0, i - nx],
        [y < ny - 1, i + nx],
        [z > 0, i - nx * ny],
        [z < nz - 1, i + nx * ny],
      ] as const) {
        if (!inside || mask[j] === 1 || labels[j] !== 0) continue;
        mask[j] = 1;
        next.push(j);
      }
    }
    shell = next;
  }
  return mask;
}
