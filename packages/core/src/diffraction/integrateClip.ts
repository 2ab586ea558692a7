/**
 * What needs each pixel beside the mean of its cell: errors from the spread of a ring, and clipping of spots.
 *
 * A pixel belongs to the cell that holds most of it, and its intensity is x = (I − dark)/n. One round of clipping takes mean and standard deviation
 * of x, weighted by n, over the pixels of a cell that are still in, and leaves out those with |x − mean| > limit · deviation; it ends when a round leaves out none. With N
 * pixels no value can lie farther than (N − 1)/√N deviations from the mean, so cells of few pixels are not clipped (Chauvenet's limit is taken where it is larger).
 */
import type { IntegrationPlan } from "./integratePlan.ts";
import { type FramePixels, type FrameSums, forShares, makeLost, type ValidCounts } from "./integrateSums.ts";

export interface ClipOptions {
  /** standard deviations, default 5 */
  readonly limit?: number;
  /** rounds at most, default 5 */
  readonly rounds?: number;
}

const FEWEST_PIXELS = 5;

/** Sums over the pixels that are left; `left` is 1 where a pixel was left out by clipping. */
export function clipFrame(
  plan: IntegrationPlan,
  frame: FramePixels,
  valid: ValidCounts,
  options: ClipOptions,
): { sums: FrameSums; left: Uint8Array; clipped: number } {
  const limit = options.limit ?? 5;
  const rounds = options.rounds ?? 5;
  const home = homeCells(plan);
  const left = new Uint8Array(frame.length);
  const { cells, norm } = plan;
  const weight = new Float64Array(cells + 1);
  const mean = new Float64Array(cells + 1);
  const spread = new Float64Array(cells + 1);
  const number = new Uint32Array(cells + 1);
  const dark = plan.dark?.values ?? null;
  const isIn = (p: number): boolean => home[p] !== cells && left[p] === 0 && frame[p]! >= valid.least && frame[p]! <= valid.most;
  let clipped = 0;
  for (let round = 0; round < rounds; round++) {
    weight.fill(0);
    mean.fill(0);
    spread.fill(0);
    number.fill(0);
    for (let p = 0; p < frame.length; p++) {
      if (!isIn(p)) continue;
      const c = home[p]!;
      // Welford's update: no cancellation
      const n = norm[p]!;
      const x = (frame[p]! - (dark ? dark[p]! : 0)) / n;
      const before = x - mean[c]!;
      number[c] = number[c]! + 1;
      weight[c] = weight[c]! + n;
      mean[c] = mean[c]! + (n / weight[c]!) * before;
      spread[c] = spread[c]! + n * before * (x - mean[c]!);
    }
    for (let c = 0; c < cells; c++) {
      const n = number[c]!;
      spread[c] = n < FEWEST_PIXELS ? Number.POSITIVE_INFINITY : Math.max(limit, chauvenet(n)) * Math.sqrt(spread[c]! / weight[c]!);
    }
    let now = 0;
    for (let p = 0; p < frame.length; p++) {
      if (!isIn(p)) continue;
      const c = home[p]!;
      if (Math.abs((frame[p]! - (dark ? dark[p]! : 0)) / norm[p]! - mean[c]!) > spread[c]!) {
        left[p] = 1;
        now++;
      }
    }
    clipped += now;
    if (now === 0) break;
  }
  return { sums: sumLeft(plan, frame, valid, left), left, clipped };
}

/** Deviations that one of n normal values exceeds with probability ½ (Chauvenet's criterion). */
function chauvenet(n: number): number {
  return Math.sqrt(Math.max(0, 2 * Math.log(n / Math.sqrt(2 * Math.PI))));
}

/** The cell that holds most of each pixel. */
function homeCells(plan: IntegrationPlan): Uint32Array {
  const home = Uint32Array.from(plan.cell);
  const { fraction, sparse } = plan;
  if (fraction) for (let p = 0; p < home.length; p++) if (fraction[p]! > 32_768) home[p] = home[p]! + 1;
  for (let i = 0; i < sparse.pixel.length; i++) {
    let most = 0;
    for (let e = sparse.start[i]!; e < sparse.start[i + 1]!; e++) {
      if (sparse.weight[e]! > most) {
        most = sparse.weight[e]!;
        home[sparse.pixel[i]!] = sparse.cell[e]!;
      }
    }
  }
  return home;
}

/** Every pixel that is in, with its number in the sparse list where it is there. */
function forPixels(
  plan: IntegrationPlan,
  frame: FramePixels,
  valid: ValidCounts,
  use: (pixel: number, sparseIndex: number | undefined, isValid: boolean) => void,
): void {
  for (let p = 0; p < frame.length; p++) {
    if (plan.cell[p] !== plan.cells) use(p, undefined, frame[p]! >= valid.least && frame[p]! <= valid.most);
  }
  for (const [i, p] of plan.sparse.pixel.entries()) use(p, i, frame[p]! >= valid.least && frame[p]! <= valid.most);
}

function sumLeft(plan: IntegrationPlan, frame: FramePixels, valid: ValidCounts, left: Uint8Array): FrameSums {
  const signal = new Float64Array(plan.cells);
  const variance = new Float64Array(plan.cells);
  const bad = makeLost(plan);
  let invalid = 0;
  forPixels(plan, frame, valid, (p, i, isValid) => {
    if (!isValid) invalid++;
    if (!isValid || left[p] === 1) return bad.leave(p, i);
    const value = frame[p]!;
    forShares(plan, p, i, (k, w) => {
      signal[k] = signal[k]! + w * value;
      variance[k] = variance[k]! + w * w * value;
    });
  });
  return { signal, variance, lost: bad.lost, invalidPixels: invalid };
}

/** Σ w² (I − dark − n ⟨I⟩)² of each cell. */
export function azimuthalSums(
  plan: IntegrationPlan,
  frame: FramePixels,
  valid: ValidCounts,
  signal: Float64Array,
  norm: Float64Array,
  left: Uint8Array | null,
): Float64Array {
  const out = new Float64Array(plan.cells);
  forPixels(plan, frame, valid, (p, i, isValid) => {
    if (!isValid || left?.[p] === 1) return;
    const x = frame[p]! - (plan.dark ? plan.dark.values[p]! : 0);
    forShares(plan, p, i, (k, w) => {
      const off = w * (x - (plan.norm[p]! * signal[k]!) / norm[k]!);
      out[k] = out[k]! + off * off;
    });
  });
  return out;
}
