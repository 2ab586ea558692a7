/** Frames reduced for a screen: means by hand, rings back to the angle they were drawn for. */
import { describe, expect, test } from "vitest";
import { cakeView, detectorView, ringOutline } from "./detectorView.ts";
import { type DetectorGeometry, polarOf } from "./geometry.ts";
import { integrateFrame } from "./integrate.ts";
import { integrationPlan } from "./integratePlan.ts";

const GEOMETRY: DetectorGeometry = {
  distanceMetre: 0.3,
  poni1Metre: 0.011,
  poni2Metre: 0.009,
  rot1: 0.03,
  rot2: -0.02,
  rot3: 0,
  pixel1Metre: 2e-4,
  pixel2Metre: 2.5e-4,
  wavelengthMetre: 1e-10,
  orientation: 2,
  shape: [90, 110],
};

describe("a frame", () => {
  const options = { title: "x.tif", file: 0, frame: 0 };
  test("is averaged over squares; what is masked or holds no count is left out", () => {
    // 3 × 5 pixels in squares of 2: the last row and column are cut
    const pixels = Uint16Array.of(1, 3, 10, 10, 7, 5, 7, 20, 65_535, 9, 2, 4, 6, 8, 65_535);
    const mask = new Uint8Array(15);
    mask[1] = 1;
    const view = detectorView(pixels, 3, 5, { ...options, mask, most: 3 });
    expect(view).toMatchObject({ rows: 3, columns: 5, reduced: 2, maskedPixels: 1, rings: [], centre: null });
    expect(view.values).toEqual([4.333, 13.33, 8, 3, 7, Number.NaN]);
  });
  test("of a screen's size stays as it is", () => {
    const pixels = Float32Array.of(0.5, Number.NaN, -2, 7);
    expect(detectorView(pixels, 2, 2, options).values).toEqual([0.5, Number.NaN, -2, 7]);
  });
  test("whose size does not fit is refused", () => {
    expect(() => detectorView(new Uint8Array(5), 2, 2, options)).toThrow(/5 pixels/);
  });
});

test("a ring lies where its angle is, and is NaN beyond the detector", () => {
  for (const twoThetaDegree of [1, 2.5, 4]) {
    const { row, column } = ringOutline(GEOMETRY, twoThetaDegree);
    const seen = row.flatMap((r, i) => (Number.isNaN(r) ? [] : [{ r, c: column[i]! }]));
    expect(seen.length).toBeGreaterThan(10);
    // written to 0.01 px, of 0.04°
    for (const { r, c } of seen) expect(Math.abs((polarOf(GEOMETRY, r, c).twoTheta * 180) / Math.PI - twoThetaDegree)).toBeLessThan(5e-4);
    for (const { r, c } of seen) expect(r >= 0 && r <= 90 && c >= 0 && c <= 110).toBe(true);
  }
  expect(ringOutline(GEOMETRY, 40).row.every(Number.isNaN)).toBe(true);
});

test("a cake of an even frame is even, in as many bins as a screen has", () => {
  const plan = integrationPlan(GEOMETRY, { unit: "2th_deg", bins: 130, sectors: 8, solidAngle: false });
  const frame = integrateFrame(plan, new Uint16Array(90 * 110).fill(40));
  const view = cakeView(plan, frame, "x", [], 50);
  expect(view.axis.values.length).toBe(44);
  expect([view.azimuthDegree[0], view.azimuthDegree[8], view.azimuthDegree.length]).toEqual([-180, 180, 9]);
  const values = Array.from(view.values).filter((value) => !Number.isNaN(value));
  expect(values.length).toBeGreaterThan(100);
  for (const value of values) expect(value).toBeCloseTo(40, 6);
});
