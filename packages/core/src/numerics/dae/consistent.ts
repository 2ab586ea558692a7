/**
 * Consistent initial values: with the differential unknowns held, the algebraic ones by damped Newton iterations, and then the derivative of all.
 *
 * The algebraic part can be far from its solution at the start (a current that is switched on). The caller then leads it there from a state where the
 * solution is known, by a parameter from 0 to 1 that its equations contain: steps that fail are halved.
 */
import { type DaeProblem, weightedNorm } from "./problem.ts";

const ITERATIONS = 40;
const SMALLEST_STEP = 1e-6;

/** Solves 0 = f(t, y) for the algebraic unknowns, to rounding where it can be reached; false where Newton's method fails (y is then as it was). */
export function solveAlgebraic(problem: DaeProblem, t: number, y: Float64Array): boolean {
  const n = problem.size;
  const [residual, trial, weights, before] = [new Float64Array(n), new Float64Array(n), new Float64Array(n), y.slice()];
  const { mass } = problem;
  problem.weights(y, weights);
  const restricted = (at: Float64Array): number => {
    problem.right(t, at, residual);
    let sum = 0;
    for (let k = 0; k < n; k++) {
      if (mass[k] !== 0) residual[k] = 0;
      sum += residual[k]! * residual[k]!;
    }
    return Math.sqrt(sum);
  };
  let size = restricted(y);
  let last = Number.POSITIVE_INFINITY;
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    if (!Number.isFinite(size) || !problem.factor(t, y, 1, true)) break;
    const step = residual.slice();
    problem.solve(step);
    // zero but for rounding; a held unknown must not move at all
    for (let k = 0; k < n; k++) if (mass[k] !== 0) step[k] = 0;
    const norm = weightedNorm(step, weights);
    if (!Number.isFinite(norm)) break;
    // the residual must fall; near the solution rounding decides, and the step is taken as it is
    let share = 1;
    let next = 0;
    for (;;) {
      for (let k = 0; k < n; k++) trial[k] = y[k]! + share * step[k]!;
      next = restricted(trial);
      if (next <= (1 - 1e-4 * share) * size || norm < 1e-3) break;
      share /= 2;
      if (share < 1e-4) break;
    }
    if (share < 1e-4) break;
    y.set(trial);
    size = next;
    // at the limit of rounding steps no longer shrink
    if (norm < 1e-9 || (norm < 1e-3 && norm > 0.5 * last)) return true;
    last = share === 1 ? norm : Number.POSITIVE_INFINITY;
  }
  y.set(before);
  return false;
}

/**
 * Leads the algebraic unknowns from a parameter of 0, where `y` is near a solution, to 1. `set` gives the parameter to the equations; `goOn`, asked after
 * each solution, may end the way before 1. @returns the parameter reached: 1 if all went well
 */
export function continueAlgebraic(
  problem: DaeProblem,
  t: number,
  y: Float64Array,
  set: (parameter: number) => void,
  goOn: (y: Float64Array) => boolean = () => true,
): number {
  // most switches need no help
  set(1);
  const start = y.slice();
  if (solveAlgebraic(problem, t, y) && goOn(y)) return 1;
  y.set(start);
  set(0);
  if (!solveAlgebraic(problem, t, y)) return -1;
  let reached = 0;
  let step = 0.25;
  const last = y.slice();
  while (reached < 1 && step >= SMALLEST_STEP) {
    const next = Math.min(1, reached + step);
    set(next);
    if (solveAlgebraic(problem, t, y)) {
      reached = next;
      last.set(y);
      step *= 2;
      if (!goOn(y)) return reached;
    } else {
      y.set(last);
      step /= 4;
    }
  }
  return reached;
}

/**
 * ẏ of a consistent state: of the differential unknowns from f, of the algebraic ones so that their equations go on holding,
 * (∂f/∂y) ẏ + ∂f/∂t = 0. `span` is a length of t over which f is smooth. False where the algebraic system is singular.
 */
export function consistentDerivative(problem: DaeProblem, t: number, y: Float64Array, span: number, out: Float64Array): boolean {
  const n = problem.size;
  const { mass } = problem;
  const now = new Float64Array(n);
  const later = new Float64Array(n);
  const step = 1e-6 * span;
  problem.right(t, y, now);
  problem.right(t + step, y, later);
  if (!problem.factor(t, y, 1, true)) return false;
  for (let k = 0; k < n; k++) out[k] = mass[k] !== 0 ? now[k]! / mass[k]! : (later[k]! - now[k]!) / step;
  problem.solve(out);
  for (let k = 0; k < n; k++) if (mass[k] !== 0) out[k] = now[k]! / mass[k]!;
  return out.every(Number.isFinite);
}
