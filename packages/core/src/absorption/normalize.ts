/**
 * Normalisation: a line below the edge and a polynomial above it make μ run from 0 to 1.
 *
 *   pre(E) = a + bE  over  [E0 + pre₁, E0 + pre₂],   post(E) − pre(E) = Σ_{p ≤ n} c_p E^p  over  [E0 + norm₁, E0 + norm₂]
 *   step = post(E0) − pre(E0),   norm = (μ − pre)/step,   flat = norm − (post − pre)/step + 1 above E0
 *
 * Windows are a choice, and the step depends on it (by a third on short S K scans). Every normalisation is therefore repeated
 * with the windows moved and the degree changed; the scatter of the steps is added to the fit's own error and
 * goes on with the spectrum. A window runs from the point at or below its start up to the point before the one nearest to its end, and the
 * step is taken at the point nearest to E0, both as Larch does.
 * Refused, with the reason: a step that is not above three of its errors, a spectrum whose highest point is its last,
 * windows without points. (Lee et al., Rev. Mod. Phys. 53, 769 (1981); Ravel and Newville, J. Synchrotron Rad. 12, 537 (2005).)
 */
import { ThioscopeError } from "../errors.ts";
import type { Quantity } from "../units/quantity.ts";
import { edgeEnergy } from "./edge.ts";
import { noiseOf } from "./noise.ts";
import { type AbsorptionSpectrum, checkAbsorption, indexBelow, indexNearest } from "./spectrum.ts";

export interface NormalizeOptions {
  /** eV; the maximum of the derivative where absent */
  e0?: number;
  /** window below the edge, eV relative to E0 */
  pre?: readonly [number, number];
  /** window above the edge, eV relative to E0 */
  post?: readonly [number, number];
  /** degree of the polynomial above the edge, 0 to 3 */
  degree?: number;
}

export interface NormalizeWindows {
  pre: readonly [number, number];
  post: readonly [number, number];
  degree: number;
}

export interface NormalizedSpectrum {
  name: string;
  energy: Float64Array;
  e0: Quantity;
  /** in the units of μ; sigma holds the noise and the choice of windows */
  edgeStep: Quantity;
  /** the part of edgeStep's relative error that comes from the choice of windows */
  windowShare: number;
  norm: Float64Array;
  flat: Float64Array;
  preEdge: Float64Array;
  postEdge: Float64Array;
  /** standard error of a point of `norm` by noise alone */
  noise: number;
  windows: NormalizeWindows;
  /** why the normalisation is not to be believed; null where it is */
  refused: string | null;
}

/** Windows for a scan that says nothing: as wide as the data allow, away from the edge. */
export function defaultWindows(energy: Float64Array, e0: number): NormalizeWindows {
  const below = energy[0]! - e0;
  const above = energy[energy.length - 1]! - e0;
  // a long scan is an EXAFS scan, a short one a XANES scan
  const degree = above > 400 ? 2 : above > 60 ? 1 : 0;
  return above > 250
    ? { pre: [Math.max(below, -150), Math.max(0.25 * below, -30)], post: [Math.min(100, 0.3 * above), above], degree }
    : { pre: [Math.max(below, -40), Math.max(0.45 * below, -8)], post: [Math.min(15, 0.35 * above), above], degree };
}

