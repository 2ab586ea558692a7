/**
 * Smooth baselines under peaks: penalised least squares with asymmetric weights,
 *
 *   minimise Σ w_i (y_i − z_i)² + λ Σ (Δ² z_i)²
 *
 * asls   w = p above the baseline, 1 − p below                                      (Eilers, Anal. Chem. 75, 3631, 2003; Eilers and Boelens 2005)
 * arpls  w = 1/(1 + exp(2 (d − (2 s − m))/s)), m and s mean and deviation of d = y − z where negative
 *                                                                                (Baek, Park, Ahn and Choo, Analyst 140, 250, 2015)
 *
 * Iterated from w = 1 until the weights change by less than `tolerance` in the Euclidean norm, with the defaults and the order of steps of
 * pybaselines (D. Erb), so that the same λ gives the same numbers. λ counts points, not units of x: it belongs to one spacing.
 */
import { ThioscopeError } from "../errors.ts";

export interface SmoothBaselineOptions {
  method: "asls" | "arpls";
  /** stiffness; 1e6 (asls) or 1e5 (arpls) where absent */
  lambda?: number;
  /** asls: weight of points above the baseline; 0.01 where absent */
  p?: number;
  tolerance?: number;
  maxIterations?: number;
}

export interface SmoothBaseline {
  baseline: Float64Array;
  weights: Float64Array;
  iterations: number;
  converged: boolean;
}

/** Throws INVALID_INPUT for fewer than five points, a λ that is not positive, or points that are not finite. */
export function smoothBaseline(y: Float64Array, options: SmoothBaselineOptions): SmoothBaseline {
  const n = y.length;
  const lambda = options.lambda ?? (options.method === "asls" ? 1e6 : 1e5);
  if (n < 5) throw new ThioscopeError("INVALID_INPUT", `${n} points are too few for a baseline`);
  if (!(lambda > 0)) throw new ThioscopeError("INVALID_INPUT", `the stiffness λ must be positive, not ${lambda}`);
  if (!y.every(Number.isFinite)) throw new ThioscopeError("INVALID_INPUT", "the spectrum holds points that are not finite");
  const tolerance = options.tolerance ?? 1e-3;
  const most = options.maxIterations ?? 50;
  const p = options.p ?? 0.01;
  let weights = new Float64Array(n).fill(1);
  let next = new Float64Array(n);
  const baseline = new Float64Array(n);
  const bands = [new Float64Array(n), new Float64Array(n), new Float64Array(n)] as const;
  let iterations = 0;
  let converged = false;
  while (iterations <= most) {
    solve(y, weights, lambda, bands, baseline);
    iterations++;
    if (options.method === "asls") for (let i = 0; i < n; i++) next[i] = y[i]! > baseline[i]! ? p : 1 - p;
    else if (!arpls(y, baseline, next)) break;
    let change = 0;
    let norm = 0;
    for (let i = 0; i < n; i++) {
      change += (next[i]! - weights[i]!) ** 2;
      norm += weights[i]! ** 2;
    }
    if (Math.sqrt(change) < tolerance * Math.sqrt(norm)) {
      converged = true;
      break;
    }
    [weights, next] = [next, weights];
  }
  return { baseline, weights, iterations, converged };
}

/** False where fewer than two points lie below the baseline, which then stays. */
function arpls(y: Float64Array, baseline: Float64Array, out: Float64Array): boolean {
  let count = 0;
  let sum = 0;
  for (let i = 0; i < y.length; i++) {
    const d = y[i]! - baseline[i]!;
    if (d < 0) {
      count++;
      sum += d;
    }
  }
  if (count < 2) return false;
  const mean = sum / count;
  let square = 0;
  for (let i = 0; i < y.length; i++) {
    const d = y[i]! - baseline[i]!;
    if (d < 0) square += (d - mean) ** 2;
  }
  const deviation = Math.sqrt(square / (count - 1));
  if (!(deviation > 0)) return false;
  for (let i = 0; i < y.length; i++) {
    const d = y[i]! - baseline[i]!;
    out[i] = 1 / (1 + Math.exp((2 / deviation) * (d - (2 * deviation - mean))));
  }
  return true;
}

/** (W + λ DᵀD) z = W y by LDLᵀ of five bands. */
function solve(
  y: Float64Array,
  w: Float64Array,
  lambda: number,
  [d, e, f]: readonly [Float64Array, Float64Array, Float64Array],
  z: Float64Array,
): void {
  const n = y.length;
  for (let i = 0; i < n; i++) {
    // rows of DᵀD, D the second differences
    const edge = Math.min(i, n - 1 - i);
    const a = edge === 0 ? 1 : edge === 1 ? 5 : 6;
    const b = i === n - 1 ? 0 : i === 0 || i === n - 2 ? -2 : -4;
    const c = i < n - 2 ? 1 : 0;
    let pivot = w[i]! + lambda * a;
    let first = lambda * b;
    if (i > 0) {
      pivot -= d[i - 1]! * e[i - 1]! ** 2;
      first -= d[i - 1]! * e[i - 1]! * f[i - 1]!;
    }
    if (i > 1) pivot -= d[i - 2]! * f[i - 2]! ** 2;
    d[i] = pivot;
    e[i] = first / pivot;
    f[i] = (lambda * c) / pivot;
  }
  for (let i = 0; i < n; i++) {
    let v = w[i]! * y[i]!;
    if (i > 0) v -= e[i - 1]! * z[i - 1]!;
    if (i > 1) v -= f[i - 2]! * z[i - 2]!;
    z[i] = v;
  }
  for (let i = n - 1; i >= 0; i--) {
    let v = z[i]! / d[i]!;
    if (i + 1 < n) v -= e[i]! * z[i + 1]!;
    if (i + 2 < n) v -= f[i]! * z[i + 2]!;
    z[i] = v;
  }
}
