/**
 * Hops of ions: without sites (glasses) by plateaus of the path, with sites by visits; lengths, residence times, correlation; van Hove function.
 *
 * Without sites: the mean position over w frames behind a moment is held against that over w frames before it. Where their distance is a local maximum of at
 * least the threshold (half of the ions' spacing by default) the ion hops; two hops within w frames are one. A plateau is the mean between two hops, without
 * the frames beside them, the length of a hop the distance of its plateaus. Of all hops the length is the median, with the error of its rank: some are two in
 * one, by the half or twice as long, and would move a mean by more than its error.
 * With sites: an ion belongs to the site whose centre is nearest once it is within `radius` of it, and stays there until it is within another's.
 *
 * Correlation by directions of consecutive hops, f = (1 + ⟨cos θ⟩)/(1 − ⟨cos θ⟩); 1 for hops that forget, less where ions hop back. By displacement,
 * f = 6 D/(Γ⟨a²⟩), Γ the rate per ion. Errors by counting. (J. Mullen, Phys. Rev. 124, 1723 (1961), for the cosines.)
 */
import { ThioscopeError } from "../errors.ts";
import type { Quantity } from "../units/quantity.ts";
import { inverseCell } from "./cell.ts";
import type { IonTracks } from "./tracks.ts";

export interface Hop {
  readonly ion: number;
  /** frame at which it happens */
  readonly frame: number;
  /** Å */
  readonly length: number;
  readonly vector: readonly [number, number, number];
  /** sites left and reached; null without sites */
  readonly sites: readonly [number, number] | null;
}

export interface HopStatistics {
  readonly hops: readonly Hop[];
  /** per ion and ps */
  readonly rate: Quantity;
  /** Å; without sites the median, between sites the mean */
  readonly length: Quantity;
  /** root of the mean square, Å */
  readonly rmsLength: number | null;
  /** mean time between hops of one ion: 1/rate, ps; not a guess where no ion hopped: null */
  readonly residence: Quantity | null;
  /** ⟨cos θ⟩ of consecutive hops and the factor that follows; null for fewer than two in a row */
  readonly cosine: Quantity | null;
  readonly correlation: Quantity | null;
  /** share of ions that never hop */
  readonly still: number;
}

export interface HopOptions {
  intervalFs: number;
  /** frames averaged on either side, 5 by default */
  window?: number;
  /** Å; half the spacing by default */
  threshold?: number;
}

/** INVALID_INPUT where no threshold is known or the run is shorter than three windows. */
export function hopsWithoutSites(tracks: IonTracks, { intervalFs, window = 5, threshold }: HopOptions): HopStatistics {
  const { frames, series } = tracks;
  const limit = threshold ?? (tracks.spacing === null ? Number.NaN : tracks.spacing / 2);
  if (!(limit > 0))
    throw new ThioscopeError("INVALID_INPUT", "the length from which a move is a hop is not known: a single ion has no spacing");
  if (!(Number.isInteger(window) && window >= 1 && frames >= 3 * window)) {
    throw new ThioscopeError("INVALID_INPUT", `${frames} frames for windows of ${window}: three windows are needed`);
  }
  const ions = series.length / (3 * frames);
  const hops: Hop[] = [];
  const sums = [0, 1, 2].map(() => new Float64Array(frames + 1));
  const jump = new Float64Array(frames);
  for (let i = 0; i < ions; i++) {
    for (let k = 0; k < 3; k++) {
      for (let t = 0; t < frames; t++) sums[k]![t + 1] = sums[k]![t]! + series[(3 * i + k) * frames + t]!;
    }
    const mean = (k: number, from: number, to: number): number => (sums[k]![to]! - sums[k]![from]!) / (to - from);
    jump.fill(0);
    for (let t = window; t <= frames - window; t++) {
      jump[t] = Math.hypot(...[0, 1, 2].map((k) => mean(k, t, t + window) - mean(k, t - window, t)));
    }
    const moments: number[] = [];
    for (let t = window; t <= frames - window; t++) {
      if (jump[t]! < limit) continue;
      let isTop = true;
      for (let s = Math.max(window, t - window); s <= Math.min(frames - window, t + window) && isTop; s++) {
        if (jump[s]! > jump[t]! || (jump[s] === jump[t] && s < t)) isTop = false;
      }
      if (isTop) moments.push(t);
    }
    // beside a hop the ion may be on its way
    const plateaus = [...moments, frames].map((to, h): [number, number] => {
      const from = h === 0 ? 0 : moments[h - 1]!;
      const inside: [number, number] = [h === 0 ? 0 : from + 1, h === moments.length ? frames : to - 1];
      return inside[1] > inside[0] ? inside : [from, to];
    });
    for (let h = 0; h < moments.length; h++) {
      const vector = [0, 1, 2].map((k) => mean(k, ...plateaus[h + 1]!) - mean(k, ...plateaus[h]!)) as [number, number, number];
      const length = Math.hypot(...vector);
      // a step aside that came back before the next hop is none
      if (length >= limit) hops.push({ ion: i, frame: moments[h]!, length, vector, sites: null });
    }
  }
  return { ...statisticsOf(hops, ions, frames, intervalFs), length: medianLength(hops) };
}

