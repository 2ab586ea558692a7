/**
 * The sums of one frame over the cells of a plan: S_c = Σ_i w_ic I_i and, for Poisson errors, V_c = Σ_i w_ic² I_i.
 *
 * With w = 1 − f in the first cell and f in the next, three sums over a pixel's first cell hold all: A = Σ I, B = Σ f I, C = Σ f² I. Then
 *
 *   S_c = A_c − B_c + B_{c−1},    V_c = A_c − 2 B_c + C_c + C_{c−1}.
 *
 * Counts of integer types are summed as integers times 65536 (exact up to 2⁵³), f² is rounded to 1/65536.
 *
 * Counts outside of what their type can have measured (the largest number of an unsigned type, negative numbers of a signed one, NaN) are left out, in
 * numerator and denominator. This is the TypeScript twin of the WebAssembly kernel: it gives the same sums.
 */
import { ThioscopeError } from "../errors.ts";
import { FRACTION_ONE, type IntegrationPlan } from "./integratePlan.ts";

/** A frame as the detector wrote it, row by row. */
export type FramePixels = Int8Array | Uint8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

export interface FrameSums {
  readonly signal: Float64Array;
  /** Σ w² I, null where it was not asked for */
  readonly variance: Float64Array | null;
  /** what pixels that are left out took with them: Σ w, Σ w², Σ w n, Σ w dark, Σ w² dark; null where none is */
  readonly lost: LostSums | null;
  /** pixels left out because of their counts */
  readonly invalidPixels: number;
}

export interface LostSums {
  readonly count: Float64Array;
  readonly squared: Float64Array;
  readonly norm: Float64Array;
  readonly dark: Float64Array;
  readonly darkVariance: Float64Array;
}

/** Sums frames of one plan; the arrays of a result are its own. */
export interface FrameSummer {
  sum(frame: FramePixels, valid: ValidCounts, variance: boolean): FrameSums;
}

/** Counts from `least` up to and including `most` are measured ones. */
export interface ValidCounts {
  readonly least: number;
  readonly most: number;
}

/** What counts of a frame's type can mean: the largest number of an unsigned type stands for saturation or a gap, negative ones for a gap. */
export function validCounts(frame: FramePixels): ValidCounts {
  if (frame instanceof Float32Array || frame instanceof Float64Array) return { least: -Number.MAX_VALUE, most: Number.MAX_VALUE };
  if (frame instanceof Int8Array) return { least: 0, most: 127 };
  if (frame instanceof Int16Array) return { least: 0, most: 32_767 };
  if (frame instanceof Int32Array) return { least: 0, most: 2_147_483_647 };
  return { least: 0, most: 2 ** (8 * frame.BYTES_PER_ELEMENT) - 2 };
}

/** Throws INVALID_INPUT for a frame of another size. */
export function checkFrame(plan: IntegrationPlan, frame: FramePixels): void {
  const [rows, columns] = plan.geometry.shape;
  if (frame.length !== rows * columns) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `a frame of ${frame.length} pixels; the geometry is for ${rows} × ${columns} = ${rows * columns}`,
    );
  }
}

export function frameSummer(plan: IntegrationPlan): FrameSummer {
  const { cells } = plan;
  const a = new Float64Array(cells + 1);
  const b = new Float64Array(cells + 1);
  const c = new Float64Array(cells + 1);
  return {
    sum(frame, valid, wantVariance) {
      checkFrame(plan, frame);
      a.fill(0);
      const bad = makeLost(plan);
      if (plan.fraction) {
        b.fill(0);
        c.fill(0);
        if (wantVariance) addWithVariance(frame, plan.cell, plan.fraction, valid, a, b, c, cells, bad.leave);
        else addSplit(frame, plan.cell, plan.fraction, valid, a, b, cells, bad.leave);
      } else addWhole(frame, plan.cell, valid, a, cells, bad.leave);
      const signal = new Float64Array(cells);
      const variance = wantVariance ? new Float64Array(cells) : null;
      unfold(a, b, c, 1, plan.fraction !== null, signal, variance);
      addSparse(frame, plan, valid, signal, variance, bad.leave);
      return { signal, variance, lost: bad.lost, invalidPixels: bad.count };
    },
  };
}

/** S and V of the docstring from A, B, C; `stride` numbers lie between cells. */
export function unfold(
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  stride: number,
  split: boolean,
  signal: Float64Array,
  variance: Float64Array | null,
): void {
  let fromBefore = 0;
  let squaredFromBefore = 0;
  for (let k = 0; k < signal.length; k++) {
    const i = k * stride;
    const here = split ? b[i]! / FRACTION_ONE : 0;
    signal[k] = a[i]! - here + fromBefore;
    fromBefore = here;
    if (variance) {
      const squared = split ? c[i]! / FRACTION_ONE : 0;
      // rounding of f² may leave a trace below zero
      variance[k] = Math.max(0, a[i]! - 2 * here + squared + squaredFromBefore);
      squaredFromBefore = squared;
    }
  }
}

