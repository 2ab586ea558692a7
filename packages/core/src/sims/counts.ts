/**
 * Counts of ions and their ratios.
 *
 *   dead time   A′ = −N ln(1 − A/N): a detector that counts at most one ion of a peak per pulse, N pulses
 *               (Stephan, Zehnpfenning and Benninghoven, J. Vac. Sci. Technol. A 12, 405, 1994); σ² = A/(1 − A/N) as A is binomial of N
 *   blank       A″ = A′ − s B′, B′ of the electrolyte alone, s the share of electrolyte (ratio of an ion that only it gives)
 *   ratio       r = A/B, σ_r = r √((σ_A/A)² + (σ_B/B)²); where B < 25 counts, or A < 25, the exact binomial interval of A/(A + B) instead
 *   replicates  mean over areas of the sample; its error is the larger of the counting error and the standard error of the replicates. A handful of areas knows
 *               its own scatter badly: s/√n is widened by t(0.975; n − 1)/1.96, so that two errors mean 95 % (JCGM 101:2008, 6.4.9)
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import { binomialInterval, studentTwoSided } from "../numerics/beta.ts";
import { student95 } from "../numerics/line.ts";
import type { Quantity } from "../units/quantity.ts";

export interface IonCounts {
  counts: number;
  /** of primary pulses; null: the dead time cannot be corrected */
  pulses: number | null;
}

/** Counts free of dead time with their error. Throws INVALID_INPUT for counts that are negative or reach the pulses. */
export function correctDeadTime({ counts, pulses }: IonCounts): Quantity {
  if (!(counts >= 0 && Number.isFinite(counts))) throw new ThioscopeError("INVALID_INPUT", `${counts} is no number of counts`);
  if (pulses === null) return { value: counts, sigma: Math.sqrt(Math.max(1, counts)), unit: "counts" };
  if (!(counts < pulses))
    throw new ThioscopeError("INVALID_INPUT", `${counts} counts of ${pulses} pulses: the detector is saturated and the count is lost`);
  const free = 1 - counts / pulses;
  return { value: -pulses * Math.log(free), sigma: Math.sqrt(Math.max(1, counts) / free), unit: "counts" };
}

export interface IonRatio {
  ratio: Quantity | null;
  /** 95 %; exact where counts are few */
  interval95: readonly [number, number];
  /** how the interval was made */
  by: "counting" | "binomial";
  reason: string | null;
}

/** Fewer counts are not divided by one another. */
const FEW_COUNTS = 25;

/** r = A/B of one spectrum; an interval without a value where counts are few. */
export function ionRatio(a: IonCounts, b: IonCounts): IonRatio {
  const [top, bottom] = [correctDeadTime(a), correctDeadTime(b)];
  if (b.counts < FEW_COUNTS || a.counts < FEW_COUNTS) {
    const total = Math.round(a.counts) + Math.round(b.counts);
    if (total === 0) return { ratio: null, interval95: [0, Number.POSITIVE_INFINITY], by: "binomial", reason: "no counts of either ion" };
    const [low, high] = binomialInterval(Math.round(a.counts), total);
    const toRatio = (p: number): number => (p >= 1 ? Number.POSITIVE_INFINITY : p / (1 - p));
    const few = b.counts < FEW_COUNTS;
    return {
      ratio: few ? null : quotient(top, bottom),
      interval95: [toRatio(low), toRatio(high)],
      by: "binomial",
      reason: few ? `${b.counts} counts of the divisor are fewer than ${FEW_COUNTS}` : null,
    };
  }
  const ratio = quotient(top, bottom);
  return { ratio, interval95: [ratio.value - 1.96 * ratio.sigma!, ratio.value + 1.96 * ratio.sigma!], by: "counting", reason: null };
}

function quotient(a: Quantity, b: Quantity): Quantity {
  const value = a.value / b.value;
  return { value, sigma: Math.hypot(a.sigma! / b.value, (value * b.sigma!) / b.value), unit: "1" };
}

export interface ReplicateRatio {
  /** mean over the replicates with its standard error */
  mean: Quantity;
  /** standard deviation of one replicate */
  deviation: Quantity | null;
  replicates: readonly IonRatio[];
  /** what counting alone would leave of the mean's error */
  counting: number;
  n: number;
  notices: readonly Notice[];
}

