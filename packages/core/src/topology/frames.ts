/**
 * Barcodes of many frames: their mean with a confidence band, and a test whether two materials differ.
 *
 * A curve per frame (Betti curve, histogram of deaths, landscape) is averaged over frames. Frames of a trajectory are not independent:
 * whole blocks of consecutive frames are drawn anew (moving-block bootstrap), the block three times the statistical inefficiency
 * g = 1 + 2 Σ ρ_k of the curves' sum (within a block of g the correlation across its ends is lost and the band too narrow), at least n^(1/3). The band holds for the whole curve at once: mean ± c·s(x) with s the bootstrap's
 * standard deviation and c the quantile of its largest deviation max |mean* - mean| / s.
 *
 * Two materials: statistic ∫ |mean_a - mean_b| dx; blocks of frames are dealt out anew to the two (permutation test),
 * p = (1 + how many are as large) / (1 + draws). With k blocks in all p cannot be smaller than one over the number of ways to deal them.
 * (H. Künsch, Ann. Stat. 17, 1217 (1989); B. T. Fasy et al., Ann. Stat. 42, 2301 (2014), for bands of persistence.)
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import { type Random, random } from "../random.ts";

export interface CurveBand {
  readonly mean: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly frames: number;
  /** frames drawn together */
  readonly block: number;
  readonly notices: readonly Notice[];
}

export interface BandOptions {
  /** probability that the band holds the whole mean curve, 0.95 by default */
  confidence?: number;
  /** how often frames are drawn anew, 1000 by default */
  draws?: number;
  seed?: number | string;
}

/** Inefficiency that independent frames reach by chance. */
const INDEPENDENT = 1.5;
/** Fewer blocks than this say little about how much they scatter. */
const FEW_BLOCKS = 8;

/** Mean and band of curves, one per frame in the order of time, all on the same abscissa. INVALID_INPUT for fewer than two. */
export function meanCurve(curves: readonly Float64Array[], options: BandOptions = {}): CurveBand {
  const { confidence = 0.95, draws = 1000, seed = "band" } = options;
  if (!(confidence > 0 && confidence < 1)) throw new ThioscopeError("INVALID_INPUT", `confidence ${confidence}: between 0 and 1 is needed`);
  checkDraws(draws);
  const width = checkedWidth(curves);
  const n = curves.length;
  const mean = meanOf(curves, null);
  const block = blockLength(curves);
  const draw = random(seed);
  const picked = new Int32Array(n);
  const resampled: Float64Array[] = [];
  for (let d = 0; d < draws; d++) {
    for (let i = 0; i < n; i += block) {
      const start = draw.integer(n - block + 1);
      for (let k = 0; k < block && i + k < n; k++) picked[i + k] = start + k;
    }
    resampled.push(meanOf(curves, picked));
  }
  const spread = Float64Array.from({ length: width }, (_, x) =>
    Math.sqrt(resampled.reduce((sum, curve) => sum + (curve[x]! - mean[x]!) ** 2, 0) / draws),
  );
  const largest = Float64Array.from(resampled, (curve) => {
    let most = 0;
    for (let x = 0; x < width; x++) if (spread[x]! > 0) most = Math.max(most, Math.abs(curve[x]! - mean[x]!) / spread[x]!);
    return most;
  }).sort();
  // k drawn blocks scatter by (k - 1)/k of the variance of blocks
  const few = Math.sqrt(n / Math.max(block, n - block));
  const c = few * largest[Math.min(draws - 1, Math.ceil(confidence * draws) - 1)]!;
  return {
    mean,
    low: mean.map((m, x) => m - c * spread[x]!),
    high: mean.map((m, x) => m + c * spread[x]!),
    frames: n,
    block,
    notices: fewBlocks(Math.floor(n / block)),
  };
}

export interface Comparison {
  /** ∫ |mean_a - mean_b| dx */
  readonly difference: number;
  /** probability of a difference as large if both were one material */
  readonly probability: number;
  readonly block: number;
  readonly notices: readonly Notice[];
}

/**
 * Permutation test of two series of curves on one abscissa.
 * @param lengths the abscissa, rising
 */
