/**
 * Components of a photoelectron region on a background: places, widths, areas with errors, and upper limits for those that are not found.
 *
 * Each component is one line, or a doublet whose lines share width and shape and keep splitting and ratio (core/peaks ties them). Weights are
 * Poisson where the file still knows its counts; otherwise all points weigh the same and errors follow the residuals. Where the model leaves more
 * than noise (χ²/ν > 1) errors are widened by its root, and by the serial correlation of the residuals.
 *
 * Background uncertainty: the whole fit is repeated with each end of the window drawn in by 5 %; half the spread of the areas joins their errors in
 * quadrature, and those of the places.
 *
 * A component whose area is below three of its errors is not found: its area is answered with max(0, A) + 1.645 σ, a 95 % upper limit.
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import { type Curve, decompose, fitPeaks, PEAK_SHAPES, type PeakFit, type PeakShapeName, type PeakStart } from "../peaks/index.ts";
import type { Quantity } from "../units/quantity.ts";
import { type XpsBackgroundName, xpsBackground } from "./background.ts";
import { cutXps, type XpsSpectrum } from "./energy.ts";
import { coreLevel, XPS_SPECIES, type XpsSpecies } from "./lines.ts";

export interface XpsComponent {
  name: string;
  /** of the larger line, eV */
  centre: number;
  /** how far the centre may move, eV; 0.5 where absent */
  within?: number;
  /** least and largest full width, eV; 0.4 to 3 where absent */
  width?: readonly [number, number];
}

export interface XpsFitOptions {
  /** ends of the region, eV; the whole spectrum where absent */
  window?: readonly [number, number];
  /** "S 2p": its doublet and its species; lines are single where absent */
  level?: string;
  background?: XpsBackgroundName;
  /** points that the ends of the background average over */
  ends?: number;
  shape?: PeakShapeName;
  /** one width for all components */
  sharedWidth?: boolean;
  /** what is fitted; found by search where absent */
  components?: readonly XpsComponent[];
}

export interface FittedComponent {
  name: string;
  found: boolean;
  /** of the larger line; null where not found */
  centre: Quantity | null;
  width: Quantity | null;
  /** of all its lines; null where not found */
  area: Quantity | null;
  /** 95 % upper limit of the area where not found; otherwise null */
  areaLimit: Quantity | null;
  /** share of the area of all found components */
  share: Quantity | null;
  /** species of the table within 0.4 eV */
  species: readonly XpsSpecies[];
  /** Lorentzian share of the line shape */
  mix: Quantity | null;
}

export interface XpsFit {
  energy: Float64Array;
  intensity: Float64Array;
  background: Float64Array;
  fitted: Float64Array;
  /** one curve per component, without background */
  curves: readonly Float64Array[];
  components: readonly FittedComponent[];
  /** above the background by the points, no model; intensity × eV */
  areaAbove: Quantity;
  /** χ²/ν where counts are known; null otherwise */
  reducedChi2: number | null;
  parameters: {
    window: readonly [number, number];
    background: XpsBackgroundName;
    ends: number;
    shape: PeakShapeName;
    level: string | null;
    tougaardB: number | null;
    workFunction: number;
    photon: number | null;
  };
  notices: readonly Notice[];
}

const FOUND = 3;
const ONE_SIDED_95 = 1.645;
const NAMED_WITHIN = 0.4;
const DRAWN_IN = 0.05;
/** of the largest area: an area that sits on its bound */
const AT_ZERO = 1e-7;

/** Throws INVALID_INPUT for a level that is not tabulated or a window with too few points, NOT_COMPUTABLE from the background. */
export function fitXps(spectrum: XpsSpectrum, options: XpsFitOptions = {}): XpsFit {
  const level = options.level === undefined ? null : coreLevel(options.level);
  if (options.level !== undefined && !level)
    throw new ThioscopeError("INVALID_INPUT", `the core level "${options.level}" is not tabulated: leave it out to fit single lines`);
  const n = spectrum.energy.length;
  const window = options.window ?? ([spectrum.energy[0]!, spectrum.energy[n - 1]!] as const);
  const main = attempt(spectrum, window, options, level, options.components ? null : undefined);
  const width = window[1] - window[0];
  const again = [[window[0] + DRAWN_IN * width, window[1]] as const, [window[0], window[1] - DRAWN_IN * width] as const].flatMap(
    (other) => {
      try {
        return [attempt(spectrum, other, options, level, main.starts)];
      } catch (error) {
        if (error instanceof ThioscopeError) return [];
        throw error;
      }
    },
  );
  const notices: Notice[] = [];
  if (!main.cut.sigma)
    notices.push({ code: "counts-unknown", message: "the file does not know its counts: errors follow the residuals of the fit" });
  if (again.length < 2)
    notices.push({
      code: "window-untested",
      message: "the fit could not be repeated in a smaller window: errors lack the part of the background",
    });
  const components = main.names.map((name, k) => componentOf(name, k, main, again, level, options));
  const total = components.reduce((sum, c) => sum + (c.area?.value ?? 0), 0);
  const variance = components.reduce((sum, c) => sum + (c.area?.sigma ?? 0) ** 2, 0);
  const shared = components.map((c) => ({ ...c, share: shareOf(c.area, total, variance) }));
  const { cut, background, fit } = main;
  const lines = main.lines;
  const curves = main.names.map((_, k) => curveOf(main, k));
  return {
    energy: cut.energy,
    intensity: cut.intensity,
    background: background.values,
    fitted: fit.fitted.map((v, i) => v + background.values[i]!),
    curves,
    components: shared,
    areaAbove: areaAbove(main, again),
    reducedChi2: cut.sigma ? fit.chi2 / Math.max(1, fit.degreesOfFreedom) : null,
    parameters: {
      window,
      background: options.background ?? "shirley",
      ends: options.ends ?? 5,
      shape: options.shape ?? "voigt",
      level: lines > 1 ? level!.level : (level?.level ?? null),
      tougaardB: background.b,
      workFunction: spectrum.workFunctionElectronvolt,
      photon: spectrum.photonElectronvolt,
    },
    notices,
  };
}

