/**
 * Steps of mass over temperature.
 *
 *   DTG      dm/dT, local polynomial of degree 2 over `window` °C (numerics/localPolynomial)
 *   step     a stretch where −DTG rises above its threshold; its inflection is where −DTG is largest
 *   plateaus lines fitted on both sides where |DTG| stays below 4 % of the step's, up to `plateau` °C away
 *   onset, endset   where the tangent at the inflection meets the lines before and behind; midpoint at half the height between the lines
 *   height   distance of the two lines at the inflection                                (ISO 11358-1:2014; drift of the balance does not count)
 *
 * Errors: of the lines (by their scatter), of the inflection (from the slope's noise), and the balance's resolution √2 times.
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import { localPolynomial } from "../numerics/localPolynomial.ts";
import { weightedLinear } from "../numerics/weightedLinear.ts";
import type { Quantity } from "../units/quantity.ts";

export interface MassRun {
  /** °C, as measured; only the parts that rise are used */
  temperature: Float64Array;
  /** % of the start mass */
  mass: Float64Array;
  /** smallest difference the balance tells, % of the start mass; 0 where not known */
  resolution?: number;
}

export interface MassStepOptions {
  /** °C over which the slope is taken; 12 where absent */
  window?: number;
  /** smallest step, %; 1 where absent */
  least?: number;
  range?: readonly [number, number];
  /** how far a plateau is looked for beside a step, °C; 60 where absent */
  plateau?: number;
}

export interface MassStep {
  onset: Quantity;
  midpoint: Quantity;
  inflection: Quantity;
  endset: Quantity;
  /** loss is positive, % of the start mass */
  loss: Quantity;
  /** %, before and behind, on the lines at the inflection */
  before: Quantity;
  behind: Quantity;
  /** °C between which the step lies */
  range: readonly [number, number];
}

export interface MassSteps {
  temperature: Float64Array;
  mass: Float64Array;
  /** % per °C */
  slope: Float64Array;
  steps: readonly MassStep[];
  notices: readonly Notice[];
}

const EDGE = 0.05;
const QUIET = 0.04;

/** Throws INVALID_INPUT where fewer than 20 points rise in temperature within the range. */
export function massSteps(run: MassRun, options: MassStepOptions = {}): MassSteps {
  const window = options.window ?? 12;
  const least = options.least ?? 1;
  const notices: Notice[] = [];
  const { temperature, mass } = rising(run, options.range, notices);
  const n = temperature.length;
  if (n < 20) throw new ThioscopeError("INVALID_INPUT", `${n} points rise in temperature within the range: at least 20 are needed`);
  const smooth = localPolynomial(temperature, mass, window, 2);
  const rate = smooth.slope.map((s) => -s);
  const noise = noiseOf(mass, smooth.value);
  const steps = candidates(temperature, rate, smooth.value, least).flatMap((c) => {
    const step = measureStep(temperature, mass, rate, c, options.plateau ?? 60, noise, run.resolution ?? 0, smooth.slopeFactor);
    return step && step.loss.value >= least ? [step] : [];
  });
  return { temperature, mass, slope: smooth.slope, steps, notices };
}

/** Points whose temperature is above all before them: holds, cooling and jitter of the furnace are left out. */
function rising(
  run: MassRun,
  range: readonly [number, number] | undefined,
  notices: Notice[],
): { temperature: Float64Array; mass: Float64Array } {
  const [low, high] = range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const t: number[] = [];
  const m: number[] = [];
  let left = 0;
  for (let i = 0; i < run.temperature.length; i++) {
    const v = run.temperature[i]!;
    if (!Number.isFinite(v) || !Number.isFinite(run.mass[i]!)) throw new ThioscopeError("INVALID_INPUT", `row ${i + 1} is not finite`);
    if (v < low || v > high) continue;
    if (t.length === 0 || v > t[t.length - 1]!) {
      t.push(v);
      m.push(run.mass[i]!);
    } else left++;
  }
  if (left > 0.02 * (t.length + left))
    notices.push({ code: "not-rising", message: `${left} rows whose temperature does not rise (holds, cooling) are left out` });
  return { temperature: Float64Array.from(t), mass: Float64Array.from(m) };
}

