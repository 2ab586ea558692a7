/**
 * One background with one fit of components on it, and what a component that is not found could hold.
 *
 *   I(E) = B(E) + δ₁ (1 − c(E)) + δ₂ c(E) + Σ lines,   c the climb of the background from 0 to 1 (background.ts)
 *
 * The ends of a background are means of a few points and as uncertain as these: δ₁ and δ₂ are fitted with the lines and known beforehand to σ/√ends, so
 * that every area carries the part of its background, and what both share. Lines have a common asymmetry, known beforehand to ± 0.05: vibrations and
 * shake-up widen the side of high binding energies by that order (Beamson and Briggs, High Resolution XPS of Organic Polymers, 1992). Poisson weights are
 * those of the model, found in two rounds: weights of the points themselves pull each channel down by one count.
 */
import {
  type Curve,
  decompose,
  fitPeaks,
  flank,
  PEAK_SHAPES,
  type PeakFit,
  type PeakModel,
  type PeakShapeName,
  type PeakStart,
} from "../peaks/index.ts";
import { noiseOf } from "../peaks/noise.ts";
import { type XpsBackground, xpsBackground } from "./background.ts";
import { cutXps, type XpsSpectrum } from "./energy.ts";
import type { XpsFitOptions } from "./fit.ts";
import type { coreLevel } from "./lines.ts";

/** what is known of the asymmetry of a line before it is fitted */
const ASYMMETRY = 0.05;

type Level = ReturnType<typeof coreLevel>;

export interface Attempt {
  cut: XpsSpectrum;
  background: XpsBackground;
  /** the background with its ends as fitted */
  ground: Float64Array;
  fit: PeakFit;
  /** root of χ²/ν where it exceeds 1: by so much errors grow */
  misfit: number;
  names: readonly string[];
  /** lines per component: 1 or 2 */
  lines: number;
  starts: readonly PeakStart[];
  shape: PeakShapeName;
  tie: { areaRatio: number; centreOffset: number } | null;
}

/** One background with one fit. @param from starts of the components (without their second lines) from another window */
export function attempt(
  spectrum: XpsSpectrum,
  window: readonly [number, number],
  options: XpsFitOptions,
  level: Level,
  from: readonly PeakStart[] | null | undefined,
): Attempt {
  const cut = cutXps(spectrum, window);
  const ends = options.ends ?? 5;
  const shape = options.shape ?? "voigt";
  const background = xpsBackground(cut.energy, cut.intensity, options.background ?? "shirley", ends);
  const curve = curveAbove(cut, background, null);
  const top = curve.y.reduce((a, b) => Math.max(a, b), 0);
  const given = options.components?.map((c): PeakStart => {
    const [narrow, wide] = c.width ?? [0.4, 3];
    const within = c.within ?? 0.5;
    const width = Math.min(wide, Math.max(narrow, 1.2));
    return {
      centre: c.centre,
      width,
      area: (top * width) / 2,
      centreRange: [c.centre - within, c.centre + within],
      widthRange: [narrow, wide],
      mix: 0.2,
    };
  });
  const bases = from?.map((start, k) => ({ ...(given?.[k] ?? {}), ...start })) ?? given ?? searched(curve, level);
  const split = level?.split ?? null;
  const ratio = level?.ratio ?? null;
  const tie = split !== null && ratio !== null ? { areaRatio: ratio, centreOffset: split } : null;
  const lines = tie ? 2 : 1;
  const peaks = bases.flatMap((base, k): PeakStart[] => (tie ? [base, { ...base, tie: { ...tie, to: 2 * k } }] : [base]));
  const model = modelOf(curve, background, { shape, peaks, sharedWidth: options.sharedWidth ?? false }, options);
  const first = fitPeaks(curve, model);
  const fit = cut.sigma === null ? first : again(cut, background, model, first);
  const names = options.components?.map((c) => c.name) ?? bases.map((_, k) => `component ${k + 1}`);
  const starts = bases.map((base, k) => ({ ...base, ...fit.next[k * lines]! }));
  const misfit = curve.sigma ? Math.sqrt(Math.max(1, fit.chi2 / Math.max(1, fit.degreesOfFreedom))) : 1;
  const ground = background.values.map((v, i) => v + fit.baseline[i]!);
  return { cut, background, ground, fit, misfit, names, lines, starts, shape, tie };
}

/** The second round, with the weights of the model that the first one found. */
function again(cut: XpsSpectrum, background: XpsBackground, model: PeakModel, first: PeakFit): PeakFit {
  const at = first.next;
  const peaks = model.peaks.map((peak, k) => ({ ...peak, ...at[k]! }));
  return fitPeaks(curveAbove(cut, background, first.fitted), { ...model, peaks });
}

/**
 * What lies above the background, with the errors of its points: where counts are known, of the fitted counts, or of the measured ones before a fit.
 * Without counts the noise of the points is taken from their second differences.
 */
