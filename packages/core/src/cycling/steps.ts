/**
 * Steps from current and voltage alone: rest, or charge or discharge at constant current, at constant voltage, or
 * neither.
 *
 * Within a stretch of one sign a piece runs at constant current as long as |I| stays within 2 % (or six
 * standard deviations) of the median of its first rows. Neighbouring pieces whose voltage together stays within
 * six standard deviations or 2 mV while the current decays are one step at constant voltage. Pieces of fewer than
 * four rows between others are joined to a step that holds neither.
 */
import { type Measured, measured, toQuantity } from "../units/measured.ts";
import type { Quantity } from "../units/quantity.ts";
import { type Flow, splitCharge } from "./flow.ts";
import { reading } from "./integrate.ts";
import { tableRow } from "./series.ts";

export interface Step {
  kind: "rest" | "charge" | "discharge";
  held: "nothing" | "current" | "voltage";
  rows: readonly [first: number, last: number];
  durationSecond: number;
  /** mAh, ≥ 0 */
  capacity: Quantity;
  startVoltage: number;
  endVoltage: number;
  /** A, signed: mean over the rows */
  meanCurrentAmpere: number;
}

const CURRENT_TOLERANCE = 0.02;
const VOLTAGE_TOLERANCE = 0.002;

interface Piece {
  state: number;
  from: number;
  to: number;
  held: Step["held"];
}

export function steps(flow: Flow): readonly Step[] {
  const { series, state } = flow;
  const { timeSecond: t, currentAmpere: current, voltageVolt: voltage } = series;
  const found: Step[] = [];
  for (let from = 0; from < series.rows; ) {
    let to = from + 1;
    while (to < series.rows && state[to] === state[from]) to++;
    const pieces = state[from] === 0 ? [{ state: 0, from, to, held: "nothing" as const }] : divide(flow, from, to);
    for (const piece of pieces) {
      let charge = 0;
      let sum = 0;
      const side = piece.state > 0 ? 0 : 1;
      for (let i = piece.from; i < piece.to; i++) {
        sum += current[i]!;
        if (piece.state !== 0) charge += splitCharge(flow, i)[side]!;
      }
      // current that flowed on for a moment after the last row
      if (piece.state !== 0 && piece.to < series.rows && state[piece.to] !== piece.state) charge += splitCharge(flow, piece.to)[side]!;
      const { scatter, common } = reading(t, current, piece.from, piece.to);
      const duration = Math.max(0, t[piece.to - 1]! - t[piece.from]!);
      const n = piece.to - piece.from;
      const error: Measured = measured(charge / 3.6, (scatter * (duration / Math.sqrt(n)) + common * duration) / 3.6);
      found.push({
        kind: piece.state === 0 ? "rest" : piece.state > 0 ? "charge" : "discharge",
        held: piece.held,
        rows: [tableRow(series, piece.from), tableRow(series, piece.to - 1)],
        durationSecond: duration,
        capacity: toQuantity(error, "mAh"),
        startVoltage: voltage[piece.from]!,
        endVoltage: voltage[piece.to - 1]!,
        meanCurrentAmpere: sum / n,
      });
    }
    from = to;
  }
  return found;
}

/** A stretch of one sign as pieces of constant current, constant voltage, or neither. */
function divide(flow: Flow, from: number, to: number): Piece[] {
  const { timeSecond: t, currentAmpere: current, voltageVolt: voltage } = flow.series;
  const state = flow.state[from]!;
  const noise = reading(t, current, from, to);
  const voltNoise = reading(t, voltage, from, to);
  const currentNoise = 6 * (noise.scatter + noise.common);
  const voltTolerance = Math.max(VOLTAGE_TOLERANCE, 6 * (voltNoise.scatter + voltNoise.common));

  const pieces: (Piece & { low: number; high: number; size: number })[] = [];
  for (let start = from; start < to; ) {
    const a = Math.abs(current[start]!);
    const b = Math.abs(current[Math.min(to - 1, start + 1)]!);
    const c = Math.abs(current[Math.min(to - 1, start + 2)]!);
    const size = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    const tolerance = Math.max(CURRENT_TOLERANCE * size, currentNoise);
    let end = start + 1;
    let low = voltage[start]!;
    let high = low;
    while (end < to && Math.abs(Math.abs(current[end]!) - size) <= tolerance) {
      low = Math.min(low, voltage[end]!);
      high = Math.max(high, voltage[end]!);
      end++;
    }
    const previous = pieces.at(-1);
    const decays = previous !== undefined && previous.size > size;
    if (previous && decays && Math.max(high, previous.high) - Math.min(low, previous.low) <= voltTolerance) {
      previous.to = end;
      previous.held = "voltage";
      previous.size = size;
      previous.low = Math.min(low, previous.low);
      previous.high = Math.max(high, previous.high);
    } else {
      pieces.push({ state, from: start, to: end, held: "current", low, high, size });
    }
    start = end;
  }
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const previous = joined.at(-1);
    const short = (p: Piece): boolean => p.held !== "voltage" && p.to - p.from < 4;
    if (previous && short(piece) && (previous.held === "nothing" || short(previous))) {
      previous.to = piece.to;
      previous.held = "nothing";
    } else joined.push({ state, from: piece.from, to: piece.to, held: piece.held });
  }
  return joined;
}
