/**
 * A virtual cycler: the rows that an instrument would have recorded of a virtual cell, and the truth.
 *
 * A half cycle of capacity Q runs along Q·F(E), F a sum of logistic steps at the plateaus; the terminal
 * potential is E ∓ I·R. The current is exactly constant, so the true capacity is I × duration.
 *
 * Effects that the analysis does not model: a gain error of the current range and of the voltage, a clock that
 * runs fast or slow, slow drift of the voltage with the room's temperature, a relaxation after each change of
 * current, quantisation, rows lost in transfer, and a restart during which nothing was recorded.
 * It shares no code with the analysis.
 */
import { type Random, random } from "@thioscope/core";
import type { VirtualCell, VirtualPlateau } from "./cells.ts";

export interface VirtualEffects {
  /** one standard deviation of the voltage reading, V */
  voltageNoiseVolt: number;
  /** one standard deviation of the current reading, relative to the current */
  currentNoiseRelative: number;
  /** one standard deviation of the drawn gain errors, relative */
  gainRelative: number;
  /** one standard deviation of the drawn clock error, relative */
  clockRelative: number;
  /** amplitude of the daily drift of the voltage, V */
  driftVolt: number;
  voltageStepVolt: number;
  /** share of rows that are lost, in bursts of up to ten */
  droppedShare: number;
  /** restarts: the run is interrupted this often, for `restartSecond` */
  restarts: number;
  restartSecond: number;
}

export const USUAL_EFFECTS: VirtualEffects = {
  voltageNoiseVolt: 2e-4,
  currentNoiseRelative: 2e-4,
  gainRelative: 2e-4,
  clockRelative: 2e-5,
  driftVolt: 3e-4,
  voltageStepVolt: 5e-5,
  droppedShare: 0.002,
  restarts: 1,
  restartSecond: 2400,
};

export const NO_EFFECTS: VirtualEffects = {
  voltageNoiseVolt: 0,
  currentNoiseRelative: 0,
  gainRelative: 0,
  clockRelative: 0,
  driftVolt: 0,
  voltageStepVolt: 0,
  droppedShare: 0,
  restarts: 0,
  restartSecond: 0,
};

/** One row as recorded. `cycle` is the instrument's own count, from 1; `half` counts half cycles from 1. */
export interface VirtualRow {
  timeSecond: number;
  voltageVolt: number;
  currentAmpere: number;
  cycle: number;
  half: number;
  mode: "rest" | "charge" | "discharge";
}

export interface VirtualHalfCycle {
  cycle: number;
  direction: "charge" | "discharge";
  capacityMilliampereHour: number;
  energyMilliwattHour: number;
  currentMilliampere: number;
  /** plateau potentials at the terminals, under this current */
  plateaus: readonly VirtualPlateau[];
}

export interface VirtualRun {
  cell: VirtualCell;
  rows: readonly VirtualRow[];
  truth: {
    seed: string;
    effects: VirtualEffects;
    halfCycles: readonly VirtualHalfCycle[];
    droppedRows: number;
    restarts: readonly { afterRow: number; atSecond: number }[];
    currentGain: number;
    voltageGain: number;
    clock: number;
  };
}

/** A row is written when one of the two is reached. */
export interface RecordingRules {
  /** of the half cycle's time */
  share: number;
  volt: number;
}

/** How often the instrument looks within a half cycle whether a rule is met. */
const LOOKS = 1000;

/** Rest before the first half cycle and after each, s. */
export const REST_SECOND = 1800;

/**
 * Runs the cell's whole protocol.
 *
 * @param seed same seed, same rows
 * @param intervalSecond longest time between rows
 * @param rowsOf of a half cycle: at least so many, evenly spread (default 200); or by the instrument's two rules, after a time and after a change of the potential
 * @param restSecond before the first half cycle and after each
 */
