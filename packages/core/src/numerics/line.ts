/**
 * Weighted straight line y = a + b x, with covariance and honest intervals.
 *
 * Weights 1/σ² where errors are known. They are then taken as they are, unless the points scatter more than they
 * say: the covariance is scaled up by χ²/(n−2), never down (Birge ratio). Without errors the scatter alone tells,
 * and intervals use Student's t with n − 2 degrees of freedom. (York et al., Am. J. Phys. 72, 2004.)
 */
import { ThioscopeError } from "../errors.ts";

export interface Line {
  intercept: number;
  slope: number;
  /** [var a, cov ab, var b] */
  covariance: readonly [number, number, number];
  chi2: number;
  degreesOfFreedom: number;
  /** multiplier of a standard error that gives a 95 % interval */
  factor95: number;
}

/** Throws INVALID_INPUT for fewer than three points or no spread in x. */
export function fitLine(x: ArrayLike<number>, y: ArrayLike<number>, sigma?: ArrayLike<number>): Line {
  const n = x.length;
  if (n < 3) throw new ThioscopeError("INVALID_INPUT", `${n} points: a line with an error needs at least three`);
  let s = 0;
  let sx = 0;
  let sy = 0;
  for (let i = 0; i < n; i++) {
    const w = sigma ? 1 / sigma[i]! ** 2 : 1;
    s += w;
    sx += w * x[i]!;
    sy += w * y[i]!;
  }
  const mean = sx / s;
  let sxx = 0;
  let sxy = 0;
  for (let i = 0; i < n; i++) {
    const w = sigma ? 1 / sigma[i]! ** 2 : 1;
    sxx += w * (x[i]! - mean) ** 2;
    sxy += w * (x[i]! - mean) * y[i]!;
  }
  if (!(sxx > 0)) throw new ThioscopeError("INVALID_INPUT", "all points have the same x: no line is determined");
  const slope = sxy / sxx;
  const intercept = sy / s - slope * mean;
  let chi2 = 0;
  for (let i = 0; i < n; i++) chi2 += ((y[i]! - intercept - slope * x[i]!) / (sigma?.[i] ?? 1)) ** 2;
  const degreesOfFreedom = n - 2;
  const scatter = chi2 / degreesOfFreedom;
  const scale = sigma ? Math.max(1, scatter) : scatter;
  const isScaled = !sigma || scatter > 1;
  return {
    intercept,
    slope,
    covariance: [scale * (1 / s + mean ** 2 / sxx), (-scale * mean) / sxx, scale / sxx],
    chi2,
    degreesOfFreedom,
    factor95: isScaled ? student95(degreesOfFreedom) : 1.959964,
  };
}

/** Two-sided 95 % quantile of Student's t: exact table to 10, then the Cornish–Fisher expansion (error < 1e-3). */
export function student95(freedom: number): number {
  const table = [12.7062, 4.30265, 3.18245, 2.77645, 2.57058, 2.44691, 2.36462, 2.306, 2.26216, 2.22814];
  const exact = table[freedom - 1];
  if (exact !== undefined) return exact;
  const z = 1.959964;
  return z + (z ** 3 + z) / (4 * freedom) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2);
}
