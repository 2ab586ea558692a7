/**
 * The fit behind a chain length, between two energies: two features with their edges, a resonance, and spectra of other sulfur (chain.ts has the model).
 *
 * Shapes are known beforehand: from the field's spectra, each by itself, or from a standard of the same run with its covariance, widened by what samples
 * scatter. The second tells S8 from internal atoms better (20 % of S8 at a noise of 0.005 is found in 95 instead of 78 of 100 spectra), because a chain's own shapes cannot then bend into those of S8.
 */
import { ThioscopeError } from "../errors.ts";
import { choleskyFactor, choleskySolve } from "../numerics/cholesky.ts";
import { type CubicSpline, cubicSpline, evaluateSpline } from "../numerics/cubicSpline.ts";
import { type BoundState, leastSquares } from "../numerics/leastSquares.ts";
import { smoothingSpline } from "../numerics/smoothingSpline.ts";
import { PEAK_SHAPES } from "../peaks/shapes.ts";
import type { Nuisance } from "./chain.ts";
import type { NormalizedCurve } from "./combination.ts";
import { leaveOneOut } from "./noise.ts";

/** eV below the white line of S8 */
export const SEPARATION = 2.0;
/** eV by which the terminal feature may be off */
export const CENTRE_REACH = 0.8;
/** eV, where the edge stands behind the feature and how wide it is */
const EDGE_OFFSET = 2.0;
const EDGE_WIDTH = 1.0;
/** eV, the broad resonance behind both features, relative to S8 */
const RESONANCE = 7.5;
const RESONANCE_WIDTH = 5.5;
/** what is left below the edge, in edge steps */
const BASE = 0.01;
/** points, and by how much of a step they may be off, where a spectrum counts as even */
const EVEN_POINTS = 20;
const EVEN = 0.1;
/** natural width of the S 1s level, eV (Keski-Rahkonen and Krause 1974) */
const CORE_HOLE = 0.59;
const GAUSSIAN = PEAK_SHAPES.gaussian;
/** mixed by the core hole's share of the width */
const VOIGT = PEAK_SHAPES.voigt;

/** Places of the parameters before the nuisances' shares: areas, centre, separation, widths, step, edges, base, resonance. */
export const P = {
  terminal: 0,
  internal: 1,
  centre: 2,
  separation: 3,
  widthT: 4,
  widthI: 5,
  step: 6,
  offset: 7,
  edgeWidth: 8,
  base: 9,
  resonance: 10,
  resonanceAt: 11,
  resonanceWidth: 12,
  offsetDifference: 13,
  first: 14,
} as const;

/** What the shapes of a chain's spectrum are known to be before it is fitted: rows of weight · (θ − value). θ: {@link shapeOf}. */
export interface ChainShape {
  value: Float64Array;
  /** row-major rows × SHAPES */
  weight: Float64Array;
  rows: number;
  /** the model's edge step of a sample that is all chains: 1 but for what the model's edges and resonance are not */
  step: number;
}

/** θ: separation, ln of both widths, edge offset, edge width, resonance per edge step, its place from S8, its width, how far the two edges' offsets differ */
const SHAPES = 9;

/** What the field's spectra show, as one standard deviation each. */
export const USUAL_SHAPE: ChainShape = (() => {
  const value = Float64Array.of(SEPARATION, 0, 0, EDGE_OFFSET, EDGE_WIDTH, 0, RESONANCE, RESONANCE_WIDTH, 0);
  const rows: readonly (readonly (readonly [place: number, weight: number])[])[] = [
    [[0, 1 / 0.12]],
    // widths of the two are alike, whatever they are
    [
      [1, -1 / 0.12],
      [2, 1 / 0.12],
    ],
    [[3, 1 / 0.5]],
    [[4, 1 / 0.25]],
    [[6, 1]],
    [[7, 1 / 1.5]],
    [[8, 1 / 0.12]],
  ];
  const weight = new Float64Array(rows.length * SHAPES);
  for (const [r, row] of rows.entries()) for (const [place, w] of row) weight[r * SHAPES + place] = w;
  return { value, weight, rows: rows.length, step: 1 };
})();

