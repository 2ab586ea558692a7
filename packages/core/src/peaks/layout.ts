/** The parameters of a peak model in one vector, their bounds, and the model's values and derivatives. */
import { ThioscopeError } from "../errors.ts";
import type { Curve, PeakModel } from "./fit.ts";
import { PEAK_SHAPES, type PeakShape } from "./shapes.ts";
import { type Whitener, whiten, whitener } from "./whiten.ts";

export interface Layout {
  n: number;
  start: Float64Array;
  lower: Float64Array;
  upper: Float64Array;
  /** index of each peak's area, centre, width, mix (−1 where it has none); what a tie multiplies the area by and adds to the centre */
  index: readonly (readonly [area: number, centre: number, width: number, mix: number, ratio: number, offset: number])[];
  /** number of baseline coefficients, which come first */
  base: number;
  /** the shared asymmetry; −1 where lines are symmetric */
  skew: number;
  /** residuals: the points, then one row for each parameter that is known beforehand */
  count: number;
  shape: PeakShape;
  /** ends of the data: of the outermost bins, or points */
  range: readonly [number, number];
  areaRange: readonly [number, number];
  whitener: Whitener;
  residuals(p: Float64Array, out: Float64Array): void;
  jacobian(p: Float64Array, out: Float64Array): void;
  baselineAt(p: Float64Array): Float64Array;
  /** the model without weights */
  values(p: Float64Array): Float64Array;
}

/** Either flank keeps at least half its width. */
const MOST_SKEWED = 0.5;

/** By what a flank of a skewed line is wider. */
export const flank = (x: number, centre: number, asymmetry: number): number => (x > centre ? 1 + asymmetry : 1 - asymmetry);