function addWhole(
  frame: FramePixels,
  cell: Uint16Array | Uint32Array,
  { least, most }: ValidCounts,
  a: Float64Array,
  none: number,
  leave: (pixel: number) => void,
): void {
  for (let p = 0; p < frame.length; p++) {
    const value = frame[p]!;
    const k = cell[p]!;
    if (value >= least && value <= most) a[k] = a[k]! + value;
    else if (k !== none) leave(p);
  }
}

function addSplit(
  frame: FramePixels,
  cell: Uint16Array | Uint32Array,
  fraction: Uint16Array,
  { least, most }: ValidCounts,
  a: Float64Array,
  b: Float64Array,
  none: number,
  leave: (pixel: number) => void,
): void {
  for (let p = 0; p < frame.length; p++) {
    const value = frame[p]!;
    const k = cell[p]!;
    if (value >= least && value <= most) {
      a[k] = a[k]! + value;
      b[k] = b[k]! + value * fraction[p]!;
    } else if (k !== none) leave(p);
  }
}

function addWithVariance(
  frame: FramePixels,
  cell: Uint16Array | Uint32Array,
  fraction: Uint16Array,
  { least, most }: ValidCounts,
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  none: number,
  leave: (pixel: number) => void,
): void {
  for (let p = 0; p < frame.length; p++) {
    const value = frame[p]!;
    const k = cell[p]!;
    if (value >= least && value <= most) {
      const f = fraction[p]!;
      a[k] = a[k]! + value;
      b[k] = b[k]! + value * f;
      c[k] = c[k]! + value * ((f * f + FRACTION_ONE / 2) >>> 16);
    } else if (k !== none) leave(p);
  }
}

function addSparse(
  frame: FramePixels,
  { sparse }: IntegrationPlan,
  { least, most }: ValidCounts,
  signal: Float64Array,
  variance: Float64Array | null,
  leave: (pixel: number, sparseIndex: number) => void,
): void {
  for (let i = 0; i < sparse.pixel.length; i++) {
    const value = frame[sparse.pixel[i]!]!;
    if (!(value >= least && value <= most)) {
      leave(sparse.pixel[i]!, i);
      continue;
    }
    for (let e = sparse.start[i]!; e < sparse.start[i + 1]!; e++) {
      const k = sparse.cell[e]!;
      const w = sparse.weight[e]!;
      signal[k] = signal[k]! + w * value;
      if (variance) variance[k] = variance[k]! + w * w * value;
    }
  }
}

/** Takes pixels out of the plan's sums for one frame; nothing is allocated before the first one. */
export function makeLost(plan: IntegrationPlan): {
  leave(pixel: number, sparseIndex?: number): void;
  readonly lost: LostSums | null;
  readonly count: number;
} {
  let lost: LostSums | null = null;
  let count = 0;
  return {
    leave(pixel, sparseIndex) {
      const { cells } = plan;
      lost ??= {
        count: new Float64Array(cells),
        squared: new Float64Array(cells),
        norm: new Float64Array(cells),
        dark: new Float64Array(cells),
        darkVariance: new Float64Array(cells),
      };
      const sums = lost;
      count++;
      forShares(plan, pixel, sparseIndex, (k, w) => {
        sums.count[k] = sums.count[k]! + w;
        sums.squared[k] = sums.squared[k]! + w * w;
        sums.norm[k] = sums.norm[k]! + w * plan.norm[pixel]!;
        if (plan.dark) {
          const dark = plan.dark.values[pixel]!;
          sums.dark[k] = sums.dark[k]! + w * dark;
          sums.darkVariance[k] = sums.darkVariance[k]! + (w * w * Math.max(0, dark)) / plan.dark.frames;
        }
      });
    },
    get lost() {
      return lost;
    },
    get count() {
      return count;
    },
  };
}

/** Cells and weights of one pixel; `sparseIndex` where it is in the sparse list. */
export function forShares(
  plan: IntegrationPlan,
  pixel: number,
  sparseIndex: number | undefined,
  use: (cell: number, weight: number) => void,
): void {
  if (sparseIndex !== undefined) {
    const { start, cell, weight } = plan.sparse;
    for (let e = start[sparseIndex]!; e < start[sparseIndex + 1]!; e++) use(cell[e]!, weight[e]!);
    return;
  }
  const k = plan.cell[pixel]!;
  if (k === plan.cells) return;
  const f = (plan.fraction?.[pixel] ?? 0) / FRACTION_ONE;
  use(k, 1 - f);
  if (f > 0) use(k + 1, f);
}
