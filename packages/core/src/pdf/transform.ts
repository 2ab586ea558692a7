/**
 * From a pattern to the reduced pair distribution function G(r):
 *
 *   I = I_sample − c I_container
 *   F_m(q) = q (a I − ⟨f²⟩)/⟨f⟩²                      a: Σ F_m = 0 over the measured range
 *   F(q) = F_m(q) − Σ_{i=1..n} c_i qⁱ                  ad-hoc correction; no constant, so that F(0) = 0
 *   S(q) = 1 + F/q
 *   G(r) = (2/π) Σ_{qmin..qmax} F(q) L(q) sin(qr) Δq,  L = sin(πq/qmax)/(πq/qmax) where Lorch's window is asked for
 *
 * The polynomial of degree n = r_poly q_maxinst/π varies over distances below r_poly, where there are no pairs; for a broken n both neighbouring degrees are
 * mixed (Juhás, Davis, Farrow and Billinge, J. Appl. Cryst. 46, 560, 2013). It stands for Compton scattering, multiple scattering, absorption, fluorescence and a
 * wrong background alike: nothing absolute is left in the height of G, whose scale is free in every fit.
 *
 * Errors: of the counts, through a and ⟨f⟩² (the polynomial, which takes a little away, left out). In q they are independent, in r they are not:
 *   cov G(r) G(r') = (2/π)² ½ [C(r − r') − C(r + r')],   C(x) = ∫ σ_F² L² cos(qx) Δ dq,  Δ the spacing of the data.
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import { averageScattering } from "./scattering.ts";
import { type EvenGrid, sinePlan } from "./sineTransform.ts";

/** A pattern over q in 1/Å, rising; counts with standard errors where they are known. */
export interface ScatteringPattern {
  q: Float64Array;
  intensity: Float64Array;
  sigma: Float64Array | null;
}

export interface PdfOptions {
  /** formula of the sample */
  composition: string;
  /** times the container's pattern (default 1) */
  backgroundScale?: number;
  /** ends of the transform, 1/Å (default: those that {@link suggestLimits} finds) */
  qMin?: number;
  qMax?: number;
  /** end of the data that the correction takes (default: of the pattern) */
  qMaxInst?: number;
  /** Å (default 0.9) */
  rPoly?: number;
  /** Å (defaults 0, 30, 0.01) */
  rMin?: number;
  rMax?: number;
  rStep?: number;
  /** Lorch's window: less ripple, broader peaks (default false) */
  lorch?: boolean;
}

export interface PairDistribution {
  q: EvenGrid;
  /** S(q), F(q) and standard errors of F on the grid, from the start of the pattern to q_maxinst */
  structureFactor: Float64Array;
  reduced: Float64Array;
  reducedSigma: Float64Array | null;
  r: EvenGrid;
  g: Float64Array;
  gSigma: Float64Array | null;
  /** cov G(r) G(r') of two distances; null without errors */
  covariance: ((a: number, b: number) => number) | null;
  /** every choice that was made */
  used: Required<Omit<PdfOptions, "composition">> & { scale: number; degree: number };
  notices: readonly Notice[];
}

const MOST_POINTS = 2 ** 20;
export const PDF_DEFAULTS = { backgroundScale: 1, rPoly: 0.9, rMin: 0, rMax: 30, rStep: 0.01, lorch: false } as const;

