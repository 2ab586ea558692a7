/**
 * Fit of scattering paths to χ in R-space, over one or several data sets that share variables.
 *
 *   minimise Σ_sets Σ_{R in range} |FT[(χ_data − Σ_paths χ_path(variables)) k^w Ω](R)/ε_R|²
 *
 * Path parameters are numbers or expressions of the variables (expression.ts): shells, temperatures and symmetry are tied that way.
 * Independent points N_idp = 1 + 2 Δk ΔR/π (Stern, Phys. Rev. B 48, 9825 (1993)); χ² is counted for N_idp points, and errors are scaled
 * by √(χ²/(N_idp − variables)), so that a misfit widens them. ε_R: from χ(R) between 15 and 30 Å and from the error of the background.
 * R-factor: Σ|data − fit|²/Σ|data|² in the range; above 0.05 the model is wrong or the data are poor.
 * More variables than N_idp are refused: the data cannot answer.
 */
import { ThioscopeError } from "../errors.ts";
import { accountOf, type Doubt, type FactParameter, type FitAccount, stateOf } from "../fits/index.ts";
import { leastSquares } from "../numerics/leastSquares.ts";
import type { Quantity } from "../units/quantity.ts";
import { type FeffPath, PATH_PARAMETERS, type PathParameter } from "./feffPath.ts";
import { type Chi, type ChiR, type ForwardOptions, forwardTransform, K_STEP } from "./fourier.ts";
import { modelOf, type PreparedSet, prepare, sensitivity, slopesOf, transformInto, valuesOf } from "./pathModel.ts";

export interface FitVariable {
  name: string;
  start: number;
  /** not varied */
  fixed?: boolean;
  lower?: number;
  upper?: number;
  /** "Å", "eV" … for the answer */
  unit?: string;
}

export interface FittedPathSpec {
  path: FeffPath;
  /** numbers or expressions of the variables, reff and rmass; 1 for s02 and 0 for the rest where absent */
  parameters: Partial<Record<PathParameter, number | string>>;
}

export interface FitDataSet {
  name: string;
  /** on the grid 0, 0.05 … Å⁻¹ */
  data: Chi;
  /** standard error of χ from the background, added to the noise */
  chiSigma?: Float64Array;
  paths: readonly FittedPathSpec[];
}

export interface PathFitOptions extends ForwardOptions {
  /** Å, the range that is fitted */
  rFrom: number;
  rTo: number;
}

export interface FittedPathValues {
  label: string;
  reff: number;
  values: Readonly<Record<PathParameter, Quantity>>;
  /** R = reff + δR */
  distance: Quantity;
}

export interface PathFit {
  variables: readonly (Quantity & { name: string; fixed: boolean })[];
  /** row-major over the varied variables, in their order */
  covariance: Float64Array;
  sets: readonly {
    name: string;
    paths: readonly FittedPathValues[];
    model: Chi;
    dataR: ChiR;
    modelR: ChiR;
    /** noise of χ(k) */
    epsilonK: number;
    rFactor: number;
  }[];
  independentPoints: number;
  chi2: number;
  chi2Reduced: number;
  rFactor: number;
  evaluations: number;
  converged: boolean;
  /** correlations, and why the fit is not trusted */
  account: FitAccount;
  /** of each set: what one σ of each varied variable adds to |χ(R)| of the model, the others held; null where one has no error */
  effects: readonly (readonly (Float64Array | null)[])[];
}

const UNITS: Readonly<Record<PathParameter, string>> = {
  s02: "",
  e0: "eV",
  deltar: "Å",
  sigma2: "Å²",
  third: "Å³",
  fourth: "Å⁴",
  ei: "eV",
};