interface Attempt {
  cut: XpsSpectrum;
  background: ReturnType<typeof xpsBackground>;
  fit: PeakFit;
  names: readonly string[];
  /** lines per component: 1 or 2 */
  lines: number;
  starts: readonly PeakStart[];
  shape: PeakShapeName;
  tie: { areaRatio: number; centreOffset: number } | null;
}

/** One background with one fit. @param from starts of the components (without their second lines) from another window */
function attempt(
  spectrum: XpsSpectrum,
  window: readonly [number, number],
  options: XpsFitOptions,
  level: ReturnType<typeof coreLevel>,
  from: readonly PeakStart[] | null | undefined,
): Attempt {
  const cut = cutXps(spectrum, window);
  const ends = options.ends ?? 5;
  const shape = options.shape ?? "voigt";
  const background = xpsBackground(cut.energy, cut.intensity, options.background ?? "shirley", ends);
  const curve: Curve = {
    x: cut.energy,
    y: cut.intensity.map((v, i) => v - background.values[i]!),
    ...(cut.sigma ? { sigma: cut.sigma } : {}),
    xUnit: "eV",
    yUnit: "",
  };
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
  const fit = fitPeaks(curve, {
    shape,
    baseline: -1,
    peaks,
    sharedWidth: options.sharedWidth ?? false,
    widest: 4,
    correlatedResiduals: true,
  });
  const names = options.components?.map((c) => c.name) ?? bases.map((_, k) => `component ${k + 1}`);
  const starts = bases.map((base, k) => ({ ...base, ...fit.next[k * lines]! }));
  return { cut, background, fit, names, lines, starts, shape, tie };
}

