import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { random } from "../random.ts";
import { type Answer, isComputable, type Quantity, quantity } from "../units/quantity.ts";
import { convert } from "../units/units.ts";
import type { Booked } from "./book.ts";
import {
  activeLoading,
  activeMass,
  cellArea,
  denseThickness,
  dieDiameter,
  dieLoad,
  express,
  layerLoading,
  layerMass,
  layerThickness,
  layerVolume,
  materialFraction,
  relativeDensity,
  theoreticalArealCapacity,
  theoreticalCapacity,
  theoreticalOneCAmpere,
} from "./bookkeeping.ts";
import { capacityBases, cellCard } from "./card.ts";
import type { Cell } from "./model.ts";
import { d, sulfurCell } from "./testCell.ts";

function value(booked: Booked | { answer: Answer }): Quantity {
  if (!isComputable(booked.answer)) throw new Error(booked.answer.notComputable);
  return booked.answer;
}
const reason = (booked: { answer: Answer }): string => (isComputable(booked.answer) ? "" : booked.answer.notComputable);

describe("a cell by hand", () => {
  const cell = sulfurCell();
  // Algebra: A = π 0.5² cm², m(S) = 0.33 · 5 mg, q = 2 F / (3.6 · 32.06), t = 80 mg / A / 2.2 g/cm³.
  test.each([
    [cellArea(cell), 0.785398, "cm2"],
    [activeMass(cell), 1.65, "mg"],
    [activeLoading(cell), 2.10085, "mg/cm2"],
    [layerLoading(cell, 1), 101.859, "mg/cm2"],
    [theoreticalCapacity(cell), 2.75873, "mAh"],
    [theoreticalArealCapacity(cell), 3.51252, "mAh/cm2"],
    [theoreticalOneCAmpere(cell), 2.75873e-3, "A"],
    [denseThickness(cell, 1), 462.996, "µm"],
    [express(cell, quantity(100, "mA/g"), "µA"), 165, "µA"],
    [express(cell, quantity(100, "mA/g"), "1/h"), 0.0598101, "1/h"],
    [express(cell, quantity(1249, "mAh/g"), "mAh/cm2"), 2.62396, "mAh/cm2"],
    [express(cell, quantity(836, "mAh/g"), "%"), 50.0013, "%"],
  ])("%#: %o", (booked, expected, unit) => {
    const q = value(booked as Booked);
    expect(q.unit).toBe(unit);
    expect(q.value / (expected as number)).toBeCloseTo(1, 5);
  });

  test("the card holds the lines and a capacity basis per mass first", () => {
    const card = cellCard(cell);
    expect(card.lines.find((l) => l.label === "S")?.answer).toMatchObject({ value: expect.closeTo(1.65, 9), unit: "mg" });
    expect(card.lines.find((l) => l.label === "separator thickness")).toMatchObject({ assumed: true });
    expect(card.layers[1]).toMatchObject({ role: "separator", thicknessNote: expect.stringContaining("at least") });
    expect(capacityBases(cell)[0]).toMatchObject({ unit: "mAh/g", factor: expect.closeTo(1 / 1.65e-3, 6), relativeSigma: 0 });
    expect(capacityBases(cell).map((b) => b.unit)).not.toContain("mAh/cm3");
    expect(JSON.parse(JSON.stringify(card))).toEqual(card);
  });
});

