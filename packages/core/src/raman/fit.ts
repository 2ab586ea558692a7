/**
 * Peaks of a Raman spectrum: arPLS baseline, search and Voigt fit (core/peaks), names from the table of bands, and upper limits for bands that
 * were asked for and are not there.
 *
 * The baseline follows what is broader than `broad` cm⁻¹: the cut-off length of the smoother of second differences, λ = (broad/(2π spacing))⁴. It finds the
 * peaks; in the fit a spline with knots broad/2 apart is fitted along, because a smoother takes the feet of Lorentzian lines for baseline (5 to 10 % of
 * an area). Errors: of the fit, with the spline's freedom in them, from the residuals and widened by their serial correlation; of places and areas, in quadrature
 * with what a spline half as free moves them by, and of areas with ripples as long as the line's feet that no single lag of the residuals shows. What is not found
 * is an upper limit (limits.ts).
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import type { FitAccount } from "../fits/index.ts";
import { cubicSpline, evaluateSpline } from "../numerics/cubicSpline.ts";
import { accountedPeaks, type Curve, decompose, fitPeaks, type PeakFit, type PeakShapeName, type PeakStart } from "../peaks/index.ts";
import { smoothBaseline } from "../peaks/smoothBaseline.ts";
import { batchCorrelation } from "../peaks/whiten.ts";
import type { Quantity } from "../units/quantity.ts";
import { bandsAt, RAMAN_BANDS, type RamanBand } from "./bands.ts";
import { type Ground, limitOf, SIGNIFICANT } from "./limits.ts";
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
  /** correlations, and why the fit is not trusted */
  account: FitAccount;
  /** what one σ of each parameter of the account adds to `fitted`, the others held; null where one has no error */
  effects: readonly (Float64Array | null)[];
  notices: readonly Notice[];
}

