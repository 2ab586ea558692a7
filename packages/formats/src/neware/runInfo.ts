/**
 * From version 11 on, time, capacity and energy are stored for some rows only (every minute and at each step's
 * ends). For the rows between, BTSDA continues from the stored row before, and so does this reader:
 *
 *   t_k = t_0 + k·Δt,   Q_k = Q_0 + Σ |I_j|·Δt,   E_k = E_0 + Σ |I_j·U_j|·Δt   (j = 1 … k)
 *
 * with the stored row's own interval Δt. Such rows are measured in voltage and current and marked
 * "interpolated" in `row_origin`.
 */
import type { RunInfoLayout } from "./ndcLayouts.ts";
import { decodeIntegers, decodeNumbers, type Records } from "./records.ts";

export interface RunInfo {
  /** row number from 1, rising */
  index: Int32Array;
  step: Int32Array;
  stepTime: Float64Array;
  interval: Float64Array;
  unixTime: Float64Array;
  chargeCapacity: Float64Array;
  dischargeCapacity: Float64Array;
  chargeEnergy: Float64Array;
  dischargeEnergy: Float64Array;
  /** order in which to read the entries: by index, the first of equal ones */
  order: Int32Array;
}

export function decodeRunInfo(records: Records, layout: RunInfoLayout): RunInfo {
  const index = decodeIntegers(records, layout.index);
  return {
    index,
    order: orderByIndex(index),
    step: decodeIntegers(records, layout.step),
    stepTime: decodeNumbers(records, layout.stepTime),
    interval: decodeNumbers(records, layout.interval),
    unixTime: decodeNumbers(records, layout.unixTime),
    chargeCapacity: decodeNumbers(records, layout.chargeCapacity),
    dischargeCapacity: decodeNumbers(records, layout.dischargeCapacity),
    chargeEnergy: decodeNumbers(records, layout.chargeEnergy),
    dischargeEnergy: decodeNumbers(records, layout.dischargeEnergy),
  };
}

/** Positions sorted by index, of equal indices the first in the file only. */
export function orderByIndex(index: Int32Array): Int32Array {
  const order = new Int32Array(index.length);
  let rising = true;
  for (let i = 0; i < order.length; i++) {
    order[i] = i;
    if (i > 0 && index[i]! <= index[i - 1]!) rising = false;
  }
  if (rising) return order;
  order.sort((a, b) => index[a]! - index[b]! || a - b);
  return order.filter((position, i) => i === 0 || index[position] !== index[order[i - 1]!]);
}

/** The last row that is stored; 0 if there is none. */
export function lastIndex(info: RunInfo): number {
  return info.order.length > 0 ? info.index[info.order.at(-1)!]! : 0;
}

export interface Filled {
  stepTime: Float64Array;
  unixTime: Float64Array;
  capacity: Float64Array;
  energy: Float64Array;
  /** the entry of run-info whose step the row belongs to, counted from 1; 0 before the first entry */
  stepCount: Int32Array;
  origin: Uint8Array;
  interpolated: number;
  /** rows before the first entry: they have no time */
  untimed: number;
}

/**
 * @param slot place of each row in the main file, from 0: row number minus 1
 * @param voltage in V
 * @param current in A
 */
export function fillRows(info: RunInfo, slot: Int32Array, voltage: Float64Array, current: Float64Array): Filled {
  const rows = slot.length;
  const stepTime = new Float64Array(rows);
  const unixTime = new Float64Array(rows);
  const capacity = new Float64Array(rows);
  const energy = new Float64Array(rows);
  const stepCount = new Int32Array(rows);
  const origin = new Uint8Array(rows);
  let interpolated = 0;
  let untimed = 0;
  let next = 0;
  let entry = -1;
  let count = 0;
  let lastStep = Number.NaN;
  let hours = 0;
  let time = 0;
  let clock = 0;
  let charge = 0;
  let work = 0;
  let since = 0;
  for (let row = 0; row < rows; row++) {
    const number = slot[row]! + 1;
    let stored = false;
    while (next < info.order.length && info.index[info.order[next]!]! <= number) {
      entry = info.order[next++]!;
      if (info.step[entry] !== lastStep) {
        lastStep = info.step[entry]!;
        count++;
      }
      stored = info.index[entry] === number;
      time = info.stepTime[entry]!;
      clock = info.unixTime[entry]!;
      charge = Math.abs(info.chargeCapacity[entry]!) + Math.abs(info.dischargeCapacity[entry]!);
      work = Math.abs(info.chargeEnergy[entry]!) + Math.abs(info.dischargeEnergy[entry]!);
      hours = info.interval[entry]! / 3600;
      since = info.index[entry]!;
    }
    if (entry < 0) {
      untimed++;
      stepTime[row] = unixTime[row] = capacity[row] = energy[row] = Number.NaN;
      continue;
    }
    if (!stored) {
      origin[row] = 1;
      interpolated++;
      charge += Math.abs(current[row]!) * hours;
      work += Math.abs(current[row]! * voltage[row]!) * hours;
    }
    const later = (number - since) * info.interval[entry]!;
    stepTime[row] = time + later;
    unixTime[row] = clock + later;
    capacity[row] = charge;
    energy[row] = work;
    stepCount[row] = count;
  }
  return { stepTime, unixTime, capacity, energy, stepCount, origin, interpolated, untimed };
}
