/**
 * Parameters of the model from a measured half cycle: V(q) at equal distances of charge, by bounded least squares in the logarithm of what is above zero.
 *
 * Residual: model − measured, V. Where the model has already reached its limit it goes on downwards (discharge) by 1 V per 5 % of the measured capacity, so that
 * a curve that is too short is drawn towards the right length. The standard error of a residual is that of the fit itself: the model's shortcomings, which are larger than any
 * instrument's noise. Errors are therefore those of this model, not of the cell.
 *
 * Identifiability: of parameters that act alike only a combination is determined. Correlations above 0.95 are named; a parameter without influence has no
 * error and says so.
 */
import { ThioscopeError } from "../errors.ts";
import { leastSquares } from "../numerics/leastSquares.ts";
import { checkCancelled, QUIET, type TaskContext } from "../task.ts";
import { type Answer, type Quantity, quantity } from "../units/quantity.ts";
import { cellModel, type ModelChoices } from "./model.ts";
import { type ParameterSet, parameterOf, withParameters } from "./parameters.ts";
import { parseProtocol } from "./protocol.ts";
import { runCell } from "./simulate.ts";

/** One measured half cycle. */
export interface MeasuredCurve {
  direction: "discharge" | "charge";
  /** mAh per g of sulfur from its begin, rising from 0 */
  capacity: Float64Array;
  /** V of the cell */
  volt: Float64Array;
  /** mA per g of sulfur, above 0 */
  current: number;
}

export interface FittedParameter {
  name: string;
  start: Quantity;
  /** not computable where the curve does not determine it */
  value: Answer;
  bound: "free" | "lower" | "upper";
}

export interface CellFit {
  parameters: readonly FittedParameter[];
  /** pairs that the curve cannot tell apart */
  correlated: readonly { pair: readonly [string, string]; correlation: Quantity }[];
  /** root mean square of model − measured */
  residual: Quantity;
  capacity: { measured: Quantity; model: Quantity };
  /** the curve compared, V at the same charges */
  curve: { capacity: Float64Array; measured: Float64Array; model: Float64Array };
  set: ParameterSet;
  runs: number;
  converged: boolean;
}

export interface FitCellOptions extends ModelChoices {
  /** points along the curve (default 60) */
  points?: number;
  task?: TaskContext;
}

/** V per share of the measured capacity by which a curve that ended too early goes on. */
const BEYOND = 1 / 0.05;
const CORRELATED = 0.95;
const MOST_PARAMETERS = 8;

