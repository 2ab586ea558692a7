/**
 * Numbers that three published works derive from charge alone, asked of the functions that a user calls. Each test is named by the
 * claim; expected values come from the claim and follow from numbers printed in the same work.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Answer, isComputable, makeTable, quantity } from "@thioscope/core";
import { type Cell, express } from "@thioscope/core/cell";
import {
  catholyteOf,
  chainLength,
  chainLengthAt,
  cycles,
  electrolyteEstimate,
  electronsPerFormula,
  excessOverSulfur,
  halfCycles,
  ionOf,
  leastElectronsPerElectrolyte,
  splitProducts,
  sulfurAtomShare,
  sulfurCapacity,
  sulfurCurves,
} from "@thioscope/core/cycling";
import { readCellFile } from "@thioscope/formats";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const text = (path: string): string => readFileSync(root + path, "utf8");
const example = (name: string): string => text(`packages/formats/src/cellfile/examples/${name}.yaml`);

function value(x: Answer | { answer: Answer }): number {
  const answer = "answer" in x ? x.answer : x;
  if (!isComputable(answer)) throw new Error(answer.notComputable);
  return answer.value;
}

function within(actual: number, expected: number, tolerance: number): void {
  expect(Math.abs(actual - expected), `${actual} against ${expected}`).toBeLessThanOrEqual(tolerance);
}

/** A run at constant current: half cycles of so many hours, discharge first, without rests. */
function run(milliampere: number, hours: readonly number[]) {
  const rows: [time: number, volt: number, ampere: number][] = [];
  let start = 0;
  for (const [k, length] of hours.entries()) {
    const sign = k % 2 === 0 ? -1 : 1;
    const count = Math.round(length * 60);
    for (let i = 0; i <= count; i++) {
      const part = i / count;
      rows.push([(start + part * length) * 3600, sign < 0 ? 2.4 - 1.9 * part : 0.5 + 2.3 * part, (sign * milliampere) / 1000]);
    }
    start += length + 1e-6;
  }
  return halfCycles(
    makeTable([
      { name: "test_time_second", unit: "s", values: Float64Array.from(rows, (r) => r[0]) },
      { name: "voltage_volt", unit: "V", values: Float64Array.from(rows, (r) => r[1]) },
      { name: "current_ampere", unit: "A", values: Float64Array.from(rows, (r) => r[2]) },
    ]),
  );
}

describe("S | Na3PS4 | Na15Sn4", () => {
  const cell: Cell = readCellFile(text("studies/na-s-operando/cell.yaml"), "cell.yaml");
  // 100 mA/g down to 1249 mAh/g, then charge: x is asked of the run, at the hour that is printed
  const milliampere = value(express(cell, quantity(100, "mA/g"), "mA"));
  const curves = sulfurCurves(run(milliampere, [12.49, 12]), cell);
  if ("notComputable" in curves) throw new Error(curves.notComputable);

  test("NaS-x-at-Na2S-onset: x = 2.23 after 7.5 h", () => within(value(chainLengthAt(curves, 7.5 * 3600)), 2.23, 0.02));
  test("NaS-x-at-Na2S-oxidation: x = 1.86 after 16 h", () => within(value(chainLengthAt(curves, 16 * 3600)), 1.86, 0.02));

  test("NaS-end-of-discharge-x", () => {
    for (const [specific, x, fraction, utilisation] of [
      [1249, 1.34, 0.494, 0.747],
      [1376.4, 1.21, 0.646, 0.823],
    ] as const) {
      const q = quantity(specific, "mAh/g");
      within(value(chainLength(q)), x, 0.005);
      const split = splitProducts(q, "Na");
      within(value(split.readings.twoProducts), fraction, 0.005);
      within(value(split.readings.sulfurAndSulfide), utilisation, 0.005);
      within(value(express(cell, q, "1")), utilisation, 0.005);
      // neither reading is the answer: the interval holds both, and nothing is called dominant unless all of it says so
      expect(split.sulfide.low).toBeCloseTo(value(split.readings.twoProducts), 9);
      expect(split.sulfide.high).toBeCloseTo(value(split.readings.sulfurAndSulfide), 9);
    }
    expect(splitProducts(quantity(1249, "mAh/g"), "Na").dominant).toBeNull();
    expect(splitProducts(quantity(1376.4, "mAh/g"), "Na").dominant).toBe("Na2S");
    expect(splitProducts(quantity(1376.4, "mAh/g"), "Na", { electrolyteShare: [0, 0.2] }).dominant).toBeNull();
  });
});

