/**
 * Thickness of the layer between electrolyte and anode, column by column.
 *
 * z runs through the stack from the electrolyte to the anode. In each column the interlayer is the longest run of voxels whose grey is closest to
 * its own; both edges are placed where the grey passes the middle of the two materials' means, linearly between voxels, so that partly filled
 * voxels count by their filling. A layer thinner than two voxels cannot be told from the blur between its neighbours, and is not seen.
 */
import type { Notice } from "../errors.ts";
import { type Answer, type Quantity, quantity } from "../units/quantity.ts";
import { blockStatistics, blocksOf } from "./area.ts";
import type { Volume } from "./model.ts";

/** Grey means of the materials; the interlayer may be between the two others, brighter or darker. */
export interface LayerGreys {
  void: number;
  electrolyte: number;
  interlayer: number;
  anode: number;
}

export interface InterlayerMap {
  /** metres, `values[y · nx + x]`; NaN where no interlayer is seen */
  thickness: Float32Array;
  /** first plane of the interlayer in each column, voxels from the top; NaN where there is none */
  top: Float32Array;
  mean: Answer;
  /** standard deviation over the area, metres */
  roughness: Answer;
  /** share of the columns in which an interlayer is seen */
  cover: Quantity;
  notices: readonly Notice[];
}

const between = (a: number, b: number): number => (a + b) / 2;

/** @param volume smoothed in the plane if it is noisy, never along z */
export function interlayerThickness(volume: Volume, greys: LayerGreys): InterlayerMap {
  const { nx, ny, nz, voxel, values } = volume;
  const upper = between(greys.electrolyte, greys.interlayer);
  const lower = between(greys.interlayer, greys.anode);
  const isInterlayer = closestTo(greys);
  const thickness = new Float32Array(nx * ny).fill(Number.NaN);
  const top = new Float32Array(nx * ny).fill(Number.NaN);
  let seen = 0;
  for (let column = 0; column < nx * ny; column++) {
    const grey = (z: number): number => values[z * nx * ny + column]!;
    // the longest run of voxels of its grey: specks of noise are shorter
    let first = -1;
    let length = 0;
    let run = 0;
    for (let z = 0; z <= nz; z++) {
      if (z < nz && isInterlayer(grey(z))) {
        run++;
        continue;
      }
      if (run > length) {
        length = run;
        first = z - run;
      }
      run = 0;
    }
    if (length < 2 || first <= 0 || first + length >= nz) continue;
    const start = crossing(grey, first - 1, upper);
    const end = crossing(grey, first + length - 1, lower);
    top[column] = start;
    thickness[column] = (end - start) * voxel;
    seen++;
  }
  const all = nx * ny;
  const cover = quantity(seen / all, "1", Math.sqrt((seen / all) * (1 - seen / all)) / Math.sqrt(blocksOf(nx, ny)));
  const notices: Notice[] = [];
  if (seen < all) {
    notices.push({ code: "no-interlayer", message: `${all - seen} of ${all} columns show no interlayer of two voxels or more` });
  }
  if (seen === 0) {
    const reason = { notComputable: "no column shows an interlayer of at least two voxels between electrolyte and anode" };
    return { thickness, top, mean: reason, roughness: reason, cover, notices };
  }
  const { mean, sigma, spread } = blockStatistics(thickness, nx, ny);
  return { thickness, top, mean: quantity(mean, "m", sigma), roughness: quantity(spread, "m", null), cover, notices };
}

function closestTo(greys: LayerGreys): (grey: number) => boolean {
  return (grey) => {
    const own = Math.abs(grey - greys.interlayer);
    return own < Math.abs(grey - greys.electrolyte) && own < Math.abs(grey - greys.anode) && own < Math.abs(grey - greys.void);
  };
}

/** Where the grey passes `level` between plane z and the next, in planes. */
function crossing(grey: (z: number) => number, z: number, level: number): number {
  const a = grey(z);
  const b = grey(z + 1);
  const share = b === a ? 0.5 : (level - a) / (b - a);
  return z + Math.max(0, Math.min(1, share)) + 0.5;
}
