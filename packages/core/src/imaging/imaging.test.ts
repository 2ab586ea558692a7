import { describe, expect, test } from "vitest";
import { random } from "../random.ts";
import { rotationCentre } from "./centre.ts";
import { connectedRegions } from "./components.ts";
import { filterResponse } from "./filter.ts";
import { paganin } from "./paganin.ts";
import { fillRow, lineIntegrals } from "./prepare.ts";
import { backProjectRays, project } from "./project.ts";
import { reconstruct } from "./reconstruct.ts";
import { findShift } from "./register.ts";
import { sirt } from "./sirt.ts";
import { histogramOf, otsu } from "./threshold.ts";

const angles = (n: number): Float64Array => Float64Array.from({ length: n }, (_, k) => (Math.PI * k) / n);

/** A disc of radius r and density 1: its shadow is 2√(r² − u²) at every angle. */
function disc(columns: number, n: number, r: number, centre: number): Float32Array {
  const row = Float32Array.from({ length: columns }, (_, c) => 2 * Math.sqrt(Math.max(0, r * r - (c - centre) ** 2)));
  const out = new Float32Array(columns * n);
  for (let a = 0; a < n; a++) out.set(row, a * columns);
  return out;
}

describe("filtered back projection", () => {
  test("a disc comes back with its density and its edge", () => {
    const columns = 129;
    const { slice } = reconstruct({ angles: angles(180), columns, values: disc(columns, 180, 40, 64) }, { centre: 64 });
    const at = (x: number, y: number): number => slice.values[(y + 64) * columns + x + 64]!;
    for (const [x, y] of [
      [0, 0],
      [20, 5],
      [-15, 22],
    ] as const)
      expect(at(x, y)).toBeCloseTo(1, 1);
    expect(Math.abs(at(50, 0))).toBeLessThan(0.02);
    let mass = 0;
    for (const value of slice.values) mass += value;
    expect(mass / (Math.PI * 40 ** 2)).toBeCloseTo(1, 1);
  });

  test("the ramp's response is |ν|, without a constant part", () => {
    const response = filterResponse(256, "ramp");
    expect(Math.abs(response[0]!)).toBeLessThan(0.01);
    for (const k of [20, 64, 128]) expect(response[k]!).toBeCloseTo((2 * k) / 256, 2);
  });

  test("an axis beside the middle is found and used", () => {
    const columns = 129;
    const scan = disc(columns, 90, 30, 68.3);
    const centre = rotationCentre([{ angles: angles(90), columns, values: scan }]);
    expect(centre.how).toBe("centre of mass");
    // the shadow is sampled at points, which moves its mass by up to a few hundredths of a column
    expect(Math.abs(centre.column.value - 68.3)).toBeLessThan(0.05);
  });

  test("what is no number is refused with its place", () => {
    const values = disc(65, 20, 20, 32);
    values[3 * 65 + 7] = Number.NaN;
    expect(() => reconstruct({ angles: angles(20), columns: 65, values }, { centre: 32 })).toThrow(/projection 3, column 7 holds NaN/);
    expect(() => reconstruct({ angles: angles(20), columns: 65, values }, { centre: 90 })).toThrow(/0 to 64/);
  });
});

test("projection and back projection are adjoint", () => {
  const draw = random("adjoint");
  const size = 24;
  const geometry = { angles: angles(17), columns: 30, centre: 14.2 };
  const f = Float32Array.from({ length: size * size }, () => draw.normal());
  const g = Float32Array.from({ length: 17 * 30 }, () => draw.normal());
  const forward = project({ size, values: f }, geometry).values;
  const back = backProjectRays(g, geometry, size);
  const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => Array.from(a).reduce((sum, x, i) => sum + x * b[i]!, 0);
  expect(dot(forward, g)).toBeCloseTo(dot(f, back), 3);
});

test("the iterative reconstruction fits few angles better each round and stays positive", () => {
  const columns = 65;
  const { slice, residuals } = sirt(
    { angles: angles(24), columns, values: disc(columns, 24, 20, 32) },
    { size: columns, centre: 32, rounds: 30 },
  );
  for (let k = 1; k < residuals.length; k++) expect(residuals[k]!).toBeLessThan(residuals[k - 1]!);
  let mass = 0;
  for (const value of slice.values) mass += value;
  expect(mass / (Math.PI * 20 ** 2)).toBeCloseTo(1, 1);
  expect(Math.min(...slice.values)).toBeGreaterThanOrEqual(0);
});

