/**
 * The most likely amounts by Gauss–Newton: quadratic programmes over amounts (n ≥ 0, Σ n = 1), shares of the electrolyte and scales together, each step as long as it lowers the
 * energy; and samples around them.
 *
 * A sample is the answer to the same programme with every observation, and everything known before, moved by a random error of its size: a Gaussian projected onto what is
 * possible. Unlike a Gaussian cut off at the bounds it puts weight on "none of it", which is where most species are at most times: with a cut-off one a dozen absent species
 * take each a little, together more than the error, from those that are there (Bardsley and Hansen, SIAM J. Sci. Comput. 42 (2020) A1269; Everink, Dong and Andersen,
 * Inverse Problems 39 (2023) 115004). Samples are independent of one another.
 */
import type { Random } from "../random.ts";
import { checkCancelled, type TaskContext } from "../task.ts";
import { type Arrow, arrowOf } from "./arrow.ts";
import { emptyState, energyOf, type State } from "./posterior.ts";
import { type Problem, RATIO, SCALED } from "./problem.ts";

const ROUNDS = 25;
/**
 * Errors of what is far from a linear function of the amounts (intensities in arbitrary units, chain lengths), times these, one after the other: small errors at once lead from a start that
 * means nothing into the nearest valley.
 */
const WIDENED = [100, 30, 10, 3, 1];

export interface Likely {
  state: State;
  /** −ln posterior there */
  energy: number;
  arrow: Arrow;
}

export function mostLikely(problem: Problem, guess: Float64Array): Likely {
  const { width } = problem;
  const at = emptyState(problem);
  at.u.fill(1 / width);
  at.shares[0] = at.shares[1] = problem.electrolyteKnown ? Math.min(0.99, problem.electrolyteKnown.value / problem.electrolyteMost) : 0.3;
  at.shares[2] = problem.sulfurKnown?.value ?? 0.5;
  const bent = Array.from(
    problem.kind,
    (kind, r) => kind === RATIO || (kind === SCALED && Number.isNaN(problem.scales[problem.scaleOf[r]!]!.value)),
  );
  let energy = Number.POSITIVE_INFINITY;
  for (const factor of bent.includes(true) ? WIDENED : [1]) {
    const weight = factor === 1 ? problem.weight : problem.weight.map((w, r) => (bent[r] ? w / factor ** 2 : w));
    energy = descend({ ...problem, weight }, guess, at, factor === WIDENED[0] || !bent.includes(true));
  }
  const arrow = arrowOf(problem, guess);
  arrow.around(at, false);
  return { state: at, energy, arrow };
}

/** Gauss–Newton from `at`, which it moves. @param first where `at` means nothing yet */
function descend(problem: Problem, guess: Float64Array, at: State, first: boolean): number {
  const arrow = arrowOf(problem, guess);
  const gradient = emptyState(problem);
  const trial = emptyState(problem);
  let energy = energyOf(problem, guess, at, gradient);
  for (let round = 0; round < ROUNDS; round++) {
    const isStart = first && round === 0;
    arrow.around(at, isStart);
    const best = arrow.best();
    let gained = 0;
    for (let step = 1; step > 0.01; step /= 2) {
      mix(at, best, step, trial);
      const now = energyOf(problem, guess, trial, gradient);
      // the first step leaves a start that means nothing
      if (!(now < energy) && !isStart) continue;
      gained = isStart ? Number.POSITIVE_INFINITY : energy - now;
      energy = now;
      mix(trial, trial, 0, at);
      break;
    }
    if (!(gained > 1e-3)) break;
  }
  return energy;
}

export function samplesOf({ arrow }: Likely, count: number, draw: Random, context: TaskContext, done: number, of: number): State[] {
  return Array.from({ length: count }, (_, s) => {
    if (s % 20 === 0) {
      checkCancelled(context);
      context.progress(done + s, of, "samples");
    }
    return arrow.perturbed(draw);
  });
}

/** out = a + step (b − a) */
function mix(a: State, b: State, step: number, out: State): void {
  for (const part of ["u", "shares", "xi"] as const)
    for (let i = 0; i < a[part].length; i++) out[part][i] = a[part][i]! + step * (b[part][i]! - a[part][i]!);
}
