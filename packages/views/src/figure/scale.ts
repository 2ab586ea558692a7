/** Linear and logarithmic scales and the ticks on them. */
import type { Run } from "../text.ts";
import type { Axis } from "./model.ts";

export interface Tick {
  value: number;
  label: string;
  /** the label where it is more than plain text */
  runs?: Run[];
  /** a mark without label or grid line */
  minor?: boolean;
}

/** Where `value` lies on the axis: 0 at its beginning, 1 at its end. */
export function placeOn(axis: Axis, value: number): number {
  if (!axis.log) return (value - axis.min) / (axis.max - axis.min);
  return Math.log(value / axis.min) / Math.log(axis.max / axis.min);
}

export function valueAt(axis: Axis, place: number): number {
  return axis.log ? axis.min * (axis.max / axis.min) ** place : axis.min + place * (axis.max - axis.min);
}

/** Powers of ten, labelled as such over many decades and as numbers over few, at most `count` of them with a label. */
export function logTicks(min: number, max: number, count: number): Tick[] {
  if (!(min > 0 && max > min) || !Number.isFinite(max)) return [];
  const decades = Math.log10(max / min);
  const plainNumbers = min >= 1e-3 && max < 1e5 && decades <= 4;
  const leads = decades <= 1.2 ? [1, 2, 3, 5, 7] : plainNumbers && decades * 3 <= count ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil(decades / Math.max(1, count)));
  const result: Tick[] = [];
  for (let n = Math.floor(Math.log10(min)); n <= Math.ceil(Math.log10(max)); n++) {
    for (let lead = 1; lead < 10; lead++) {
      const value = lead * 10 ** n;
      if (value < min * (1 - 1e-9) || value > max * (1 + 1e-9)) continue;
      const labelled = leads.includes(lead) && (leads.length > 1 || ((n % every) + every) % every === 0);
      if (!labelled) {
        // marks between powers of ten only where they stand apart
        if (decades <= 8 || lead === 1) result.push({ value, label: "", minor: true });
      } else if (plainNumbers || leads.length > 3) result.push({ value, label: Number(value.toPrecision(1)).toString() });
      else
        result.push({
          value,
          label: `10^${n}`,
          runs: [
            { text: "10", shift: 0 },
            { text: String(n).replace("-", "−"), shift: 1 },
          ],
        });
    }
  }
  return result;
}

/** A logarithmic range around `range` with a little air. */
export function paddedLog(range: [number, number] | null, air = 0.03): { min: number; max: number; log: true } {
  if (!range || !(range[0] > 0)) return { min: 1, max: 10, log: true };
  const factor = Math.max(1.05, (range[1] / range[0]) ** air);
  return { min: range[0] / factor, max: range[1] * factor, log: true };
}

/** 1, 2 or 5 times a power of ten, nearest to `rough`. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const lead = rough / power;
  return (lead < Math.SQRT2 ? 1 : lead < Math.sqrt(10) ? 2 : lead < Math.sqrt(50) ? 5 : 10) * power;
}

/**
 * Ticks at round values inside [min, max], about `count` of them, all with the same number of decimals.
 */
export function ticks(min: number, max: number, count: number, integer = false): Tick[] {
  const span = max - min;
  if (!(span > 0) || !Number.isFinite(span) || count < 1) return [];
  const step = Math.max(niceStep(span / Math.max(1, count)), integer ? 1 : 0);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const scientific = decimals > 5 || Math.max(Math.abs(min), Math.abs(max)) >= 1e6;
  const result: Tick[] = [];
  for (let k = Math.ceil(min / step - 1e-9); k * step <= max + step * 1e-9; k++) {
    const value = k * step;
    const text = scientific ? (k === 0 ? "0" : value.toExponential(Math.max(0, significant(value, step)))) : value.toFixed(decimals);
    result.push({ value: k === 0 ? 0 : value, label: text.replace(/^-/, "−").replace(/e\+?/, "e").replace("e-", "e−") });
  }
  return result;
}

function significant(value: number, step: number): number {
  return Math.floor(Math.log10(Math.abs(value)) + 1e-9) - Math.floor(Math.log10(step) + 1e-9);
}

/** Smallest and largest finite value; null where there is none. */
export function extent(
  lists: Iterable<ArrayLike<number | null>>,
  sigma?: Iterable<ArrayLike<number | null> | undefined>,
): [number, number] | null {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  const errors = sigma?.[Symbol.iterator]();
  for (const list of lists) {
    const error = errors?.next().value as ArrayLike<number | null> | undefined;
    for (let i = 0; i < list.length; i++) {
      const value = list[i];
      if (typeof value !== "number" || !Number.isFinite(value)) continue;
      const e = error?.[i];
      const half = typeof e === "number" && Number.isFinite(e) ? e : 0;
      if (value - half < min) min = value - half;
      if (value + half > max) max = value + half;
    }
  }
  return min <= max ? [min, max] : null;
}

/** An axis range around `range` with a little air; a single value gets room on both sides. */
export function padded(range: [number, number] | null, air = 0.04): { min: number; max: number } {
  if (!range) return { min: 0, max: 1 };
  const [low, high] = range;
  const span = high - low;
  if (span > 0) return { min: low - air * span, max: high + air * span };
  const room = low === 0 ? 1 : Math.abs(low) * 0.1;
  return { min: low - room, max: high + room };
}
