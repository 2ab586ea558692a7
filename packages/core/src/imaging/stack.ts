/**
 * All that is measured in a volume of a stacked cell: greys of its materials, orientation, interlayer, voids, ingrowth; and of two volumes of
 * one cell, what changed between them.
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import { checkCancelled, QUIET, type TaskContext } from "../task.ts";
import { type Answer, isComputable, type Quantity, quantity } from "../units/quantity.ts";
import { type Ingrowth, ingrowth } from "./ingrowth.ts";
import { type InterlayerMap, interlayerThickness, type LayerGreys } from "./interlayer.ts";
import type { Volume } from "./model.ts";
import { findShift, type Shift } from "./register.ts";
import { smoothed } from "./smooth.ts";
import { histogramOf, otsu } from "./threshold.ts";
import { type Voids, voids } from "./voids.ts";

export interface StackAnalysis {
  greys: LayerGreys;
  /** how the greys were found */
  how: "declared" | "histogram";
  /** the volume was turned over, so that the anode lies at the end of z */
  turned: boolean;
  interlayer: InterlayerMap;
  /** inside the electrolyte, not connected to its anode side */
  voids: Voids;
  ingrowth: Ingrowth;
  /** true where what grows from the interface is more than noise: see GROWTH_FROM */
  grows: boolean;
  notices: readonly Notice[];
}

/** Mean depth of connected low-grey voxels over the interface from which something grows, voxels: noise alone stays well below. */
export const GROWTH_FROM = 0.01;

/** Smoothing in the plane before edges along z are placed, and in space before voxels are told apart by grey. */
const IN_PLANE = 1.2;
const IN_SPACE = 0.6;
/** Least planes of a volume in which layers can be told. */
const LEAST_PLANES = 8;

/**
 * @param greys of void, electrolyte, interlayer and anode; null: from the histogram, in rising order
 * @throws ThioscopeError INVALID_INPUT for volumes too small, holding no number, or of one grey
 */
export function analyseStack(volume: Volume, greys: LayerGreys | null, task: TaskContext = QUIET): StackAnalysis {
  const { nx, ny, nz } = volume;
  if (nz < LEAST_PLANES || nx < 4 || ny < 4) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `a volume of ${nx} × ${ny} × ${nz} voxels: layers are told in 4 × 4 × ${LEAST_PLANES} or more`,
    );
  }
  const bad = volume.values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const [x, y, z] = [bad % nx, Math.floor(bad / nx) % ny, Math.floor(bad / (nx * ny))];
    throw new ThioscopeError(
      "INVALID_INPUT",
      `voxel ${x}, ${y}, ${z} holds ${volume.values[bad]}: a volume must have a grey value everywhere`,
    );
  }
  const notices: Notice[] = [];
  const step = (done: number): void => {
    checkCancelled(task);
    task.progress(done, 4, "interlayer, voids, ingrowth");
  };
  const used = greys ?? greysOf(volume);
  if (!greys) {
    notices.push({
      code: "greys-found",
      message:
        "the greys of electrolyte, interlayer and anode are the modes of the histogram in rising order, that of voids is the darkest; declare them if the order differs",
    });
  }
  step(0);
  const turned = isUpsideDown(volume, used);
  const stack = turned ? turnedOver(volume) : volume;
  const layers = interlayerThickness(smoothed(stack, [IN_PLANE, IN_PLANE, 0]), used);
  notices.push(...layers.notices);
  step(1);
  const surface = withoutGaps(layers.top);
  if (!surface) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      "no column shows an interlayer between electrolyte and anode: declare the greys, or the volume holds no interface of 2 voxels or more",
    );
  }
  const grown = ingrowth(smoothed(stack, [IN_SPACE, IN_SPACE, IN_SPACE]), surface, used.electrolyte, used.void);
  step(2);
  const within = Uint8Array.from(stack.values, (_, i) => (Math.floor(i / (nx * ny)) < surface[i % (nx * ny)]! - 2 ? 1 : 0));
  const found = voids(stack, used.electrolyte, used.void, { within });
  step(4);
  return {
    greys: used,
    how: greys ? "declared" : "histogram",
    turned,
    interlayer: layers,
    voids: found,
    ingrowth: grown,
    grows: grown.indicator.value > GROWTH_FROM * volume.voxel,
    notices,
  };
}

/** By how many standard deviations of the electrolyte's grey the darkest voxels must lie below it to be voids. */
const VOID_FROM = 6;
/** Share of the voxels whose grey is that of a void, if there are any. */
const DARKEST = 1e-4;

/**
 * Electrolyte, interlayer and anode are the three modes of the histogram in rising order; voids are too rare to have one, and have the grey of the
 * darkest voxels after smoothing, if these lie far enough below the electrolyte.
 */
