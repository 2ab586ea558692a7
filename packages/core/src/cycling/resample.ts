/**
 * A half cycle on other times without losing charge.
 *
 * The cumulative charge is known exactly at every time, Q(t) = Q₀ + ½ (2 I₀ + s τ) τ for the line I₀ + s τ between two rows;
 * each new interval gets the difference of Q at its ends, so the charges of the intervals add up to the charge of the rows
 * whatever times are chosen. Current and voltage are means over the interval (∫I dt/Δt, ∫V dt/Δt). SI units.
 */
import { ThioscopeError } from "../errors.ts";
import type { HalfCycle } from "./halfCycles.ts";

export interface Resampled {
  /** n + 1 ends of intervals, s */
  timeSecond: Float64Array;
  /** n, C along the direction of the half cycle */
  charge: Float64Array;
  /** n, mean over the interval, A signed as in the file */
  meanCurrent: Float64Array;
  /** n, mean over the interval, V */
  meanVoltage: Float64Array;
}

const LARGEST = 10_000_000;

/** @param times ascending ends of the intervals, s; or a number: so many equal intervals from first to last row */
export function resample(half: HalfCycle, times: number | Float64Array): Resampled {
  const { flow, from, to } = half;
  const { timeSecond: t, voltageVolt: voltage, currentAmpere: current } = flow.series;
  const edges = typeof times === "number" ? equalTimes(t[from]!, t[to - 1]!, times) : times;
  for (let k = 1; k < edges.length; k++) {
    if (!(edges[k]! > edges[k - 1]!)) {
      throw new ThioscopeError("INVALID_INPUT", `times must ascend: ${edges[k]} follows ${edges[k - 1]}`);
    }
  }
  const sign = half.direction === "charge" ? 1 : -1;
  const n = Math.max(0, edges.length - 1);
  const charge = new Float64Array(n);
  const meanCurrent = new Float64Array(n);
  const meanVoltage = new Float64Array(n);
  // cumulative charge (signed) and ∫V dt at a time; rows are walked once, times ascend
  let i = from;
  let q = 0;
  let v = 0;
  const at = (time: number): [charge: number, voltSeconds: number] => {
    while (i + 1 < to && (t[i + 1]! <= time || t[i + 1]! <= t[i]!)) {
      q += flow.charge[i + 1]!;
      v += 0.5 * (voltage[i]! + voltage[i + 1]!) * Math.max(0, t[i + 1]! - t[i]!);
      i++;
    }
    const tau = time - t[i]!;
    if (i + 1 >= to || tau <= 0) return [q, v + voltage[i]! * tau];
    const dt = t[i + 1]! - t[i]!;
    const part = tau / dt;
    const flows = flow.state[i] !== 0 && flow.state[i + 1] !== 0;
    const mean = current[i]! + 0.5 * part * (current[i + 1]! - current[i]!);
    const voltMean = voltage[i]! + 0.5 * part * (voltage[i + 1]! - voltage[i]!);
    return [q + (flows ? mean * tau : flow.charge[i + 1]! * part), v + voltMean * tau];
  };
  let before = n > 0 ? at(edges[0]!) : null;
  for (let k = 0; k < n; k++) {
    const after = at(edges[k + 1]!);
    const width = edges[k + 1]! - edges[k]!;
    const passed = after[0] - before![0];
    charge[k] = passed * sign;
    meanCurrent[k] = passed / width;
    meanVoltage[k] = (after[1] - before![1]) / width;
    before = after;
  }
  return { timeSecond: edges, charge, meanCurrent, meanVoltage };
}

function equalTimes(start: number, end: number, intervals: number): Float64Array {
  if (!(Number.isInteger(intervals) && intervals >= 1 && intervals <= LARGEST)) {
    throw new ThioscopeError("INVALID_INPUT", `the number of intervals must be a whole number from 1 to ${LARGEST}, not ${intervals}`);
  }
  if (!(end > start)) return new Float64Array(0);
  const times = Float64Array.from({ length: intervals + 1 }, (_, k) => start + ((end - start) * k) / intervals);
  times[intervals] = end;
  return times;
}
