import { expect, test } from "vitest";
import { random } from "../random.ts";
import { type Circuit, parseCircuit } from "./circuit.ts";
import { fitCircuit } from "./fit.ts";
import type { Spectrum } from "./spectrum.ts";

const FREQUENCIES = Float64Array.from({ length: 81 }, (_, i) => 10 ** (6 - i / 10));

/** A spectrum with 0.2 % noise, and chi2 at the truth. */
function noisy(circuit: Circuit, truth: Float64Array, draw: ReturnType<typeof random>): { spectrum: Spectrum; chi2: number } {
  const z = new Float64Array(2 * FREQUENCIES.length);
  circuit.evaluate(truth, FREQUENCIES, z);
  let chi2 = 0;
  const part = (i: number, k: 0 | 1): number => z[2 * i + k]! + 0.002 * Math.hypot(z[2 * i]!, z[2 * i + 1]!) * draw.normal();
  const real = new Float64Array(FREQUENCIES.length);
  const imaginary = new Float64Array(FREQUENCIES.length);
  for (let i = 0; i < real.length; i++) {
    real[i] = part(i, 0);
    imaginary[i] = part(i, 1);
    chi2 += ((real[i]! - z[2 * i]!) ** 2 + (imaginary[i]! - z[2 * i + 1]!) ** 2) / (real[i]! ** 2 + imaginary[i]! ** 2);
  }
  return { spectrum: { frequencyHertz: FREQUENCIES, real, imaginary }, chi2 };
}

test("at least 98 of 100 random truths are found without starting values", { timeout: 120_000 }, () => {
  const circuit = parseCircuit("R0-p(R1,CPE1)-p(R2,CPE2)-W1");
  const draw = random("random truths");
  const decades = (a: number, b: number): number => 10 ** (a + (b - a) * draw.uniform());
  let found = 0;
  for (let k = 0; k < 100; k++) {
    const a = (): number => 0.5 + 0.5 * draw.uniform();
    const truth = Float64Array.of(decades(0, 3), decades(0, 3), decades(-8, -3), a(), decades(0, 3), decades(-8, -3), a(), decades(0, 3));
    const { spectrum, chi2 } = noisy(circuit, truth, draw);
    if (fitCircuit(circuit, spectrum).chi2 <= 1.01 * chi2) found++;
  }
  expect(found).toBeGreaterThanOrEqual(98);
});

test("1σ covers the truth in 60–76 % of 300 draws with separable arcs", { timeout: 120_000 }, () => {
  const circuit = parseCircuit("R0-p(R1,CPE1)-p(R2,CPE2)-W1");
  const draw = random("coverage");
  const truth = Float64Array.of(10, 50, 1e-6, 0.9, 100, 1e-3, 0.85, 5);
  let inside = 0;
  let count = 0;
  for (let k = 0; k < 300; k++) {
    const fit = fitCircuit(circuit, noisy(circuit, truth, draw).spectrum, { start: truth });
    for (const [j, { value, sigma }] of fit.parameters.entries()) {
      count++;
      if (sigma !== null && Math.abs(value - truth[j]!) < sigma) inside++;
    }
  }
  expect(inside / count).toBeGreaterThan(0.6);
  expect(inside / count).toBeLessThan(0.76);
});

test("two resistances that only act as a sum get no errors of their own", () => {
  const circuit = parseCircuit("R0-R1-p(R2,C2)");
  const { spectrum } = noisy(parseCircuit("R0-p(R2,C2)"), Float64Array.of(30, 100, 1e-6), random("sum"));
  const fit = fitCircuit(circuit, spectrum);
  expect(fit.parameters[0]!.value + fit.parameters[1]!.value).toBeCloseTo(30, 0);
  expect(fit.warnings.join("\n")).toMatch(/not determined by the data|almost one parameter|limit/);
});

test("randomise + simplex ends where least squares does", () => {
  const circuit = parseCircuit("R0-p(R1,CPE1)-W1");
  for (let k = 0; k < 3; k++) {
    const { spectrum } = noisy(circuit, Float64Array.of(10, 80, 2e-6, 0.85, 6), random(`simplex ${k}`));
    const a = fitCircuit(circuit, spectrum);
    const b = fitCircuit(circuit, spectrum, { method: "simplex" });
    expect(b.chi2 / a.chi2).toBeCloseTo(1, 4);
    for (const [j, { value, sigma }] of b.parameters.entries()) {
      expect(Math.abs(value - a.values[j]!)).toBeLessThan(0.1 * sigma!);
      expect(sigma! / a.parameters[j]!.sigma!).toBeCloseTo(1, 1);
    }
  }
});

test("unit weights minimise the sum of squares in ohm, modulus weights chi2", () => {
  const circuit = parseCircuit("R0-p(R1,CPE1)-W1");
  const { spectrum } = noisy(circuit, Float64Array.of(10, 80, 2e-6, 0.85, 6), random("weights"));
  const modulus = fitCircuit(circuit, spectrum);
  const unit = fitCircuit(circuit, spectrum, { weights: "unit" });
  expect(unit.sumOfSquares).toBeLessThan(modulus.sumOfSquares);
  expect(modulus.chi2).toBeLessThan(unit.chi2);
});

test("profile intervals equal those of the covariance where a parameter is well known, and stay open where it is not", () => {
  const circuit = parseCircuit("R0-p(R1,CPE1)");
  const { spectrum } = noisy(circuit, Float64Array.of(10, 80, 2e-6, 0.85), random("profile"));
  const plain = fitCircuit(circuit, spectrum);
  const profile = fitCircuit(circuit, spectrum, { profile: true });
  for (const [j, { interval95 }] of profile.parameters.entries()) {
    const wide = plain.parameters[j]!.interval95!;
    expect(interval95![0] / wide[0]).toBeCloseTo(1, 3);
    expect(interval95![1] / wide[1]).toBeCloseTo(1, 3);
  }
  // a blocking end far below the window: its time constant can be as long as it likes
  const open = parseCircuit("R0-Wo1");
  const { spectrum: beyond } = noisy(open, Float64Array.of(10, 5000, 1e6), random("open"));
  const tau = fitCircuit(open, beyond, { profile: true }).parameters.find((p) => p.name === "Wo1.tau")!;
  expect(tau.interval95![0]).toBeGreaterThan(10);
  expect(tau.interval95![1]).toBe(Number.POSITIVE_INFINITY);
});

test("the covariance of the values gives the error of a sum: overlapping arcs are known better together", () => {
  const circuit = parseCircuit("R0-p(R1,CPE1)-p(R2,CPE2)");
  const { spectrum } = noisy(circuit, Float64Array.of(10, 50, 1e-6, 0.9, 40, 4e-6, 0.85), random("sum of arcs"));
  const { covariance, parameters } = fitCircuit(circuit, spectrum);
  const [a, b, n] = [1, 4, parameters.length];
  const sum = Math.sqrt(covariance[a * n + a]! + 2 * covariance[a * n + b]! + covariance[b * n + b]!);
  expect(covariance[a * n + a]!).toBeCloseTo(parameters[a]!.sigma! ** 2, 6);
  expect(sum).toBeLessThan(0.2 * parameters[a]!.sigma!);
});
