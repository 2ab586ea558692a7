/** Tomography and sections on virtual instruments: the truth is the drawing. */
import {
  analyseStack,
  colocalisation,
  darkRegions,
  elementUniformity,
  fillRow,
  interlayerThickness,
  lineIntegrals,
  type Picture,
  type Reconstructed,
  reconstruct,
  rotationCentre,
  type Sinogram,
  smoothed,
  voids,
  withoutRings,
} from "@thioscope/core/imaging";
import {
  PELLET,
  SHEPP_LOGAN,
  STACK,
  STACK_GREYS,
  TOMOGRAPH,
  type VirtualScan,
  virtualElements,
  virtualScan,
  virtualSection,
  virtualStack,
} from "@thioscope/virtual";
import { describe, expect, test } from "vitest";

const LONG = process.env.THIOSCOPE_LONG !== undefined;

function sinogramOf({ angles, counts, flat, dark }: VirtualScan): Sinogram {
  const columns = flat.length;
  const values = new Float32Array(counts.length);
  for (let a = 0; a < angles.length; a++) {
    const row = lineIntegrals(counts.subarray(a * columns, (a + 1) * columns), flat, dark).values;
    fillRow(row);
    values.set(row, a * columns);
  }
  return { angles, columns, values };
}

const rms = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let [sum, norm] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    sum += (a[i]! - b[i]!) ** 2;
    norm += b[i]! ** 2;
  }
  return Math.sqrt(sum / norm);
};

describe("slices", () => {
  test("counts, flat and dark of a noisy scan give the slice of its true line integrals; the axis is found", () => {
    for (const [seed, shift] of [
      ["a", 3.4],
      ["b", -5.75],
      ["c", 0.25],
    ] as const) {
      const scan = virtualScan(PELLET, { ...TOMOGRAPH, shift }, seed);
      const raw = sinogramOf(scan);
      const { column } = rotationCentre([raw]);
      const sinogram = withoutRings(raw);
      expect(Math.abs(column.value - scan.centre)).toBeLessThan(0.1);
      const found = reconstruct(sinogram, { centre: column.value, filter: "hann" }).slice;
      const ideal = reconstruct({ ...sinogram, values: scan.truth }, { centre: scan.centre, filter: "hann" }).slice;
      expect(rms(found.values, ideal.values)).toBeLessThan(0.12);
    }
  });

  test("stripes of wrong columns are taken out", () => {
    const scan = virtualScan(SHEPP_LOGAN, { ...TOMOGRAPH, badColumns: 0.06, badResponse: 0.05 }, "rings");
    const raw = sinogramOf(scan);
    const ideal = reconstruct({ ...raw, values: scan.truth }, { centre: scan.centre }).slice;
    const error = (s: Sinogram): number => rms(reconstruct(s, { centre: scan.centre }).slice.values, ideal.values);
    expect(error(withoutRings(raw))).toBeLessThan(0.7 * error(raw));
  });

  test("an object larger than the field: the axis by half turns, flagged, and the smooth error within what is stated", () => {
    for (const seed of ["a", "b", "c"]) {
      const setup = { ...TOMOGRAPH, columns: 200, widen: 1.5, range: 181, angles: 363, shift: 2.5, counts: 40_000 };
      const scan = virtualScan(PELLET, setup, seed);
      const sinogram = sinogramOf(scan);
      const centre = rotationCentre([sinogram]);
      expect(centre.how).toBe("half turn");
      expect(Math.abs(centre.column.value - scan.centre)).toBeLessThan(0.25);
      const found: Reconstructed = reconstruct(sinogram, { centre: scan.centre, filter: "hann" });
      expect(found.notices.map(({ code }) => code)).toEqual(["truncated-projections"]);
      // without continuation the rim is bright: the mean over it is far from the inside
      const rim = (values: Float32Array): number => ringMean(values, 200, 0.86, 0.95) - ringMean(values, 200, 0.3, 0.6);
      expect(Math.abs(rim(found.slice.values))).toBeLessThan(0.02);
      expect(found.truncationError).toBeGreaterThan(0);
    }
  });
});

function ringMean(values: Float32Array, size: number, from: number, to: number): number {
  let [sum, n] = [0, 0];
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const r = Math.hypot(x - size / 2, y - size / 2) / (size / 2);
      if (r < from || r > to) continue;
      sum += values[y * size + x]!;
      n++;
    }
  }
  return sum / n;
}

