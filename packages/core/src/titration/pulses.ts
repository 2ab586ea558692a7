/**
 * Current pulses of a titration, found from the current: stretches of one constant current, each between two rests.
 *
 * A pulse is a run of rows of one sign whose |I| stays within 3 % of its median (first and last row aside), with at least
 * eight rows and a rest of at least four rows after it. At least three in a row with one direction and equal current
 * (5 %) make a train; shorter last pulses (at a voltage limit) belong to it. Everything else is cycling and no titration.
 */
import type { Flow } from "../cycling/flow.ts";
import { tellsSwitch } from "../cycling/flow.ts";

export interface Pulse {
  /** from 1 */
  train: number;
  /** from 1, in order of time over all trains */
  number: number;
  direction: "charge" | "discharge";
  /** rows of the series under current, last excluded */
  from: number;
  to: number;
  /** rows of the rest after it, last excluded */
  restTo: number;
  /** first row of the rest before it; equal to `from` where there is none */
  restFrom: number;
  /** s: when the current was switched on and off, and how well that is known */
  onSecond: number;
  offSecond: number;
  switchSigma: number;
  /** median current, A, signed */
  currentAmpere: number;
  currentSigma: number;
}

const CURRENT_SPREAD = 0.03;
const EQUAL_CURRENT = 0.05;
const LEAST_ROWS = 8;
const LEAST_REST = 4;
const LEAST_PULSES = 3;

export function findPulses(flow: Flow): readonly Pulse[] {
  const { series, state } = flow;
  const candidates: Omit<Pulse, "train" | "number">[] = [];
  for (let from = 0; from < series.rows; ) {
    if (state[from] === 0) {
      from++;
      continue;
    }
    let to = from + 1;
    while (to < series.rows && state[to] === state[from]) to++;
    const pulse = candidate(flow, from, to);
    if (pulse) candidates.push(pulse);
    from = to;
  }
  const trains: (typeof candidates)[] = [];
  for (const pulse of candidates) {
    const train = trains.at(-1);
    const last = train?.at(-1);
    const follows = last && last.restTo === pulse.from && last.direction === pulse.direction;
    const equal = last && Math.abs(last.currentAmpere - pulse.currentAmpere) <= EQUAL_CURRENT * Math.abs(last.currentAmpere);
    if (train && follows && equal) train.push(pulse);
    else trains.push([pulse]);
  }
  let number = 0;
  return trains
    .filter((train) => train.length >= LEAST_PULSES)
    .flatMap((train, k) => train.map((pulse) => ({ ...pulse, train: k + 1, number: ++number })));
}

function candidate(flow: Flow, from: number, to: number): Omit<Pulse, "train" | "number"> | null {
  const { state, series } = flow;
  const { timeSecond: t, currentAmpere: current } = series;
  if (to - from < LEAST_ROWS) return null;
  let restTo = to;
  while (restTo < series.rows && state[restTo] === 0) restTo++;
  if (restTo - to < LEAST_REST) return null;
  const sorted = current.slice(from + 1, to - 1).sort();
  const n = sorted.length;
  const median = sorted[n >> 1]!;
  const [low, high] = [sorted[Math.floor(0.02 * n)]!, sorted[Math.min(n - 1, Math.ceil(0.98 * n))]!];
  if (Math.max(high - median, median - low) > CURRENT_SPREAD * Math.abs(median)) return null;
  let restFrom = from;
  while (restFrom > 0 && state[restFrom - 1] === 0) restFrom--;
  const on = switchedAt(flow, from);
  const off = switchedAt(flow, to);
  if (!(off.second > on.second) || !(t[to - 1]! > t[from]!)) return null;
  // the scatter within the pulse over its root of rows: the mean of a constant current
  let square = 0;
  for (const value of sorted) square += (value - median) ** 2;
  return {
    direction: median > 0 ? "charge" : "discharge",
    from,
    to,
    restTo,
    restFrom,
    onSecond: on.second,
    offSecond: off.second,
    switchSigma: Math.hypot(on.sigma, off.sigma),
    currentAmpere: median,
    currentSigma: Math.sqrt(square / Math.max(1, n - 1) / n),
  };
}

/** When the current was switched between row i − 1 and row i: by the step time of row i, else somewhere in between. */
function switchedAt({ series }: Flow, i: number): { second: number; sigma: number } {
  const { timeSecond: t, stepTimeSecond: step } = series;
  if (i === 0) return { second: t[0]!, sigma: 0 };
  const gap = t[i]! - t[i - 1]!;
  if (step && tellsSwitch(step, i) && step[i]! <= gap * (1 + 1e-6)) return { second: t[i]! - Math.max(0, step[i]!), sigma: 0 };
  return { second: t[i]! - gap / 2, sigma: gap / Math.sqrt(12) };
}
