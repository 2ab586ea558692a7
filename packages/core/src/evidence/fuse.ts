/** Joins observations into amounts of every species over the charge, with bands, groups that cannot be told apart, contradictions, and what each probe adds. */
import type { Notice } from "../errors.ts";
import { random } from "../random.ts";
import { QUIET, type TaskContext } from "../task.ts";
import type { Answer, Quantity } from "../units/quantity.ts";
import { bandOf, groupsOf, halfWidthOf, UNTOLD } from "./bands.ts";
import { contradictions } from "./contradictions.ts";
import { mostLikely, samplesOf } from "./likely.ts";
import type { Band, EvidenceAnswer, EvidenceQuestion, SpeciesBand } from "./model.ts";
import { addJoinErrors, type State, scaleAt, scaleGuesses } from "./posterior.ts";
import { DILUTED, type Problem, problemOf, SCALED } from "./problem.ts";
import { type Ranges, rangesOf } from "./ranges.ts";
import { speciesIndex } from "./species.ts";

/** Ends of a 90 % band from as many are known to a tenth of its width. */
const SAMPLES = 200;
/** What the linear problem may leave out, in errors of an observation. */
const MOST_BENT = 0.5;

export interface FuseOptions {
  /** also what each probe adds: as many runs more as there are probes */
  leaveOut?: boolean;
  context?: TaskContext;
}

/** Throws INVALID_INPUT for observations that cannot be read, CANCELLED. */
export function fuse(question: EvidenceQuestion, { leaveOut = false, context = QUIET }: FuseOptions = {}): EvidenceAnswer {
  const problem = problemOf(question);
  const guess = scaleGuesses(problem);
  const runs = leaveOut ? problem.probes.length : 1;
  const drawn = drawsOf(problem, guess, question, context, 0, runs);
  const species = speciesBands(problem, drawn);
  const width = meanWidth(species);
  const probes = contradictions(question, problem, guess).map((report, k) => {
    if (!leaveOut || problem.probes.length < 3) return { ...report, narrows: null };
    const other = problemOf(question, report.probe);
    const less = drawsOf(other, scaleGuesses(other), question, context, k, runs);
    return { ...report, narrows: meanWidth(speciesBands(other, less)) / width };
  });
  const notices: Notice[] = [];
  if (drawn.bent > MOST_BENT)
    notices.push({
      code: "evidence-bent",
      message: `scales and amounts are known so little that their product is not linear within the bands (${drawn.bent.toFixed(1)} of an error): take the bands as rough`,
    });
  for (const { probe, contradicts, chi2, expected } of probes)
    if (contradicts)
      notices.push({
        code: "evidence-contradiction",
        message: `${probe} contradicts the others: leaving it out takes away a χ² of ${chi2.toFixed(0)} where ${expected.toFixed(0)} is expected`,
      });
  const grouped = groupsOf(problem, drawn.total, drawn.count, drawn.ranges);
  for (const { species: members } of grouped)
    if (members.length > 1)
      notices.push({ code: "evidence-not-separable", message: `${members.join(" and ")} are not separable with these data: their sum is` });
  const weighed = new Set(
    question.observations
      .filter(({ kind }) => kind === "weight")
      .flatMap(({ species: ids }) => ids.map((id) => speciesIndex(problem.species, id))),
  );
  const computed = problem.species.filter(({ standard }, k) => !standard && weighed.has(k)).map(({ id }) => id);
  if (computed.length > 0)
    notices.push({
      code: "evidence-no-standard",
      message: `no standard of ${computed.join(", ")} can be isolated: weights of these rest on computed or unmixed spectra`,
    });
  const blind = problem.species.filter((_, k) => problem.unseen[k]).map(({ id }) => id);
  if (blind.length > 0)
    notices.push({
      code: "evidence-no-total",
      message: `nothing sees what of ${blind.length === problem.species.length ? "any species" : blind.join(", ")} is not crystalline but the balance: these amounts are what the balance leaves, and their bands are wide`,
    });
  return {
    system: question.system,
    charge: problem.charge,
    species,
    groups: grouped,
    hidden: hiddenBand(problem, drawn),
    meanElectrons: drawn.ranges.widened(
      bandOf((s, out) => meanElectrons(problem, drawn.total, s, out), drawn.count, problem.points),
      problem.species.map(({ electrons }) => electrons),
      0,
      2,
    ),
    electrolyteCharge: {
      atStart: ofStates(drawn, ({ shares }) => shares[0]! * problem.electrolyteMost),
      atEnd: ofStates(drawn, ({ shares }) => shares[1]! * problem.electrolyteMost),
    },
    electrolyteSulfur: question.observations.some(({ kind }) => kind === "weight" || kind === "electrolyte")
      ? ofStates(drawn, ({ shares }) => shares[2]!)
      : { notComputable: "no spectrum of all sulfur takes part" },
    scales: problem.scales.map((scale, k) => ({
      probe: scale.probe,
      species: problem.species[scale.species]!.id,
      scale: Number.isNaN(scale.value)
        ? ({ notComputable: "in arbitrary units: no amount of known size was measured" } as Answer)
        : ofStates(drawn, ({ xi }) => scaleAt(problem, guess, k, xi[1 + k]!).value),
    })),
    probes,
    diagnostics: { samples: drawn.count, bent: drawn.bent },
    notices,
    draws: { total: drawn.total, crystalline: drawn.crystalline, count: drawn.count },
  };
}

interface Draws {
  likely: State;
  states: State[];
  /** most likely, then sample by sample: point by point, species by species */
  total: Float32Array;
  crystalline: Float32Array;
  /** samples beside the most likely one */
  count: number;
  /** how far predictions of samples are from those of the linear problem, in errors of the observations: rms */
  bent: number;
  /** what the data allow */
  ranges: Ranges;
}