/** Throws INVALID_INPUT for windows that make no sense, NOT_COMPUTABLE where there is no edge. A doubtful result is in `refused`. */
export function normalizeSpectrum(spectrum: AbsorptionSpectrum, options: NormalizeOptions = {}): NormalizedSpectrum {
  checkAbsorption(spectrum);
  const { energy, mu, name } = spectrum;
  const found: Quantity = options.e0 === undefined ? edgeEnergy(spectrum) : { value: options.e0, sigma: null, unit: "eV" };
  const e0 = found.value;
  const nearest = indexNearest(energy, e0);
  const fallback = defaultWindows(energy, e0);
  const windows: NormalizeWindows = {
    pre: options.pre ?? fallback.pre,
    post: options.post ?? fallback.post,
    degree: options.degree ?? fallback.degree,
  };
  checkWindows(windows, name);
  const sums = momentsOf(energy, mu, energy[nearest]!);
  const main = fitWindows(sums, energy, e0, windows);
  if (!main) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `"${name}": the windows [${windows.pre.join(", ")}] and [${windows.post.join(", ")}] eV about ${e0} eV hold too few points`,
    );
  }
  const n = energy.length;
  const preEdge = new Float64Array(n);
  const postEdge = new Float64Array(n);
  const norm = new Float64Array(n);
  const flat = new Float64Array(n);
  const { step } = main;
  let highest = 0;
  for (let i = 0; i < n; i++) {
    const t = (energy[i]! - energy[nearest]!) / sums.scale;
    const pre = main.pre[0]! + main.pre[1]! * t;
    let rise = 0;
    for (let p = windows.degree; p >= 0; p--) rise = rise * t + main.post[p]!;
    preEdge[i] = pre;
    postEdge[i] = pre + rise;
    norm[i] = (mu[i]! - pre) / step;
    flat[i] = i < nearest ? norm[i]! : norm[i]! - rise / step + 1;
    if (norm[i]! > norm[highest]!) highest = i;
  }
  const noise = noiseOf(spectrum);
  const window = windowScatter(sums, energy, e0, windows, step);
  const points = indexNearest(energy, e0 + windows.pre[1]) - indexNearest(energy, e0 + windows.pre[0]) + 1;
  const statistical = noise * Math.sqrt(main.leverage + 1 / Math.max(1, points));
  const sigma = Math.hypot(statistical, window);
  return {
    name,
    energy,
    e0: found,
    edgeStep: { value: step, sigma, unit: "" },
    windowShare: Math.abs(window / step),
    norm,
    flat,
    preEdge,
    postEdge,
    noise: Math.abs(noise / step),
    windows,
    refused: refusal(energy, norm, highest, step, statistical),
  };
}

/** How far the last points reach above the white line counts as "at the end": 2 % of the scan. */
function refusal(energy: Float64Array, norm: Float64Array, highest: number, step: number, sigma: number): string | null {
  if (!(step > 0)) return `the edge step is ${step.toPrecision(3)}: not above zero`;
  if (!(step > 3 * sigma))
    return `the edge step ${step.toPrecision(3)} is not above three of its errors (noise alone: ${sigma.toPrecision(2)})`;
  const n = energy.length;
  const end = energy[n - 1]! - 0.02 * (energy[n - 1]! - energy[0]!);
  if (energy[highest]! >= end && norm[highest]! > 1.5) {
    return `the highest point (${norm[highest]!.toPrecision(3)} steps) lies at the end of the range, ${energy[highest]!.toFixed(1)} eV: another edge or a wrong background; cut the range or move the windows`;
  }
  return null;
}

function checkWindows({ pre, post, degree }: NormalizeWindows, name: string): void {
  if (!Number.isInteger(degree) || degree < 0 || degree > 3) {
    throw new ThioscopeError("INVALID_INPUT", `"${name}": a polynomial of degree ${degree}; 0 to 3 are allowed`);
  }
  if (!(pre[0] < pre[1] && pre[1] <= 0 && post[0] < post[1] && post[0] >= 0)) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `"${name}": windows [${pre.join(", ")}] and [${post.join(", ")}] eV; the first must rise below 0, the second above 0`,
    );
  }
}

/** Sums over the points before each one: any window's polynomial then costs a few subtractions. */
interface Moments {
  scale: number;
  count: number;
  /** S[p][i] = Σ_{j<i} t_j^p, T[p][i] = Σ_{j<i} μ_j t_j^p */
  s: readonly Float64Array[];
  t: readonly Float64Array[];
}

const MOST_DEGREE = 3;

function momentsOf(energy: Float64Array, mu: Float64Array, e0: number): Moments {
  const count = energy.length;
  const scale = Math.max(e0 - energy[0]!, energy[count - 1]! - e0);
  const s = Array.from({ length: 2 * MOST_DEGREE + 1 }, () => new Float64Array(count + 1));
  const t = Array.from({ length: MOST_DEGREE + 1 }, () => new Float64Array(count + 1));
  for (let i = 0; i < count; i++) {
    const x = (energy[i]! - e0) / scale;
    let power = 1;
    for (let p = 0; p <= 2 * MOST_DEGREE; p++) {
      s[p]![i + 1] = s[p]![i]! + power;
      if (p <= MOST_DEGREE) t[p]![i + 1] = t[p]![i]! + mu[i]! * power;
      power *= x;
    }
  }
  return { scale, count, s, t };
}

interface WindowFit {
  pre: readonly [number, number];
  post: Float64Array;
  step: number;
  /** variance of the post-edge value at E0 in units of a point's variance */
  leverage: number;
}

