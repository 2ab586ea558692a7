/**
 * Distribution of relaxation times:  Z(ω) = R∞ + jωL + 1/(jωC) + ∫ γ(ln τ)/(1 + jωτ) d ln τ,   γ ≥ 0
 *
 * γ is piecewise linear over ln τ; its second derivative is penalised by λ. λ maximises the evidence of the data
 * under a Gaussian prior (MacKay, Neural Computation 4, 1992), so nothing has to be chosen; the noise follows
 * from the same fit. Then γ, R∞, L and 1/C are found non-negative by an interior point method. Bands: one standard
 * deviation of the Gaussian posterior, cut at zero.
 *
 * Peaks are parted at the lowest points between them; a peak's area is its resistance (Ω). Arcs closer than about
 * half a decade, or weaker than their neighbour's tail, are one peak: a circuit fit decides there.
 * (Wan, Saccoccio, Chen and Ciucci, Electrochim. Acta 184, 2015; Effat and Ciucci, Electrochim. Acta 247, 2017.)
 */
import { choleskyFactor, choleskySolve } from "../numerics/cholesky.ts";
import { nonNegativeQuadratic } from "../numerics/nonNegative.ts";
import type { Quantity } from "../units/quantity.ts";
import { checkSpectrum, type Spectrum } from "./spectrum.ts";

export interface DrtPeak {
  tau: Quantity;
  /** area under the peak */
  resistance: Quantity;
  /** range of τ that belongs to it, s */
  from: number;
  to: number;
}

export interface Drt {
  /** s, ascending */
  tau: Float64Array;
  /** γ(ln τ), ohm */
  gamma: Float64Array;
  /** one standard deviation of γ, ohm */
  sigma: Float64Array;
  peaks: readonly DrtPeak[];
  seriesResistance: Quantity;
  inductance: Quantity;
  lambda: number;
  /** noise of one real or imaginary part, in the unit of the weights (relative to |Z|, or ohm) */
  noise: number;
  weighting: "modulus" | "unit";
  fitReal: Float64Array;
  fitImaginary: Float64Array;
}

export interface DrtOptions {
  /** which noise is the same at all frequencies: of |Z| in per cent, or in ohm; without it the better by evidence */
  weighting?: "modulus" | "unit";
}

const PER_DECADE = 9;
const BEYOND_DECADES = 1;
/** R∞, L and 1/C come before γ. */
const EXTRA = 3;
/** The centre of a peak is that of its part above this share of its height: least rms error over simulated pairs of arcs. */
const HEIGHT = 0.2;

export function distributionOfRelaxationTimes(spectrum: Spectrum, options: DrtOptions = {}): Drt {
  checkSpectrum(spectrum);
  const tried = (options.weighting ? [options.weighting] : (["modulus", "unit"] as const)).map((weighting) =>
    evidence(spectrum, weighting),
  );
  const best = tried.reduce((a, b) => (b.evidence > a.evidence ? b : a));
  return solve(spectrum, best);
}

interface Posed {
  weighting: "modulus" | "unit";
  tau: Float64Array;
  n: number;
  /** AᵀA, Aᵀb, bᵀb of the weighted data; columns scaled by `scale` */
  normal: Float64Array;
  right: Float64Array;
  size: number;
  count: number;
  scale: Float64Array;
  penalty: Float64Array;
  lambda: number;
  noise: number;
  /** Σ ln w: with it the evidences of two weightings are densities of the same data, in ohm */
  logJacobian: number;
  evidence: number;
}

/** λ by the evidence, on a grid of half decades refined once. */
function evidence(spectrum: Spectrum, weighting: "modulus" | "unit"): Posed {
  const posed = pose(spectrum, weighting);
  let best = { lambda: 1, evidence: Number.NEGATIVE_INFINITY, noise: 0 };
  const matrix = new Float64Array(posed.n * posed.n);
  const x = new Float64Array(posed.n);
  const look = (exponent: number): void => {
    const lambda = 10 ** exponent;
    const seen = evidenceAt(posed, lambda, matrix, x);
    if (seen.evidence > best.evidence) best = { lambda, ...seen };
  };
  for (let exponent = -7; exponent <= 3; exponent += 1) look(exponent);
  const around = Math.log10(best.lambda);
  for (const offset of [-0.5, 0.5]) look(around + offset);
  return { ...posed, ...best };
}

