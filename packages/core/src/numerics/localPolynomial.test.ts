import { expect, test } from "vitest";
import { localPolynomial } from "./localPolynomial.ts";

test("a parabola comes back with its slope, also at the ends and on an uneven grid", () => {
  const x = Float64Array.from({ length: 60 }, (_, i) => i + 0.3 * Math.sin(i));
  const y = x.map((v) => 2 - v + 0.05 * v * v);
  const { value, slope } = localPolynomial(x, y, 7, 2);
  for (const [i, v] of x.entries()) {
    expect(value[i]).toBeCloseTo(y[i]!, 9);
    expect(slope[i]).toBeCloseTo(-1 + 0.1 * v, 8);
  }
});

test("on an even grid it is the filter of Savitzky and Golay: weights −3, 12, 17, 12, −3 over 35 (their table)", () => {
  const x = Float64Array.from({ length: 9 }, (_, i) => i);
  const pulse = Float64Array.from(x, (v) => (v === 4 ? 1 : 0));
  const { value, valueFactor } = localPolynomial(x, pulse, 4, 2);
  expect(Array.from(value.subarray(2, 7), (v) => Math.round(35 * v * 1e9) / 1e9)).toEqual([-3, 12, 17, 12, -3]);
  expect(valueFactor[4]).toBeCloseTo(Math.sqrt(17 / 35), 12);
  expect(() => localPolynomial(x.subarray(0, 3), pulse.subarray(0, 3), 4)).toThrow(/too few/);
});
