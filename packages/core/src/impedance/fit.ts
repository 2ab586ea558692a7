/**
 * Fit of a circuit to a spectrum.
 *
 *   chi2 = Σ |Z − Ẑ|² / |Z|²       (weights by modulus)
 *
 * minimised over the logarithms of sizes and time constants and over the exponents, with analytic derivatives
 * and bounds, from automatic starts (starts.ts). Errors: from the covariance in those coordinates, so an interval
 * of a size is a factor; `sigma` is its first-order width. A parameter that the data do not determine has none.
 */
import { ThioscopeError } from "../errors.ts";
import { type LeastSquaresResult, leastSquares } from "../numerics/leastSquares.ts";
import { random } from "../random.ts";
import type { Quantity } from "../units/quantity.ts";
import type { Circuit } from "./circuit.ts";
import { checkSpectrum, type Spectrum } from "./spectrum.ts";
import { startingValues } from "./starts.ts";

export interface CircuitFitOptions {
  /** full parameter vector to begin with, e.g. the previous spectrum's result; no search is made then */
  start?: ArrayLike<number>;
  /** random shapes that are tried; more for circuits of many blocks */
  draws?: number;
  seed?: string;
}

export interface CircuitFit {
  circuit: string;
  parameters: readonly (Quantity & { name: string; interval95: readonly [number, number] | null })[];
  /** raw values in the order of `parameters`: the start of the next fit of a series */
  values: Float64Array;
  chi2: number;
  degreesOfFreedom: number;
  fitReal: Float64Array;
  fitImaginary: Float64Array;
  correlations: readonly { a: string; b: string; coefficient: number }[];
  warnings: readonly string[];
}

const DRAWS = 400;
const SCOUTS = 8;

/** Throws INVALID_INPUT for spectra that cannot be weighted or have fewer points than the circuit needs. */
export function fitCircuit(circuit: Circuit, spectrum: Spectrum, options: CircuitFitOptions = {}): CircuitFit {
  checkSpectrum(spectrum);
  const n = circuit.parameters.length;
  const m = spectrum.frequencyHertz.length;
  if (2 * m <= n)
    throw new ThioscopeError("INVALID_INPUT", `${m} points give ${2 * m} numbers: too few for the ${n} parameters of ${circuit.text}`);
  const problem = weightedProblem(circuit, spectrum);
  const starts = options.start
    ? [Float64Array.from(options.start)]
    : startingValues(circuit, spectrum, random(`${circuit.text}/${options.seed ?? "1"}`), options.draws ?? DRAWS, SCOUTS);
  let scouts = starts.map((p) =>
    leastSquares(problem, { ...problem.limits, start: problem.inward(p), maxIterations: 25, tolerance: 1e-4 }),
  );
  scouts.sort((a, b) => a.sumOfSquares - b.sumOfSquares);
  // scouts that ended in the same valley are one
  scouts = scouts.filter((s, i) => i === 0 || s.sumOfSquares > 1.001 * scouts[i - 1]!.sumOfSquares).slice(0, 3);
  let best: LeastSquaresResult | undefined;
  for (const scout of scouts) {
    const fit = leastSquares(problem, { ...problem.limits, start: scout.parameters, maxIterations: 300, tolerance: 1e-10 });
    if (!best || fit.sumOfSquares < best.sumOfSquares) best = fit;
  }
  return report(circuit, spectrum, best!);
}

