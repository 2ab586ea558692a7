import { expect, test } from "vitest";
import { random } from "../random.ts";
import { arrhenius } from "./arrhenius.ts";

// Paper 004, claim NTSC-aimd-arrhenius: four diffusivities, printed 0.130 eV and 1.06e-6 cm²/s at 300 K.
const AIMD = [
  [600, 1.34e-5],
  [800, 2.53e-5],
  [1000, 3.09e-5],
  [1200, 5.16e-5],
].map(([temperatureKelvin, value]) => ({ temperatureKelvin: temperatureKelvin!, value: value! }));

test("claim NTSC-aimd-arrhenius: the activation energy, its interval and the value at 300 K", () => {
  const fit = arrhenius(AIMD, "X", "cm2/s");
  expect(fit.activationEnergy.value).toBeCloseTo(0.13, 3);
  expect(Math.abs(fit.at(300).value / 1.06e-6 - 1)).toBeLessThan(0.01);
  // four points: ± 0.079 eV at 95 % by Student's t with two degrees of freedom
  expect((fit.activationEnergy95[1] - fit.activationEnergy95[0]) / 2).toBeCloseTo(0.079, 2);
});

test("the two forms differ by about kT", () => {
  const points = [298, 308, 318, 328, 338].map((temperatureKelvin) => ({
    temperatureKelvin,
    value: (1e4 / temperatureKelvin) * Math.exp(-0.276 / (8.617333e-5 * temperatureKelvin)),
  }));
  const xt = arrhenius(points, "XT", "S/cm");
  const x = arrhenius(points, "X", "S/cm");
  expect(xt.activationEnergy.value).toBeCloseTo(0.276, 6);
  expect(xt.activationEnergy.value - x.activationEnergy.value).toBeCloseTo(8.617333e-5 * 318, 3);
});

test("95 % intervals cover 95 %: 93–97 % of 1000 draws, with known errors and without", () => {
  const draw = random("arrhenius");
  for (const known of [true, false]) {
    let inside = 0;
    for (let k = 0; k < 1000; k++) {
      const points = [300, 320, 340, 360, 380].map((t) => {
        const exact = 50 * Math.exp(-0.3 / (8.617333262e-5 * t));
        return { temperatureKelvin: t, value: exact * Math.exp(0.05 * draw.normal()), sigma: known ? 0.05 * exact : null };
      });
      const [low, high] = arrhenius(points, "X", "S/cm").activationEnergy95;
      if (low < 0.3 && 0.3 < high) inside++;
    }
    expect(inside).toBeGreaterThan(930);
    expect(inside).toBeLessThan(985);
  }
});

test("two points and values without logarithm are refused", () => {
  expect(() => arrhenius(AIMD.slice(0, 2), "X", "cm2/s")).toThrow(/at least three/);
  expect(() => arrhenius([...AIMD, { temperatureKelvin: 300, value: 0 }], "X", "cm2/s")).toThrow(/no logarithm/);
});
