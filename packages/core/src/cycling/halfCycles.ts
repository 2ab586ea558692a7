/**
 * Half cycles from the current alone: stretches in which the cell is charged, or discharged, as a whole.
 *
 * Rules. Rests do not end a half cycle (GITT, interruptions, restarts). A stretch of the other sign does not
 * end it either where it is a pulse: it passes less than 1 % of the charge of both its neighbours, or lasts
 * at most a minute and passes less than 5 % of both. Up to two rows that pass less than 1e-5 of the largest
 * charge are noise. What remains alternates in sign: two consecutive half cycles make a cycle, and the first
 * one decides whether all cycles are charge–discharge or discharge–charge. A rest between two half cycles
 * belongs to neither. Charge is counted net of pulses, so that all half cycles add up to the integral of the
 * current.
 */
import type { Table } from "../table.ts";
import { type Flow, flowOf, splitCharge } from "./flow.ts";
import { cyclingSeries, tableRow } from "./series.ts";
import { kindOfTechnique } from "./techniques.ts";

export type Direction = "charge" | "discharge";

export interface HalfCycle {
  /** from 1, in order of time */
  number: number;
  /** the cycle by current that it belongs to, from 1 */
  cycle: number;
  direction: Direction;
  /** first and last row of the table that carries its current */
  rows: readonly [first: number, last: number];
  flow: Flow;
  /** the same rows in the series, last excluded */
  from: number;
  to: number;
  /** charge in C, ≥ 0, passed in the interval before its first and after its last row */
  chargeBefore: number;
  chargeAfter: number;
}

const PULSE_SHARE = 0.01;
const SHORT_PULSE_SHARE = 0.05;
const SHORT_PULSE_SECOND = 60;
const NOISE_SHARE = 1e-5;

interface Run {
  sign: number;
  from: number;
  /** last row, included */
  last: number;
  /** net charge in C along the sign */
  charge: number;
}

/**
 * Half cycles of a table (see the head of the file); `source` may be a Flow that has been made already. A table that
 * names a technique without half cycles (a potential sweep, an open circuit …) has none.
 */
export function halfCycles(source: (Table & { technique?: string }) | Flow): readonly HalfCycle[] {
  if ("columns" in source && kindOfTechnique(source.technique) !== "cycling") return [];
  const flow = "state" in source ? source : flowOf(cyclingSeries(source));
  const runs = mergePulses(flow, dropNoise(findRuns(flow)));
  return runs.map((run, index) => {
    const forward = run.sign > 0 ? 0 : 1;
    const [before, after] = edges(flow, run);
    return {
      number: index + 1,
      cycle: (index >> 1) + 1,
      direction: forward === 0 ? "charge" : "discharge",
      rows: [tableRow(flow.series, run.from), tableRow(flow.series, run.last)],
      flow,
      from: run.from,
      to: run.last + 1,
      chargeBefore: before,
      chargeAfter: after,
    };
  });
}

/** Charge along the run's sign in the interval before its first and after its last row. */
function edges(flow: Flow, run: Run): [before: number, after: number] {
  const side = run.sign > 0 ? 0 : 1;
  return [splitCharge(flow, run.from)[side]!, run.last + 1 < flow.series.rows ? splitCharge(flow, run.last + 1)[side]! : 0];
}

function findRuns(flow: Flow): Run[] {
  const { state, charge, series } = flow;
  const runs: Run[] = [];
  let run: Run | undefined;
  for (let i = 0; i < series.rows; i++) {
    const sign = state[i]!;
    if (sign === 0) {
      // the current before a rest may have flowed up to a moment before this row
      if (run && charge[i] !== 0) run.charge += charge[i]! * run.sign;
      continue;
    }
    if (!run || run.sign !== sign) {
      run = { sign, from: i, last: i, charge: splitCharge(flow, i)[sign > 0 ? 0 : 1]! };
      const previous = runs.at(-1);
      if (previous) previous.charge += splitCharge(flow, i)[previous.sign > 0 ? 0 : 1]!;
      runs.push(run);
    } else {
      run.last = i;
      run.charge += charge[i]! * sign;
    }
  }
  return runs;
}

function dropNoise(runs: Run[]): Run[] {
  let largest = 0;
  for (const run of runs) largest = Math.max(largest, run.charge);
  return joinEqual(runs.filter((run) => run.last - run.from >= 2 || run.charge >= NOISE_SHARE * largest));
}

/** Neighbours of equal sign become one. */
function joinEqual(runs: readonly Run[]): Run[] {
  const joined: Run[] = [];
  for (const run of runs) {
    const previous = joined.at(-1);
    if (previous && previous.sign === run.sign) {
      previous.last = run.last;
      previous.charge += run.charge;
    } else joined.push({ ...run });
  }
  return joined;
}

/** A run smaller than both neighbours never stands beside another such run, so a pass does not depend on its order. */
function mergePulses(flow: Flow, runs: Run[]): Run[] {
  const t = flow.series.timeSecond;
  let current = runs;
  for (;;) {
    const isPulse = (k: number): boolean => {
      const run = current[k]!;
      const before = current[k - 1];
      const after = current[k + 1];
      if (!before || !after) return false;
      const smaller = Math.min(before.charge, after.charge);
      if (run.charge < PULSE_SHARE * smaller) return true;
      return run.charge < SHORT_PULSE_SHARE * smaller && t[run.last]! - t[run.from]! <= SHORT_PULSE_SECOND;
    };
    const merged: Run[] = [];
    for (let k = 0; k < current.length; k++) {
      const previous = merged.at(-1);
      const after = current[k + 1];
      if (previous && after && isPulse(k)) {
        previous.charge += after.charge - current[k]!.charge;
        previous.last = after.last;
        k++;
      } else merged.push({ ...current[k]! });
    }
    if (merged.length === current.length) return merged;
    current = merged;
  }
}