/** How much the shapes of samples differ that were measured with the same set-up, in the order of θ: eV, but for logarithms and the resonance. */
const SAMPLE_SCATTER = [0.05, 0.06, 0.06, 0.12, 0.06, 0.12, 0.3, 0.4, 0.12];

/** The shapes that a standard's fit found, with their covariance and the scatter of samples. null where it does not determine them. */
export function shapeOfStandard({ parameters, covariance }: ChainFit, s8: number): ChainShape | null {
  const n = parameters.length;
  const value = new Float64Array(SHAPES);
  const gradient = new Float64Array(SHAPES * n);
  shapeOf(parameters, s8, value, gradient, n);
  const total = new Float64Array(SHAPES * SHAPES);
  for (let a = 0; a < SHAPES; a++) {
    for (let b = 0; b < SHAPES; b++) {
      let sum = a === b ? SAMPLE_SCATTER[a]! ** 2 : 0;
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sum += gradient[a * n + i]! * covariance[i * n + j]! * gradient[b * n + j]!;
      total[a * SHAPES + b] = sum;
    }
  }
  if (!choleskyFactor(total, SHAPES)) return null;
  // rows of L⁻¹
  const weight = new Float64Array(SHAPES * SHAPES);
  for (let column = 0; column < SHAPES; column++) {
    for (let row = column; row < SHAPES; row++) {
      let sum = row === column ? 1 : 0;
      for (let k = column; k < row; k++) sum -= total[row * SHAPES + k]! * weight[k * SHAPES + column]!;
      weight[row * SHAPES + column] = sum / total[row * SHAPES + row]!;
    }
  }
  return { value, weight, rows: SHAPES, step: parameters[P.step]! };
}

/** θ and dθ/dp of a fit's parameters. */
function shapeOf(p: Float64Array, s8: number, theta: Float64Array, gradient: Float64Array, n: number): void {
  const step = Math.max(p[P.step]!, 0.02);
  theta.set([
    p[P.separation]!,
    Math.log(p[P.widthT]!),
    Math.log(p[P.widthI]!),
    p[P.offset]!,
    p[P.edgeWidth]!,
    p[P.resonance]! / step,
    p[P.resonanceAt]! - s8,
    p[P.resonanceWidth]!,
    p[P.offsetDifference]!,
  ]);
  gradient.fill(0);
  const set = (t: number, j: number, slope: number): void => {
    gradient[t * n + j] = slope;
  };
  set(0, P.separation, 1);
  set(1, P.widthT, 1 / p[P.widthT]!);
  set(2, P.widthI, 1 / p[P.widthI]!);
  set(3, P.offset, 1);
  set(4, P.edgeWidth, 1);
  set(5, P.resonance, 1 / step);
  if (p[P.step]! > 0.02) set(5, P.step, -p[P.resonance]! / step ** 2);
  set(6, P.resonanceAt, 1);
  set(7, P.resonanceWidth, 1);
  set(8, P.offsetDifference, 1);
}

/**
 * Shares of other sulfur may come out below nothing in the fit and are told as nothing: where S8 is held at nothing or more, what the noise makes of it is always more, and chains
 * come out too short.
 */
const LEAST_SHARE = -0.5;

export interface ChainFit {
  parameters: Float64Array;
  bounds: readonly BoundState[];
  covariance: Float64Array;
  chi2Reduced: number;
  energy: Float64Array;
  data: Float64Array;
  fitted: Float64Array;
}

