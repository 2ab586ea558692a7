/**
 * Fit of overlapping peaks on a polynomial baseline to a curve.
 *
 *   y(x) = Σ_j b_j B_j(ξ) + Σ_k peak_k(x),   ξ = x mapped to [0, 1], B_j Bernstein polynomials
 *
 * Where the curve was counted in bins the model is averaged over each bin, and the errors that neighbouring bins share are
 * taken into account (whiten.ts). Areas are non-negative, centres stay in the range given, widths between 1.5 samples and 1.5 ×
 * the range (or `widest`). Parameters can be fixed, and widths shared by all peaks. Lines may share an asymmetry s, with (1 + s) w/2 above the centre
 * and (1 − s) w/2 below it, and the baseline may be made of given curves; both can be known beforehand to within a σ, which is one more residual each. Errors from the covariance; where the data's errors are
 * not known they are scaled by the residuals. A peak whose top lies outside the data, or so near their end that its far flank is
 * not seen, is *censored*: it has no centre, and its area counts only what lies inside the data.
 * Area under a peak and under the baseline: between the ends of the data, or of `areaRange`.
 */
import { ThioscopeError } from "../errors.ts";
import { type ParameterState, stateOf } from "../fits/index.ts";
import { type LeastSquaresResult, leastSquares } from "../numerics/leastSquares.ts";
import type { Quantity } from "../units/quantity.ts";
import { type Layout, layoutOf } from "./layout.ts";
import type { PeakShapeName } from "./shapes.ts";
import { serialCorrelation } from "./whiten.ts";

export interface Curve {
  /** ascending; centres of the bins where `edges` are given */
  x: Float64Array;
  y: Float64Array;
  /** standard error per point, independent of the others; without it (and without edges) all points weigh the same and errors follow the residuals */
  sigma?: Float64Array;
  /**
   * The curve was counted in bins: y_k is the mean over [x_k, x_{k+1}] of these n + 1 edges, and `sigma` is the error of the
   * quantity counted below each edge, which the two bins beside it share with opposite signs.
   */
  edges?: { x: Float64Array; sigma: Float64Array };
  xUnit: string;
  yUnit: string;
}

export interface PeakStart {
  centre: number;
  width: number;
  area: number;
  mix?: number;
  fixCentre?: boolean;
  fixWidth?: boolean;
  /** between which this peak's centre stays; the model's range where absent */
  centreRange?: readonly [number, number];
  /** between which this peak's width stays */
  widthRange?: readonly [number, number];
  /** the same width and mix as the peak before it of this index, its area × ratio, its centre + offset: the second line of a doublet */
  tie?: { to: number; areaRatio: number; centreOffset: number };
}

export interface PeakModel {
  shape: PeakShapeName;
  peaks: readonly PeakStart[];
  /** −1 none, 0 constant, 1 line … 6 */
  baseline: number;
  /** the baseline's coefficients are not negative: nor is the baseline */
  baselineNonNegative?: boolean;
  /** what the baseline is made of, each with a free factor, instead of polynomials; σ: its factor is 0 to within this beforehand */
  baselineCurves?: readonly { values: Float64Array; sigma?: number }[];
  /** lines share an asymmetry, which is 0 to within this beforehand; symmetric where absent. It needs points with known errors, and no bins */
  asymmetry?: number;
  /** one width for all peaks */
  sharedWidth?: boolean;
  /** range for centres; the data's where absent */
  centreRange?: readonly [number, number];
  /** largest full width at half maximum, in x */
  widest?: number;
  /** between which areas are counted, in x; the ends of the data where absent (the baseline is defined over it) */
  areaRange?: readonly [number, number];
  /** the same for a censored peak, which is not to be continued far beyond what was seen; the ends of the data where absent */
  cutRange?: readonly [number, number];
  /** areas of peaks that are not censored hold their flanks to infinity: a line's area is the same however far the spectrum was taken */
  wholeAreas?: boolean;
  /** relative reduction of χ² below which the fit ends; 1e-9 where absent */
  tolerance?: number;
  /** errors count the mix as free even where it ends at 0 or 1: a Lorentzian line is one to within the error of its mix */
  openMix?: boolean;
  /** widen the errors by the serial correlation of the residuals: what a wrong shape leaves behind */
  correlatedResiduals?: boolean;
}

export interface FittedPeak {
  /** null where censored */
  centre: Quantity | null;
  /** between the ends of the data or of `areaRange`; with `wholeAreas` to infinity */
  area: Quantity;
  /** full width at half maximum */
  width: Quantity;
  /** of the peak's top; where censored, that of the assumed shape */
  height: Quantity;
  mix: Quantity | null;
  censored: { end: "lower" | "upper"; reason: string } | null;
}

/** A parameter as it was fitted: areas are whole, not between limits. */
export interface PeakParameter {
  of: "area" | "centre" | "width" | "mix" | "asymmetry";
  /** index of the first peak that has it; null where all lines share it */
  peak: number | null;
  value: number;
  sigma: number | null;
  state: ParameterState;
}