/** The median of n lengths and half the distance of those √n/2 ranks to either side. */
function medianLength(hops: readonly Hop[]): Quantity {
  const lengths = hops.map(({ length }) => length).sort((a, b) => a - b);
  const n = lengths.length;
  /** between ranks, which count from 0 */
  const at = (rank: number): number => {
    const k = Math.max(0, Math.min(n - 1, rank));
    const low = Math.floor(k);
    return lengths[low]! + (k - low) * (lengths[Math.min(n - 1, low + 1)]! - lengths[low]!);
  };
  const middle = (n - 1) / 2;
  const away = Math.sqrt(n) / 2;
  return {
    value: n === 0 ? Number.NaN : at(middle),
    sigma: n < 2 ? null : (at(middle + away) - at(middle - away)) / 2,
    unit: "Å",
  };
}

/**
 * @param sites fractional coordinates of the sites' centres, three for each
 * @param radius Å within which an ion is on a site
 */
export function hopsBetweenSites(
  tracks: IonTracks,
  sites: Float64Array,
  radius: number,
  intervalFs: number,
): HopStatistics & { readonly occupancy: Float64Array } {
  const { frames, series, meanCell: cell } = tracks;
  if (!cell) throw new ThioscopeError("INVALID_INPUT", "sites need a periodic cell");
  if (!(radius > 0)) throw new ThioscopeError("INVALID_INPUT", `a radius of ${radius} Å: more than 0 is needed`);
  const inverse = inverseCell(cell, new Float64Array(9));
  const count = sites.length / 3;
  const ions = series.length / (3 * frames);
  const hops: Hop[] = [];
  const occupancy = new Float64Array(count);
  const f = [0, 0, 0];
  for (let i = 0; i < ions; i++) {
    let on = -1;
    /** the site's centre as the ion met it, without wrapping */
    let centre: [number, number, number] = [0, 0, 0];
    for (let t = 0; t < frames; t++) {
      const x = [0, 1, 2].map((k) => series[(3 * i + k) * frames + t]!) as [number, number, number];
      for (let k = 0; k < 3; k++) f[k] = x[0] * inverse[k]! + x[1] * inverse[3 + k]! + x[2] * inverse[6 + k]!;
      let best = -1;
      let least = radius;
      let offset: [number, number, number] = [0, 0, 0];
      for (let s = 0; s < count; s++) {
        const d = [0, 1, 2].map((k) => f[k]! - sites[3 * s + k]!).map((u) => u - Math.round(u)) as [number, number, number];
        const v = [0, 1, 2].map((k) => d[0] * cell[k]! + d[1] * cell[3 + k]! + d[2] * cell[6 + k]!) as [number, number, number];
        const length = Math.hypot(...v);
        if (length < least) {
          least = length;
          best = s;
          offset = v;
        }
      }
      if (best >= 0) {
        const met = [x[0] - offset[0], x[1] - offset[1], x[2] - offset[2]] as [number, number, number];
        const vector = [met[0] - centre[0], met[1] - centre[1], met[2] - centre[2]] as [number, number, number];
        // the same site in another cell is another site
        if (on >= 0 && (best !== on || Math.hypot(...vector) > radius))
          hops.push({ ion: i, frame: t, length: Math.hypot(...vector), vector, sites: [on, best] });
        on = best;
        centre = met;
      }
      if (on >= 0) occupancy[on]! += 1 / frames;
    }
  }
  return { ...statisticsOf(hops, ions, frames, intervalFs), occupancy };
}