function noiseOf(y: Float64Array, smooth: Float64Array): number {
  const d = Array.from(y, (v, i) => Math.abs(v - smooth[i]!)).sort((a, b) => a - b);
  return 1.4826 * d[d.length >> 1]!;
}

interface Candidate {
  from: number;
  peak: number;
  to: number;
}

/** Maxima of the rate with the valleys beside them, where the mass between the valleys falls by at least `least`. */
function candidates(t: Float64Array, rate: Float64Array, mass: Float64Array, least: number): Candidate[] {
  const n = t.length;
  const top = rate.reduce((a, b) => Math.max(a, b), 0);
  const found: Candidate[] = [];
  // a maximum counts once the rate has fallen below half of it on the way to the next
  let from = 0;
  let peak = 0;
  for (let i = 1; i < n; i++) {
    if (rate[i]! > rate[peak]!) peak = i;
    const fell = rate[i]! < 0.5 * rate[peak]!;
    if (!fell && i < n - 1) continue;
    if (rate[peak]! > EDGE * top && peak > from) {
      let to = i;
      while (to + 1 < n && (rate[to + 1]! < rate[to]! || rate[to]! > EDGE * rate[peak]!) && rate[to + 1]! < 0.75 * rate[peak]!) {
        if (rate[to + 1]! > rate[to]! * 1.5 && rate[to]! < 0.3 * rate[peak]! && mass[to]! - mass[Math.min(n - 1, to + 5)]! > 0.2 * least)
          break;
        to++;
        if (rate[to]! <= EDGE * rate[peak]!) break;
      }
      let low = peak;
      while (low > from && rate[low]! > EDGE * rate[peak]!) low--;
      if (mass[low]! - mass[to]! >= 0.7 * least) found.push({ from: low, peak, to });
      from = to;
      peak = to;
      i = to;
    } else {
      peak = i;
    }
  }
  return found;
}

interface PlateauLine {
  at(t: number): { value: number; sigma: number };
  slope: number;
}

function measureStep(
  t: Float64Array,
  m: Float64Array,
  rate: Float64Array,
  { from, peak, to }: Candidate,
  reach: number,
  noise: number,
  resolution: number,
  slopeFactor: Float64Array,
): MassStep | null {
  const n = t.length;
  const quiet = QUIET * rate[peak]!;
  const side = (start: number, direction: -1 | 1): PlateauLine | null => {
    const points: number[] = [];
    for (let i = start; i >= 0 && i < n && Math.abs(t[i]! - t[start]!) <= reach; i += direction) {
      if (rate[i]! > quiet && points.length > 0) break;
      if (Math.abs(rate[i]!) <= quiet) points.push(i);
    }
    return lineOf(points, t, m, t[start]!, noise);
  };
  const before = side(from, -1);
  const behind = side(to, 1);
  if (!before || !behind) return null;
  const at = t[peak]!;
  const [left, right] = [before.at(at), behind.at(at)];
  const tangent = -rate[peak]!;
  const top = m[peak]!;
  const meet = (line: PlateauLine, value: number): number => at + (value - top) / (tangent - line.slope);
  const slopeSigma = (noise * slopeFactor[peak]!) / rate[peak]!;
  const halfAt = midpoint(t, m, from, to, before, behind);
  const temperature = (value: number, lineSigma: number): Quantity => ({
    value,
    sigma: Math.hypot(lineSigma / rate[peak]!, Math.abs(value - at) * slopeSigma, noise / rate[peak]!),
    unit: "°C",
  });
  const spacing = (t[to]! - t[from]!) / Math.max(1, to - from);
  return {
    onset: temperature(meet(before, left.value), left.sigma),
    midpoint: temperature(halfAt, Math.hypot(left.sigma, right.sigma) / 2),
    inflection: { value: at, sigma: Math.max(spacing, slopeSigma * (t[to]! - t[from]!)), unit: "°C" },
    endset: temperature(meet(behind, right.value), right.sigma),
    loss: { value: left.value - right.value, sigma: Math.hypot(left.sigma, right.sigma, Math.SQRT2 * resolution), unit: "%" },
    before: { value: left.value, sigma: Math.hypot(left.sigma, resolution), unit: "%" },
    behind: { value: right.value, sigma: Math.hypot(right.sigma, resolution), unit: "%" },
    range: [t[from]!, t[to]!],
  };
}