export function compareCurves(
  a: readonly Float64Array[],
  b: readonly Float64Array[],
  lengths: ArrayLike<number>,
  options: { draws?: number; seed?: number | string } = {},
): Comparison {
  const { draws = 999, seed = "comparison" } = options;
  checkDraws(draws);
  if (checkedWidth(a) !== lengths.length || checkedWidth(b) !== lengths.length) {
    throw new ThioscopeError("INVALID_INPUT", `curves and abscissa (${lengths.length} lengths) must be equally long`);
  }
  const block = Math.max(blockLength(a), blockLength(b));
  // a block is dealt out as a whole: its mean and how many frames it has
  const blocks = [...blocksOf(a, block), ...blocksOf(b, block)];
  const inA = Math.ceil(a.length / block);
  const order = Int32Array.from(blocks, (_, k) => k);
  const statistic = (): number => {
    const first = weightedMean(blocks, order.subarray(0, inA));
    const second = weightedMean(blocks, order.subarray(inA));
    let sum = 0;
    for (let x = 1; x < lengths.length; x++) {
      const height = Math.abs(first[x]! - second[x]!) + Math.abs(first[x - 1]! - second[x - 1]!);
      sum += 0.5 * height * (lengths[x]! - lengths[x - 1]!);
    }
    return sum;
  };
  const difference = statistic();
  const draw = random(seed);
  let asLarge = 0;
  for (let d = 0; d < draws; d++) {
    shuffle(order, draw);
    // equal up to the order of summation
    if (statistic() >= difference * (1 - 1e-12)) asLarge++;
  }
  return { difference, probability: (1 + asLarge) / (1 + draws), block, notices: fewBlocks(Math.min(inA, blocks.length - inA)) };
}

interface Block {
  sum: Float64Array;
  frames: number;
}

function blocksOf(curves: readonly Float64Array[], block: number): Block[] {
  const found: Block[] = [];
  for (let i = 0; i < curves.length; i += block) {
    const part = curves.slice(i, i + block);
    found.push({ sum: meanOf(part, null).map((m) => m * part.length), frames: part.length });
  }
  return found;
}

function weightedMean(blocks: readonly Block[], which: Int32Array): Float64Array {
  const sum = new Float64Array(blocks[0]!.sum.length);
  let frames = 0;
  for (const k of which) {
    const one = blocks[k]!;
    frames += one.frames;
    for (let x = 0; x < sum.length; x++) sum[x]! += one.sum[x]!;
  }
  return sum.map((s) => s / frames);
}

function shuffle(order: Int32Array, draw: Random): void {
  for (let k = order.length - 1; k > 0; k--) {
    const other = draw.integer(k + 1);
    [order[k], order[other]] = [order[other]!, order[k]!];
  }
}

function checkDraws(draws: number): void {
  if (!(Number.isInteger(draws) && draws >= 19 && draws <= 100_000)) {
    throw new ThioscopeError("INVALID_INPUT", `${draws} draws: 19 to 100000 are allowed`);
  }
}

function checkedWidth(curves: readonly Float64Array[]): number {
  const width = curves[0]?.length ?? 0;
  if (curves.length < 2) throw new ThioscopeError("INVALID_INPUT", `${curves.length} frames: two or more are needed for a scatter`);
  if (!curves.every((curve) => curve.length === width)) throw new ThioscopeError("INVALID_INPUT", "curves of unequal length have no mean");
  return width;
}

function meanOf(curves: readonly Float64Array[], picked: Int32Array | null): Float64Array {
  const sum = new Float64Array(curves[0]!.length);
  for (let i = 0; i < curves.length; i++) {
    const curve = curves[picked ? picked[i]! : i]!;
    for (let x = 0; x < sum.length; x++) sum[x]! += curve[x]!;
  }
  return sum.map((s) => s / curves.length);
}

/** Three times the statistical inefficiency of the curves' sums, at least n^(1/3), at most n/4. */
function blockLength(curves: readonly Float64Array[]): number {
  const n = curves.length;
  const sums = curves.map((curve) => curve.reduce((sum, y) => sum + y, 0));
  const mean = sums.reduce((sum, y) => sum + y, 0) / n;
  const covariance = (lag: number): number => {
    let sum = 0;
    for (let i = 0; i + lag < n; i++) sum += (sums[i]! - mean) * (sums[i + lag]! - mean);
    return sum / (n - lag);
  };
  const variance = covariance(0);
  let g = 1;
  // summed while the correlation is above noise
  for (let lag = 1; lag < n / 2 && variance > 0; lag++) {
    const rho = covariance(lag) / variance;
    if (rho <= 0) break;
    g += 2 * rho * (1 - lag / n);
  }
  return Math.max(1, Math.min(Math.floor(n / 4), Math.ceil(Math.max(g > INDEPENDENT ? 3 * g : 1, Math.cbrt(n)))));
}

function fewBlocks(blocks: number): Notice[] {
  if (blocks >= FEW_BLOCKS) return [];
  return [{ code: "few-blocks", message: `the frames are worth ${blocks} independent ones: their scatter is hardly known` }];
}
