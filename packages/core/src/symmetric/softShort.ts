/**
 * Soft shorts: moments in which the separator conducts electrons, in symmetric and in full cells.
 *
 * What is looked at is u, the potential whose fall means a short: V of a full cell, |V| along the current of a symmetric one.
 * Every step from one row to the next is compared with the median slope of the five steps before and the five after it,
 * e = Δu − slope · Δt; s = 1.4826 · median |e| of the half cycle. Signs:
 *
 *   dip        a jump A against the curve on both sides, that comes back (dipFit.ts): A > T, A > 8 of its errors
 *   collapse   e < −T_c on charge (either way in a symmetric cell), and u is not back
 *   jagged     s of a half cycle exceeds five times that of the quietest quarter of the half cycles, and dips are among its rows
 *   excess     the charge of a cycle exceeds its discharge by more than a tenth: never alone a proof, a side reaction does the same
 *
 * T = max(6 s, 3 steps of the digits, 2 mV), the detection limit of the half cycle; four steps of the clock times the slope come
 * on top, because a clock that skips looks like a fall. A jump comes out of nothing: a curve that falls ever faster from row to
 * row, by the same factor, is a knee. Where the curve falls by more than about A from row to row, or bends within three rows,
 * the fit's own error rises above A/8 and a dip is missed though it exceeds T.
 * T_c = max(20 s, 10 mV, and in a symmetric cell a fifth of u) + slope · step of the clock + two robust deviations of the slopes
 * around the row. Rows right after a start, a change of current or a long gap, or under a held voltage, are not judged. The factors
 * were set on one set of virtual cells and are judged on others. Which fall would have been seen is part of the answer: a smaller
 * one, or one that is over between two rows, is not found.
 * Background: Counihan et al., Joule 7, 2023 (soft shorts in published cycling data).
 */
import type { Flow } from "../cycling/flow.ts";
import type { HalfCycle } from "../cycling/halfCycles.ts";
import { clockStep, resolution } from "../cycling/noise.ts";
import { tableRow } from "../cycling/series.ts";
import type { Quantity } from "../units/quantity.ts";
import { fitDip } from "./dipFit.ts";

export interface ShortSign {
  kind: "dip" | "collapse" | "jagged" | "charge exceeds discharge" | "overpotential falls";
  half: number;
  cycle: number;
  /** rows of the table that triggered it */
  rows: readonly [first: number, last: number];
  /** fall of the potential, mV; for "jagged" the noise; for charges the excess in % */
  size: Quantity;
  /** the same in units of what the threshold was */
  timesThreshold: number;
  message: string;
}

const DIP_SIGMAS = 6;
const DIP_STEPS = 3;
const LEAST_DIP = 2e-3;
/** share of the threshold from which on a step is looked at closely */
const CANDIDATE = 0.5;
/** standard deviations: of the depth, and by which the recovery stands out */
const CERTAIN = 8;
const RETURNS = 2.5;
/** the fitted jump may not exceed the step between the two rows by much more than noise and bending explain */
const AGREES = 0.6;
const ISOLATED_BEFORE = 0.35;
const ISOLATED_AFTER = 0.5;
/** a knee steepens by at most this factor from row to row, and explains at most this share of the jump */
const STEEPENS = 3;
const KNEE_SHARE = 0.5;
const CLOCK_STEPS = 4;
const SPREADS = 2;
const COLLAPSE_SIGMAS = 20;
const LEAST_COLLAPSE = 0.01;
const COLLAPSE_SHARE = 0.2;
const JAGGED = 5;
const LEAST_JAGGED = 5e-4;
const SIDE = 5;
const SHORT_GAP = 3;
const LONG_GAP = 20;
const SETTLED_SHARE = 0.005;
const RETURN_SHARE = 0.05;
const LEAST_RETURN = 12;
const CONSTANT_CURRENT = 0.02;

export interface Roughness {
  half: HalfCycle;
  /** V */
  noise: number;
  /** V: falls beyond this are dips */
  threshold: number;
}

/** Signs in the potential within half cycles, and what each half cycle would have shown. */
export function voltageSigns(
  halves: readonly HalfCycle[],
  isSymmetric: boolean,
): { signs: readonly ShortSign[]; roughness: readonly Roughness[] } {
  const signs: ShortSign[] = [];
  const roughness: Roughness[] = [];
  for (const half of halves) {
    const judged = deviations(half, isSymmetric);
    if (!judged) continue;
    const { noise, step } = judged;
    const threshold = Math.max(DIP_SIGMAS * noise, DIP_STEPS * step, LEAST_DIP);
    roughness.push({ half, noise, threshold });
    signs.push(...falls(half, judged, threshold, isSymmetric));
  }
  const withDips = new Set(signs.map((s) => s.half));
  signs.push(...jagged(roughness).filter((s) => withDips.has(s.half)));
  return { signs, roughness };
}

