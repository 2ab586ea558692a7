/**
 * Fit of overlapping peaks on a polynomial baseline to a curve.
 *
 *   y(x) = Σ_j b_j T_j(ξ) + Σ_k peak_k(x),   ξ = x mapped to [−1, 1], T_j Chebyshev polynomials
 *
 * Areas are non-negative, centres stay in the range given, widths between two samples and the whole range. Parameters
 * can be fixed, and widths or mixes shared by all peaks. Errors from the covariance; where the data's errors are not
 * known they are scaled by the residuals. A peak whose top lies outside the data, or so near their end that its far flank is
 * not seen, is *censored*: it has no centre, and its area counts only what lies inside the data.
 */
import { ThioscopeError } from "../errors.ts";
import { type LeastSquaresResult, leastSquares } from "../numerics/leastSquares.ts";
import type { Quantity } from "../units/quantity.ts";
import { PEAK_SHAPES, type PeakShapeName } from "./shapes.ts";

export interface Curve {
  /** ascending */
  x: Float64Array;
  y: Float64Array;
  /** standard error per point; without it all points weigh the same and errors follow the residuals */
  sigma?: Float64Array;
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
}

export interface PeakModel {
  shape: PeakShapeName;
  peaks: readonly PeakStart[];
  /** −1 none, 0 constant, 1 line … 6 */
  baseline: number;
  /** one width for all peaks */
  sharedWidth?: boolean;
  /** range for centres; the data's where absent */
  centreRange?: readonly [number, number];
}

export interface FittedPeak {
  /** null where censored */
  centre: Quantity | null;
  area: Quantity;
  width: Quantity;
  height: Quantity;
  mix: Quantity | null;
  censored: string | null;
}

export interface PeakFit {
  peaks: readonly FittedPeak[];
  baseline: Float64Array;
  fitted: Float64Array;
  /** Σ ((y − f)/σ)² */
  chi2: number;
  degreesOfFreedom: number;
  /** n ln(RSS/n) + k ln n */
  bic: number;
  converged: boolean;
  /** values to begin the next fit of a series with */
  next: readonly PeakStart[];
}

/** Throws INVALID_INPUT where x is not ascending or points are fewer than parameters. */
export function fitPeaks(curve: Curve, model: PeakModel): PeakFit {
  const layout = layoutOf(curve, model);
  const { n, x } = layout;
  if (x.length <= n)
    throw new ThioscopeError("INVALID_INPUT", `${x.length} points are too few for ${n} parameters of ${model.peaks.length} peaks`);
  const fit = leastSquares(
    { count: x.length, residuals: layout.residuals, jacobian: layout.jacobian },
    {
      start: layout.start,
      lower: layout.lower,
      upper: layout.upper,
      absoluteSigma: curve.sigma !== undefined,
      tolerance: 1e-9,
      maxIterations: 100,
    },
  );
  return report(curve, model, layout, fit);
}

interface Layout {
  n: number;
  x: Float64Array;
  weight: Float64Array;
  start: Float64Array;
  lower: Float64Array;
  upper: Float64Array;
  /** index of each peak's area, centre, width, mix; −1 where it has none */
  index: readonly (readonly [area: number, centre: number, width: number, mix: number])[];
  /** number of baseline coefficients, which come first */
  base: number;
  residuals(p: Float64Array, out: Float64Array): void;
  jacobian(p: Float64Array, out: Float64Array): void;
  baselineAt(p: Float64Array): Float64Array;
}