/** @throws INVALID_INPUT for limits that do not fit the data; NOT_COMPUTABLE where no intensity is left above the container */
export function pairDistribution(sample: ScatteringPattern, container: ScatteringPattern | null, options: PdfOptions): PairDistribution {
  checkPattern(sample, "the pattern");
  const notices: Notice[] = [];
  const backgroundScale = options.backgroundScale ?? PDF_DEFAULTS.backgroundScale;
  const net = subtracted(sample, container, backgroundScale, notices);
  const [from, end] = [net.q[0]!, net.q.at(-1)!];
  const qMaxInst = Math.min(options.qMaxInst ?? end, end);
  const reduced = reduceTo(net, options.composition, qMaxInst, options.rPoly ?? PDF_DEFAULTS.rPoly);
  const suggested = suggestLimits(reduced.q, reduced.f, reduced.sigma);
  const qMin = options.qMin ?? suggested.qMin;
  const qMax = options.qMax ?? suggested.qMax;
  if (!(qMin >= 0 && qMax > qMin && qMax <= qMaxInst + 1e-9))
    throw new ThioscopeError(
      "INVALID_INPUT",
      `q from ${qMin} to ${qMax} 1/Å: the data reach from ${from.toFixed(3)} to ${qMaxInst.toFixed(3)} 1/Å`,
    );
  const { rMin = PDF_DEFAULTS.rMin, rMax = PDF_DEFAULTS.rMax, rStep = PDF_DEFAULTS.rStep, lorch = PDF_DEFAULTS.lorch } = options;
  const r = gridOf(rMin, rMax, rStep);
  const { q, f, sigma } = reduced;
  const made = transformReduced(q, f, sigma, { qMin, qMax, r, lorch, spacing: reduced.spacing });
  if (qMin < from) {
    notices.push({ code: "range-shortened", message: `q_min ${qMin} 1/Å lies before the data: F is zero up to ${from.toFixed(4)} 1/Å` });
  }
  const structureFactor = Float64Array.from(f, (value, k) => 1 + value / (q.first + k * q.step));
  return {
    q,
    structureFactor,
    reduced: f,
    reducedSigma: sigma,
    r,
    ...made,
    used: {
      backgroundScale,
      qMin,
      qMax,
      qMaxInst,
      rPoly: options.rPoly ?? PDF_DEFAULTS.rPoly,
      rMin,
      rMax,
      rStep,
      lorch,
      scale: reduced.scale,
      degree: reduced.degree,
    },
    notices,
  };
}

export function gridOf(from: number, to: number, step: number): EvenGrid {
  const count = Math.floor((to - from) / step + 1e-6) + 1;
  if (!(from >= 0 && step > 0 && count >= 2 && count <= MOST_POINTS))
    throw new ThioscopeError("INVALID_INPUT", `r from ${from} to ${to} Å in steps of ${step} Å: 0 or more, 2 to ${MOST_POINTS} points`);
  return { first: from, step, count };
}

function checkPattern({ q, intensity, sigma }: ScatteringPattern, what: string): void {
  if (q.length < 16 || q.length > MOST_POINTS || intensity.length !== q.length || (sigma && sigma.length !== q.length))
    throw new ThioscopeError("INVALID_INPUT", `${what} has ${q.length} points: 16 to ${MOST_POINTS} with one intensity each are needed`);
  for (let k = 0; k < q.length; k++) {
    if (!(q[k]! >= 0 && Number.isFinite(intensity[k]!) && (k === 0 || q[k]! > q[k - 1]!)))
      throw new ThioscopeError("INVALID_INPUT", `${what}, point ${k + 1}: q must rise from 0 on and intensities be finite`);
    if (sigma && !(sigma[k]! >= 0)) throw new ThioscopeError("INVALID_INPUT", `${what}, point ${k + 1}: an error of ${sigma[k]}`);
  }
}

function subtracted(sample: ScatteringPattern, container: ScatteringPattern | null, scale: number, notices: Notice[]): ScatteringPattern {
  if (!container) return sample;
  checkPattern(container, "the container's pattern");
  const { q } = sample;
  if (container.q[0]! > q[0]! + 1e-6 || container.q.at(-1)! < q.at(-1)! - 1e-6) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `the container was measured from ${container.q[0]!.toFixed(3)} to ${container.q.at(-1)!.toFixed(3)} 1/Å, the sample from ${q[0]!.toFixed(3)} to ${q.at(-1)!.toFixed(3)}`,
    );
  }
  const at = interpolator(container.q, q);
  const under = at(container.intensity);
  const intensity = sample.intensity.map((value, k) => value - scale * under[k]!);
  const negative = intensity.reduce((count, value) => count + (value < 0 ? 1 : 0), 0);
  if (negative > 0) notices.push({ code: "intensity-negative", message: `${negative} points lie below ${scale} times the container` });
  const containerSigma = container.sigma && at(container.sigma);
  const sigma = sample.sigma?.map((s, k) => Math.hypot(s, scale * (containerSigma?.[k] ?? 0))) ?? null;
  return { q, intensity, sigma };
}

