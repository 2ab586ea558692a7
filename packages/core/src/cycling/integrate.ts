/**
 * Charge and energy of a half cycle with their errors.
 *
 *   Q = ∫ I dt        current linear between rows: ½ (I₀ + I₁) Δt
 *   E = ∫ V I dt      both linear: Δt/6 · (2 V₀I₀ + V₀I₁ + V₁I₀ + 2 V₁I₁)
 *
 * in C and J, positive along the half cycle's direction. Errors, each an independent source:
 *   scatter of the current σ_I: σ_Q² = σ_I² Σ w², w the time that a row stands for; its part in E is split
 *   into the part that goes with Q (it cancels in E/Q) and the rest; scatter of the voltage: σ_E² = σ_V² Σ w² I²;
 *   digits: where the scatter is below half a step q of the digits all rows err alike, q/√12 · T;
 *   clock: both ends are known to δt/√12;
 *   switching: a half cycle's end lies anywhere in the interval to the next row, I Δt/√12 (unless a step time tells), but
 *   no further from its rows than these from each other;
 *   gaps: Q_gap/√3, as if current had flowed for an unknown share of the gap;
 *   curvature: a third of the difference to the integral over every second row, where it exceeds its scatter.
 * The instrument's accuracy, where given, is one source shared by all half cycles.
 * References: JCGM 100:2008; Davis and Rabinowitz, Methods of Numerical Integration (1984), 2.1.
 */
import type { Measured, Source } from "../units/measured.ts";
import { type Flow, isGap, tellsSwitch } from "./flow.ts";
import type { HalfCycle } from "./halfCycles.ts";
import { clockStep, decimalStep, resolution, scatter } from "./noise.ts";

/** What the instrument's data sheet says, one standard deviation each. */
export interface InstrumentAccuracy {
  /** relative error of the current's gain */
  currentRelative?: number;
  /** offset of the current, A */
  currentOffsetAmpere?: number;
  /** offset of the voltage, V */
  voltageOffsetVolt?: number;
}

export const CURRENT_GAIN: Source = "gain of the current";
export const CURRENT_OFFSET: Source = "offset of the current";
export const VOLTAGE_OFFSET: Source = "offset of the voltage";

export interface Integrals {
  /** C */
  charge: Measured;
  /** J */
  energy: Measured;
  /** energy/charge, V */
  meanVoltage: Measured;
  /** time during which current flows, s */
  flowSecond: number;
  /** from the first to the last row, s */
  durationSecond: number;
  /** scatter or half-step error of one reading */
  currentSigma: number;
  voltageSigma: number;
  /** errors of the charge because the current is written in coarse steps, and because rows are too few to follow it, C */
  digitsCoulomb: number;
  curvatureCoulomb: number;
}

/** @param accuracy of the instrument; without it the errors are those that the data themselves show */
export function integrate(half: HalfCycle, accuracy: InstrumentAccuracy = {}): Integrals {
  const { flow, from, to } = half;
  const { series, state, charge } = flow;
  const { timeSecond: t, currentAmpere: current, voltageVolt: voltage } = series;
  const sign = half.direction === "charge" ? 1 : -1;

  let q = half.chargeBefore + half.chargeAfter;
  let e = half.chargeBefore * voltage[from]! + half.chargeAfter * voltage[to - 1]!;
  let flowSecond = 0;
  // Σ over rows of w², w²V, w²V², w²I²: what the scatter of the readings does to Q and E
  let ww = 0;
  let wwV = 0;
  let wwVV = 0;
  let wwII = 0;
  let w = 0;
  let gap = 0;
  const addRow = (i: number): void => {
    const v = voltage[i]!;
    const a = current[i]!;
    const square = w * w;
    ww += square;
    wwV += square * v;
    wwVV += square * v * v;
    wwII += square * a * a;
  };
  for (let i = from + 1; i < to; i++) {
    const dt = Math.max(0, t[i]! - t[i - 1]!);
    const v0 = voltage[i - 1]!;
    const v1 = voltage[i]!;
    let halfInterval = 0;
    if (state[i] !== 0 && state[i - 1] !== 0) {
      const i0 = current[i - 1]! * sign;
      const i1 = current[i]! * sign;
      q += charge[i]! * sign;
      e += (dt / 6) * (2 * v0 * i0 + v0 * i1 + v1 * i0 + 2 * v1 * i1);
      flowSecond += dt;
      halfInterval = dt / 2;
      if (isGap(series, state, i)) gap += (charge[i]! * charge[i]!) / 3;
    } else if (charge[i] !== 0) {
      const edge = charge[i]! * sign;
      q += edge;
      e += edge * (state[i] !== 0 ? v1 : v0);
      flowSecond += Math.abs(edge / (state[i] !== 0 ? current[i]! : current[i - 1]!)) || 0;
    }
    w += halfInterval;
    addRow(i - 1);
    w = halfInterval;
  }
  addRow(to - 1);

  const ampere = reading(t, current, from, to);
  const volt = reading(t, voltage, from, to);
  const parts = new Map<Source, number>();
  const energyParts = new Map<Source, number>();
  const put = (source: Source, onCharge: number, onEnergy: number): void => {
    if (onCharge !== 0 && Number.isFinite(onCharge)) parts.set(source, onCharge);
    if (onEnergy !== 0 && Number.isFinite(onEnergy)) energyParts.set(source, onEnergy);
  };
  const mean = q !== 0 ? e / q : 0;
  const root = Math.sqrt(ww);
  if (ww > 0) {
    const along = wwV / root;
    put(Symbol("scatter of the current"), ampere.scatter * root, ampere.scatter * along);
    put(Symbol("scatter of the current, weighted by voltage"), 0, ampere.scatter * Math.sqrt(Math.max(0, wwVV - along * along)));
    put(Symbol("scatter of the voltage"), 0, volt.scatter * Math.sqrt(wwII));
  }
  const shared = (source: string, onCharge: number): void => put(Symbol(source), onCharge, onCharge * mean);
  const digitsCoulomb = ampere.common * flowSecond;
  shared("digits of the current", digitsCoulomb);
  put(Symbol("digits of the voltage"), 0, volt.common * q);
  const tick = clockStep(t, from, to);
  const firstCurrent = Math.abs(current[from]!);
  const lastCurrent = Math.abs(current[to - 1]!);
  shared("clock", (tick / Math.sqrt(12)) * Math.hypot(firstCurrent, lastCurrent));
  const { before, after } = switching(half);
  shared("start of the half cycle", (firstCurrent * before) / Math.sqrt(12));
  shared("end of the half cycle", (lastCurrent * after) / Math.sqrt(12));
  shared("gaps", Math.sqrt(gap));
  const curvatureCoulomb = curvature(flow, from, to, ampere.scatter);
  shared("curvature between rows", curvatureCoulomb);
  if (accuracy.currentRelative) put(CURRENT_GAIN, q * accuracy.currentRelative, e * accuracy.currentRelative);
  if (accuracy.currentOffsetAmpere) {
    const offset = sign * accuracy.currentOffsetAmpere * flowSecond;
    put(CURRENT_OFFSET, offset, offset * mean);
  }
  if (accuracy.voltageOffsetVolt) put(VOLTAGE_OFFSET, 0, accuracy.voltageOffsetVolt * q);

  const meanParts = new Map<Source, number>();
  for (const [source, part] of energyParts) meanParts.set(source, part / q);
  for (const [source, part] of parts) meanParts.set(source, (meanParts.get(source) ?? 0) - (part * mean) / q);
  return {
    charge: { value: q, parts },
    energy: { value: e, parts: energyParts },
    meanVoltage: { value: mean, parts: meanParts },
    flowSecond,
    durationSecond: Math.max(0, t[to - 1]! - t[from]!),
    currentSigma: Math.hypot(ampere.scatter, ampere.common),
    voltageSigma: Math.hypot(volt.scatter, volt.common),
    digitsCoulomb,
    curvatureCoulomb,
  };
}