/** Throws INVALID_INPUT for expressions or ranges that make no sense, NOT_COMPUTABLE for more variables than independent points. */
export function fitPaths(variables: readonly FitVariable[], sets: readonly FitDataSet[], options: PathFitOptions): PathFit {
  const free = variables.filter(({ fixed }) => fixed !== true);
  if (sets.length === 0 || free.length === 0) throw new ThioscopeError("INVALID_INPUT", "a fit needs a data set and a variable");
  if (!(options.rFrom < options.rTo && options.rFrom >= 0)) {
    throw new ThioscopeError("INVALID_INPUT", `a fit from R = ${options.rFrom} to ${options.rTo} Å; the range must rise from 0 or above`);
  }
  const independent = sets.length * (1 + (2 * (options.rTo - options.rFrom) * (options.to - options.from)) / Math.PI);
  if (free.length >= independent) {
    throw new ThioscopeError(
      "NOT_COMPUTABLE",
      `${free.length} variables and ${independent.toFixed(1)} independent points: the data cannot answer; tie variables or widen the ranges`,
    );
  }
  const names = variables.map(({ name }) => name);
  const prepared = sets.map((set) => prepare(set, names, options));
  const scope: Record<string, number> = Object.fromEntries(variables.map(({ name, start }) => [name, start]));
  const used = new Set(
    prepared.flatMap(({ paths }) => paths.flatMap(({ expressions }) => Object.values(expressions).flatMap((e) => e.names))),
  );
  for (const { name } of free) {
    if (!used.has(name)) throw new ThioscopeError("INVALID_INPUT", `the variable "${name}" is used by no path: fix it or leave it out`);
  }
  const rows = prepared.map(({ bins }) => 2 * bins);
  const count = rows.reduce((sum, n) => sum + n, 0);
  const put = (p: Float64Array): void => {
    for (const [j, { name }] of free.entries()) scope[name] = p[j]!;
  };
  const residuals = (p: Float64Array, out: Float64Array): void => {
    put(p);
    let at = 0;
    for (const one of prepared) {
      const difference = modelOf(one, scope);
      for (let i = 0; i < difference.length; i++) difference[i] = difference[i]! - one.chi[i]!;
      transformInto(one, difference, null, out, at, 1, 0);
      at += 2 * one.bins;
    }
  };
  const jacobian = (p: Float64Array, out: Float64Array): void => {
    put(p);
    out.fill(0);
    let at = 0;
    for (const one of prepared) {
      const slopes = slopesOf(one, free, scope);
      for (let j = 0; j < slopes.length; j += 2) transformInto(one, slopes[j]!, slopes[j + 1] ?? null, out, at, free.length, j);
      at += 2 * one.bins;
    }
  };
  const fit = leastSquares(
    { count, residuals, jacobian },
    {
      start: free.map(({ start }) => start),
      lower: free.map(({ lower }) => lower ?? Number.NEGATIVE_INFINITY),
      upper: free.map(({ upper }) => upper ?? Number.POSITIVE_INFINITY),
      absoluteSigma: true,
      tolerance: 1e-11,
      maxIterations: 100,
    },
  );
  put(fit.parameters);
  const chi2 = (fit.sumOfSquares * independent) / count;
  const chi2Reduced = chi2 / (independent - free.length);
  // (χ² per independent point) over (χ² per point): the covariance counted every point as independent
  const scale = fit.sumOfSquares / (independent - free.length);
  const covariance = fit.covariance.map((c) => c * scale);
  const sigmas = fit.sigma.map((s) => s * Math.sqrt(scale));
  let squares = 0;
  let data = 0;
  const out = prepared.map((one) => {
    const answer = setAnswer(one, free, scope, covariance, options);
    squares += answer.squares / one.epsilonR ** 2;
    data += answer.data / one.epsilonR ** 2;
    return answer.set;
  });
  const answers = variables.map(({ name, start, fixed, unit = "" }) => {
    const j = free.findIndex((v) => v.name === name);
    const sigma = j < 0 || !Number.isFinite(sigmas[j]!) ? null : sigmas[j]!;
    return { name, value: j < 0 ? start : fit.parameters[j]!, sigma, unit, fixed: fixed === true };
  });
  const rFactor = squares / data;
  const effects = prepared.map((one) =>
    free.map(({ name }, j): Float64Array | null => {
      const step = sigmas[j]!;
      if (!Number.isFinite(step)) return null;
      const k = Float64Array.from({ length: one.chi.length }, (_, i) => i * K_STEP);
      const moved = (by: number): Float64Array =>
        forwardTransform({ k, chi: modelOf(one, { ...scope, [name]: fit.parameters[j]! + by * step }) }, options).magnitude;
      const low = moved(-0.5);
      return moved(0.5).map((value, i) => value - low[i]!);
    }),
  );
  const negative = out.flatMap(({ paths }) => paths.filter(({ values: { sigma2 } }) => sigma2.value < 0).map(({ label }) => label));
  return {
    variables: answers,
    covariance,
    sets: out,
    independentPoints: independent,
    chi2,
    chi2Reduced,
    rFactor,
    evaluations: fit.evaluations,
    converged: fit.converged,
    effects,
    account: accountOf({
      parameters: free.map((variable, j): FactParameter => {
        const { fixed: _fixed, ...answer } = answers.find(({ name }) => name === variable.name)!;
        return {
          ...answer,
          state: stateOf(fit.bounds[j]!, fit.sigma[j]!),
          // δE0, δR and what starts at zero count from a choice
          isShift: variable.start === 0,
        };
      }),
      covariance,
      points: independent,
      // the grid of R is finer than what is independent
      residuals: [],
      chi2Reduced,
      converged: fit.converged,
      own: pathDoubts(rFactor, negative),
      ownPassed: rFactor <= POOR_R ? [`R-factor ${rFactor.toPrecision(2)}`] : [],
    }),
  };
}