/** Peaks that stand out of the background; of a doublet level only those that are not another one's second line. */
function searched(curve: Curve, level: ReturnType<typeof coreLevel>): PeakStart[] {
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

function componentOf(
  name: string,
  k: number,
  main: Attempt,
  again: readonly Attempt[],
  level: ReturnType<typeof coreLevel>,
  options: XpsFitOptions,
): FittedComponent {
  const { lines, fit, cut } = main;
  const peak = fit.peaks[k * lines]!;
  const factor = lines === 2 ? 1 + (fit.peaks[k * lines + 1]!.area.value / peak.area.value || 0) : 1;
  const misfit = cut.sigma ? Math.sqrt(Math.max(1, fit.chi2 / Math.max(1, fit.degreesOfFreedom))) : 1;
  const spread = (of: (a: Attempt) => number | undefined, value: number): number => {
    const values = again.map(of).filter((v) => v !== undefined);
    return values.length === 0 ? 0 : (Math.max(value, ...values) - Math.min(value, ...values)) / 2;
  };
  const largest = fit.next.reduce((most, { area }) => Math.max(most, area), 0);
  const onBound = !(fit.next[k * lines]!.area > AT_ZERO * largest) || peak.area.sigma === null || peak.centre === null;
  const fitted = peak.area.value * factor;
  const fromFit = (peak.area.sigma ?? 0) * factor * misfit;
  const found = !onBound && fitted > FOUND * fromFit;
  const lost = found ? null : byInjection(main, k, options);
  const value = lost?.value ?? fitted;
  const fromWindow = spread((a) => a.fit.peaks[k * lines]!.area.value * factor, peak.area.value * factor);
  const statistical = lost ? lost.sigma * misfit : fromFit;
  const sigma = Math.hypot(statistical, fromWindow);
  const unit = "counts·eV";
  if (!found) {
    const limit = Math.max(0, value) + ONE_SIDED_95 * sigma;
    return {
      name,
      found,
      centre: null,
      width: null,
      area: null,
      areaLimit: { value: limit, sigma: null, unit },
      share: null,
      species: [],
      mix: null,
    };
  }
  const centre = peak.centre!;
  const moved = spread((a) => a.fit.peaks[k * lines]!.centre?.value, centre.value);
  const widen = (q: Quantity): Quantity => ({ ...q, sigma: q.sigma === null ? null : q.sigma * misfit });
  return {
    name,
    found,
    centre: { ...centre, sigma: Math.hypot((centre.sigma ?? 0) * misfit, moved, cut.shift?.sigma ?? 0) },
    width: widen(peak.width),
    area: { value, sigma, unit },
    areaLimit: null,
    share: null,
    species: XPS_SPECIES.filter((s) => s.level === level?.level && Math.abs(s.position - centre.value) <= NAMED_WITHIN),
    mix: peak.mix === null ? null : widen(peak.mix),
  };
}

/**
 * Area and error of a component that is not found, by injection: a known peak is added to the data at its place, background and fit are made anew with
 * its place and width held. Two injections tell the share that comes back (the background swallows the rest) and with it the estimate, which may be
 * negative: A₁ = k (a + s), A₂ = k (a + 2 s).
 */
function byInjection(main: Attempt, k: number, options: XpsFitOptions): { value: number; sigma: number } {
  const { cut, background, lines, shape, starts, fit, tie } = main;
  const square = fit.fitted.reduce((sum, v, i) => sum + (cut.intensity[i]! - background.values[i]! - v) ** 2, 0);
  const n = cut.energy.length;
  const spacing = (cut.energy[n - 1]! - cut.energy[0]!) / (n - 1);
  const width = Math.min(1.5, Math.max(0.8, starts[k]!.width));
  // ten times the error that a lone peak of this width would have
  const injected = 10 * Math.sqrt(square / n) * Math.sqrt(spacing * width);
  const share = tie?.areaRatio ?? 0;
  const again = (times: number): { value: number; sigma: number } => {
    // where it was said to be: the fit of nothing drifts to the next bump of the noise
    const centre = options.components?.[k]?.centre ?? starts[k]!.centre;
    const held: PeakStart = { ...starts[k]!, centre, width, area: times * injected, mix: 0.2, fixCentre: true, fixWidth: true };
    const intensity = cut.intensity.slice();
    addPeak(cut.energy, shape, times * injected, held.centre, width, 0.2, intensity);
    if (tie) addPeak(cut.energy, shape, times * injected * share, held.centre + tie.centreOffset, width, 0.2, intensity);
    const { values } = xpsBackground(cut.energy, intensity, options.background ?? "shirley", options.ends ?? 5);
    const bases = starts.map((start, j) => (j === k ? held : start));
    const peaks = bases.flatMap((base, j): PeakStart[] => (tie ? [base, { ...base, tie: { ...tie, to: 2 * j } }] : [base]));
    const y = intensity.map((v, i) => v - values[i]!);
    const curve: Curve = { x: cut.energy, y, ...(cut.sigma ? { sigma: cut.sigma } : {}), xUnit: "eV", yUnit: "" };
    const { area } = fitPeaks(curve, { shape, baseline: -1, peaks, widest: 4, correlatedResiduals: true }).peaks[k * lines]!;
    return { value: area.value, sigma: area.sigma ?? injected / 10 };
  };
  const [first, second] = [again(1), again(2)];
  const kept = Math.max(0.2, (second.value - first.value) / injected);
  return { value: (first.value / kept - injected) * (1 + share), sigma: (first.sigma / kept) * (1 + share) };
}

function shareOf(area: Quantity | null, total: number, variance: number): Quantity | null {
  if (!area || !(total > 0)) return null;
  const own = area.sigma ?? 0;
  const share = area.value / total;
  // the part and the rest, taken as independent
  const rest = Math.max(0, variance - own * own);
  return { value: share, sigma: Math.sqrt(((1 - share) * own) ** 2 + share * share * rest) / total, unit: "1" };
}

function curveOf(main: Attempt, k: number): Float64Array {
  const { cut, lines, fit, shape } = main;
  const out = new Float64Array(cut.energy.length);
  for (let line = 0; line < lines; line++) {
    const { centre, width, area, mix = 0 } = fit.next[k * lines + line]!;
    addPeak(cut.energy, shape, area, centre, width, mix, out);
  }
  return out;
}

function areaAbove(main: Attempt, again: readonly Attempt[]): Quantity {
  const areaOf = ({ cut, background }: Attempt): number => {
    let sum = 0;
    for (let i = 1; i < cut.energy.length; i++) {
      const here = cut.intensity[i]! - background.values[i]!;
      const before = cut.intensity[i - 1]! - background.values[i - 1]!;
      sum += 0.5 * (here + before) * (cut.energy[i]! - cut.energy[i - 1]!);
    }
    return sum;
  };
  const value = areaOf(main);
  let counting = 0;
  const { energy, sigma } = main.cut;
  for (let i = 1; sigma && i < energy.length; i++) counting += (sigma[i]! * (energy[i]! - energy[i - 1]!)) ** 2;
  const values = [value, ...again.map(areaOf)];
  const window = (Math.max(...values) - Math.min(...values)) / 2;
  return { value, sigma: Math.hypot(Math.sqrt(counting), window), unit: "counts·eV" };
}

function addPeak(x: Float64Array, shape: PeakShapeName, area: number, centre: number, width: number, mix: number, out: Float64Array): void {
  for (let i = 0; i < x.length; i++) out[i] = out[i]! + PEAK_SHAPES[shape].value(x[i]!, area, centre, width, mix, undefined);
}