test("counts become line integrals; dark pixels take the value between their neighbours", () => {
  const { values, dead } = lineIntegrals([1100, 600, 0, 100, 225], [1100, 1100, 1100, 1100, 1100], [100, 100, 100, 100, 100]);
  expect(dead).toBe(2);
  expect(values[1]!).toBeCloseTo(Math.log(2), 6);
  const row = Float32Array.from([0, 1, Number.NaN, Number.NaN, 4]);
  fillRow(row);
  expect(Array.from(row)).toEqual([0, 1, 2, 3, 4]);
  expect(() => lineIntegrals([1, 2], [3], [0, 0])).toThrow(/must be alike/);
  expect(() => lineIntegrals([0, 0], [5, 5], [1, 1])).toThrow(/do not belong together/);
});

test("Paganin: the thickness behind a defocused edge of a homogeneous object", () => {
  // forward: I = (1 − (zδ/μ) ∇²) e^{−μT}, the near field by finite differences
  const n = 64;
  const pixel = 1e-6;
  const [distance, deltaOverBeta, wavelength] = [0.1, 500, 1e-10];
  const length2 = (distance * deltaOverBeta * wavelength) / (4 * Math.PI);
  const truth = Float64Array.from({ length: n * n }, (_, i) => 0.5 * Math.exp(-(((i % n) - 32) ** 2 + (Math.floor(i / n) - 32) ** 2) / 72));
  const contact = truth.map((t) => Math.exp(-t));
  const seen = contact.map((v, i) => {
    const at = (dx: number, dy: number): number =>
      contact[Math.max(0, Math.min(n - 1, Math.floor(i / n) + dy)) * n + Math.max(0, Math.min(n - 1, (i % n) + dx))]!;
    return v - (length2 / pixel ** 2) * (at(1, 0) + at(-1, 0) + at(0, 1) + at(0, -1) - 4 * v);
  });
  const found = paganin(seen, n, n, { pixel, distance, deltaOverBeta, wavelength });
  expect(Math.max(...found.map((v, i) => Math.abs(v - truth[i]!)))).toBeLessThan(0.01);
  expect(() => paganin(seen, n, n, { pixel: 0, distance, deltaOverBeta, wavelength })).toThrow(/pixel is 0/);
});

test("Otsu's thresholds part the modes; the best partition of the histogram by exhaustion agrees", () => {
  const draw = random("otsu");
  const values = Float32Array.from({ length: 6000 }, (_, i) => [0, 4, 10][i % 3]! + draw.normal() * 0.5);
  const { at, means } = otsu(histogramOf(values), 3);
  expect(at[0]!).toBeGreaterThan(1.2);
  expect(at[0]!).toBeLessThan(2.8);
  expect(at[1]!).toBeGreaterThan(5.5);
  expect(at[1]!).toBeLessThan(8.5);
  for (const [k, mean] of [0, 4, 10].entries()) expect(means[k]!).toBeCloseTo(mean, 1);
  expect(() => otsu(histogramOf(values), 9)).toThrow(/2 to 5/);
  expect(() => histogramOf([3, 3, 3])).toThrow(/every pixel is 3/);
  expect(() => histogramOf([Number.NaN])).toThrow(/no pixel has a value/);
});

test("regions share faces, not corners", () => {
  const { sizes } = connectedRegions(Uint8Array.from([1, 1, 0, 0, 0, 1, 1, 0, 1]), 3, 3, 1);
  expect(sizes.slice(1).sort()).toEqual([1, 2, 2]);
});

test("the shift of two volumes is found, also by parts of a voxel", () => {
  const n = 32;
  const blob = (dx: number, dy: number, dz: number) => ({
    nx: n,
    ny: n,
    nz: n,
    voxel: 1e-6,
    values: Float32Array.from({ length: n ** 3 }, (_, i) => {
      const [x, y, z] = [i % n, Math.floor(i / n) % n, Math.floor(i / n ** 2)];
      let v = 0;
      for (const [cx, cy, cz] of [
        [14, 15, 17],
        [19, 12, 14],
        [12, 19, 18],
      ] as const) {
        v += Math.exp(-((x - cx - dx) ** 2 + (y - cy - dy) ** 2 + (z - cz - dz) ** 2) / 6);
      }
      return v;
    }),
  });
  const { voxels } = findShift(blob(0, 0, 0), blob(2, -1.4, 0.5));
  for (const [k, expected] of [2, -1.4, 0.5].entries()) expect(Math.abs(voxels[k]! - expected)).toBeLessThan(0.3);
  expect(() => findShift(blob(0, 0, 0), { ...blob(0, 0, 0), nz: 16 })).toThrow(/cannot be compared/);
});
