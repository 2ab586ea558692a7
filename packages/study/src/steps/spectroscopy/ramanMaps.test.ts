import type { BandOverSeries, RamanFit } from "@thioscope/core/raman";
import { expect, test } from "vitest";
import { ramanMaps } from "./ramanMaps.ts";

const band = (areas: readonly (number | null)[]): BandOverSeries => ({
  species: "S8",
  mode: "",
  position: 473,
  areas: areas.map((a) => (a === null ? null : { value: a, sigma: 1, unit: "counts/cm" })),
  limits: areas.map(() => null),
  presence: areas.map(() => "present" as const),
  events: [],
});

const fit = (height: number): RamanFit => {
  const shift = Float64Array.from({ length: 40 }, (_, i) => 400 + 4 * i);
  return { shift, intensity: shift.map(() => height + 5), baseline: shift.map(() => 5) } as RamanFit;
};

test("bands on a grid of places: the area at each place, nothing where it is not found, cells half way between places", () => {
  // three columns and two rows, in a snake, with a stage that misses by 0.02 µm
  const places = [
    [0, 0, 0],
    [2, 0.02, 0],
    [4.02, 0, 0],
    [4, 3, 0],
    [2.02, 3, 0],
    [0, 3.02, 0],
  ];
  const fits = places.map((_, k) => fit(k));
  const names = places.map((_, k) => `point ${k + 1}`);
  const [sample, contour] = ramanMaps(names, fits, [band([1, 2, 3, null, 5, 6])], places);
  expect(sample).toMatchObject({ title: "S8 473 cm⁻¹ on the sample", names: null, values: [1, 2, 3, 6, 5, Number.NaN] });
  for (const [i, edge] of [-1, 1, 3, 5].entries()) expect(sample!.columns[i]).toBeCloseTo(edge, 1);
  for (const [i, edge] of [-1.5, 1.5, 4.5].entries()) expect(sample!.rows[i]).toBeCloseTo(edge, 1);
  expect(contour!.names).toEqual(names);
  // without its baseline
  expect(contour!.values[3 * 40]).toBeCloseTo(3, 9);
});

test("a line and spectra without places have no map of the sample", () => {
  const fits = [fit(1), fit(2), fit(3), fit(4)];
  const names = ["a", "b", "c", "d"];
  const line = fits.map((_, k) => [30 * k, 0, 0]);
  for (const places of [line, fits.map(() => null)]) {
    expect(ramanMaps(names, fits, [band([1, 2, 3, 4])], places).map(({ title }) => title)).toEqual(["Intensity over the series"]);
  }
  expect(ramanMaps(["a"], [fit(1)], [band([1])], [null])).toEqual([]);
});
