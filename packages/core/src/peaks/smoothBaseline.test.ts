import { expect, test } from "vitest";
import { smoothBaseline } from "./smoothBaseline.ts";

/** A curve with two peaks on a bent baseline and a ripple in place of noise. */
const y = Float64Array.from({ length: 200 }, (_, x) => {
  const peaks = 80 * Math.exp(-(((x - 60) / 5) ** 2)) + 40 / (1 + ((x - 130) / 4) ** 2);
  return 50 + 0.2 * x + 0.001 * (x - 100) ** 2 + peaks + 3 * Math.sin(1.7 * x);
});

// scipy 1.10.1, sparse solver, with the steps, weights and stopping rule that pybaselines documents for both methods
test.each([
  ["asls", 5, [55.618340079837225, 62.52903779218685, 68.65211864358157, 76.68285235381737, 95.18163088994686]],
  ["arpls", 9, [59.903161629487215, 63.88959054186358, 70.9930650337894, 79.74671222052432, 98.9360959275597]],
] as const)("%s with λ = 1e4 is the sparse solution of the same steps", (method, iterations, expected) => {
  const found = smoothBaseline(y, { method, lambda: 1e4 });
  expect(found.converged).toBe(true);
  expect(found.iterations).toBe(iterations);
  for (const [k, i] of [0, 60, 100, 130, 199].entries()) expect(found.baseline[i]).toBeCloseTo(expected[k]!, 7);
});

test("a straight line is its own baseline, and bad input is refused", () => {
  const line = Float64Array.from({ length: 50 }, (_, i) => 3 - 0.5 * i);
  const { baseline } = smoothBaseline(line, { method: "arpls" });
  for (const [i, v] of baseline.entries()) expect(v).toBeCloseTo(line[i]!, 6);
  expect(() => smoothBaseline(line.subarray(0, 3), { method: "asls" })).toThrow(/too few/);
  expect(() => smoothBaseline(line, { method: "asls", lambda: 0 })).toThrow(/positive/);
  expect(() => smoothBaseline(Float64Array.of(1, 2, Number.NaN, 3, 4, 5), { method: "asls" })).toThrow(/finite/);
});
