import { describe, expect, test } from "vitest";
import { random } from "../random.ts";
import {
  add,
  divide,
  fromQuantity,
  type Measured,
  measured,
  multiply,
  propagate,
  scale,
  sigmaOf,
  subtract,
  toQuantity,
} from "./measured.ts";
import { quantity } from "./quantity.ts";

describe("correlated propagation", () => {
  test("a shared source cancels in a ratio, to zero and not to rounding", () => {
    const mass = measured(5e-6, 1e-7, "mass");
    const charge = divide(measured(3.1, 0), mass);
    const discharge = divide(measured(3.3, 0), mass);
    expect(sigmaOf(divide(charge, discharge))).toBe(0);
    expect(sigmaOf(subtract(mass, mass))).toBe(0);
    expect(sigmaOf(divide(multiply(mass, measured(0.33)), mass))).toBe(0);
  });

  test("independent errors add in squares", () => {
    expect(sigmaOf(add(measured(1, 3), measured(1, 4)))).toBeCloseTo(5, 14);
    expect(sigmaOf(multiply(measured(2, 0.2), measured(3, 0.3)))).toBeCloseTo(6 * Math.hypot(0.1, 0.1), 12);
  });

  test("the same source adds linearly", () => {
    const a = measured(1, 0.1, "a");
    expect(sigmaOf(add(a, a))).toBeCloseTo(0.2, 14);
    expect(sigmaOf(multiply(a, a))).toBeCloseTo(0.2, 14);
  });

  test("agrees with Monte Carlo for correlated results (2000 draws)", () => {
    // Capacity per mass and per area from one mass, one diameter and one fraction; and their ratio.
    const f = (m: Measured, d: Measured, w: Measured) => {
      const active = multiply(m, w);
      const area = scale(multiply(d, d), Math.PI / 4);
      const loading = divide(active, area);
      return { active, loading, ratio: divide(loading, active) };
    };
    const declared = { m: [5, 0.1], d: [10, 0.05], w: [0.33, 0.005] } as const;
    const linear = f(measured(...declared.m, "m"), measured(...declared.d, "d"), measured(...declared.w, "w"));
    const rng = random("measured");
    const draws = Array.from({ length: 2000 }, () => {
      const at = ([value, sigma]: readonly [number, number]): Measured => measured(value + sigma * rng.normal());
      return f(at(declared.m), at(declared.d), at(declared.w));
    });
    for (const key of ["active", "loading", "ratio"] as const) {
      const values = draws.map((draw) => draw[key].value);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      const sd = Math.sqrt(values.reduce((a, v) => a + (v - mean) ** 2, 0) / (values.length - 1));
      // the standard deviation of 2000 draws is known to 1.6 %; 5 % is three of it
      expect(Math.abs(sd / sigmaOf(linear[key]) - 1)).toBeLessThan(0.05);
    }
  });
});

test("propagate takes partial derivatives", () => {
  const a = measured(2, 0.1, "a");
  expect(sigmaOf(propagate(Math.log(2), [[1 / 2, a]]))).toBeCloseTo(0.05, 14);
});

test("an error that is negative or not a number is refused", () => {
  expect(() => measured(1, -0.1)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
  expect(() => measured(1, Number.NaN)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
});

test("quantities come and go with their units; an unknown error stays unknown", () => {
  expect(toQuantity(fromQuantity(quantity(5, "mg", 0.1), "kg", "m"), "kg", "mg")).toEqual({
    value: 5,
    sigma: expect.closeTo(0.1, 12),
    unit: "mg",
  });
  expect(toQuantity(fromQuantity(quantity(5, "mg"), "kg"), "kg", "mg").sigma).toBeNull();
  expect(toQuantity(fromQuantity(quantity(25, "°C", 1), "K"), "K", "°C")).toEqual({ value: 25, sigma: 1, unit: "°C" });
});
