/**
 * Nonlinear least squares with bounds, scaling and covariance.
 *
 *   minimise ½ ‖r(p)‖²   subject to   lower ≤ p ≤ upper
 *
 * Levenberg–Marquardt: (JᵀJ + μ D²) δ = −Jᵀr, D the largest column norms of J seen so far (Moré, Lecture Notes
 * in Mathematics 630, 1978), μ by the gain ratio (Nielsen, IMM-REP-1999-05). Bounds by projection: a parameter
 * on its bound whose gradient points outwards is held for the step, the others' step is clipped to the box, and
 * the gain compares the true with the predicted reduction of the step actually taken (Kanzow, Yamashita and
 * Fukushima, J. Comput. Appl. Math. 172, 2004).
 *
 * Covariance: s² (JᵀJ)⁻¹ over the parameters that are not on a bound, by pivoted QR of J with scaled columns;
 * s² = ‖r‖²/(m − n) unless the residuals were already divided by known errors. Parameters that the data do not
 * determine are named, and no error is invented for them.
 */
import { ThioscopeError } from "../errors.ts";
import { choleskyFactor, choleskySolve } from "./cholesky.ts";
import { inverseOfNormal, pivotedQr } from "./qr.ts";

export interface LeastSquaresProblem {
  /** number of residuals */
  count: number;
  /** Writes the residuals (model − data, divided by the data's error where known) at `p`. */
  residuals(p: Float64Array, out: Float64Array): void;
  /** Writes ∂r_i/∂p_j row-major (count × p.length); central differences where absent. */
  jacobian?(p: Float64Array, out: Float64Array): void;
}

export interface LeastSquaresOptions {
  start: ArrayLike<number>;
  lower?: ArrayLike<number>;
  upper?: ArrayLike<number>;
  /** true if residuals are in units of their standard error: the covariance is then not scaled by s² */
  absoluteSigma?: boolean;
  /** parameters whose errors count as if they were free even where they end on a bound: the true value may well lie inside */
  opened?: ReadonlySet<number>;
  maxIterations?: number;
  /** relative reduction of the sum of squares below which it has converged */
  tolerance?: number;
}

export type BoundState = "free" | "lower" | "upper";

export interface LeastSquaresResult {
  parameters: Float64Array;
  /** standard errors; NaN where a parameter sits on a bound or is not determined by the data */
  sigma: Float64Array;
  /** row-major n × n; NaN rows and columns as in `sigma` */
  covariance: Float64Array;
  bounds: readonly BoundState[];
  /** indices of parameters that the data do not determine (J is rank-deficient in them) */
  undetermined: readonly number[];
  sumOfSquares: number;
  degreesOfFreedom: number;
  iterations: number;
  evaluations: number;
  converged: boolean;
  reason: "reduction" | "step" | "gradient" | "iterations" | "damping";
}

