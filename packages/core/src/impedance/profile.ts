/**
 * Profile-likelihood intervals: for each parameter the range of values for which the best fit of all others is not
 * worse than chance allows,
 *
 *   S_min(θ_j) ≤ S_min (1 + t²/ν),   t the 95 % quantile of Student with ν degrees of freedom.
 *
 * Where a parameter is hardly determined the interval is lopsided or open on one side (±∞), which a standard error
 * cannot say. (Bates and Watts, Nonlinear Regression Analysis, 1988, ch. 6.)
 */
import { leastSquares } from "../numerics/leastSquares.ts";
import { student95 } from "../numerics/line.ts";
import type { CircuitProblem } from "./problem.ts";

/** Beyond this many decades (or the range of an exponent) a parameter counts as open on that side. */
const OPEN_DECADES = 6;
const STEPS = 40;

/**
 * @param theta the best fit, in the problem's coordinates, and its `sumOfSquares`
 * @param sigma standard errors there, NaN where unknown: the first step
 * @returns [lower, upper] in the problem's coordinates, ∓∞ where open
 */
export function profileIntervals(
  problem: CircuitProblem,
  theta: Float64Array,
  sumOfSquares: number,
  degreesOfFreedom: number,
  sigma: Float64Array,
): [number, number][] {
  const limit = sumOfSquares * (1 + student95(degreesOfFreedom) ** 2 / degreesOfFreedom);
  return Array.from(theta, (_, j) => [edge(problem, theta, j, -1, limit, sigma[j]!), edge(problem, theta, j, 1, limit, sigma[j]!)]);
}

/** Where the profile of parameter j crosses the limit: steps outwards that double, then bisection. */
function edge(problem: CircuitProblem, best: Float64Array, j: number, side: 1 | -1, limit: number, sigma: number): number {
  const bound = side > 0 ? problem.limits.upper[j]! : problem.limits.lower[j]!;
  const furthest = side * Math.min(side * bound, side * best[j]! + OPEN_DECADES * Math.LN10);
  let from = best;
  let inner = best[j]!;
  let step = Number.isFinite(sigma) && sigma > 0 ? 2 * sigma : 0.05;
  let outer = Number.NaN;
  for (let k = 0; k < STEPS && Number.isNaN(outer); k++) {
    const next = side * Math.min(side * furthest, side * inner + step);
    const fit = fixedAt(problem, from, j, next);
    if (fit.sumOfSquares > limit) outer = next;
    else {
      if (next === furthest) return furthest === bound && Math.abs(bound) < 3 ? bound : side * Number.POSITIVE_INFINITY;
      inner = next;
      from = fit.parameters;
      step *= 2;
    }
  }
  for (let k = 0; k < STEPS && Math.abs(outer - inner) > 1e-4 * Math.abs(outer - best[j]!); k++) {
    const middle = (inner + outer) / 2;
    const fit = fixedAt(problem, from, j, middle);
    if (fit.sumOfSquares > limit) outer = middle;
    else {
      inner = middle;
      from = fit.parameters;
    }
  }
  return (inner + outer) / 2;
}

/** The best fit of all other parameters. */
function fixedAt(problem: CircuitProblem, from: Float64Array, j: number, value: number) {
  const start = from.with(j, value);
  const lower = problem.limits.lower.with(j, value);
  const upper = problem.limits.upper.with(j, value);
  return leastSquares(problem, { start, lower, upper, maxIterations: 60, tolerance: 1e-6 });
}
