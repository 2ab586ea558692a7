import { expect, test } from "vitest";
import { chanceOfChi2, upperGamma } from "./gamma.ts";

test("Q(1, x) = exp(−x); Q(2, x) = (1 + x) exp(−x)", () => {
  for (const x of [1e-6, 0.3, 1.9, 2.1, 7, 40]) {
    expect(upperGamma(1, x) / Math.exp(-x)).toBeCloseTo(1, 12);
    expect(upperGamma(2, x) / ((1 + x) * Math.exp(-x))).toBeCloseTo(1, 12);
  }
});

test("tabulated quantiles of χ² (Abramowitz and Stegun, table 26.8)", () => {
  for (const [x, degrees, chance] of [
    [3.84146, 1, 0.05],
    [18.307, 10, 0.05],
    [23.2093, 10, 0.01],
    [43.773, 30, 0.05],
    [124.342, 100, 0.05],
  ] as const)
    expect(chanceOfChi2(x, degrees)).toBeCloseTo(chance, 5);
  expect(chanceOfChi2(5, 0)).toBe(1);
  expect(() => upperGamma(0, 1)).toThrow(/positive/);
});
