import { expect, test } from "vitest";
import { parseFormula } from "../chemistry/formula.ts";
import { phaseDiagram } from "./diagram.ts";
import { plainSet, setOfPlain } from "./plain.ts";
import { energySet, SULFUR_CORRECTION } from "./sets.ts";
import { withSulfurShift } from "./sulfurShift.ts";
import { stabilityWindow, windowEdges } from "./voltage.ts";

const SYSTEM = ["Na", "P", "S"];
const compound = parseFormula("Na3PS4");

test("the published correction, put back by hand, gives the published set (its own energies)", () => {
  const shifted = withSulfurShift(energySet("mp-2018-uncorrected"), SULFUR_CORRECTION);
  const [a, b] = [shifted, energySet("mp-2018")].map((set) => windowEdges(phaseDiagram(set, SYSTEM), compound, "Na"));
  expect(a!.reduction).toBeCloseTo(b!.reduction!, 9);
  expect(a!.oxidation).toBeCloseTo(b!.oxidation!, 9);
  expect(shifted.corrections.at(-1)).toContain("-0.66346 eV per S");
});

test("elements keep zero; no shift is the set itself; a shift beyond a volt is refused", () => {
  const set = energySet("nrel-fere-2012");
  expect(withSulfurShift(set, 0)).toBe(set);
  for (const { composition, energy } of withSulfurShift(set, 0.3).entries) if (composition.size === 1) expect(energy).toBe(0);
  expect(() => withSulfurShift(set, 1.5)).toThrow(/up to ±1 eV/);
});

test("a set as plain data gives the same window, reactions and all, under pressure too", () => {
  const set = energySet("nrel-fere-2012");
  const back = setOfPlain(JSON.parse(JSON.stringify(plainSet(set, SYSTEM))) as ReturnType<typeof plainSet>);
  for (const pressureGigapascal of [0, 2]) {
    const [a, b] = [set, back].map((s) => stabilityWindow(phaseDiagram(s, SYSTEM, { pressureGigapascal }), compound, "Na"));
    expect(b).toEqual(a);
  }
});

test("the numbers of a window are the same without its reactions, for every compound of the set", () => {
  const diagram = phaseDiagram(energySet("nrel-fere-2012"), SYSTEM);
  for (const { composition } of diagram.entries) {
    if (composition.size === 1 && composition.has("Na")) continue;
    const whole = stabilityWindow(diagram, composition, "Na");
    const { reduction, oxidation, energyAboveHull } = windowEdges(diagram, composition, "Na");
    expect("value" in whole.reduction.voltage ? whole.reduction.voltage.value : null).toBe(reduction);
    expect("value" in whole.oxidation.voltage ? whole.oxidation.voltage.value : null).toBe(oxidation);
    expect(whole.energyAboveHull.value).toBe(energyAboveHull);
  }
});
