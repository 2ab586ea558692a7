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
 *   switching: a half cycle's end lies anywhere in the interval to the next row, I Δt/√12 (unless a step time tells);
 *   gaps: Q_gap/√3, as if current had flowed for an unknown share of the gap;
 *   curvature: a third of the difference to the integral over every second row, where it exceeds its scatter.
 * The instrument's accuracy, where given, is one source shared by all half cycles.
 * References: JCGM 100:2008; Davis and Rabinowitz, Methods of Numerical Integration (1984), 2.1.
 */
import { type Measured, type Source, sigmaOf } from "../units/measured.ts";
import { isGap, tellsSwitch } from "./flow.ts";
import type { HalfCycle } from "./halfCycles.ts";
import { resolution, scatter } from "./noise.ts";

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
  shared("digits of the current", ampere.common * flowSecond);
  put(Symbol("digits of the voltage"), 0, volt.common * q);
  const tick = resolution(t, from, to) ?? 0;
  const firstCurrent = Math.abs(current[from]!);
  const lastCurrent = Math.abs(current[to - 1]!);
  shared("clock", (tick / Math.sqrt(12)) * Math.hypot(firstCurrent, lastCurrent));
  const { before, after } = switching(half);
  shared("start of the half cycle", (firstCurrent * before) / Math.sqrt(12));
  shared("end of the half cycle", (lastCurrent * after) / Math.sqrt(12));
  shared("gaps", Math.sqrt(gap));
  shared("curvature between rows", curvature(half, ampere.scatter));
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
  };
}

/** Error of one reading: what scatters from row to row, and what all rows share. */
export function reading(x: Float64Array, values: Float64Array, from: number, to: number): { scatter: number; common: number } {
  const random = scatter(x, values, from, to);
  const step = resolution(values, from, to) ?? 0;
  return random >= 0.5 * step ? { scatter: random, common: 0 } : { scatter: random, common: step / Math.sqrt(12) };
}

/** Length in s of the intervals in which the half cycle may have begun and ended; 0 where a step time tells. */
function switching(half: HalfCycle): { before: number; after: number } {
  const { series } = half.flow;
  const { timeSecond: t, stepTimeSecond: stepTime } = series;
  const length = (i: number): number =>
    i > 0 && i < series.rows && !(stepTime && tellsSwitch(stepTime, i)) ? Math.max(0, t[i]! - t[i - 1]!) : 0;
  return { before: length(half.from), after: length(half.to) };
}

/** A third of the difference between the trapezoid rule on all rows and on every second row (Richardson). */
function curvature(half: HalfCycle, scatterAmpere: number): number {
  const { flow, from, to } = half;
  const { timeSecond: t, currentAmpere: current } = flow.series;
  let difference = 0;
  let variance = 0;
  for (let i = from + 1; i + 1 < to; i += 2) {
    if (flow.state[i - 1] === 0 || flow.state[i] === 0 || flow.state[i + 1] === 0) continue;
    const a = t[i]! - t[i - 1]!;
    const b = t[i + 1]! - t[i]!;
    if (!(a > 0 && b > 0)) continue;
    // fine − coarse = ½ (I₁ (a+b) − I₀ b − I₂ a)
    difference += 0.5 * (current[i]! * (a + b) - current[i - 1]! * b - current[i + 1]! * a);
    variance += 0.25 * ((a + b) * (a + b) + b * b + a * a);
  }
  const noise = scatterAmpere * Math.sqrt(variance);
  const size = Math.abs(difference);
  const rounding = 1e-12 * Math.abs(flow.charge.subarray(from, to).reduce((sum, q) => sum + Math.abs(q), 0));
  return size > 4 * noise && size > rounding ? size / 3 : 0;
}

/** True if nothing at all is known about the error. */
export function isErrorKnown(value: Measured): boolean {
  return sigmaOf(value) > 0;
}
