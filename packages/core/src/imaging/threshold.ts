/**
 * Grey values to classes: thresholds that make the classes as different as they can be.
 *
 * For k classes the thresholds maximise Σ_c ω_c μ_c² (between-class variance) over the histogram (N. Otsu, IEEE Trans. Syst. Man Cybern. 9,
 * 62 (1979)), by dynamic programming over all places at once. Classes of very unequal size shift the threshold towards the larger one: a
 * class of less than about 1 % is better told by a declared threshold.
 */
import { ThioscopeError } from "../errors.ts";

const BINS = 512;

export interface Histogram {
  low: number;
  high: number;
  counts: Float64Array;
}

/** Histogram of finite values between the 0.01 and 99.99 % points, so that a hot pixel does not squeeze it. */
export function histogramOf(values: ArrayLike<number>): Histogram {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let n = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    n++;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (n === 0) throw new ThioscopeError("INVALID_INPUT", "no pixel has a value");
  if (!(high > low)) throw new ThioscopeError("INVALID_INPUT", `every pixel is ${low}: there is nothing to tell apart`);
  const coarse = binned(values, low, high);
  let below = 0;
  let first = 0;
  while (below + coarse[first]! < 1e-4 * n) below += coarse[first++]!;
  let above = 0;
  let last = BINS - 1;
  while (above + coarse[last]! < 1e-4 * n) above += coarse[last--]!;
  const width = (high - low) / BINS;
  const from = low + first * width;
  const to = low + (last + 1) * width;
  return { low: from, high: to, counts: binned(values, from, to) };
}

function binned(values: ArrayLike<number>, low: number, high: number): Float64Array {
  const counts = new Float64Array(BINS);
  const scale = BINS / (high - low);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    counts[Math.max(0, Math.min(BINS - 1, Math.floor((value - low) * scale)))]!++;
  }
  return counts;
}

export interface Thresholds {
  /** rising; one fewer than the classes */
  at: readonly number[];
  /** mean grey of each class */
  means: readonly number[];
  /** share of the pixels in each class */
  shares: readonly number[];
}

/** @param classes 2 to 5 */
export function otsu(histogram: Histogram, classes: number): Thresholds {
  if (!Number.isInteger(classes) || classes < 2 || classes > 5) {
    throw new ThioscopeError("INVALID_INPUT", `${classes} classes: 2 to 5 are told apart by grey values`);
  }
  const { low, high, counts } = histogram;
  const n = BINS;
  const weight = new Float64Array(n + 1);
  const moment = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) {
    weight[i + 1] = weight[i]! + counts[i]!;
    moment[i + 1] = moment[i]! + counts[i]! * (i + 0.5);
  }
  const gain = (from: number, to: number): number => {
    const w = weight[to]! - weight[from]!;
    return w > 0 ? (moment[to]! - moment[from]!) ** 2 / w : 0;
  };
  let best = Float64Array.from({ length: n + 1 }, (_, to) => gain(0, to));
  const cuts: Int32Array[] = [];
  for (let c = 1; c < classes; c++) {
    const next = new Float64Array(n + 1).fill(-1);
    const cut = new Int32Array(n + 1);
    for (let to = c + 1; to <= n; to++) {
      for (let from = c; from < to; from++) {
        const total = best[from]! + gain(from, to);
        if (total > next[to]!) {
          next[to] = total;
          cut[to] = from;
        }
      }
    }
    cuts.push(cut);
    best = next;
  }
  const edges = [n];
  for (let c = classes - 2; c >= 0; c--) edges.unshift(cuts[c]![edges[0]!]!);
  edges.unshift(0);
  const width = (high - low) / n;
  const parts = edges.slice(1).map((to, c) => ({ from: edges[c]!, to }));
  return {
    at: edges.slice(1, -1).map((edge) => low + edge * width),
    means: parts.map(({ from, to }) => {
      const w = weight[to]! - weight[from]!;
      return low + (w > 0 ? (moment[to]! - moment[from]!) / w : (from + to) / 2) * width;
    }),
    shares: parts.map(({ from, to }) => (weight[to]! - weight[from]!) / weight[n]!),
  };
}

/**
 * The threshold between two normal modes of any shares: least expected share of wrongly told pixels,
 *
 *   J(t) = 1 + 2 (P₁ ln σ₁ + P₂ ln σ₂) − 2 (P₁ ln P₁ + P₂ ln P₂)
 *
 * (J. Kittler, J. Illingworth, Pattern Recognit. 19, 41 (1986)). Where Otsu's shifts towards the larger mode, this does not.
 */
export function minimumError({ low, high, counts }: Histogram): number {
  const n = counts.length;
  const width = (high - low) / n;
  const sums = [new Float64Array(n + 1), new Float64Array(n + 1), new Float64Array(n + 1)] as const;
  for (let i = 0; i < n; i++) for (let k = 0; k < 3; k++) sums[k]![i + 1] = sums[k]![i]! + counts[i]! * i ** k;
  const side = (from: number, to: number): { share: number; spread: number } => {
    const [w, m, s] = sums.map((sum) => sum[to]! - sum[from]!) as [number, number, number];
    return { share: w / sums[0][n]!, spread: w > 0 ? Math.sqrt(Math.max(1 / 12, s / w - (m / w) ** 2)) : 0 };
  };
  let best = n >> 1;
  let least = Number.POSITIVE_INFINITY;
  for (let t = 1; t < n; t++) {
    const [a, b] = [side(0, t), side(t, n)];
    if (a.share < 1e-5 || b.share < 1e-5) continue;
    const cost = 1 + 2 * (a.share * Math.log(a.spread / a.share) + b.share * Math.log(b.spread / b.share));
    if (cost < least) {
      least = cost;
      best = t;
    }
  }
  return low + best * width;
}

/** Class of each value by rising thresholds; 255 where there is no value. */
export function classify(values: ArrayLike<number>, thresholds: readonly number[]): Uint8Array {
  const labels = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) {
      labels[i] = 255;
      continue;
    }
    let c = 0;
    while (c < thresholds.length && value >= thresholds[c]!) c++;
    labels[i] = c;
  }
  return labels;
}
