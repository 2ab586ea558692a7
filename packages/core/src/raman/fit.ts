/**
 * Peaks of a Raman spectrum: arPLS baseline, search and Voigt fit (core/peaks), names from the table of bands, and upper limits for bands that
 * were asked for and are not there.
 *
 * The baseline follows what is broader than `broad` cm⁻¹: the cut-off length of the smoother of second differences, λ = (broad/(2π spacing))⁴.
 * Errors: of the fit, from the residuals and widened by their serial correlation; of the areas, in quadrature with half the spread of the area
 * when λ is ten times smaller and larger, which is what nobody can know about a baseline.
 *
 * Upper limit of a band that is not found: 95 %, one-sided, of a peak of `width`, or half as broad again, at its place: (A + 1.645 σ_A)/k, A ≥ 0 fitted to the residual with
 * the same width (matched filter), σ_A from the noise and the residuals' correlation, k the share of a band put in there that the baseline leaves. A
 * peak that was fitted there without being certain counts with its area and error.
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import { type Curve, decompose, fitPeaks, PEAK_SHAPES, type PeakFit, type PeakShapeName, type PeakStart } from "../peaks/index.ts";
import { smoothBaseline } from "../peaks/smoothBaseline.ts";
import { serialCorrelation } from "../peaks/whiten.ts";
import type { Quantity } from "../units/quantity.ts";
import { bandsAt, RAMAN_BANDS, type RamanBand } from "./bands.ts";
import type { RamanSpectrum } from "./spectrum.ts";

export interface RamanFitOptions {
  /** features broader than this belong to the baseline, cm⁻¹; 300 where absent */
  broad?: number;
  shape?: PeakShapeName;
  /** at most this many peaks; 12 where absent */
  most?: number;
  /** peaks to begin with instead of a search: centres in cm⁻¹ */
  centres?: readonly number[];
  bands?: readonly RamanBand[];
  /** species whose bands must be answered for: found, or an upper limit */
  species?: readonly string[];
  /** full width of a peak whose upper limit is asked, cm⁻¹; the median of the found ones where absent, 8 without any */
  limitWidth?: number;
}

export interface RamanPeak {
  centre: Quantity;
  width: Quantity;
  height: Quantity;
  area: Quantity;
  /** Lorentzian share; null for shapes without one */
  mix: Quantity | null;
  assignments: readonly RamanBand[];
}

export interface RamanLimit {
  band: RamanBand;
  /** found: the peak's index; otherwise null */
  peak: number | null;
  /** 95 % upper limit of the area of a band that is not found; null where it was found or lies outside the data */
  limit: Quantity | null;
  reason: string | null;
}

export interface RamanFit {
  shift: Float64Array;
  intensity: Float64Array;
  baseline: Float64Array;
  fitted: Float64Array;
  peaks: readonly RamanPeak[];
  limits: readonly RamanLimit[];
  /** √(Σ r²/ν) in units of the noise: 1 where the model leaves only noise */
  reducedChi: number;
  parameters: { lambda: number; broad: number; shape: PeakShapeName; noise: number };
  notices: readonly Notice[];
}