function drawsOf(
  problem: Problem,
  guess: Float64Array,
  question: EvidenceQuestion,
  context: TaskContext,
  run: number,
  runs: number,
): Draws {
  const { points, width, species, crystal } = problem;
  const K = species.length;
  // the course of the amounts says what the clock's error means; with that the amounts are sought again
  addJoinErrors(problem, guess, mostLikely(problem, guess).state);
  const likely = mostLikely(problem, guess);
  const count = question.samples ?? SAMPLES;
  const states = samplesOf(likely, count, random(`evidence ${question.seed ?? 1}`), context, run * count, runs * count);
  const total = new Float32Array((count + 1) * points * K);
  const crystalline = new Float32Array((count + 1) * points * K);
  for (const [s, { u }] of [likely.state, ...states].entries()) {
    for (let g = 0; g < points; g++) {
      for (let k = 0; k < K; k++) {
        const c = crystal[k]! >= 0 ? u[g * width + crystal[k]!]! : 0;
        total[(s * points + g) * K + k] = u[g * width + k]! + c;
        crystalline[(s * points + g) * K + k] = c;
      }
    }
  }
  return {
    likely: likely.state,
    states,
    total,
    crystalline,
    count,
    bent: bendOf(problem, guess, likely.state, states),
    ranges: rangesOf(problem, guess, likely.state),
  };
}

/** Scales and shares multiply amounts: what the linear problem leaves out is the product of both deviations. */
function bendOf(problem: Problem, guess: Float64Array, { u, shares, xi }: State, states: readonly State[]): number {
  const { start, index, coefficient, kind, weight, rows, scaleOf } = problem;
  let [sum, terms] = [0, 0];
  for (const sample of states) {
    for (let r = 0; r < rows; r++) {
      if (kind[r] !== SCALED && kind[r] !== DILUTED) continue;
      let off = 0;
      for (let p = start[r]!; p < start[r + 1]!; p++) off += coefficient[p]! * (sample.u[index[p]!]! - u[index[p]!]!);
      const k = 1 + scaleOf[r]!;
      const by =
        kind[r] === SCALED ? scaleAt(problem, guess, k - 1, xi[k]!).slope * (sample.xi[k]! - xi[k]!) : -(sample.shares[2]! - shares[2]!);
      sum += weight[r]! * (off * by) ** 2;
      terms++;
    }
  }
  return terms > 0 ? Math.sqrt(sum / terms) : 0;
}

function speciesBands(problem: Problem, { total, crystalline, count, ranges }: Draws): SpeciesBand[] {
  const { points, species, crystal, scales, unseen } = problem;
  const K = species.length;
  return species.map(({ id, label }, k) => {
    const band = (of: (at: number) => number): Band =>
      bandOf(
        (s, out) => {
          for (let g = 0; g < points; g++) out[g] = of((s * points + g) * K + k);
        },
        count,
        points,
        unseen[k],
      );
    const drawn = band((i) => total[i]!);
    const whole = ranges.widened(
      drawn,
      species.map((_, j) => Number(j === k)),
      UNTOLD,
    );
    const seen = crystal[k]! >= 0;
    const scaled = scales.some((s) => s.species === k && !Number.isNaN(s.value));
    return {
      id,
      label,
      total: whole,
      crystalline: seen && scaled ? band((i) => crystalline[i]!) : null,
      hidden: !seen
        ? { notComputable: "no diffraction of it takes part" }
        : !scaled
          ? { notComputable: "its diffraction is in arbitrary units without a scale: what is hidden cannot be told from what is weak" }
          : // where only the balance sees the whole, samples lie to one side: what is hidden is all that the data allow
            ranges.widenedHidden(
              band((i) => total[i]! - crystalline[i]!),
              k,
              unseen[k] ? 0 : UNTOLD,
            ),
      halfWidth: halfWidthOf(whole),
    };
  });
}

function hiddenBand({ points, species, crystal, scales }: Problem, { crystalline, count }: Draws): EvidenceAnswer["hidden"] {
  const K = species.length;
  const free = species.filter((_, k) => crystal[k]! >= 0 && !scales.some((s) => s.species === k && !Number.isNaN(s.value)));
  if (!crystal.some((c) => c >= 0)) return { notComputable: "no diffraction takes part" };
  if (free.length > 0)
    return { notComputable: `the diffraction of ${free.map(({ id }) => id).join(", ")} is in arbitrary units without a scale` };
  return bandOf(
    (s, out) => {
      for (let g = 0; g < points; g++) {
        let sum = 0;
        for (let k = 0; k < K; k++) sum += crystalline[(s * points + g) * K + k]!;
        out[g] = 1 - sum;
      }
    },
    count,
    points,
  );
}

function meanElectrons({ points, species }: Problem, total: Float32Array, s: number, out: Float64Array): void {
  const K = species.length;
  for (let g = 0; g < points; g++) {
    let sum = 0;
    for (let k = 0; k < K; k++) sum += total[(s * points + g) * K + k]! * species[k]!.electrons;
    out[g] = sum;
  }
}

/**
 * The most likely value; its error holds the scatter of the samples and how far their mean is from it: amounts cannot be negative, which moves what balances them to one side.
 */
function ofStates({ likely, states }: Draws, of: (state: State) => number): Quantity {
  const value = of(likely);
  const square = states.reduce((a, s) => a + (of(s) - value) ** 2, 0) / states.length;
  return { value, sigma: Math.sqrt(square), unit: "1" };
}

const meanWidth = (species: readonly SpeciesBand[]): number => species.reduce((a, s) => a + s.halfWidth, 0) / species.length;