function weightedProblem(circuit: Circuit, { frequencyHertz, real, imaginary }: Spectrum) {
  const n = circuit.parameters.length;
  const m = frequencyHertz.length;
  const isLog = circuit.parameters.map((p) => p.scale === "log");
  const weight = Float64Array.from(real, (re, i) => 1 / Math.hypot(re, imaginary[i]!));
  const p = new Float64Array(n);
  const z = new Float64Array(2 * m);
  const dz = new Float64Array(2 * m * n);
  const outward = (theta: Float64Array): void => {
    for (let j = 0; j < n; j++) p[j] = isLog[j] ? Math.exp(theta[j]!) : theta[j]!;
  };
  const inward = (values: ArrayLike<number>): Float64Array =>
    Float64Array.from(values, (v, j) => (isLog[j] ? Math.log(Math.max(v, Number.MIN_VALUE)) : v));
  return {
    count: 2 * m,
    inward,
    limits: {
      lower: inward(circuit.parameters.map((parameter) => parameter.lower)),
      upper: inward(circuit.parameters.map((parameter) => parameter.upper)),
    },
    residuals(theta: Float64Array, out: Float64Array): void {
      outward(theta);
      circuit.evaluate(p, frequencyHertz, z);
      for (let i = 0; i < m; i++) {
        out[2 * i] = (z[2 * i]! - real[i]!) * weight[i]!;
        out[2 * i + 1] = (z[2 * i + 1]! - imaginary[i]!) * weight[i]!;
      }
    },
    jacobian(theta: Float64Array, out: Float64Array): void {
      outward(theta);
      circuit.evaluate(p, frequencyHertz, z, dz);
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          const factor = weight[i]! * (isLog[j] ? p[j]! : 1);
          out[2 * i * n + j] = dz[2 * (i * n + j)]! * factor;
          out[(2 * i + 1) * n + j] = dz[2 * (i * n + j) + 1]! * factor;
        }
      }
    },
  };
}

function report(circuit: Circuit, spectrum: Spectrum, fit: LeastSquaresResult): CircuitFit {
  const n = circuit.parameters.length;
  const m = spectrum.frequencyHertz.length;
  const values = Float64Array.from(circuit.parameters, ({ scale }, j) =>
    scale === "log" ? Math.exp(fit.parameters[j]!) : fit.parameters[j]!,
  );
  const z = new Float64Array(2 * m);
  circuit.evaluate(values, spectrum.frequencyHertz, z);
  const warnings: string[] = [];
  const parameters = circuit.parameters.map(({ name, unit, scale }, j) => {
    const value = values[j]!;
    const width = fit.sigma[j]!;
    if (!Number.isFinite(width)) {
      const why = fit.bounds[j] === "free" ? "is not determined by the data" : `ended on its ${fit.bounds[j]} limit`;
      warnings.push(`${name} ${why}`);
      return { name, value, sigma: null, unit, interval95: null };
    }
    const factor = Math.exp(1.96 * width);
    const interval95 =
      scale === "log" ? ([value / factor, value * factor] as const) : ([value - 1.96 * width, value + 1.96 * width] as const);
    if (scale === "log" && width > 1) warnings.push(`${name} is known only within a factor of ${factor.toPrecision(2)}`);
    return { name, value, sigma: scale === "log" ? value * width : width, unit, interval95 };
  });
  const correlations = [];
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < a; b++) {
      const coefficient = fit.covariance[a * n + b]! / (fit.sigma[a]! * fit.sigma[b]!);
      if (Math.abs(coefficient) > 0.98) {
        correlations.push({ a: circuit.parameters[b]!.name, b: circuit.parameters[a]!.name, coefficient });
      }
    }
  }
  for (const { a, b, coefficient } of correlations) {
    warnings.push(`${a} and ${b} are almost one parameter (correlation ${coefficient.toFixed(3)}): trust their combination, not each`);
  }
  if (!fit.converged) warnings.push(`the fit stopped without converging (${fit.reason})`);
  return {
    circuit: circuit.text,
    parameters,
    values,
    chi2: fit.sumOfSquares,
    degreesOfFreedom: fit.degreesOfFreedom,
    fitReal: Float64Array.from({ length: m }, (_, i) => z[2 * i]!),
    fitImaginary: Float64Array.from({ length: m }, (_, i) => z[2 * i + 1]!),
    correlations,
    warnings,
  };
}