/** The model of the file's head between two energies. @param start from where another window ended */
export function fitWindow(
  curve: NormalizedCurve,
  s8: number,
  rho: number,
  nuisances: readonly Nuisance[],
  stepError: number,
  shape: ChainShape,
  [from, to]: readonly [number, number],
  start?: Float64Array,
): ChainFit {
  const keep = Array.from(curve.energy.keys()).filter((i) => curve.energy[i]! >= from && curve.energy[i]! <= to);
  const n = P.first + nuisances.length;
  if (keep.length < n + 8)
    throw new ThioscopeError(
      "INVALID_INPUT",
      `"${curve.name}" has ${keep.length} points between ${from} and ${to} eV; ${n + 8} are needed`,
    );
  const energy = Float64Array.from(keep, (i) => curve.energy[i]!);
  const data = Float64Array.from(keep, (i) => curve.value[i]!);
  const m = energy.length;
  const splines = nuisances.map((nuisance) => smoothed(nuisance, from, to));
  const others = splines.map((spline) => {
    const out = new Float64Array(m);
    evaluateSpline(spline, energy, out);
    return out;
  });
  const noise = medianNoise(energy, data);
  const sigma = Math.max(noise, 1e-4);
  const d = new Float64Array(4);
  const e = new Float64Array(4);
  const r = new Float64Array(4);
  const theta = new Float64Array(SHAPES);
  const gradient = new Float64Array(SHAPES * n);
  const evaluate = (p: Float64Array, out: Float64Array, jacobian: Float64Array | null): void => {
    const [at, ai, ct, sep] = [p[P.terminal]!, p[P.internal]!, p[P.centre]!, p[P.separation]!];
    const [step, offset, wide, apart] = [p[P.step]!, p[P.offset]!, p[P.edgeWidth]!, p[P.offsetDifference]!];
    const [wt, wi] = [p[P.widthT]!, p[P.widthI]!];
    const ci = ct + sep;
    const total = Math.max(at + ai / rho, 1e-6);
    const shareT = at / total;
    for (let i = 0; i < m; i++) {
      const x = energy[i]!;
      const ut = (2 * (x - ct - offset)) / wide;
      const ui = (2 * (x - ci - offset - apart)) / wide;
      const edgeT = 0.5 + Math.atan(ut) / Math.PI;
      const edgeI = 0.5 + Math.atan(ui) / Math.PI;
      const edge = shareT * edgeT + (1 - shareT) * edgeI;
      let sum = p[P.base]! + step * edge;
      sum += VOIGT.value(x, at, ct, wt, CORE_HOLE / wt, d) + VOIGT.value(x, ai, ci, wi, CORE_HOLE / wi, e);
      sum += GAUSSIAN.value(x, p[P.resonance]!, p[P.resonanceAt]!, p[P.resonanceWidth]!, 0, r);
      for (let k = 0; k < others.length; k++) sum += p[P.first + k]! * others[k]![i]!;
      out[i] = (sum - data[i]!) / sigma;
      if (!jacobian) continue;
      const row = i * n;
      const difference = step * (edgeT - edgeI);
      const bellT = (2 / wide / Math.PI / (1 + ut * ut)) * shareT * step;
      const bellI = (2 / wide / Math.PI / (1 + ui * ui)) * (1 - shareT) * step;
      jacobian[row + P.terminal] = d[0]! + (difference * (ai / rho)) / total ** 2;
      jacobian[row + P.internal] = e[0]! - (difference * (at / rho)) / total ** 2;
      jacobian[row + P.centre] = d[1]! + e[1]! - bellT - bellI;
      jacobian[row + P.separation] = e[1]! - bellI;
      jacobian[row + P.widthT] = d[2]! - (d[3]! * CORE_HOLE) / (wt * wt);
      jacobian[row + P.widthI] = e[2]! - (e[3]! * CORE_HOLE) / (wi * wi);
      jacobian[row + P.step] = edge;
      jacobian[row + P.offset] = -bellT - bellI;
      jacobian[row + P.edgeWidth] = (-ut / 2) * bellT - (ui / 2) * bellI;
      jacobian[row + P.base] = 1;
      jacobian[row + P.offsetDifference] = -bellI;
      jacobian[row + P.resonance] = r[0]!;
      jacobian[row + P.resonanceAt] = r[1]!;
      jacobian[row + P.resonanceWidth] = r[2]!;
      for (let k = 0; k < others.length; k++) jacobian[row + P.first + k] = others[k]![i]!;
      for (let j = 0; j < n; j++) jacobian[row + j] = jacobian[row + j]! / sigma;
    }
    // parts sum to the edge step, nothing is left below the edge, and shapes are those of a standard or of the field
    const sumSigma = Math.max(stepError, 0.03);
    let parts = step / shape.step;
    for (let k = 0; k < others.length; k++) parts += p[P.first + k]!;
    out[m] = (parts - 1) / sumSigma;
    out[m + 1] = p[P.base]! / BASE;
    shapeOf(p, s8, theta, gradient, n);
    for (let j = 0; j < SHAPES; j++) theta[j] = theta[j]! - shape.value[j]!;
    for (let r = 0; r < shape.rows; r++) {
      let sum = 0;
      for (let j = 0; j < SHAPES; j++) sum += shape.weight[r * SHAPES + j]! * theta[j]!;
      out[m + 2 + r] = sum;
    }
    if (!jacobian) return;
    jacobian.fill(0, m * n);
    jacobian[m * n + P.step] = 1 / (sumSigma * shape.step);
    for (let k = 0; k < others.length; k++) jacobian[m * n + P.first + k] = 1 / sumSigma;
    jacobian[(m + 1) * n + P.base] = 1 / BASE;
    for (let r = 0; r < shape.rows; r++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let t = 0; t < SHAPES; t++) sum += shape.weight[r * SHAPES + t]! * gradient[t * n + j]!;
        jacobian[(m + 2 + r) * n + j] = sum;
      }
    }
  };
  const priors = 2 + shape.rows;
  const scratch = new Float64Array(m + priors);
  const problem = {
    count: m + priors,
    residuals: (p: Float64Array, out: Float64Array) => evaluate(p, out, null),
    jacobian: (p: Float64Array, out: Float64Array) => evaluate(p, scratch, out),
  };
  const options = {
    lower: [
      0,
      -0.3,
      s8 - SEPARATION - CENTRE_REACH,
      1.7,
      0.7,
      0.7,
      0,
      0.5,
      0.5,
      -0.2,
      0,
      s8 + 5,
      2.5,
      -1,
      ...others.map(() => LEAST_SHARE),
    ],
    upper: [40, 40, s8 - SEPARATION + CENTRE_REACH, 2.3, 2.6, 2.6, 1.6, 4.5, 2.5, 0.2, 10, s8 + 10, 9, 1, ...others.map(() => 1.2)],
    absoluteSigma: true,
    tolerance: 1e-9,
    maxIterations: 150,
  };
  // short chains and long ones have valleys of their own; from where another window ended there is one
  const starts = start ? [start] : AREAS_TO_START.map((areas) => [...areas, ...shapesAt(s8, others.length)]);
  const fit = starts
    .map((one) => leastSquares(problem, { ...options, start: one }))
    .reduce((a, b) => (b.sumOfSquares < a.sumOfSquares ? b : a));
  const fitted = new Float64Array(m + priors);
  evaluate(fit.parameters, fitted, null);
  const model = Float64Array.from({ length: m }, (_, i) => fitted[i]! * sigma + data[i]!);
  const chi2Reduced = fit.sumOfSquares / Math.max(1, m + priors - n);
  // a misfit beyond the noise widens the errors
  const widen = Math.max(1, chi2Reduced);
  const slopes = new Float64Array((m + priors) * n);
  evaluate(fit.parameters, scratch, slopes);
  // a share at zero has the error of one that is free: that makes it an upper limit
  const free = fit.bounds.flatMap((bound, k) => (bound === "free" || k >= P.first ? [k] : []));
  const covariance = inverseNormal(slopes, m + priors, n, free);
  return {
    parameters: fit.parameters,
    bounds: fit.bounds,
    covariance: covariance.map((c) => c * widen),
    chi2Reduced,
    energy,
    data,
    fitted: model,
  };
}

