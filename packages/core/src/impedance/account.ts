/**
 * Why a fitted circuit is trusted or not: its parameters with their correlations, its residuals against the noise that Kramers and Kronig leave, and whether the
 * spectrum is an impedance at all.
 */
import { accountOf, type Doubt, type FactParameter, type FitAccount, stateOf } from "../fits/index.ts";
import { parseCircuit } from "./circuit.ts";
import type { CircuitFit } from "./fit.ts";
import { ACCURACY, type KramersKronig } from "./kramersKronig.ts";
import type { Spectrum } from "./spectrum.ts";

/** Residuals (rms, of |Z|) from which on a circuit is not what was measured. */
const POOR = 0.03;

/** @param validity null where the spectrum has too few points for the test */
export function circuitAccount(fit: CircuitFit, { real, imaginary }: Spectrum, validity: KramersKronig | null): FitAccount {
  const circuit = parseCircuit(fit.circuit);
  const n = fit.parameters.length;
  const modulus = real.map((re, i) => Math.hypot(re, imaginary[i]!));
  const relative = (measured: Float64Array, fitted: Float64Array): Float64Array =>
    measured.map((value, i) => (value - fitted[i]!) / modulus[i]!);
  const noise = validity && fit.weights === "modulus" ? Math.max(validity.noise, ACCURACY) : null;
  const own = [...violations(validity), ...poor(fit, real.length)];
  return accountOf({
    parameters: fit.parameters.map(({ name, value, unit, interval95 }, j): FactParameter => {
      const sigma = Math.sqrt(fit.covariance[j * n + j]!);
      const { role, scale } = circuit.parameters[j]!;
      const state = stateOf(fit.bounds[j]!, sigma);
      return {
        ...{ name, value, unit, state, interval95 },
        sigma: Number.isFinite(sigma) ? sigma : null,
        refused: scale === "log" && sigma > value ? "not determined: σ is larger than the value" : null,
        // an exponent of 1 is a capacitor
        mayTouch: role === "exponent" && state === "upper",
      };
    }),
    covariance: fit.covariance,
    points: 2 * real.length,
    residuals: [relative(real, fit.fitReal), relative(imaginary, fit.fitImaginary)],
    chi2Reduced: noise && fit.degreesOfFreedom > 0 ? fit.chi2 / fit.degreesOfFreedom / noise ** 2 : null,
    converged: fit.converged,
    own,
    ownPassed: validity && own.length === 0 ? ["Kramers–Kronig consistent"] : [],
  });
}

function violations(validity: KramersKronig | null): Doubt[] {
  const bad = validity?.ranges.filter(({ consistent }) => !consistent) ?? [];
  if (bad.length === 0) return [];
  const from = Math.max(...bad.map(({ fromHertz, toHertz }) => Math.max(fromHertz, toHertz)));
  const to = Math.min(...bad.map(({ fromHertz, toHertz }) => Math.min(fromHertz, toHertz)));
  const worst = Math.sqrt(Math.max(...bad.map(({ ratio }) => ratio)));
  return [
    {
      code: "method",
      text: `Kramers–Kronig fails between ${Number(from.toPrecision(2))} and ${Number(to.toPrecision(2))} Hz, by up to ${worst.toPrecision(2)} times the noise: what was measured there is no impedance, and no circuit of it means anything.`,
    },
  ];
}

function poor({ chi2 }: CircuitFit, points: number): Doubt[] {
  const missed = Math.sqrt(chi2 / (2 * points));
  return missed > POOR
    ? [{ code: "misfit", text: `The circuit misses the data by ${(100 * missed).toPrecision(2)} % of |Z| on average.` }]
    : [];
}
