/**
 * Mean squared displacement over all time origins, at every lag.
 *
 *   MSD_k(m) = 1/(N − m) Σ_t ⟨|x_k(t + m) − x_k(t)|²⟩ over ions,   k = x, y, z;  the total is their sum (Å²)
 *
 * The sum of products is an autocorrelation: two series are one complex transform, powers add up over ions before the one transform back,
 * so 150 ions cost as much as their forward transforms. Short lags, where two large sums nearly cancel, are summed directly. The collective displacement
 * is that of the sum over ions, per ion: its slope is the diffusivity of charge. (V. Calandrini et al., École thém. Soc. Fr. Neutron. 12, 201 (2011).)
 */
import { ThioscopeError } from "../errors.ts";
import { fourierPlan } from "../numerics/fft.ts";

/** Series of equal length behind one another: series[(3 i + k) frames + t]. */
export interface Tracks {
  readonly frames: number;
  readonly series: Float64Array;
}

export interface Displacement {
  /** Å², by lag in frames; [0] is 0 */
  readonly total: Float64Array;
  readonly components: readonly [Float64Array, Float64Array, Float64Array];
  /** how many ions were averaged over */
  readonly ions: number;
}

/** Lags below this are summed directly. */
const DIRECT = 8;

/** INVALID_INPUT for fewer than two frames. */
export function meanSquaredDisplacement({ frames, series }: Tracks): Displacement {
  if (!(frames >= 2) || series.length % (3 * frames) !== 0) {
    throw new ThioscopeError("INVALID_INPUT", `${frames} frames: a displacement needs two or more`);
  }
  const ions = series.length / (3 * frames);
  const components = [0, 1, 2].map((k) => componentOf(series, frames, ions, k)) as [Float64Array, Float64Array, Float64Array];
  const total = Float64Array.from({ length: frames }, (_, m) => components[0][m]! + components[1][m]! + components[2][m]!);
  return { total, components, ions };
}

/** The sum over ions divided by √ions, as one ion: its mean squared displacement is the collective one per ion. */
export function collectiveTrack({ frames, series }: Tracks): Tracks {
  const ions = series.length / (3 * frames);
  const sum = new Float64Array(3 * frames);
  for (let i = 0; i < ions; i++) for (let c = 0; c < 3 * frames; c++) sum[c]! += series[3 * i * frames + c]!;
  return { frames, series: sum.map((x) => x / Math.sqrt(ions)) };
}

function componentOf(series: Float64Array, frames: number, ions: number, k: number): Float64Array {
  let size = 1;
  while (size < 2 * frames) size *= 2;
  const plan = fourierPlan(size);
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  const power = new Float64Array(size);
  // Σ over ions of x² by time, then Σ_t (x²(t) + x²(t+m)) from its running sums
  const square = new Float64Array(frames);
  const direct = new Float64Array(Math.min(DIRECT, frames));
  for (let i = 0; i < ions; i += 2) {
    fill(re, series, (3 * i + k) * frames, frames, square, direct);
    if (i + 1 < ions) fill(im, series, (3 * (i + 1) + k) * frames, frames, square, direct);
    else im.fill(0);
    plan.forward(re, im);
    for (let f = 0; f < size; f++) power[f]! += re[f]! * re[f]! + im[f]! * im[f]!;
  }
  // |Z|² of z = a + i b transforms back to the autocorrelation of a plus that of b (real part)
  im.fill(0);
  plan.inverse(power, im);
  const msd = new Float64Array(frames);
  let ends = 0;
  for (let t = 0; t < frames; t++) ends += 2 * square[t]!;
  for (let m = 1; m < frames; m++) {
    ends -= square[m - 1]! + square[frames - m]!;
    const sum = m < direct.length ? direct[m]! : Math.max(0, ends - 2 * power[m]!);
    msd[m] = sum / ((frames - m) * ions);
  }
  return msd;
}

/** A series about its mean, padded with zeros. */
function fill(out: Float64Array, series: Float64Array, from: number, frames: number, square: Float64Array, direct: Float64Array): void {
  let mean = 0;
  for (let t = 0; t < frames; t++) mean += series[from + t]!;
  mean /= frames;
  for (let t = 0; t < frames; t++) {
    const x = series[from + t]! - mean;
    out[t] = x;
    square[t]! += x * x;
  }
  out.fill(0, frames);
  for (let m = 1; m < direct.length; m++) {
    let sum = 0;
    for (let t = m; t < frames; t++) {
      const step = out[t]! - out[t - m]!;
      sum += step * step;
    }
    direct[m]! += sum;
  }
}
