/**
 * Errors of a curve, and residuals made independent of one another.
 *
 * A spectrum's points err independently (σᵢ). A curve that was counted in bins, y_k = (Q_{k+1} − Q_k)/Δ_k, shares the
 * error e_k of each edge between two bins, which makes neighbours anticorrelated:
 *
 *   C_kk = (s_k² + s_{k+1}²)/Δ_k² + σ_k²      C_k,k+1 = −s_{k+1}²/(Δ_k Δ_{k+1})
 *
 * C = L Lᵀ with L bidiagonal; z = L⁻¹ r has independent components of unit variance (generalised least squares).
 */
import type { Curve } from "./fit.ts";

/** Rows of L⁻¹: z_k = (r_k − below_{k−1} z_{k−1}) · scale_k; a scale of 0 leaves the point out. */
export interface Whitener {
  scale: Float64Array;
  below: Float64Array;
  /** standard error of each point by itself; 0 where the point does not count */
  sigma: Float64Array;
}

/** @param unit error of every point where the curve states none */
export function whitener(curve: Curve, unit: number): Whitener {
  const { y, sigma, edges } = curve;
  const m = y.length;
  const scale = new Float64Array(m);
  const below = new Float64Array(m);
  const single = new Float64Array(m);
  let carried = 0;
  for (let k = 0; k < m; k++) {
    const own = sigma?.[k] ?? (edges ? 0 : unit);
    let variance = own > 0 ? own * own : 0;
    let next = 0;
    if (edges) {
      const width = edges.x[k + 1]! - edges.x[k]!;
      variance += (edges.sigma[k]! ** 2 + edges.sigma[k + 1]! ** 2) / (width * width);
      if (k + 1 < m) next = -(edges.sigma[k + 1]! ** 2) / (width * (edges.x[k + 2]! - edges.x[k + 1]!));
    }
    single[k] = Math.sqrt(variance);
    const pivot = variance - carried * carried;
    if (!(pivot > 1e-12 * variance)) {
      carried = 0;
      continue;
    }
    const root = Math.sqrt(pivot);
    scale[k] = 1 / root;
    below[k] = next / root;
    carried = below[k]!;
  }
  return { scale, below, sigma: single };
}

/** r → L⁻¹ r in place; `width` columns of a row-major matrix at once. */
export function whiten(w: Whitener, values: Float64Array, width = 1): void {
  const { scale, below } = w;
  const m = scale.length;
  for (let k = 0; k < m; k++) {
    const row = k * width;
    const s = scale[k]!;
    const b = k > 0 && scale[k - 1]! > 0 ? below[k - 1]! : 0;
    if (b === 0) {
      for (let j = 0; j < width; j++) values[row + j] = values[row + j]! * s;
    } else {
      for (let j = 0; j < width; j++) values[row + j] = (values[row + j]! - b * values[row + j - width]!) * s;
    }
  }
}

/**
 * Integrated autocorrelation 1 + 2 Σ ρ_k of residuals up to their first negative lag, at least 1: so many neighbouring
 * residuals say the same, and variances grow by it (Bérar and Lelann, J. Appl. Cryst. 24, 1, 1991).
 */
export function serialCorrelation(residual: Float64Array): number {
  const m = residual.length;
  let zero = 0;
  for (const r of residual) zero += r * r;
  if (!(zero > 0)) return 1;
  let sum = 1;
  // lags that white noise would not reach; the smallest one counted is beyond chance
  const chance = 2 / Math.sqrt(m);
  for (let lag = 1; lag < m / 4; lag++) {
    let product = 0;
    for (let i = lag; i < m; i++) product += residual[i]! * residual[i - lag]!;
    const rho = product / zero;
    if (rho < chance) break;
    sum += 2 * rho;
  }
  return sum;
}

/** share of the windows below which a fit leaves too little to judge */
const LEAST_LEFT = 0.5;

/**
 * Variance of sums of `length` neighbouring residuals over what independent ones would have, at least 1: weak ripples that no single lag shows, but an area does.
 * Windows overlap; residuals are those of the fit, in units of their errors.
 *
 * @param absorbed parameters that follow what is as long as a window: by their share of the m/length windows a fit leaves smaller sums
 */
export function batchCorrelation(residual: Float64Array, length: number, absorbed: number): number {
  const m = residual.length;
  const l = Math.round(length);
  if (!(l >= 2) || m < 4 * l) return 1;
  let mean = 0;
  for (const r of residual) mean += r / m;
  let zero = 0;
  let running = 0;
  let squares = 0;
  for (let i = 0; i < m; i++) {
    const r = residual[i]! - mean;
    zero += r * r;
    running += r - (i >= l ? residual[i - l]! - mean : 0);
    if (i >= l - 1) squares += running * running;
  }
  if (!(zero > 0)) return 1;
  const left = Math.max(LEAST_LEFT, 1 - (absorbed * l) / m);
  return Math.max(1, squares / (m - l + 1) / ((l * zero) / m) / left);
}