export interface BlankCounts {
  a: IonCounts;
  b: IonCounts;
  /** how much of the blank is in the sample; 1 where the spectra are alike in pulses and electrolyte */
  share: number;
}

/**
 * Ratio over replicate areas, with the blank of the electrolyte taken off.
 *
 * @throws ThioscopeError NOT_COMPUTABLE where no replicate has counts enough
 */
export function replicateRatio(pairs: readonly { a: IonCounts; b: IonCounts }[], blank: BlankCounts | null): ReplicateRatio {
  const notices: Notice[] = [];
  if (!blank)
    notices.push({
      code: "blank-missing",
      message: "no blank of the electrolyte: ions that the electrolyte gives as well are counted as the sample's",
    });
  const replicates = pairs.map(({ a, b }) => ionRatio(a, b));
  if (pairs.some(({ a }) => a.pulses === null))
    notices.push({ code: "pulses-missing", message: "the number of primary pulses is not known: the dead time is not corrected" });
  const usable = pairs.flatMap(({ a, b }) => {
    if (b.counts < FEW_COUNTS) return [];
    const [top, bottom] = [less(correctDeadTime(a), blank?.a, blank?.share), less(correctDeadTime(b), blank?.b, blank?.share)];
    return bottom.value > 0 ? [quotient(top, bottom)] : [];
  });
  if (usable.length === 0)
    throw new ThioscopeError("NOT_COMPUTABLE", `no replicate has ${FEW_COUNTS} counts of the divisor: see the exact intervals`);
  if (usable.length < pairs.length)
    notices.push({
      code: "replicates-left-out",
      message: `${pairs.length - usable.length} replicates with fewer than ${FEW_COUNTS} counts of the divisor are not in the mean`,
    });
  const n = usable.length;
  const mean = usable.reduce((sum, r) => sum + r.value, 0) / n;
  const counting = Math.sqrt(usable.reduce((sum, r) => sum + r.sigma! ** 2, 0)) / n;
  const square = usable.reduce((sum, r) => sum + (r.value - mean) ** 2, 0);
  const deviation = n > 1 ? Math.sqrt(square / (n - 1)) : null;
  const scatter = deviation === null ? 0 : ((deviation / Math.sqrt(n)) * student95(n - 1)) / 1.959964;
  return {
    mean: { value: mean, sigma: Math.max(counting, scatter), unit: "1" },
    deviation: deviation === null ? null : { value: deviation, sigma: deviation / Math.sqrt(2 * (n - 1)), unit: "1" },
    replicates,
    counting,
    n,
    notices,
  };
}

function less(counts: Quantity, blank: IonCounts | undefined, share = 1): Quantity {
  if (!blank) return counts;
  const b = correctDeadTime(blank);
  return { value: counts.value - share * b.value, sigma: Math.hypot(counts.sigma!, share * b.sigma!), unit: "counts" };
}

export interface Difference {
  difference: Quantity;
  t: number;
  degreesOfFreedom: number;
  /** two-sided, of a difference at least as large by chance */
  pValue: number;
  significant: boolean;
}

/**
 * Welch's test of two means with unequal variances (Welch, Biometrika 34, 28, 1947). @param deviation standard deviation of one replicate
 * @throws ThioscopeError INVALID_INPUT for fewer than two replicates
 */
export function welchTest(
  a: { mean: number; deviation: number; n: number },
  b: { mean: number; deviation: number; n: number },
  level = 0.05,
): Difference {
  for (const { n, deviation } of [a, b])
    if (!(Number.isInteger(n) && n >= 2) || !(deviation >= 0))
      throw new ThioscopeError("INVALID_INPUT", `${n} replicates with a deviation of ${deviation}: at least two are needed`);
  const [va, vb] = [a.deviation ** 2 / a.n, b.deviation ** 2 / b.n];
  const sigma = Math.sqrt(va + vb);
  const difference = a.mean - b.mean;
  if (!(sigma > 0)) throw new ThioscopeError("INVALID_INPUT", "replicates without any scatter leave nothing to test with");
  const t = difference / sigma;
  const degreesOfFreedom = (va + vb) ** 2 / (va ** 2 / (a.n - 1) + vb ** 2 / (b.n - 1));
  const pValue = studentTwoSided(t, degreesOfFreedom);
  return { difference: { value: difference, sigma, unit: "1" }, t, degreesOfFreedom, pValue, significant: pValue < level };
}
