import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Answer, isComputable, type Quantity, quantity } from "../units/quantity.ts";
import { alloyComposition, anodeInventory, chargeToComposition, nToP } from "./anode.ts";
import { specificEnergy, voltageOfSpecificEnergy } from "./energy.ts";
import { cellPotential, convertPotential, findReference, plateauCharge, REFERENCE_ELECTRODES } from "./potential.ts";
import { scanPositions, secondsPerPosition } from "./scan.ts";
import { d, sulfurCell } from "./testCell.ts";

function value(x: { answer: Answer }): Quantity {
  if (!isComputable(x.answer)) throw new Error(x.answer.notComputable);
  return x.answer;
}
const reason = (x: { answer: Answer }): string => (isComputable(x.answer) ? "" : x.answer.notComputable);
const volt = (v: number): Quantity => quantity(v, "V");

describe("scales", () => {
  test("0.6 and 2.4 V vs Li-In are 1.22 and 3.02 V vs Li", () => {
    expect(value(convertPotential(volt(0.6), "Li-In", "Li")).value).toBeCloseTo(1.22, 12);
    expect(value(convertPotential(volt(2.4), "LiIn", "Li/Li+")).value).toBeCloseTo(3.02, 12);
  });

  test("the alloy's composition decides: outside its range the conversion is refused", () => {
    expect(reason(convertPotential(volt(1), "LiIn", "Li", { fromComposition: 1.3 }))).toContain("only with x = 0.02 to 0.8");
    expect(reason(convertPotential(volt(1), "Na", "Na15Sn4", { toComposition: 2 }))).toContain("Na9Sn4 + Na15Sn4");
    expect(value(convertPotential(volt(1), "Na", "Na15Sn4", { toComposition: 3.75 })).value).toBeCloseTo(0.92, 12);
  });

  test("an unchecked composition is an assumption that is stated", () => {
    expect(convertPotential(volt(1), "LiIn", "Li").assumptions.join()).toContain("not checked");
    expect(convertPotential(volt(1), "LiIn", "Li", { fromComposition: 0.24 }).assumptions.join()).toContain("x = 0.24");
  });

  test("Li and Na scales meet only by an assumption asked for by name", () => {
    expect(reason(convertPotential(volt(2), "Li", "Na"))).toContain("no common zero");
    const aqueous = convertPotential(volt(2), "Li", "Na", { bridge: "aqueous" });
    expect(value(aqueous).value).toBeCloseTo(1.67, 12);
    expect(aqueous.assumptions.join()).toContain("in water");
  });

  test("there and back is the identity, and the error of the alloy cancels", () => {
    const ids = REFERENCE_ELECTRODES.map((r) => r.id);
    fc.assert(
      fc.property(fc.double({ min: -3, max: 5, noNaN: true }), fc.constantFrom(...ids), fc.constantFrom(...ids), (v, a, b) => {
        const there = value(convertPotential(volt(v), a, b, { bridge: "aqueous" }));
        expect(value(convertPotential(quantity(there.value, "V"), b, a, { bridge: "aqueous" })).value).toBeCloseTo(v, 10);
      }),
    );
  });

  test("a change of scale keeps differences", () => {
    const width =
      value(convertPotential(volt(3.98), "LiIn", "Na15Sn4", { bridge: "aqueous" })).value -
      value(convertPotential(volt(1.88), "LiIn", "Na15Sn4", { bridge: "aqueous" })).value;
    expect(width).toBeCloseTo(2.1, 12);
  });

  test("names of references, and a suggestion for a misspelt one", () => {
    expect(findReference("Na–Sn").id).toBe("Na15Sn4");
    expect(findReference("In/InLi").id).toBe("LiIn");
    expect(() => findReference("Na15Sn5")).toThrow(/did you mean "Na15Sn4"/);
  });
});

