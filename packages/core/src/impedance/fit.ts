/**
 * Fit of a circuit to a spectrum.
 *
 *   minimise Σ |Z − Ẑ|² w²,   w = 1/|Z| (weights by modulus) or 1 (unit weights)
 *
 * over the logarithms of sizes and time constants and over the exponents, with bounds. Two methods: least squares
 * with analytic derivatives from automatic starts (starts.ts), and *randomise + simplex* as vendors' programs have
 * it: random circuits, then Nelder and Mead from the best few. Errors: from the covariance in those coordinates, so
 * an interval of a size is a factor; `sigma` is its first-order width. A parameter that the data do not determine
 * has none. On request intervals by profile likelihood (profile.ts).
 */
import { ThioscopeError } from "../errors.ts";
import { type BoundState, type LeastSquaresResult, leastSquares } from "../numerics/leastSquares.ts";
import { simplex } from "../numerics/simplex.ts";
import { random } from "../random.ts";
import type { Quantity } from "../units/quantity.ts";
import type { Circuit } from "./circuit.ts";
import { type CircuitProblem, circuitProblem, type Weights } from "./problem.ts";
import { profileIntervals } from "./profile.ts";
import { checkSpectrum, type Spectrum } from "./spectrum.ts";
import { startingValues } from "./starts.ts";

export type FitMethod = "least squares" | "simplex";

export interface CircuitFitOptions {
  /** full parameter vector to begin with, e.g. the previous spectrum's result; no search is made then */
  start?: ArrayLike<number>;
  /** random shapes that are tried; more for circuits of many blocks */
  draws?: number;
  seed?: string;
  /** default "modulus": the error is the same share of |Z| everywhere; "unit": the same number of ohms */
  weights?: Weights;
  /** default "least squares" */
  method?: FitMethod;
  /** 95 % intervals by profile likelihood instead of the covariance */
  profile?: boolean;
}

export interface CircuitFit {
  circuit: string;
  parameters: readonly (Quantity & { name: string; interval95: readonly [number, number] | null })[];
  /** raw values in the order of `parameters`: the start of the next fit of a series */
  values: Float64Array;
  /** Σ |Z − Ẑ|²/|Z|², whatever the weights of the fit */
  chi2: number;
  /** Σ |Z − Ẑ|², ohm² */
  sumOfSquares: number;
  weights: Weights;
  method: FitMethod;
  degreesOfFreedom: number;
  /** of the values, row-major n × n, first order; NaN where a parameter has no error */
  covariance: Float64Array;
  /** how each parameter ended */
  bounds: readonly BoundState[];
  converged: boolean;
  fitReal: Float64Array;
  fitImaginary: Float64Array;
  correlations: readonly { a: string; b: string; coefficient: number }[];
  /** names of parameters that ended on a limit or that the data do not determine */
  undetermined: readonly string[];
  warnings: readonly string[];
}

const DRAWS = 400;
const SCOUTS = 8;
/** Residuals (rms, of |Z|) from which on a fit is called poor. */
const POOR = 0.03;
/** Scouts up to this many times the best one's sum of squares are followed to their end. */
const RIVALS = 1.5;

/** Throws INVALID_INPUT for spectra that cannot be weighted or have fewer points than the circuit needs. */
export function fitCircuit(circuit: Circuit, spectrum: Spectrum, options: CircuitFitOptions = {}): CircuitFit {
  checkSpectrum(spectrum);
  const n = circuit.parameters.length;
  const m = spectrum.frequencyHertz.length;
  if (2 * m <= n)
    throw new ThioscopeError("INVALID_INPUT", `${m} points give ${2 * m} numbers: too few for the ${n} parameters of ${circuit.text}`);
  if (options.start && options.start.length !== n)
    throw new ThioscopeError("INVALID_INPUT", `${options.start.length} starting values for the ${n} parameters of ${circuit.text}`);
  const { weights = "modulus", method = "least squares" } = options;
  const problem = circuitProblem(circuit, spectrum, weights);
  const starts = options.start
    ? [Float64Array.from(options.start)]
    : startingValues(circuit, spectrum, random(`${circuit.text}/${options.seed ?? "1"}`), options.draws ?? DRAWS, SCOUTS);
  const best = method === "simplex" ? bySimplex(problem, starts) : byLeastSquares(problem, starts);
  return report(circuit, spectrum, problem, best, { weights, method, profile: options.profile === true });
}

function byLeastSquares(problem: CircuitProblem, starts: readonly Float64Array[]): LeastSquaresResult {
  let scouts = starts.map((p) =>
    leastSquares(problem, { ...problem.limits, start: problem.inward(p), maxIterations: 25, tolerance: 1e-4 }),
  );
  scouts.sort((a, b) => a.sumOfSquares - b.sumOfSquares);
  // scouts that ended in the same valley are one; those not much worse may still be on their way to a deeper one
  const limit = RIVALS * scouts[0]!.sumOfSquares;
  scouts = scouts.filter((s, i) => i === 0 || (s.sumOfSquares > 1.001 * scouts[i - 1]!.sumOfSquares && (i < 3 || s.sumOfSquares < limit)));
  let best: LeastSquaresResult | undefined;
  for (const scout of scouts) {
    const fit = leastSquares(problem, { ...problem.limits, start: scout.parameters, maxIterations: 300, tolerance: 1e-10 });
    if (!best || fit.sumOfSquares < best.sumOfSquares) best = fit;
  }
  return best!;
}