export interface PeakFit {
  peaks: readonly FittedPeak[];
  /** what was fitted beside the baseline, each once */
  parameters: readonly PeakParameter[];
  /** of these, row by row; NaN where one has no error */
  covariance: Float64Array;
  /** coefficients of the baseline */
  baselineCount: number;
  /** of the points, model less data over their errors, made independent of one another */
  residuals: Float64Array;
  /** the errors of the points are known */
  hasErrors: boolean;
  /** what one σ of a parameter (by its place in `parameters`) adds to `fitted`, the others held; null where it has no error */
  effectOf(parameter: number): Float64Array | null;
  baseline: Float64Array;
  /** of all lines; null where they are symmetric */
  asymmetry: Quantity | null;
  /** ∫ baseline between the same ends; null without one, or where it is made of given curves */
  baselineArea: Quantity | null;
  fitted: Float64Array;
  /** Σ z², z the residuals made independent and divided by their errors */
  chi2: number;
  degreesOfFreedom: number;
  /** n ln(χ²/n) + k ln n */
  bic: number;
  converged: boolean;
  /** integrated autocorrelation of the residuals by which variances were widened; 1 where they were not */
  serialCorrelation: number;
  /** values to begin the next fit of a series with, in the order of `peaks`: all of them, censored or not */
  next: readonly PeakStart[];
}

/** Throws INVALID_INPUT where x is not ascending or points are fewer than parameters. */
export function fitPeaks(curve: Curve, model: PeakModel): PeakFit {
  const layout = layoutOf(curve, model);
  const { n } = layout;
  const count = curve.x.length;
  if (count <= n)
    throw new ThioscopeError("INVALID_INPUT", `${count} points are too few for ${n} parameters of ${model.peaks.length} peaks`);
  const fit = leastSquares(
    { count: layout.count, residuals: layout.residuals, jacobian: layout.jacobian },
    {
      start: layout.start,
      lower: layout.lower,
      upper: layout.upper,
      absoluteSigma: curve.sigma !== undefined || curve.edges !== undefined,
      ...(model.openMix ? { opened: new Set(layout.index.map(([, , , e]) => e)) } : {}),
      tolerance: model.tolerance ?? 1e-9,
      maxIterations: 100,
    },
  );
  return report(curve, model, layout, fit);
}

