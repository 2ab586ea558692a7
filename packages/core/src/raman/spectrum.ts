/**
 * A Raman spectrum made ready: shift from wavelengths, order, noise, and spikes of cosmic rays.
 *
 *   shift/cm⁻¹ = 1e7/λ₀ − 1e7/λ,  λ in nm (in air or in vacuum, both alike)
 *   noise: σ = 1.4826 · median|y_{i−1} − 2 y_i + y_{i+1}| / √6, blind to what is smooth over three points
 *   spikes: |z| > threshold, z = 0.6745 (Δy − median Δy)/MAD(Δy)      (Whitaker and Hayes, Chemom. Intell. Lab. Syst. 179, 82, 2018)
 *
 * A spike is replaced by the mean of the nearest two points on each side that are none, and listed; a peak wider than three points is never one.
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import { median, noiseOf } from "../peaks/noise.ts";

export interface RamanSpectrum {
  /** ascending, cm⁻¹ */
  shift: Float64Array;
  intensity: Float64Array;
  /** standard deviation of the noise of one point */
  noise: number;
  /** points that were replaced, with what was measured there */
  spikes: readonly { shift: number; measured: number }[];
  notices: readonly Notice[];
}

export interface RamanInput {
  x: Float64Array;
  y: Float64Array;
  /** what x counts */
  axis: "ramanShift" | "wavelength" | "wavenumber";
  /** needed for wavelengths and absolute wavenumbers, nm */
  laserNanometre?: number;
}

export interface RamanOptions {
  /** modified z-score of a spike; 8 where absent, 0 keeps all points */
  spikes?: number;
  /** cm⁻¹ */
  range?: readonly [number, number];
  /** added to every shift, from a reference (calibrate.ts), cm⁻¹ */
  shiftBy?: number;
}

/** Throws INVALID_INPUT where the laser is missing, points are not finite or repeat, or fewer than ten lie in the range. */
export function ramanSpectrum(input: RamanInput, options: RamanOptions = {}): RamanSpectrum {
  const { x, y, axis } = input;
  const laser = input.laserNanometre;
  if (axis !== "ramanShift" && !(laser !== undefined && laser > 0))
    throw new ThioscopeError("INVALID_INPUT", `an axis of ${axis} needs the wavelength of the laser in nm`);
  const toShift = (v: number): number => (axis === "ramanShift" ? v : 1e7 / laser! - (axis === "wavelength" ? 1e7 / v : v));
  const [low, high] = options.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const rows: [number, number][] = [];
  for (let i = 0; i < x.length; i++) {
    const shift = toShift(x[i]!) + (options.shiftBy ?? 0);
    if (!Number.isFinite(shift) || !Number.isFinite(y[i]!))
      throw new ThioscopeError("INVALID_INPUT", `point ${i + 1} of the spectrum is not finite (${x[i]}, ${y[i]})`);
    if (shift >= low && shift <= high) rows.push([shift, y[i]!]);
  }
  rows.sort((a, b) => a[0] - b[0]);
  if (rows.length < 10) throw new ThioscopeError("INVALID_INPUT", `${rows.length} points lie in the range: at least ten are needed`);
  for (let i = 1; i < rows.length; i++)
    if (rows[i]![0] === rows[i - 1]![0])
      throw new ThioscopeError("INVALID_INPUT", `the shift ${rows[i]![0]} cm⁻¹ stands twice in the spectrum`);
  const shift = Float64Array.from(rows, (r) => r[0]);
  const intensity = Float64Array.from(rows, (r) => r[1]);
  const threshold = options.spikes ?? 8;
  const found = threshold > 0 ? despike(intensity, threshold) : [];
  const spikes = found.map(({ index, measured }) => ({ shift: shift[index]!, measured }));
  const notices: Notice[] = [];
  if (spikes.length > 0) {
    const places = spikes
      .slice(0, 8)
      .map((s) => s.shift.toFixed(1))
      .join(", ");
    notices.push({
      code: "spikes-replaced",
      message: `${spikes.length} points of cosmic rays were replaced by their neighbours' mean, at ${places} cm⁻¹`,
    });
  }
  return { shift, intensity, noise: noiseOf(intensity), spikes, notices };
}

/** Longest run of points that a cosmic ray lights up. */
const LONGEST_SPIKE = 3;

/** Passes over the spectrum: what a taller spike hid beside it is found in the next. */
const PASSES = 4;

/** Replaces spikes in place; gives their indices with what stood there. */
export function despike(y: Float64Array, threshold: number): { index: number; measured: number }[] {
  const found = new Map<number, number>();
  for (let pass = 0; pass < PASSES; pass++) {
    const spikes = onePass(y, threshold);
    for (const { index, measured } of spikes) if (!found.has(index)) found.set(index, measured);
    if (spikes.length === 0) break;
  }
  return [...found].map(([index, measured]) => ({ index, measured })).sort((p, q) => p.index - q.index);
}

function onePass(y: Float64Array, threshold: number): { index: number; measured: number }[] {
  const n = y.length;
  const steps = Array.from({ length: n - 1 }, (_, i) => y[i + 1]! - y[i]!);
  const centre = median(steps);
  const spread = median(steps.map((d) => Math.abs(d - centre)));
  if (!(spread > 0)) return [];
  const score = (i: number): number => (0.6745 * (steps[i]! - centre)) / spread;
  const spiked = new Uint8Array(n);
  for (let i = 0; i < n - 1; i++) {
    if (score(i) <= threshold) continue;
    // a rise beyond the noise that falls again within the longest spike; of several ends the one that leaves the flattest rest
    let end = -1;
    let clearest = 4;
    for (let k = i + 1; k <= Math.min(n - 2, i + LONGEST_SPIKE); k++) {
      if (score(k) >= -threshold) continue;
      const [before, after] = [y[i]!, y[k + 1]!];
      let top = Number.NEGATIVE_INFINITY;
      for (let j = i + 1; j <= k; j++) top = Math.max(top, y[j]!);
      // the flanks of a peak climb in steps like the one below the spike
      const around = Math.abs((y[i - 1] ?? before) - before) + Math.abs((y[k + 2] ?? after) - after);
      const contrast = (top - Math.max(before, after)) / (around + spread);
      if (contrast > clearest) {
        clearest = contrast;
        end = k;
      }
    }
    for (let j = i + 1; j <= end; j++) spiked[j] = 1;
  }
  const found: { index: number; measured: number }[] = [];
  for (let i = 0; i < n; i++) {
    if (!spiked[i]) continue;
    let sum = 0;
    let count = 0;
    for (const side of [-1, 1]) {
      for (let k = i + side, taken = 0; k >= 0 && k < n && taken < 2; k += side) {
        if (spiked[k]) continue;
        sum += y[k]!;
        count++;
        taken++;
      }
    }
    found.push({ index: i, measured: y[i]! });
    y[i] = sum / count;
  }
  return found;
}
