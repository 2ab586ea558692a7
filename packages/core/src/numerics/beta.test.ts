import { expect, test } from "vitest";
import { binomialInterval, incompleteBeta, studentTwoSided } from "./beta.ts";

// expected values: scipy 1.10.1 (betainc, beta.ppf, t.sf)
test("the regularised incomplete beta function", () => {
  expect(incompleteBeta(0.3, 2, 5)).toBeCloseTo(0.5798250000000003, 12);
  expect(incompleteBeta(0.9, 30, 4)).toBeCloseTo(0.5769436641256928, 12);
  expect(incompleteBeta(0.01, 0.5, 0.5)).toBeCloseTo(0.06376856085851985, 12);
  expect(incompleteBeta(0, 2, 3)).toBe(0);
  expect(() => incompleteBeta(0.5, -1, 2)).toThrow(/I_x/);
});

test("the exact interval of 3 in 20, and of none in 10", () => {
  const [low, high] = binomialInterval(3, 20);
  expect(low).toBeCloseTo(0.03207094, 7);
  expect(high).toBeCloseTo(0.37892683, 7);
  expect(binomialInterval(0, 10)).toEqual([0, expect.closeTo(0.3084971078187608, 9)]);
  expect(() => binomialInterval(4, 3)).toThrow(/no counts/);
});

test("Student's t with a fractional number of degrees of freedom", () => {
  expect(studentTwoSided(2.1, 7.3)).toBeCloseTo(0.07224671342485328, 9);
});
