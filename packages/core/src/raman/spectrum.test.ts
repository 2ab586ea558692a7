import { expect, test } from "vitest";
import { noiseOf } from "../peaks/noise.ts";
import { random } from "../random.ts";
import { despike, ramanSpectrum } from "./spectrum.ts";

test("spikes of one, two and three points are replaced, a sharp band is not", () => {
  const draw = random("spikes");
  const clean = Float64Array.from({ length: 500 }, (_, i) => 1000 + 3000 / (1 + ((i - 250) / 3) ** 2) + 10 * draw.normal());
  const y = clean.slice();
  for (const [at, height] of [
    [50, 4000],
    [120, 3000],
    [121, 1400],
    [300, 900],
    [301, 4000],
    [302, 700],
  ] as const)
    y[at] = y[at]! + height;
  const found = despike(y, 8);
  expect(found.map((s) => s.index)).toEqual([50, 120, 121, 300, 301, 302]);
  for (const [i, v] of y.entries()) expect(Math.abs(v - clean[i]!)).toBeLessThan(i >= 299 && i <= 303 ? 60 : 50);
  expect(noiseOf(clean)).toBeGreaterThan(8);
  expect(noiseOf(clean)).toBeLessThan(12);
});

test("wavelengths become shifts, ascending; 547.43 nm at 532.1 nm is 526.3 cm⁻¹", () => {
  const x = Float64Array.from({ length: 20 }, (_, i) => 547.43 - 0.1 * (i - 10));
  const { shift } = ramanSpectrum({ x, y: new Float64Array(20).fill(1), axis: "wavelength", laserNanometre: 532.1 });
  expect(shift[10]).toBeGreaterThan(shift[9]!);
  expect(shift[9]).toBeCloseTo(1e7 / 532.1 - 1e7 / 547.43, 6);
  expect(() => ramanSpectrum({ x, y: x, axis: "wavelength" })).toThrow(/laser/);
  expect(() => ramanSpectrum({ x: x.map(() => 3), y: x, axis: "ramanShift" })).toThrow(/twice/);
  expect(() => ramanSpectrum({ x, y: x.map(() => Number.NaN), axis: "ramanShift" })).toThrow(/finite/);
});
