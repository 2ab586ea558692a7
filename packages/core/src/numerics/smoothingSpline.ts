/**
 * Cubic smoothing spline on equal steps with the smoothing chosen by generalised cross-validation, O(n).
 *
 *   minimise Σ w_k (y_k − g(x_k))² + λ ∫ g''² dx
 *
 * Reinsch's algorithm: γ = g'' at the inner knots solves (R + λ Qᵀ W⁻¹ Q) γ = Qᵀ y, g = y − λ W⁻¹ Q γ. The bands of the inverse
 * that the trace of the influence matrix A (g = A y) and the errors of neighbouring differences need follow from
 * the LDLᵀ factors (Hutchinson and de Hoog). λ minimises GCV = (RSS/n) / (1 − tr A/n)².
 * Covariance of the fit, Bayesian: σ² A W⁻¹ with σ² = RSS/(n − tr A), or 1 where the weights are inverse variances.
 * References: Reinsch, Numer. Math. 10, 177 (1967); Hutchinson and de Hoog, Numer. Math. 47, 99 (1985);
 * Craven and Wahba, Numer. Math. 31, 377 (1979); Wahba, J. R. Stat. Soc. B 45, 133 (1983).
 */
import { ThioscopeError } from "../errors.ts";

export interface SmoothingSpline {
  /** g at the knots */
  values: Float64Array;
  /** g'' at the knots */
  second: Float64Array;
  /** g' at the knots and in the middle between them */
  slopeAtKnot: Float64Array;
  slopeBetween: Float64Array;
  /** standard error of the mean slope between neighbouring knots, (g_{k+1} − g_k)/h */
  slopeSigma: Float64Array;
  lambda: number;
  /** trace of the influence matrix: effective number of parameters */
  parameters: number;
  /** RSS/(n − tr A): 1 where the weights are inverse variances and the model holds */
  variance: number;
}

/**
 * @param h step between knots
 * @param y values, at least 5
 * @param variance variance of each y up to a common factor, > 0
 */
export function smoothingSpline(h: number, y: Float64Array, variance: Float64Array): SmoothingSpline {
  const n = y.length;
  if (n < 5) throw new ThioscopeError("INVALID_INPUT", `a smoothing spline needs at least 5 points, not ${n}`);
  if (!(h > 0)) throw new ThioscopeError("INVALID_INPUT", `the step between knots must be positive, not ${h}`);
  if (variance.length !== n || variance.some((v) => !(v > 0))) {
    throw new ThioscopeError("INVALID_INPUT", "each point needs a positive variance");
  }
  // unit step and mean variance 1 inside: λ then has the same meaning on every scale
  const mean = variance.reduce((a, b) => a + b, 0) / n;
  const v = variance.map((x) => x / mean);
  const work = new Workspace(y, v);
  let best = 0;
  let bestScore = Number.POSITIVE_INFINITY;
  for (let exponent = -4; exponent <= 10; exponent += 0.5) {
    const score = work.solve(10 ** exponent);
    if (score < bestScore) [best, bestScore] = [exponent, score];
  }
  for (let width = 0.25; width > 0.03; width /= 2) {
    for (const exponent of [best - width, best + width]) {
      const score = work.solve(10 ** exponent);
      if (score < bestScore) [best, bestScore] = [exponent, score];
    }
  }
  const lambda = 10 ** best;
  work.solve(lambda);
  return work.result(h, lambda, mean);
}

class Workspace {
  readonly y: Float64Array;
  readonly v: Float64Array;
  readonly m: number;
  readonly d: Float64Array;
  readonly l1: Float64Array;
  readonly l2: Float64Array;
  readonly gamma: Float64Array;
  /** central bands of the inverse: b_k[i] = B⁻¹[i, i + k] */
  readonly b: readonly [Float64Array, Float64Array, Float64Array, Float64Array];
  readonly fit: Float64Array;
  trace = 0;
  rss = 0;
  lambda = 0;

  constructor(y: Float64Array, v: Float64Array) {
    this.y = y;
    this.v = v;
    this.m = y.length - 2;
    const make = (): Float64Array => new Float64Array(this.m + 3);
    this.d = make();
    this.l1 = make();
    this.l2 = make();
    this.gamma = make();
    this.b = [make(), make(), make(), make()];
    this.fit = new Float64Array(y.length);
  }

