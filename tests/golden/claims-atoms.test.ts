import { hopsWithoutSites, trackCollector } from "@thioscope/core/atoms";
import { alphaBarcodes } from "@thioscope/core/topology";
import {
  arrhenius,
  conductivityOf,
  diffusivityOfConductivity,
  type Estimate,
  hopsPerIon,
  impliedDensity,
  rmsDisplacement,
  runWarnings,
  transitionWarnings,
} from "@thioscope/core/transport";
import { readTrajectory, sourceOfBytes } from "@thioscope/formats";
import { trajectoryText, virtualTrajectory } from "@thioscope/virtual";
import { expect, test } from "vitest";

const KELVIN = [600, 800, 1000, 1200];
const D = [1.34e-5, 2.53e-5, 3.09e-5, 5.16e-5];
const fit = arrhenius(
  KELVIN.map((temperatureKelvin, k) => ({ temperatureKelvin, value: D[k]! })),
  "X",
  "cm2/s",
);
const exactly = (value: number): Estimate => ({ value, sigma: null, unit: "", interval95: [value, value] });

test("NTSC-aimd-arrhenius: 0.130 eV and 1.06e-6 cm²/s, but four points leave ± 0.079 eV and a factor of 54", () => {
  expect(Math.abs(fit.activationEnergy.value / 0.13 - 1)).toBeLessThan(0.01);
  expect(Math.abs(fit.at(300).value / 1.06e-6 - 1)).toBeLessThan(0.01);
  const [low, high] = fit.activationEnergy95;
  expect((high - low) / 2).toBeCloseTo(0.079, 3);
  const [least, most] = fit.at(300).interval95;
  expect(most / least).toBeCloseTo(54, -1);
  expect(least).toBeLessThan(1.5e-7);
  expect(most).toBeGreaterThan(7.5e-6);
});

test("NTSC-nernst-einstein: the printed 9.31e-3 S/cm needs 1.42e21 Na/cm³ (0.93 g/cm³); 4.55e21 give 0.030 S/cm", () => {
  const density = impliedDensity(9.31e-3, 1.06e-6, 300) * 1e24;
  expect(Math.abs(density / 1.42e21 - 1)).toBeLessThan(0.01);
  // 397.2 g per mol of Na
  expect((density * 397.2) / 6.02214076e23).toBeCloseTo(0.93, 2);
  expect(conductivityOf(exactly(1.06e-6), 4.55e21 * 1e-24, 300).value).toBeCloseTo(0.03, 3);
});

test("NTSC-ea-agreement: 0.276 eV measured and 0.130 eV simulated differ by a factor of two, beyond the interval", () => {
  expect(0.276 / fit.activationEnergy.value).toBeCloseTo(2.1, 1);
  expect(fit.activationEnergy95[1]).toBeLessThan(0.276);
});

test("NTSC-aimd-displacement: in 5 ps less than one hop at every temperature", () => {
  const rms = D.map((d) => rmsDisplacement(d, 5000));
  for (const [k, wanted] of [2.0, 2.75, 3.04, 3.93].entries()) expect(Math.abs(rms[k]! / wanted - 1)).toBeLessThan(0.01);
  const hops = D.map((d) => [4.91, 4.46].map((a) => hopsPerIon(d, 5000, a).toFixed(2)));
  expect(hops).toEqual([
    ["0.17", "0.20"],
    ["0.31", "0.38"],
    ["0.38", "0.47"],
    ["0.64", "0.78"],
  ]);
  for (const d of D) {
    expect(runWarnings(exactly(d), { durationFs: 5000, hop: 4.46, height: 17.4 }).map((n) => n.code)).toEqual(["below-one-hop"]);
  }
});

test("NTSC-above-Tg: one line through 466 K is not supported; 2.9 mS/cm at 298 K is 1.0e-7 cm²/s, ten times below it", () => {
  const measured = [298.15, 343.15];
  const found = transitionWarnings(KELVIN, measured, 193 + 273.15, "glass transition");
  expect(found.map((n) => n.code)).toEqual(["transition-between"]);
  expect(found[0]!.message).toMatch(/466 K/);
  expect(transitionWarnings([...measured, ...KELVIN], [], 466, "glass transition").map((n) => n.code)).toEqual(["transition-within"]);
  const apparent = diffusivityOfConductivity(exactly(2.9e-3), 4.55e-3, 298).value;
  expect(apparent).toBeCloseTo(1.0e-7, 8);
  expect(fit.at(298).value / apparent).toBeGreaterThan(9);
});

test.each([
  ["NTSC", 4.7, [4.46 - 0.1, 4.91 + 0.1]],
  ["NTC", 5.13, [5.13 - 0.1, 5.13 + 0.1]],
] as const)(
  "NTSC-hops: jumps of %s are counted apart: %d Å over 20 seeds, beside as many as were made",
  async (_name, jumpAngstrom, [low, high]) => {
    let found = 0;
    let made = 0;
    for (let seed = 0; seed < 20; seed++) {
      const run = virtualTrajectory({ jumpAngstrom, ions: 20, frames: 300, ratePerPs: 0.05 }, `hops ${seed}`);
      const collector = trackCollector({ species: ["Na"] });
      const bytes = new TextEncoder().encode(trajectoryText(run, "xdatcar"));
      await readTrajectory(sourceOfBytes("XDATCAR", bytes), collector);
      const { hops } = hopsWithoutSites(collector.finish(), { intervalFs: run.recipe.intervalFs, threshold: jumpAngstrom / 2 });
      // two jumps within a window are one of another length: the middle one is a jump
      const middle = hops.map(({ length }) => length).sort((a, b) => a - b)[hops.length >> 1]!;
      expect(middle, `seed ${seed}`).toBeGreaterThan(low);
      expect(middle, `seed ${seed}`).toBeLessThan(high);
      found += hops.length;
      made += run.hops;
    }
    // jumps at either end of a run, and two in a row along other axes, are not told
    expect(found / made).toBeGreaterThan(0.8);
    expect(found / made).toBeLessThan(1.05);
  },
);

test("NTSC-cavities: a ring that is closed above and below is one cavity, a bar of H2", () => {
  const square = [0, 1, 2, 3].flatMap((k) => [3 * Math.cos((k * Math.PI) / 2), 3 * Math.sin((k * Math.PI) / 2), 0]);
  expect(alphaBarcodes(Float64Array.from([...square, 0, 0, 3, 0, 0, -3])).barcodes[2]!.bars).toHaveLength(2);
});
