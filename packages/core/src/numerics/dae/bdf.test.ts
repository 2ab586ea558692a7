import { expect, test } from "vitest";
import { bdf } from "./bdf.ts";
import { denseProblem } from "./denseSystem.ts";

/** Kinetics of Robertson with the mass balance as algebraic equation. */
function robertson(relativeTolerance: number) {
  return denseProblem({
    mass: [1, 1, 0],
    right(_t, y, out) {
      const [a, b, c] = [y[0]!, y[1]!, y[2]!];
      out[0] = -0.04 * a + 1e4 * b * c;
      out[1] = 0.04 * a - 1e4 * b * c - 3e7 * b * b;
      out[2] = a + b + c - 1;
    },
    jacobian(_t, y, out) {
      const [b, c] = [y[1]!, y[2]!];
      out.set([-0.04, 1e4 * c, 1e4 * b, 0.04, -1e4 * c - 6e7 * b, -1e4 * b, 1, 1, 1]);
    },
    relativeTolerance,
    absoluteTolerance: [relativeTolerance * 1e-4, relativeTolerance * 1e-8, relativeTolerance * 1e-4],
  });
}

function integrateTo(problem: ReturnType<typeof denseProblem>, y0: number[], ydot0: number[], end: number, maxOrder = 5, begin = 0) {
  const solver = bdf(problem, { maxOrder });
  solver.start(begin, Float64Array.from(y0), Float64Array.from(ydot0));
  while (solver.t < end) if (!solver.step(end)) throw new Error(`stuck at ${solver.t}`);
  return solver;
}

test("Robertson's kinetics at t = 40 and 4·10⁷ (reference: scipy Radau at a tolerance of 1e-11)", () => {
  const solver = integrateTo(robertson(1e-7), [1, 0, 0], [-0.04, 0.04, 0], 40);
  expect(Math.abs(solver.y[0]! - 0.7158270688) / 0.7158).toBeLessThan(1e-6);
  expect(Math.abs(solver.y[1]! - 9.185534765e-6) / 9.1855e-6).toBeLessThan(1e-6);
  const late = integrateTo(robertson(1e-7), [1, 0, 0], [-0.04, 0.04, 0], 4e7);
  expect(Math.abs(late.y[0]! - 5.20307e-5) / 5.20307e-5).toBeLessThan(1e-3);
  // a linear invariant is kept to rounding
  expect(Math.abs(late.y[0]! + late.y[1]! + late.y[2]! - 1)).toBeLessThan(1e-14);
  expect(late.counts.iterations).toBeLessThan(3 * late.counts.steps);
});

/** y' = λ (y − sin t) + cos t with the exact solution sin t, beside an algebraic z = y². */
function protheroRobinson(lambda: number, relativeTolerance: number) {
  return denseProblem({
    mass: [1, 0],
    right(t, y, out) {
      out[0] = lambda * (y[0]! - Math.sin(t)) + Math.cos(t);
      out[1] = y[0]! * y[0]! - y[1]!;
    },
    jacobian(_t, y, out) {
      out.set([lambda, 0, 2 * y[0]!, -1]);
    },
    relativeTolerance,
    absoluteTolerance: relativeTolerance,
  });
}

test.each([1, 2, 3, 4, 5])("order %d: the error of Prothero & Robinson's problem falls with the number of steps to that power", (order) => {
  const points = [1e-5, 1e-6, 1e-7, 1e-8].map((tolerance) => {
    const scaled = order === 1 ? tolerance * 100 : tolerance;
    const problem = protheroRobinson(-1, scaled);
    const solver = bdf(problem, { maxOrder: order, newtonTolerance: 1e-4 });
    solver.start(0, Float64Array.of(0, 0), Float64Array.of(1, 0));
    let worst = 0;
    while (solver.t < 20) {
      if (!solver.step(20)) throw new Error("stuck");
      worst = Math.max(worst, Math.abs(solver.y[0]! - Math.sin(solver.t)));
    }
    return [Math.log(solver.counts.steps), Math.log(worst)] as const;
  });
  const slope = (points.at(-1)![1] - points[0]![1]) / (points.at(-1)![0] - points[0]![0]);
  // tolerances spread over decades: the nominal order within a third
  expect(-slope).toBeGreaterThan(order - 0.35);
  expect(-slope).toBeLessThan(order + 1);
});

test.each([-1e2, -1e6])("a stiff problem (λ = %d) costs no more steps than a mild one, and its algebraic unknown is as exact", (lambda) => {
  const solver = integrateTo(protheroRobinson(lambda, 1e-6), [0, 0], [1, 0], 20);
  expect(solver.counts.steps).toBeLessThan(600);
  expect(Math.abs(solver.y[0]! - Math.sin(20))).toBeLessThan(1e-5);
  expect(Math.abs(solver.y[1]! - solver.y[0]! ** 2)).toBeLessThan(1e-6);
});

test("between steps the history polynomial is as good as the steps", () => {
  const solver = bdf(protheroRobinson(-1, 1e-7));
  solver.start(0, Float64Array.of(0, 0), Float64Array.of(1, 0));
  const between = new Float64Array(2);
  let worst = 0;
  while (solver.t < 20) {
    solver.step(20);
    for (const share of [0.1, 0.5, 0.9]) {
      const t = solver.tBefore + share * (solver.t - solver.tBefore);
      solver.at(t, between);
      worst = Math.max(worst, Math.abs(between[0]! - Math.sin(t)));
    }
    solver.at(solver.t, between);
    expect(between[0]).toBe(solver.y[0]);
  }
  expect(worst).toBeLessThan(2e-6);
});

test("where no step can succeed it says so and keeps the last state", () => {
  const problem = denseProblem({
    mass: [1],
    // leaves the real numbers at t = 1
    right: (t, _y, out) => {
      out[0] = -1 / Math.sqrt(1 - t);
    },
    jacobian: (_t, _y, out) => out.fill(0),
    relativeTolerance: 1e-6,
    absoluteTolerance: 1e-6,
  });
  const solver = bdf(problem);
  solver.start(0, Float64Array.of(1), Float64Array.of(-1));
  let ok = true;
  for (let k = 0; k < 2000 && ok && solver.t < 2; k++) ok = solver.step(2);
  expect(ok).toBe(false);
  expect(solver.t).toBeLessThanOrEqual(1);
  expect(Number.isFinite(solver.y[0])).toBe(true);
});

test("an order outside 1 to 5 is refused", () => {
  expect(() => bdf(robertson(1e-6), { maxOrder: 6 })).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
});
