/**
 * Peaks of the differential capacity of one half cycle, each with the capacity of its step.
 *
 *   |dQ/dV|(V) = background(V) + Σ_k q_k f((V − V_k)/w_k)/w_k        mAh/V
 *
 * q_k is the capacity of step k (mAh), V_k its potential, w_k its full width at half maximum; the sum of all q_k and of the
 * background is the capacity of the half cycle, and how well it is is reported (`closure`). The background is a non-negative
 * polynomial: capacitive current and slow side reactions.
 *
 * Errors. The charge counted below an edge between two bins errs by what the potential's noise moves across it; both bins share
 * it with opposite signs (dqdv.ts), so the fit is generalised least squares. Beyond noise no real peak has exactly the assumed
 * shape: where χ² exceeds its degrees of freedom, an error proportional to the local height is added until it does not (`shapeError`), and the
 * serial correlation of what is left widens all errors. How many peaks there are is decided with at least `SHAPE_TOLERANCE` of
 * the local height as error, so that an asymmetric peak is not split. The instrument's accuracy, where given, adds to potentials
 * (offset) and capacities (gain).
 *
 * Ends. The bins at both ends are filled only in part and hold the charge passed at the limit itself (constant voltage): they are not fitted, and their
 * charge is `outside`. So is the first `startShare` of the charge, while the polarisation builds up: dQ/dV there follows the minutes and not
 * the potential. A peak whose top lies at or beyond an end is cut off: it has no potential, and its
 * capacity is what was seen of it.
 *
 * Validity: half cycles at nearly constant current with at least 20 bins; polarisation shifts every potential. The logistic shape is the
 * equilibrium dQ/dV of a solid solution without interaction (w = 3.53 kT/e) and, broadened, of a two-phase step.
 * References: Verbrugge, Baker and Koch, J. Electrochem. Soc. 164, E3243 (2017) for sums of logistic steps.
 */
import type { Doubt, FitAccount } from "../../fits/index.ts";
import {
  decompose,
  type FittedPeak,
  fitPeaks,
  PEAK_SHAPES,
  type PeakFit,
  type PeakShapeName,
  type PeakStart,
  peakAccount,
} from "../../peaks/index.ts";
import { sigmaOf } from "../../units/measured.ts";
import type { NotComputable, Quantity } from "../../units/quantity.ts";
import type { DifferentialCapacity } from "../dqdv.ts";
import type { HalfCycle } from "../halfCycles.ts";
import { type InstrumentAccuracy, integrate } from "../integrate.ts";
import { tableRow } from "../series.ts";
import { curveFor, curveOf, type FittedData, fittedPart, localHeight } from "./data.ts";

export interface PeakOptions {
  shape: PeakShapeName;
  /** degree of the background: −1 none, 0 constant, 1 … */
  background: number;
  /** at most this many peaks */
  most: number;
  /** smallest capacity of a peak, share of the half cycle's */
  leastShare: number;
  /** range of full widths at half maximum, V; the lower end is not below 2.5 bins */
  widthsVolt: readonly [number, number];
  /** share of the charge at the beginning of the half cycle that is not fitted: the polarisation still builds up */
  startShare: number;
}

/** What is used where nothing else is asked for; printed with every result. */
export const PEAK_DEFAULTS: PeakOptions = {
  shape: "logistic",
  background: 1,
  most: 20,
  leastShare: 0.01,
  widthsVolt: [0.005, 0.4],
  startShare: 0.01,
};

export interface CapacityPeak {
  /** V; null where the peak is cut off by the end of the half cycle */
  potential: Quantity | null;
  /** where it stands, V: its potential, or the end of the data that cuts it off */
  nearVolt: number;
  /** mAh passed in this peak between the ends of the half cycle, positive */
  capacity: Quantity;
  /** full width at half maximum, V */
  width: Quantity;
  /** dQ/dV at the top, mAh/V, negative on discharge */
  height: Quantity;
  /** why it has no potential */
  censored: string | null;
  /** at which end it is cut off: that of the limit or that where the half cycle began */
  cutBy: "limit" | "start" | null;
  /** the curve has no maximum of its own here: the peak is seen only beside a larger one */
  shoulder: boolean;
  /** rows of the table between which the potential crosses half of the peak's height; the part that was passed */
  rows: readonly [first: number, last: number] | null;
}

