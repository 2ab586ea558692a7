/**
 * What Neware files leave to the reader: which step of the run a row belongs to, time since the start of the
 * test, and, where the file has none, the cycle number.
 */
import { type Direction, STEP_TYPES } from "./stepTypes.ts";

/** 1, 1, 2, 3, 3 …: a new step wherever `mark` changes or the step's clock runs backwards. */
export function countSteps(mark: Int32Array, stepTime?: Float64Array): Int32Array {
  const count = new Int32Array(mark.length);
  let step = 1;
  for (let i = 0; i < mark.length; i++) {
    if (i > 0 && (mark[i] !== mark[i - 1] || (stepTime !== undefined && stepTime[i]! < stepTime[i - 1]!))) step++;
    count[i] = step;
  }
  return count;
}

/** Total time: the durations of all steps before plus the time in this one, in s. */
export function totalTimeOf(stepTime: Float64Array, stepCount: Int32Array): Float64Array {
  const total = new Float64Array(stepTime.length);
  let before = 0;
  let longest = 0;
  for (let i = 0; i < total.length; i++) {
    if (i > 0 && stepCount[i] !== stepCount[i - 1]) {
      before += longest;
      longest = 0;
    }
    const time = stepTime[i]!;
    if (time > longest) longest = time;
    total[i] = before + time;
  }
  return total;
}

/** Step time: total time since the last row of the step before, in s. */
export function stepTimeOf(totalTime: Float64Array, stepCount: Int32Array): Float64Array {
  const time = new Float64Array(totalTime.length);
  let start = 0;
  for (let i = 0; i < time.length; i++) {
    if (i > 0 && stepCount[i] !== stepCount[i - 1]) start = totalTime[i - 1]!;
    time[i] = totalTime[i]! - start;
  }
  return time;
}

/**
 * Cycle number from steps, as BTSDA counts where it does not take the stored one: a new cycle starts with each
 * step of the opening direction that follows one of the other.
 *
 * @param opening the direction that opens a cycle; by default that of the first charging or discharging step
 */
export function deriveCycles(stepType: Int32Array, opening?: Direction): Int32Array {
  const cycle = new Int32Array(stepType.length);
  let first = opening;
  let last: Direction | undefined;
  let n = 1;
  for (let i = 0; i < stepType.length; i++) {
    const direction = STEP_TYPES[stepType[i]!]?.direction;
    if (direction !== undefined && direction !== last) {
      first ??= direction;
      if (last !== undefined && direction === first) n++;
      last = direction;
    }
    cycle[i] = n;
  }
  return cycle;
}