interface Judged {
  /** the potential whose fall means a short */
  u: Float64Array;
  t: Float64Array;
  /** e per row; NaN where the row is not judged */
  e: Float64Array;
  /** V/s: median slope of the steps around each row */
  slope: Float64Array;
  /** V: what one step of the clock makes of the slope, and how much the slopes around the row differ */
  blur: Float64Array;
  noise: number;
  /** of the digits, V, and of the clock, s */
  step: number;
  tick: number;
  /** usual time between rows, s */
  usual: number;
  /** first row of the stretch of settled rows that each row is in; −1 outside */
  stretch: Int32Array;
}

function deviations(half: HalfCycle, isSymmetric: boolean): Judged | null {
  const { flow, from, to } = half;
  const { timeSecond, voltageVolt } = flow.series;
  const n = to - from;
  if (n < 4 * SIDE) return null;
  const sign = isSymmetric && half.direction === "discharge" ? -1 : 1;
  const u = voltageVolt.slice(from, to).map((v) => sign * v);
  const t = timeSecond.subarray(from, to);
  const usual = usualInterval(t);
  // rows that were lost leave a step that says little, but nothing has to settle after it
  const longest = SHORT_GAP * usual;
  const settled = settledRows(flow, from, to, usual);
  const e = new Float64Array(n).fill(Number.NaN);
  const slopes = new Float64Array(n);
  const blur = new Float64Array(n);
  const tick = clockStep(timeSecond, from, to);
  const around = new Float64Array(2 * SIDE);
  const sizes: number[] = [];
  for (let i = 1; i < n; i++) {
    if (!settled[i] || !settled[i - 1] || t[i]! - t[i - 1]! > longest) continue;
    let count = 0;
    for (let k = Math.max(1, i - SIDE); k <= Math.min(n - 1, i + SIDE); k++) {
      if (k === i || !settled[k] || !settled[k - 1] || t[k]! - t[k - 1]! > longest) continue;
      around[count++] = (u[k]! - u[k - 1]!) / (t[k]! - t[k - 1]!);
    }
    if (count < SIDE) continue;
    const steps = around.subarray(0, count);
    const slope = medianOf(steps);
    slopes[i] = slope;
    for (let k = 0; k < count; k++) steps[k] = Math.abs(steps[k]! - slope);
    const dt = t[i]! - t[i - 1]!;
    blur[i] = 2 * Math.abs(slope) * tick + SPREADS * 1.4826 * medianOf(steps) * dt;
    e[i] = u[i]! - u[i - 1]! - slope * dt;
    sizes.push(Math.abs(e[i]!));
  }
  if (sizes.length < 2 * SIDE) return null;
  sizes.sort((a, b) => a - b);
  const step = resolution(u) ?? 0;
  const stretch = new Int32Array(n).fill(-1);
  for (let i = 0; i < n; i++) if (settled[i]) stretch[i] = i > 0 && stretch[i - 1]! >= 0 ? stretch[i - 1]! : i;
  const noise = Math.max(1.4826 * sizes[sizes.length >> 1]!, step / Math.sqrt(12));
  return { u, t, e, slope: slopes, blur, noise, step, tick, usual, stretch };
}

/** Sorts `values`. */
function medianOf(values: Float64Array): number {
  const n = values.length;
  values.sort();
  return 0.5 * (values[(n - 1) >> 1]! + values[n >> 1]!);
}

function usualInterval(t: Float64Array): number {
  return medianOf(Float64Array.from({ length: t.length - 1 }, (_, k) => t[k + 1]! - t[k]!));
}

/** 1 for rows that lie long enough after a start, a rest, a change of current or a gap, with no such thing in the window before. */
function settledRows(flow: Flow, from: number, to: number, usual: number): Uint8Array {
  const { timeSecond: t, currentAmpere: current } = flow.series;
  const wait = SETTLED_SHARE * (t[to - 1]! - t[from]!);
  const settled = new Uint8Array(to - from);
  let since = t[from]!;
  let sinceRow = from;
  for (let i = from; i < to; i++) {
    const isSwitch =
      i > from &&
      (flow.state[i] !== flow.state[i - 1] ||
        Math.abs(current[i]! - current[i - 1]!) > 0.02 * Math.abs(current[i - 1]!) ||
        t[i]! - t[i - 1]! > LONG_GAP * usual ||
        !(t[i]! > t[i - 1]!));
    if (isSwitch || flow.state[i] === 0) {
      since = t[i]!;
      sinceRow = i;
    }
    const near = current[Math.min(to - 1, i + SIDE)]! - current[Math.max(from, i - SIDE)]!;
    // where the voltage is held, the current runs and the potential tells nothing
    const isHeld = Math.abs(near) > CONSTANT_CURRENT * Math.abs(current[i]!);
    settled[i - from] = !isHeld && flow.state[i] !== 0 && i - sinceRow >= 3 && t[i]! - since >= wait ? 1 : 0;
  }
  return settled;
}