export function layoutOf(curve: Curve, model: PeakModel): Layout {
  const { x, y, edges } = curve;
  const m = x.length;
  check(curve, model);
  const shape = PEAK_SHAPES[model.shape];
  const own = model.baselineCurves;
  const base = own ? own.length : model.baseline + 1;
  /** [parameter, σ] of what is known beforehand, each around zero */
  const priors: [number, number][] = [];
  const [first, last] = edges ? [edges.x[0]!, edges.x[m]!] : [x[0]!, x[m - 1]!];
  const range = last - first;
  const spacing = range / Math.max(1, edges ? m : m - 1);
  const [least, most] = model.centreRange ?? [first, last];
  const yScale = y.reduce((a, b) => Math.max(a, Math.abs(b)), 0) || 1;
  const start: number[] = [];
  const lower: number[] = [];
  const upper: number[] = [];
  const push = (value: number, low: number, high: number): number => {
    start.push(Math.min(high, Math.max(low, value)));
    lower.push(low);
    upper.push(high);
    return start.length - 1;
  };
  const floor = Math.min(...y);
  for (let j = 0; j < base; j++) {
    push(own ? 0 : floor, model.baselineNonNegative ? 0 : Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    const known = own?.[j]?.sigma;
    if (known !== undefined) priors.push([j, known]);
  }
  let shared = -1;
  const index: (readonly [number, number, number, number, number, number])[] = [];
  for (const [k, peak] of model.peaks.entries()) {
    if (peak.tie) {
      const partner = index[peak.tie.to];
      if (!partner)
        throw new ThioscopeError("INVALID_INPUT", `peak ${k + 1} is tied to peak ${peak.tie.to + 1}, which must come before it`);
      const [a, c, w, e, ratio, offset] = partner;
      index.push([a, c, w, e, ratio * peak.tie.areaRatio, offset + peak.tie.centreOffset]);
      continue;
    }
    const [from, to] = peak.centreRange ?? [least, most];
    const area = push(peak.area, 0, Number.POSITIVE_INFINITY);
    const centre = push(peak.centre, peak.fixCentre ? peak.centre : from, peak.fixCentre ? peak.centre : to);
    const narrow = peak.fixWidth ? peak.width : (peak.widthRange?.[0] ?? 1.5 * spacing);
    const wide = peak.fixWidth ? peak.width : (peak.widthRange?.[1] ?? model.widest ?? 1.5 * range);
    const width = model.sharedWidth && shared >= 0 ? shared : push(peak.width, narrow, wide);
    if (model.sharedWidth) shared = width;
    const mix = shape.count === 4 ? push(peak.mix ?? 0.3, 0, 1) : -1;
    index.push([area, centre, width, mix, 1, 0]);
  }
  const skew = model.asymmetry === undefined ? -1 : push(0, -MOST_SKEWED, MOST_SKEWED);
  if (skew >= 0) priors.push([skew, model.asymmetry!]);
  const n = start.length;
  const areaRange = model.areaRange ?? ([first, last] as const);
  const basis = own
    ? Float64Array.from({ length: base * m }, (_, k) => own[k % base]!.values[Math.floor(k / base)]!)
    : bernsteinBasis(x, areaRange[0], areaRange[1] - areaRange[0], model.baseline);
  const weights = whitener(curve, yScale);
  const d = new Float64Array(4);
  const baselineAt = (p: Float64Array): Float64Array => {
    const out = new Float64Array(m);
    for (let i = 0; i < m; i++) for (let j = 0; j < base; j++) out[i] = out[i]! + p[j]! * basis[i * base + j]!;
    return out;
  };
  const before = new Float64Array(3);
  const after = new Float64Array(3);
  const addPeaks = edges
    ? (p: Float64Array, out: Float64Array): void => {
        for (const [a, c, w, e, ratio, offset] of index) {
          const mix = e < 0 ? 0 : p[e]!;
          shape.integral((edges.x[0]! - p[c]! - offset) / p[w]!, mix, before);
          let below = before[0]!;
          for (let i = 0; i < m; i++) {
            shape.integral((edges.x[i + 1]! - p[c]! - offset) / p[w]!, mix, after);
            out[i] = out[i]! + (ratio * p[a]! * (after[0]! - below)) / (edges.x[i + 1]! - edges.x[i]!);
            below = after[0]!;
          }
        }
      }
    : (p: Float64Array, out: Float64Array): void => {
        for (const [a, c, w, e, ratio, offset] of index) {
          const mix = e < 0 ? 0 : p[e]!;
          const [area, centre, width] = [ratio * p[a]!, p[c]! + offset, p[w]!];
          for (let i = 0; i < m; i++) {
            const k = skew < 0 ? 1 : flank(x[i]!, centre, p[skew]!);
            out[i] = out[i]! + shape.value(x[i]!, area * k, centre, width * k, mix, undefined);
          }
        }
      };
  const addSlopes = edges
    ? (p: Float64Array, out: Float64Array): void => {
        for (const [a, c, w, e, ratio, offset] of index) {
          const mix = e < 0 ? 0 : p[e]!;
          const [area, width] = [ratio * p[a]!, p[w]!];
          let u = (edges.x[0]! - p[c]! - offset) / width;
          shape.integral(u, mix, before);
          let [f0, s0, m0] = [before[0]!, before[1]!, before[2]!];
          for (let i = 0; i < m; i++) {
            const v = (edges.x[i + 1]! - p[c]! - offset) / width;
            shape.integral(v, mix, after);
            const [f1, s1, m1] = [after[0]!, after[1]!, after[2]!];
            const bin = edges.x[i + 1]! - edges.x[i]!;
            const row = i * n;
            out[row + a] = out[row + a]! + (ratio * (f1 - f0)) / bin;
            out[row + c] = out[row + c]! - (area * (s1 - s0)) / (width * bin);
            out[row + w] = out[row + w]! - (area * (v * s1 - u * s0)) / (width * bin);
            if (e >= 0) out[row + e] = out[row + e]! + (area * (m1 - m0)) / bin;
            [f0, s0, m0, u] = [f1, s1, m1, v];
          }
        }
      }
    : (p: Float64Array, out: Float64Array): void => {
        for (const [a, c, w, e, ratio, offset] of index) {
          const mix = e < 0 ? 0 : p[e]!;
          const [area, centre, width] = [ratio * p[a]!, p[c]! + offset, p[w]!];
          for (let i = 0; i < m; i++) {
            const row = i * n;
            const k = skew < 0 ? 1 : flank(x[i]!, centre, p[skew]!);
            shape.value(x[i]!, area * k, centre, width * k, mix, d);
            out[row + a] = out[row + a]! + ratio * k * d[0]!;
            out[row + c] = out[row + c]! + d[1]!;
            out[row + w] = out[row + w]! + k * d[2]!;
            if (e >= 0) out[row + e] = out[row + e]! + d[3]!;
            if (skew >= 0) out[row + skew] = out[row + skew]! + Math.sign(x[i]! - centre) * (area * d[0]! + width * d[2]!);
          }
        }
      };
  return {
    n,
    start: Float64Array.from(start),
    lower: Float64Array.from(lower),
    upper: Float64Array.from(upper),
    index,
    base,
    skew,
    count: m + priors.length,
    shape,
    range: [first, last],
    areaRange,
    whitener: weights,
    baselineAt,
    values(p) {
      const out = baselineAt(p);
      addPeaks(p, out);
      return out;
    },
    residuals(p, out) {
      for (let i = 0; i < m; i++) {
        let sum = -y[i]!;
        for (let j = 0; j < base; j++) sum += p[j]! * basis[i * base + j]!;
        out[i] = sum;
      }
      addPeaks(p, out);
      whiten(weights, out);
      for (const [k, [j, sigma]] of priors.entries()) out[m + k] = p[j]! / sigma;
    },
    jacobian(p, out) {
      out.fill(0);
      for (let i = 0; i < m; i++) for (let j = 0; j < base; j++) out[i * n + j] = basis[i * base + j]!;
      addSlopes(p, out);
      whiten(weights, out, n);
      for (const [k, [j, sigma]] of priors.entries()) out[(m + k) * n + j] = 1 / sigma;
    },
  };
}

function check(curve: Curve, model: PeakModel): void {
  const { x, edges } = curve;
  const ascending = (values: Float64Array, what: string): void => {
    for (let i = 1; i < values.length; i++) {
      if (!(values[i]! > values[i - 1]!))
        throw new ThioscopeError(
          "INVALID_INPUT",
          `${what} must ascend: point ${i + 1} (${values[i]}) does not lie above point ${i} (${values[i - 1]})`,
        );
    }
  };
  ascending(x, "x");
  if (edges) {
    ascending(edges.x, "the edges of the bins");
    if (edges.x.length !== x.length + 1 || edges.sigma.length !== x.length + 1)
      throw new ThioscopeError("INVALID_INPUT", `${x.length} bins need ${x.length + 1} edges, not ${edges.x.length}`);
  }
  for (const [k, { values, sigma }] of (model.baselineCurves ?? []).entries()) {
    if (values.length !== x.length)
      throw new ThioscopeError("INVALID_INPUT", `curve ${k + 1} of the baseline has ${values.length} points; the data have ${x.length}`);
    if (sigma !== undefined && !(sigma > 0))
      throw new ThioscopeError("INVALID_INPUT", `curve ${k + 1} of the baseline is known to ${sigma}; an error is above 0`);
  }
  if (model.asymmetry !== undefined && (edges || !(model.asymmetry > 0)))
    throw new ThioscopeError("INVALID_INPUT", `an asymmetry known to ${model.asymmetry}: it must be above 0, and points must not be bins`);
  if (!(model.baseline >= -1 && model.baseline <= 6))
    throw new ThioscopeError("INVALID_INPUT", `a baseline of degree ${model.baseline} is not offered; −1 (none) to 6 are`);
}

/** Bernstein polynomials over the range, row-major: non-negative coefficients make a non-negative baseline. */
function bernsteinBasis(x: Float64Array, first: number, range: number, degree: number): Float64Array {
  const base = degree + 1;
  const out = new Float64Array(base * x.length);
  for (let i = 0; i < x.length; i++) {
    const t = Math.min(1, Math.max(0, (x[i]! - first) / range));
    let binomial = 1;
    for (let j = 0; j < base; j++) {
      out[i * base + j] = binomial * t ** j * (1 - t) ** (degree - j);
      binomial *= (degree - j) / (j + 1);
    }
  }
  return out;
}
