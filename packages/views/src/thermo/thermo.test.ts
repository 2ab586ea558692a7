/** Figures of phase stability. Expected: the answers of the core at the same conditions, and the definition of the fields. */
import { parseFormula } from "@thioscope/core/cell";
import type { PlacedPart, Story } from "@thioscope/core/story";
import {
  decompose,
  grandPotentialDiagram,
  ON_HULL,
  phaseDiagram,
  plainSet,
  setOfPlain,
  setsFor,
  stabilityWindow,
} from "@thioscope/core/thermo";
import { expect, test } from "vitest";
import { createCursor } from "../cursor.ts";
import type { BandMark } from "../figure/model.ts";
import { offerModels } from "../parts/live.ts";
import { solveModel } from "../parts/solveModel.ts";
import { fieldsOf } from "./fields.ts";
import { HULL } from "./hull.ts";
import { POTENTIALS } from "./potentials.ts";
import { SOLIDS } from "./solids.ts";
import { SLIDER } from "./solve.ts";
import { STAIRCASE } from "./staircase.ts";
import { WINDOWS } from "./window.ts";

offerModels(solveModel);

const NAPS = ["Na", "P", "S"];

type ThermoPart = Extract<PlacedPart, { kind: "thermo" }>;

function partOf(elements: readonly string[], compounds: readonly string[]): ThermoPart {
  const sets = setsFor(elements).map((set) => plainSet(set, elements));
  const all = sets.map((_, k) => k);
  return {
    kind: "thermo",
    step: "thermo",
    source: null,
    title: "Phase stability",
    files: [],
    run: null,
    runFile: null,
    sentences: [],
    notices: [],
    command: "thermo window",
    ion: elements[0]!,
    conditions: { pressureGigapascal: 0, temperatureKelvin: null, sulfurShift: 0 },
    sets,
    windows: compounds.map((formula) => ({ formula, elements, sets: all, answers: [] })),
    system: { elements, sets: all },
    voltage: { host: "S", elements: [elements[0]!, "S"], sets: all },
  };
}

const at = (part: ThermoPart, choices: Record<string, string> = {}) => ({
  part,
  story: { files: [] } as unknown as Story,
  state: createCursor({ choices }).state,
  run: null,
});

const solid = (marks: readonly { kind: string }[]) => marks.filter((m): m is BandMark => m.kind === "band");

test("bars end where the default set's window does, and move with the pressure", () => {
  const part = partOf(NAPS, ["Na3PS4"]);
  for (const pressure of [0, 3]) {
    const figure = WINDOWS.figure(at(part, pressure === 0 ? {} : { [SLIDER.pressure]: String(pressure) }));
    const diagram = phaseDiagram(setsFor(NAPS)[0]!, NAPS, { pressureGigapascal: pressure });
    const { window } = stabilityWindow(diagram, parseFormula("Na3PS4"), "Na");
    expect(solid(figure.panels[0]!.marks)[0]!.x).toEqual(window!.map((q) => q.value));
    if (pressure > 0) expect(figure.note).toContain("At 3 GPa");
    // a row per set in the table, with the reason where a set does not have the compound
    expect(figure.data().columns[0]!.values).toHaveLength(part.sets.length);
  }
});

test("a compound above the hull has a hatched bar and the words; a shift of sulfur's energy may put it there", () => {
  const part = partOf(["Na", "Sb", "S"], ["Na3SbS4"]);
  const figure = WINDOWS.figure(at(part));
  expect(solid(figure.panels[0]!.marks)[0]).toMatchObject({ hatched: true });
  const words = figure.panels[0]!.marks.flatMap((m) =>
    m.kind === "label"
      ? [
          m.lines
            .flat()
            .map(({ text }) => text)
            .join(""),
        ]
      : [],
  );
  expect(words.join("\n")).toMatch(/no window: 6\.1 meV\/atom above the hull \(0\.0 to 6\.6 over the sets\)[\s\S]*above 1\.93 V/);
});

test("fields of potentials: in the middle of each its phase alone has the least grand potential; together they fill what is allowed", () => {
  const diagram = phaseDiagram(setsFor(NAPS)[0]!, NAPS);
  const low = [-3, -3] as const;
  const fields = fieldsOf(diagram, ["Na", "S"], low);
  expect(fields.flatMap(({ formulas }) => formulas)).toContain("Na3PS4");
  for (const { formulas, corners } of fields) {
    const n = corners.length;
    const [a, b] = [corners.reduce((s, [x]) => s + x, 0) / n, corners.reduce((s, [, y]) => s + y, 0) / n];
    const { entries, above } = grandPotentialDiagram(diagram, { Na: a, S: b });
    expect(entries.flatMap((e, j) => (above[j]! <= ON_HULL ? [e.formula] : []))).toEqual(formulas);
  }
  // points of a grid where Na and S alone would not react lie in exactly one field
  for (let a = -2.95; a < 0; a += 0.1) {
    for (let b = -2.95; b < 0; b += 0.1) {
      const allowed = diagram.entries.every((_, j) => {
        const x = (element: string): number => diagram.hull.fractions[j * 3 + diagram.elements.indexOf(element)]!;
        return x("P") > 0 || a * x("Na") + b * x("S") < diagram.hull.energies[j]!;
      });
      const inside = fields.filter(({ corners }) => contains(corners, a, b)).length;
      // slivers too small to be drawn are left out
      if (allowed) expect(inside).toBeLessThanOrEqual(1);
      else expect(inside).toBe(0);
    }
  }
});