/** full widths over which a line's area is gathered */
const FEET = 4;
/** the other stiffness of the baseline that areas are tried on */
const STIFFER = 2;
/** variance that noise alone gives to half the move, in variances of an area */
const NOISE_OF_STIFFNESS = 0.1;

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
  const curve: Curve = { x: shift, y: intensity, xUnit: "1/cm", yUnit: "counts" };
  const starts = search({ ...curve, y: intensity.map((v, i) => v - bottom.baseline[i]!) }, noise, broad, options);
  const first = fitOn(curve, starts, shape, broad);
  // the search took up what the spline explains better
  const found = options.centres ? first : withoutWeak(first, intensity, 1, (peaks) => fitOn(curve, peaks, shape, broad));
  const weighed = { ...curve, sigma: errorsOf(curve, found.fitted) ?? new Float64Array(n).fill(1) };
  const stiffer = fitOn(weighed, found.next, shape, STIFFER * broad);
  const kept = found.peaks.flatMap((peak, k) => (peak.centre === null ? [] : [{ peak, k }]));
  const cut = found.peaks.length - kept.length;
  if (cut > 0)
    notices.push({ code: "peak-cut", message: `${cut} peaks whose top lies at or beyond the ends of the data are fitted and not listed` });
  const residual = intensity.map((v, i) => v - found.fitted[i]!);
  const peaks = kept.map(({ peak, k }): RamanPeak => {
    // an area lives on a few widths, where weak ripples add up
    const batch = batchCorrelation(residual, (FEET * peak.width.value) / spacing, found.peaks.length + knotsOver(shift, broad / 2));
    const longer = Math.sqrt(Math.max(1, batch / found.serialCorrelation));
    const other = stiffer.peaks[k]!;
    const withBaseline = (statistical: number, value: number, moved: number): number =>
      Math.hypot(statistical, beyond(Math.abs(moved - value) / 2, statistical));
    const sigma = withBaseline((peak.area.sigma ?? 0) * longer, peak.area.value, other.area.value);
    const { value: centre, sigma: known } = peak.centre!;
    // a top that another baseline moves to the end of the data is known by the fit alone
    const place = known === null || other.centre === null ? known : withBaseline(known, centre, other.centre.value);
    return {
      centre: { ...peak.centre!, sigma: place },
      width: peak.width,
      height: peak.height,
      area: { ...peak.area, sigma },
      mix: peak.mix,
      // what is no peak for certain carries no name
      assignments: !(peak.area.sigma !== null && peak.area.value > SIGNIFICANT * sigma)
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
  const under: Ground = { shift, residual, curves: splines(shift, broad / 2), shape };
  const limits = bands.map((band) => limitOf(band, peaks, under, options.limitWidth));
  const freedom = Math.max(1, found.degreesOfFreedom);
  const square = residual.reduce((sum, r) => sum + r * r, 0);
  return {
    shift,
    intensity,
    baseline: found.baseline,
    fitted: found.fitted,
    peaks,
    limits,
    reducedChi: noise > 0 ? Math.sqrt(square / freedom) / noise : 0,
    parameters: { lambda, broad, shape, noise },
    ...accountedPeaks(found, {
      nameOf: (k) => `${found.next[k]!.centre.toFixed(0)} cm⁻¹`,
      xUnit: "1/cm",
      areaUnit: "counts/cm",
      // σ² = a + b I follows from the residuals
      errorsFromResiduals: true,
      resultOf({ of, peak }) {
        const result = peaks[kept.findIndex(({ k }) => k === peak)];
        return result && of !== "asymmetry" ? result[of] : null;
      },
    }),
    notices,
  };
}

/** Looks for peaks with the noise known, or starts at given centres. */
function search(curve: Curve, noise: number, broad: number, options: RamanFitOptions): readonly PeakStart[] {
  const n = curve.x.length;
  const spacing = (curve.x[n - 1]! - curve.x[0]!) / (n - 1);
  if (options.centres) {
    return options.centres.map((centre): PeakStart => {
      const near = curve.x.reduce((best, x, i) => (Math.abs(x - centre) < Math.abs(curve.x[best]! - centre) ? i : best), 0);
      const width = Math.max(4 * spacing, 10);
      return { centre, width, area: Math.max(0, curve.y[near]!) * width, centreRange: [centre - 15, centre + 15] };
    });
  }
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
  const model = (peaks: readonly PeakStart[]) => ({
    shape: "pseudoVoigt" as const,
    baseline: 0,
    peaks,
    tolerance: 1e-5,
    widest: 0.75 * broad,
  });
  return withoutWeak(found, curve.y, SIGNIFICANT, (peaks) => fitPeaks({ ...curve, sigma }, model(peaks))).next;
}

/**
 * Peaks whose areas are above so many errors. They go one at a time, for of those that hide one another one may be sure without the others; and the
 * one goes that is missed least, which may be a broad one over two narrow ones.
 */
function withoutWeak(fit: PeakFit, y: Float64Array, errors: number, again: (peaks: readonly PeakStart[]) => PeakFit): PeakFit {
  // fits that find their own errors of the points have no common χ²
  const left = ({ fitted }: PeakFit): number => y.reduce((sum, v, i) => sum + (v - fitted[i]!) ** 2, 0);
  let current = fit;
  while (current.peaks.length > 0) {
    const { next, peaks } = current;
    const certainty = peaks.map(({ area }) => area.value / (area.sigma || Number.MIN_VALUE));
    const weakest = certainty.indexOf(Math.min(...certainty));
    if (certainty[weakest]! > errors) break;
    const { centre } = next[weakest]!;
    const over = [...next.keys()].filter((k) => k === weakest || Math.abs(next[k]!.centre - centre) < next[k]!.width);
    current = over.map((gone) => again(next.filter((_, k) => k !== gone))).reduce((a, b) => (left(b) < left(a) ? b : a));
  }
  return current;
}

/** Peaks with what the baseline has taken from their feet, or left under them: a spline with knots half of `broad` apart, fitted along. */
function fitOn(curve: Curve, peaks: readonly PeakStart[], shape: PeakShapeName, broad: number): PeakFit {
  const model = {
    shape,
    baseline: -1,
    peaks,
    correlatedResiduals: true,
    openMix: true,
    wholeAreas: true,
    widest: broad,
    baselineCurves: splines(curve.x, broad / 2),
  };
  if (curve.sigma) return fitPeaks(curve, { ...model, tolerance: 1e-6 });
  const first = fitPeaks(curve, { ...model, tolerance: 1e-6 });
  const sigma = errorsOf(curve, first.fitted);
  return sigma ? fitPeaks({ ...curve, sigma }, { ...model, peaks: first.next }) : first;
}

/**
 * Errors of the points by what the fit leaves: σ² = a + b I, because light is counted and a detector reads out, in units that no file tells. a and b ≥ 0 by
 * weighted least squares of the squared residuals, in three rounds. null where nothing is left.
 */
function errorsOf({ y }: Curve, fitted: Float64Array): Float64Array | null {
  const n = y.length;
  const level = fitted.map((v) => Math.max(0, v));
  const square = y.map((v, i) => (v - fitted[i]!) ** 2);
  const mean = square.reduce((sum, v) => sum + v, 0) / n;
  if (!(mean > 0)) return null;
  let variance = new Float64Array(n).fill(mean);
  for (let round = 0; round < 3; round++) {
    let [w, wl, wll, ws, wls] = [0, 0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const weight = 1 / variance[i]! ** 2;
      w += weight;
      wl += weight * level[i]!;
      wll += weight * level[i]! ** 2;
      ws += weight * square[i]!;
      wls += weight * level[i]! * square[i]!;
    }
    const determinant = w * wll - wl * wl;
    let b = determinant > 1e-12 * w * wll ? (w * wls - wl * ws) / determinant : 0;
    let a = (ws - b * wl) / w;
    if (b < 0) [a, b] = [ws / w, 0];
    if (a < 0) [a, b] = [0, wls / wll];
    const least = 1e-3 * mean;
    variance = level.map((v) => Math.max(least, a + b * v));
  }
  return variance.map(Math.sqrt);
}

const knotsOver = (x: Float64Array, apart: number): number => Math.max(2, Math.ceil((x[x.length - 1]! - x[0]!) / apart) + 1);

/** Cardinal cubic splines over the range, on knots at most `apart` from one another; polynomials where fewer than four of these lie in it. */
function splines(x: Float64Array, apart: number): { values: Float64Array }[] {
  const [first, last] = [x[0]!, x[x.length - 1]!];
  const knots = knotsOver(x, apart);
  const at = Float64Array.from({ length: knots }, (_, k) => first + ((last - first) * k) / (knots - 1));
  if (knots < 4) return Array.from({ length: knots }, (_, k) => ({ values: x.map((v) => ((v - first) / (last - first)) ** k) }));
  return Array.from(at, (_, k) => {
    const values = new Float64Array(x.length);
    evaluateSpline(
      cubicSpline(
        at,
        Float64Array.from(at, (_, j) => (j === k ? 1 : 0)),
      ),
      x,
      values,
    );
    return { values };
  });
}

/** The two fits share their points: what another stiffness moves beyond the noise is the baseline's. */
const beyond = (spread: number, statistical: number): number =>
  Math.sqrt(Math.max(0, spread * spread - NOISE_OF_STIFFNESS * statistical ** 2));