function layoutOf(curve: Curve, model: PeakModel): Layout {
  const { x, y } = curve;
  const m = x.length;
  for (let i = 1; i < m; i++) {
    if (!(x[i]! > x[i - 1]!))
      throw new ThioscopeError("INVALID_INPUT", `x must ascend: point ${i + 1} (${x[i]}) does not lie above point ${i} (${x[i - 1]})`);
  }
  if (!(model.baseline >= -1 && model.baseline <= 6))
    throw new ThioscopeError("INVALID_INPUT", `a baseline of degree ${model.baseline} is not offered; −1 (none) to 6 are`);
  const shape = PEAK_SHAPES[model.shape];
  const base = model.baseline + 1;
  const range = x[m - 1]! - x[0]!;
  const spacing = range / Math.max(1, m - 1);
  const [least, most] = model.centreRange ?? [x[0]!, x[m - 1]!];
  const yScale = y.reduce((a, b) => Math.max(a, Math.abs(b)), 0) || 1;
  const weight = Float64Array.from(y, (_, i) => {
    const s = curve.sigma?.[i];
    return s === undefined ? 1 / yScale : s > 0 ? 1 / s : 0;
  });
  const start: number[] = new Array<number>(base).fill(0);
  const lower: number[] = new Array<number>(base).fill(Number.NEGATIVE_INFINITY);
  const upper: number[] = new Array<number>(base).fill(Number.POSITIVE_INFINITY);
  if (base > 0) start[0] = Math.min(...y);
  const push = (value: number, low: number, high: number): number => {
    start.push(Math.min(high, Math.max(low, value)));
    lower.push(low);
    upper.push(high);
    return start.length - 1;
  };
  let shared = -1;
  const index = model.peaks.map((peak) => {
    const area = push(peak.area, 0, Number.POSITIVE_INFINITY);
    const centre = push(peak.centre, peak.fixCentre ? peak.centre : least, peak.fixCentre ? peak.centre : most);
    const narrow = peak.fixWidth ? peak.width : 1.5 * spacing;
    const wide = peak.fixWidth ? peak.width : 1.5 * range;
    const width = model.sharedWidth && shared >= 0 ? shared : push(peak.width, narrow, wide);
    if (model.sharedWidth) shared = width;
    const mix = shape.count === 4 ? push(peak.mix ?? 0.3, 0, 1) : -1;
    return [area, centre, width, mix] as const;
  });
  const n = start.length;
  const chebyshev = new Float64Array(base * m);
  for (let i = 0; i < m; i++) {
    const xi = (2 * (x[i]! - x[0]!)) / range - 1;
    for (let j = 0; j < base; j++)
      chebyshev[i * base + j] = j === 0 ? 1 : j === 1 ? xi : 2 * xi * chebyshev[i * base + j - 1]! - chebyshev[i * base + j - 2]!;
  }
  const d = new Float64Array(4);
  const baselineAt = (p: Float64Array): Float64Array =>
    Float64Array.from(x, (_, i) => {
      let sum = 0;
      for (let j = 0; j < base; j++) sum += p[j]! * chebyshev[i * base + j]!;
      return sum;
    });
  return {
    n,
    x,
    weight,
    start: Float64Array.from(start),
    lower: Float64Array.from(lower),
    upper: Float64Array.from(upper),
    index,
    base,
    baselineAt,
    residuals(p, out) {
      for (let i = 0; i < m; i++) {
        let sum = -y[i]!;
        for (let j = 0; j < base; j++) sum += p[j]! * chebyshev[i * base + j]!;
        for (const [a, c, w, e] of index) sum += shape.value(x[i]!, p[a]!, p[c]!, p[w]!, e < 0 ? 0 : p[e]!, undefined);
        out[i] = sum * weight[i]!;
      }
    },
    jacobian(p, out) {
      out.fill(0);
      for (let i = 0; i < m; i++) {
        const row = i * n;
        const s = weight[i]!;
        for (let j = 0; j < base; j++) out[row + j] = chebyshev[i * base + j]! * s;
        for (const [a, c, w, e] of index) {
          shape.value(x[i]!, p[a]!, p[c]!, p[w]!, e < 0 ? 0 : p[e]!, d);
          out[row + a] = d[0]! * s;
          out[row + c] = d[1]! * s;
          out[row + w] = out[row + w]! + d[2]! * s;
          if (e >= 0) out[row + e] = d[3]! * s;
        }
      }
    },
  };
}

