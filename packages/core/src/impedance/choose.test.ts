import { expect, test } from "vitest";
import { random } from "../random.ts";
import { chooseCircuit } from "./choose.ts";
import { parseCircuit } from "./circuit.ts";
import { fitCircuit } from "./fit.ts";
import { testSpectrum } from "./testSpectrum.ts";

/** Circuit that is found, the one it was made of, and its parameters. */
const TRUTHS: readonly (readonly [found: string, made: string, truth: readonly number[]])[] = [
  ["R0-p(R1,CPE1)", "R0-p(R1,CPE1)", [10, 50, 1e-6, 0.9]],
  ["R0-p(R1,CPE1)-CPE2", "R0-p(R1,CPE1)-CPE2", [10, 50, 1e-8, 0.9, 2e-4, 0.9]],
  ["R0-p(R1,CPE1)-p(R2,CPE2)-W3", "R0-p(R1,CPE1)-p(R2,CPE2)-W1", [20, 80, 5e-7, 0.85, 250, 3e-5, 0.8, 40]],
  ["L0-R0-p(R1,CPE1)", "L1-R0-p(R1,CPE1)", [2e-6, 10, 50, 1e-4, 0.9]],
  ["R0-p(R1,CPE1)-Wo2", "R0-p(R1,CPE1)-Wo1", [10, 50, 1e-5, 0.9, 200, 8]],
];

test.each(TRUTHS)("%s is chosen", (found, made, truth) => {
  for (const seed of ["a"]) {
    const { fit, candidates } = chooseCircuit(testSpectrum(made, truth, random(`${made}${seed}`)));
    expect(fit.circuit).toBe(found);
    // arcs are numbered from the fastest
    const sizes = truth.filter((_, j) => parseCircuit(made).parameters[j]!.name.startsWith("R"));
    const values = fit.parameters.filter((p) => p.name.startsWith("R")).map((p) => p.value);
    for (const [j, size] of sizes.entries()) expect(values[j]! / size).toBeCloseTo(1, 0);
    expect(candidates[0]!.bic).toBeLessThanOrEqual(candidates[1]!.bic);
  }
});

test("residuals below the accuracy of any instrument speak for no further element", () => {
  const { fit } = chooseCircuit(testSpectrum("R0-p(R1,C1)-p(R2,C2)", [30, 45, 1e-5, 0.04, 2e-3], random("dummy"), 1e-5));
  expect(fit.circuit).toBe("R0-p(R1,CPE1)");
});

test("a computed spectrum without noise is fitted too", () => {
  expect(chooseCircuit(testSpectrum("R0-p(R1,CPE1)", [10, 50, 1e-6, 0.9], random("none"), 0)).fit.chi2).toBeLessThan(1e-12);
});

test("four points are too few for any circuit with arcs", () => {
  const { frequencyHertz, real, imaginary } = testSpectrum("R0-p(R1,CPE1)", [10, 50, 1e-6, 0.9], random("few"));
  const few = { frequencyHertz: frequencyHertz.slice(0, 1), real: real.slice(0, 1), imaginary: imaginary.slice(0, 1) };
  expect(() => chooseCircuit(few)).toThrow(/too few/);
});

test("a resistance that a spectrum at 20 % misfit gives is warned of", () => {
  const fit = fitCircuit(parseCircuit("R0-C1"), testSpectrum("R0-p(R1,CPE1)", [10, 50, 1e-6, 0.9], random("poor")));
  expect(fit.warnings.join("\n")).toMatch(/misses the data by/);
});