export function virtualCycling(
  cell: VirtualCell,
  seed: string,
  effects: VirtualEffects = USUAL_EFFECTS,
  intervalSecond = 60,
  rowsOf: number | RecordingRules = 200,
  restSecond = REST_SECOND,
): VirtualRun {
  const noise = random(`${cell.id}/${seed}`);
  const currentGain = 1 + effects.gainRelative * noise.normal();
  const voltageGain = 1 + effects.gainRelative * noise.normal();
  const clock = 1 + effects.clockRelative * noise.normal();
  const rows: VirtualRow[] = [];
  const halfCycles: VirtualHalfCycle[] = [];
  let time = 0;
  let cycle = 0;
  const record = (at: number, volt: number, ampere: number, half: number, mode: VirtualRow["mode"]): void => {
    const drift = effects.driftVolt * Math.sin((2 * Math.PI * at) / 86400);
    const raw = volt * voltageGain + drift + effects.voltageNoiseVolt * noise.normal();
    const step = effects.voltageStepVolt;
    rows.push({
      timeSecond: at * clock,
      voltageVolt: step > 0 ? Math.round(raw / step) * step : raw,
      currentAmpere: ampere * currentGain * (1 + effects.currentNoiseRelative * noise.normal()),
      cycle,
      half,
      mode,
    });
  };

  const rest = (from: number, to: number, half: number): void => {
    for (let t = 0; t < restSecond; t += intervalSecond) record(time + t, to + (from - to) * Math.exp(-t / 300), 0, half, "rest");
    time += restSecond;
  };

  // in a steady run every cycle begins where the one before began
  const known = new Map<string, (fraction: number) => number>();
  const curveFrom = (direction: "charge" | "discharge", ampere: number, startVolt: number): ((fraction: number) => number) => {
    const key = `${direction} ${ampere} ${startVolt}`;
    const curve = known.get(key) ?? terminalCurve(cell, direction, ampere, startVolt);
    known.set(key, curve);
    return curve;
  };

  const order = cell.first === "discharge" ? (["discharge", "charge"] as const) : (["charge", "discharge"] as const);
  let terminal = cell.first === "discharge" ? cell.upperVolt - 0.4 : cell.lowerVolt + 0.2;
  cycle = 1;
  rest(terminal, terminal, 0);
  for (const block of cell.protocol) {
    for (let i = 0; i < block.cycles; i++) {
      const share = block.cycles > 1 ? i / (block.cycles - 1) : 0;
      const between = ([a, b]: readonly [number, number]): number => a + (b - a) * share;
      const dischargeCapacity = between(block.dischargeMilliampereHourPerGram) * cell.activeMassGram;
      const chargeCapacity = dischargeCapacity * between(block.chargeRecovery);
      const ampere = (block.currentMilliamperePerGram * cell.activeMassGram) / 1000;
      for (const direction of order) {
        const capacity = direction === "discharge" ? dischargeCapacity : chargeCapacity;
        const half = halfCycles.length + 1;
        const curve = curveFrom(direction, ampere, terminal);
        const duration = (capacity * 3.6) / ampere;
        const sign = direction === "charge" ? 1 : -1;
        const terminalAt = (at: number): number => curve(at / duration) - sign * 0.012 * Math.exp(-at / 90);
        const interval =
          typeof rowsOf === "number" ? Math.min(intervalSecond, duration / rowsOf) : Math.min(intervalSecond, duration / LOOKS);
        let energy = 0;
        let last = Number.NEGATIVE_INFINITY;
        let lastVolt = Number.NaN;
        for (let t = 0; ; t += interval) {
          const at = Math.min(t, duration);
          const volt = terminalAt(at);
          const isDue =
            typeof rowsOf === "number" ||
            at >= duration ||
            at - last >= rowsOf.share * duration ||
            !(Math.abs(volt - lastVolt) < rowsOf.volt);
          if (isDue) {
            record(time + at, volt, sign * ampere, half, direction);
            [last, lastVolt] = [at, volt];
          }
          if (at >= duration) break;
        }
        const pieces = 4000;
        for (let k = 0; k < pieces; k++) {
          const f = (k + 0.5) / pieces;
          energy += (curve(f) - sign * 0.012 * Math.exp((-f * duration) / 90)) * (capacity / pieces);
        }
        halfCycles.push({
          cycle,
          direction,
          capacityMilliampereHour: capacity,
          energyMilliwattHour: energy,
          currentMilliampere: ampere * 1000,
          plateaus: cell[direction],
        });
        time += duration;
        const end = curve(1);
        terminal = direction === "discharge" ? end + 0.28 : end - 0.22;
        rest(end, terminal, half);
      }
      cycle++;
    }
  }
  return withLosses(cell, rows, effects, noise, { seed, halfCycles, currentGain, voltageGain, clock });
}