export interface CapacityPeaks {
  half: HalfCycle;
  /** by ascending potential */
  peaks: readonly CapacityPeak[];
  /** mAh under the background */
  background: Quantity;
  /** mAh passed at the ends, which are not fitted, beyond what peaks and background have there: at constant voltage, or while the polarisation built up */
  outside: Quantity;
  /** mAh of the half cycle, by integration of the current */
  total: Quantity;
  /** (peaks + background + outside) / total, % */
  closure: Quantity;
  options: PeakOptions;
  /** lowest and highest reading under current, V */
  rangeVolt: readonly [low: number, high: number];
  /** V, centres of the fitted bins */
  voltageVolt: Float64Array;
  /** V, their edges (one more) */
  edges: Float64Array;
  /** mAh/V, positive: measured, its error, fitted, background, one curve per peak */
  measured: Float64Array;
  sigma: Float64Array;
  fitted: Float64Array;
  backgroundCurve: Float64Array;
  components: readonly Float64Array[];
  binWidthVolt: number;
  chi2: number;
  degreesOfFreedom: number;
  /** χ² + k ln n with a shape error of SHAPE_TOLERANCE: comparable between shapes and backgrounds on one half cycle */
  bic: number;
  /** error of the assumed shape, share of the local height: 0 where noise explains the residuals */
  shapeError: number;
  serialCorrelation: number;
  converged: boolean;
  /** correlations, and why the fit is not trusted */
  account: FitAccount;
  /** to begin the fit of a similar half cycle with */
  next: readonly PeakStart[];
}

export interface FindPeaksContext {
  options?: Partial<PeakOptions>;
  accuracy?: InstrumentAccuracy;
  /** peaks of a similar half cycle to begin with */
  start?: readonly PeakStart[];
}

/** Local error that is assumed of any shape while peaks are counted. */
const SHAPE_TOLERANCE = 0.03;
/** From here on the peaks have another shape. */
const SHAPE_DOUBTED = 0.1;

/** @param source a half cycle, or its dQ/dV by counting in bins of one's own choice */
export function findPeaks(source: HalfCycle | DifferentialCapacity, context: FindPeaksContext = {}): CapacityPeaks | NotComputable {
  const options = { ...PEAK_DEFAULTS, ...context.options };
  const dqdv = "bins" in source ? source : curveFor(source);
  if ("notComputable" in dqdv) return dqdv;
  const { half } = dqdv;
  const data = fittedPart(dqdv, options.startShare);
  if ("notComputable" in data) return data;
  const narrow = Math.max(2.5 * dqdv.binWidthVolt, options.widthsVolt[0]);
  const widths = [narrow, Math.max(narrow, options.widthsVolt[1])] as const;
  const low = data.edges[0]!;
  const high = data.edges.at(-1)!;
  const centreRange = [low - widths[1] / 2, high + widths[1] / 2] as const;
  const { shape, background, most, leastShare } = options;
  const found = decompose(curveOf(data, localHeight(data), SHAPE_TOLERANCE), {
    shape,
    baseline: background,
    baselineNonNegative: true,
    most,
    widths,
    centreRange,
    leastShare,
    areaRange: data.span,
    ...(context.start ? { start: context.start } : {}),
  });
  const refit = (sigma: number, of: Float64Array, peaks: readonly PeakStart[]): PeakFit =>
    fitPeaks(curveOf(data, of, sigma), {
      shape,
      baseline: background,
      baselineNonNegative: true,
      peaks,
      centreRange,
      widest: 1.5 * widths[1],
      areaRange: data.span,
      cutRange: half.direction === "discharge" ? [data.span[0], high] : [low, data.span[1]],
      correlatedResiduals: true,
    });
  const { fit, shapeError } = withEstimatedShapeError(found, refit);
  const parameters = background + 1 + found.peaks.length * PEAK_SHAPES[shape].count;
  const bic = found.chi2 + parameters * Math.log(data.y.length);
  return describe(dqdv, data, fit, shapeError, bic, options, context.accuracy ?? {});
}

