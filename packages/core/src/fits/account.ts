/**
 * From what a fit gives (values, covariance, residuals) to what a reader must know of it: correlations, and the reasons not to trust it.
 *
 *   r_ij = C_ij/√(C_ii C_jj)
 *
 * Looked at: convergence, limits, parameters without an error, errors larger than the value, |r| > 0.95, signs of neighbouring residuals (runs.ts), χ²/ν where
 * the errors of the data are known (its standard deviation is √(2/ν)), degrees of freedom.
 */
import type { AccountParameter, Doubt, FitAccount, ParameterState } from "./model.ts";
import { runsOf } from "./runs.ts";

/** A parameter as a fit hands it over. */
export interface FactParameter extends AccountParameter {
  /** its zero is a choice (a shift, an energy's origin): an error larger than the value says nothing */
  isShift?: boolean;
  /** on a limit it is a special case of the model and no failure: an exponent of 1 is a capacitor */
  mayTouch?: boolean;
}

export interface FitFacts {
  parameters: readonly FactParameter[];
  /** free parameters that are not among them, such as a background's coefficients */
  others?: number;
  /** of the parameters, row by row, in any scale of each; NaN where there is none; null where the fit gives none */
  covariance: ArrayLike<number> | null;
  /** numbers that count as independent */
  points: number;
  /** in their order; sequences of their own for real and imaginary parts; empty where neighbours are not independent */
  residuals: readonly ArrayLike<number>[];
  chi2Reduced: number | null;
  converged: boolean;
  /** doubts of the method itself, and what it found in order */
  own?: readonly Doubt[];
  ownPassed?: readonly string[];
}

/** From this coefficient on two parameters are almost one. */
export const STRONG = 0.95;
/** Standard deviations that are taken for more than chance: 1 in 1000, one-sided. */
const BEYOND_CHANCE = 3.1;
/** χ²/ν up to which a significant misfit is small beside the errors that grow with its root. */
const SMALL_MISFIT = 1.5;
/** pairs that are named */
const MOST_PAIRS = 6;

export function accountOf(facts: FitFacts): FitAccount {
  const { parameters, points, chi2Reduced } = facts;
  const free = parameters.filter(({ state }) => state === "free").length + (facts.others ?? 0);
  const degreesOfFreedom = Math.max(0, points - free);
  const correlations = correlationsOf(facts.covariance, parameters.length);
  const passed: string[] = [];
  const doubts: Doubt[] = [];
  const look = (found: readonly Doubt[], fine: string | null): void => {
    doubts.push(...found);
    if (found.length === 0 && fine !== null) passed.push(fine);
  };
  look(facts.converged ? [] : [{ code: "not-converged", text: "The fit stopped before it had converged." }], "converged");
  doubts.push(...(facts.own ?? []));
  passed.push(...(facts.ownPassed ?? []));
  look(limits(parameters), touching(parameters));
  look(withoutErrors(parameters), null);
  look(misfit(chi2Reduced, degreesOfFreedom), chi2Reduced === null ? null : `χ²/ν = ${chi2Reduced.toPrecision(2)}`);
  look(...signs(facts.residuals));
  look(strong(parameters, correlations), correlations.length === 0 ? null : `no |r| above ${STRONG}`);
  look(largeErrors(parameters), "every σ below its value");
  look(few(points, free), `${round(points)} numbers for ${free} parameters`);
  return {
    parameters: parameters.map(({ isShift: _shift, mayTouch: _touch, ...shown }) => shown),
    correlations,
    points,
    degreesOfFreedom,
    chi2Reduced,
    doubts,
    passed,
  };
}

/** How a parameter ended, by what least squares says of it. */
export function stateOf(bound: "free" | "lower" | "upper", sigma: number, isHeld = false): ParameterState {
  if (isHeld) return "held";
  if (Number.isFinite(sigma)) return "free";
  return bound === "free" ? "undetermined" : bound;
}

function correlationsOf(covariance: ArrayLike<number> | null, n: number): (number | null)[] {
  if (covariance === null) return [];
  const out: (number | null)[] = [];
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < a; b++) {
      const r = covariance[a * n + b]! / Math.sqrt(covariance[a * n + a]! * covariance[b * n + b]!);
      // three decimals: more than a screen shows
      out.push(Number.isFinite(r) ? Number(Math.max(-1, Math.min(1, r)).toFixed(3)) : null);
    }
  }
  return out;
}

function limits(parameters: readonly FactParameter[]): Doubt[] {
  return parameters.flatMap(({ name, state, mayTouch }): Doubt[] =>
    (state === "lower" || state === "upper") && !mayTouch
      ? [{ code: "bound", text: `${name} ended on its ${state} limit: the value is that of the limit, and has no error.` }]
      : [],
  );
}

