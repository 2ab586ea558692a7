import { expect, test } from "vitest";
import { random } from "../random.ts";
import { type LeastSquaresProblem, leastSquares } from "./leastSquares.ts";

function curve(x: readonly number[], y: readonly number[], f: (p: Float64Array, x: number) => number): LeastSquaresProblem {
  return {
    count: x.length,
    residuals: (p, out) => {
      for (let i = 0; i < x.length; i++) out[i] = f(p, x[i]!) - y[i]!;
    },
  };
}

// NIST Statistical Reference Datasets, nonlinear regression: certified values and both official starts.
const MISRA1A = {
  x: [77.6, 114.9, 141.1, 190.8, 239.9, 289, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760],
  y: [10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.4, 75.47, 81.78],
};

test.each([[[500, 1e-4]], [[250, 5e-4]]])("NIST Misra1a from %j", (start) => {
  const problem = curve(MISRA1A.x, MISRA1A.y, (p, x) => p[0]! * (1 - Math.exp(-p[1]! * x)));
  const fit = leastSquares(problem, { start });
  expect(fit.converged).toBe(true);
  expect(fit.parameters[0]! / 2.3894212918e2).toBeCloseTo(1, 8);
  expect(fit.parameters[1]! / 5.5015643181e-4).toBeCloseTo(1, 8);
  expect(fit.sigma[0]! / 2.7070075241).toBeCloseTo(1, 5);
  expect(fit.sigma[1]! / 7.2668688436e-6).toBeCloseTo(1, 5);
  expect(fit.sumOfSquares / 1.2455138894e-1).toBeCloseTo(1, 8);
});

// Rosenbrock's valley as residuals; its minimum is (1, 1), on a bound x ≤ 0.5 it is (0.5, 0.25).
const rosenbrock: LeastSquaresProblem = {
  count: 2,
  residuals: (p, out) => {
    out[0] = 10 * (p[1]! - p[0]! ** 2);
    out[1] = 1 - p[0]!;
  },
  jacobian: (p, out) => {
    out.set([-20 * p[0]!, 10, -1, 0]);
  },
};

test("the curved valley is followed to its end", () => {
  const fit = leastSquares(rosenbrock, { start: [-1.2, 1] });
  expect(fit.parameters[0]).toBeCloseTo(1, 9);
  expect(fit.parameters[1]).toBeCloseTo(1, 9);
});

test("an active bound holds its parameter, and the other one goes to its own minimum", () => {
  const fit = leastSquares(rosenbrock, { start: [-1.2, 1], upper: [0.5, 10], absoluteSigma: true });
  expect(fit.parameters[0]).toBe(0.5);
  expect(fit.parameters[1]).toBeCloseTo(0.25, 9);
  expect(fit.bounds).toEqual(["upper", "free"]);
  expect(fit.sigma[0]).toBeNaN();
  expect(fit.sigma[1]).toBeCloseTo(0.1, 9);
});

test("parameters that only act together are named, not given an error", () => {
  const x = [0, 1, 2, 3, 4];
  const problem = curve(x, [1, 3, 5, 7, 9.1], (p, t) => p[0]! * p[1]! * t + p[2]!);
  const fit = leastSquares(problem, { start: [1, 1, 0] });
  expect(fit.parameters[0]! * fit.parameters[1]!).toBeCloseTo(2.02, 6);
  expect(fit.undetermined).toHaveLength(1);
  expect(fit.sigma[2]).toBeGreaterThan(0);
});

test("bounds that contradict each other are refused", () => {
  expect(() => leastSquares(rosenbrock, { start: [0, 0], lower: [1, 0], upper: [0, 1] })).toThrow(/lower bound 1 exceeds the upper 0/);
});

test("stated errors cover the truth: 1σ in 60–76 % of 400 noisy exponentials", () => {
  const draw = random("coverage");
  const x = Array.from({ length: 40 }, (_, i) => i / 8);
  let inside = 0;
  const runs = 400;
  for (let k = 0; k < runs; k++) {
    const truth = [1 + draw.uniform(), 0.5 + draw.uniform(), draw.normal()];
    const y = x.map((t) => truth[0]! * Math.exp(-truth[1]! * t) + truth[2]! + 0.02 * draw.normal());
    const fit = leastSquares(
      curve(x, y, (p, t) => p[0]! * Math.exp(-p[1]! * t) + p[2]!),
      { start: [1, 1, 0] },
    );
    if (Math.abs(fit.parameters[1]! - truth[1]!) < fit.sigma[1]!) inside++;
  }
  expect(inside / runs).toBeGreaterThan(0.6);
  expect(inside / runs).toBeLessThan(0.76);
});
