/**
 * What is said of one half cycle: capacity, energy, potentials, currents, duration, each with its error.
 *
 * Mean potential is energy over charge. The potential at half the capacity is that of a parabola through the middle 1 % of
 * the charge. The working current is the charge-weighted median of |I|: half of the charge passes
 * at no more than this current, so a constant-voltage tail or a pulse does not shift it.
 * SI units inside (C, J, V, A, s); `Measured` keeps the sources of error so that ratios can cancel them.
 */
import { type Measured, measured } from "../units/measured.ts";
import type { HalfCycle } from "./halfCycles.ts";
import { CURRENT_GAIN, CURRENT_OFFSET, type InstrumentAccuracy, type Integrals, integrate, VOLTAGE_OFFSET } from "./integrate.ts";

export interface HalfCycleMeasures extends Integrals {
  half: HalfCycle;
  /** V at half of the half cycle's own capacity */
  middleVoltage: Measured;
  /** V of the first and of the last row under current */
  startVoltage: Measured;
  endVoltage: Measured;
  /** A, ≥ 0: charge / time under current */
  meanCurrent: Measured;
  /** A, ≥ 0: charge-weighted median */
  workingCurrent: Measured;
}

export function measureHalfCycle(half: HalfCycle, accuracy: InstrumentAccuracy = {}): HalfCycleMeasures {
  const integrals = integrate(half, accuracy);
  const { charge, flowSecond, currentSigma, voltageSigma } = integrals;
  const voltage = half.flow.series.voltageVolt;
  const volt = (value: number, sigma: number): Measured => {
    const result = measured(value, sigma);
    const offset = accuracy.voltageOffsetVolt;
    return offset ? { value, parts: new Map([...result.parts, [VOLTAGE_OFFSET, offset]]) } : result;
  };
  const middle = middleVoltage(half, charge.value);
  return {
    ...integrals,
    half,
    middleVoltage: volt(middle.value, (MIDDLE_ERROR * voltageSigma) / Math.sqrt(middle.rows)),
    startVoltage: volt(voltage[half.from]!, voltageSigma),
    endVoltage: volt(voltage[half.to - 1]!, voltageSigma),
    meanCurrent: flowSecond > 0 ? { value: charge.value / flowSecond, parts: divideParts(charge, flowSecond) } : measured(0),
    workingCurrent: withAccuracy(measured(workingCurrent(half), currentSigma), half, accuracy),
  };
}

/** A current with the instrument's gain and offset among the sources of its error. */
function withAccuracy({ value, parts }: Measured, { direction }: HalfCycle, accuracy: InstrumentAccuracy): Measured {
  const all = new Map(parts);
  if (accuracy.currentRelative) all.set(CURRENT_GAIN, value * accuracy.currentRelative);
  if (accuracy.currentOffsetAmpere) all.set(CURRENT_OFFSET, (direction === "charge" ? 1 : -1) * accuracy.currentOffsetAmpere);
  return { value, parts: all };
}

function divideParts(of: Measured, by: number): Measured["parts"] {
  return new Map([...of.parts].map(([source, part]) => [source, part / by]));
}

/** Charge passed since the start of the half cycle at each of its rows, C. */
export function chargeCurve(half: HalfCycle): Float64Array {
  const { flow, from, to } = half;
  const sign = half.direction === "charge" ? 1 : -1;
  const curve = new Float64Array(to - from);
  let q = half.chargeBefore;
  curve[0] = q;
  for (let i = from + 1; i < to; i++) {
    q += flow.charge[i]! * sign;
    curve[i - from] = q;
  }
  return curve;
}

/** Of the charge, on either side of its half. */
const MIDDLE = 0.005;
/** Error of the voltage there over that of the mean of the middle third. */
const MIDDLE_ERROR = Math.sqrt(26 ** 2 + 2) / 24;

/**
 * V at half of the charge from the means of the thirds of a window of 1 % about it, (26 m₂ − m₁ − m₃)/24: that of a parabola, which a plain mean would
 * miss where one plateau turns into the next.
 */
function middleVoltage(half: HalfCycle, total: number): { value: number; rows: number } {
  const { flow, from, to } = half;
  const voltage = flow.series.voltageVolt;
  const sign = half.direction === "charge" ? 1 : -1;
  const low = (0.5 - MIDDLE) * total;
  const third = (2 * MIDDLE * total) / 3;
  const sums = new Float64Array(3);
  const widths = new Float64Array(3);
  let q = half.chargeBefore;
  let rows = 1;
  for (let i = from + 1; i < to && q < low + 3 * third; i++) {
    const step = flow.charge[i]! * sign;
    const next = q + step;
    if (step > 0 && next > low) {
      const slope = (voltage[i]! - voltage[i - 1]!) / step;
      for (let k = 0; k < 3; k++) {
        const a = Math.max(low + k * third, q);
        const b = Math.min(low + (k + 1) * third, next);
        if (!(b > a)) continue;
        sums[k] = sums[k]! + (b - a) * (voltage[i - 1]! + slope * (0.5 * (a + b) - q));
        widths[k] = widths[k]! + b - a;
      }
      if (next > low + third && next < low + 2 * third) rows++;
    }
    q = next;
  }
  if (!widths.every((w) => w > 0)) return { value: voltage[from]!, rows: 1 };
  const [m1, m2, m3] = sums.map((sum, k) => sum / widths[k]!) as unknown as [number, number, number];
  return { value: (26 * m2 - m1 - m3) / 24, rows };
}

const BINS = 4096;
const DECADES = 6;

/** Charge-weighted median of |I| over a logarithmic histogram (0.3 % wide bins), then the mean within its bin. */
function workingCurrent(half: HalfCycle): number {
  const { flow, from, to } = half;
  const current = flow.series.currentAmpere;
  let largest = 0;
  for (let i = from; i < to; i++) largest = Math.max(largest, Math.abs(current[i]!));
  const weight = new Float64Array(BINS);
  const moment = new Float64Array(BINS);
  let total = 0;
  for (let i = from + 1; i < to; i++) {
    if (flow.state[i] === 0 || flow.state[i - 1] === 0) continue;
    const q = Math.abs(flow.charge[i]!);
    const a = 0.5 * Math.abs(current[i]! + current[i - 1]!);
    if (!(q > 0 && a > 0)) continue;
    const bin = Math.min(BINS - 1, Math.floor((Math.log10(largest / a) / DECADES) * BINS));
    weight[bin] = weight[bin]! + q;
    moment[bin] = moment[bin]! + q * a;
    total += q;
  }
  if (total === 0) return Math.abs(current[from]!);
  let sum = 0;
  for (let bin = 0; bin < BINS; bin++) {
    sum += weight[bin]!;
    if (sum >= total / 2) return moment[bin]! / weight[bin]!;
  }
  return largest;
}