/**
 * The spectrum of other sulfur between two energies without its noise: noise in what a sample is compared with makes its share come out too small, by a
 * fifth for S8 at a noise of 0.002. Only the even steps about the middle are smoothed, by cross-validation; the rest stays as it is.
 */
function smoothed({ energy, value }: Nuisance, from: number, to: number): CubicSpline {
  const steps = Array.from(energy.subarray(1), (e, i) => e - energy[i]!);
  const inside = steps.filter((_, i) => energy[i]! >= from && energy[i + 1]! <= to).sort((a, b) => a - b);
  const step = inside[inside.length >> 1] ?? 0;
  const even = (i: number): boolean => Math.abs((steps[i] ?? 0) - step) < EVEN * step;
  const middle = energy.findIndex((e) => e >= (from + to) / 2);
  let first = middle;
  let last = middle;
  while (first > 0 && even(first - 1)) first--;
  while (last < steps.length && even(last)) last++;
  if (last - first + 1 < EVEN_POINTS) return cubicSpline(energy, value);
  const y = value.slice(first, last + 1);
  const clean = value.slice();
  clean.set(smoothingSpline(step, y, new Float64Array(y.length).fill(1)).values, first);
  return cubicSpline(energy, clean);
}

/** (JᵀJ)⁻¹ over some of the parameters, zero elsewhere. */
function inverseNormal(jacobian: Float64Array, rows: number, n: number, free: readonly number[]): Float64Array {
  const k = free.length;
  const normal = new Float64Array(k * k);
  for (let i = 0; i < rows; i++) {
    for (let a = 0; a < k; a++) {
      const x = jacobian[i * n + free[a]!]!;
      for (let b = 0; b <= a; b++) normal[a * k + b] = normal[a * k + b]! + x * jacobian[i * n + free[b]!]!;
    }
  }
  const out = new Float64Array(n * n);
  const scale = Float64Array.from({ length: k }, (_, a) => 1 / Math.sqrt(normal[a * k + a]! || 1));
  for (let a = 0; a < k; a++) for (let b = 0; b <= a; b++) normal[a * k + b] = normal[a * k + b]! * scale[a]! * scale[b]!;
  for (let a = 0; a < k; a++) normal[a * k + a] = normal[a * k + a]! + 1e-12;
  if (!choleskyFactor(normal, k)) return out;
  const unit = new Float64Array(k);
  for (let a = 0; a < k; a++) {
    unit.fill(0);
    unit[a] = 1;
    choleskySolve(normal, unit, k);
    for (let b = 0; b < k; b++) out[free[a]! * n + free[b]!] = unit[b]! * scale[a]! * scale[b]!;
  }
  return out;
}

/** Areas that a fit begins with: x = 2.4, 4 and 8. */
const AREAS_TO_START: readonly (readonly [number, number])[] = [
  [2, 0.4],
  [1.3, 1.3],
  [0.6, 2],
];

/** The other parameters at their usual values. */
function shapesAt(s8: number, others: number): number[] {
  const chain = [
    s8 - SEPARATION,
    SEPARATION,
    1.3,
    1.3,
    1 - 0.1 * others,
    EDGE_OFFSET,
    EDGE_WIDTH,
    0,
    1,
    s8 + RESONANCE,
    RESONANCE_WIDTH,
    0,
  ];
  return [...chain, ...Array.from({ length: others }, () => 0.1)];
}

function medianNoise(energy: Float64Array, data: Float64Array): number {
  const residual = leaveOneOut(energy, data).filter((r) => !Number.isNaN(r));
  const sorted = residual.map(Math.abs).sort();
  return 1.4826 * (sorted[sorted.length >> 1] ?? 0);
}

/** x of a fit, not bounded below. */
export function lengthOf(parameters: Float64Array, rho: number): number {
  return 2 + (2 * parameters[P.internal]!) / Math.max(parameters[P.terminal]!, 1e-9) / rho;
}
