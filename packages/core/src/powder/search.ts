/** The search for what is not linear in a pattern, with the exact solution for what is at every step, and the covariance of both. */
import { type BoundState, leastSquares } from "../numerics/leastSquares.ts";
import { checkCancelled, type TaskContext } from "../task.ts";
import type { Design } from "./design.ts";
import type { PatternModel } from "./model.ts";

interface Found {
  /** of all parameters, held ones too */
  parameters: Float64Array;
  /** standard errors of all; NaN where held, on a bound or not determined */
  sigma: Float64Array;
  /** Σ w (y − model)² */
  misfit: number;
  /** points less parameters */
  degrees: number;
  converged: boolean;
  iterations: number;
  /** coefficients of the lines' columns, and their covariance */
  coefficients: Float64Array;
  covariance: Float64Array;
  /** how each parameter that was searched for ended, in the order of `which` */
  bounds: readonly BoundState[];
  /** of these parameters and, behind them, of so many of the lines' coefficients, row by row; NaN where a parameter has no error */
  joint(coefficients: number): Float64Array;
}

export interface Search {
  /**
   * @param weights 1/σ; 0 where a point does not count
   * @param start of all parameters
   * @param which are searched for
   */
  find(y: Float64Array, weights: Float64Array, start: Float64Array, which: readonly number[], limits: SearchLimits): Found;
}

interface SearchLimits {
  maxIterations: number;
  /** of the sum of squares, relative */
  tolerance: number;
}

export function searchOf(model: PatternModel, design: Design, points: number, task: TaskContext): Search {
  const w2 = new Float64Array(points);
  const { parameters } = model;
  const columns = parameters.map(() => new Float64Array(points));
  const changes = parameters.map(() => new Float64Array(design.columns));
  return {
    find(y, weights, start, which, limits) {
      let counted = 0;
      for (let i = 0; i < points; i++) {
        w2[i] = weights[i]! ** 2;
        if (weights[i]! > 0) counted++;
      }
      const all = start.slice();
      const laid = new Float64Array(which.length);
      let isLaid = false;
      const at = (p: ArrayLike<number>): void => {
        checkCancelled(task);
        if (isLaid && laid.every((value, k) => value === p[k])) return;
        isLaid = true;
        for (const [k, j] of which.entries()) {
          all[j] = p[k]!;
          laid[k] = p[k]!;
        }
        design.lay(model.lay(all));
        design.solve(y, w2);
      };
      const residuals = (p: Float64Array, out: Float64Array): void => {
        at(p);
        design.model(out);
        for (let i = 0; i < points; i++) out[i] = (out[i]! - y[i]!) * weights[i]!;
      };
      const used = which.map((j) => columns[j]!);
      const moved = which.map((j) => changes[j]!);
      const m = which.length;
      const jacobian = (p: Float64Array, out: Float64Array): void => {
        at(p);
        model.derivatives(all, which, design, used);
        for (let k = 0; k < m; k++) {
          const column = used[k]!;
          design.project(column, w2, moved[k]!);
          for (let i = 0; i < points; i++) out[i * m + k] = column[i]! * weights[i]!;
        }
      };
      const result = leastSquares(
        { count: points, residuals, jacobian },
        {
          start: which.map((j) => start[j]!),
          lower: which.map((j) => parameters[j]!.lower),
          upper: which.map((j) => parameters[j]!.upper),
          absoluteSigma: true,
          ...limits,
        },
      );
      at(result.parameters);
      const sigma = new Float64Array(parameters.length).fill(Number.NaN);
      for (const [k, j] of which.entries()) sigma[j] = result.sigma[k]!;
      const covariance = design.covariance(moved, result.covariance);
      return {
        parameters: all,
        sigma,
        misfit: result.sumOfSquares,
        degrees: Math.max(1, counted - m - design.columns),
        converged: result.converged,
        iterations: result.iterations,
        coefficients: design.coefficients.slice(0, design.peaks),
        covariance,
        bounds: result.bounds,
        joint: (shown) => jointOf(result.covariance, moved, covariance, design.peaks, shown),
      };
    },
  };
}

/** What coefficients share with the parameters they follow: Σ_l (dc/dp_l) C_lk, dc/dp in `moved`. */
function jointOf(own: Float64Array, moved: readonly Float64Array[], coefficients: Float64Array, all: number, peaks: number): Float64Array {
  const m = moved.length;
  const size = m + peaks;
  const out = new Float64Array(size * size);
  for (let a = 0; a < m; a++) for (let b = 0; b < m; b++) out[a * size + b] = own[a * m + b]!;
  for (let a = 0; a < peaks; a++) for (let b = 0; b < peaks; b++) out[(m + a) * size + m + b] = coefficients[a * all + b]!;
  for (let k = 0; k < m; k++) {
    for (let a = 0; a < peaks; a++) {
      let sum = 0;
      for (let l = 0; l < m; l++) {
        const shared = own[l * m + k]!;
        if (Number.isFinite(shared)) sum += moved[l]![a]! * shared;
      }
      out[(m + a) * size + k] = sum;
      out[k * size + m + a] = sum;
    }
  }
  return out;
}