export function fitRaman(spectrum: RamanSpectrum, options: RamanFitOptions = {}): RamanFit {
  const { shift, intensity, noise } = spectrum;
  const n = shift.length;
  const shape = options.shape ?? "voigt";
  const broad = options.broad ?? 300;
  const spacing = (shift[n - 1]! - shift[0]!) / (n - 1);
  if (!(broad > 4 * spacing))
    throw new ThioscopeError("INVALID_INPUT", `a baseline above ${broad} cm⁻¹ needs points closer than ${spacing.toFixed(3)} cm⁻¹`);
  const lambda = (broad / (2 * Math.PI * spacing)) ** 4;
  const bottom = smoothBaseline(intensity, { method: "arpls", lambda });
  const notices: Notice[] = [...spectrum.notices];
  if (!bottom.converged)
    notices.push({ code: "baseline-unsettled", message: `the baseline had not settled after ${bottom.iterations} rounds` });
  const curve = (baseline: Float64Array): Curve => ({
    x: shift,
    y: intensity.map((v, i) => v - baseline[i]!),
    xUnit: "1/cm",
    yUnit: "counts",
  });
  const found = search(curve(bottom.baseline), shape, noise, broad, options);
  const spread = areaSpread(curve, intensity, lambda, shape, found);
  const kept = found.peaks.flatMap((peak, k) => (peak.centre === null ? [] : [{ peak, k }]));
  const cut = found.peaks.length - kept.length;
  if (cut > 0)
    notices.push({ code: "peak-cut", message: `${cut} peaks whose top lies at or beyond the ends of the data are fitted and not listed` });
  const peaks = kept.map(({ peak, k }): RamanPeak => {
    const sigma = Math.hypot(peak.area.sigma ?? 0, spread[k]!);
    return {
      centre: peak.centre!,
      width: peak.width,
      height: peak.height,
      area: { ...peak.area, sigma },
      mix: peak.mix,
      // what is no peak for certain carries no name
      assignments: !(peak.area.value > SIGNIFICANT * (peak.area.sigma ?? Number.POSITIVE_INFINITY))
        ? []
        : bandsAt(peak.centre!.value, peak.centre!.sigma ?? 0, options.bands),
    };
  });
  const bands = (options.bands ?? RAMAN_BANDS).filter((band) => (options.species ?? []).includes(band.species));
  const unknown = (options.species ?? []).filter((name) => !(options.bands ?? RAMAN_BANDS).some((band) => band.species === name));
  if (unknown.length > 0) {
    const known = [...new Set((options.bands ?? RAMAN_BANDS).map((b) => b.species))].join(", ");
    throw new ThioscopeError("INVALID_INPUT", `no bands of ${unknown.join(", ")} are known; there are ${known}`);
  }
  const residual = intensity.map((v, i) => v - bottom.baseline[i]! - found.fitted[i]!);
  const ground: Ground = { shift, intensity, baseline: bottom.baseline, lambda, residual, noise, shape };
  const limits = bands.map((band) => limitOf(band, peaks, ground, limitWidth(peaks, options)));

  const fitted = found.fitted.map((v, i) => v + bottom.baseline[i]!);
  const freedom = Math.max(1, found.degreesOfFreedom);
  const square = residual.reduce((sum, r) => sum + r * r, 0);
  return {
    shift,
    intensity,
    baseline: bottom.baseline,
    fitted,
    peaks,
    limits,
    reducedChi: noise > 0 ? Math.sqrt(square / freedom) / noise : 0,
    parameters: { lambda, broad, shape, noise },
    notices,
  };
}

/** Looks for peaks with the noise known, or starts at given centres; the last fit takes its errors from the residuals. */
function search(curve: Curve, shape: PeakShapeName, noise: number, broad: number, options: RamanFitOptions): PeakFit {
  const n = curve.x.length;
  const spacing = (curve.x[n - 1]! - curve.x[0]!) / (n - 1);
  let start: readonly PeakStart[];
  if (options.centres) {
    start = options.centres.map((centre): PeakStart => {
      const near = curve.x.reduce((best, x, i) => (Math.abs(x - centre) < Math.abs(curve.x[best]! - centre) ? i : best), 0);
      const width = Math.max(4 * spacing, 10);
      return { centre, width, area: Math.max(0, curve.y[near]!) * width, centreRange: [centre - 15, centre + 15] };
    });
  } else {
    const sigma = new Float64Array(n).fill(Math.max(noise, 1e-300));
    const found = decompose(
      { ...curve, sigma },
      {
        shape: "pseudoVoigt",
        baseline: 0,
        most: options.most ?? 12,
        widths: [4 * spacing, broad / 2],
      },
    );
    start = found.next.filter((_, k) => (found.peaks[k]!.area.sigma ?? 0) * 3 < found.peaks[k]!.area.value);
  }
  return fitPeaks(curve, { shape, baseline: 0, peaks: start, correlatedResiduals: true, widest: broad });
}

