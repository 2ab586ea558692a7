/**
 * Cycles as the instrument numbers them: charge and energy of all charging and of all discharging current
 * among the rows of one number, ∫max(I,0) dt and ∫max(−I,0) dt in mAh. An interval belongs to the cycle of its later
 * row, a change of sign is split where the line between the rows crosses zero. For cyclic voltammetry the
 * two are the anodic and the cathodic charge of a scan. Errors: scatter and digits of the current, curvature between rows,
 * clock (see integrate.ts).
 */
import type { Table } from "../table.ts";
import type { Answer } from "../units/quantity.ts";
import { type Flow, flowOf, splitCharge } from "./flow.ts";
import { curvature, reading } from "./integrate.ts";
import { clockStep } from "./noise.ts";
import { cyclingSeries, tableRow } from "./series.ts";

export interface VendorCycle {
  /** the instrument's number */
  cycle: number;
  rows: readonly [first: number, last: number];
  chargeCapacity: Answer;
  dischargeCapacity: Answer;
  durationHour: number;
  minimumVoltage: number;
  maximumVoltage: number;
}

/** Empty where the instrument gives no cycle number. A number that comes back later makes a second entry. */
export function vendorCycles(source: Table | Flow): readonly VendorCycle[] {
  const flow = "state" in source ? source : flowOf(cyclingSeries(source));
  const { series } = flow;
  const number = series.vendorCycle;
  if (!number) return [];
  const found: VendorCycle[] = [];
  for (let from = 0; from < series.rows; ) {
    let to = from + 1;
    while (to < series.rows && number[to] === number[from]) to++;
    found.push(measure(flow, number[from]!, from, to));
    from = to;
  }
  return found;
}

function measure(flow: Flow, cycle: number, from: number, to: number): VendorCycle {
  const { series } = flow;
  const { timeSecond: t, voltageVolt: voltage } = series;
  const sums = [0, 0];
  const squares = [0, 0];
  const seconds = [0, 0];
  let minimumVoltage = Number.POSITIVE_INFINITY;
  let maximumVoltage = Number.NEGATIVE_INFINITY;
  for (let i = from; i < to; i++) {
    minimumVoltage = Math.min(minimumVoltage, voltage[i]!);
    maximumVoltage = Math.max(maximumVoltage, voltage[i]!);
    if (i === 0 || flow.charge[i] === 0) continue;
    const parts = splitCharge(flow, i);
    const dt = t[i]! - t[i - 1]!;
    for (const k of [0, 1] as const) {
      sums[k] = sums[k]! + parts[k]!;
      if (parts[k]! > 0) {
        squares[k] = squares[k]! + dt * dt;
        seconds[k] = seconds[k]! + dt;
      }
    }
  }
  const { scatter, common } = reading(t, series.currentAmpere, from, to);
  // the current is switched on and off once at least, each known to a step of the clock
  const tick = clockStep(t, from, to) / Math.sqrt(6);
  const answer = (k: 0 | 1): Answer => {
    const mean = seconds[k]! > 0 ? sums[k]! / seconds[k]! : 0;
    const shape = curvature(flow, Math.max(0, from - 1), to, scatter, k === 0 ? 1 : -1);
    const sigma = Math.hypot(scatter * Math.sqrt(squares[k]!), common * seconds[k]!, shape, tick * mean);
    return { value: sums[k]! / 3.6, sigma: sigma > 0 ? sigma / 3.6 : null, unit: "mAh" };
  };
  return {
    cycle,
    rows: [tableRow(series, from), tableRow(series, to - 1)],
    chargeCapacity: answer(0),
    dischargeCapacity: answer(1),
    durationHour: Math.max(0, t[to - 1]! - t[Math.max(0, from)]!) / 3600,
    minimumVoltage,
    maximumVoltage,
  };
}
