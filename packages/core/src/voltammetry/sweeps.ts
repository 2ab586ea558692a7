/**
 * Sweeps of the potential, found from the potential alone: stretches over which E runs straight in time.
 *
 *   E(t) = E₀ + v t       v, the scan rate, is the slope of a straight line through all rows of the sweep
 *
 * The curve E(t) is cut where it has turned by more than 2 % of its range (and eight standard deviations of its noise);
 * within a piece only the rows count whose local slope lies within half of the piece's median slope, so holds, jumps and
 * stretches on which the potentiostat could not follow are no sweep, nor is a stretch whose v is not known to 5 % or that
 * departs from its line by more than 0.5 % of its length (rms). The error of v is the larger of that of white noise and
 * of a quarter of the difference between the slopes of both halves (white noise would make them differ by four errors of v).
 *
 * A scan is a pair of sweeps there and back. A first sweep that is shorter than nine tenths of the second only leads to the
 * first vertex: it counts to scan 1. V, s, mV/s. Reference: Bard and Faulkner, Electrochemical Methods (2001), ch. 6.
 */
import { resolution, scatter } from "../cycling/noise.ts";
import { type CyclingSeries, tableRow } from "../cycling/series.ts";
import { fitLine } from "../numerics/line.ts";
import type { Quantity } from "../units/quantity.ts";
import { turningPoints } from "./turningPoints.ts";

export interface Sweep {
  /** from 1, in order of time */
  number: number;
  /** from 1 */
  scan: number;
  /** anodic: the potential rises */
  direction: "anodic" | "cathodic";
  /** first and last row of the table */
  rows: readonly [first: number, last: number];
  /** the same in the series, last excluded */
  from: number;
  to: number;
  startPotential: Quantity;
  /** the vertex, where the sweep was turned */
  endPotential: Quantity;
  /** mV/s, > 0 */
  scanRate: Quantity;
}

const TURN_SHARE = 0.02;
const LEAST_SHARE = 0.05;
const LEAST_ROWS = 8;
const WORST_RATE = 0.05;
const WORST_DEPARTURE = 0.005;

export function findSweeps(series: CyclingSeries): readonly Sweep[] {
  const { rows, timeSecond: t, voltageVolt: e } = series;
  if (rows < LEAST_ROWS) return [];
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < rows; i++) {
    low = Math.min(low, e[i]!);
    high = Math.max(high, e[i]!);
  }
  const range = high - low;
  const noise = scatter(t, e);
  const step = digitStep(e);
  const blur = Math.max(noise, step);
  if (!(range > 20 * blur)) return [];
  const turns = turningPoints(e, Math.max(TURN_SHARE * range, 8 * noise, 4 * step));
  const stretches: [from: number, to: number][] = [];
  const rates: Quantity[] = [];
  for (let k = 1; k < turns.length; k++) {
    const [from, to] = [turns[k - 1]!, turns[k]! + 1];
    for (const run of straightRuns(t, e, from, to, blur)) {
      const [a, b] = run;
      if (b - a < LEAST_ROWS || Math.abs(e[b - 1]! - e[a]!) < LEAST_SHARE * range) continue;
      const rate = scanRate(t, e, a, b, step);
      if (rate.sigma > WORST_RATE * rate.value || rate.departure > WORST_DEPARTURE) continue;
      stretches.push(run);
      rates.push({ value: rate.value, sigma: rate.sigma, unit: "mV/s" });
    }
  }
  const lengths = stretches.map(([a, b]) => Math.abs(e[b - 1]! - e[a]!));
  const lead = stretches.length > 1 && lengths[0]! < 0.9 * lengths[1]! ? 1 : 0;
  const sigma = Math.hypot(noise, step / Math.sqrt(12)) || null;
  return stretches.map(([from, to], k) => ({
    number: k + 1,
    scan: 1 + Math.floor(Math.max(0, k - lead) / 2),
    direction: e[to - 1]! > e[from]! ? "anodic" : "cathodic",
    rows: [tableRow(series, from), tableRow(series, to - 1)],
    from,
    to,
    startPotential: { value: e[from]!, sigma, unit: "V" },
    endPotential: { value: e[to - 1]!, sigma, unit: "V" },
    scanRate: rates[k]!,
  }));
}

/** Step of the potential's digits; 0 where the lattice of values is the staircase of the sweep itself. */
function digitStep(e: Float64Array): number {
  const step = resolution(e) ?? 0;
  if (step === 0) return 0;
  let equal = 0;
  let single = 0;
  for (let i = 1; i < e.length; i++) {
    const rise = Math.abs(e[i]! - e[i - 1]!);
    if (rise < 0.5 * step) equal++;
    else if (rise < 1.5 * step) single++;
  }
  return single > 0.8 * e.length && equal < 0.1 * e.length ? 0 : step;
}

/** Runs of rows whose slope, taken over so many rows that noise does not matter, stays near the median. */
function straightRuns(t: Float64Array, e: Float64Array, from: number, to: number, blur: number): [number, number][] {
  const perRow = Math.abs(e[to - 1]! - e[from]!) / Math.max(1, to - 1 - from);
  const m = Math.max(1, Math.ceil((6 * blur) / (perRow || 1)));
  const n = to - from - m;
  if (n < LEAST_ROWS) return [];
  const slopes = Float64Array.from({ length: n }, (_, k) => {
    const dt = t[from + k + m]! - t[from + k]!;
    return dt > 0 ? (e[from + k + m]! - e[from + k]!) / dt : Number.NaN;
  });
  const sorted = slopes.filter((s) => Number.isFinite(s)).sort();
  const median = sorted[sorted.length >> 1] ?? 0;
  if (median === 0) return [];
  const runs: [number, number][] = [];
  let start = -1;
  for (let k = 0; k <= n; k++) {
    const ok = k < n && slopes[k]! / median > 0.5 && slopes[k]! / median < 1.5;
    if (ok && start < 0) start = k;
    if (!ok && start >= 0) {
      runs.push([from + start, from + k - 1 + m + 1]);
      start = -1;
    }
  }
  return runs;
}

/** Slope in mV/s with its error; departure: rms distance from the line over the length of the sweep. */
function scanRate(t: Float64Array, e: Float64Array, from: number, to: number, step: number) {
  const line = fitLine(t.subarray(from, to), e.subarray(from, to));
  const middle = (from + to) >> 1;
  const early = slopeOf(t, e, from, middle);
  const late = slopeOf(t, e, middle, to);
  const digits = step / Math.sqrt(6) / (t[to - 1]! - t[from]!);
  const sigma = Math.max(Math.sqrt(line.covariance[2]), Math.abs(late - early) / 4, digits);
  const departure = Math.sqrt(line.chi2 / line.degreesOfFreedom) / Math.abs(e[to - 1]! - e[from]!);
  return { value: 1000 * Math.abs(line.slope), sigma: 1000 * sigma, departure };
}

function slopeOf(t: Float64Array, e: Float64Array, from: number, to: number): number {
  return fitLine(t.subarray(from, to), e.subarray(from, to)).slope;
}