/** The simplex finds the minimum; derivatives are only taken there, for the errors. */
function bySimplex(problem: CircuitProblem, starts: readonly Float64Array[]): LeastSquaresResult {
  const residual = new Float64Array(problem.count);
  const cost = (theta: Float64Array): number => {
    problem.residuals(theta, residual);
    let sum = 0;
    for (const r of residual) sum += r * r;
    return sum;
  };
  const options = { ...problem.limits, step: new Float64Array(problem.limits.lower.length).fill(0.2), tolerance: 1e-9 };
  const scouts = starts
    .map((p) => simplex(cost, { ...options, start: problem.inward(p), maxEvaluations: 1500 }))
    .sort((a, b) => a.value - b.value)
    .slice(0, 3);
  const [best] = scouts
    .map((scout) => simplex(cost, { ...options, start: scout.parameters, maxEvaluations: 20_000 }))
    .sort((a, b) => a.value - b.value);
  const there = leastSquares(problem, { ...problem.limits, start: best!.parameters, maxIterations: 0 });
  return { ...there, evaluations: best!.evaluations, converged: best!.converged, reason: best!.converged ? "reduction" : "iterations" };
}

interface How {
  weights: Weights;
  method: FitMethod;
  profile: boolean;
}

function report(circuit: Circuit, spectrum: Spectrum, problem: CircuitProblem, fit: LeastSquaresResult, how: How): CircuitFit {
  const m = spectrum.frequencyHertz.length;
  const n = circuit.parameters.length;
  const values = problem.outward(fit.parameters);
  const slope = (j: number): number => (circuit.parameters[j]!.scale === "log" ? values[j]! : 1);
  const z = new Float64Array(2 * m);
  circuit.evaluate(values, spectrum.frequencyHertz, z);
  const warnings: string[] = [];
  const undetermined: string[] = [];
  const profiles =
    how.profile && fit.degreesOfFreedom > 0
      ? profileIntervals(problem, fit.parameters, fit.sumOfSquares, fit.degreesOfFreedom, fit.sigma)
      : undefined;
  const parameters = circuit.parameters.map(({ name, unit, scale, role }, j) => {
    const value = values[j]!;
    const width = fit.sigma[j]!;
    const outward = scale === "log" ? Math.exp : (x: number): number => x;
    const profile = profiles && ([outward(profiles[j]![0]), outward(profiles[j]![1])] as const);
    if (!Number.isFinite(width)) {
      const state = fit.bounds[j]!;
      // an exponent of 1 is a capacitor, not a failure
      const isCapacitor = role === "exponent" && state === "upper";
      warnings.push(
        isCapacitor
          ? `${name} is at its limit of 1: a capacitance`
          : `${name} ${state === "free" ? "is not determined by the data" : `ended on its ${state} limit`}`,
      );
      if (!isCapacitor) undetermined.push(name);
      return { name, value, sigma: null, unit, interval95: profile ?? null };
    }
    const factor = Math.exp(1.96 * width);
    const symmetric =
      scale === "log" ? ([value / factor, value * factor] as const) : ([value - 1.96 * width, value + 1.96 * width] as const);
    if (scale === "log" && width > 1) {
      warnings.push(`${name} is known only within a factor of ${factor.toPrecision(2)}`);
      undetermined.push(name);
    }
    // an error of many times the value is no error
    const sigma = scale === "linear" ? width : width > 2 ? null : value * width;
    return { name, value, sigma, unit, interval95: profile ?? symmetric };
  });
  const correlations = correlationsOf(circuit, fit);
  for (const { a, b, coefficient } of correlations) {
    warnings.push(`${a} and ${b} are almost one parameter (correlation ${coefficient.toFixed(3)}): trust their combination, not each`);
  }
  if (!fit.converged) warnings.push(`the fit stopped without converging (${fit.reason})`);
  let chi2 = 0;
  let sumOfSquares = 0;
  for (let i = 0; i < m; i++) {
    const [re, im] = [spectrum.real[i]!, spectrum.imaginary[i]!];
    const square = (z[2 * i]! - re) ** 2 + (z[2 * i + 1]! - im) ** 2;
    sumOfSquares += square;
    chi2 += square / (re * re + im * im);
  }
  const missed = Math.sqrt(chi2 / (2 * m));
  if (missed > POOR)
    warnings.push(
      `the circuit misses the data by ${(100 * missed).toPrecision(2)} % on average: it is not what was measured, or the spectrum is no impedance throughout`,
    );
  return {
    circuit: circuit.text,
    parameters,
    values,
    chi2,
    sumOfSquares,
    weights: how.weights,
    method: how.method,
    degreesOfFreedom: fit.degreesOfFreedom,
    covariance: fit.covariance.map((c, k) => c * slope(Math.floor(k / n)) * slope(k % n)),
    bounds: fit.bounds,
    converged: fit.converged,
    fitReal: Float64Array.from({ length: m }, (_, i) => z[2 * i]!),
    fitImaginary: Float64Array.from({ length: m }, (_, i) => z[2 * i + 1]!),
    correlations,
    undetermined,
    warnings,
  };
}

function correlationsOf(circuit: Circuit, fit: LeastSquaresResult): { a: string; b: string; coefficient: number }[] {
  const n = circuit.parameters.length;
  const correlations = [];
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < a; b++) {
      const coefficient = fit.covariance[a * n + b]! / (fit.sigma[a]! * fit.sigma[b]!);
      if (Math.abs(coefficient) > 0.98) {
        correlations.push({ a: circuit.parameters[b]!.name, b: circuit.parameters[a]!.name, coefficient });
      }
    }
  }
  return correlations;
}
