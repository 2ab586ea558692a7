/** Isosurfaces of grids whose surface and volume are known by algebra; smoothing keeps the sum and the second moment. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { volumeOf } from "./cell.ts";
import { type CellGrid, isosurface, levelHolding, smoothed } from "./isosurface.ts";

/** Values of `f` at Cartesian places seen from the middle of the cell. */
function gridOf(n: number, cell: readonly number[], f: (x: number, y: number, z: number) => number): CellGrid {
  const values = new Float64Array(n ** 3);
  for (let k = 0; k < values.length; k++) {
    const s = [Math.floor(k / (n * n)) / n - 0.5, (Math.floor(k / n) % n) / n - 0.5, (k % n) / n - 0.5] as const;
    const [x, y, z] = [0, 1, 2].map((d) => s[0] * cell[d]! + s[1] * cell[3 + d]! + s[2] * cell[6 + d]!) as [number, number, number];
    values[k] = f(x, y, z);
  }
  return { shape: [n, n, n], values, cell };
}

const CUBE = [10, 0, 0, 0, 10, 0, 0, 0, 10];
const SHEARED = [10, 0, 0, 5, 9, 0, 2, -3, 9];

test.each([
  ["cube", CUBE],
  ["sheared cell", SHEARED],
])("a sphere of radius 3 in a %s has its area and volume, better with the square of the step", (_name, cell) => {
  const errors = [20, 40].map((n) => {
    const { area, volume } = isosurface(
      gridOf(n, cell, (x, y, z) => -Math.hypot(x, y, z)),
      -3,
    );
    return [area / (4 * Math.PI * 9) - 1, volume / (36 * Math.PI) - 1].map(Math.abs) as [number, number];
  });
  for (const k of [0, 1] as const) {
    expect(errors[1]![k]).toBeLessThan(0.006);
    expect(errors[1]![k] / errors[0]![k]).toBeLessThan(0.35);
  }
});

test("corners lie on the sphere, normals point outwards, every edge belongs to two triangles", () => {
  const { positions, normals, triangles } = isosurface(
    gridOf(24, CUBE, (x, y, z) => -Math.hypot(x, y, z)),
    -3,
  );
  for (let i = 0; i < positions.length; i += 3) {
    const from = [0, 1, 2].map((d) => positions[i + d]! - 5);
    expect(Math.abs(Math.hypot(...from) - 3)).toBeLessThan(0.03);
    expect(from.reduce((sum, c, d) => sum + c * normals[i + d]!, 0) / 3).toBeGreaterThan(0.98);
  }
  const edges = new Map<string, number>();
  for (let t = 0; t < triangles.length; t += 3) {
    for (let k = 0; k < 3; k++) {
      const key = [triangles[t + k]!, triangles[t + ((k + 1) % 3)]!].sort((a, b) => a - b).join("-");
      edges.set(key, (edges.get(key) ?? 0) + 1);
    }
  }
  expect([...new Set(edges.values())]).toEqual([2]);
  // a sphere: corners − edges + faces = 2
  expect(positions.length / 3 - edges.size + triangles.length / 3).toBe(2);
});

test("a layer through the whole cell: two planes, half of the volume", () => {
  const { area, volume } = isosurface(
    gridOf(16, CUBE, (x) => 2.5 - Math.abs(x)),
    0,
  );
  expect(area).toBeCloseTo(200, 3);
  expect(volume).toBeCloseTo(500, 6);
});

test("volumes above and below a level fill the cell, for any values", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 27, maxLength: 27 }), (values) => {
      const above = isosurface({ shape: [3, 3, 3], values, cell: SHEARED }, 0.1);
      const below = isosurface({ shape: [3, 3, 3], values: values.map((v) => -v), cell: SHEARED }, -0.1);
      expect(above.volume).toBeGreaterThanOrEqual(0);
      if (!values.includes(0.1)) {
        expect(above.volume + below.volume).toBeCloseTo(volumeOf(SHEARED), 6);
        expect(above.area).toBeCloseTo(below.area, 6);
      }
    }),
    { seed: 1, numRuns: 60 },
  );
});

test("smoothing keeps the sum and spreads a point by its width along each direction, in a sheared cell too", () => {
  const grid = gridOf(24, SHEARED, () => 0);
  const values = Float64Array.from(grid.values);
  values[(12 * 24 + 12) * 24 + 12] = 2;
  const out = smoothed({ ...grid, values }, 0.8);
  let sum = 0;
  const second = [0, 0, 0];
  for (let k = 0; k < out.length; k++) {
    sum += out[k]!;
    const s = [Math.floor(k / 576) / 24 - 0.5, (Math.floor(k / 24) % 24) / 24 - 0.5, (k % 24) / 24 - 0.5] as const;
    for (let d = 0; d < 3; d++) second[d]! += (out[k]! * (s[0] * SHEARED[d]! + s[1] * SHEARED[3 + d]! + s[2] * SHEARED[6 + d]!) ** 2) / 2;
  }
  expect(sum).toBeCloseTo(2, 10);
  // a Gaussian cut at three widths has P(χ²₅ < 9)/P(χ²₃ < 9) = 0.918 of its variance
  for (const m of second) expect(Math.abs(m / (0.918 * 0.64) - 1)).toBeLessThan(0.02);
});

test("the level that holds a share", () => {
  expect(levelHolding([1, 5, 0, 4], 0.5)).toBe(5);
  expect(levelHolding([1, 5, 0, 4], 0.6)).toBe(4);
  expect(levelHolding([0, 0], 0.5)).toBe(0);
});

test.each([
  ["too few values", { shape: [2, 2, 2] as const, values: [1], cell: CUBE }],
  ["a flat cell", { shape: [1, 1, 1] as const, values: [1], cell: [1, 0, 0, 2, 0, 0, 0, 0, 1] }],
])("INVALID_INPUT: %s", (_name, grid) => {
  expect(() => isosurface(grid, 0)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
});