/**
 * Terminal potential against the fraction of the half cycle's capacity. The plateaus are where the paper's
 * differential capacity has its features, so they already stand at the terminals; the resistance bends only
 * the ends, where the curve meets the rest potential and the limit.
 */
function terminalCurve(
  cell: VirtualCell,
  direction: "charge" | "discharge",
  ampere: number,
  startVolt: number,
): (fraction: number) => number {
  const falling = direction === "discharge";
  const limit = falling ? cell.lowerVolt : cell.upperVolt;
  const from = falling
    ? Math.max(startVolt - ampere * cell.resistanceOhm, limit + 0.3)
    : Math.min(startVolt + ampere * cell.resistanceOhm, limit - 0.3);
  const points = 6000;
  const volts = new Float64Array(points + 1);
  const passed = new Float64Array(points + 1);
  for (let i = 0; i <= points; i++) {
    const v = from + ((limit - from) * i) / points;
    volts[i] = v;
    let sum = 0;
    for (const { potentialVolt, share, widthVolt } of cell[direction]) {
      sum += share / (1 + Math.exp((falling ? v - potentialVolt : potentialVolt - v) / widthVolt));
    }
    // a sloping background keeps the curve strictly monotone between plateaus
    passed[i] = sum + 0.02 * (i / points);
  }
  const first = passed[0]!;
  const span = passed[points]! - first;
  return (fraction) => {
    const target = first + Math.min(1, Math.max(0, fraction)) * span;
    let low = 0;
    let high = points;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (passed[middle]! <= target) low = middle;
      else high = middle;
    }
    const part = (target - passed[low]!) / (passed[high]! - passed[low]!);
    return volts[low]! + (volts[high]! - volts[low]!) * part;
  };
}

/** Rows lost in bursts (never the first or last of a half cycle) and restarts in the middle of a half cycle. */
function withLosses(
  cell: VirtualCell,
  rows: VirtualRow[],
  effects: VirtualEffects,
  noise: Random,
  facts: Omit<VirtualRun["truth"], "effects" | "droppedRows" | "restarts">,
): VirtualRun {
  const isInside = (i: number): boolean => {
    const mode = rows[i]!.mode;
    return mode !== "rest" && rows[i - 1]?.mode === mode && rows[i + 1]?.mode === mode;
  };
  const restartAt = new Set<number>();
  while (restartAt.size < effects.restarts) {
    const i = 1 + noise.integer(rows.length - 2);
    if (isInside(i)) restartAt.add(i);
  }
  const kept: VirtualRow[] = [];
  const restarts: { afterRow: number; atSecond: number }[] = [];
  let shift = 0;
  let droppedRows = 0;
  let burst = 0;
  for (const [i, row] of rows.entries()) {
    if (burst === 0 && noise.uniform() < effects.droppedShare / 5) burst = 1 + noise.integer(10);
    const near = restartAt.has(i) || restartAt.has(i - 1) || restartAt.has(i + 1);
    if (burst > 0) {
      burst--;
      if (isInside(i) && !near) {
        droppedRows++;
        continue;
      }
    }
    kept.push({ ...row, timeSecond: row.timeSecond + shift });
    if (restartAt.has(i)) {
      // the instrument stops, writes one row without current, and one more when it comes back
      const stopped = { ...row, timeSecond: row.timeSecond + shift + 0.01, currentAmpere: 0, mode: "rest" as const };
      restarts.push({ afterRow: kept.length - 1, atSecond: stopped.timeSecond });
      shift += effects.restartSecond;
      const relaxed = row.voltageVolt + (row.mode === "discharge" ? 0.03 : -0.03);
      kept.push(stopped, { ...stopped, timeSecond: row.timeSecond + shift, voltageVolt: relaxed });
      kept.push({ ...row, timeSecond: row.timeSecond + shift + 0.01 });
    }
  }
  return { cell, rows: kept, truth: { ...facts, effects, droppedRows, restarts } };
}
