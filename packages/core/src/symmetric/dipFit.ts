/**
 * Is a fall of the potential from one row to the next a dip, or does the curve itself fall there?
 *
 *   u(t) = p(t) − A g(t),    g = 0 before the fall, exp(−(t − t_f)/τ) from it on,    p a polynomial of degree 2 or 3
 *
 * is fitted by least squares to rows on both sides of the fall; u, A in V, t, τ in s. p follows a knee as far as it is smooth over
 * several rows; what is left is a jump. Windows of several lengths, both degrees and a ladder of τ compete; the one that gives A
 * with the smallest relative error wins. The error of A stands on the residuals of its own fit (n − degree − 2 degrees of freedom)
 * and never below the noise of the half cycle, so where p does not describe the curve nothing is significant. That u comes back is
 * told by how much worse a step that stays (g = 1) describes the same rows, in the window where that shows best.
 * Background: matched filter with a polynomial null space, e.g. Scharf, Statistical Signal Processing, 1991, chapter 4.
 */
export interface DipFit {
  /** V: size of the fall, and its standard deviation */
  depth: number;
  sigma: number;
  /** time constant of the recovery, s */
  tau: number;
  /** by how many standard deviations the recovery stands out from a step that stays */
  recovery: number;
}

export interface DipRows {
  t: Float64Array;
  u: Float64Array;
  /** rows [first, end) may be used */
  first: number;
  end: number;
  /** usual time between rows, s */
  interval: number;
  /** standard deviation of u, V */
  noise: number;
}

/** Rows on either side of the fall. */
const WINDOWS = [
  [5, 6],
  [6, 10],
  [8, 16],
  [10, 30],
  [10, 60],
] as const;
const DEGREES = [2, 3];
/** τ in intervals between rows */
const LADDER = [0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6];
const LONGEST = 70;
const LEAST_SIDE = 4;

const room = {
  y: new Float64Array(LONGEST),
  g: new Float64Array(LONGEST),
  basis: Array.from({ length: 4 }, () => new Float64Array(LONGEST)),
};

/**
 * @param fall the first row after the fall
 * @param certain fits count for the recovery where A exceeds so many of its errors
 * @returns null where there are too few rows on one side
 */
export function fitDip(rows: DipRows, fall: number, certain: number): DipFit | null {
  let best: DipFit | null = null;
  let recovery = 0;
  for (const [before, after] of WINDOWS) {
    const from = Math.max(rows.first, fall - before);
    const to = Math.min(rows.end, fall + after);
    if (fall - from < LEAST_SIDE || to - fall < LEAST_SIDE) continue;
    for (const degree of DEGREES) {
      const fit = fitWindow(rows, from, to, fall, degree);
      if (!fit) continue;
      if (fit.depth > certain * fit.sigma) recovery = Math.max(recovery, fit.recovery);
      if (!best || fit.depth / fit.sigma > best.depth / best.sigma) best = fit;
    }
  }
  return best && { ...best, recovery };
}

function fitWindow({ t, u, interval, noise }: DipRows, from: number, to: number, fall: number, degree: number): DipFit | null {
  const n = to - from;
  const freedom = n - degree - 2;
  if (freedom < 3) return null;
  const { y, g, basis } = room;
  const middle = 0.5 * (t[from]! + t[to - 1]!);
  const scale = 0.5 * (t[to - 1]! - t[from]!);
  // orthonormal polynomials on these rows
  for (let d = 0; d <= degree; d++) {
    const column = basis[d]!;
    for (let k = 0; k < n; k++) column[k] = ((t[from + k]! - middle) / scale) ** d;
    for (let e = 0; e < d; e++) remove(column, basis[e]!, n);
    const size = Math.sqrt(dot(column, column, n));
    for (let k = 0; k < n; k++) column[k]! /= size;
  }
  for (let k = 0; k < n; k++) y[k] = u[from + k]! - u[from]!;
  for (let d = 0; d <= degree; d++) remove(y, basis[d]!, n);
  const total = dot(y, y, n);
  let best: DipFit | null = null;
  let step = 0;
  for (const tau of [Number.POSITIVE_INFINITY, ...LADDER]) {
    for (let k = 0; k < n; k++) g[k] = from + k < fall ? 0 : Math.exp(-(t[from + k]! - t[fall]!) / (tau * interval));
    for (let d = 0; d <= degree; d++) remove(g, basis[d]!, n);
    const size = dot(g, g, n);
    const along = dot(y, g, n);
    const left = Math.max(0, total - (along * along) / size);
    if (tau === Number.POSITIVE_INFINITY) {
      step = left;
      continue;
    }
    const variance = Math.max(left / freedom, noise * noise);
    const fit = {
      depth: -along / size,
      sigma: Math.sqrt(variance / size),
      tau: tau * interval,
      recovery: Math.sqrt(Math.max(0, step - left) / variance),
    };
    if (!best || fit.depth / fit.sigma > best.depth / best.sigma) best = fit;
  }
  return best;
}

function dot(a: Float64Array, b: Float64Array, n: number): number {
  let sum = 0;
  for (let k = 0; k < n; k++) sum += a[k]! * b[k]!;
  return sum;
}

/** Takes the part along the unit vector `unit` out of `a`. */
function remove(a: Float64Array, unit: Float64Array, n: number): void {
  const share = dot(a, unit, n);
  for (let k = 0; k < n; k++) a[k]! -= share * unit[k]!;
}