describe("anode", () => {
  // 80 mg Na15Sn4: 15 F / (3.6 · 819.69 g/mol) = 490.46 mAh/g.
  test("inventory, N/P and plateau of an alloy", () => {
    const cell = sulfurCell();
    expect(value(anodeInventory(cell)).value).toBeCloseTo(39.2365, 3);
    expect(value(nToP(cell)).value).toBeCloseTo(39.2365 / 2.75873, 3);
    expect(value(alloyComposition(cell)).value).toBeCloseTo(3.75, 12);
    // Na15Sn4 → 4/9 of Na9Sn4's sodium leaves: (3.75 − 2.25) / 3.75 of the inventory
    expect(plateauCharge(cell)).toMatchObject({ value: expect.closeTo(39.2365 * 0.4, 3) });
    expect(value(chargeToComposition(cell, 0)).value).toBeCloseTo(39.2365, 3);
    expect(reason(chargeToComposition(cell, 4))).toContain("starts at x = 3.75");
  });

  test("electrolyte in the anode is no inventory", () => {
    const cell = sulfurCell();
    const [anode] = cell.layers;
    const mixed = {
      ...anode!,
      composition: [
        { name: "Na15Sn4", share: d("80 wt%", "wt%"), parts: false },
        { name: "Na3PS4", share: d("20 wt%", "wt%"), parts: false },
      ],
    };
    expect(value(anodeInventory({ ...cell, layers: cell.layers.with(0, mixed) })).value).toBeCloseTo(39.2365, 3);
  });

  test("a potential is followed only as long as the anode stays on its plateau", () => {
    const cell = sulfurCell();
    expect(value(cellPotential(cell, volt(1.17), "Na", quantity(2, "mAh"))).value).toBeCloseTo(1.25, 12);
    expect(reason(cellPotential(cell, volt(1.17), "Na", quantity(20, "mAh")))).toContain("Na9Sn4 + Na15Sn4");
    const { reference: _, ...bare } = cell;
    expect(reason(cellPotential(bare, volt(1), "Na"))).toContain("reference electrode is missing");
  });

  test("a cathode that brings the ions asks for room in the anode", () => {
    const composition = [{ name: "NaCrO2", share: d("100 wt%", "wt%"), parts: false }];
    const cell = sulfurCell({}, { composition, active: ["NaCrO2"] });
    expect(reason(nToP(cell))).toContain("already Na15Sn4");
    const tin = {
      role: "anode",
      composition: [
        { name: "Sn", share: d("90 wt%", "wt%"), parts: false },
        { name: "Na15Sn4", share: d("10 wt%", "wt%"), parts: false },
      ],
      mass: d("10 mg", "mg"),
    } as const;
    expect(value(nToP({ ...cell, layers: cell.layers.with(0, tin) })).value).toBeGreaterThan(1);
  });

  test("without an alkali metal there is no inventory", () => {
    const cell = sulfurCell();
    const carbon = {
      role: "anode",
      composition: [{ name: "C", share: d("100 wt%", "wt%"), parts: false }],
      mass: d("10 mg", "mg"),
    } as const;
    expect(reason(anodeInventory({ ...cell, layers: cell.layers.with(0, carbon) }))).toContain("neither Li nor Na");
  });
});

describe("specific energy", () => {
  const lithium = {
    role: "anode",
    composition: [{ name: "Li", share: d("100 wt%", "wt%"), parts: false }],
    mass: d("5 mg", "mg"),
  } as const;
  const cell = sulfurCell();
  const lis = { ...cell, layers: cell.layers.with(0, lithium) };

  test("of the couple Li–S at 2.2 V is 2567 Wh/kg: the capacity of Li2S", () => {
    expect(value(specificEnergy(lis, volt(2.2), "couple")).value).toBeCloseTo(2567, 0);
    expect(value(voltageOfSpecificEnergy(lis, quantity(2600, "Wh/kg"))).value).toBeCloseTo(2.228, 3);
  });

  test("counts less the more is counted", () => {
    const [couple, cathode, layers] = (["couple", "cathode", "layers"] as const).map((c) => value(specificEnergy(lis, volt(2), c)).value);
    expect(couple).toBeGreaterThan(cathode!);
    expect(cathode).toBeGreaterThan(layers!);
  });
});

test("a line scan measures both ends", () => {
  const scan = { length: quantity(1, "mm"), step: quantity(10, "µm"), period: quantity(0.5, "h") };
  expect(scanPositions(scan)).toBe(101);
  expect(secondsPerPosition(scan).value).toBeCloseTo(1800 / 101, 12);
  expect(() => scanPositions({ ...scan, step: quantity(0, "mm") })).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
});