/**
 * ln p(b|λ) up to constants, the noise variance profiled: −(m/2) ln s² − ½ ln det(AᵀA + λP) + ½ ln det(λP), with
 * s² = (bᵀb − bᵀA x)/m and x the regularised solution.
 */
function evidenceAt(posed: Posed, lambda: number, matrix: Float64Array, x: Float64Array): { evidence: number; noise: number } {
  const { n, normal, right, penalty, size, count, logJacobian } = posed;
  for (let i = 0; i < n * n; i++) matrix[i] = normal[i]! + lambda * penalty[i]!;
  x.set(right);
  if (!choleskyFactor(matrix, n)) return { evidence: Number.NEGATIVE_INFINITY, noise: 0 };
  choleskySolve(matrix, x, n);
  let logDet = 0;
  let explained = 0;
  for (let i = 0; i < n; i++) {
    logDet += 2 * Math.log(matrix[i * n + i]!);
    explained += right[i]! * x[i]!;
  }
  const rest = Math.max(size - explained, 1e-300);
  const rank = n - EXTRA;
  return {
    evidence: -0.5 * count * Math.log(rest / count) - 0.5 * logDet + 0.5 * rank * Math.log(lambda) + logJacobian,
    noise: Math.sqrt(rest / count),
  };
}

function pose({ frequencyHertz, real, imaginary }: Spectrum, weighting: "modulus" | "unit"): Posed {
  const m = frequencyHertz.length;
  const omegas = frequencyHertz.map((f) => 2 * Math.PI * f);
  const fastest = omegas.reduce((a, b) => Math.max(a, b));
  const slowest = omegas.reduce((a, b) => Math.min(a, b));
  const from = Math.log(1 / fastest) - BEYOND_DECADES * Math.LN10;
  const to = Math.log(1 / slowest) + BEYOND_DECADES * Math.LN10;
  const k = Math.max(12, Math.min(160, Math.round(((to - from) / Math.LN10) * PER_DECADE)));
  const step = (to - from) / (k - 1);
  const tau = Float64Array.from({ length: k }, (_, j) => Math.exp(from + j * step));
  const n = EXTRA + k;
  const weights = Float64Array.from(real, (re, i) => (weighting === "modulus" ? 1 / Math.hypot(re, imaginary[i]!) : 1));
  const a = new Float64Array(2 * m * n);
  const b = new Float64Array(2 * m);
  for (let i = 0; i < m; i++) {
    const w = weights[i]!;
    const re = 2 * i * n;
    const im = re + n;
    a[re] = w;
    a[im + 1] = w * omegas[i]!;
    a[im + 2] = -w / omegas[i]!;
    for (let j = 0; j < k; j++) {
      const x = omegas[i]! * tau[j]!;
      const h = (w * step) / (1 + x * x);
      a[re + EXTRA + j] = h;
      a[im + EXTRA + j] = -h * x;
    }
    b[2 * i] = w * real[i]!;
    b[2 * i + 1] = w * imaginary[i]!;
  }
  // R∞, L and 1/C in units of the data's size; γ in a common unit, so that one λ means the same everywhere
  const scale = new Float64Array(n).fill(1);
  let size = 0;
  for (const v of b) size += v * v;
  for (let j = 0; j < EXTRA; j++) {
    let norm = 0;
    for (let i = 0; i < 2 * m; i++) norm += a[i * n + j]! ** 2;
    scale[j] = Math.sqrt(size / norm);
  }
  const reference = Math.hypot(...Array.from(real)) / Math.sqrt(m);
  for (let j = EXTRA; j < n; j++) scale[j] = reference;
  const normal = new Float64Array(n * n);
  const right = new Float64Array(n);
  for (let i = 0; i < 2 * m; i++) {
    const row = i * n;
    for (let j = 0; j < n; j++) {
      const v = a[row + j]! * scale[j]!;
      if (v === 0) continue;
      right[j] = right[j]! + v * b[i]!;
      for (let l = 0; l <= j; l++) normal[j * n + l] = normal[j * n + l]! + v * a[row + l]! * scale[l]!;
    }
  }
  for (let j = 0; j < n; j++) for (let l = 0; l < j; l++) normal[l * n + j] = normal[j * n + l]!;
  const ridge = 1e-10 * size;
  for (let j = 0; j < EXTRA; j++) normal[j * n + j] = normal[j * n + j]! + ridge;
  let logJacobian = 0;
  for (const w of weights) logJacobian += 2 * Math.log(w);
  return {
    weighting,
    tau,
    n,
    normal,
    right,
    size,
    count: 2 * m,
    scale,
    penalty: roughness(k, step),
    lambda: 1,
    noise: 0,
    evidence: 0,
    logJacobian,
  };
}

