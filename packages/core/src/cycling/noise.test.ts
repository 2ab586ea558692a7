import { describe, expect, test } from "vitest";
import { random } from "../random.ts";
import { clockStep, decimalStep, resolution, scatter } from "./noise.ts";

const grid = (n: number, make: (k: number) => number): Float64Array => Float64Array.from({ length: n }, (_, k) => make(k));

describe("resolution", () => {
  test("the step of a lattice, in double and in single precision", () => {
    const source = random(1);
    const values = grid(3000, () => 3 + Math.round(source.normal() * 20) * 3.81e-5);
    expect(resolution(values)! / 3.81e-5).toBeCloseTo(1, 6);
    expect(resolution(Float64Array.from(Float32Array.from(values)))! / 3.81e-5).toBeCloseTo(1, 1);
  });

  test("continuous values have none, constant ones tell nothing", () => {
    const source = random(2);
    expect(resolution(grid(1000, () => source.normal()))).toBe(0);
    expect(resolution(grid(1000, () => 0.2))).toBe(null);
  });
});

test("decimals: 0.0002 is written to 0.0001, also in single precision; 1/3 is no decimal", () => {
  expect([0.0002, Math.fround(0.0002), 12.5, 1500, 1 / 3].map(decimalStep)).toEqual([1e-4, 1e-4, 0.1, 1, 0]);
});

test("the clock's step is that of its decimals where rows are further apart", () => {
  expect(
    clockStep(
      grid(500, (k) => 0.3 + k),
      0,
      500,
    ),
  ).toBeCloseTo(0.1, 12);
});

describe("scatter", () => {
  test("white noise on a bent curve with steps and uneven times", () => {
    const source = random(5);
    let t = 0;
    const time = grid(4000, () => {
      t += 1 + source.uniform();
      return t;
    });
    const values = grid(4000, (k) => Math.sin(k / 400) + (k > 2000 ? 5 : 0) + 1e-3 * source.normal());
    expect(scatter(time, values) / 1e-3).toBeGreaterThan(0.95);
    expect(scatter(time, values) / 1e-3).toBeLessThan(1.05);
  });

  test("no scatter, few rows: 0", () => {
    const time = grid(100, (k) => k);
    expect(
      scatter(
        time,
        grid(100, (k) => 3 * k),
      ),
    ).toBe(0);
    expect(
      scatter(
        time.subarray(0, 4),
        grid(4, (k) => k * k),
      ),
    ).toBe(0);
  });
});
