/**
 * Numbers that four published works print about their cells, recomputed from the cells' recipes. Each test is
 * named by the claim; its expected values come from the claim, which follow from numbers in the same work.
 * Recipes are cell files, read as a user's would be.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Answer, isComputable, type Notice, quantity } from "@thioscope/core";
import {
  activeLoading,
  activeMass,
  alloyComposition,
  anodeArealInventory,
  auditCell,
  type Booked,
  type Cell,
  cellArea,
  convertPotential,
  dieDiameter,
  dieLoad,
  express,
  intervalOf,
  layerLoading,
  layerThickness,
  positionsInLayer,
  secondsPerPosition,
  specificEnergy,
  theoreticalArealCapacity,
  voltageOfSpecificEnergy,
} from "@thioscope/core/cell";
import { readCellFile } from "@thioscope/formats";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const text = (path: string): string => readFileSync(root + path, "utf8");
const example = (name: string): string => text(`packages/formats/src/cellfile/examples/${name}.yaml`);
const read = (yaml: string): Cell => readCellFile(yaml, "cell.yaml");

function value(x: Answer | { answer: Answer }, unit: string): number {
  const answer = "answer" in x ? x.answer : x;
  if (!isComputable(answer)) throw new Error(answer.notComputable);
  expect(answer.unit).toBe(unit);
  return answer.value;
}

function within(actual: number, expected: number, tolerance: number): void {
  expect(Math.abs(actual - expected), `${actual} against ${expected}`).toBeLessThanOrEqual(tolerance);
}

function span(cell: Cell, of: (cell: Cell) => Booked): [number, number] {
  const interval = intervalOf(cell, of);
  if (!("low" in interval)) throw new Error(interval.notComputable);
  return [interval.low, interval.high];
}

const flags = (notices: readonly Notice[]): string[] => notices.map((n) => n.code);

describe("S | Na3PS4 | Na15Sn4", () => {
  const cell = read(text("studies/na-s-operando/cell.yaml"));

  test("NaS-area-loading", () => {
    within(value(layerLoading(cell, 2), "mg/cm2"), 6.36, 0.01);
    within(value(activeMass(cell), "mg"), 1.65, 0.01);
    within(value(activeLoading(cell), "mg/cm2"), 2.1, 0.01);
  });

  test("NaS-separator-loading", () => within(value(layerLoading(cell, 1), "mg/cm2"), 101.86, 0.01));

  test("NaS-current", () => {
    const current = quantity(164.93, "µA");
    within(value(express(cell, current, "mA/g"), "mA/g"), 100, 0.1);
    within(value(express(cell, current, "µA/cm2"), "µA/cm2"), 210, 0.1);
  });

  test("NaS-areal-capacity: 3.6 is printed, 3.554 follows from the recipe, 3.51 from the rounded 33 %; none is flagged", () => {
    const recipe = read(example("na-s-recipe"));
    within(value(theoreticalArealCapacity(recipe), "mAh/cm2"), 3.554, 0.001);
    within(value(theoreticalArealCapacity(cell), "mAh/cm2"), 3.51, 0.005);
    for (const c of [recipe, cell]) expect(flags(auditCell(c)).filter((code) => code.startsWith("inconsistent"))).toEqual([]);
    const shown = auditCell(cell).find((n) => n.message.includes("areal capacity"));
    expect(shown).toMatchObject({ code: "agrees-by-rounding", message: expect.stringMatching(/3\.513.*3\.6/) });
  });

  test("3000 kgf on the die of 10 mm are the printed 380 MPa", () => {
    within(value(dieLoad(read(example("na-s-recipe")), "press"), "MPa"), 380, 6);
  });
});

test("NaS-operando-cell", () => {
  const cell = read(example("na-s-operando-device"));
  const percent = (actual: number, expected: number): void => within(actual, expected, 0.01 * expected);
  percent(value(cellArea(cell), "cm2"), 0.0786);
  percent(value(dieDiameter(cell), "mm"), 3.16);
  percent(value(layerLoading(cell, 1), "mg/cm2"), 101.8);
  percent(value(layerLoading(cell, 2), "mg/cm2"), 6.36);
  const thickness = layerThickness(cell, 2);
  percent(value(thickness, "µm"), 33.7);
  // Densities and porosity are not printed: each is named as an assumption.
  expect(thickness.assumptions).toHaveLength(4);
  const scan = { length: quantity(1, "mm"), step: quantity(10, "µm"), period: quantity(0.5, "h") };
  percent(value(secondsPerPosition(scan), "s"), 17.8);
  percent(value(positionsInLayer(scan, thickness.answer), "1"), 3.4);
});

describe("S@C–Na3SbS4 | Na3SbS4 | Na15Sn4", () => {
  const cell = read(example("nas-coactive"));
  const least = read(example("nas-coactive").replace("3.2–3.5 mg", "3.2 mg"));

  test("NAS-one-C", () => within(value(express(least, quantity(0.82, "mA/cm2"), "1/h"), "1/h"), 1, 0.01));
  test("NAS-half-C", () => within(value(express(least, quantity(0.41, "mA/cm2"), "1/h"), "1/h"), 0.5, 0.01));

  test("NAS-areal-vs-specific: 1976 mAh/g are 0.97–1.06 mAh/cm2, not the printed 0.81", () => {
    const [low, high] = span(cell, (c) => express(c, quantity(1976, "mAh/g"), "mAh/cm2"));
    within(low, 0.97, 0.005);
    within(high, 1.06, 0.005);
    const [from, to] = span(cell, (c) => express(c, quantity(0.81, "mAh/cm2"), "mAh/g"));
    within(from, 1515, 1);
    within(to, 1657, 1);
    const found = auditCell(cell).filter((n) => n.code === "inconsistent");
    expect(found).toHaveLength(1);
    expect(found[0]?.message).toMatch(/1976 mAh\/g.*0\.9661–1\.057 mAh\/cm2.*0\.81 mAh\/cm2 would be 1515–1657 mAh\/g/);
  });
});

describe("S | Li10GeP2S12 | Li-In", () => {
  const yaml = example("li-s");
  const cell = read(yaml);

  test("LiS-specific-energy: 2567 Wh/kg at 2.2 V; the printed 2600 needs 2.23 V", () => {
    within(value(specificEnergy(cell, quantity(2.2, "V"), "couple"), "Wh/kg"), 2567, 0.01 * 2567);
    within(value(voltageOfSpecificEnergy(cell, quantity(2600, "Wh/kg")), "V"), 2.23, 0.005);
  });

  test("LiS-reference", () => {
    for (const [vsLiIn, vsLi] of [
      [0.6, 1.22],
      [2.4, 3.02],
    ] as const) {
      const x = value(alloyComposition(cell), "1");
      within(value(convertPotential(quantity(vsLiIn, "V"), "Li-In", "Li", { fromComposition: x }), "V"), vsLi, 0.01);
    }
  });

  test("LiS-loading: 0.69–0.92 mg/cm2 follow, 0.65 is printed; with 6 wt% LiI 0.65–0.86", () => {
    const [low, high] = span(cell, activeLoading);
    within(low, 0.69, 0.005);
    within(high, 0.92, 0.005);
    expect(flags(auditCell(cell))).toContain("inconsistent");

    const composition = "{ S-LGPS-CNT: { share: 94 wt%, of: { S: 36 wt%, LGPS: 40 wt%, CNT: 24 wt% } }, LiI: 6 wt% }";
    const withIodide = read(yaml.replace("{ S: 36 wt%, LGPS: 40 wt%, CNT: 24 wt% }", composition));
    const [from, to] = span(withIodide, activeLoading);
    within(from, 0.65, 0.005);
    within(to, 0.86, 0.005);
    expect(flags(auditCell(withIodide))).not.toContain("inconsistent");
  });

  test("LiS-anode-inventory: the printed foils cannot supply 3 or 12 mg/cm2 of sulfur", () => {
    within(value(anodeArealInventory(cell), "mAh/cm2"), 4.12, 0.01);
    within(value(alloyComposition(cell), "1"), 0.242, 0.001);
    for (const [loading, theoretical, utilisation] of [
      [3, 5.02, 0.6],
      [12, 20.1, 0.15],
    ] as const) {
      const high = read(yaml.replace("mass: 1.5–2 mg,", `activeLoading: ${loading} mg/cm2,`));
      within(value(theoreticalArealCapacity(high), "mAh/cm2"), theoretical, 0.05);
      within(value(express(high, quantity(3, "mAh/cm2"), "1"), "1"), utilisation, 0.005);
      const found = auditCell(high).find((n) => n.code === "anode-small");
      // The verdict rests on the densities of the foils: they are named with it.
      expect(found?.message).toMatch(/density of Li 0\.534.*density of In 7\.31/);
    }
  });
});

test("NTSC-reference-scale: windows of 2.10 V and 1.00 V cannot be one window on two scales", () => {
  const found = auditCell(read(example("ntsc"))).filter((n) => n.code === "inconsistent");
  expect(found).toHaveLength(1);
  expect(found[0]?.message).toMatch(/2\.1 V wide.*1 V wide.*cannot be the same window on two scales/);
});