/** ∫γ″² by second differences, γ and γ′ going to zero at both ends; R∞, L and 1/C are free. */
function roughness(k: number, step: number): Float64Array {
  const n = EXTRA + k;
  const penalty = new Float64Array(n * n);
  const weight = 1 / step ** 3;
  for (let row = -1; row <= k; row++) {
    const terms: [number, number][] = [
      [row - 1, 1],
      [row, -2],
      [row + 1, 1],
    ];
    for (const [i, a] of terms) {
      for (const [j, b] of terms) {
        if (i < 0 || j < 0 || i >= k || j >= k) continue;
        const at = (EXTRA + i) * n + EXTRA + j;
        penalty[at] = penalty[at]! + a * b * weight;
      }
    }
  }
  return penalty;
}

function solve(spectrum: Spectrum, posed: Posed): Drt {
  const { n, normal, right, penalty, lambda, scale, tau, noise, weighting } = posed;
  const h = new Float64Array(n * n);
  for (let i = 0; i < n * n; i++) h[i] = normal[i]! + lambda * penalty[i]!;
  const x = nonNegativeQuadratic(h, right, new Uint8Array(n).fill(1));
  const factor = h.slice();
  choleskyFactor(factor, n);
  const inverse = invert(factor, n);
  const k = n - EXTRA;
  const gamma = Float64Array.from({ length: k }, (_, j) => x[EXTRA + j]! * scale[EXTRA + j]!);
  const sigma = Float64Array.from({ length: k }, (_, j) => noise * Math.sqrt(inverse[(EXTRA + j) * n + EXTRA + j]!) * scale[EXTRA + j]!);
  const extra = (j: number, unit: string): Quantity => ({
    value: x[j]! * scale[j]!,
    sigma: noise * Math.sqrt(inverse[j * n + j]!) * scale[j]!,
    unit,
  });
  const seriesResistance = extra(0, "ohm");
  const inductance = extra(1, "H");
  const elastance = x[2]! * scale[2]!;
  const step = Math.log(tau[1]! / tau[0]!);
  const m = spectrum.frequencyHertz.length;
  const fitReal = new Float64Array(m);
  const fitImaginary = new Float64Array(m);
  for (let i = 0; i < m; i++) {
    const omega = 2 * Math.PI * spectrum.frequencyHertz[i]!;
    let re = seriesResistance.value;
    let im = omega * inductance.value - elastance / omega;
    for (let j = 0; j < k; j++) {
      const y = omega * tau[j]!;
      const g = (gamma[j]! * step) / (1 + y * y);
      re += g;
      im -= g * y;
    }
    fitReal[i] = re;
    fitImaginary[i] = im;
  }
  const covarianceOf = (a: number, b: number): number =>
    noise * noise * inverse[(EXTRA + a) * n + EXTRA + b]! * scale[EXTRA + a]! * scale[EXTRA + b]!;
  return {
    tau,
    gamma,
    sigma,
    peaks: peaksOf(tau, gamma, sigma, step, covarianceOf),
    seriesResistance,
    inductance,
    lambda,
    noise,
    weighting,
    fitReal,
    fitImaginary,
  };
}

