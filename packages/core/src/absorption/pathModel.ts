/**
 * The model of a path fit (pathFit.ts) and its slopes: a data set made ready, χ of its paths for given variables, both transformed to R in the fitted range.
 *
 * ε_R: root mean square of χ(R) between 15 and 30 Å, where no neighbour is, or from the errors of χ(k).
 */
import { ThioscopeError } from "../errors.ts";
import { fourierPlan } from "../numerics/fft.ts";
import { type Expression, parseExpression } from "./expression.ts";
import {
  ANALYTIC,
  PATH_PARAMETERS,
  type PathModel,
  type PathParameter,
  type PathValues,
  PLAIN_PATH,
  pathModel,
  reducedMass,
} from "./feffPath.ts";
import { K_STEP, R_STEP, TRANSFORM_POINTS } from "./fourier.ts";
import type { FitDataSet, FitVariable, PathFitOptions } from "./pathFit.ts";
import { windowOf } from "./window.ts";

/** A data set with its models, windowed. */
export interface PreparedSet {
  set: FitDataSet;
  paths: readonly {
    model: PathModel;
    expressions: Readonly<Partial<Record<PathParameter, Expression>>>;
    constants: { reff: number; rmass: number };
  }[];
  chi: Float64Array;
  shape: Float64Array;
  epsilonR: number;
  epsilonK: number;
  first: number;
  bins: number;
}

/** Throws INVALID_INPUT for a grid that cannot be fitted and for expressions that make no sense. */
export function prepare(set: FitDataSet, names: readonly string[], options: PathFitOptions): PreparedSet {
  const end = set.data.k[set.data.k.length - 1] ?? 0;
  const points = Math.trunc(1.01 + end / K_STEP);
  if (!(points >= 10 && points <= TRANSFORM_POINTS / 2)) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `"${set.name}": χ(k) ends at ${end} Å⁻¹; 0.5 to ${(TRANSFORM_POINTS / 2) * K_STEP} Å⁻¹ are fitted`,
    );
  }
  const k = Float64Array.from({ length: points }, (_, i) => i * K_STEP);
  const chi = Float64Array.from({ length: points }, (_, i) => set.data.chi[i] ?? 0);
  const paths = set.paths.map(({ path, parameters }) => ({
    model: pathModel(path, k),
    constants: { reff: path.reff, rmass: reducedMass(path) },
    expressions: Object.fromEntries(
      PATH_PARAMETERS.flatMap((name) => {
        const given = parameters[name];
        return given === undefined ? [] : [[name, parseExpression(String(given), [...names, "reff", "rmass"])]];
      }),
    ),
  }));
  const window = windowOf(TRANSFORM_POINTS, K_STEP, options);
  const shape = Float64Array.from({ length: points }, (_, i) => window[i]! * k[i]! ** options.weight);
  const average = (window.reduce((sum, w) => sum + w, 0) * K_STEP) / (options.to - options.from);
  const w = 2 * options.weight + 1;
  const parseval = (2 * Math.PI * w) / (K_STEP * (options.to ** w - options.from ** w));
  const high = noiseR(chi, shape) / average;
  const noiseK = Math.sqrt(parseval) * high;
  const own = set.chiSigma ? set.chiSigma.reduce((sum, s) => sum + Math.hypot(s, noiseK), 0) / set.chiSigma.length : noiseK;
  // with an error per k: ε_R from their mean; else as measured at high R
  const epsilonR = set.chiSigma ? own / Math.sqrt(2 * parseval) : high;
  const first = Math.trunc(0.01 + options.rFrom / R_STEP);
  const last = Math.trunc(Math.min(TRANSFORM_POINTS / 2, 0.01 + options.rTo / R_STEP));
  return { set, paths, chi, shape, epsilonR: epsilonR || 1e-6, epsilonK: own, first, bins: Math.max(1, last - first) };
}

/** Root mean square of the parts of χ(R) between 15 and 30 Å, where no neighbour is. */
function noiseR(chi: Float64Array, shape: Float64Array): number {
  const re = new Float64Array(TRANSFORM_POINTS);
  const im = new Float64Array(TRANSFORM_POINTS);
  for (let i = 0; i < chi.length; i++) re[i] = chi[i]! * shape[i]!;
  fourierPlan(TRANSFORM_POINTS).forward(re, im);
  const first = Math.trunc(0.01 + 15 / R_STEP);
  const last = Math.trunc(Math.min(TRANSFORM_POINTS / 2, 1.01 + 30 / R_STEP));
  let sum = 0;
  for (let m = first; m < last; m++) sum += re[m]! ** 2 + im[m]! ** 2;
  return (K_STEP / Math.sqrt(Math.PI)) * Math.sqrt(sum / (2 * (last - first)));
}

