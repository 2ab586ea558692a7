/**
 * Where current flows, in which direction, and the charge that passes between neighbouring rows.
 *
 * A row rests where |I| is below a threshold taken from the current itself (see `zeroCurrent`). Between two
 * rows that both carry current it is taken as linear: ΔQ = ½ (I₀ + I₁) Δt, exact for that line. Between a
 * resting row and a flowing one the current was *switched*: instruments record when a step begins and ends,
 * so ΔQ = I·(time that the step time says the current has flowed), and none where there is no step time; the
 * length of such an interval enters the error. Resting rows pass no charge. SI units; current positive while
 * charging.
 */
import type { Notice } from "../errors.ts";
import { resolution } from "./noise.ts";
import { type CyclingSeries, tableRow } from "./series.ts";

export interface Flow {
  series: CyclingSeries;
  /** per row: 1 charging, −1 discharging, 0 at rest */
  state: Int8Array;
  /** per row: signed charge in C that passed since the row before */
  charge: Float64Array;
  /** |I| below this is rest, A */
  zeroCurrentAmpere: number;
  /** how the threshold came about, for people */
  zeroCurrentHow: string;
  notices: readonly Notice[];
}

/** A gap: an interval this many times longer than its neighbours, while current flows on both sides. */
const GAP_FACTOR = 20;

/** @param zeroCurrentAmpere the threshold, where it is known; 0 lets every sign count (potential sweeps) */
export function flowOf(series: CyclingSeries, zeroCurrentAmpere?: number): Flow {
  const { rows, timeSecond: t, currentAmpere: current, stepTimeSecond: stepTime } = series;
  const zero = zeroCurrentAmpere === undefined ? zeroCurrent(series) : { value: zeroCurrentAmpere, how: "given" };
  const state = new Int8Array(rows);
  for (let i = 0; i < rows; i++) {
    const value = current[i]!;
    state[i] = Math.abs(value) <= zero.value ? 0 : value > 0 ? 1 : -1;
  }
  const charge = new Float64Array(rows);
  for (let i = 1; i < rows; i++) {
    const dt = t[i]! - t[i - 1]!;
    if (!(dt > 0)) continue;
    if (state[i] !== 0 && state[i - 1] !== 0) charge[i] = 0.5 * (current[i - 1]! + current[i]!) * dt;
    else if (state[i] !== 0) charge[i] = current[i]! * flowedAfterSwitch(stepTime, i, dt);
    else if (state[i - 1] !== 0) charge[i] = current[i - 1]! * flowedBeforeSwitch(stepTime, i, dt);
  }
  return { series, state, charge, zeroCurrentAmpere: zero.value, zeroCurrentHow: zero.how, notices: findGaps(series, state) };
}

/** A step time longer than the interval counts from an earlier event than the switch (EC-Lab: the half cycle's), and tells nothing. */
function flowedAfterSwitch(stepTime: Float64Array | null, i: number, dt: number): number {
  if (!stepTime || !tellsSwitch(stepTime, i)) return 0;
  const flowed = stepTime[i]!;
  return flowed <= dt * (1 + 1e-6) ? Math.max(0, flowed) : 0;
}

function flowedBeforeSwitch(stepTime: Float64Array | null, i: number, dt: number): number {
  return stepTime && tellsSwitch(stepTime, i) ? Math.max(0, dt - Math.max(0, stepTime[i]!)) : 0;
}

/** True if the step time of row i tells when its step began: it runs (some instruments hold it at 0 at rest). */
export function tellsSwitch(stepTime: Float64Array, i: number): boolean {
  return stepTime[i]! > 0 || (stepTime[i + 1] ?? 0) > stepTime[i]!;
}

/**
 * The charge of the interval before row i, split by direction: [charging ≥ 0, discharging ≥ 0] in C. Where
 * the current changes sign between two rows, the line between them is split where it crosses zero.
 */
export function splitCharge(flow: Flow, i: number): [charging: number, discharging: number] {
  const { state, charge, series } = flow;
  const q = charge[i]!;
  if (i === 0 || state[i]! * state[i - 1]! >= 0) return q >= 0 ? [q, 0] : [0, -q];
  const before = series.currentAmpere[i - 1]!;
  const after = series.currentAmpere[i]!;
  const dt = series.timeSecond[i]! - series.timeSecond[i - 1]!;
  if (!(dt > 0)) return [0, 0];
  const crossing = before / (before - after);
  const first = Math.abs(0.5 * before * crossing * dt);
  const second = Math.abs(0.5 * after * (1 - crossing) * dt);
  return before > 0 ? [first, second] : [second, first];
}

/** True where the interval before row i is longer than its neighbours by far, with current on both sides. */
export function isGap(series: CyclingSeries, state: Int8Array, i: number): boolean {
  const t = series.timeSecond;
  if (i < 1 || state[i]! * state[i - 1]! <= 0) return false;
  const dt = t[i]! - t[i - 1]!;
  let longest = 0;
  for (let k = Math.max(1, i - 4); k <= Math.min(series.rows - 1, i + 4); k++) {
    if (k !== i) longest = Math.max(longest, t[k]! - t[k - 1]!);
  }
  return longest > 0 && dt > GAP_FACTOR * longest;
}

