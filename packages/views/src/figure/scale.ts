/** Linear scales and the ticks on them. */

export interface Tick {
  value: number;
  label: string;
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
