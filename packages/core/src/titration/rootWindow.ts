/**
 * The part of a pulse in which the potential runs with the root of time.
 *
 *   y(t) = a + b √t + c t        t since the switch
 *
 * The linear term takes what a curved particle, a curved E(x) and a drift add in first order (for a sphere of radius R:
 * 2√(τ/π) + τ + (4/3√π) τ^{3/2} + …, τ = D t/R²), so that b is the short-time slope; the size of the
 * next term enters its error. The window is the longest one that starts after the fast
 * processes, in which the residuals are noise and the linear term stays below a quarter of the root term. If none is, the fit with
 * the smallest residuals is given and says which condition it misses.
 */
import { basisFit } from "../numerics/basisFit.ts";

export interface RootWindow {
  fromSecond: number;
  toSecond: number;
  /** V */
  intercept: number;
  interceptSigma: number;
  /** V/√s */
  slope: number;
  slopeSigma: number;
  /** |c √t_b / b| at the window's end */
  linearShare: number;
  rms: number;
  isStraight: boolean;
}

const ENDS = [1, 0.7, 0.5, 0.35, 0.25, 0.17, 0.12, 0.08];
const STARTS = [0.004, 0.008, 0.016, 0.032, 0.064];
const LEAST_ROWS = 12;
const LEAST_RATIO = 4;
const MOST_LINEAR = 0.25;
/** Size of the first term that is left out, over the square of the linear share: 8/(3π) for a sphere. */
const NEXT_TERM = 0.85;

/**
 * @param t s since the switch, rising; @param y V along the direction of the current
 * @param noise V, of one reading; @param earliest s: rows before it may still feel the uncertain moment of the switch
 */
export function rootWindow(t: Float64Array, y: Float64Array, noise: number, earliest: number): RootWindow | null {
  const duration = t[t.length - 1] ?? 0;
  let best: RootWindow | null = null;
  for (const end of ENDS) {
    for (const start of STARTS) {
      const from = Math.max(earliest, start * duration);
      const to = end * duration;
      if (to < LEAST_RATIO * from) continue;
      const window = fitWindow(t, y, noise, from, to);
      if (!window) continue;
      if (window.isStraight && window.linearShare <= MOST_LINEAR) return window;
      if (!best || window.rms < best.rms) best = window;
    }
  }
  return best;
}

function fitWindow(t: Float64Array, y: Float64Array, noise: number, from: number, to: number): RootWindow | null {
  const first = t.findIndex((s) => s >= from);
  let last = t.length;
  while (last > first && t[last - 1]! > to * (1 + 1e-9)) last--;
  if (first < 0 || last - first < LEAST_ROWS) return null;
  const fit = basisFit(t.subarray(first, last), y.subarray(first, last), [() => 1, Math.sqrt, (s) => s]);
  if (!fit) return null;
  const [a, b, c] = fit.coefficients as unknown as [number, number, number];
  const root = Math.sqrt(to);
  const share = Math.abs((c * root) / b);
  return {
    fromSecond: t[first]!,
    toSecond: t[last - 1]!,
    intercept: a,
    interceptSigma: Math.sqrt(fit.covariance[0]!),
    slope: b,
    slopeSigma: Math.hypot(Math.sqrt(fit.covariance[4]!), NEXT_TERM * share * share * b),
    linearShare: share,
    rms: fit.rms,
    isStraight: b > 0 && fit.rms <= 1.3 * noise + 0.002 * b * root,
  };
}

export const LINEAR_LIMIT = MOST_LINEAR;