function fitWindows(sums: Moments, energy: Float64Array, e0: number, { pre, post, degree }: NormalizeWindows): WindowFit | null {
  // Larch's convention: the point at or below the start, up to but without the point nearest to the end
  const a = indexBelow(energy, pre[0] + e0);
  const b = indexNearest(energy, pre[1] + e0) - 1;
  const line = polynomial(sums, a, b, 1, null);
  if (!line) return null;
  const c = indexBelow(energy, post[0] + e0);
  const d = indexNearest(energy, post[1] + e0) - 1;
  const rise = polynomial(sums, c, d, degree, line.coefficients);
  if (!rise) return null;
  return {
    pre: [line.coefficients[0]!, line.coefficients[1]!],
    post: rise.coefficients,
    step: rise.coefficients[0]!,
    leverage: rise.variance0 + line.variance0,
  };
}

/** Least squares over points a … b of μ (minus a line). */
function polynomial(
  { s, t }: Moments,
  a: number,
  b: number,
  degree: number,
  line: Float64Array | null,
): { coefficients: Float64Array; variance0: number } | null {
  const n = degree + 1;
  if (b - a < n) return null;
  const matrix = new Float64Array(n * (n + 2));
  const width = n + 2;
  for (let p = 0; p < n; p++) {
    for (let q = 0; q < n; q++) matrix[p * width + q] = s[p + q]![b + 1]! - s[p + q]![a]!;
    const base = line ? line[0]! * (s[p]![b + 1]! - s[p]![a]!) + line[1]! * (s[p + 1]![b + 1]! - s[p + 1]![a]!) : 0;
    matrix[p * width + n] = t[p]![b + 1]! - t[p]![a]! - base;
  }
  // the last column gives the first row of the inverse: the variance of the value at E0
  matrix[n + 1] = 1;
  if (!eliminate(matrix, n, width)) return null;
  return { coefficients: Float64Array.from({ length: n }, (_, p) => matrix[p * width + n]!), variance0: Math.max(0, matrix[n + 1]!) };
}

/** Gauss–Jordan with row pivoting of n rows; false where singular to rounding. */
function eliminate(m: Float64Array, n: number, width: number): boolean {
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let r = k + 1; r < n; r++) if (Math.abs(m[r * width + k]!) > Math.abs(m[best * width + k]!)) best = r;
    if (Math.abs(m[best * width + k]!) < 1e-13 * Math.abs(m[0]!)) return false;
    if (best !== k) {
      for (let c = 0; c < width; c++) {
        const swap = m[k * width + c]!;
        m[k * width + c] = m[best * width + c]!;
        m[best * width + c] = swap;
      }
    }
    const pivot = m[k * width + k]!;
    for (let c = 0; c < width; c++) m[k * width + c] = m[k * width + c]! / pivot;
    for (let r = 0; r < n; r++) {
      const factor = m[r * width + k]!;
      if (r === k || factor === 0) continue;
      for (let c = 0; c < width; c++) m[r * width + c] = m[r * width + c]! - factor * m[k * width + c]!;
    }
  }
  return true;
}

/** Shifts of the windows' inner ends, relative to their widths, and the neighbouring degrees: what another user might have chosen. */
const SHIFTS = [-0.15, 0, 0.15] as const;

/** eV */
const LONG_WINDOW = 200;

/** What another user might have chosen, each with its weight: the degree is the coarser choice and counts half. */
export function otherWindows({ pre, post, degree }: NormalizeWindows): { windows: NormalizeWindows; weight: number }[] {
  // a higher degree over a short window swings at E0: nobody would take it
  const most = post[1] - post[0] > LONG_WINDOW ? Math.min(degree + 1, 2) : degree;
  const out: { windows: NormalizeWindows; weight: number }[] = [];
  for (const lower of SHIFTS) {
    const near = Math.min(0, pre[1] + lower * (pre[1] - pre[0]));
    for (const upper of SHIFTS) {
      const start = Math.max(0, post[0] + upper * (post[1] - post[0]));
      for (let d = Math.max(0, degree - 1); d <= most; d++) {
        if (d === degree && lower === 0 && upper === 0) continue;
        out.push({ windows: { pre: [pre[0], near], post: [start, post[1]], degree: d }, weight: d === degree ? 1 : 0.5 });
      }
    }
  }
  return out;
}

/** Standard deviation of the edge step over the other choices of windows. */
function windowScatter(sums: Moments, energy: Float64Array, e0: number, windows: NormalizeWindows, step: number): number {
  let sum = 0;
  let count = 0;
  for (const { windows: chosen, weight } of otherWindows(windows)) {
    const other = fitWindows(sums, energy, e0, chosen);
    if (other) {
      sum += weight * (other.step - step) ** 2;
      count += weight;
    }
  }
  return count > 0 ? Math.sqrt(sum / count) : 0;
}
