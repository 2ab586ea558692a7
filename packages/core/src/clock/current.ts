/** When the current of a cell was switched, on the cycler's clock: events that other instruments can see. */
import { ThioscopeError } from "../errors.ts";
import type { DatedEvent } from "./offset.ts";

export type CurrentState = "rest" | "charge" | "discharge";

export interface CurrentEvent extends DatedEvent {
  readonly from: CurrentState;
  readonly to: CurrentState;
}

/** Below this share of the largest current it is a rest. */
const REST_SHARE = 0.02;

/**
 * Changes between rest, charge and discharge. A change lies between two rows: the middle, with a uniform error. Changes shorter than `leastSecond` (pulses,
 * a row without current at a restart) are no events.
 *
 * @param currentAmpere positive while the cell is charged
 */
export function currentEvents(timeSecond: ArrayLike<number>, currentAmpere: ArrayLike<number>, leastSecond = 300): readonly CurrentEvent[] {
  const n = timeSecond.length;
  if (currentAmpere.length !== n)
    throw new ThioscopeError("INVALID_INPUT", `${n} times and ${currentAmpere.length} currents do not belong together`);
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, Math.abs(currentAmpere[i]!) || 0);
  const stateOf = (i: number): CurrentState =>
    Math.abs(currentAmpere[i]!) <= REST_SHARE * largest ? "rest" : currentAmpere[i]! > 0 ? "charge" : "discharge";
  // runs of one state
  const runs: { state: CurrentState; first: number; last: number }[] = [];
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(timeSecond[i]!) || !Number.isFinite(currentAmpere[i]!)) continue;
    const state = stateOf(i);
    const run = runs.at(-1);
    if (run?.state === state) run.last = i;
    else runs.push({ state, first: i, last: i });
  }
  const long = runs.filter((r, k) => k === 0 || timeSecond[r.last]! - timeSecond[r.first]! >= leastSecond);
  const events: CurrentEvent[] = [];
  for (let k = 1; k < long.length; k++) {
    const [before, after] = [long[k - 1]!, long[k]!];
    if (before.state === after.state) continue;
    const [a, b] = [timeSecond[before.last]!, timeSecond[after.first]!];
    events.push({
      label: `${WORDS[before.state]} to ${WORDS[after.state]}`,
      from: before.state,
      to: after.state,
      time: { value: (a + b) / 2, sigma: Math.max(0, b - a) / Math.sqrt(12), unit: "s" },
    });
  }
  return events;
}

const WORDS: Readonly<Record<CurrentState, string>> = { rest: "rest", charge: "charge", discharge: "discharge" };
