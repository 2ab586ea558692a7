/**
 * What a stream read at a moment of another: linear between two readings, with the error that the clock adds.
 *
 *   y(t) = y_i + (y_{i+1} − y_i)(t − t_i)/(t_{i+1} − t_i),   σ = |largest change of y within t ± σ_t|
 *
 * The change within ± σ_t, not the slope, gives the error: a step of the potential next to the moment counts. Outside of the stream, and in a gap longer than
 * `longestGapSecond`, there is no value.
 */
import { ThioscopeError } from "../errors.ts";
import type { Answer, Quantity } from "../units/quantity.ts";

export interface Readings {
  /** s, not falling */
  readonly timeSecond: Float64Array;
  readonly values: Float64Array;
  readonly unit: string;
  /** where two readings are farther apart there is no value between them; default 1 h */
  readonly longestGapSecond?: number;
}

/** Throws INVALID_INPUT for arrays that do not belong together. */
export function readAt(readings: Readings, moment: Quantity): Answer {
  const { timeSecond: t, values, unit, longestGapSecond = 3600 } = readings;
  if (values.length !== t.length)
    throw new ThioscopeError("INVALID_INPUT", `${t.length} times and ${values.length} values do not belong together`);
  const at = valueAt(t, values, moment.value, longestGapSecond);
  if (typeof at === "string") return { notComputable: at };
  if (moment.sigma === null) return { value: at, sigma: null, unit };
  let [low, high] = [at, at];
  const spread = (v: number): void => {
    low = Math.min(low, v);
    high = Math.max(high, v);
  };
  for (const end of [moment.value - moment.sigma, moment.value + moment.sigma]) {
    const v = valueAt(t, values, end, longestGapSecond);
    if (typeof v === "number") spread(v);
  }
  for (let i = firstAfter(t, moment.value - moment.sigma); i < t.length && t[i]! <= moment.value + moment.sigma; i++) spread(values[i]!);
  return { value: at, sigma: Math.max(high - at, at - low), unit };
}

function valueAt(t: Float64Array, values: Float64Array, moment: number, longest: number): number | string {
  const n = t.length;
  if (n === 0 || !(moment >= t[0]! && moment <= t[n - 1]!)) return "the cycler recorded nothing at that time";
  const i = Math.max(1, Math.min(n - 1, firstAfter(t, moment)));
  if (n === 1) return values[0]!;
  const gap = t[i]! - t[i - 1]!;
  if (gap > longest) return `the cycler recorded nothing for ${(gap / 3600).toPrecision(2)} h around that time`;
  return gap > 0 ? values[i - 1]! + ((values[i]! - values[i - 1]!) * (moment - t[i - 1]!)) / gap : values[i]!;
}

/** First index whose time is later than the moment. */
function firstAfter(t: Float64Array, moment: number): number {
  let [low, high] = [0, t.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (t[middle]! <= moment) low = middle + 1;
    else high = middle;
  }
  return low;
}
