import { describe, expect, test } from "vitest";
import { auditCell } from "./audit.ts";
import { activeMass } from "./bookkeeping.ts";
import { intervalOf, roundingHalfWidth } from "./interval.ts";
import type { Cell, Declared, Layer } from "./model.ts";
import { d, sulfurCell } from "./testCell.ts";

const codes = (cell: Cell): string[] => auditCell(cell).map((n) => n.code);
const cathode = (change: Partial<Layer>): Cell => sulfurCell({}, change);
const range = (low: number, high: number, unit: string): Declared => ({
  quantity: { value: (low + high) / 2, sigma: (high - low) / Math.sqrt(12), unit },
  text: `${low}–${high} ${unit}`,
  range: [low, high],
});

test("a cell whose numbers agree is silent", () => expect(auditCell(sulfurCell())).toEqual([]));

describe("one layer", () => {
  test("shares that do not add up", () => {
    const composition = ["S", "C"].map((name) => ({ name, share: d("40 wt%", "wt%"), parts: false }));
    expect(codes(cathode({ composition }))).toContain("composition-sum");
  });
  test("whole percentages may miss 100 by their rounding", () => {
    const composition = ["S", "C", "NPS"].map((name) => ({ name, share: d("33 wt%", "wt%"), parts: false }));
    expect(codes(cathode({ composition }))).toEqual([]);
  });
  test("mass against loading", () => {
    expect(codes(cathode({ loading: d("6.37 mg/cm2", "mg/cm2") }))).toEqual([]);
    expect(codes(cathode({ loading: d("6.8 mg/cm2", "mg/cm2") }))).toEqual(["inconsistent"]);
  });
  test("a thickness into which the mass does not fit", () => {
    expect(codes(cathode({ thickness: d("40 µm", "µm") }))).toEqual([]);
    expect(codes(cathode({ thickness: d("20 µm", "µm") }))).toEqual(["relative-density"]);
  });
  test("thickness, mass and porosity together", () => {
    const dense = d("2 g/cm3", "g/cm3");
    expect(codes(cathode({ thickness: d("40 µm", "µm"), density: dense, porosity: d("20 %", "%") }))).toEqual([]);
    expect(codes(cathode({ thickness: d("40 µm", "µm"), density: dense, porosity: d("40 %", "%") }))).toEqual(["inconsistent"]);
  });
  test("a material that the table does not know", () => {
    const composition = [
      { name: "Na3PS3", share: d("67 wt%", "wt%"), parts: false },
      { name: "S", share: d("33 wt%", "wt%"), parts: false },
    ];
    expect(auditCell(cathode({ composition }))[0]).toMatchObject({
      code: "material-unknown",
      message: expect.stringContaining("did you mean Na3PS4"),
    });
  });
  test("a declared theoretical capacity that is not n F / M", () => {
    expect(codes(cathode({ theoretical: d("1675 mAh/g", "mAh/g") }))).toEqual(["theoretical-declared"]);
    expect(codes(cathode({ theoretical: d("1672 mAh/g", "mAh/g") }))).toEqual([]);
  });
});

describe("the anode", () => {
  const anode = (text: string): Cell => {
    const cell = sulfurCell();
    return { ...cell, layers: cell.layers.with(0, { ...cell.layers[0]!, mass: d(text, "mg") }) };
  };
  test("smaller than the cathode, or leaving its plateau", () => {
    expect(codes(anode("5 mg"))).toEqual(["anode-small"]);
    expect(codes(anode("10 mg"))).toEqual(["anode-leaves-plateau"]);
    expect(codes(anode("100 mg"))).toEqual([]);
  });
  test("the reference against the composition of the anode", () => {
    const cell = sulfurCell();
    expect(codes({ ...cell, reference: { electrode: "Na9Sn4" } })).toContain("reference-range");
  });
  test("after the cathode in the list", () =>
    expect(codes({ ...sulfurCell(), layers: sulfurCell().layers.toReversed() })).toContain("layer-order"));
});

