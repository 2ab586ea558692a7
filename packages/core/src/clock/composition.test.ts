import { expect, test } from "vitest";
import { quantity } from "../units/quantity.ts";
import { type CompositionCourse, compositionAtMoment, compositionAtPotential, replicates } from "./composition.ts";

/** 0.1 electron per hour; 2.2 V falling by 0.1 V per electron to a plateau at 2.1 V from 1 to 1.5 electrons, then on. */
const hours = Float64Array.from({ length: 201 }, (_, i) => i / 10);
const course: CompositionCourse = {
  timeSecond: hours.map((h) => h * 3600),
  electrons: hours.map((h) => h / 10),
  voltageVolt: hours.map((h) => {
    const y = h / 10;
    return y < 1 ? 2.2 - 0.1 * y : y < 1.5 ? 2.1 - 1e-4 * (y - 1) : 2.0999 - 0.5 * (y - 1.5);
  }),
  direction: "discharge",
  relativeSigma: 0.02,
};

test("a moment has the composition of its row, with the error of the clock", () => {
  expect(compositionAtMoment(course, quantity(36_000, "s", 360))).toMatchObject({ value: 1, unit: "1" });
  const found = compositionAtMoment(course, quantity(36_000, "s", 360));
  expect("sigma" in found && found.sigma).toBeCloseTo(0.01, 9);
});

test("a stop on a slope is sharp, one on a plateau as wide as the plateau", () => {
  const [slope, plateau] = [
    compositionAtPotential(course, quantity(2.15, "V", 0.001)),
    compositionAtPotential(course, quantity(2.09998, "V", 0.001)),
  ];
  if (!("value" in slope && "value" in plateau)) throw new Error("both are on the curve");
  expect(slope.value).toBeCloseTo(0.5, 6);
  expect(slope.sigma).toBeCloseTo(Math.hypot(0.01, 0.02 * 0.5), 6);
  expect(plateau.sigma).toBeGreaterThan(0.2);
  // above where the curve begins: nothing has passed
  expect(compositionAtPotential(course, quantity(2.4, "V", 0.001))).toMatchObject({ value: 0, sigma: 0.005 });
  expect(compositionAtPotential(course, quantity(1.2, "V", 0.001))).toMatchObject({
    notComputable: expect.stringContaining("never comes to 1.2 V"),
  });
  expect(() => compositionAtPotential(course, quantity(1.2, "A"))).toThrow(/in V/);
});

test("replicates: the larger of scatter and own errors", () => {
  const scattered = replicates([quantity(1, "1", 0.01), quantity(1.2, "1", 0.01), quantity(1.1, "1", 0.01)]);
  expect(scattered.value).toBeCloseTo(1.1, 12);
  expect(scattered.sigma).toBeCloseTo(0.1 / Math.sqrt(3), 12);
  expect(replicates([quantity(1, "1", 0.3), quantity(1, "1", 0.4)]).sigma).toBeCloseTo(0.25, 12);
  expect(() => replicates([])).toThrow(/nothing to average/);
});
