import { expect, test } from "vitest";
import { random } from "../random.ts";
import { parseCircuit } from "./circuit.ts";
import { distributionOfRelaxationTimes } from "./drt.ts";

const FREQUENCIES = Float64Array.from({ length: 81 }, (_, i) => 10 ** (6 - i / 10));

/** Z of a circuit with Gaussian noise, constant in ohm. */
function spectrumOf(text: string, truth: readonly number[], noiseOhm: number, seed: string) {
  const draw = random(seed);
  const z = new Float64Array(2 * FREQUENCIES.length);
  parseCircuit(text).evaluate(Float64Array.from(truth), FREQUENCIES, z);
  const part = (k: 0 | 1): Float64Array => Float64Array.from(FREQUENCIES, (_, i) => z[2 * i + k]! + noiseOhm * draw.normal());
  return { frequencyHertz: FREQUENCIES, real: part(0), imaginary: part(1) };
}

test("two separate arcs: resistances within 5 %, time constants within 0.05 decade", () => {
  // τ = (R Q)^(1/a)
  const q = (tau: number, r: number, a: number): number => tau ** a / r;
  const truth = [10, 50, q(1e-4, 50, 0.8), 0.8, 200, q(0.1, 200, 0.8), 0.8];
  const drt = distributionOfRelaxationTimes(spectrumOf("R0-p(R1,CPE1)-p(R2,CPE2)", truth, 0.3, "arcs"));
  expect(drt.peaks).toHaveLength(2);
  for (const [i, [tau, r]] of [[1e-4, 50] as const, [0.1, 200] as const].entries()) {
    expect(Math.abs(Math.log10(drt.peaks[i]!.tau.value / tau))).toBeLessThan(0.05);
    expect(Math.abs(drt.peaks[i]!.resistance.value / r - 1)).toBeLessThan(0.05);
  }
  expect(drt.weighting).toBe("unit");
  expect(drt.noise).toBeCloseTo(0.3, 1);
});

test("a cable's inductance is not taken for an arc", () => {
  const drt = distributionOfRelaxationTimes(spectrumOf("L0-R0-p(R1,C1)", [4.8e-6, 10, 50, 2e-4], 0.1, "cable"));
  expect(drt.inductance.value).toBeCloseTo(4.8e-6, 6);
  expect(drt.peaks).toHaveLength(1);
  expect(Math.abs(drt.peaks[0]!.resistance.value / 50 - 1)).toBeLessThan(0.05);
});

test("γ and the sizes are never negative, and the areas sum to the polarisation resistance", () => {
  const drt = distributionOfRelaxationTimes(spectrumOf("R0-p(R1,C1)-p(R2,C2)", [5, 20, 1e-6, 30, 1e-3], 0.05, "sum"));
  expect(Math.min(...drt.gamma)).toBeGreaterThanOrEqual(0);
  const sum = drt.peaks.reduce((total, peak) => total + peak.resistance.value, 0);
  expect(sum).toBeCloseTo(50, 0);
});
