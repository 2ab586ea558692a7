import { expect, test } from "vitest";
import { cubicSpline, evaluateSpline } from "./cubicSpline.ts";

test("a cubic is itself, with its slope, inside and outside the knots", () => {
  const x = Float64Array.of(0, 0.3, 1, 1.2, 2.5, 4, 4.1);
  const f = (v: number): number => 2 - v + 3 * v * v - 0.5 * v ** 3;
  const d = (v: number): number => -1 + 6 * v - 1.5 * v * v;
  const at = Float64Array.from({ length: 60 }, (_, k) => -0.5 + 0.1 * k);
  const out = new Float64Array(60);
  const slope = new Float64Array(60);
  evaluateSpline(cubicSpline(x, x.map(f)), at, out, slope);
  for (let k = 0; k < 60; k++) {
    expect(out[k]).toBeCloseTo(f(at[k]!), 10);
    expect(slope[k]).toBeCloseTo(d(at[k]!), 9);
  }
});

test("it passes through its points in any order of asking", () => {
  const x = Float64Array.from({ length: 50 }, (_, i) => i + 0.3 * Math.sin(i));
  const y = x.map((v) => Math.sin(v / 3));
  const out = new Float64Array(50);
  const backwards = Float64Array.from(x).reverse();
  evaluateSpline(cubicSpline(x, y), backwards, out);
  for (let i = 0; i < 50; i++) expect(out[i]).toBeCloseTo(y[49 - i]!, 12);
});

test("points that do not rise are refused", () => {
  expect(() => cubicSpline(Float64Array.of(0, 1, 1, 2), [0, 0, 0, 0])).toThrow(/must rise/);
  expect(() => cubicSpline(Float64Array.of(0, 1, 2), [0, 0, 0])).toThrow(/4 points/);
});
