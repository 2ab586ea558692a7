/**
 * The residuals of a circuit against a spectrum as a least-squares problem, (Ẑ − Z) w, over the logarithms of sizes
 * and time constants and over the exponents; w = 1/|Z| (modulus) or 1 (unit, ohm).
 */
import type { LeastSquaresProblem } from "../numerics/leastSquares.ts";
import type { Circuit } from "./circuit.ts";
import type { Spectrum } from "./spectrum.ts";

export type Weights = "modulus" | "unit";

export interface CircuitProblem extends LeastSquaresProblem {
  jacobian(theta: Float64Array, out: Float64Array): void;
  /** circuit parameters to the coordinates of the fit, and back */
  inward(values: ArrayLike<number>): Float64Array;
  outward(theta: ArrayLike<number>): Float64Array;
  limits: { lower: Float64Array; upper: Float64Array };
}

function weightsOf({ real, imaginary }: Spectrum, weights: Weights): Float64Array {
  return Float64Array.from(real, (re, i) => (weights === "modulus" ? 1 / Math.hypot(re, imaginary[i]!) : 1));
}

export function circuitProblem(circuit: Circuit, spectrum: Spectrum, weights: Weights): CircuitProblem {
  const { frequencyHertz, real, imaginary } = spectrum;
  const n = circuit.parameters.length;
  const m = frequencyHertz.length;
  const isLog = circuit.parameters.map((p) => p.scale === "log");
  const weight = weightsOf(spectrum, weights);
  const p = new Float64Array(n);
  const z = new Float64Array(2 * m);
  const dz = new Float64Array(2 * m * n);
  const place = (theta: ArrayLike<number>): void => {
    for (let j = 0; j < n; j++) p[j] = isLog[j] ? Math.exp(theta[j]!) : theta[j]!;
  };
  const inward = (values: ArrayLike<number>): Float64Array =>
    Float64Array.from(values, (v, j) => (isLog[j] ? Math.log(Math.max(v, Number.MIN_VALUE)) : v));
  return {
    count: 2 * m,
    inward,
    outward(theta) {
      place(theta);
      return p.slice();
    },
    limits: {
      lower: inward(circuit.parameters.map((parameter) => parameter.lower)),
      upper: inward(circuit.parameters.map((parameter) => parameter.upper)),
    },
    residuals(theta, out) {
      place(theta);
      circuit.evaluate(p, frequencyHertz, z);
      for (let i = 0; i < m; i++) {
        out[2 * i] = (z[2 * i]! - real[i]!) * weight[i]!;
        out[2 * i + 1] = (z[2 * i + 1]! - imaginary[i]!) * weight[i]!;
      }
    },
    jacobian(theta, out) {
      place(theta);
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