/** What is in order about limits: none was reached, or one that is a case of the model. */
function touching(parameters: readonly FactParameter[]): string {
  const names = parameters.filter(({ state, mayTouch }) => mayTouch && (state === "lower" || state === "upper")).map(({ name }) => name);
  if (names.length === 0) return "no parameter on a limit";
  return `on a limit that is a case of the model: ${listed(names)}`;
}

function withoutErrors(parameters: readonly FactParameter[]): Doubt[] {
  return parameters.flatMap(({ name, state }): Doubt[] =>
    state === "undetermined" ? [{ code: "undetermined", text: `${name} is not determined by the data.` }] : [],
  );
}

function largeErrors(parameters: readonly FactParameter[]): Doubt[] {
  const large = parameters.filter(
    ({ value, sigma, state, isShift }) => state === "free" && !isShift && sigma !== null && sigma > Math.abs(value),
  );
  if (large.length === 0) return [];
  const names = listed(large.map(({ name }) => name));
  return [{ code: "large-error", text: `σ is larger than the value of ${names}.` }];
}

function misfit(chi2Reduced: number | null, degrees: number): Doubt[] {
  if (chi2Reduced === null || degrees === 0) return [];
  const chance = BEYOND_CHANCE * Math.sqrt(2 / degrees);
  if (chi2Reduced > Math.max(1 + chance, SMALL_MISFIT)) {
    const times = Math.sqrt(chi2Reduced).toPrecision(2);
    return [{ code: "misfit", text: `χ²/ν is ${chi2Reduced.toPrecision(3)}: the model misses the data by ${times} times their noise.` }];
  }
  if (chi2Reduced < Math.min(1 - chance, 1 / SMALL_MISFIT)) {
    return [{ code: "overstated", text: `χ²/ν is ${chi2Reduced.toPrecision(2)}: the errors of the data are stated too large.` }];
  }
  return [];
}

function signs(residuals: readonly ArrayLike<number>[]): [Doubt[], string | null] {
  const found = runsOf(residuals);
  if (!found) return [[], null];
  const { runs, expected, deviation, z } = found;
  const noise = `${expected.toFixed(0)} ± ${deviation.toFixed(0)} of noise`;
  if (z < -BEYOND_CHANCE)
    return [[{ code: "runs", text: `Neighbouring residuals keep their sign: ${runs} runs, ${noise}. The model has another shape.` }], null];
  return [[], `${runs} runs of residuals, ${noise}`];
}

function strong(parameters: readonly FactParameter[], correlations: readonly (number | null)[]): Doubt[] {
  const pairs = strongPairs(parameters, correlations);
  const named = pairs.slice(0, MOST_PAIRS).map(({ a, b, r }): Doubt => {
    const coefficient = `${r < 0 ? "−" : ""}${Math.abs(r).toFixed(3)}`;
    return { code: "correlated", text: `${a} and ${b} are almost one parameter (r = ${coefficient}): trust their combination, not each.` };
  });
  const left = pairs.length - named.length;
  return left > 0 ? [...named, { code: "correlated", text: `${left} more pairs have |r| above ${STRONG}.` }] : named;
}

/** Pairs with |r| above 0.95, the strongest first. */
export function strongPairs(
  parameters: readonly { name: string }[],
  correlations: readonly (number | null)[],
): { a: string; b: string; r: number }[] {
  const pairs: { a: string; b: string; r: number }[] = [];
  let k = 0;
  for (let a = 0; a < parameters.length; a++) {
    for (let b = 0; b < a; b++, k++) {
      const r = correlations[k];
      if (typeof r === "number" && Math.abs(r) > STRONG) pairs.push({ a: parameters[b]!.name, b: parameters[a]!.name, r });
    }
  }
  return pairs.sort((one, two) => Math.abs(two.r) - Math.abs(one.r));
}

/** With ν degrees of freedom an error is itself known to 1/√(2ν) of itself. */
function few(points: number, free: number): Doubt[] {
  const degrees = points - free;
  if (degrees >= Math.max(5, free)) return [];
  return [
    {
      code: "few-points",
      text: `${round(points)} independent numbers for ${free} parameters are few: ${degrees > 0 ? `the errors themselves are uncertain by ${(100 / Math.sqrt(2 * degrees)).toFixed(0)} %` : "nothing is left to judge by"}.`,
    },
  ];
}

const round = (points: number): string => (Number.isInteger(points) ? String(points) : points.toFixed(1));

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_PAIRS);
  return names.length > shown.length ? `${shown.join("; ")} and ${names.length - shown.length} more` : shown.join("; ");
}