/** The smallest shape error for which χ² is not above its degrees of freedom, and the fit with it. */
function withEstimatedShapeError(
  found: PeakFit,
  refit: (share: number, of: Float64Array, peaks: readonly PeakStart[]) => PeakFit,
): { fit: PeakFit; shapeError: number } {
  let fit = refit(0, found.fitted, found.next);
  const excess = (f: PeakFit): boolean => f.chi2 > f.degreesOfFreedom + 2 * Math.sqrt(2 * f.degreesOfFreedom);
  if (!excess(fit)) return { fit, shapeError: 0 };
  let low = 0;
  let high = SHAPE_TOLERANCE;
  fit = refit(high, found.fitted, found.next);
  while (fit.chi2 > fit.degreesOfFreedom && high < 1) {
    low = high;
    high *= 2;
    fit = refit(high, fit.fitted, fit.next);
  }
  for (let step = 0; step < 6; step++) {
    const middle = low === 0 ? high / 3 : Math.sqrt(low * high);
    const trial = refit(middle, fit.fitted, fit.next);
    if (trial.chi2 > trial.degreesOfFreedom) low = middle;
    else {
      high = middle;
      fit = trial;
    }
  }
  return { fit, shapeError: high };
}

function describe(
  dqdv: DifferentialCapacity,
  data: FittedData,
  fit: PeakFit,
  shapeError: number,
  bic: number,
  options: PeakOptions,
  accuracy: InstrumentAccuracy,
): CapacityPeaks {
  const { half, bins } = dqdv;
  const { edges } = data;
  const sign = half.direction === "charge" ? 1 : -1;
  const integrals = integrate(half, accuracy);
  const total: Quantity = { value: integrals.charge.value / 3.6, sigma: sigmaOf(integrals.charge) / 3.6, unit: "mAh" };
  const gain = accuracy.currentRelative ?? 0;
  const withGain = (q: Quantity): Quantity => ({ ...q, sigma: q.sigma === null ? null : Math.hypot(q.sigma, gain * q.value) });
  const offset = accuracy.voltageOffsetVolt ?? 0;
  const shape = PEAK_SHAPES[options.shape];
  const order = fit.peaks.map((_, k) => k).sort((a, b) => fit.next[a]!.centre - fit.next[b]!.centre);
  const components = order.map((k) => componentOf(fit.next[k]!, edges, shape));
  const peaks = order.map((k): CapacityPeak => {
    const peak = fit.peaks[k]!;
    const start = fit.next[k]!;
    return {
      potential: peak.centre ? { ...peak.centre, sigma: peak.centre.sigma === null ? null : Math.hypot(peak.centre.sigma, offset) } : null,
      nearVolt: peak.censored ? (peak.censored.end === "lower" ? edges[0]! : edges.at(-1)!) : start.centre,
      capacity: withGain(peak.area),
      width: peak.width,
      height: withGain({ ...peak.height, value: sign * peak.height.value }),
      ...cut(peak, half),
      shoulder: peak.censored === null && isShoulder(fit.fitted, edges, start.centre, start.width),
      rows: rowsBetween(half, start.centre - start.width / 2, start.centre + start.width / 2),
    };
  });
  const background = withGain(fit.baselineArea ?? { value: 0, sigma: null, unit: "mAh" });
  // fitted and counted charge differ by what the shape cannot follow
  const fitted = fit.fitted.reduce((sum, v, k) => sum + v * (edges[k + 1]! - edges[k]!), 0);
  const described = peaks.reduce((sum, peak) => sum + peak.capacity.value, background.value);
  const all = sign * dqdv.value.values.reduce((sum, v) => sum + v * bins.width, 0);
  const outside: Quantity = { value: all - data.inside - (described - fitted), sigma: null, unit: "mAh" };
  const errors = curveOf(data, fit.fitted, 0).edges!.sigma;
  const single = Math.hypot(errors[0]!, errors.at(-1)!);
  return {
    half,
    peaks,
    background,
    outside,
    total,
    closure: { value: (100 * (described + outside.value)) / total.value, sigma: (100 * single) / total.value, unit: "%" },
    options,
    rangeVolt: data.span,
    voltageVolt: data.x,
    edges,
    measured: data.y,
    sigma: Float64Array.from(data.x, (_, i) => Math.hypot(errors[i]!, errors[i + 1]!) / (edges[i + 1]! - edges[i]!)),
    fitted: fit.fitted,
    backgroundCurve: fit.baseline,
    components,
    binWidthVolt: bins.width,
    chi2: fit.chi2,
    degreesOfFreedom: fit.degreesOfFreedom,
    bic,
    shapeError,
    serialCorrelation: fit.serialCorrelation,
    converged: fit.converged,
    account: peakAccount(fit, {
      nameOf: (k) => `${fit.next[k]!.centre.toFixed(3)} V`,
      xUnit: "V",
      areaUnit: "mAh",
      resultOf({ of, peak }) {
        const result = peaks[order.indexOf(peak ?? -1)];
        if (!result || of === "mix" || of === "asymmetry") return null;
        return of === "area" ? result.capacity : of === "centre" ? result.potential : result.width;
      },
      own: shapeDoubt(shapeError, options.shape),
    }),
    next: order.map((k) => fit.next[k]!),
  };
}

