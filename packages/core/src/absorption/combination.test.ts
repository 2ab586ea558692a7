/** Errors of weights where the standards may shift: what the shifts could be otherwise is in them. Mixtures of overlapping lines with known weights. */
import { expect, test } from "vitest";
import { random } from "../random.ts";
import { fitCombination, standardSet } from "./combination.ts";

const ENERGY = Float64Array.from({ length: 161 }, (_, i) => 2466 + 0.15 * i);
const CAMPAIGNS = 60;

/** An edge with a line. */
const shape =
  (at: number) =>
  (e: number): number =>
    0.5 + Math.atan((e - 2474.5) / 0.6) / Math.PI + 1.2 * Math.exp(-(((e - at) / 1.2) ** 2));

test("weights whose standards are shifted by up to the limit lie within their errors as often as these say", () => {
  const lines = [shape(2473), shape(2474), shape(2475)];
  const set = standardSet(lines.map((line, j) => ({ name: `${j}`, energy: ENERGY, value: ENERGY.map(line) })));
  const truth = [0.5, 0.3, 0.2];
  let square = 0;
  for (let k = 0; k < CAMPAIGNS; k++) {
    const draw = random(`shifted ${k}`);
    const shifts = lines.map(() => 0.1 * (2 * draw.uniform() - 1));
    const value = ENERGY.map((e) => lines.reduce((sum, line, j) => sum + truth[j]! * line(e - shifts[j]!), 0) + 0.004 * draw.normal());
    const [first] = fitCombination({ name: "mixture", energy: ENERGY, value }, set, { shift: 0.1 }).parts;
    square += ((first!.weight.value - truth[0]!) / first!.weight.sigma!) ** 2;
  }
  // χ² of so many draws lies between these in 99.9 of 100 cases; with the shifts held it would be 24
  expect(square / CAMPAIGNS).toBeGreaterThan(0.45);
  expect(square / CAMPAIGNS).toBeLessThan(1.7);
});