/** (L Lᵀ)⁻¹, column by column. */
function invert(factor: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  const column = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    column.fill(0);
    column[j] = 1;
    choleskySolve(factor, column, n);
    for (let i = 0; i < n; i++) inverse[i * n + j] = column[i]!;
  }
  return inverse;
}

/** Maxima that stand out of their surroundings by more than the band and 2 % of the highest. */
function peaksOf(
  tau: Float64Array,
  gamma: Float64Array,
  sigma: Float64Array,
  step: number,
  covarianceOf: (a: number, b: number) => number,
): DrtPeak[] {
  const k = gamma.length;
  const highest = gamma.reduce((a, b) => Math.max(a, b), 0);
  const maxima: number[] = [];
  for (let j = 1; j < k - 1; j++) {
    if (gamma[j]! > gamma[j - 1]! && gamma[j]! >= gamma[j + 1]! && gamma[j]! > 0.02 * highest && gamma[j]! > 2 * sigma[j]!) maxima.push(j);
  }
  const lowestBetween = (a: number, b: number): number => {
    let low = a;
    for (let j = a; j <= b; j++) if (gamma[j]! < gamma[low]!) low = j;
    return low;
  };
  // a maximum that hardly rises above the valley to its higher neighbour is a shoulder, not a peak
  for (let i = 1; i < maxima.length; ) {
    const [a, b] = [maxima[i - 1]!, maxima[i]!];
    const valley = lowestBetween(a, b);
    const lower = gamma[a]! < gamma[b]! ? i - 1 : i;
    const top = gamma[maxima[lower]!]!;
    if (top - gamma[valley]! < Math.max(0.05 * top, sigma[valley]!)) {
      maxima.splice(lower, 1);
      i = Math.max(1, i - 1);
    } else i++;
  }
  return maxima.map((j, i) => {
    const from = i > 0 ? lowestBetween(maxima[i - 1]!, j) : 0;
    const to = i + 1 < maxima.length ? lowestBetween(j, maxima[i + 1]!) : k - 1;
    const weight = (l: number): number => (l === from && from > 0 ? 0.5 : l === to && to < k - 1 ? 0.5 : 1) * step;
    let area = 0;
    let variance = 0;
    for (let a = from; a <= to; a++) {
      area += weight(a) * gamma[a]!;
      for (let b = from; b <= to; b++) variance += weight(a) * weight(b) * covarianceOf(a, b);
    }
    // centre of what stands above a fifth of the height: noise moves it less than the top itself
    let above = 0;
    let moment = 0;
    let spread = 0;
    const centreOf = (l: number): number => Math.log(tau[l]!);
    const height = (l: number): number => Math.max(0, gamma[l]! - HEIGHT * gamma[j]!);
    for (let l = j; l >= from && height(l) > 0; l--) [above, moment] = [above + height(l), moment + height(l) * centreOf(l)];
    for (let l = j + 1; l <= to && height(l) > 0; l++) [above, moment] = [above + height(l), moment + height(l) * centreOf(l)];
    const middle = moment / above;
    const inside = (l: number): boolean => l >= from && l <= to && height(l) > 0;
    for (let a = from; a <= to; a++) {
      for (let b = from; b <= to; b++) {
        if (inside(a) && inside(b)) spread += (centreOf(a) - middle) * (centreOf(b) - middle) * covarianceOf(a, b);
      }
    }
    const centre = Math.exp(middle);
    return {
      tau: { value: centre, sigma: (centre * Math.sqrt(Math.max(0, spread))) / above, unit: "s" },
      resistance: { value: area, sigma: Math.sqrt(Math.max(0, variance)), unit: "ohm" },
      from: tau[from]!,
      to: tau[to]!,
    };
  });
}
