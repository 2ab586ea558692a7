/**
 * What the data themselves say about their error: the step of the digits and the scatter between neighbours.
 *
 * Resolution: the smallest difference q between distinct values, where the other differences are whole
 * multiples of it; where one value is constant, the step of its decimals. Scatter: a value against the straight line through its two neighbours,
 * r = y₁ − (1−u)·y₀ − u·y₂ with u = (x₁−x₀)/(x₂−x₀), whose variance is σ²·(1 + (1−u)² + u²) for white noise;
 * outliers beyond five robust deviations (steps, pulses) are left out. Anything that varies slowly between
 * rows (drift, gain) is not seen: it belongs to the instrument's stated accuracy.
 * Reference: Gasser, Sroka and Jennen-Steinmetz, Biometrika 73, 625 (1986).
 */

/** Enough values to see a lattice or a median; more would only cost time. */
const SAMPLE = 2048;
const FEW = 6;

/**
 * Step of the digits of values[from, to); 0 where the values lie on no lattice, null where all are equal
 * (one value tells nothing of its digits).
 */
export function resolution(values: Float64Array, from = 0, to = values.length): number | null {
  const n = Math.min(SAMPLE, to - from);
  if (n < 2) return null;
  // neighbours differ by few steps, so blocks of neighbours show the step better than values far apart
  const sorted = new Float64Array(n);
  const blocks = 32;
  const size = Math.max(1, Math.floor(n / blocks));
  for (let k = 0; k < n; k++) {
    const block = Math.min(blocks - 1, Math.floor(k / size));
    const start = from + Math.floor(((to - from - size) * block) / (blocks - 1));
    sorted[k] = values[n === to - from ? from + k : Math.min(to - 1, start + (k - block * size))]!;
  }
  sorted.sort();
  const largest = Math.max(Math.abs(sorted[0]!), Math.abs(sorted[n - 1]!));
  const equal = largest * 1e-12;
  let step = Number.POSITIVE_INFINITY;
  let distinct = 1;
  for (let k = 1; k < n; k++) {
    const d = sorted[k]! - sorted[k - 1]!;
    if (d <= equal) continue;
    distinct++;
    if (d < step) step = d;
  }
  if (!Number.isFinite(step)) return null;
  // single precision blurs the lattice by 6e-8 of the value: a step near that is no step of the instrument
  if (step < largest * 5e-7) return 0;
  let seen = 0;
  let whole = 0;
  for (let k = 1; k < n; k++) {
    const ratio = (sorted[k]! - sorted[k - 1]!) / step;
    if (ratio < 0.5 || ratio > 50) continue;
    seen++;
    if (Math.abs(ratio - Math.round(ratio)) < 0.1) whole++;
  }
  if (whole < 0.97 * seen) return 0;
  if (distinct >= FEW) return step;
  // few values lie on a lattice by chance (two rates): their decimals tell more, and neighbours in digits are near each other
  let decimals = Number.POSITIVE_INFINITY;
  for (let k = 0; k < n; k++) if (sorted[k] !== 0) decimals = Math.min(decimals, decimalStep(sorted[k]!));
  if (decimals > 0) return Math.min(step, decimals);
  return step < 0.05 * largest ? step : 0;
}

/**
 * Standard deviation of white noise of values over x in [from, to); 0 where there are fewer than five rows
 * or no scatter beyond the digits of the number format.
 */
export function scatter(x: Float64Array, values: Float64Array, from = 0, to = values.length): number {
  if (to - from < 5) return 0;
  const stride = Math.max(1, Math.floor((to - from) / SAMPLE));
  const room = new Float64Array(Math.ceil((to - from - 2) / stride));
  let used = 0;
  let largest = 0;
  for (let i = from + 1; i < to - 1; i += stride) {
    const r = residual(x, values, i);
    if (Number.isFinite(r)) room[used++] = Math.abs(r);
    largest = Math.max(largest, Math.abs(values[i]!));
  }
  if (used < 3) return 0;
  const sample = room.subarray(0, used).sort();
  const robust = 1.4826 * sample[used >> 1]!;
  // many equal readings give a zero median though some differ by one step: the smallest step that occurs
  const step = sample.find((r) => r > largest * 1e-9) ?? 0;
  const limit = 5 * Math.max(robust, step);
  let sum = 0;
  let count = 0;
  for (let i = from + 1; i < to - 1; i++) {
    const r = residual(x, values, i);
    if (Math.abs(r) <= limit) {
      sum += r * r;
      count++;
    }
  }
  const sigma = count > 0 ? Math.sqrt(sum / count) : 0;
  return sigma < largest * 1e-9 ? 0 : sigma;
}

/**
 * Step of the decimals in which a reading is written: the largest power of ten that it is a whole multiple of; 0 where it
 * is no decimal of at most eleven digits (seven for a number held in single precision).
 */
export function decimalStep(value: number): number {
  const size = Math.abs(value);
  if (!(size > 0) || !Number.isFinite(size)) return 0;
  const single = Math.fround(size) === size;
  for (const [digits, tolerance] of single ? SINGLE : DOUBLE) {
    const [written = "", exponent = "0"] = size.toExponential(digits - 1).split("e");
    if (Math.abs(Number(`${written}e${exponent}`) - size) > tolerance * size) continue;
    const length = written.replace(".", "").replace(/0+$/, "").length;
    // the zeros at the end of a whole number are no sign of coarse digits
    return Number(`1e${Math.min(0, Number(exponent) - length + 1)}`);
  }
  return 0;
}

/** Digits tried, and how far a number held in that precision may lie from the decimal that was meant. */
const DOUBLE = [[11, 1e-13]] as const;
const SINGLE = [
  [11, 1e-13],
  [7, 6e-8],
] as const;

/** Step of a clock: that of the decimals of its times; 0 where they are not decimals (then it is finer than matters). */
export function clockStep(times: Float64Array, from: number, to: number): number {
  let finest = Number.POSITIVE_INFINITY;
  const stride = Math.max(1, Math.floor((to - from) / 16));
  for (let i = from; i < to; i += stride) {
    if (times[i] !== 0) finest = Math.min(finest, decimalStep(times[i]!));
  }
  return Number.isFinite(finest) ? finest : 0;
}

/** Deviation from the line through both neighbours, scaled to the standard deviation of one value. */
function residual(x: Float64Array, values: Float64Array, i: number): number {
  const span = x[i + 1]! - x[i - 1]!;
  if (!(span > 0)) return Number.NaN;
  const u = (x[i]! - x[i - 1]!) / span;
  // a neighbour at nearly the same time is a change of step, not scatter
  if (u < 0.1 || u > 0.9) return Number.NaN;
  const r = values[i]! - (1 - u) * values[i - 1]! - u * values[i + 1]!;
  return r / Math.sqrt(1 + (1 - u) * (1 - u) + u * u);
}