function statisticsOf(hops: readonly Hop[], ions: number, frames: number, intervalFs: number): HopStatistics {
  const n = hops.length;
  const time = (ions * (frames - 1) * intervalFs) / 1000;
  const rate = { value: n / time, sigma: Math.sqrt(Math.max(1, n)) / time, unit: "1/ps" };
  const mean = n === 0 ? Number.NaN : hops.reduce((sum, h) => sum + h.length, 0) / n;
  const spread = n < 2 ? null : Math.sqrt(hops.reduce((sum, h) => sum + (h.length - mean) ** 2, 0) / (n * (n - 1)));
  const cosines: number[] = [];
  for (let k = 1; k < n; k++) {
    const [a, b] = [hops[k - 1]!, hops[k]!];
    if (a.ion !== b.ion) continue;
    cosines.push((a.vector[0] * b.vector[0] + a.vector[1] * b.vector[1] + a.vector[2] * b.vector[2]) / (a.length * b.length));
  }
  const c = cosines.reduce((sum, x) => sum + x, 0) / cosines.length;
  const sigma = Math.sqrt(cosines.reduce((sum, x) => sum + (x - c) ** 2, 0) / (cosines.length * Math.max(1, cosines.length - 1)));
  const cosine = cosines.length < 2 ? null : { value: c, sigma, unit: "1" };
  return {
    hops,
    rate,
    length: { value: mean, sigma: spread, unit: "Å" },
    rmsLength: n === 0 ? null : Math.sqrt(hops.reduce((sum, h) => sum + h.length ** 2, 0) / n),
    residence: n === 0 ? null : { value: 1 / rate.value, sigma: rate.sigma / rate.value ** 2, unit: "ps" },
    cosine,
    correlation: cosine ? { value: (1 + c) / (1 - c), sigma: (2 * sigma) / (1 - c) ** 2, unit: "1" } : null,
    still: 1 - new Set(hops.map((h) => h.ion)).size / ions,
  };
}

export interface VanHove {
  /** middle of each bin, Å */
  readonly r: Float64Array;
  /** 4 π r² G_s(r, t) for each lag, 1/Å; each integrates to 1 over all r */
  readonly curves: readonly Float64Array[];
}

/** Self part of the van Hove function at lags in frames. INVALID_INPUT for lags outside of the run. */
export function vanHoveSelf(tracks: IonTracks, lags: readonly number[], step = 0.1, rMax = 10): VanHove {
  const { frames, series } = tracks;
  const bins = Math.ceil(rMax / step);
  if (!(bins >= 1 && bins <= 100_000)) throw new ThioscopeError("INVALID_INPUT", `${bins} bins: 1 to 100000 are allowed`);
  const ions = series.length / (3 * frames);
  const curves = lags.map((lag) => {
    if (!(Number.isInteger(lag) && lag >= 1 && lag < frames))
      throw new ThioscopeError("INVALID_INPUT", `a lag of ${lag} frames: 1 to ${frames - 1} are in the run`);
    const counts = new Float64Array(bins);
    for (let i = 0; i < ions; i++) {
      const [x, y, z] = [0, 1, 2].map((k) => (3 * i + k) * frames) as [number, number, number];
      for (let t = lag; t < frames; t++) {
        const d = Math.hypot(
          series[x + t]! - series[x + t - lag]!,
          series[y + t]! - series[y + t - lag]!,
          series[z + t]! - series[z + t - lag]!,
        );
        const bin = Math.floor(d / step);
        if (bin < bins) counts[bin]!++;
      }
    }
    return counts.map((n) => n / (ions * (frames - lag) * step));
  });
  return { r: Float64Array.from({ length: bins }, (_, b) => (b + 0.5) * step), curves };
}