/** Throws INVALID_INPUT where bounds contradict each other or the residuals at the start are not finite. */
export function leastSquares(problem: LeastSquaresProblem, options: LeastSquaresOptions): LeastSquaresResult {
  const n = options.start.length;
  const m = problem.count;
  const maxIterations = options.maxIterations ?? 200;
  const tolerance = options.tolerance ?? 1e-12;
  const lower = boundsOf(options.lower, n, Number.NEGATIVE_INFINITY);
  const upper = boundsOf(options.upper, n, Number.POSITIVE_INFINITY);
  for (let j = 0; j < n; j++) {
    if (!(lower[j]! <= upper[j]!)) {
      throw new ThioscopeError("INVALID_INPUT", `parameter ${j}: the lower bound ${lower[j]} exceeds the upper ${upper[j]}`);
    }
  }
  const p = Float64Array.from({ length: n }, (_, j) => clamp(options.start[j]!, lower[j]!, upper[j]!));
  let r = new Float64Array(m);
  let trialR = new Float64Array(m);
  const jacobian = new Float64Array(m * n);
  const normal = new Float64Array(n * n);
  const damped = new Float64Array(n * n);
  const gradient = new Float64Array(n);
  const scale = new Float64Array(n);
  const step = new Float64Array(n);
  const trial = new Float64Array(n);
  const free = new Uint8Array(n);
  let evaluations = 1;
  problem.residuals(p, r);
  let cost = sumOfSquares(r);
  if (!Number.isFinite(cost)) throw new ThioscopeError("INVALID_INPUT", "the model is not finite at its starting values");

  const differentiate = (): void => {
    if (problem.jacobian) problem.jacobian(p, jacobian);
    else evaluations += differences(problem, p, lower, upper, r, jacobian);
    normalEquations(jacobian, r, m, n, normal, gradient);
    for (let j = 0; j < n; j++) scale[j] = Math.max(scale[j]!, Math.sqrt(normal[j * n + j]!));
  };

  differentiate();
  let mu = 1e-3;
  let growth = 2;
  let iterations = 0;
  let reason: LeastSquaresResult["reason"] = "iterations";
  while (iterations < maxIterations) {
    iterations++;
    let steepest = 0;
    for (let j = 0; j < n; j++) {
      const g = gradient[j]!;
      free[j] = (p[j]! <= lower[j]! && g > 0) || (p[j]! >= upper[j]! && g < 0) ? 0 : 1;
      if (free[j]) steepest = Math.max(steepest, Math.abs(g) / (scale[j]! || 1));
    }
    if (steepest <= 1e-15 * Math.sqrt(cost) || cost === 0) {
      reason = "gradient";
      break;
    }
    let accepted = false;
    for (let attempt = 0; attempt < 60 && !accepted; attempt++) {
      dampedStep(normal, gradient, scale, free, mu, n, damped, step);
      let predicted = 0;
      let relative = 0;
      for (let j = 0; j < n; j++) {
        trial[j] = clamp(p[j]! + step[j]!, lower[j]!, upper[j]!);
        step[j] = trial[j]! - p[j]!;
        relative = Math.max(relative, Math.abs(step[j]!) / (Math.abs(p[j]!) + 1e-300));
      }
      for (let i = 0; i < n; i++) {
        let row = 0;
        for (let j = 0; j < n; j++) row += normal[i * n + j]! * step[j]!;
        predicted -= step[i]! * (2 * gradient[i]! + row);
      }
      if (relative < 1e-15) {
        reason = "step";
        break;
      }
      problem.residuals(trial, trialR);
      evaluations++;
      const trialCost = sumOfSquares(trialR);
      const gain = (cost - trialCost) / predicted;
      if (trialCost < cost && predicted > 0 && Number.isFinite(trialCost)) {
        accepted = true;
        const reduction = (cost - trialCost) / cost;
        p.set(trial);
        [r, trialR] = [trialR, r];
        cost = trialCost;
        mu *= Math.max(1 / 3, 1 - (2 * Math.min(gain, 1) - 1) ** 3);
        growth = 2;
        differentiate();
        if (reduction <= tolerance && predicted <= 10 * tolerance * Math.max(cost, Number.MIN_VALUE)) reason = "reduction";
      } else {
        // rounding: no reduction can be seen any more
        if (predicted >= 0 && predicted <= 1e-14 * cost) {
          reason = "reduction";
          break;
        }
        mu *= growth;
        growth *= 2;
      }
    }
    if (reason !== "iterations") break;
    if (!accepted) {
      reason = "damping";
      break;
    }
  }
  return {
    ...covarianceOf(jacobian, m, n, p, lower, upper, cost, options.absoluteSigma ?? false, options.opened),
    parameters: p,
    sumOfSquares: cost,
    iterations,
    evaluations,
    converged: reason !== "iterations" && reason !== "damping",
    reason,
  };
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

function boundsOf(values: ArrayLike<number> | undefined, n: number, fallback: number): Float64Array {
  return Float64Array.from({ length: n }, (_, j) => values?.[j] ?? fallback);
}

function sumOfSquares(r: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < r.length; i++) sum += r[i]! * r[i]!;
  return sum;
}

function normalEquations(
  jacobian: Float64Array,
  r: Float64Array,
  m: number,
  n: number,
  normal: Float64Array,
  gradient: Float64Array,
): void {
  normal.fill(0);
  gradient.fill(0);
  for (let i = 0; i < m; i++) {
    const row = i * n;
    const ri = r[i]!;
    for (let a = 0; a < n; a++) {
      const ja = jacobian[row + a]!;
      if (ja === 0) continue;
      gradient[a] = gradient[a]! + ja * ri;
      for (let b = 0; b <= a; b++) normal[a * n + b] = normal[a * n + b]! + ja * jacobian[row + b]!;
    }
  }
  for (let a = 0; a < n; a++) for (let b = 0; b < a; b++) normal[b * n + a] = normal[a * n + b]!;
}