function report(curve: Curve, model: PeakModel, layout: Layout, fit: LeastSquaresResult): PeakFit {
  const { parameters: p, sigma } = fit;
  const { x, y } = curve;
  const { n } = layout;
  const m = x.length;
  const shape = PEAK_SHAPES[model.shape];
  const areaUnit = productUnit(curve.yUnit, curve.xUnit);
  const known = (value: number, j: number, unit: string): Quantity => ({
    value,
    sigma: Number.isFinite(sigma[j]!) ? sigma[j]! : null,
    unit,
  });
  const residual = new Float64Array(m);
  layout.residuals(p, residual);
  const fitted = Float64Array.from(y, (v, i) => v + residual[i]! / (layout.weight[i]! || Number.POSITIVE_INFINITY));
  const peaks = layout.index.map(([a, c, w, e]): FittedPeak => {
    const [area, centre, width, mix] = [p[a]!, p[c]!, p[w]!, e < 0 ? 0 : p[e]!];
    const censored = censoring(x, centre, width, fit.bounds[c] === "free" ? sigma[c]! : 0);
    const factor = shape.heightFactor(mix);
    // height = A f(0)/w: its error knows how area and width go together
    const [sa, sw] = [sigma[a]!, sigma[w]!];
    const cross = fit.covariance[a * n + w]!;
    const relative = (sa / area) ** 2 + (sw / width) ** 2 - (2 * cross) / (area * width);
    const height = (area * factor) / width;
    const share = censored ? insideShare(shape, centre, width, mix, x[0]!, x[m - 1]!) : 1;
    return {
      centre: censored ? null : known(centre, c, curve.xUnit),
      area: { ...known(area * share, a, areaUnit), sigma: Number.isFinite(sa) ? sa * share : null },
      width: known(width, w, curve.xUnit),
      height: { value: height, sigma: relative >= 0 ? height * Math.sqrt(relative) : null, unit: curve.yUnit },
      mix: e < 0 ? null : known(mix, e, ""),
      censored,
    };
  });
  return {
    peaks,
    baseline: layout.baselineAt(p),
    fitted,
    chi2: fit.sumOfSquares,
    degreesOfFreedom: fit.degreesOfFreedom,
    bic: m * Math.log(Math.max(fit.sumOfSquares, 1e-300) / m) + n * Math.log(m),
    converged: fit.converged,
    next: layout.index.map(([a, c, w, e]) => ({ centre: p[c]!, width: p[w]!, area: p[a]!, ...(e < 0 ? {} : { mix: p[e]! }) })),
  };
}

/** A top nearer to the data's end than a quarter of its width (or twice its error) cannot be told from a flank. */
function censoring(x: Float64Array, centre: number, width: number, sigma: number): string | null {
  const margin = Math.max(0.25 * width, Number.isFinite(sigma) ? 2 * sigma : width);
  if (centre - x[0]! < margin) return "its top lies at or below the lower end of the data";
  if (x.at(-1)! - centre < margin) return "its top lies at or above the upper end of the data";
  return null;
}

/** Share of a unit peak between two limits, by Simpson's rule. */
function insideShare(
  shape: (typeof PEAK_SHAPES)[PeakShapeName],
  centre: number,
  width: number,
  mix: number,
  from: number,
  to: number,
): number {
  const steps = 2000;
  const h = (to - from) / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++)
    sum += shape.value(from + i * h, 1, centre, width, mix, undefined) * (i === 0 || i === steps ? 1 : i % 2 ? 4 : 2);
  return Math.min(1, (sum * h) / 3);
}

/** "mAh/V" times "V" is "mAh"; other pairs are written side by side. */
function productUnit(y: string, x: string): string {
  if (x !== "" && y.endsWith(`/${x}`)) return y.slice(0, -x.length - 1);
  return [y, x].filter((unit) => unit !== "").join("·");
}