function contains(corners: readonly (readonly [number, number])[], a: number, b: number): boolean {
  const turns = corners.map(([x, y], i) => {
    const [u, v] = corners[(i + 1) % corners.length]!;
    return (u - x) * (b - y) - (v - y) * (a - x);
  });
  return turns.every((t) => t > 0) || turns.every((t) => t < 0);
}

test("fields of four elements: in the middle of each the same phases are in equilibrium at the ratio of the closed two", () => {
  const elements = ["Li", "Ge", "P", "S"];
  const diagram = phaseDiagram(setsFor(elements)[0]!, elements);
  // Ge : P = 1 : 2, as in Li10GeP2S12
  const fields = fieldsOf(diagram, ["Li", "S"], [-3, -3], 2 / 3);
  expect(fields.length).toBeGreaterThan(5);
  for (const { formulas, corners } of fields) {
    const n = corners.length;
    const [a, b] = [corners.reduce((s, [x]) => s + x, 0) / n, corners.reduce((s, [, y]) => s + y, 0) / n];
    const grand = grandPotentialDiagram(diagram, { Li: a, S: b });
    const found = decompose(grand.hull, [1 / 3, 2 / 3]).map(({ phase }) => grand.entries[phase]!.formula);
    expect(found.sort()).toEqual([...formulas].sort());
  }
});

test.each([
  [["Na", "S"], true, true],
  [NAPS, true, true],
  [["Li", "Ge", "P", "S"], true, true],
  [["Na", "Sn", "Sb", "P", "S"], false, false],
] as const)("%j: what can be drawn is, for the rest the command is named", (elements, hull, potentials) => {
  const part = partOf(elements, []);
  expect(HULL.figure(at(part)).empty === undefined).toBe(hull);
  expect(POTENTIALS.figure(at(part)).empty === undefined).toBe(potentials);
  for (const figure of [HULL.figure(at(part)), POTENTIALS.figure(at(part))]) if (figure.empty) expect(figure.empty).toContain("thermo ");
});

test("of several systems the chosen one is drawn", () => {
  const part = partOf(["Na", "S", "Li"], []);
  const of = (elements: string[]) => ({
    elements,
    sets: setsFor(elements).map((one) => part.sets.findIndex(({ name }) => name === one.name)),
  });
  const sets = [...setsFor(["Na", "S"]), ...setsFor(["Li", "S"])].map((one) => plainSet(one, ["Na", "S", "Li"]));
  const both = { ...part, sets: sets.filter((one, i) => sets.findIndex(({ name }) => name === one.name) === i), voltage: null };
  part.sets = both.sets;
  const whole = { ...both, system: of(["Na", "S"]), others: [of(["Li", "S"])] };
  const phases = (figure: typeof HULL | typeof SOLIDS, choices?: Record<string, string>): string[] =>
    Array.from(figure.figure(at(whole, choices)).data().columns[0]!.values as ArrayLike<string>);
  for (const figure of [HULL, SOLIDS]) {
    expect(phases(figure)).toContain("Na2S");
    const chosen = phases(figure, { "thermo.system": "Li-S" });
    expect(chosen).toContain("Li2S");
    expect(chosen.filter((formula) => formula.includes("Na"))).toEqual([]);
    expect(figure.choices!(at(whole))[0]).toMatchObject({ id: "thermo.system", value: "Na-S" });
  }
});

test("solids over temperature: from the set with entropies, up to the melting of sodium (370.9 K), as thermo hull --solids has it", () => {
  const part = partOf(["Na", "S"], []);
  expect(SOLIDS.isShown!(part)).toBe(true);
  const { columns } = SOLIDS.figure(at(part)).data();
  expect(columns[0]!.values).toEqual(["Na", "Na2S", "Na2S2", "Na2S4", "S"]);
  expect(Array.from(columns[2]!.values as ArrayLike<number>)).toEqual([370.9, 370.9, 370.9, 370.9, 370.9]);
  expect(SOLIDS.figure(at(part)).note).toContain("no liquid is in the energies");
  expect(SOLIDS.isShown!({ ...part, voltage: null, system: null })).toBe(false);
});

test("the staircase of sulfur: steps of every set, energy conserved by its area", () => {
  const part = partOf(["Na", "S"], []);
  const { columns } = STAIRCASE.figure(at(part)).data();
  const [set, from, to, voltage] = columns.map(({ values }) => Array.from(values as ArrayLike<number | string>));
  for (const name of new Set(set)) {
    // ∫ V dx from S to Na2S is the energy of formation of Na2S per formula unit
    const area = set!.reduce<number>(
      (sum, s, i) => (s === name ? sum + Number(voltage![i]) * (Number(to![i]) - Number(from![i])) : sum),
      0,
    );
    const found = setOfPlain(part.sets.find((s) => s.name === name)!).entries.find(({ formula }) => formula === "Na2S")!;
    expect(area).toBeCloseTo(-3 * found.energy, 9);
  }
});