interface Reduced {
  q: EvenGrid;
  f: Float64Array;
  sigma: Float64Array | null;
  /** mean spacing of the data over that of the grid: what an error of a point is worth in a sum */
  spacing: number;
  scale: number;
  degree: number;
}

function reduceTo(net: ScatteringPattern, composition: string, qMaxInst: number, rPoly: number): Reduced {
  const used = net.q.reduce((count, value) => count + (value <= qMaxInst + 1e-9 ? 1 : 0), 0);
  if (used < 16) throw new ThioscopeError("INVALID_INPUT", `q_maxinst ${qMaxInst} 1/Å leaves ${used} points: at least 16 are needed`);
  const first = Math.max(net.q[0]!, 1e-3);
  const step = (net.q[used - 1]! - first) / (used - 1);
  const q: EvenGrid = { first, step, count: used };
  const axis = Float64Array.from({ length: used }, (_, k) => first + k * step);
  const at = interpolator(net.q, axis);
  const intensity = at(net.intensity);
  const counts = net.sigma && at(net.sigma);
  const { squareOfMean, meanOfSquare } = averageScattering(composition, axis);
  let wanted = 0;
  let found = 0;
  for (let k = 0; k < used; k++) {
    wanted += (axis[k]! * meanOfSquare[k]!) / squareOfMean[k]!;
    found += (axis[k]! * intensity[k]!) / squareOfMean[k]!;
  }
  if (!(found > 0)) throw new ThioscopeError("NOT_COMPUTABLE", "nothing is left above the container: is its scale right?");
  const scale = wanted / found;
  const f = Float64Array.from(axis, (value, k) => (value * (scale * intensity[k]! - meanOfSquare[k]!)) / squareOfMean[k]!);
  const degree = (rPoly * qMaxInst) / Math.PI;
  if (!(degree >= 1 && degree <= 60)) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `r_poly ${rPoly} Å up to ${qMaxInst.toFixed(2)} 1/Å is a polynomial of degree ${degree.toFixed(1)}: 1 to 60 are fitted`,
    );
  }
  subtractPolynomials(axis, f, degree);
  const sigma = counts && Float64Array.from(axis, (value, k) => (value * scale * counts[k]!) / squareOfMean[k]!);
  return { q, f, sigma, spacing: 1, scale, degree };
}

/**
 * Takes the projection on q … qⁿ away, for a broken n the mean of both neighbours. The powers are made orthogonal by Stieltjes' recurrence on the points
 * themselves (three terms, stable to degree 60).
 */
function subtractPolynomials(q: Float64Array, f: Float64Array, degree: number): void {
  const n = q.length;
  const lower = Math.floor(degree);
  const share = degree - lower;
  const x = q.map((value) => value / q[n - 1]!);
  const fit = new Float64Array(n);
  let previous = new Float64Array(n);
  // the first of them is q itself: no constant
  let current = x.slice();
  let former = 1;
  for (let d = 1; d <= lower + 1; d++) {
    let norm = 0;
    let moment = 0;
    let along = 0;
    for (let k = 0; k < n; k++) {
      const c = current[k]!;
      norm += c * c;
      moment += x[k]! * c * c;
      along += c * f[k]!;
    }
    // the last degree counts with its share alone
    const weight = ((d <= lower ? 1 : share) * along) / norm;
    for (let k = 0; k < n; k++) fit[k] = fit[k]! + weight * current[k]!;
    const [a, b] = [moment / norm, d === 1 ? 0 : norm / former];
    const next = new Float64Array(n);
    for (let k = 0; k < n; k++) next[k] = (x[k]! - a) * current[k]! - b * previous[k]!;
    previous = current;
    current = next;
    former = norm;
  }
  for (let k = 0; k < n; k++) f[k] = f[k]! - fit[k]!;
}

export interface TransformOptions {
  qMin: number;
  qMax: number;
  r: EvenGrid;
  lorch: boolean;
  /** spacing of independent points over that of the grid (default 1) */
  spacing?: number;
}