/** Half the spread of each area between a baseline ten times softer and one ten times stiffer. */
function areaSpread(
  curve: (baseline: Float64Array) => Curve,
  y: Float64Array,
  lambda: number,
  shape: PeakShapeName,
  found: PeakFit,
): number[] {
  if (found.peaks.length === 0) return [];
  const [soft, stiff] = [lambda / 10, lambda * 10].map((value) => {
    const { baseline } = smoothBaseline(y, { method: "arpls", lambda: value });
    return fitPeaks(curve(baseline), { shape, baseline: 0, peaks: found.next, tolerance: 1e-6 });
  });
  return found.peaks.map((_, k) => Math.abs(soft!.peaks[k]!.area.value - stiff!.peaks[k]!.area.value) / 2);
}

function limitWidth(peaks: readonly RamanPeak[], options: RamanFitOptions): number {
  if (options.limitWidth !== undefined) return options.limitWidth;
  const widths = peaks.map((p) => p.width.value).sort((a, b) => a - b);
  return widths[widths.length >> 1] ?? 8;
}

const ONE_SIDED_95 = 1.645;
const SIGNIFICANT = 3;

interface Ground {
  shift: Float64Array;
  intensity: Float64Array;
  baseline: Float64Array;
  lambda: number;
  residual: Float64Array;
  noise: number;
  shape: PeakShapeName;
}

/** The largest area that a band of this width could have. */
function largestArea(band: RamanBand, peaks: readonly RamanPeak[], ground: Ground, width: number): number {
  const { shift, intensity, baseline, lambda, residual, noise, shape } = ground;
  const f = shift.map((x) => PEAK_SHAPES[shape].value(x, 1, band.position, width, 0.5, undefined));
  const own = f.reduce((sum, v) => sum + v * v, 0);
  const match = (values: Float64Array): number => values.reduce((sum, v, i) => sum + v * f[i]!, 0) / own;
  const sigma = (noise / Math.sqrt(own)) * Math.sqrt(serialCorrelation(residual));
  // the baseline swallows part of a small band: what it leaves of one that is put in
  const injected = 10 * sigma;
  const lifted = smoothBaseline(
    intensity.map((v, i) => v + injected * f[i]!),
    { method: "arpls", lambda },
  ).baseline;
  const kept = Math.max(0.2, 1 - match(lifted.map((v, i) => v - baseline[i]!)) / injected);
  // a peak that was fitted there and is not certain counts with its own error
  const doubtful = peaks.filter(({ assignments, centre, width: own }) => {
    const near = Math.abs(centre.value - band.position) <= band.tolerance + width / 2;
    // a broad hump is no band of this width
    return assignments.length === 0 && near && own.value < 3 * width;
  });
  const estimate = Math.max(0, match(residual)) + doubtful.reduce((sum, p) => sum + p.area.value, 0);
  const error = doubtful.reduce((sum, p) => Math.hypot(sum, p.area.sigma ?? 0), sigma);
  return (estimate + ONE_SIDED_95 * error) / kept;
}

function limitOf(band: RamanBand, peaks: readonly RamanPeak[], ground: Ground, width: number): RamanLimit {
  const { shift } = ground;
  const at = peaks.findIndex((peak) => peak.assignments.some((a) => a.species === band.species && a.position === band.position));
  if (at >= 0) return { band, peak: at, limit: null, reason: null };
  const first = shift[0]!;
  const last = shift[shift.length - 1]!;
  if (band.position < first + width || band.position > last - width)
    return { band, peak: null, limit: null, reason: `the data end at ${first.toFixed(0)} and ${last.toFixed(0)} cm⁻¹` };
  // a band may be broader than the others
  const value = Math.max(largestArea(band, peaks, ground, width), largestArea(band, peaks, ground, 1.5 * width));
  return { band, peak: null, limit: { value, sigma: null, unit: "counts·1/cm" }, reason: "not found: 95 % upper limit" };
}
