/**
 * What four published studies of sulfide cells print that a model of the cathode has to say something about. Each test is named by the claim; expected values are
 * the papers'. What was calibrated on a claim cannot support it: the table of printed results says which is which, and the misses are asserted as they are.
 */
import {
  beginOf,
  cellModel,
  comparePublished,
  endOf,
  frontOf,
  meanAmounts,
  parameterSet,
  parseProtocol,
  runCell,
  sharingBounds,
  stressOf,
  withParameters,
} from "@thioscope/core/cellmodel";
import { expect, test } from "vitest";

const CELLS = { cells: 30 };
const cycle = (rate: string, low = 0.5, high = 3) =>
  parseProtocol(`discharge at ${rate} until ${low} V\ncharge at ${rate} until ${high} V`);
const row = (rows: ReturnType<typeof comparePublished>, what: string) => rows.find((r) => r.what === what)!;
const value = (answer: { value: number } | string): number => (typeof answer === "string" ? Number.NaN : answer.value);

const reference = runCell(cellModel(parameterSet("na-s-nps")), cycle("100 mA/g"));

test("NaS-front: at ten times the conductivity the electrode converts evenly", () => {
  const { set } = withParameters(parameterSet("na-s-nps"), { cathodeConductivity: 1e-2 });
  const even = runCell(cellModel(set, CELLS), cycle("100 mA/g"));
  expect(frontOf(even, even.steps[0]!).from).toBe("uniform");
});

test("NaS-stress: 280 MPa between axial (tensile) and lateral stress need 3.24 % of strain that nothing takes up; 180 MPa in Na2S are outside both bounds", () => {
  const stress = stressOf(reference, endOf(reference, reference.steps[0]!));
  expect(Math.abs(stress.difference.value - 280)).toBeLessThan(3);
  expect(Math.abs(stress.strain.value - 3.24)).toBeLessThan(0.03);
  expect(stress.axial.value).toBeGreaterThan(stress.lateral.value);
  expect(stress.axial.value).toBeCloseTo(-50, 9);
  expect(stress.imbalance.value).toBeLessThan(1e-9);
  // shear moduli: Na2S 19.2 GPa, Na3PS4 E/2(1 + ν)
  const [low, high] = sharingBounds(19.2, 20 / 2.6);
  expect(180 / 280).toBeLessThan(low);
  expect(high).toBeCloseTo(2.5, 1);
});

test("stop potentials of the borate cells: mean x near 6–8, 5, 4 and 3 at 1.9, 1.8, 1.7 and 1.5 V (calibrated)", () => {
  const rows = comparePublished("na-s-nbh", CELLS);
  const x = (volt: number): number => value(rows.find((r) => r.what.includes(`at ${volt} V`))!.model);
  expect(x(1.9)).toBeGreaterThan(6);
  expect(x(1.9)).toBeLessThan(8);
  for (const [volt, expected] of [
    [1.8, 5],
    [1.7, 4],
    [1.5, 3],
  ] as const)
    expect(Math.abs(x(volt) - expected)).toBeLessThan(0.15);
  expect(Math.abs(x(1.1) - 2)).toBeLessThan(0.3);
});

test("NAS-excess: with Na3SbS4 more than 1672 mAh/g, 116 below the printed 1976 (predicted); alloying of Sb ends with a cut-off of 1.0 V", () => {
  const rows = comparePublished("na-s-nas", CELLS);
  const total = row(rows, "first discharge with Na3SbS4, above 1672 mAh/g");
  expect(total.kind).toBe("predicted");
  expect(value(total.model)).toBeGreaterThan(1672);
  expect(Math.abs(total.miss!.value)).toBeLessThan(150);
  const own = value(row(rows, "of it from the electrolyte").model);
  expect(own).toBeGreaterThan(304);
  expect(value(row(rows, "with a lower cut-off of 1.0 V: no alloying of Sb").model)).toBeLessThan(own - 80);
});

test("two steps at 60 °C and C/20, three at 90 °C and C/100 (predicted with the direct step open and PBE energies): Na2S2 appears or is passed by", () => {
  const most = (celsius: number, rate: string): number => {
    const base = parameterSet("na-s-nps");
    const set = withParameters(
      { ...base, options: { ...base.options, skipNa2s2: true, stress: "none" } },
      { temperature: celsius, "exchange.Na2S4-Na2S": 1e-2, "alpha.Na2S4-Na2S": 0.85 },
    ).set;
    // Na2S2 lies 3.6 meV/atom below its neighbours in this set, 43 in the tabulated one, where it always appears
    const run = runCell(cellModel(set, { cells: 15, energySet: "nrel-fere-2012" }), parseProtocol(`discharge at ${rate} until 0.5 V`));
    const k = run.model.physics.chemistry.phases.findIndex((p) => p.formula === "Na2S2");
    return Math.max(...run.frames.map((f) => meanAmounts(run.model, f)[k]!));
  };
  expect(most(90, "C/100")).toBeGreaterThan(0.7);
  expect(most(60, "C/20")).toBeLessThan(0.5);
});

test("steps know where they begin and end", () => {
  const [discharge, charge] = reference.steps;
  expect(beginOf(reference, charge!).row).toBeLessThanOrEqual(charge!.rows[0]);
  expect(endOf(reference, discharge!).row).toBe(discharge!.rows[1]);
});