/** Throws INVALID_INPUT for names that a set lacks, more than 8 of them, or a curve of fewer than 10 points; NOT_COMPUTABLE for a charge. */
export function fitCell(set: ParameterSet, measured: MeasuredCurve, names: readonly string[], options: FitCellOptions = {}): CellFit {
  const { points = 60, task = QUIET, cells = 20, ...choices } = options;
  if (names.length === 0 || names.length > MOST_PARAMETERS)
    throw new ThioscopeError("INVALID_INPUT", `${names.length} parameters: 1 to ${MOST_PARAMETERS} are fitted`);
  if (measured.capacity.length < 10)
    throw new ThioscopeError("INVALID_INPUT", `a curve of ${measured.capacity.length} points cannot be fitted`);
  if (measured.direction === "charge")
    throw new ThioscopeError("NOT_COMPUTABLE", "a charge begins from a state that is not known: fit the discharge before it");
  const starts = names.map((name) => parameterOf(set, name));
  const total = measured.capacity.at(-1)!;
  const capacity = Float64Array.from({ length: points }, (_, k) => ((k + 0.5) / points) * total);
  const volt = interpolated(measured.capacity, measured.volt, capacity);
  const low = Math.min(
    set.window[0],
    measured.volt.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
  );
  const protocol = parseProtocol(`discharge at ${measured.current} mA/g until ${low} V`);
  // what is above zero by its logarithm, so that a rate may move over decades
  const logarithmic = starts.map(({ value, range }) => value > 0 && range !== null && range[0] > 0 && range[1] / range[0] > 5);
  const to = (k: number, value: number): number => (logarithmic[k] ? Math.log(value) : value);
  const from = (k: number, p: number): number => (logarithmic[k] ? Math.exp(p) : p);
  let runs = 0;
  const changes = (p: ArrayLike<number>): Record<string, number> => Object.fromEntries(names.map((name, k) => [name, from(k, p[k]!)]));
  const curveAt = (p: ArrayLike<number>): { volt: Float64Array; capacity: number } => {
    checkCancelled(task);
    task.progress(++runs, 0, "runs of the model");
    const run = runCell(cellModel(withParameters(set, changes(p)).set, { ...choices, cells }), protocol, { frameEvery: 2 });
    const end = run.rows.capacity[run.rows.count - 1]!;
    const found = interpolated(run.rows.capacity, run.rows.volt, capacity);
    for (let i = 0; i < points; i++) if (capacity[i]! > end) found[i] = low - ((capacity[i]! - end) / total) * BEYOND;
    return { volt: found, capacity: end };
  };
  const residuals = (p: Float64Array, out: Float64Array): void => {
    try {
      const { volt: model } = curveAt(p);
      for (let i = 0; i < points; i++) out[i] = model[i]! - volt[i]!;
    } catch (error) {
      if (!(error instanceof ThioscopeError) || error.code === "CANCELLED") throw error;
      out.fill(1e3);
    }
  };
  const steps = names.map((_, k) => (logarithmic[k] ? 0.02 : 0.01 * Math.max(Math.abs(starts[k]!.value), 1e-6)));
  const result = leastSquares(
    {
      count: points,
      residuals,
      jacobian(p, out) {
        const [above, below] = [new Float64Array(points), new Float64Array(points)];
        for (let k = 0; k < names.length; k++) {
          const moved = p.slice();
          moved[k] = p[k]! + steps[k]!;
          residuals(moved, above);
          moved[k] = p[k]! - steps[k]!;
          residuals(moved, below);
          for (let i = 0; i < points; i++) out[i * names.length + k] = (above[i]! - below[i]!) / (2 * steps[k]!);
        }
      },
    },
    {
      start: starts.map(({ value }, k) => to(k, value)),
      lower: starts.map(({ range }, k) => (range ? to(k, range[0]) : Number.NEGATIVE_INFINITY)),
      upper: starts.map(({ range }, k) => (range ? to(k, range[1]) : Number.POSITIVE_INFINITY)),
      maxIterations: 30,
      tolerance: 1e-5,
    },
  );
  const final = curveAt(result.parameters);
  const correlated: { pair: readonly [string, string]; correlation: Quantity }[] = [];
  const n = names.length;
  for (let a = 0; a < n; a++) {
    for (let b = a + 1; b < n; b++) {
      const r = result.covariance[a * n + b]! / (result.sigma[a]! * result.sigma[b]!);
      if (Math.abs(r) > CORRELATED) correlated.push({ pair: [names[a]!, names[b]!], correlation: quantity(r, "1") });
    }
  }
  return {
    parameters: names.map((name, k): FittedParameter => {
      const { unit, value } = starts[k]!;
      const fitted = from(k, result.parameters[k]!);
      const sigma = logarithmic[k] ? fitted * result.sigma[k]! : result.sigma[k]!;
      const bound = result.bounds[k]!;
      return {
        name,
        start: quantity(value, unit),
        value: result.undetermined.includes(k)
          ? { notComputable: "the curve does not determine it" }
          : quantity(fitted, unit, Number.isFinite(sigma) ? sigma : null),
        bound,
      };
    }),
    correlated,
    residual: quantity(Math.sqrt(result.sumOfSquares / points), "V"),
    capacity: { measured: quantity(total, "mAh/g"), model: quantity(final.capacity, "mAh/g") },
    curve: { capacity, measured: volt, model: final.volt },
    set: withParameters(set, changes(result.parameters)).set,
    runs,
    converged: result.converged,
  };
}

/** y at rising x, by straight lines; the ends go on as they are. */
export function interpolated(x: Float64Array, y: Float64Array, at: Float64Array): Float64Array {
  let k = 0;
  return at.map((q) => {
    while (k < x.length - 2 && x[k + 1]! < q) k++;
    const [a, b] = [x[k]!, x[k + 1]!];
    const share = b > a ? Math.min(Math.max((q - a) / (b - a), 0), 1) : 1;
    return y[k]! + share * (y[k + 1]! - y[k]!);
  });
}