describe("volumes of a stacked cell", () => {
  test("interlayer thickness within half a voxel, voids within 5 %", () => {
    const errors: number[] = [];
    const volumes: number[] = [];
    for (let seed = 0; seed < (LONG ? 30 : 3); seed++) {
      const stack = virtualStack({ ...STACK, size: 48 }, seed);
      const map = interlayerThickness(smoothed(stack, [1.2, 1.2, 0]), STACK_GREYS);
      let [found, truth, n] = [0, 0, 0];
      for (const [i, t] of map.thickness.entries()) {
        if (Number.isNaN(t)) continue;
        found += t;
        truth += stack.truth.thickness[i]!;
        n++;
        errors.push(Math.abs(t - stack.truth.thickness[i]!) / stack.voxel);
      }
      expect(n / map.thickness.length).toBeGreaterThan(0.98);
      expect(Math.abs(found - truth) / n / stack.voxel).toBeLessThan(0.25);
      const inside = Uint8Array.from(stack.values, (_, i) => (Math.floor(i / 48 ** 2) < map.top[i % 48 ** 2]! - 2 ? 1 : 0));
      const { regions } = voids(stack, STACK_GREYS.electrolyte, STACK_GREYS.void, { within: inside, smallest: 10 });
      const pores = stack.truth.pores.filter((v) => v > 0).sort((a, b) => b - a);
      expect(regions.length).toBe(pores.length);
      for (const [k, { volume }] of regions.entries()) volumes.push(volume / pores[k]! - 1);
    }
    errors.sort((a, b) => a - b);
    expect(errors[Math.floor(0.95 * errors.length)]!).toBeLessThan(0.5);
    const mean = volumes.reduce((a, b) => a + b, 0) / volumes.length;
    expect(Math.abs(mean)).toBeLessThan(0.05);
    expect(volumes.filter((v) => Math.abs(v) < 0.05).length / volumes.length).toBeGreaterThan(0.85);
  });

  test("branches that grow from the interface are told from pores", () => {
    const runs = LONG ? 100 : 6;
    let right = 0;
    for (let k = 0; k < runs; k++) {
      const dendritic = k % 2 === 1;
      const setup = dendritic ? { ...STACK, size: 48, pores: 4, branches: 5 } : { ...STACK, size: 48, pores: 4 };
      const stack = virtualStack(setup, `growth ${k}`);
      const { grows } = analyseStack(stack, k % 4 < 2 ? STACK_GREYS : null);
      if (grows === dendritic) right++;
    }
    expect(right / runs).toBeGreaterThanOrEqual(0.95);
  });
});

describe("sections", () => {
  test("area of cracks and voids with errors that cover", () => {
    let inside = 0;
    const runs = 20;
    for (let seed = 0; seed < runs; seed++) {
      const drawn = virtualSection(seed, { size: 256, cracks: 3, voids: 6, noise: 18 });
      const found = darkRegions({ ...drawn, pixel: 1e-7 });
      expect(Math.abs(found.cracks.value + found.voids.value - drawn.cracks - drawn.voids)).toBeLessThan(
        0.15 * (drawn.cracks + drawn.voids),
      );
      // a void that touches a crack is one region with it: the sum is what is certain
      if (Math.abs(found.cracks.value - drawn.cracks) < 0.35 * drawn.cracks) inside++;
    }
    expect(inside).toBeGreaterThanOrEqual(12);
  });

  test("elements that go together, and even ones, are told", () => {
    const picture = (values: Float32Array): Picture => ({ width: 128, height: 128, pixel: null, values });
    const together = virtualElements("t", { size: 128, grain: 8, together: 1, counts: 6 });
    const apart = virtualElements("a", { size: 128, grain: 8, together: 0, counts: 6 });
    const a = colocalisation(picture(together.first), picture(together.second)).pearson;
    const b = colocalisation(picture(apart.first), picture(apart.second)).pearson;
    expect(a.value).toBeGreaterThan(0.4);
    expect(Math.abs(b.value)).toBeLessThan(3 * b.sigma! + 0.05);
    const even = virtualElements("e", { size: 128, grain: 128, together: 1, counts: 6 }).first;
    const { dispersion } = elementUniformity(picture(even));
    expect(Math.abs(dispersion.value - 1)).toBeLessThan(3 * dispersion.sigma!);
    expect(elementUniformity(picture(together.first)).dispersion.value).toBeGreaterThan(3);
  });
});