const workRe = new Float64Array(TRANSFORM_POINTS);
const workIm = new Float64Array(TRANSFORM_POINTS);

/** Transforms one or two real curves; real and imaginary parts over ε_R go to column `column` (and the next) of a row-major matrix. */
export function transformInto(
  { shape, epsilonR, first, bins }: PreparedSet,
  one: Float64Array,
  two: Float64Array | null,
  out: Float64Array,
  row: number,
  width: number,
  column: number,
): void {
  workRe.fill(0);
  workIm.fill(0);
  for (let i = 0; i < shape.length; i++) {
    workRe[i] = one[i]! * shape[i]!;
    if (two) workIm[i] = two[i]! * shape[i]!;
  }
  fourierPlan(TRANSFORM_POINTS).forward(workRe, workIm);
  const scale = K_STEP / Math.sqrt(Math.PI) / epsilonR / 2;
  for (let b = 0; b < bins; b++) {
    const m = first + b;
    const mirror = m === 0 ? 0 : TRANSFORM_POINTS - m;
    const at = (row + 2 * b) * width + column;
    out[at] = scale * (workRe[m]! + workRe[mirror]!);
    out[at + width] = scale * (workIm[m]! - workIm[mirror]!);
    if (two) {
      out[at + 1] = scale * (workIm[m]! + workIm[mirror]!);
      out[at + width + 1] = scale * (workRe[mirror]! - workRe[m]!);
    }
  }
}

export function valuesOf({ expressions, constants }: PreparedSet["paths"][number], scope: Readonly<Record<string, number>>): PathValues {
  const inner = { ...scope, ...constants };
  const values: Record<PathParameter, number> = { ...PLAIN_PATH };
  for (const name of PATH_PARAMETERS) {
    const expression = expressions[name];
    if (expression) values[name] = expression.value(inner);
  }
  return values;
}

export function modelOf({ paths, chi }: PreparedSet, scope: Readonly<Record<string, number>>): Float64Array {
  const sum = new Float64Array(chi.length);
  const part = new Float64Array(chi.length);
  for (const path of paths) {
    path.model.evaluate(valuesOf(path, scope), part);
    for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + part[i]!;
  }
  return sum;
}

/** ∂value/∂variable of a path parameter's expression, by central differences of a scalar. */
export function sensitivity(expression: Expression, name: string, scope: Record<string, number>): number {
  if (!expression.names.includes(name)) return 0;
  const at = scope[name]!;
  const h = 1e-5 * Math.max(Math.abs(at), 1e-4);
  scope[name] = at + h;
  const high = expression.value(scope);
  scope[name] = at - h;
  const low = expression.value(scope);
  scope[name] = at;
  return (high - low) / (2 * h);
}

/** ∂χ_model/∂variable for each varied variable. */
export function slopesOf(
  { paths, chi }: PreparedSet,
  free: readonly FitVariable[],
  scope: Readonly<Record<string, number>>,
): Float64Array[] {
  const count = chi.length;
  const slopes = free.map(() => new Float64Array(count));
  const value = new Float64Array(count);
  const other = new Float64Array(count);
  const analytic = ANALYTIC.map(() => new Float64Array(count));
  for (const path of paths) {
    const values = valuesOf(path, scope);
    path.model.evaluate(values, value, analytic);
    const inner = { ...scope, ...path.constants };
    for (const name of PATH_PARAMETERS) {
      const expression = path.expressions[name];
      if (!expression || expression.names.length === 0) continue;
      const weights = free.map((variable) => sensitivity(expression, variable.name, inner));
      if (weights.every((w) => w === 0)) continue;
      const place = (ANALYTIC as readonly PathParameter[]).indexOf(name);
      let slope = analytic[place];
      if (!slope) {
        // δE0 and E_i move the argument of the splines: one-sided differences would cost as much and be worse
        const h = 1e-3;
        const high = new Float64Array(count);
        path.model.evaluate({ ...values, [name]: values[name] + h }, high);
        path.model.evaluate({ ...values, [name]: values[name] - h }, other);
        slope = high.map((v, i) => (v - other[i]!) / (2 * h));
      }
      for (const [j, weight] of weights.entries()) {
        if (weight === 0) continue;
        const target = slopes[j]!;
        for (let i = 0; i < count; i++) target[i] = target[i]! + weight * slope[i]!;
      }
    }
  }
  return slopes;
}
