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
import type { FitAccount } from "../fits/index.ts";
import { accountedPeaks, type PeakShapeName } from "../peaks/index.ts";
import type { Quantity } from "../units/quantity.ts";
import { type Attempt, addPeak, attempt, byInjection } from "./attempt.ts";
import type { XpsBackgroundName } from "./background.ts";
import type { XpsSpectrum } from "./energy.ts";
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
  /** by how much the flanks of all lines may differ in width, one standard deviation; 0.05 where absent, 0 for symmetric lines */
  asymmetry?: number;
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
  /** correlations, and why the fit is not trusted */
  account: FitAccount;
  /** what one σ of each parameter of the account adds to `fitted`, the others held; null where one has no error */
  effects: readonly (Float64Array | null)[];
  notices: readonly Notice[];
}

const FOUND = 3;
const ONE_SIDED_95 = 1.645;
const NAMED_WITHIN = 0.4;
const DRAWN_IN = 0.05;
/** variance of half the spread over the windows that noise alone makes, in variances of an area */
const NOISE_OF_WINDOWS = 0.25;
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
  const { cut, background, ground, fit } = main;
  const lines = main.lines;
  const curves = main.names.map((_, k) => curveOf(main, k));
  return {
    energy: cut.energy,
    intensity: cut.intensity,
    background: ground,
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
    ...accountedPeaks(fit, {
      nameOf: (k) => main.names[Math.floor(k / lines)]!,
      xUnit: "eV",
      areaUnit: "counts·eV",
      widened: main.misfit,
      resultOf: ({ of, peak }) => (peak === null || of === "asymmetry" ? null : shared[Math.floor(peak / lines)]![of]),
    }),
    notices,
  };
}

function componentOf(
  name: string,
  k: number,
  main: Attempt,
  again: readonly Attempt[],
  level: ReturnType<typeof coreLevel>,
  options: XpsFitOptions,
): FittedComponent {
  const { lines, fit, cut, misfit } = main;
  const peak = fit.peaks[k * lines]!;
  const factor = lines === 2 ? 1 + (fit.peaks[k * lines + 1]!.area.value / peak.area.value || 0) : 1;
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
  const sigma = Math.hypot(statistical, beyond(fromWindow, statistical));
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
    centre: {
      ...centre,
      sigma: Math.hypot((centre.sigma ?? 0) * misfit, beyond(moved, (centre.sigma ?? 0) * misfit), cut.shift?.sigma ?? 0),
    },
    width: widen(peak.width),
    area: { value, sigma, unit },
    areaLimit: null,
    share: null,
    species: XPS_SPECIES.filter((s) => s.level === level?.level && Math.abs(s.position - centre.value) <= NAMED_WITHIN),
    mix: peak.mix === null ? null : widen(peak.mix),
  };
}

/** Windows share most of their points: only what they move by more than noise does is the background's. */
const beyond = (spread: number, statistical: number): number =>
  Math.sqrt(Math.max(0, spread * spread - NOISE_OF_WINDOWS * statistical ** 2));

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
    addPeak(cut.energy, shape, area, centre, width, mix, fit.asymmetry?.value ?? 0, out);
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
  counting += sigma ? endsOf(main, sigma) : 0;
  const values = [value, ...again.map(areaOf)];
  const window = (Math.max(...values) - Math.min(...values)) / 2;
  return { value, sigma: Math.hypot(Math.sqrt(counting), beyond(window, Math.sqrt(counting))), unit: "counts·eV" };
}

/** Variance of an area by the ends of its background, which are means of a few points. */
function endsOf({ cut: { energy }, background: { climb, ends } }: Attempt, sigma: Float64Array): number {
  if (ends === 0) return 0;
  const n = energy.length;
  let [under, over, low, high] = [0, 0, 0, 0];
  for (let i = 1; i < n; i++) {
    const step = energy[i]! - energy[i - 1]!;
    under += (1 - 0.5 * (climb[i]! + climb[i - 1]!)) * step;
    over += 0.5 * (climb[i]! + climb[i - 1]!) * step;
  }
  for (let i = 0; i < ends; i++) {
    low += (sigma[i]! / ends) ** 2;
    high += (sigma[n - 1 - i]! / ends) ** 2;
  }
  return under * under * low + over * over * high;
}