describe("stated numbers", () => {
  const stated = (s: Cell["stated"], change: Partial<Layer> = {}): Cell => sulfurCell({ stated: s }, change);
  test("that agree, agree by rounding, or do not", () => {
    expect(codes(stated({ activeMass: d("1.65 mg", "mg") }))).toEqual([]);
    expect(codes(stated({ arealCapacity: d("3.6 mAh/cm2", "mAh/cm2") }))).toEqual(["agrees-by-rounding"]);
    expect(codes(stated({ arealCapacity: d("4.2 mAh/cm2", "mAh/cm2") }))).toEqual(["inconsistent"]);
    expect(codes(stated({ nToP: d("14", "1") }))).toEqual([]);
  });
  test("a range of masses is taken by its ends", () => {
    const mass = range(3.2, 3.5, "mg");
    expect(codes(stated({ activeMass: d("1.06 mg", "mg") }, { mass }))).toEqual([]);
    expect(codes(stated({ activeMass: d("1.25 mg", "mg") }, { mass }))).toEqual(["inconsistent"]);
  });
  test("one current on several bases", () => {
    const group = { absolute: d("164.93 µA", "A"), specific: d("100 mA/g", "A/kg"), areal: d("210 µA/cm2", "A/m2") };
    expect(codes(stated({ currents: [group] }))).toEqual([]);
    expect(codes(stated({ currents: [{ ...group, specific: d("120 mA/g", "A/kg") }] }))).toEqual(["inconsistent"]);
    const rate = { areal: d("0.82 mA/cm2", "A/m2"), rate: { quantity: { value: 1, sigma: null, unit: "1/h" }, text: "1.00C" } };
    expect(codes(stated({ currents: [rate] }))).toEqual(["inconsistent"]);
  });
  test("what cannot be checked is said", () => {
    const { mass: _, ...bare } = sulfurCell().layers[2]!;
    const layers = sulfurCell().layers.with(2, bare);
    expect(codes(sulfurCell({ layers, stated: { activeMass: d("1 mg", "mg") } }))).toContain("not-checked");
  });
  test("one window on two scales has one width, and is shifted by the electrodes", () => {
    const w = (versus: string, from: string, to: string) => ({ versus, from: d(from, "V"), to: d(to, "V") });
    expect(codes(stated({ windows: [w("LiIn", "1.88 V", "3.98 V"), w("Na15Sn4", "2.4 V", "3.4 V")] }))).toEqual(["inconsistent"]);
    expect(codes(stated({ windows: [w("LiIn", "0.6 V", "2.4 V"), w("Li", "1.22 V", "3.02 V")] }))).toEqual([]);
    expect(codes(stated({ windows: [w("LiIn", "0.6 V", "2.4 V"), w("Li", "0.6 V", "2.4 V")] }))).toEqual(["inconsistent-if"]);
  });
});

test("intervals: ends of the ranges; too many are refused", () => {
  expect(intervalOf(cathode({ mass: range(3, 4, "mg") }), activeMass)).toMatchObject({
    low: expect.closeTo(0.99, 9),
    high: expect.closeTo(1.32, 9),
    unit: "mg",
  });
  expect(intervalOf(sulfurCell(), activeMass)).toMatchObject({ low: expect.closeTo(1.65, 9), high: expect.closeTo(1.65, 9) });
  const composition = Array.from({ length: 14 }, () => ({ name: "S", share: range(1, 2, "wt%"), parts: false }));
  expect(intervalOf(cathode({ composition }), activeMass)).toHaveProperty("notComputable");
});

test.each([
  ["3.6 mAh/cm2", 0.05],
  ["210 µA/cm2", 0.5],
  ["164.93 µA", 0.005],
  ["1.5e-3 S", 5e-5],
  ["~0.65 mg", 0.005],
])("%s stands for ± %d", (text, half) => expect(roundingHalfWidth(text)).toBeCloseTo(half, 12));