  /** Solves for one λ and gives its GCV score. */
  solve(lambda: number): number {
    const { y, v, m, d, l1, l2, gamma, fit } = this;
    const n = y.length;
    this.lambda = lambda;
    // B = R + λ Qᵀ V Q is pentadiagonal: R = tridiag(1/6, 2/3, 1/6), column j of Q = (1, −2, 1) at j, j+1, j+2
    for (let i = 0; i < m; i++) {
      const diagonal = 2 / 3 + lambda * (v[i]! + 4 * v[i + 1]! + v[i + 2]!);
      const off1 = i + 1 < m ? 1 / 6 - 2 * lambda * (v[i + 1]! + v[i + 2]!) : 0;
      const off2 = i + 2 < m ? lambda * v[i + 2]! : 0;
      // LDLᵀ with the part of row i that earlier rows left
      const p1 = i >= 1 ? l1[i - 1]! : 0;
      const p2 = i >= 2 ? l2[i - 2]! : 0;
      d[i] = diagonal - (i >= 1 ? p1 * p1 * d[i - 1]! : 0) - (i >= 2 ? p2 * p2 * d[i - 2]! : 0);
      l1[i] = (off1 - (i >= 1 ? p1 * l2[i - 1]! * d[i - 1]! : 0)) / d[i]!;
      l2[i] = off2 / d[i]!;
      gamma[i] = y[i]! - 2 * y[i + 1]! + y[i + 2]! - (i >= 1 ? p1 * gamma[i - 1]! : 0) - (i >= 2 ? p2 * gamma[i - 2]! : 0);
    }
    for (let i = m - 1; i >= 0; i--) {
      gamma[i] = gamma[i]! / d[i]! - (i + 1 < m ? l1[i]! * gamma[i + 1]! : 0) - (i + 2 < m ? l2[i]! * gamma[i + 2]! : 0);
    }
    this.invertBands();
    let rss = 0;
    let trace = n;
    for (let k = 0; k < n; k++) {
      const curved = this.applyQ(k);
      fit[k] = y[k]! - lambda * v[k]! * curved;
      const residual = y[k]! - fit[k]!;
      rss += (residual * residual) / v[k]!;
      trace -= lambda * v[k]! * this.quadratic(k, k);
    }
    this.rss = rss;
    this.trace = trace;
    const free = 1 - trace / n;
    return free > 1e-9 ? rss / n / (free * free) : Number.POSITIVE_INFINITY;
  }

  /** (Q γ)_k */
  private applyQ(k: number): number {
    const { gamma, m } = this;
    const at = (j: number): number => (j >= 0 && j < m ? gamma[j]! : 0);
    return at(k - 2) - 2 * at(k - 1) + at(k);
  }

  private invertBands(): void {
    const { m, d, l1, l2, b } = this;
    const [b0, b1, b2, b3] = b;
    for (const band of b) band.fill(0);
    for (let i = m - 1; i >= 0; i--) {
      const p = i + 1 < m ? l1[i]! : 0;
      const q = i + 2 < m ? l2[i]! : 0;
      b3[i] = i + 3 < m ? -p * b2[i + 1]! - q * b1[i + 2]! : 0;
      b2[i] = i + 2 < m ? -p * b1[i + 1]! - q * b0[i + 2]! : 0;
      b1[i] = i + 1 < m ? -p * b0[i + 1]! - q * b1[i + 1]! : 0;
      b0[i] = 1 / d[i]! - p * b1[i]! - q * b2[i]!;
    }
  }

  /** (Q B⁻¹ Qᵀ)[k, j] for j = k or k + 1 */
  private quadratic(k: number, j: number): number {
    const { b, m } = this;
    const weight = [1, -2, 1];
    let sum = 0;
    for (let p = 0; p < 3; p++) {
      const r = k - 2 + p;
      if (r < 0 || r >= m) continue;
      for (let q = 0; q < 3; q++) {
        const c = j - 2 + q;
        if (c < 0 || c >= m) continue;
        // row k of Q meets column k−2 with 1, k−1 with −2, k with 1
        sum += weight[p]! * weight[q]! * b[Math.abs(c - r) as 0 | 1 | 2 | 3][Math.min(r, c)]!;
      }
    }
    return sum;
  }

  result(h: number, lambda: number, mean: number): SmoothingSpline {
    const { y, v, m, gamma, fit } = this;
    const n = y.length;
    const second = new Float64Array(n);
    for (let i = 0; i < m; i++) second[i + 1] = gamma[i]!;
    const slopeBetween = new Float64Array(n - 1);
    const slopeAtKnot = new Float64Array(n);
    const slopeSigma = new Float64Array(n - 1);
    const variance = this.rss / Math.max(1e-12, n - this.trace);
    for (let k = 0; k + 1 < n; k++) {
      const mean_ = fit[k + 1]! - fit[k]!;
      slopeBetween[k] = (mean_ - (second[k + 1]! - second[k]!) / 24) / h;
      slopeAtKnot[k] = (mean_ - (2 * second[k]! + second[k + 1]!) / 6) / h;
      // A V = V − λ V Q B⁻¹ Qᵀ V
      const own = v[k]! - lambda * v[k]! * v[k]! * this.quadratic(k, k);
      const next = v[k + 1]! - lambda * v[k + 1]! * v[k + 1]! * this.quadratic(k + 1, k + 1);
      const cross = -lambda * v[k]! * v[k + 1]! * this.quadratic(k, k + 1);
      slopeSigma[k] = Math.sqrt(Math.max(0, variance * (own + next - 2 * cross))) / h;
    }
    slopeAtKnot[n - 1] = (fit[n - 1]! - fit[n - 2]! + (second[n - 2]! + 2 * second[n - 1]!) / 6) / h;
    return {
      values: fit.slice(),
      second: second.map((s) => s / (h * h)),
      slopeAtKnot,
      slopeBetween,
      slopeSigma,
      lambda: lambda * h ** 3,
      parameters: this.trace,
      variance: variance / mean,
    };
  }
}