describe("what is missing is named, never guessed", () => {
  const without = (change: Partial<Cell>): Cell => ({ ...sulfurCell(), ...change });
  const noArea = (({ geometry: _, ...rest }) => rest)(sulfurCell());
  test.each([
    [cellArea(noArea), "diameter or the area is missing"],
    [layerThickness(sulfurCell(), 1), "porosity of the separator is missing"],
    [relativeDensity(sulfurCell(), 1), "thickness or the porosity of the separator is missing"],
    [layerMass(sulfurCell(), 7), "no layer 8"],
    [activeMass(without({ layers: [] })), "no layer with the role cathode"],
    [activeMass(sulfurCell({}, { active: [] })), "`active` is missing"],
    [activeMass(sulfurCell({}, { active: ["P"] })), "P is active but not in the composition"],
    [theoreticalCapacity(sulfurCell({}, { active: ["Na3PS4"] })), "theoretical capacity of Na3PS4 is missing"],
    [dieLoad(sulfurCell(), "stack"), "stack pressure is missing"],
    [express(sulfurCell(), quantity(1, "V"), "mAh"), "cannot be expressed"],
    [express(sulfurCell(), quantity(1, "mA"), "mAh"), "cannot be expressed"],
    [layerVolume(sulfurCell(), 2), "porosity of the cathode is missing"],
  ])("%#: %o", (booked, expected) => expect(reason(booked as Booked)).toContain(expected));

  test("a material without a density stops the thickness alone", () => {
    const cell = sulfurCell({}, { composition: [{ name: "NBH", share: d("100 wt%", "wt%"), parts: false }], active: ["NBH"] });
    expect(reason(denseThickness(cell, 2))).toContain("density of Na4(B10H10)(B12H12) is missing");
    expect(value(layerLoading(cell, 2)).value).toBeCloseTo(6.366, 3);
  });
});

describe("mixtures", () => {
  const nested = sulfurCell(
    {},
    {
      composition: [
        {
          name: "S@C",
          share: d("20 wt%", "wt%"),
          parts: false,
          of: [
            { name: "S", share: d("60 wt%", "wt%"), parts: false },
            { name: "C", share: d("40 wt%", "wt%"), parts: false },
          ],
        },
        { name: "Na3SbS4", share: d("80 wt%", "wt%"), parts: false },
      ],
    },
  );
  test("shares multiply down to the material", () => {
    expect(value(materialFraction(nested, 2, "S")).value).toBeCloseTo(12, 12);
    expect(value(materialFraction(nested, 2, "NAS")).value).toBeCloseTo(80, 12);
  });

  test("parts are normalised", () => {
    const parts = [
      ["S", "2"],
      ["C", "1"],
      ["NPS", "3"],
    ].map(([name, n]) => ({ name: name!, share: d(n!, "1"), parts: true }));
    expect(value(materialFraction(sulfurCell({}, { composition: parts }), 2, "S")).value).toBeCloseTo(100 / 3, 12);
  });
});

describe("loads", () => {
  test("a force becomes a pressure on the die: 3000 kgf on 10 mm are 374.6 MPa", () => {
    expect(value(dieLoad(sulfurCell({ press: { force: d("3000 kgf", "N") } }), "press")).value).toBeCloseTo(374.59, 2);
  });
  test("bar and MPa", () => {
    expect(value(dieLoad(sulfurCell({ stack: { pressure: d("500 bar", "Pa") } }), "stack")).value).toBeCloseTo(50, 12);
  });
});

describe("area from two statements of one current", () => {
  const currents = { kind: "currents", specificCurrent: d("100 mA/g", "A/kg"), arealCurrent: d("210 µA/cm2", "A/m2") } as const;
  test("a tenth of the cell has a tenth of the area", () => {
    const cell = sulfurCell({ geometry: currents }, { mass: d("0.5 mg", "mg") });
    expect(value(cellArea(cell)).value).toBeCloseTo(0.0785714, 7);
    expect(value(dieDiameter(cell)).value).toBeCloseTo(3.1629, 4);
  });
  test("a loading then does not depend on the error of the mass", () => {
    const cell = sulfurCell({ geometry: currents }, { mass: d("0.5 ± 0.1 mg", "mg") });
    expect(value(layerLoading(cell, 2)).sigma).toBe(0);
  });
  test("a mass that would follow from the area is refused instead of going in circles", () => {
    const { mass: _, ...rest } = sulfurCell().layers[2]!;
    const layers = sulfurCell().layers.with(2, { ...rest, loading: d("6.4 mg/cm2", "mg/cm2") });
    expect(reason(cellArea(sulfurCell({ geometry: currents, layers })))).toContain("mass of the cathode is missing");
  });
});