/** Above it the model is wrong or the data are poor. */
const POOR_R = 0.05;

function pathDoubts(rFactor: number, negative: readonly string[]): Doubt[] {
  return [
    ...(rFactor > POOR_R
      ? [{ code: "method" as const, text: `R-factor ${rFactor.toPrecision(2)}: above ${POOR_R} the model is wrong or the data are poor.` }]
      : []),
    ...(negative.length > 0
      ? [{ code: "method" as const, text: `σ² of ${[...new Set(negative)].join(", ")} is negative, which no atom can have.` }]
      : []),
  ];
}

function setAnswer(
  one: PreparedSet,
  free: readonly FitVariable[],
  scope: Record<string, number>,
  covariance: Float64Array,
  options: PathFitOptions,
): { set: PathFit["sets"][number]; squares: number; data: number } {
  const k = Float64Array.from({ length: one.chi.length }, (_, i) => i * K_STEP);
  const model = { k, chi: modelOf(one, scope) };
  const dataR = forwardTransform({ k, chi: one.chi }, options);
  const modelR = forwardTransform(model, options);
  const rows = new Float64Array(4 * one.bins);
  transformInto(one, one.chi, null, rows, 0, 1, 0);
  transformInto(one, model.chi, null, rows, 2 * one.bins, 1, 0);
  let squares = 0;
  let data = 0;
  for (let i = 0; i < 2 * one.bins; i++) {
    squares += (rows[i]! - rows[2 * one.bins + i]!) ** 2;
    data += rows[i]! ** 2;
  }
  const paths = one.paths.map((path): FittedPathValues => {
    const values = valuesOf(path, scope);
    const inner = { ...scope, ...path.constants };
    const quantities = Object.fromEntries(
      PATH_PARAMETERS.map((name) => {
        const expression = path.expressions[name];
        const weights = expression ? free.map((v) => sensitivity(expression, v.name, inner)) : [];
        let variance = 0;
        for (const [a, wa] of weights.entries()) {
          for (const [b, wb] of weights.entries()) {
            if (wa !== 0 && wb !== 0) variance += wa * wb * covariance[a * free.length + b]!;
          }
        }
        const sigma = weights.some((w) => w !== 0) && Number.isFinite(variance) ? Math.sqrt(Math.max(0, variance)) : null;
        return [name, { value: values[name], sigma, unit: UNITS[name] }];
      }),
    ) as Record<PathParameter, Quantity>;
    const { reff, label } = path.model.path;
    return {
      label,
      reff,
      values: quantities,
      distance: { value: reff + values.deltar, sigma: quantities.deltar.sigma, unit: "Å" },
    };
  });
  const scale = one.epsilonR ** 2;
  return {
    set: { name: one.set.name, paths, model, dataR, modelR, epsilonK: one.epsilonK, rFactor: squares / data },
    squares: squares * scale,
    data: data * scale,
  };
}
