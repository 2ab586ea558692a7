/** What the choice of windows does to weights: nothing where all scans bend alike, something where one bends on its own. By algebra. */
import { expect, test } from "vitest";
import { normalizeSpectrum } from "./normalize.ts";
import { type MeasuredCurve, windowSpread } from "./windowSpread.ts";

const ENERGY = Float64Array.from({ length: 241 }, (_, i) => 2430 + 0.5 * i);

/** An edge with a line, on a background that curves by `bend`. */
function scanOf(name: string, line: (e: number) => number, bend: number): MeasuredCurve {
  const mu = ENERGY.map((e) => {
    const t = (e - 2475) / 60;
    return 0.1 + 0.02 * t + bend * t * t + (0.5 + Math.atan(e - 2475) / Math.PI) + line(e);
  });
  const scan = { name, energy: ENERGY, mu, sigma: null };
  return { name, scan, normalized: normalizeSpectrum(scan, { e0: 2475, pre: [-40, -9], post: [30, 72], degree: 1 }) };
}

const line = (at: number) => (e: number) => 1.5 * Math.exp(-(((e - at) / 1.5) ** 2));
const both = (e: number): number => 0.4 * line(2477)(e) + 0.6 * line(2481)(e);

test("a background that all scans share leaves the weights as they are; one of its own does not; without windows there is no answer", () => {
  const standards = (bend: number) => [scanOf("a", line(2477), bend), scanOf("b", line(2481), bend)];
  const options = { range: [2465, 2490] as const };
  const alike = windowSpread(scanOf("mix", both, 0.05), standards(0.05), options)!;
  const apart = windowSpread(scanOf("mix", both, 0.05), standards(0), options)!;
  expect(Math.max(...alike)).toBeLessThan(1e-3);
  // two weights of sum 1 move together
  expect(apart[0]).toBeCloseTo(apart[1]!, 9);
  expect(apart[0]).toBeGreaterThan(5 * alike[0]!);
  const [first] = standards(0);
  expect(windowSpread({ ...first!, normalized: null }, standards(0), options)).toBeNull();
});