function curveAbove({ energy, intensity, sigma }: XpsSpectrum, { values }: XpsBackground, fitted: Float64Array | null): Curve {
  const y = intensity.map((v, i) => v - values[i]!);
  const curve = { x: energy, y, xUnit: "eV", yUnit: "" };
  if (!sigma) {
    const noise = noiseOf(intensity);
    return noise > 0 ? { ...curve, sigma: new Float64Array(y.length).fill(noise) } : curve;
  }
  if (!fitted) return { ...curve, sigma };
  let perUnit = 0;
  for (let i = 0; i < y.length; i++) perUnit = Math.max(perUnit, intensity[i]! / sigma[i]! ** 2);
  if (!(perUnit > 0)) return { ...curve, sigma };
  return { ...curve, sigma: sigma.map((s, i) => Math.sqrt(Math.max(s * s + (fitted[i]! - y[i]!) / perUnit, 1 / perUnit ** 2))) };
}

/** Lines on the ends of the background, as the head of this file has it. */
function modelOf(
  curve: Curve,
  { climb, ends }: XpsBackground,
  lines: Pick<PeakModel, "shape" | "peaks" | "sharedWidth">,
  { asymmetry = ASYMMETRY }: XpsFitOptions,
): PeakModel {
  const model: PeakModel = { ...lines, baseline: -1, widest: 4, correlatedResiduals: true };
  const { sigma } = curve;
  if (!sigma) return model;
  const skewed = asymmetry > 0 ? { ...model, asymmetry } : model;
  if (ends === 0) return skewed;
  const n = sigma.length;
  let [low, high] = [0, 0];
  for (let i = 0; i < ends; i++) {
    low += sigma[i]! ** 2;
    high += sigma[n - 1 - i]! ** 2;
  }
  return {
    ...skewed,
    baselineCurves: [
      { values: climb.map((c) => 1 - c), sigma: Math.sqrt(low) / ends },
      { values: climb, sigma: Math.sqrt(high) / ends },
    ],
  };
}

/** Peaks that stand out of the background; of a doublet level only those that are not another one's second line. */
function searched(curve: Curve, level: Level): PeakStart[] {
  const found = decompose(curve, { shape: "pseudoVoigt", baseline: -1, most: 6, widths: [0.5, 3], leastShare: 0.02 });
  const starts = [...found.next].sort((a, b) => a.centre - b.centre);
  const split = level?.split;
  const ratio = level?.ratio;
  const kept =
    split && ratio
      ? starts.filter((s) => !starts.some((o) => Math.abs(s.centre - o.centre - split) < 0.3 && s.area < 1.3 * ratio * o.area))
      : starts;
  return kept.map((s) => ({ ...s, centreRange: [s.centre - 1, s.centre + 1], widthRange: [0.3, 4] }));
}

/**
 * Area and error of a component that is not found, by injection: a known peak is added to the data at its place, background and fit are made anew with
 * its place and width held. Two injections tell the share that comes back (the background swallows the rest) and with it the estimate, which may be
 * negative: A₁ = k (a + s), A₂ = k (a + 2 s).
 */
export function byInjection(main: Attempt, k: number, options: XpsFitOptions): { value: number; sigma: number } {
  const { cut, background, lines, shape, starts, fit, tie } = main;
  const square = fit.fitted.reduce((sum, v, i) => sum + (cut.intensity[i]! - background.values[i]! - v) ** 2, 0);
  const n = cut.energy.length;
  const spacing = (cut.energy[n - 1]! - cut.energy[0]!) / (n - 1);
  const width = Math.min(1.5, Math.max(0.8, starts[k]!.width));
  // ten times the error that a lone peak of this width would have
  const injected = 10 * Math.sqrt(square / n) * Math.sqrt(spacing * width);
  const share = tie?.areaRatio ?? 0;
  const put = (times: number): { value: number; sigma: number } => {
    // where it was said to be: the fit of nothing drifts to the next bump of the noise
    const centre = options.components?.[k]?.centre ?? starts[k]!.centre;
    const held: PeakStart = { ...starts[k]!, centre, width, area: times * injected, mix: 0.2, fixCentre: true, fixWidth: true };
    const intensity = cut.intensity.slice();
    addPeak(cut.energy, shape, times * injected, held.centre, width, 0.2, 0, intensity);
    if (tie) addPeak(cut.energy, shape, times * injected * share, held.centre + tie.centreOffset, width, 0.2, 0, intensity);
    const lifted = xpsBackground(cut.energy, intensity, options.background ?? "shirley", options.ends ?? 5);
    const bases = starts.map((start, j) => (j === k ? held : start));
    const peaks = bases.flatMap((base, j): PeakStart[] => (tie ? [base, { ...base, tie: { ...tie, to: 2 * j } }] : [base]));
    const curve = curveAbove({ ...cut, intensity }, lifted, null);
    const { area } = fitPeaks(curve, modelOf(curve, lifted, { shape, peaks }, options)).peaks[k * lines]!;
    return { value: area.value, sigma: area.sigma ?? injected / 10 };
  };
  const [first, second] = [put(1), put(2)];
  const kept = Math.max(0.2, (second.value - first.value) / injected);
  return { value: (first.value / kept - injected) * (1 + share), sigma: (first.sigma / kept) * (1 + share) };
}

/** Adds a line to `out`, with flanks that differ by the asymmetry. */
export function addPeak(
  x: Float64Array,
  shape: PeakShapeName,
  area: number,
  centre: number,
  width: number,
  mix: number,
  asymmetry: number,
  out: Float64Array,
): void {
  for (let i = 0; i < x.length; i++) {
    const k = flank(x[i]!, centre, asymmetry);
    out[i] = out[i]! + PEAK_SHAPES[shape].value(x[i]!, area * k, centre, width * k, mix, undefined);
  }
}