describe("S@C–Na3SbS4 | Na3SbS4 | Na15Sn4", () => {
  const yaml = example("nas-coactive");
  const cell = readCellFile(yaml, "cell.yaml");
  const withMass = (mass: string): Cell => readCellFile(yaml.replace("3.2–3.5 mg", mass), "cell.yaml");
  const nas = catholyteOf(cell)!;

  test("the cell tells its ion and which material is both separator and catholyte", () => {
    expect(ionOf(cell)).toBe("Na");
    expect(nas).toBe("NAS");
  });

  test("NAS-excess: 304 mAh/g beyond sulfur are at least 0.54 electrons per NAS", () => {
    const q = quantity(1976, "mAh/g");
    within(value(excessOverSulfur(q)), 304, 0.02 * 304);
    within(value(leastElectronsPerElectrolyte(cell, q, nas)), 0.54, 0.02 * 0.54);
    expect(leastElectronsPerElectrolyte(cell, q, nas).how).toContain("at least");
    const split = splitProducts(q, "Na");
    expect(split.statement).toContain("exceeds what sulfur can take");
    expect(isComputable(split.readings.twoProducts)).toBe(false);
  });

  test("NAS-own-capacity: 0.26 mAh/cm2 are 0.95 electrons per NAS, 0.87 with the upper mass", () => {
    const own = quantity(0.26, "mAh/cm2");
    within(value(electronsPerFormula(withMass("3.2 mg"), own, nas)), 0.95, 0.02 * 0.95);
    within(value(electronsPerFormula(withMass("3.5 mg"), own, nas)), 0.87, 0.02 * 0.87);
  });

  test("NAS-electrolyte-share: an estimate, with the range of masses", () => {
    const { share, sulfurSpecific, utilisation, how } = electrolyteEstimate(cell, quantity(0.81, "mAh/cm2"), quantity(0.26, "mAh/cm2"));
    within(value(share), 0.321, 0.01 * 0.321);
    if (!("low" in sulfurSpecific && "low" in utilisation)) throw new Error("no interval");
    within(sulfurSpecific.low, 1028, 0.01 * 1028);
    within(sulfurSpecific.high, 1125, 0.01 * 1125);
    within(utilisation.low, 0.615, 0.01 * 0.615);
    within(utilisation.high, 0.673, 0.01 * 0.673);
    expect(how).toContain("estimate");
    within(value(sulfurAtomShare(cell, nas)), 0.73, 0.005);
  });

  test("NAS-60C: 2700 mAh/g need at least 1.84 electrons per NAS; 1917 in cycle 30 are 71 %", () => {
    within(value(leastElectronsPerElectrolyte(cell, quantity(2700, "mAh/g"), nas)), 1.84, 0.01 * 1.84);
    const current = value(express(withMass("3.2 mg"), quantity(270, "mA/g"), "mA"));
    const hours = Array.from({ length: 30 }, (_, k) => (k === 29 ? 1917 : 2700 - 20 * k) / 270).flatMap((h) => [h, h]);
    const summary = cycles(run(current, hours)[0]!.flow);
    within(value(summary[29]!.retention), 71, 0.71);
  });
});

describe("S | Li10GeP2S12 | Li-In", () => {
  test("LiS-half-capacity", () => {
    const toDisulfide = sulfurCapacity(1).value;
    within(toDisulfide, 836, 1);
    within(sulfurCapacity(2).value - toDisulfide, 836, 1);
  });

  test("LiS-mixed-fraction: two readings of one number, and the interval between them", () => {
    for (const [specific, mixed, ifRestIsSulfur] of [
      [979.6, 0.172, 0.586],
      [1069.4, 0.279, 0.64],
      [1323.6, 0.583, 0.792],
      [1496.9, 0.791, 0.895],
    ] as const) {
      const split = splitProducts(quantity(specific, "mAh/g"), "Li");
      within(value(split.readings.twoProducts), mixed, 0.002);
      within(value(split.readings.sulfurAndSulfide), ifRestIsSulfur, 0.002);
      within(split.sulfide.low, mixed, 0.002);
      within(split.sulfide.high, ifRestIsSulfur, 0.002);
      expect(split.disulfide.low).toBeCloseTo(0, 9);
      // other redox lowers the sulfide's share below the two-product reading
      expect(splitProducts(quantity(specific, "mAh/g"), "Li", { mediatorShare: [0, 0.05] }).sulfide.low).toBeLessThan(mixed);
    }
  });

  test("LiS-dominance: 1496.9 mAh/g are not Li2S2-dominant unless 16 % of the charge is not sulfur's", () => {
    const q = quantity(1496.9, "mAh/g");
    const split = splitProducts(q, "Li");
    within(value(split.readings.twoProducts), 0.79, 0.005);
    expect(split.dominant).toBe("Li2S");
    within(split.shareThatMakesDisulfideDominant.value, 0.162, 0.001);
    const from = q.value * (1 - split.shareThatMakesDisulfideDominant.value);
    within(from, 1254, 1);
    // with an electrolyte share that could save the print, the charge no longer tells
    expect(splitProducts(q, "Li", { electrolyteShare: [0, 0.3] }).dominant).toBeNull();
    expect(splitProducts(quantity(1000, "mAh/g"), "Li", { unreacted: [0, 0.02] }).dominant).toBe("Li2S2");
    expect(splitProducts(quantity(1000, "mAh/g"), "Li").dominant).toBeNull();
  });
});
