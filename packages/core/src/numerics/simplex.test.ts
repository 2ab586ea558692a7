import { expect, test } from "vitest";
import { simplex } from "./simplex.ts";

test("Rosenbrock's valley from its usual start: (1, 1)", () => {
  const { parameters, converged } = simplex(([x, y]) => (1 - x!) ** 2 + 100 * (y! - x! * x!) ** 2, { start: [-1.2, 1], tolerance: 1e-14 });
  expect(converged).toBe(true);
  expect(parameters[0]).toBeCloseTo(1, 5);
  expect(parameters[1]).toBeCloseTo(1, 5);
});

test("ten dimensions: the minimum of Σ (x − j)²", () => {
  const { parameters } = simplex((p) => p.reduce((sum, x, j) => sum + (x - j) ** 2, 0), { start: new Float64Array(10), tolerance: 1e-14 });
  for (const [j, x] of parameters.entries()) expect(x).toBeCloseTo(j, 4);
});

test("a minimum outside the box is met at the box; places without a value are not taken", () => {
  const { parameters } = simplex(([x, y]) => (x! - 3) ** 2 + Math.sqrt(y!), { start: [0.5, 2], lower: [-1, -1], upper: [1, 5] });
  expect(parameters[0]).toBeCloseTo(1, 4);
  expect(parameters[1]).toBeGreaterThanOrEqual(0);
});
