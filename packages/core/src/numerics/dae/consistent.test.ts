import { expect, test } from "vitest";
import { consistentDerivative, continueImplicit, solveImplicit } from "./consistent.ts";
import { denseProblem } from "./denseSystem.ts";
import { rootBetween } from "./root.ts";

/** ẋ = −x, and z from x cosh-free kinetics: sinh(20 z) = λ x: for a start at z = 0 far from the solution. */
function kinetics() {
  let share = 1;
  const problem = denseProblem({
    mass: [1, 0],
    right(_t, y, out) {
      out[0] = -y[0]!;
      out[1] = Math.sinh(20 * y[1]!) - share * 1e8 * y[0]!;
    },
    jacobian(_t, y, out) {
      out.set([-1, 0, -share * 1e8, 20 * Math.cosh(20 * y[1]!)]);
    },
    relativeTolerance: 1e-6,
    absoluteTolerance: 1e-9,
  });
  return { problem, set: (value: number) => (share = value) };
}

test("algebraic unknowns are found with the differential ones held, and the derivative of both follows", () => {
  const { problem, set } = kinetics();
  const y = Float64Array.of(2, 0);
  expect(continueImplicit(problem, 0, y, 0, set)).toBe(1);
  expect(y[0]).toBe(2);
  expect(y[1]).toBeCloseTo(Math.asinh(2e8) / 20, 12);
  const ydot = new Float64Array(2);
  expect(consistentDerivative(problem, 0, y, 1, ydot)).toBe(true);
  expect(ydot[0]).toBeCloseTo(-2, 12);
  // dz/dt = λ ẋ/(20 cosh 20 z)
  expect(ydot[1]).toBeCloseTo(-2e8 / (20 * Math.cosh(20 * y[1]!)), 10);
});

test("equations without a solution are refused and leave the state as it was", () => {
  const problem = denseProblem({
    mass: [0],
    right: (_t, y, out) => {
      out[0] = y[0]! * y[0]! + 1;
    },
    jacobian: (_t, y, out) => {
      out[0] = 2 * y[0]!;
    },
    relativeTolerance: 1e-6,
    absoluteTolerance: 1e-9,
  });
  const y = Float64Array.of(0.7);
  expect(solveImplicit(problem, 0, y)).toBe(false);
  expect(y[0]).toBe(0.7);
});

test("a short implicit step lets fast unknowns relax and keeps linear invariants", () => {
  // a ⇌ b at a rate of 1e9 with equilibrium a = b, and c that feeds on them slowly
  const problem = denseProblem({
    mass: [1, 1, 1],
    right(_t, y, out) {
      const [a, b, c] = [y[0]!, y[1]!, y[2]!];
      out[0] = -1e9 * (a - b);
      out[1] = 1e9 * (a - b) - (b - c);
      out[2] = b - c;
    },
    jacobian: (_t, _y, out) => out.set([-1e9, 1e9, 0, 1e9, -1e9 - 1, 1, 0, 1, -1]),
    relativeTolerance: 1e-6,
    absoluteTolerance: 1e-9,
  });
  const y = Float64Array.of(0.3, 0.1, 0.6);
  expect(solveImplicit(problem, 0, y, 1e-3)).toBe(true);
  expect(y[0]).toBeCloseTo(y[1]!, 6);
  expect(y[0]! + y[1]! + y[2]!).toBeCloseTo(1, 14);
  expect(y[2]).toBeCloseTo(0.6 - 1e-3 * 0.4, 5);
});

test("roots are found within the tolerance, on the far side", () => {
  const g = (t: number): number => Math.exp(-t) - 0.3;
  const root = rootBetween(g, 0, 10, g(0), g(10), 1e-12);
  expect(root).toBeCloseTo(-Math.log(0.3), 11);
  expect(g(root)).toBeLessThanOrEqual(0);
});
