import { expect, test } from "vitest";
import { random } from "../random.ts";
import { fitGrowth } from "./growth.ts";
import { findNewArc, fitSeries, oneMoreArc } from "./series.ts";
import { testSpectrum } from "./testSpectrum.ts";

test("a series is fitted from start to start, and searched anew where it jumps", () => {
  const draw = random("series");
  const truth = (k: number): number[] => (k < 6 ? [10 + k, 50 + 3 * k, 1e-6, 0.9] : [300, 400, 1e-3, 0.7]);
  const spectra = Array.from({ length: 12 }, (_, k) => testSpectrum("R0-p(R1,CPE1)", truth(k), draw));
  const { fits } = fitSeries("R0-p(R1,CPE1)", spectra);
  for (const [k, { values }] of fits.entries()) {
    expect(values[0]! / truth(k)[0]!).toBeCloseTo(1, 2);
    expect(values[1]! / truth(k)[1]!).toBeCloseTo(1, 1);
  }
});

test("a spectrum that cannot be fitted is named by its number", () => {
  const good = testSpectrum("R0-p(R1,CPE1)", [10, 50, 1e-6, 0.9], random("named"));
  const bad = { ...good, frequencyHertz: good.frequencyHertz.with(3, 0) };
  expect(() => fitSeries("R0-p(R1,CPE1)", [good, bad])).toThrow(/spectrum 2 of 2: point 4/);
});

test("one more arc goes behind the last", () => {
  expect(oneMoreArc("R0-p(R1,CPE1)-W1")).toBe("R0-p(R1,CPE1)-p(R2,CPE2)-W1");
  expect(oneMoreArc("L0-R0-p(R1,p(R2,C2)-W2)-CPE3")).toBe("L0-R0-p(R1,p(R2,C2)-W2)-p(R4,CPE4)-CPE3");
  expect(oneMoreArc("R0-CPE1")).toBe("R0-p(R2,CPE2)-CPE1");
});

test("an arc that grows from nothing is found when it stands out of the noise", () => {
  const draw = random("growing");
  const ohm = (k: number): number => (k < 8 ? 0 : 3 * (k - 7));
  const spectra = Array.from({ length: 20 }, (_, k) =>
    k < 8
      ? testSpectrum("R0-p(R1,CPE1)", [30, 50, 1e-6, 0.9], draw)
      : testSpectrum("R0-p(R1,CPE1)-p(R2,CPE2)", [30, 50, 1e-6, 0.9, ohm(k), 1e-2, 0.9], draw),
  );
  const { first, arcs, deltaBic } = findNewArc("R0-p(R1,CPE1)", spectra);
  expect(first).toBe(8);
  expect(deltaBic[3]!).toBeGreaterThan(-10);
  for (let k = 10; k < 20; k++) expect(arcs[k]!.resistance.value / ohm(k)).toBeCloseTo(1, 1);
});

const points = (law: (t: number) => number, sigma: number, seed: string) => {
  const draw = random(seed);
  return Array.from({ length: 40 }, (_, k) => {
    const timeSecond = 600 * (k + 1);
    return { timeSecond, resistance: { value: law(timeSecond) + sigma * draw.normal(), sigma, unit: "ohm" } };
  });
};

test("a parabola of growth: R0 + k √t, with errors that cover it", () => {
  let inside = 0;
  for (let k = 0; k < 30; k++) {
    const { law, power, complete } = fitGrowth(points((t) => 20 + 0.5 * Math.sqrt(t), 0.4, `parabola ${k}`));
    expect(law).toBe("power");
    expect(complete).toEqual({ notComputable: expect.stringContaining("still grows") });
    if (Math.abs(power.exponent.value - 0.5) < 2 * power.exponent.sigma!) inside++;
  }
  expect(inside).toBeGreaterThan(24);
});

test("a layer that is complete: when it began and when it ended", () => {
  const layer = (t: number): number => 60 * Math.min(1, Math.max(0, (t - 1200) / 12000)) ** 0.5;
  const { law, onset, complete, completion } = fitGrowth(points(layer, 0.3, "layer"));
  expect(law).toBe("completion");
  expect(completion!.final.value).toBeCloseTo(60, 0);
  if (!("value" in onset && "value" in complete)) throw new Error("not found");
  expect(Math.abs(onset.value - 1200)).toBeLessThan(3 * onset.sigma!);
  expect(Math.abs(complete.value - 13200)).toBeLessThan(3 * complete.sigma!);
  expect(complete.sigma!).toBeLessThan(300);
});

test("points without errors and short series are refused", () => {
  expect(() => fitGrowth(points(() => 1, 0.1, "x").slice(0, 5))).toThrow(/at least six/);
  const bare = points(() => 1, 0.1, "x").map((p) => ({ ...p, resistance: { ...p.resistance, sigma: null } }));
  expect(() => fitGrowth(bare)).toThrow(/no standard error/);
});