function findGaps(series: CyclingSeries, state: Int8Array): Notice[] {
  const notices: Notice[] = [];
  let count = 0;
  for (let i = 1; i < series.rows; i++) {
    if (!isGap(series, state, i)) continue;
    if (++count > 20) continue;
    const seconds = series.timeSecond[i]! - series.timeSecond[i - 1]!;
    notices.push({
      code: "time-gap",
      message: `no rows for ${Number(seconds.toPrecision(4))} s while current flows: it is taken as linear, and the charge of the gap enters the error`,
      rows: [tableRow(series, i - 1), tableRow(series, i)],
    });
  }
  if (count > 20) notices.push({ code: "time-gap", message: `${count - 20} more gaps of this kind` });
  return notices;
}

/**
 * Threshold below which a current counts as zero. A thousandth of the working current (the median of the
 * rows above a tenth of the largest), or one and a half steps of the current's digits where these are
 * coarser, or five standard deviations of the small readings where their sign flips like noise; at most a
 * tenth of the working current.
 */
export function zeroCurrent(series: CyclingSeries): { value: number; how: string } {
  const { currentAmpere: current, rows } = series;
  let largest = 0;
  // the third largest, so that one or two spikes do not set the scale
  let second = 0;
  let third = 0;
  for (let i = 0; i < rows; i++) {
    const a = Math.abs(current[i]!);
    if (a > largest) [largest, second, third] = [a, largest, second];
    else if (a > second) [second, third] = [a, second];
    else if (a > third) third = a;
  }
  const scale = third > 0.01 * largest ? third : largest;
  if (scale === 0) return { value: 0, how: "the current is zero in every row" };
  const large = magnitudes(current, rows, 0.1 * scale, Number.POSITIVE_INFINITY);
  const working = large[large.length >> 1]!;
  // noise alone: the sign changes at random, sizes scatter (pulses of equal size do not), and none stands out from it
  const all = signFlips(current, rows, 0, Number.POSITIVE_INFINITY);
  if (all.pairs >= 10 && all.share > 0.3 && all.quartiles < 0.6 && scale < 8 * 1.4826 * all.median) {
    return {
      value: Number.POSITIVE_INFINITY,
      how: "the sign of the current changes at random in the whole file: it is noise, no current flows",
    };
  }
  const step = resolution(current, 0, rows) ?? 0;
  let value = 1e-3 * working;
  let how = "0.1 % of the working current";
  if (1.5 * step > value && step < 0.1 * working) {
    value = 1.5 * step;
    how = "1.5 steps of the current's digits";
  }
  const flips = signFlips(current, rows, 0, Math.max(0.02 * working, 1.6 * step));
  if (flips.pairs >= 10 && flips.share >= 0.2) {
    const noise = 5 * 1.4826 * flips.median;
    if (noise > value) {
      value = noise;
      how = "5 standard deviations of the current at rest";
    }
  }
  if (value > 0.1 * working) {
    value = 0.1 * working;
    how = "10 % of the working current: the current at rest is noisier than that";
  }
  return { value, how };
}

function magnitudes(current: Float64Array, rows: number, above: number, below: number): Float64Array {
  const stride = Math.max(1, Math.floor(rows / 65536));
  const found: number[] = [];
  for (let i = 0; i < rows; i += stride) {
    const a = Math.abs(current[i]!);
    if (a >= above && a < below) found.push(a);
  }
  if (found.length === 0) for (let i = 0; i < rows; i++) if (Math.abs(current[i]!) >= above) found.push(Math.abs(current[i]!));
  return Float64Array.from(found).sort();
}

/**
 * Among neighbouring rows that are both in (above, below): how often the sign flips, the median size of those that do
 * and the ratio of its quartiles (0.28 for a normal distribution).
 */
function signFlips(current: Float64Array, rows: number, above: number, below: number) {
  let pairs = 0;
  let flips = 0;
  const sizes: number[] = [];
  for (let i = 1; i < rows; i++) {
    const a = current[i - 1]!;
    const b = current[i]!;
    if (a === 0 || b === 0) continue;
    const x = Math.abs(a);
    const y = Math.abs(b);
    if (x <= above || y <= above || x >= below || y >= below) continue;
    pairs++;
    if (a * b > 0) continue;
    flips++;
    if (sizes.length < 65536) sizes.push(y);
  }
  sizes.sort((p, q) => p - q);
  const at = (f: number): number => sizes[Math.floor(f * sizes.length)] ?? 0;
  return { pairs, share: pairs > 0 ? flips / pairs : 0, median: at(0.5), quartiles: at(0.25) / (at(0.75) || 1) };
}