function greysOf(volume: Volume): LayerGreys {
  const { values } = smoothed(volume, [IN_SPACE, IN_SPACE, IN_SPACE]);
  const { at, means } = otsu(histogramOf(values), 3);
  const [electrolyte, interlayer, anode] = means as [number, number, number];
  const sorted = Float32Array.from(values.filter((grey) => grey < at[0]!)).sort();
  const middle = sorted[sorted.length >> 1]!;
  // half of the range between the 16 and 84 % points: voids do not widen it
  const spread = (sorted[Math.floor(0.84 * sorted.length)]! - sorted[Math.floor(0.16 * sorted.length)]!) / 2;
  const darkest = sorted[Math.floor(DARKEST * values.length)]!;
  const isFar = middle - darkest > VOID_FROM * spread;
  return { void: isFar ? darkest : Math.min(0, middle - 2 * VOID_FROM * spread), electrolyte, interlayer, anode };
}

const planeMean = ({ nx, ny, values }: Volume, z: number): number => {
  const plane = values.subarray(z * nx * ny, (z + 1) * nx * ny);
  return plane.reduce((a, b) => a + b, 0) / plane.length;
};

/** The anode belongs at the end of z: the side whose grey is closer to it decides. */
function isUpsideDown(volume: Volume, { anode }: LayerGreys): boolean {
  return Math.abs(planeMean(volume, 0) - anode) < Math.abs(planeMean(volume, volume.nz - 1) - anode);
}

function turnedOver({ nx, ny, nz, voxel, values }: Volume): Volume {
  const out = new Float32Array(values.length);
  const layer = nx * ny;
  for (let z = 0; z < nz; z++) out.set(values.subarray(z * layer, (z + 1) * layer), (nz - 1 - z) * layer);
  return { nx, ny, nz, voxel, values: out };
}

/** Columns without an interlayer take the mean depth of the others; null where none has one. */
function withoutGaps(top: Float32Array): Float32Array | null {
  let sum = 0;
  let n = 0;
  for (const depth of top) {
    if (Number.isNaN(depth)) continue;
    sum += depth;
    n++;
  }
  return n === 0 ? null : top.map((depth) => (Number.isNaN(depth) ? sum / n : depth));
}

export interface StackChange {
  /** by which the second volume lies further */
  shift: Shift;
  before: StackAnalysis;
  after: StackAnalysis;
  /** after minus before */
  thickness: Answer;
  porosity: Quantity;
  indicator: Quantity;
}

/** Below this height of the correlation's maximum two volumes are not of the same part. */
const LEAST_PEAK = 0.02;

/** @throws ThioscopeError INVALID_INPUT where the volumes have nothing in common, and as `analyseStack` */
export function compareStacks(before: Volume, after: Volume, greys: LayerGreys | null, task: TaskContext = QUIET): StackChange {
  const shift = findShift(before, after);
  if (shift.peak < LEAST_PEAK) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `the volumes have nothing in common (phase correlation ${shift.peak.toFixed(3)}, ${LEAST_PEAK} is needed): they are not of the same part, or turned`,
    );
  }
  const whole = shift.voxels.map((part) => Math.round(part)) as [number, number, number];
  const [a, b] = common(before, after, whole);
  const first = analyseStack(a, greys, task);
  const second = analyseStack(b, greys ?? first.greys, task);
  const [ta, tb] = [first.interlayer.mean, second.interlayer.mean];
  return {
    shift,
    before: first,
    after: second,
    thickness: isComputable(ta) && isComputable(tb) ? difference(tb, ta) : { notComputable: "one of the volumes shows no interlayer" },
    porosity: difference(second.voids.porosity, first.voids.porosity),
    indicator: difference(second.ingrowth.indicator, first.ingrowth.indicator),
  };
}

function difference(a: Quantity, b: Quantity): Quantity {
  return quantity(a.value - b.value, a.unit, a.sigma === null || b.sigma === null ? null : Math.hypot(a.sigma, b.sigma));
}

/** The part that both volumes show, by whole voxels. */
function common(a: Volume, b: Volume, [dx, dy, dz]: readonly [number, number, number]): [Volume, Volume] {
  const nx = a.nx - Math.abs(dx);
  const ny = a.ny - Math.abs(dy);
  const nz = a.nz - Math.abs(dz);
  const cut = (volume: Volume, ox: number, oy: number, oz: number): Volume => {
    const values = new Float32Array(nx * ny * nz);
    for (let z = 0; z < nz; z++) {
      for (let y = 0; y < ny; y++) {
        const from = ((z + oz) * volume.ny + y + oy) * volume.nx + ox;
        values.set(volume.values.subarray(from, from + nx), (z * ny + y) * nx);
      }
    }
    return { nx, ny, nz, voxel: volume.voxel, values };
  };
  const low = (d: number): number => Math.max(0, d);
  return [cut(a, low(-dx), low(-dy), low(-dz)), cut(b, low(dx), low(dy), low(dz))];
}
