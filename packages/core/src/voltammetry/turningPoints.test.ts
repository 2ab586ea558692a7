import { expect, test } from "vitest";
import { turningPoints } from "./turningPoints.ts";

// expected indices by inspection
test("extremes alternate; what stands out less than the height is none", () => {
  const values = Float64Array.of(0, 1, 2, 1.8, 3, 2.9, 0, 0.1, 0, 2);
  expect(turningPoints(values, 1)).toEqual([0, 4, 6, 9]);
  expect(turningPoints(values, 0.15)).toEqual([0, 2, 3, 4, 6, 9]);
});

test("a monotone or flat curve has only its ends", () => {
  expect(turningPoints(Float64Array.of(1, 2, 3, 4), 0.5)).toEqual([0, 3]);
  expect(turningPoints(Float64Array.of(1, 1, 1), 0.5)).toEqual([0, 2]);
  expect(turningPoints(Float64Array.of(5, 3, 1), 1)).toEqual([0, 2]);
});