/** The error of the shape is raised until χ² is no longer too large: it says what χ² would have said. */
function shapeDoubt(shapeError: number, shape: string): Doubt[] {
  if (shapeError < SHAPE_DOUBTED) return [];
  return [
    {
      code: "method",
      text: `Peaks of ${shape} form miss the curve by ${(100 * shapeError).toPrecision(2)} % of its height, beyond noise.`,
    },
  ];
}

/** Mean of one peak over each bin. */
function componentOf(peak: PeakStart, edges: Float64Array, shape: (typeof PEAK_SHAPES)[PeakShapeName]): Float64Array {
  const out = new Float64Array(3);
  const below = Float64Array.from(edges, (x) => {
    shape.integral((x - peak.centre) / peak.width, peak.mix ?? 0, out);
    return out[0]!;
  });
  return Float64Array.from({ length: edges.length - 1 }, (_, k) => (peak.area * (below[k + 1]! - below[k]!)) / (edges[k + 1]! - edges[k]!));
}

function cut(peak: FittedPeak, half: HalfCycle): Pick<CapacityPeak, "censored" | "cutBy"> {
  if (!peak.censored) return { censored: null, cutBy: null };
  const limit = (peak.censored.end === "lower") === (half.direction === "discharge");
  return limit
    ? { censored: "cut off by the voltage limit: its top lies at or beyond it", cutBy: "limit" }
    : { censored: "its top lies at or beyond the potential where the fitted part begins", cutBy: "start" };
}

/** True where the fitted curve has no maximum within half a width of the centre. */
function isShoulder(fitted: Float64Array, edges: Float64Array, centre: number, width: number): boolean {
  const m = fitted.length;
  for (let i = 1; i + 1 < m; i++) {
    const x = 0.5 * (edges[i]! + edges[i + 1]!);
    if (Math.abs(x - centre) > width / 2) continue;
    if (fitted[i]! >= fitted[i - 1]! && fitted[i]! >= fitted[i + 1]!) return false;
  }
  return true;
}

/** First and last row of the table whose potential lies in [low, high]; null where none does. */
function rowsBetween(half: HalfCycle, low: number, high: number): readonly [number, number] | null {
  const { series } = half.flow;
  const { voltageVolt } = series;
  let first = -1;
  let last = -1;
  for (let i = half.from; i < half.to; i++) {
    if (voltageVolt[i]! < low || voltageVolt[i]! > high) continue;
    if (first < 0) first = i;
    last = i;
  }
  return first < 0 ? null : [tableRow(series, first), tableRow(series, last)];
}
