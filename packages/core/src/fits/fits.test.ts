/** Truths: algebra, the binomial distribution, and independent noise. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { random } from "../random.ts";
import { accountOf, type FitFacts, runsOf, strongPairs } from "./index.ts";

const free = (name: string, value: number, sigma: number) => ({ name, value, sigma, unit: "", state: "free" as const });

const FINE: FitFacts = {
  parameters: [free("a", 2, 0.1), free("b", 3, 0.1)],
  covariance: [0.01, 0.005, 0.005, 0.01],
  points: 100,
  residuals: [],
  chi2Reduced: 1,
  converged: true,
};

test("nothing is doubted where nothing is wrong, and what was looked at is named", () => {
  const { doubts, correlations, degreesOfFreedom, passed } = accountOf(FINE);
  expect(doubts).toEqual([]);
  expect(correlations).toEqual([0.5]);
  expect(degreesOfFreedom).toBe(98);
  expect(passed).toContain("no |r| above 0.95");
});

test.each([
  [
    "bound",
    { parameters: [{ ...FINE.parameters[0]!, state: "upper" as const, sigma: null }, FINE.parameters[1]!] },
    /^a ended on its upper/,
  ],
  [
    "undetermined",
    { parameters: [{ ...FINE.parameters[0]!, state: "undetermined" as const, sigma: null }, FINE.parameters[1]!] },
    /^a is not/,
  ],
  ["large-error", { parameters: [free("a", 2, 2.5), FINE.parameters[1]!] }, /value of a\./],
  ["correlated", { covariance: [0.01, -0.0097, -0.0097, 0.01] }, /^a and b .*r = −0\.970/],
  ["misfit", { chi2Reduced: 4 }, /by 2\.0 times/],
  ["overstated", { chi2Reduced: 0.2 }, /too large/],
  ["few-points", { points: 4 }, /by 50 %/],
  ["not-converged", { converged: false }, /before it had converged/],
  ["runs", { residuals: [Float64Array.from({ length: 60 }, (_, i) => Math.sin(i / 5))] }, /4 runs, 30 ± 4/],
] as const)("%s", (code, change, text) => {
  const { doubts } = accountOf({ ...FINE, ...change });
  expect(doubts.map((doubt) => doubt.code)).toEqual([code]);
  expect(doubts[0]!.text).toMatch(text);
});

test("a shift around zero and a limit that is a special case are no failure", () => {
  const parameters = [
    { ...free("shift", 0.01, 0.1), isShift: true },
    { name: "exponent", value: 1, sigma: null, unit: "", state: "upper" as const, mayTouch: true },
  ];
  expect(accountOf({ ...FINE, parameters, covariance: null }).doubts).toEqual([]);
});

test("independent signs have the mean and the spread of the binomial distribution", () => {
  const noise = random("runs");
  const z = Array.from({ length: 400 }, () => runsOf([Float64Array.from({ length: 101 }, () => noise.normal())])!.z);
  const mean = z.reduce((sum, v) => sum + v, 0) / z.length;
  const variance = z.reduce((sum, v) => sum + (v - mean) ** 2, 0) / z.length;
  // five standard errors of each
  expect(Math.abs(mean)).toBeLessThan(0.25);
  expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / z.length));
});

test("too few residuals, zeros and NaN tell nothing; parts are counted apart", () => {
  expect(runsOf([new Float64Array(50), Float64Array.from({ length: 30 }, () => Number.NaN)])).toBeNull();
  const one = Float64Array.from({ length: 30 }, (_, i) => (i % 2 ? 1 : -1));
  expect(runsOf([one, one])).toMatchObject({ runs: 60, expected: 31 });
});

test("correlations do not depend on the scales of the parameters, and pairs keep their names", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), fc.double({ min: -0.99, max: 0.99, noNaN: true }), (scale, r) => {
      const covariance = [1, r * scale, r * scale, scale * scale];
      expect(accountOf({ ...FINE, covariance }).correlations[0]).toBeCloseTo(r, 2);
    }),
  );
  const names = ["a", "b", "c"].map((name) => ({ name }));
  expect(strongPairs(names, [0.1, -0.96, 0.99])).toEqual([
    { a: "b", b: "c", r: 0.99 },
    { a: "a", b: "c", r: -0.96 },
  ]);
});