/** A line where the points span enough to bear one; their mean otherwise; null without points. */
function lineOf(points: readonly number[], t: Float64Array, m: Float64Array, origin: number, noise: number): PlateauLine | null {
  if (points.length === 0) return null;
  const floor = Math.max(noise, 1e-9);
  const x = points.map((i) => t[i]! - origin);
  const degree = points.length >= 6 ? 2 : 1;
  const design = Float64Array.from(points.flatMap((_, k) => (degree === 2 ? [1, x[k]!] : [1])));
  const fit = weightedLinear(
    design,
    points.map((i) => m[i]!),
    new Float64Array(points.length).fill(floor),
    degree,
  );
  if (!fit) return null;
  const scale = Math.max(1, Math.sqrt(fit.chi2 / Math.max(1, fit.degreesOfFreedom)));
  const [a, b = 0] = fit.parameters;
  const covariance = fit.covariance;
  return {
    slope: b,
    at(temperature) {
      const d = temperature - origin;
      const variance = degree === 2 ? covariance[0]! + 2 * d * covariance[1]! + d * d * covariance[3]! : covariance[0]!;
      return { value: a! + b * d, sigma: scale * Math.sqrt(variance) };
    },
  };
}

/** Where the curve lies half way between the two lines. */
function midpoint(t: Float64Array, m: Float64Array, from: number, to: number, before: PlateauLine, behind: PlateauLine): number {
  const above = (i: number): number => m[i]! - (before.at(t[i]!).value + behind.at(t[i]!).value) / 2;
  for (let i = from + 1; i <= to; i++) {
    const [a, b] = [above(i - 1), above(i)];
    if (a > 0 && b <= 0) return t[i - 1]! + (a / (a - b)) * (t[i]! - t[i - 1]!);
  }
  return (t[from]! + t[to]!) / 2;
}

/** A run of a thermobalance as its file states it. */
export interface WeighedRun {
  temperature: Float64Array;
  /** % of `milligram` */
  massPercent: Float64Array;
  milligram: number;
}

/** A run less its blank, % of its own start mass: the blank may fall back where the furnace jitters. Throws INVALID_INPUT as {@link subtractBlank}. */
export function massLessBlank(run: WeighedRun, blank: WeighedRun): Float64Array {
  const { temperature } = blank;
  const rows: number[] = [];
  for (let i = 0; i < temperature.length; i++)
    if (rows.length === 0 || temperature[i]! > temperature[rows[rows.length - 1]!]!) rows.push(i);
  const net = subtractBlank(
    run.temperature,
    run.massPercent.map((p) => (p / 100) * run.milligram),
    {
      temperature: Float64Array.from(rows, (i) => temperature[i]!),
      milligram: Float64Array.from(rows, (i) => (blank.massPercent[i]! / 100) * blank.milligram),
    },
  );
  return net.map((m) => (100 * m) / run.milligram);
}

/** A run less its blank: both in mg over temperature; the blank's change from its first row is taken off. Throws INVALID_INPUT where the blank does not cover the run. */
export function subtractBlank(
  temperature: Float64Array,
  milligram: Float64Array,
  blank: { temperature: Float64Array; milligram: Float64Array },
): Float64Array {
  const { temperature: bt, milligram: bm } = blank;
  const last = bt.length - 1;
  for (let i = 1; i <= last; i++)
    if (!(bt[i]! > bt[i - 1]!)) throw new ThioscopeError("INVALID_INPUT", `the blank's temperature must rise: row ${i + 1} does not`);
  return milligram.map((m, i) => {
    const at = temperature[i]!;
    if (!(at >= bt[0]! - 1 && at <= bt[last]! + 1))
      throw new ThioscopeError("INVALID_INPUT", `the blank spans ${bt[0]} to ${bt[last]} °C, the run reaches ${at} °C`);
    let low = 0;
    let high = last;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (bt[middle]! <= at) low = middle;
      else high = middle;
    }
    const share = last === 0 ? 0 : Math.min(1, Math.max(0, (at - bt[low]!) / (bt[high]! - bt[low]!)));
    return m - (bm[low]! + share * (bm[high]! - bm[low]!) - bm[0]!);
  });
}
