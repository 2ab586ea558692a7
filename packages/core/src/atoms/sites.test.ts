import { expect, test } from "vitest";
import type { DensityGrid } from "./density.ts";
import { densitySites } from "./sites.ts";

/** A cube of 10 Å in 20 points an axis with two sites, one of them over the boundary, and a point that is seldom visited. */
const values = new Float64Array(20 ** 3);
const put = (x: number, y: number, z: number, v: number): void => {
  values[(((x + 20) % 20) * 20 + ((y + 20) % 20)) * 20 + ((z + 20) % 20)] = v;
};
for (const [dx, v] of [
  [-1, 2],
  [0, 4],
  [1, 2],
] as const) {
  put(dx, 10, 10, v);
  put(10 + dx, 3, 3, dx === 1 ? v * 2 : v);
}
put(5, 15, 15, 0.5);
const grid: DensityGrid = {
  shape: [20, 20, 20],
  values,
  cell: Float64Array.of(10, 0, 0, 0, 10, 0, 0, 0, 10),
  voxel: 0.125,
  visits: 1,
  ions: 1,
};

test("groups of visited points are sites at their centres, also over the boundary; what is seldom visited is none", () => {
  const { fractions, weight } = densitySites(grid, { share: 0.25, apart: 1 });
  expect(weight).toHaveLength(2);
  const sites = [0, 1].map((k) => Array.from(fractions.subarray(3 * k, 3 * k + 3))).sort((a, b) => a[1]! - b[1]!);
  for (const [k, f] of [(9 * 2 + 10 * 4 + 11 * 4) / 10 / 20, 0.15, 0.15].entries()) expect(sites[0]![k]).toBeCloseTo(f, 12);
  expect(sites[1]![0]! % 1).toBeCloseTo(0, 12);
  expect(weight.reduce((a, b) => a + b, 0)).toBeCloseTo(18 * 0.125, 12);
  // a lower share sees the third, a longer distance joins nothing that is 5 Å away
  expect(densitySites(grid, { share: 0.1, apart: 3 }).weight).toHaveLength(3);
});

test("what makes no sense is refused", () => {
  expect(() => densitySites(grid, { share: 1 })).toThrow(/between 0 and 1/);
  expect(() => densitySites(grid, { apart: 0 })).toThrow(/more than 0/);
});
