/** Why a refinement of a powder pattern is trusted or not: its parameters, by Rietveld's method the scales of the phases too, and the residuals along 2θ. */
import { accountOf, type FactParameter, type FitAccount, stateOf } from "../fits/index.ts";
import type { PatternModel } from "./model.ts";
import type { searchOf } from "./search.ts";

type Found = ReturnType<ReturnType<typeof searchOf>["find"]>;

export interface RefinementFacts {
  found: Found;
  /** phases have one scale each: by Pawley's method every line has its own intensity, and they are not listed */
  isRietveld: boolean;
  /** model less data over the errors, in the order of 2θ */
  residuals: Float64Array;
  /** what errors are multiplied by */
  inflate: number;
  /** coefficients of the background */
  background: number;
}

const AXES = ["a", "b", "c", "α", "β", "γ"] as const;
const WIDTHS: Readonly<Record<string, string>> = { u: "deg2", v: "deg2", w: "deg2", x: "deg", y: "deg", zero: "deg", height: "deg" };
const WORDS: Readonly<Record<string, string>> = {
  ...{ u: "U", v: "V", w: "W", x: "X", y: "Y", zero: "zero", height: "height of the sample", axial: "axial divergence" },
};
/** Shares and widths may be nothing: then a term is not needed, and that is no failure. */
const MAY_BE_NOTHING = new Set(["u", "w", "x", "y", "axial"]);

export function refinementAccount(model: PatternModel, facts: RefinementFacts): FitAccount {
  const { found, isRietveld, residuals, inflate, background } = facts;
  const names = model.phases.map(({ structure }) => structure.name);
  const error = (sigma: number): number | null => (Number.isFinite(sigma) ? sigma * inflate : null);
  const searched = model.parameters.map((parameter, j): FactParameter => {
    const { name, unit, key } = described(parameter.name, names);
    const state = stateOf(found.bounds[j]!, found.sigma[j]!);
    return {
      ...{ name, unit, state, value: found.parameters[j]!, sigma: error(found.sigma[j]!) },
      isShift: key === "zero" || key === "height" || key === "displacement" || key === "v",
      mayTouch: MAY_BE_NOTHING.has(key) && state === "lower",
    };
  });
  const m = searched.length;
  const coefficients = isRietveld ? found.coefficients.length : 0;
  const joint = found.joint(coefficients);
  const size = m + coefficients;
  const scales = isRietveld
    ? names.map((name, k): FactParameter => {
        const sigma = Math.sqrt(joint[(m + k) * size + m + k]!);
        return {
          ...{ name: `${name}, scale`, unit: "", value: found.coefficients[k]!, sigma: error(sigma) },
          state: stateOf("free", sigma),
        };
      })
    : [];
  const shown = m + scales.length;
  return accountOf({
    parameters: [...searched, ...scales],
    others: background + (isRietveld ? 0 : found.coefficients.length),
    covariance: Float64Array.from({ length: shown * shown }, (_, k) => joint[Math.floor(k / shown) * size + (k % shown)]!),
    points: residuals.length,
    residuals: [residuals],
    chi2Reduced: found.misfit / found.degrees,
    converged: found.converged,
  });
}

/** The model's own names: "zero", "0 cell 2", "1 occupancy Na1". */
function described(own: string, phases: readonly string[]): { name: string; unit: string; key: string } {
  const [, phase, key = own, rest] = /^(\d+) (\w+)(?: (.+))?$/.exec(own) ?? [];
  const word = WORDS[key] ?? key;
  if (phase === undefined) return { name: word, unit: WIDTHS[key] ?? "", key };
  const of = phases[Number(phase)]!;
  if (key === "cell") return { name: `${of}, ${AXES[Number(rest)]!}`, unit: Number(rest) < 3 ? "Å" : "deg", key };
  return { name: `${of}, ${word}${rest ? ` of ${rest}` : ""}`, unit: key === "displacement" ? "Å2" : (WIDTHS[key] ?? ""), key };
}