/** G(r) of a given F(q), with errors where those of F are known. */
export function transformReduced(
  q: EvenGrid,
  f: Float64Array,
  sigma: Float64Array | null,
  { qMin, qMax, r, lorch, spacing = 1 }: TransformOptions,
): Pick<PairDistribution, "g" | "gSigma" | "covariance"> {
  const firstIndex = Math.max(0, Math.ceil((qMin - q.first) / q.step - 1e-9));
  const lastIndex = Math.min(q.count - 1, Math.floor((qMax - q.first) / q.step + 1e-9));
  const count = lastIndex - firstIndex + 1;
  if (count < 2) throw new ThioscopeError("INVALID_INPUT", `between ${qMin} and ${qMax} 1/Å there are ${Math.max(count, 0)} points`);
  const range: EvenGrid = { first: q.first + firstIndex * q.step, step: q.step, count };
  const window = (k: number): number => {
    if (!lorch) return 1;
    const x = (Math.PI * (range.first + k * q.step)) / qMax;
    return x === 0 ? 1 : Math.sin(x) / x;
  };
  const factor = (2 / Math.PI) * q.step;
  const weighted = Float64Array.from({ length: count }, (_, k) => factor * window(k) * f[firstIndex + k]!);
  const g = new Float64Array(r.count);
  sinePlan(range, r).transform(weighted, g);
  if (!sigma) return { g, gSigma: null, covariance: null };
  const variances = Float64Array.from({ length: count }, (_, k) => spacing * (factor * window(k) * sigma[firstIndex + k]!) ** 2);
  // C at every multiple of the step up to the largest sum of two distances
  const offset = r.first / r.step;
  const last = Math.ceil(2 * (offset + r.count - 1)) + 2;
  const table = new Float64Array(last + 1);
  sinePlan(range, { first: 0, step: r.step, count: last + 1 }).transform(variances, null, table);
  const correlation = (x: number): number => {
    const at = Math.min(Math.abs(x) / r.step, last - 1);
    const k = Math.floor(at);
    return table[k]! + (at - k) * (table[k + 1]! - table[k]!);
  };
  const covariance = (a: number, b: number): number => 0.5 * (correlation(a - b) - correlation(a + b));
  const gSigma = Float64Array.from({ length: r.count }, (_, j) =>
    Math.sqrt(Math.max(0, covariance(r.first + j * r.step, r.first + j * r.step))),
  );
  return { g, gSigma, covariance };
}

/** Values at rising places, by straight lines between the points. */
function interpolator(x: Float64Array, at: Float64Array): (y: Float64Array) => Float64Array {
  const index = new Int32Array(at.length);
  const share = new Float64Array(at.length);
  let k = 0;
  for (let j = 0; j < at.length; j++) {
    while (k < x.length - 2 && x[k + 1]! < at[j]!) k++;
    index[j] = k;
    share[j] = Math.min(Math.max((at[j]! - x[k]!) / (x[k + 1]! - x[k]!), 0), 1);
  }
  return (y) => Float64Array.from(at, (_, j) => y[index[j]!]! * (1 - share[j]!) + y[index[j]! + 1]! * share[j]!);
}

/**
 * Where a transform should begin and end: after the first minimum of |F| above the beam stop, and at the zero of F next to where its errors become as large as what is left
 * of its waves (at the end of the data where errors are not known).
 */
export function suggestLimits(q: EvenGrid, f: Float64Array, sigma: Float64Array | null): { qMin: number; qMax: number } {
  const at = (k: number): number => q.first + k * q.step;
  const width = Math.max(3, Math.round(1 / q.step));
  let last = q.count - 1;
  if (sigma) {
    for (let k = 0; k + width <= q.count; k += Math.max(1, width >> 1)) {
      let waves = 0;
      let noise = 0;
      for (let i = k; i < k + width; i++) {
        waves += f[i]! ** 2;
        noise += sigma[i]! ** 2;
      }
      // what the errors alone would give stands in the waves too
      if (at(k) > 4 && waves < 2 * noise) {
        last = k;
        break;
      }
    }
  }
  // a transform that ends where F is zero has the least ripple
  let end = last;
  while (end > 1 && last - end < width && f[end]! * f[end - 1]! > 0) end--;
  return { qMin: Math.max(at(0), 0.5), qMax: at(end) };
}
