/**
 * Which probe does not fit the others.
 *
 * With every observation right, leaving one probe out lowers the misfit by about as much as it has observations less the unknowns that it alone decided. Where a probe is wrong,
 * it lowers it by far more, and leaving another out does not: D_p = 2 (E − E_p), against χ² with as many degrees of freedom as the probe has observations. The probe with the largest
 * excess is named where its chance is below a hundredth over the number of probes, and with it those that explain the contradiction nearly as well: two probes that disagree cannot
 * say which of them is wrong.
 */
import { chanceOfChi2 } from "../numerics/gamma.ts";
import { mostLikely } from "./likely.ts";
import type { EvidenceQuestion, ProbeReport } from "./model.ts";
import { addJoinErrors, scaleGuesses } from "./posterior.ts";
import { type Problem, problemOf } from "./problem.ts";

const CHANCE = 0.01;
/** Two explanations whose χ² differ by less than this are both named: the better one is e^10 times as likely. */
const AMBIGUOUS = 20;

export function contradictions(question: EvidenceQuestion, problem: Problem, guess: Float64Array): ProbeReport[] {
  const whole = mostLikely(problem, guess);
  const counts = problem.probes.map((_, k) => problem.probeOf.reduce((n, p) => n + (p === k ? 1 : 0), 0));
  const judged = problem.probes.map((probe, k): ProbeReport => {
    const other = problemOf(question, probe);
    addJoinErrors(other, guess, whole.state);
    const without = mostLikely(other, scaleGuesses(other));
    const chi2 = Math.max(0, 2 * (whole.energy - without.energy));
    const expected = counts[k]!;
    return {
      probe,
      observations: counts[k]!,
      chi2,
      expected,
      probability: chanceOfChi2(chi2, expected),
      contradicts: false,
      narrows: null,
    };
  });
  const least = Math.min(...judged.map((j) => j.probability));
  if (least >= CHANCE / judged.length) return judged;
  const most = Math.max(...judged.map(excess));
  return judged.map((j) => ({ ...j, contradicts: j.probability < CHANCE / judged.length && excess(j) > most - AMBIGUOUS }));
}

const excess = ({ chi2, expected }: ProbeReport): number => chi2 - expected;
