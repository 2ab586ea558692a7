/**
 * Upper limit of a band that is not found: 95 %, one-sided, of a peak of the usual width, or half as broad again, at its place:
 *
 *   max(0, A) + 1.645 σ_A,   A of the linear fit of band and baseline curves to what the other peaks leave
 *
 * with σ_A from the residuals and their serial correlation. A peak that was fitted there without being certain is given back to the residual first.
 */
import { weightedLinear } from "../numerics/weightedLinear.ts";
import { PEAK_SHAPES, type PeakShapeName } from "../peaks/index.ts";
import { serialCorrelation } from "../peaks/whiten.ts";
import type { RamanBand } from "./bands.ts";
import type { RamanLimit, RamanPeak } from "./fit.ts";

/** errors above which a peak is one for certain */
export const SIGNIFICANT = 3;
const ONE_SIDED_95 = 1.645;
/** cm⁻¹, of a band where no other tells */
const USUAL_WIDTH = 8;

export interface Ground {
  shift: Float64Array;
  /** of the fit */
  residual: Float64Array;
  /** what the baseline is made of */
  curves: readonly { values: Float64Array }[];
  shape: PeakShapeName;
}

const certain = ({ area }: RamanPeak): boolean => area.value > SIGNIFICANT * (area.sigma ?? Number.POSITIVE_INFINITY);

/** Median of the certain peaks' widths. */
function usualWidth(peaks: readonly RamanPeak[]): number {
  const widths = peaks
    .filter(certain)
    .map(({ width }) => width.value)
    .sort((a, b) => a - b);
  return widths[widths.length >> 1] ?? USUAL_WIDTH;
}

/** The largest area that a band of this width could have. */
function largestArea(band: RamanBand, peaks: readonly RamanPeak[], { shift, residual, curves, shape }: Ground, width: number): number {
  const n = shift.length;
  const k = 1 + curves.length;
  const signal = residual.slice();
  for (const peak of peaks) {
    const near = Math.abs(peak.centre.value - band.position) <= band.tolerance + width / 2;
    // a broad hump is no band of this width
    if (certain(peak) || !near || peak.width.value >= 3 * width) continue;
    const { area, centre, mix } = peak;
    for (let i = 0; i < n; i++)
      signal[i] = signal[i]! + PEAK_SHAPES[shape].value(shift[i]!, area.value, centre.value, peak.width.value, mix?.value ?? 0, undefined);
  }
  const design = new Float64Array(n * k);
  for (let i = 0; i < n; i++) {
    design[i * k] = PEAK_SHAPES[shape].value(shift[i]!, 1, band.position, width, 0.5, undefined);
    for (const [j, { values }] of curves.entries()) design[i * k + 1 + j] = values[i]!;
  }
  const fit = weightedLinear(design, signal, new Float64Array(n).fill(1), k);
  // a band that the baseline can make could be of any size
  if (!fit) return Number.POSITIVE_INFINITY;
  const left = signal.map((v, i) => v - design[i * k]! * fit.parameters[0]!);
  const variance = (fit.covariance[0]! * fit.chi2 * serialCorrelation(left)) / Math.max(1, fit.degreesOfFreedom);
  return Math.max(0, fit.parameters[0]!) + ONE_SIDED_95 * Math.sqrt(variance);
}

export function limitOf(band: RamanBand, peaks: readonly RamanPeak[], ground: Ground, given: number | undefined): RamanLimit {
  const { shift } = ground;
  const width = given ?? usualWidth(peaks);
  const at = peaks.findIndex((peak) => peak.assignments.some((a) => a.species === band.species && a.position === band.position));
  if (at >= 0) return { band, peak: at, limit: null, reason: null };
  const first = shift[0]!;
  const last = shift[shift.length - 1]!;
  if (band.position < first + width || band.position > last - width)
    return { band, peak: null, limit: null, reason: `the data end at ${first.toFixed(0)} and ${last.toFixed(0)} cm⁻¹` };
  // a band may be broader than the others
  const value = Math.max(largestArea(band, peaks, ground, width), largestArea(band, peaks, ground, 1.5 * width));
  if (!Number.isFinite(value)) return { band, peak: null, limit: null, reason: "a band of this width cannot be told from the baseline" };
  return { band, peak: null, limit: { value, sigma: null, unit: "counts·1/cm" }, reason: "not found: 95 % upper limit" };
}
