/**
 * What four published studies of sulfide cells print on energies, windows, pressure and moduli. Each test is named by the claim; expected values are
 * the papers' or follow from them by algebra.
 */
import { quantity } from "@thioscope/core";
import { parseFormula } from "@thioscope/core/cell";
import {
  decompositionEnergy,
  ductilityOfRatio,
  ductilityTable,
  energySet,
  isRefused,
  overSets,
  phaseDiagram,
  reactionVoltage,
  setOfTotals,
  setsFor,
  spreadOf,
  stabilisingPressure,
  stabilityWindow,
  systemElements,
  voltageProfile,
  volumeOfReaction,
} from "@thioscope/core/thermo";
import { expect, test } from "vitest";

function windows(formula: string, ion: string) {
  const elements = systemElements(formula);
  return overSets(setsFor(elements), (set) => stabilityWindow(phaseDiagram(set, elements), parseFormula(formula), ion));
}
const volts = (answer: { value: number } | object): number => ("value" in answer ? answer.value : Number.NaN);

test("NAS-windows: Na3PS4 1.39–2.45 V within 0.15 V by the default set, with the spread", () => {
  const over = windows("Na3PS4", "Na");
  expect(over.default!.set.name).toBe("nrel-fere-2012");
  const [low, high] = over.default!.answer.window!;
  expect(Math.abs(low.value - 1.39)).toBeLessThan(0.15);
  expect(Math.abs(high.value - 2.45)).toBeLessThan(0.15);
  // 0.10 V is missed on both sides: not hidden by a rounder tolerance
  expect([low.value.toFixed(2), high.value.toFixed(2)]).toEqual(["1.50", "2.35"]);
  const reduction = spreadOf(over, (w) => volts(w.reduction.voltage), "V")!;
  expect(reduction.values[0]).toBeCloseTo(1.25, 2);
  expect(reduction.values[1]).toBeCloseTo(1.54, 2);
  const oxidation = spreadOf(over, (w) => volts(w.oxidation.voltage), "V")!;
  expect(oxidation.values[0]).toBeCloseTo(1.97, 2);
  expect(oxidation.values[1]).toBeCloseTo(2.43, 2);
  expect(over.independent).toBe(2);
});

test("NAS-windows: Na3SbS4 lies above the hull, so the printed 1.83–1.90 V is no window; the boundaries beside it are 1.83 and 1.93 V", () => {
  const { answer } = windows("Na3SbS4", "Na").default!;
  expect(answer.window).toBeNull();
  expect(answer.sentence).toBe("no window: this compound lies 6.1 meV/atom above the hull");
  expect(volts(answer.reduction.voltage)).toBeCloseTo(1.83, 2);
  expect(volts(answer.oxidation.voltage)).toBeCloseTo(1.93, 2);
});

test("Li3PS4 1.71–2.31 V and Li10GeP2S12 1.71–2.14 V (Zhu, He & Mo 2015) within 0.02 V; the latter above the hull", () => {
  const [low, high] = windows("Li3PS4", "Li").default!.answer.window!;
  expect(Math.abs(low.value - 1.71)).toBeLessThan(0.02);
  expect(Math.abs(high.value - 2.31)).toBeLessThan(0.02);
  const germanium = windows("Li10GeP2S12", "Li").default!.answer;
  expect(germanium.window).toBeNull();
  expect(germanium.energyAboveHull.value).toBeCloseTo(0.0188, 4);
  expect(Math.abs(volts(germanium.reduction.voltage) - 1.71)).toBeLessThan(0.02);
  expect(Math.abs(volts(germanium.oxidation.voltage) - 2.14)).toBeLessThan(0.02);
  expect(germanium.reduction.reaction!.text).toBe("Li10GeP2S12 + 10 Li → 2 P + Li4GeS4 + 8 Li2S");
});

test("Na–S voltages of four sets, and Na2S2 below Na2S4 + Na2S by 4 to 43 meV/atom", () => {
  const expected: Record<string, [voltages: number[], below: number]> = {
    "nrel-fere-2012": [[2.307, 2.082, 1.828, 1.806], 3.6],
    "nrel-fere-2": [[2.322, 2.122, 1.868, 1.846], 3.6],
    "mp-r2scan": [[2.124, 2.083, 1.9, 1.799], 16.7],
    // Na2S5 and Na2S4 form at one potential to 0.1 mV: Na2S5 is 0.03 meV off the hull
    tabulated: [[2.133, 1.982, 1.723], 43.2],
  };
  for (const [name, [voltages, below]] of Object.entries(expected)) {
    const diagram = phaseDiagram(energySet(name), ["Na", "S"]);
    const steps = voltageProfile(diagram, parseFormula("S"), "Na").map((s) => s.voltage.value);
    expect(steps).toHaveLength(voltages.length);
    for (const [k, v] of voltages.entries()) expect(steps[k]).toBeCloseTo(v, 3);
    const depth = decompositionEnergy(diagram, parseFormula("Na2S2"))!;
    expect(-1000 * depth.energy).toBeCloseTo(below, 1);
    expect(depth.into.map((p) => p.formula).sort()).toEqual(["Na2S", "Na2S4"]);
  }
});

