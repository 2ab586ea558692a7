/** What has an answer by algebra: shells of known lattices, windows at their ends, transforms of one wave, edges of tables, refusals. */
import { expect, test } from "vitest";
import { unitCell } from "../crystal/cell.ts";
import { spaceGroup } from "../crystal/spaceGroup.ts";
import type { Structure } from "../crystal/structure.ts";
import { autobk } from "./autobk.ts";
import { calibrateOn, ENERGY_REFERENCES } from "./calibrate.ts";
import { chainLength } from "./chain.ts";
import { absorptionEdge, compoundAttenuation, guessEdge, massAttenuation } from "./elements.ts";
import { forwardTransform } from "./fourier.ts";
import { mback } from "./mback.ts";
import { mergeSpectra } from "./merge.ts";
import { normalizeSpectrum } from "./normalize.ts";
import { applyOverAbsorption, correctOverAbsorption, overAbsorptionAlpha } from "./overAbsorption.ts";
import { feffInput, neighbourShells } from "./scattering.ts";
import { simplexWeights } from "./simplexWeights.ts";
import { cutSpectrum, tidySpectrum } from "./spectrum.ts";
import { morletTransform } from "./wavelet.ts";
import { windowOf } from "./window.ts";

/** A face-centred metal. */
const metal = (element: string, a: number): Structure => ({
  name: element,
  source: "test",
  cell: unitCell([a, a, a, 90, 90, 90]),
  group: spaceGroup("F m -3 m"),
  sites: [{ label: element, element, charge: 0, position: [0, 0, 0], occupancy: 1, uIso: null, uAniso: null }],
  notices: [],
});

const wave = (r: number) => {
  const k = Float64Array.from({ length: 281 }, (_, i) => 0.05 * i);
  return { k, chi: k.map((x) => (x > 0 ? Math.sin(2 * r * x) / (x * x) : 0)) };
};

test("one wave has its maximum at its R, in the transform and in the wavelet map", () => {
  const data = wave(2.3);
  const { r, magnitude } = forwardTransform(data, { from: 2, to: 13, taper: 1, window: "hanning", weight: 2 });
  const top = magnitude.indexOf(Math.max(...magnitude));
  expect(Math.abs(r[top]! - 2.3)).toBeLessThan(0.02);
  const map = morletTransform(data, { kappa: 8, sigma: 1, most: 5 });
  const best = map.magnitude.indexOf(Math.max(...map.magnitude));
  expect(Math.abs(map.r[Math.floor(best / map.k.length)]! - 2.3)).toBeLessThan(0.1);
});

test("windows are 1 in their middle and 0 at their ends; an empty range is refused", () => {
  for (const window of ["hanning", "kaiser", "parzen", "welch", "sine"] as const) {
    const values = windowOf(400, 0.05, { from: 3, to: 13, taper: 2, window });
    expect(values[160], window).toBeCloseTo(1, 2);
    expect(values[20], window).toBeLessThan(1e-3);
    expect(values[399], window).toBeLessThan(1e-3);
  }
  expect(() => windowOf(400, 0.05, { from: 13, to: 3, taper: 2, window: "hanning" })).toThrow(/must rise/);
});

test("neighbours of copper: 12, 6, 24 at a/√2, a, a√1.5; the input of FEFF lists them", () => {
  const copper = metal("Cu", 3.603);
  const shells = neighbourShells(copper, "Cu", 4.5);
  expect(shells.map(({ count }) => count)).toEqual([12, 6, 24]);
  expect(shells.map(({ distance }) => distance)).toEqual(
    [3.603 / Math.SQRT2, 3.603, 3.603 * Math.sqrt(1.5)].map((d) => expect.closeTo(d, 6)),
  );
  const input = feffInput(copper, "Cu", "K", 4.5);
  expect(input.split("\n").filter((line) => line.endsWith("2.54771"))).toHaveLength(12);
  expect(input).toContain("HOLE 1 1.0");
  expect(() => neighbourShells(copper, "S", 4)).toThrow(/no site "S"/);
  expect(() => feffInput(copper, "Cu", "M5", 4)).toThrow(/M5 edge/);
});

test("tables: S K at 2472 eV, its jump, water; what lies outside is refused", () => {
  expect(absorptionEdge("S", "K")).toMatchObject({ energy: 2472, width: 0.59 });
  expect(guessEdge(2473)).toMatchObject({ element: "S", edge: "K" });
  expect(guessEdge(30_000_000)).toBeNull();
  // NIST XCOM at the K edge of sulfur: 216.8 and 2070 cm²/g
  expect(massAttenuation("S", 2471.9) / 216.8).toBeCloseTo(1, 1);
  expect(massAttenuation("S", 2472.1) / 2070).toBeCloseTo(1, 1);
  // NIST, water at 3 keV: 192.9 cm²/g
  expect(compoundAttenuation("H2O", 3000) / 192.9).toBeCloseTo(1, 1);
  expect(() => massAttenuation("S", 500)).toThrow(/1 to 40 keV/);
  expect(() => absorptionEdge("H", "K")).toThrow(/no K edge/);
});

