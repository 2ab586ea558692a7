/**
 * Consistent initial values, by damped Newton iterations with the natural monotonicity test (Deuflhard, Newton Methods for Nonlinear Problems, 2004,
 * section 3.3): either of the algebraic unknowns alone, with the differential ones held, or of all by one short implicit step.
 *
 * The short step is for starts where something has changed suddenly. With the differential unknowns held, one that is near zero and relaxes fast may be
 * known only to the tolerance, and in an exponential law of rates that error is a current of any size; the implicit step lets it relax at once, and keeps every
 * linear invariant.
 *
 * The solution can be far away (a current that is switched on). The caller then leads there from a state where it is known, by a parameter from 0 to 1
 * that its equations contain: steps that fail are halved.
 */
import { type DaeProblem, weightedNorm } from "./problem.ts";

const ITERATIONS = 100;
const SMALLEST_SHARE = 1e-10;
/** Parameters from which a way to 1 is tried where not even 0 has a solution. */
const BEGINNINGS = [0, 0.01, 0.1, 0.3, 0.5, 0.8];
const SMALLEST_STEP = 1e-6;

/**
 * Solves, in place, M (y − y₀)/step = f(t + step, y), y₀ the values on entry; with `step` 0 the algebraic equations alone, to rounding where it can be reached.
 * False where Newton's method fails (y is then as it was).
 */
export function solveImplicit(problem: DaeProblem, t: number, y: Float64Array, step = 0): boolean {
  const n = problem.size;
  const before = y.slice();
  const [delta, next, trial, weights] = [new Float64Array(n), new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  const { mass } = problem;
  const c = step > 0 ? 1 / step : 1;
  problem.weights(y, weights);
  /** The simplified correction at a state, with the factors at hand. */
  const correct = (at: Float64Array, out: Float64Array): number => {
    problem.right(t + step, at, out);
    for (let k = 0; k < n; k++) {
      if (mass[k] !== 0) out[k] = step > 0 ? out[k]! - mass[k]! * c * (at[k]! - before[k]!) : 0;
    }
    if (!out.every(Number.isFinite)) return Number.POSITIVE_INFINITY;
    problem.solve(out);
    // zero but for rounding; a held unknown must not move at all
    if (step === 0) for (let k = 0; k < n; k++) if (mass[k] !== 0) out[k] = 0;
    return weightedNorm(out, weights);
  };
  let share = 1;
  let last = Number.POSITIVE_INFINITY;
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    if (!problem.factor(t + step, y, c, step === 0)) break;
    const norm = correct(y, delta);
    if (!Number.isFinite(norm)) break;
    if (norm < 1e-9 || (norm < 1e-3 && norm > 0.5 * last)) return true;
    share = Math.min(1, 4 * share, problem.reach?.(delta) ?? 1);
    for (;;) {
      for (let k = 0; k < n; k++) trial[k] = y[k]! + share * delta[k]!;
      if (norm < 1e-3) break;
      const after = correct(trial, next);
      if (after <= (1 - share / 4) * norm) break;
      share /= 2;
      if (share < SMALLEST_SHARE) break;
    }
    if (share < SMALLEST_SHARE && norm >= 1e-3) break;
    y.set(trial);
    last = share === 1 ? norm : Number.POSITIVE_INFINITY;
  }
  y.set(before);
  return false;
}

/**
 * {@link solveImplicit} where a parameter of the equations leads from 0, where `y` is near a solution, to 1. `set` gives the parameter to the equations; `goOn`,
 * asked after each solution, may end the way before 1. @returns the parameter reached, 1 if all went well and −1 if not even 0 could be solved; y is the
 * solution there
 */
export function continueImplicit(
  problem: DaeProblem,
  t: number,
  y: Float64Array,
  step: number,
  set: (parameter: number) => void,
  goOn: (y: Float64Array) => boolean = () => true,
): number {
  const { mass } = problem;
  const origin = y.slice();
  /** One solution from the guess in y, with the differential unknowns' history at the origin. */
  const attempt = (parameter: number): boolean => {
    set(parameter);
    const guess = y.slice();
    // amounts start from the origin, potentials from the guess
    for (let k = 0; k < y.length; k++) if (mass[k] !== 0) y[k] = origin[k]!;
    if (solveImplicit(problem, t, y, step)) return true;
    y.set(guess);
    return false;
  };
  // most switches need no help
  if (attempt(1) && goOn(y)) return 1;
  y.set(origin);
  const begin = BEGINNINGS.find((parameter) => attempt(parameter));
  if (begin === undefined) return -1;
  let reached = begin;
  let stride = 0.25;
  while (reached < 1 && stride >= SMALLEST_STEP) {
    const next = Math.min(1, reached + stride);
    if (attempt(next)) {
      reached = next;
      stride *= 2;
      if (!goOn(y)) return reached;
    } else stride /= 4;
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