test("NaS-Na2S3-pressure: 4.1 meV/atom and −9.1 Å³ balance at 0.361 GPa (0.28–0.51), the printed 0.9 GPa needs −3.65 Å³ or 51 meV", () => {
  const { change, reaction, volumes } = volumeOfReaction("Na2S3", ["Na2S2", "Na2S4"]);
  expect(reaction.text).toBe("2 Na2S3 → Na2S2 + Na2S4");
  expect(change.value).toBeCloseTo(-9.1, 1);
  expect(volumes.map((v) => [v.formula, Number(v.perFormula.value.toFixed(1)), v.flag])).toEqual([
    ["Na2S3", 101.3, "computed"],
    ["Na2S2", 85, "unchecked"],
    ["Na2S4", 135.7, "unchecked"],
  ]);
  const pressure = stabilisingPressure(quantity(5 * 4.1e-3, "eV"), change);
  expect(pressure.value).toBeCloseTo(0.361, 2);
  // one standard error of ΔV, through the ratio
  const [low, high] = [1, -1].map(
    (sign) => stabilisingPressure(quantity(0.0205, "eV"), quantity(change.value - sign * change.sigma!, "Å^3")).value,
  );
  expect(low).toBeCloseTo(0.28, 2);
  expect(high).toBeCloseTo(0.51, 2);
  expect(stabilisingPressure(quantity(0.0205, "eV"), quantity(-3.65, "Å^3")).value).toBeCloseTo(0.9, 2);
  expect(stabilisingPressure(quantity(0.051, "eV"), quantity(-9.1, "Å^3")).value).toBeCloseTo(0.9, 2);
});

test("NAS-ductility: G/B of 0.19 and 0.458 are Poisson ratios of 0.411 and 0.301, both ductile", () => {
  for (const [ratio, poisson] of [
    [0.19, 0.411],
    [0.458, 0.301],
    [0.516, 0.28],
  ] as const) {
    const found = ductilityOfRatio(quantity(ratio, "1"));
    expect(Math.abs(found.poisson.value - poisson)).toBeLessThan(0.001);
    expect(found.ductile).toBe(true);
  }
});

test("NAS-ductility: the moduli that ship for Na3PS4 keep the printed ratio", () => {
  const nps = ductilityTable().find((row) => row.phase === "Na3PS4")!;
  expect(nps.flag).toBe("assumed");
  expect(nps.shearOverBulk.value).toBeCloseTo(0.46, 2);
  expect(nps.poisson.value).toBeCloseTo(0.3, 3);
});

test("LiS-dft-voltages: −1.01 and −1.59 eV/atom give 2.02 and 2.75 V in the wrong order, Li2S2 0.18 eV/atom above the hull", () => {
  const [sulfur, disulfide, sulfide] = [
    { formula: "S", energyPerAtom: 0 },
    { formula: "Li2S2", energyPerAtom: -1.01 },
    { formula: "Li2S", energyPerAtom: -1.59 },
  ] as const;
  expect(reactionVoltage(sulfur, disulfide, "Li").value).toBeCloseTo(2.02, 6);
  expect(reactionVoltage(disulfide, sulfide, "Li").value).toBeCloseTo(2.75, 6);
  expect(reactionVoltage(sulfur, sulfide, "Li").value).toBeCloseTo(2.385, 6);
  const set = setOfTotals(
    [
      { formula: "Li", energy: 0 },
      { formula: "S", energy: 0 },
      { formula: "Li2S2", energy: 4 * -1.01 },
      { formula: "Li2S", energy: 3 * -1.59 },
    ],
    { name: "print", title: "as printed", source: "print", licence: "facts" },
  );
  const lost = decompositionEnergy(phaseDiagram(set, ["Li", "S"]), parseFormula("Li2S2"))!;
  expect(lost.energy).toBeCloseTo(0.1825, 4);
  expect(lost.into.map((p) => p.formula).sort()).toEqual(["Li2S", "S"]);
});

test("a set that lacks a compound says so", () => {
  const tabulated = windows("Na3PS4", "Na").sets.find((s) => s.set.name === "tabulated")!;
  expect(isRefused(tabulated.answer) && tabulated.answer.notComputable).toBe("tabulated has no entry of Na3PS4");
});