describe("errors", () => {
  const uncertain = sulfurCell({ geometry: { kind: "diameter", diameter: d("10.00 ± 0.05 mm", "mm") } }, { mass: d("5.0 ± 0.1 mg", "mg") });

  test("the mass of the active material cancels between specific current and C-rate", () => {
    expect(value(express(uncertain, quantity(100, "mA/g"), "1/h")).sigma).toBeLessThan(1e-15);
    expect(value(express(uncertain, quantity(0.1, "mA"), "1/h")).sigma).toBeGreaterThan(0);
  });

  test("relative errors of the bases: 2 % of the mass, 1 % of the area", () => {
    const sigma = Object.fromEntries(capacityBases(uncertain).map((b) => [b.label, b.relativeSigma]));
    expect(sigma["per g S"]).toBeCloseTo(0.02, 12);
    expect(sigma["per cm²"]).toBeCloseTo(0.01, 12);
    expect(sigma["of the cell"]).toBe(0);
  });

  test("agree with Monte Carlo (500 draws) for correlated results", () => {
    const rng = random("bookkeeping");
    const of = [theoreticalArealCapacity, (c: Cell) => layerThickness(c, 2), (c: Cell) => express(c, quantity(0.2, "mA/cm2"), "mA/g")];
    const build = (mass: number, diameter: number, porosity: number): Cell =>
      sulfurCell(
        { geometry: { kind: "diameter", diameter: d(`${diameter} mm`, "mm") } },
        { mass: d(`${mass} mg`, "mg"), porosity: d(`${porosity} %`, "%"), density: d("2.1 g/cm3", "g/cm3") },
      );
    const linear = sulfurCell(
      { geometry: { kind: "diameter", diameter: d("10.00 ± 0.05 mm", "mm") } },
      { mass: d("5.0 ± 0.1 mg", "mg"), porosity: d("12 ± 1 %", "%"), density: d("2.1 g/cm3", "g/cm3") },
    );
    const draws = Array.from({ length: 500 }, () => build(5 + 0.1 * rng.normal(), 10 + 0.05 * rng.normal(), 12 + rng.normal()));
    for (const f of of) {
      const values = draws.map((cell) => value(f(cell)).value);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      const sd = Math.sqrt(values.reduce((a, v) => a + (v - mean) ** 2, 0) / (values.length - 1));
      // 500 draws know their standard deviation to 3.2 %
      expect(Math.abs(sd / value(f(linear)).sigma! - 1)).toBeLessThan(0.1);
    }
  });
});

test("results do not depend on the units in which the cell was written", () => {
  const mass = fc.double({ min: 0.1, max: 100, noNaN: true });
  const diameter = fc.double({ min: 2, max: 20, noNaN: true });
  fc.assert(
    fc.property(mass, diameter, fc.constantFrom("mg", "g", "µg", "kg"), fc.constantFrom("mm", "cm", "µm", "m"), (m, dia, mu, du) => {
      const write = (v: number, from: string, to: string) => ({
        quantity: { value: convert(v, from, to), sigma: null, unit: to },
        text: "",
      });
      const a = sulfurCell({ geometry: { kind: "diameter", diameter: write(dia, "mm", "mm") } }, { mass: write(m, "mg", "mg") });
      const b = sulfurCell({ geometry: { kind: "diameter", diameter: write(dia, "mm", du) } }, { mass: write(m, "mg", mu) });
      for (const f of [activeLoading, theoreticalCapacity, theoreticalArealCapacity, (c: Cell) => denseThickness(c, 2)]) {
        expect(value(f(b)).value / value(f(a)).value).toBeCloseTo(1, 10);
      }
    }),
  );
});

test("expressing in another basis and back is the identity", () => {
  const cell = sulfurCell({}, { porosity: d("10 %", "%") });
  const bases = ["mAh", "mAh/g", "mAh/cm2", "mAh/cm3", "%"];
  fc.assert(
    fc.property(fc.double({ min: 1e-3, max: 1e4, noNaN: true }), fc.constantFrom(...bases), fc.constantFrom(...bases), (v, a, b) => {
      const there = value(express(cell, quantity(v, a), b));
      expect(value(express(cell, there, a)).value / v).toBeCloseTo(1, 10);
    }),
  );
});