function falls(half: HalfCycle, judged: Judged, threshold: number, isSymmetric: boolean): ShortSign[] {
  const { u, t, e, slope, blur, noise, tick, usual, stretch } = judged;
  const n = u.length;
  const signs: ShortSign[] = [];
  // rows before this one belong to the fall found last
  let free = 0;
  for (let i = 1; i < n; i++) {
    const fall = -e[i]!;
    if (!(fall > CANDIDATE * threshold)) continue;
    if (e[i - 1]! < -ISOLATED_BEFORE * fall || e[i + 1]! < -ISOLATED_AFTER * fall) continue;
    const step = u[i - 1]! - u[i]!;
    const knee = i > 2 ? steepening(judged, i) : 0;
    const rows = { t, u, first: Math.max(free, stretch[i]!), end: endOf(stretch, i), interval: usual, noise: noise / Math.SQRT2 };
    const fit = fitDip(rows, i, CERTAIN);
    const limit = threshold + CLOCK_STEPS * tick * Math.abs(slope[i]!);
    const isJump = fit && fall > AGREES * fit.depth && step - knee > KNEE_SHARE * fit.depth;
    if (isJump && fit.depth > limit && fit.depth > CERTAIN * fit.sigma && fit.recovery > RETURNS) {
      const last = Math.min(n - 1, i + Math.max(1, Math.ceil(fit.tau / usual)));
      signs.push(
        sign("dip", half, i, last, fit.depth, limit, `the potential falls by ${mV(fit.depth)} from one row to the next and comes back`),
      );
      i = last;
      free = last;
      continue;
    }
    const collapse = Math.max(COLLAPSE_SIGMAS * noise, LEAST_COLLAPSE, isSymmetric ? COLLAPSE_SHARE * (u[i]! + fall) : 0);
    const isJudged = step > fall / 2 && (isSymmetric || half.direction === "charge");
    if (isJudged && fall > collapse + blur[i]! && i + SIDE < n) {
      const last = Math.min(n - 1, i + Math.max(LEAST_RETURN, Math.round(RETURN_SHARE * n)));
      signs.push(
        sign("collapse", half, i, last, fall, collapse, `the potential falls by ${mV(fall)} from one row to the next and stays low`),
      );
      i = last;
      free = last;
    }
  }
  return signs;
}

/** The fall to row i of a curve that steepens by the same factor from row to row, as far as it does so beyond the noise. */
function steepening({ u, t, noise }: Judged, i: number): number {
  const rate = (k: number, offset: number): number => (u[k - 1]! - u[k]! + offset) / (t[k]! - t[k - 1]!);
  const last = rate(i - 1, -noise);
  if (!(last > 0)) return 0;
  const factor = Math.max(1, last / Math.max(last / STEEPENS, rate(i - 2, noise)));
  return factor * last * (t[i]! - t[i - 1]!);
}

/** First row after the stretch of settled rows that row i is in. */
function endOf(stretch: Int32Array, i: number): number {
  let end = i;
  while (end < stretch.length && stretch[end] === stretch[i]) end++;
  return end;
}

function jagged(roughness: readonly Roughness[]): ShortSign[] {
  if (roughness.length < 2) return [];
  const sorted = roughness.map((r) => r.noise).sort((a, b) => a - b);
  const quiet = sorted[sorted.length >> 2]!;
  const limit = Math.max(JAGGED * quiet, LEAST_JAGGED);
  return roughness
    .filter(({ noise }) => noise > limit)
    .map(({ half, noise }) =>
      sign(
        "jagged",
        half,
        0,
        half.to - half.from - 1,
        noise,
        limit,
        `rows scatter by ${mV(noise)} about their own trend, ${(noise / quiet).toFixed(0)} times the quietest quarter of the half cycles`,
      ),
    );
}

const mV = (volt: number): string => `${(1000 * volt).toPrecision(3)} mV`;

function sign(
  kind: ShortSign["kind"],
  half: HalfCycle,
  first: number,
  last: number,
  volt: number,
  threshold: number,
  message: string,
): ShortSign {
  const { series } = half.flow;
  return {
    kind,
    half: half.number,
    cycle: half.cycle,
    rows: [tableRow(series, half.from + first), tableRow(series, half.from + last)],
    size: { value: 1000 * volt, sigma: (1000 * threshold) / DIP_SIGMAS, unit: "mV" },
    timesThreshold: volt / threshold,
    message,
  };
}