function report(curve: Curve, model: PeakModel, layout: Layout, fit: LeastSquaresResult): PeakFit {
  const p = fit.parameters;
  const { n, shape, range, areaRange, skew } = layout;
  const m = curve.x.length;
  const areaUnit = productUnit(curve.yUnit, curve.xUnit);
  const residual = new Float64Array(layout.count);
  layout.residuals(p, residual);
  const correlation = model.correlatedResiduals ? serialCorrelation(residual.subarray(0, m)) : 1;
  const widen = Math.sqrt(correlation);
  const sigma = fit.sigma.map((s) => s * widen);
  const known = (value: number, j: number, unit: string): Quantity => ({
    value,
    sigma: Number.isFinite(sigma[j]!) ? sigma[j]! : null,
    unit,
  });
  /** σ of a function of the parameters by its gradient; parameters on a bound are taken as fixed there */
  const derived = (value: number, gradient: readonly (readonly [number, number])[], unit: string): Quantity => {
    let variance = 0;
    let free = false;
    for (const [i, a] of gradient) {
      for (const [j, b] of gradient) {
        const c = fit.covariance[i * n + j]!;
        if (Number.isNaN(c)) continue;
        free = true;
        variance += a * b * c;
      }
    }
    return { value, sigma: free && variance >= 0 ? Math.sqrt(variance) * widen : null, unit };
  };
  const slopes = new Float64Array(4);
  const peaks = layout.index.map(([a, c, w, e, ratio, offset]): FittedPeak => {
    const [area, centre, width, mix] = [p[a]! * ratio, p[c]! + offset, p[w]!, e < 0 ? 0 : p[e]!];
    const censored = censoring(range, centre, width, fit.bounds[c] === "free" ? sigma[c]! : 0);
    const factor = shape.heightFactor(mix);
    const areaWithin = ([from, to]: readonly [number, number]): Quantity => {
      const [low, high] = [new Float64Array(3), new Float64Array(3)];
      const u = (from - centre) / width;
      const v = (to - centre) / width;
      const s = skew < 0 ? 0 : p[skew]!;
      integralTo(shape, u, mix, s, low);
      integralTo(shape, v, mix, s, high);
      const share = high[0]! - low[0]!;
      return derived(
        area * share,
        [
          [a, share * ratio],
          [c, (-area * (high[1]! - low[1]!)) / width],
          [w, (-area * (v * high[1]! - u * low[1]!)) / width],
          ...(e < 0 ? [] : [[e, area * (high[2]! - low[2]!)] as const]),
        ],
        areaUnit,
      );
    };
    const whole = model.wholeAreas === true && !censored;
    const height = (area * factor) / width;
    shape.value(0, area, 0, width, mix, slopes);
    return {
      centre: censored ? null : known(centre, c, curve.xUnit),
      area: whole ? derived(area, [[a, ratio]], areaUnit) : areaWithin(censored ? (model.cutRange ?? range) : areaRange),
      width: known(width, w, curve.xUnit),
      height: derived(
        height,
        [[a, (factor * ratio) / width], [w, -height / width], ...(e < 0 ? [] : [[e, slopes[3]!] as const])],
        curve.yUnit,
      ),
      mix: e < 0 ? null : known(mix, e, ""),
      censored,
    };
  });
  const fitted = parametersOf(layout, fit, sigma);
  const per = (areaRange[1] - areaRange[0]) / Math.max(1, layout.base);
  const coefficients = Array.from({ length: layout.base }, (_, j) => j);
  return {
    peaks,
    parameters: fitted.list,
    covariance: Float64Array.from({ length: fitted.at.length ** 2 }, (_, k) => {
      const [row, column] = [Math.floor(k / fitted.at.length), k % fitted.at.length];
      return fit.covariance[fitted.at[row]! * n + fitted.at[column]!]! * correlation;
    }),
    baselineCount: layout.base,
    residuals: residual.slice(0, m),
    effectOf(parameter) {
      const j = fitted.at[parameter]!;
      const step = sigma[j]!;
      if (!Number.isFinite(step)) return null;
      const moved = (by: number): Float64Array => layout.values(p.with(j, p[j]! + by * step));
      const low = moved(-0.5);
      return moved(0.5).map((value, i) => value - low[i]!);
    },
    hasErrors: curve.sigma !== undefined || curve.edges !== undefined,
    baseline: layout.baselineAt(p),
    asymmetry: skew < 0 ? null : known(p[skew]!, skew, ""),
    baselineArea:
      layout.base === 0 || model.baselineCurves
        ? null
        : derived(
            coefficients.reduce((sum, j) => sum + p[j]! * per, 0),
            coefficients.map((j) => [j, per] as const),
            areaUnit,
          ),
    fitted: layout.values(p),
    chi2: fit.sumOfSquares,
    degreesOfFreedom: fit.degreesOfFreedom,
    bic: m * Math.log(Math.max(fit.sumOfSquares, 1e-300) / m) + n * Math.log(m),
    converged: fit.converged,
    serialCorrelation: correlation,
    next: layout.index.map(([a, c, w, e, ratio, offset]) => ({
      centre: p[c]! + offset,
      width: p[w]!,
      area: p[a]! * ratio,
      ...(e < 0 ? {} : { mix: p[e]! }),
    })),
  };
}

/** The parameters beside the baseline's, and where each stands in the vector. */
function parametersOf(
  { index, skew, lower, upper }: Layout,
  fit: LeastSquaresResult,
  sigma: Float64Array,
): { list: PeakParameter[]; at: number[] } {
  const at: number[] = [];
  const list: PeakParameter[] = [];
  const add = (of: PeakParameter["of"], peak: number | null, j: number): void => {
    if (j < 0 || at.includes(j)) return;
    at.push(j);
    const error = sigma[j]!;
    list.push({
      ...{ of, peak, value: fit.parameters[j]! },
      sigma: Number.isFinite(error) ? error : null,
      state: stateOf(fit.bounds[j]!, error, lower[j] === upper[j]),
    });
  };
  for (const [k, [area, centre, width, mix]] of index.entries()) {
    add("area", k, area);
    add("centre", k, centre);
    add("width", k, width);
    add("mix", k, mix);
  }
  add("asymmetry", null, skew);
  return { list, at };
}

/** F(u) and f(u) of a line whose flanks differ by the asymmetry s: the halves hold (1 ± s)/2 of the area. */
function integralTo(shape: Layout["shape"], u: number, mix: number, s: number, out: Float64Array): void {
  const k = u > 0 ? 1 + s : 1 - s;
  shape.integral(u / k, mix, out);
  out[0] = u > 0 ? 1 - k * (1 - out[0]!) : k * out[0]!;
}

/** A top nearer to the data's end than a quarter of its width (or twice its error) cannot be told from a flank. */
function censoring(range: readonly [number, number], centre: number, width: number, sigma: number): FittedPeak["censored"] {
  const margin = Math.max(0.25 * width, Number.isFinite(sigma) ? 2 * sigma : width);
  if (centre - range[0] < margin) return { end: "lower", reason: "its top lies at or below the lower end of the data" };
  if (range[1] - centre < margin) return { end: "upper", reason: "its top lies at or above the upper end of the data" };
  return null;
}

/** "mAh/V" times "V" is "mAh"; other pairs are written side by side. */
function productUnit(y: string, x: string): string {
  if (x !== "" && y.endsWith(`/${x}`)) return y.slice(0, -x.length - 1);
  return [y, x].filter((unit) => unit !== "").join("·");
}