/** δ of the free parameters; held ones get 0. Raises μ until the matrix is positive definite. */
function dampedStep(
  normal: Float64Array,
  gradient: Float64Array,
  scale: Float64Array,
  free: Uint8Array,
  mu: number,
  n: number,
  damped: Float64Array,
  step: Float64Array,
): void {
  for (let extra = mu, attempt = 0; attempt < 40; attempt++, extra = Math.max(extra * 10, 1e-12)) {
    for (let a = 0; a < n; a++) {
      for (let b = 0; b < n; b++) damped[a * n + b] = free[a] && free[b] ? normal[a * n + b]! : 0;
      damped[a * n + a] = free[a] ? damped[a * n + a]! + extra * (scale[a]! ** 2 || 1) : 1;
      step[a] = free[a] ? -gradient[a]! : 0;
    }
    if (choleskyFactor(damped, n)) {
      choleskySolve(damped, step, n);
      return;
    }
  }
  step.fill(0);
}

function differences(
  problem: LeastSquaresProblem,
  p: Float64Array,
  lower: Float64Array,
  upper: Float64Array,
  r: Float64Array,
  out: Float64Array,
): number {
  const n = p.length;
  const high = new Float64Array(r.length);
  const low = new Float64Array(r.length);
  const at = Float64Array.from(p);
  for (let j = 0; j < n; j++) {
    const h = 6e-6 * Math.max(Math.abs(p[j]!), 1e-8);
    const up = Math.min(p[j]! + h, upper[j]!);
    const down = Math.max(p[j]! - h, lower[j]!);
    at[j] = up;
    problem.residuals(at, high);
    at[j] = down;
    problem.residuals(at, low);
    at[j] = p[j]!;
    for (let i = 0; i < r.length; i++) out[i * n + j] = up > down ? (high[i]! - low[i]!) / (up - down) : 0;
  }
  return 2 * n;
}

function covarianceOf(
  jacobian: Float64Array,
  m: number,
  n: number,
  p: Float64Array,
  lower: Float64Array,
  upper: Float64Array,
  cost: number,
  absolute: boolean,
  opened: ReadonlySet<number> = new Set(),
): Pick<LeastSquaresResult, "sigma" | "covariance" | "bounds" | "undetermined" | "degreesOfFreedom"> {
  const bounds = Array.from({ length: n }, (_, j): BoundState => (p[j]! <= lower[j]! ? "lower" : p[j]! >= upper[j]! ? "upper" : "free"));
  const covariance = new Float64Array(n * n).fill(Number.NaN);
  const sigma = new Float64Array(n).fill(Number.NaN);
  let free = bounds.flatMap((state, j) => (state === "free" || opened.has(j) ? [j] : []));
  const undetermined: number[] = [];
  const degreesOfFreedom = Math.max(0, m - free.length);
  const norms = new Float64Array(n);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) norms[j] = norms[j]! + jacobian[i * n + j]! ** 2;
  for (;;) {
    const k = free.length;
    if (k === 0 || (!absolute && degreesOfFreedom === 0)) break;
    const a = new Float64Array(m * k);
    for (let i = 0; i < m; i++) {
      for (let c = 0; c < k; c++) a[i * k + c] = jacobian[i * n + free[c]!]! / (Math.sqrt(norms[free[c]!]!) || 1);
    }
    const qr = pivotedQr(a, m, k, 1e-9);
    if (qr.rank < k) {
      // what the last pivots could not add to is not determined beside the others
      const lost = new Set(Array.from(qr.pivot.subarray(qr.rank), (c) => free[c]!));
      undetermined.push(...lost);
      free = free.filter((j) => !lost.has(j));
      continue;
    }
    const inverse = inverseOfNormal(qr, k);
    const variance = absolute ? 1 : cost / degreesOfFreedom;
    for (let c = 0; c < k; c++) {
      for (let d = 0; d < k; d++) {
        const s = Math.sqrt(norms[free[c]!]! * norms[free[d]!]!);
        covariance[free[c]! * n + free[d]!] = (variance * inverse[c * k + d]!) / s;
      }
      sigma[free[c]!] = Math.sqrt(covariance[free[c]! * n + free[c]!]!);
    }
    break;
  }
  return { sigma, covariance, bounds, undetermined: undetermined.sort((a, b) => a - b), degreesOfFreedom };
}