/** Error of one reading: what scatters from row to row, and what all rows share. */
export function reading(x: Float64Array, values: Float64Array, from: number, to: number): { scatter: number; common: number } {
  const random = scatter(x, values, from, to);
  // one constant value tells no step of its own: then its decimals do
  const step = resolution(values, from, to) ?? decimalStep(values[from] ?? 0);
  return random >= 0.5 * step ? { scatter: random, common: 0 } : { scatter: random, common: step / Math.sqrt(12) };
}

/**
 * Length in s of the intervals in which the half cycle may have begun and ended; 0 where a step time tells. Not longer
 * than the longest of the four nearest intervals inside: had current flowed for longer, a row would have been written.
 */
function switching(half: HalfCycle): { before: number; after: number } {
  const { timeSecond: t, stepTimeSecond: stepTime, rows } = half.flow.series;
  const longest = (first: number, last: number): number => {
    let length = 0;
    for (let i = Math.max(half.from + 1, first); i <= Math.min(half.to - 1, last); i++) length = Math.max(length, t[i]! - t[i - 1]!);
    return length > 0 ? length : Number.POSITIVE_INFINITY;
  };
  const length = (i: number, inside: number): number =>
    i > 0 && i < rows && !(stepTime && tellsSwitch(stepTime, i)) ? Math.min(inside, Math.max(0, t[i]! - t[i - 1]!)) : 0;
  return {
    before: length(half.from, longest(half.from + 1, half.from + 4)),
    after: length(half.to, longest(half.to - 4, half.to - 1)),
  };
}

/**
 * A third of the difference between the trapezoid rule on all rows and on every second row of [from, to) (Richardson), in C; 0 where
 * scatter alone would make it. Both ways of leaving out every second row are tried and the mean of their sizes taken. With `sign` only
 * rows that flow that way count.
 */
export function curvature(flow: Flow, from: number, to: number, scatterAmpere: number, sign = 0): number {
  const { timeSecond: t, currentAmpere: current } = flow.series;
  const flows = (i: number): boolean => (sign === 0 ? flow.state[i] !== 0 : flow.state[i] === sign);
  let size = 0;
  for (const offset of [1, 2]) {
    let difference = 0;
    let variance = 0;
    let total = 0;
    for (let i = from + offset; i + 1 < to; i += 2) {
      if (!flows(i - 1) || !flows(i) || !flows(i + 1)) continue;
      const a = t[i]! - t[i - 1]!;
      const b = t[i + 1]! - t[i]!;
      if (!(a > 0 && b > 0)) continue;
      // fine − coarse = ½ (I₁ (a+b) − I₀ b − I₂ a)
      difference += 0.5 * (current[i]! * (a + b) - current[i - 1]! * b - current[i + 1]! * a);
      variance += 0.25 * ((a + b) * (a + b) + b * b + a * a);
      total += Math.abs(flow.charge[i]!);
    }
    const found = Math.abs(difference);
    if (found > 4 * scatterAmpere * Math.sqrt(variance) && found > 1e-12 * total) size += found / 2;
  }
  return size / 3;
}