test("over-absorption: what was taken away comes back, and impossible heights are refused", () => {
  const thin = Float64Array.of(0, 0.5, 1, 2.5, 1.1);
  const alpha = overAbsorptionAlpha({ formula: "SC10H20", element: "S", edge: "K", angleIn: 45, angleOut: 45 });
  const back = correctOverAbsorption(applyOverAbsorption(thin, alpha), alpha);
  for (const [i, y] of thin.entries()) expect(back[i]).toBeCloseTo(y, 10);
  expect(() => correctOverAbsorption(Float64Array.of(5), 0.5)).toThrow(/cannot come from a thick sample/);
  expect(() => overAbsorptionAlpha({ formula: "H2O", element: "S", edge: "K", angleIn: 45, angleOut: 45 })).toThrow(/holds no S/);
  expect(() => overAbsorptionAlpha({ formula: "S", element: "S", edge: "K", angleIn: 0, angleOut: 45 })).toThrow(/angle/);
});

test("weights with sum 1: the corner, the edge and the inside of a simplex", () => {
  const gram = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  expect(Array.from(simplexWeights(gram, Float64Array.of(3, 0, 0), true))).toEqual([1, 0, 0]);
  const edge = simplexWeights(gram, Float64Array.of(0.6, 0.6, -1), true);
  expect([edge[0], edge[1], edge[2]]).toEqual([expect.closeTo(0.5, 12), expect.closeTo(0.5, 12), 0]);
  const inside = simplexWeights(gram, Float64Array.of(0.5, 0.3, 0.2), true);
  expect(inside.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 14);
  expect(Array.from(simplexWeights(gram, Float64Array.of(-1, 2, 0.5), false))).toEqual([0, 2, 0.5]);
});

const ENERGY = Float64Array.from({ length: 300 }, (_, i) => 2440 + 0.4 * i);
const step = (height: number): Float64Array => ENERGY.map((e) => 0.1 + height * (0.5 + Math.atan((e - 2472) / 0.5) / Math.PI));
const scan = (mu: Float64Array) => ({ name: "s", energy: ENERGY, mu, sigma: null });

test("an edge among the few points below where it was expected is found", () => {
  // 1 eV steps up to 2464 eV, 0.1 eV from there on; the monochromator's zero is off by 15 eV
  const energy = Float64Array.from({ length: 320 }, (_, i) => (i < 20 ? 2444 + i : 2464 + 0.1 * (i - 20)));
  const mu = energy.map((e) => 0.1 + 0.3 * (0.5 + Math.atan((e - 2457.3) / 0.5) / Math.PI) + 0.5 * Math.exp(-(((e - 2458) / 1.2) ** 2)));
  expect(Math.abs(normalizeSpectrum({ name: "coarse", energy, mu, sigma: null }).e0.value - 2457.3)).toBeLessThan(1);
});

test("a bare step: E0, height, MBACK; what is none is refused with the reason", () => {
  const found = normalizeSpectrum(scan(step(0.3)));
  // points lie 0.4 eV apart, the arctan is 1 eV wide
  expect(found.e0.value).toBeCloseTo(2472, 1);
  expect(found.edgeStep.value / 0.3).toBeCloseTo(1, 1);
  expect(found.refused).toBeNull();
  expect(mback(scan(step(0.3)), { element: "S", edge: "K", e0: 2472 }).edgeStep.value).toBeCloseTo(0.3, 1);
  const rising = ENERGY.map((e, i) => step(0.01)[i]! + (e > 2540 ? (e - 2540) * 0.1 : 0));
  expect(normalizeSpectrum(scan(rising), { e0: 2472, pre: [-30, -8], post: [15, 60], degree: 1 }).refused).toMatch(/end of the range/);
  expect(() => normalizeSpectrum(scan(step(0.3)), { pre: [-8, -30] })).toThrow(/windows/);
  expect(() => normalizeSpectrum(scan(ENERGY.map(() => 1)))).toThrow(/no edge/);
  expect(() => autobk(scan(step(0.3)), { e0: 3000, edgeStep: 1 })).toThrow(/outside the data/);
  expect(() => calibrateOn(scan(step(0.3)), ENERGY_REFERENCES.find(({ name }) => name === "Cu")!)).toThrow(
    /not the derivative maximum of Cu/,
  );
  const chain = chainLength({ name: "step", energy: ENERGY, value: found.flat }, { s8WhiteLine: 2471.5 });
  expect(chain.x).toHaveProperty("notComputable");
});

test("scans: falling energies are turned, twins averaged, cuts and merges checked", () => {
  const { spectrum, joined } = tidySpectrum({
    name: "t",
    energy: Float64Array.of(3, 2, 2, 1),
    mu: Float64Array.of(3, 1, 3, 1),
    sigma: null,
  });
  expect([Array.from(spectrum.energy), Array.from(spectrum.mu), joined]).toEqual([[1, 2, 3], [1, 2, 3], 1]);
  expect(() => cutSpectrum(scan(step(1)), 2470, 2471)).toThrow(/too few/);
  const merged = mergeSpectra([scan(step(1)), scan(step(1))], "m");
  expect(merged.mu[150]).toBeCloseTo(step(1)[150]!, 12);
  expect(() => mergeSpectra([], "m")).toThrow(/no scans/);
});
