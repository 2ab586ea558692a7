/**
 * Phase stability in a study: windows by every energy set in SQL and in the story, which carries the energies; energies of one's own. Expected: the
 * answers of `thermo window`, whose agreement with pymatgen is tested with the reference figures.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseFormula } from "@thioscope/core/cell";
import type { Story } from "@thioscope/core/story";
import { energySet, phaseDiagram, setOfPlain, setsFor, stabilityWindow } from "@thioscope/core/thermo";
import { openDatabase, readStudy, runStudy } from "@thioscope/study";
import { VIRTUAL_CELLS, virtualCycling, writeVirtual } from "@thioscope/virtual";
import { expect, test } from "vitest";
import { testStudy } from "../studies.ts";

const CELL = `name: S|NPS cell
diameter: 10 mm
layers:
  - { role: anode, composition: { Na15Sn4: 80 wt%, C: 20 wt% }, mass: 100 mg }
  - { role: separator, composition: { Na3PS4: 100 wt% }, mass: 80 mg }
  - { role: cathode, composition: { S: 33 wt%, C: 17 wt%, Na3SbS4: 50 wt% }, mass: 5.0 mg, active: S }
reference: Na15Sn4
`;
const run = virtualCycling({ ...VIRTUAL_CELLS["na-s-nps"], protocol: [{ ...VIRTUAL_CELLS["na-s-nps"].protocol[0], cycles: 1 }] }, "thermo");
const RAW = { "cell.yaml": CELL, "raw/cell.mpt": new TextDecoder("latin1").decode(writeVirtual(run, "biologic-mpt")) };

async function storyOf(root: string): Promise<{ story: Story; errors: unknown }> {
  const { index } = await runStudy(await readStudy(root));
  const story = JSON.parse(await readFile(join(root, "results", index.story!, "story.json"), "utf8")) as Story;
  return { story, errors: index.sources.map(({ errors }) => errors) };
}

const told = (story: Story): string =>
  story.sentences
    .map(({ parts }) => parts.map((p) => (typeof p === "string" ? p : `${p.quantity.value} ${p.quantity.unit}`)).join(""))
    .join("\n");

test("the cell file says which compounds: windows in SQL, sentences, and the energies to work them out anew", async () => {
  const { root, remove } = await testStudy(RAW, "cell: cell.yaml\nsources: { cycling: raw/cell.mpt }\nsteps: [thermo, story]\n");
  const { story } = await storyOf(root);
  const database = await openDatabase([root]);
  const { rows } = await database.query(
    "select compound, energy_set, reduction_volt, oxidation_volt, above_hull_mev, refused from windows order by compound, energy_set",
  );
  database.close();
  await remove();
  expect([...new Set(rows.map(([compound]) => compound))]).toEqual(["Na3PS4", "Na3SbS4"]);
  for (const [compound, name, reduction, oxidation, above] of rows) {
    if (reduction === null) continue;
    const formula = parseFormula(String(compound));
    const whole = stabilityWindow(phaseDiagram(energySet(String(name)), [...formula.keys()]), formula, "Na");
    expect([whole.reduction.voltage, whole.oxidation.voltage]).toMatchObject([{ value: reduction }, { value: oxidation }]);
    expect(above).toBeCloseTo(1000 * whole.energyAboveHull.value, 9);
  }
  // sets without the compound say so
  expect(rows.filter(([, , v]) => v === null).every(([, , , , , why]) => /has no entry/.test(String(why)))).toBe(true);
  expect(told(story)).toMatch(/Na3PS4 is stable from 1\.501 V \(1\.25–1\.54 V over 5 sets\) to 2\.35 V/);
  expect(told(story)).toMatch(/Na3SbS4 has no window: it lies 6\.1 meV per atom above the hull \(on it in 1 of 5 sets\)/);
  const part = story.parts[0]!;
  if (part.kind !== "thermo") throw new Error(part.kind);
  expect([part.ion, part.voltage?.host, part.system?.elements]).toEqual(["Na", "S", ["Na", "P", "S"]]);
  const { sets, windows } = part;
  const again = stabilityWindow(phaseDiagram(setOfPlain(sets[windows[0]!.sets[0]!]!), windows[0]!.elements), parseFormula("Na3PS4"), "Na");
  expect(windows[0]!.answers[0]).toMatchObject({
    reduction: { value: "value" in again.reduction.voltage && again.reduction.voltage.value },
  });
});

test("energies of one's own are the first set; what is not covered is told and the rest goes on", async () => {
  // total energies, eV per formula unit; by algebra Na2S is stable from 0 to 3.4/2 V against sodium
  const csv = "formula,energy (eV)\nNa,-1.3\nS,-4.1\nNa2S,-10.1\n";
  const { root, remove } = await testStudy(
    { ...RAW, "raw/own.csv": csv },
    `cell: cell.yaml
sources:
  cycling: raw/cell.mpt
  mine: { files: raw/own.csv, kind: energies }
steps:
  - thermo: { compounds: [Na3PS4, K2S], host: none, pressure: 2 GPa, system: [Na-S, Li-S] }
  - thermo.own: { compounds: [Na2S], system: Na-S }
  - story
`,
  );
  const { story, errors } = await storyOf(root);
  await remove();
  expect(errors).toEqual([[]]);
  const [shipped, own] = story.parts;
  if (shipped?.kind !== "thermo" || own?.kind !== "thermo") throw new Error("two parts of thermodynamics are expected");
  expect(shipped.notices).toMatchObject([{ code: "not-covered", message: expect.stringContaining("K2S") }]);
  expect([shipped.conditions.pressureGigapascal, shipped.voltage]).toEqual([2, null]);
  // a system has the energy sets that cover it
  const systems = [shipped.system!, ...shipped.others!];
  expect(systems.map(({ elements }) => elements.join("-"))).toEqual(["Na-S", "Li-S"]);
  for (const { elements, sets } of systems)
    expect(sets.map((k) => shipped.sets[k]!.name)).toEqual(setsFor(elements).map(({ name }) => name));
  expect(own.source).toBe("mine");
  expect(own.sets[0]).toMatchObject({ name: "own.csv", licence: "your own" });
  expect(own.windows[0]!.answers[0]).toMatchObject({
    oxidation: { value: expect.closeTo(1.7, 12), unit: "V" },
    energyAboveHull: { value: 0 },
  });
});

test("an electrolyte that no energies ship for stops nothing: the part says so", async () => {
  const cell = CELL.replace("Na3PS4", "Li6PS5Cl")
    .replace("Na3SbS4", "Li6PS5Cl")
    .replace("Na15Sn4: 80 wt%, C: 20 wt%", "Li: 100 wt%")
    .replace("Na15Sn4", "Li");
  const { root, remove } = await testStudy(
    { ...RAW, "cell.yaml": cell },
    "cell: cell.yaml\nsources: { cycling: raw/cell.mpt }\nsteps: [cycles, thermo, story]\n",
  );
  const { story } = await storyOf(root);
  await remove();
  expect(story.parts[0]).toMatchObject({
    kind: "thermo",
    windows: [],
    system: null,
    voltage: { host: "S" },
    notices: [{ code: "not-covered" }],
  });
});

test("what cannot be asked is refused with the words", async () => {
  const { root, remove } = await testStudy(RAW, "sources: { cycling: raw/cell.mpt }\nsteps: [thermo, story]\n");
  await expect(runStudy(await readStudy(root))).rejects.toMatchObject({ message: expect.stringContaining("compounds must be named") });
  await remove();
});
