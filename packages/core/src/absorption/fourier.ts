/**
 * Transforms between χ(k) and χ(R) in the convention of XAFS.
 *
 *   χ(R_m) = δk/√π Σ_n χ(k_n) k_n^w Ω(k_n) e^(−2πi mn/N),   R_m = mπ/(N δk),   N = 2048, δk = 0.05 Å⁻¹
 *   χ(q_n) = 2√π/δk · (1/N) Σ_m χ(R_m) Ω(R_m) e^(+2πi mn/N)     (its imaginary part is the k^w-weighted χ of the range of R kept)
 *
 * R is not a distance: the phase shift makes peaks appear 0.2 to 0.5 Å short. (Sayers, Stern and Lytle, Phys. Rev. Lett. 27, 1204 (1971);
 * conventions of Newville, Ravel et al., Physica B 208, 154 (1995).)
 */
import { ThioscopeError } from "../errors.ts";
import { fourierPlan } from "../numerics/fft.ts";
import { type WindowOptions, windowOf } from "./window.ts";

/** Points of the transforms and their step in Å⁻¹. */
export const TRANSFORM_POINTS = 2048;
export const K_STEP = 0.05;
/** Å between points of χ(R) */
export const R_STEP = Math.PI / (K_STEP * TRANSFORM_POINTS);

/** χ on the grid 0, 0.05, 0.1 … Å⁻¹. */
export interface Chi {
  k: Float64Array;
  chi: Float64Array;
}

export interface ForwardOptions extends WindowOptions {
  /** w of k^w */
  weight: number;
  /** Å; 10 where absent */
  most?: number;
}

export interface ChiR {
  /** Å, without phase correction */
  r: Float64Array;
  real: Float64Array;
  imaginary: Float64Array;
  magnitude: Float64Array;
  /** Ω(k) on χ's own grid */
  window: Float64Array;
}

/** k-weighted χ times the window, on the common grid. Throws INVALID_INPUT where χ has no points. */
function weighted({ k, chi }: Chi, options: ForwardOptions): { values: Float64Array; window: Float64Array } {
  if (k.length === 0 || k.length !== chi.length)
    throw new ThioscopeError("INVALID_INPUT", `χ(k) has ${k.length} places and ${chi.length} values`);
  const end = k[k.length - 1]!;
  const points = Math.min(TRANSFORM_POINTS, Math.trunc(1.01 + end / K_STEP));
  const values = onGrid(k, chi, points);
  const long = Math.min(TRANSFORM_POINTS, Math.trunc(1.01 + Math.max(end, options.to + options.taper) / K_STEP));
  const window = windowOf(long, K_STEP, options).slice(0, points);
  for (let i = 0; i < points; i++) values[i] = values[i]! * (i * K_STEP) ** options.weight * window[i]!;
  return { values, window };
}

function onGrid(k: Float64Array, chi: Float64Array, points: number): Float64Array {
  const out = new Float64Array(points);
  let j = 0;
  for (let i = 0; i < points; i++) {
    const at = i * K_STEP;
    while (j < k.length - 2 && k[j + 1]! <= at) j++;
    const next = Math.min(j + 1, k.length - 1);
    const span = k[next]! - k[j]!;
    const t = span > 0 ? Math.max(0, Math.min(1, (at - k[j]!) / span)) : 0;
    out[i] = chi[j]! + t * (chi[next]! - chi[j]!);
  }
  return out;
}

const cut = (values: Float64Array, scale: number, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => scale * values[i]!);

/** χ(k) → χ(R). */
export function forwardTransform(chi: Chi, options: ForwardOptions): ChiR {
  const { values, window } = weighted(chi, options);
  const re = new Float64Array(TRANSFORM_POINTS);
  const im = new Float64Array(TRANSFORM_POINTS);
  re.set(values);
  fourierPlan(TRANSFORM_POINTS).forward(re, im);
  const count = Math.trunc(Math.min(TRANSFORM_POINTS / 2, 1.01 + (options.most ?? 10) / R_STEP));
  const scale = K_STEP / Math.sqrt(Math.PI);
  const real = cut(re, scale, count);
  const imaginary = cut(im, scale, count);
  return {
    r: Float64Array.from({ length: count }, (_, m) => m * R_STEP),
    real,
    imaginary,
    magnitude: real.map((x, m) => Math.hypot(x, imaginary[m]!)),
    window,
  };
}

export interface ChiQ {
  /** Å⁻¹ */
  q: Float64Array;
  real: Float64Array;
  imaginary: Float64Array;
}

/** χ(R) of a range of R back to k. @param most Å⁻¹, 15 where absent */
export function backTransform({ real, imaginary }: ChiR, range: WindowOptions, most = 15): ChiQ {
  const re = new Float64Array(TRANSFORM_POINTS);
  const im = new Float64Array(TRANSFORM_POINTS);
  const window = windowOf(TRANSFORM_POINTS, R_STEP, range);
  for (let m = 0; m < real.length; m++) {
    re[m] = real[m]! * window[m]!;
    im[m] = imaginary[m]! * window[m]!;
  }
  fourierPlan(TRANSFORM_POINTS).inverse(re, im);
  const count = Math.min(TRANSFORM_POINTS / 2, Math.trunc(1.05 + most / K_STEP));
  const scale = (2 * Math.sqrt(Math.PI)) / K_STEP;
  return { q: Float64Array.from({ length: count }, (_, n) => n * K_STEP), real: cut(re, scale, count), imaginary: cut(im, scale, count) };
}
