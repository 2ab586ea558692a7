/**
 * How much more the diffusivity of a run scatters than that of ions which move independently.
 *
 *   R = Σ_b (Σ_i r_ib)² / Σ_b Σ_i r_ib²
 *
 * r_ib is what ion i adds to the slope in stretch b of the run (windows by their middle, with the weights of the fit), less its mean share. For independent
 * ions the expectation of R is 1, whatever each of them does; ions that exchange places, or that follow one another, add to the slope
 * at the same moment: R > 1, up to 2 for pairs that always move together. Stretches are about as long as the shortest lag of the fit,
 * so that R is known from the length of the run and not from the number of its ions.
 */
import type { Tracks } from "./displacement.ts";
import type { FittedLine } from "./windowLine.ts";

export interface IonCorrelation {
  /** variance of the slope over that of independent ions */
  ratio: number;
  /** degrees of freedom of the ratio */
  freedom: number;
}

const MOST_STRETCHES = 64;
const FEWEST_STRETCHES = 8;

/** Null for fewer than three ions (there is nothing to compare) or too short a run. */
export function ionCorrelation({ frames, series }: Tracks, fit: FittedLine, lags: readonly number[]): IonCorrelation | null {
  const ions = series.length / (3 * frames);
  const count = Math.min(MOST_STRETCHES, Math.floor(frames / lags[fit.picked[0]!]!));
  if (ions < 3 || count < FEWEST_STRETCHES) return null;
  const added = new Float64Array(ions * count);
  const share = new Float64Array(count);
  for (const [p, place] of fit.picked.entries()) {
    const lag = lags[place]!;
    const windows = frames - lag;
    const weight = fit.weights[p]! / windows;
    const expected = weight * (fit.intercept + fit.slope * lag);
    for (let b = 0; b < count; b++) {
      // windows whose middle lies in the stretch; the outermost also hold nothing where the lag is long
      const from = Math.max(0, Math.ceil((b * frames) / count - lag / 2));
      const to = Math.min(windows, Math.ceil(((b + 1) * frames) / count - lag / 2));
      if (to <= from) continue;
      share[b]! += expected * (to - from);
      for (let i = 0; i < ions; i++) {
        let sum = 0;
        for (let at = 3 * i * frames; at < 3 * (i + 1) * frames; at += frames) {
          for (let t = at + from; t < at + to; t++) sum += (series[t + lag]! - series[t]!) ** 2;
        }
        added[i * count + b]! += weight * sum;
      }
    }
  }
  const whole = share.reduce((sum, s) => sum + s, 0);
  const together = new Float64Array(count);
  let alone = 0;
  for (let i = 0; i < ions; i++) {
    const own = added.subarray(i * count, (i + 1) * count);
    const mean = own.reduce((sum, x) => sum + x, 0) / whole;
    for (let b = 0; b < count; b++) {
      const r = own[b]! - mean * share[b]!;
      alone += r * r;
      together[b]! += r;
    }
  }
  if (!(alone > 0)) return null;
  return { ratio: together.reduce((sum, r) => sum + r * r, 0) / alone, freedom: count - 1 };
}
