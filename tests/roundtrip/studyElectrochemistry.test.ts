/**
 * Voltammetry, titration, symmetric cells and composition in a study: tables, SQL, story; a step that does not apply says why.
 * Truth: the virtual instruments.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Story } from "@thioscope/core/story";
import { openDatabase, readStudy, runStudy, type StudyRun } from "@thioscope/study";
import {
  VIRTUAL_CELLS,
  VIRTUAL_PARTICLE,
  VIRTUAL_SYMMETRIC,
  virtualCycling,
  virtualPotentialSteps,
  virtualSymmetric,
  virtualTitration,
  virtualVoltammogram,
  writeVirtual,
} from "@thioscope/virtual";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testStudy } from "../studies.ts";

const COUPLE = {
  kind: "diffusion" as const,
  electrons: 1,
  formalVolt: 0.2,
  areaSquareMetre: 1e-5,
  temperatureKelvin: 298.15,
  diffusivity: 7e-10,
  concentration: 2,
  coverage: 0,
};

function sweepsCsv(rate: number): string {
  const { rows } = virtualVoltammogram(COUPLE, rate, `study/${rate}`, { scans: 2 });
  const lines = rows.map((r) => `${r.timeSecond},${r.voltageVolt},${r.currentAmpere}`);
  return `test_time_second,voltage_volt,current_ampere\n${lines.join("\n")}\n`;
}

const mpt = (run: Parameters<typeof writeVirtual>[0]): string => new TextDecoder("latin1").decode(writeVirtual(run, "biologic-mpt"));

const CELL = `name: Na–S
diameter: 10 mm
temperature: 60 °C
layers:
  - { role: anode,     composition: { Na: 100 wt% }, mass: 20 mg }
  - { role: separator, composition: { Na3PS4: 100 wt% }, mass: 100 mg }
  - { role: cathode,   composition: { S: 20 wt%, C: 20 wt%, Na3PS4: 60 wt% }, mass: 5.0 mg, active: S }
reference: Na
`;

let root = "";
let remove: () => Promise<void> = () => Promise.resolve();
let done: StudyRun;
let story: Story;

beforeAll(async () => {
  const symmetric = virtualSymmetric(
    VIRTUAL_SYMMETRIC,
    { currentDensities: [0.2, 0.4, 0.6, 0.8], cycles: 2, halfCycleHour: 0.5, intervalSecond: 10 },
    "study",
    0.6,
  );
  ({ root, remove } = await testStudy(
    {
      "cell.yaml": CELL,
      "raw/cv-20.csv": sweepsCsv(0.02),
      "raw/cv-50.csv": sweepsCsv(0.05),
      "raw/cv-100.csv": sweepsCsv(0.1),
      "raw/gitt.mpt": mpt(virtualTitration({ ...VIRTUAL_PARTICLE, plateau: [0.35, 0.6] }, "study")),
      "raw/pitt.mpt": mpt(virtualPotentialSteps({ ...VIRTUAL_PARTICLE, plateau: [0.25, 0.5] }, "study")),
      "raw/steps.mpt": mpt(symmetric),
      "raw/cell.mpt": mpt(virtualCycling(VIRTUAL_CELLS["na-s-nps"], "study")),
    },
    `cell: cell.yaml
sources: { all: "raw/*" }
steps:
  - cv
  - gitt: { length: "1 um" }
  - symmetric: { area: "0.7854 cm2" }
  - composition: { electrolyte_share: "0..30 %" }
  - story
`,
  ));
  done = await runStudy(await readStudy(root));
  story = JSON.parse(await readFile(join(root, "results", done.index.story!, "story.json"), "utf8")) as Story;
});
afterAll(() => remove());

const file = (name: string) => story.files.find((f) => f.name === name)!;

test("no file fails; each shows what it holds, the others say why not", () => {
  expect(done.index.files.map(({ error }) => error)).toEqual([null, null, null, null, null, null, null]);
  const kinds = Object.fromEntries(story.files.map((f) => [f.name, Object.keys(f.electrochemistry ?? {})]));
  expect(kinds).toEqual({
    "cv-20.csv": ["voltammetry"],
    "cv-50.csv": ["voltammetry"],
    "cv-100.csv": ["voltammetry"],
    "gitt.mpt": ["titration", "composition"],
    "pitt.mpt": ["potentialSteps", "composition"],
    "steps.mpt": ["symmetric"],
    "cell.mpt": ["composition"],
  });
  expect(
    file("cell.mpt")
      .notices.map(({ message }) => message)
      .join("\n"),
  ).toMatch(/no potential sweep[\s\S]*no titration[\s\S]*no symmetric cell[\s\S]*full: true/);
});

test("scans: a reversible couple has b = ½ over the files' scan rates, and the peaks 57 mV apart (0.2 V in the middle)", async () => {
  const database = await openDatabase([root]);
  const { rows } = await database.query(
    "select scan_rate_mv_s, separation_mv, midpoint_volt from scans where scan = 2 and direction = 'anodic' order by 1",
  );
  database.close();
  expect(rows.map(([rate]) => Math.round(Number(rate)))).toEqual([20, 50, 100]);
  for (const [, separation, midpoint] of rows) {
    expect(Number(separation)).toBeGreaterThan(52);
    expect(Number(separation)).toBeLessThan(66);
    expect(Math.abs(Number(midpoint) - 0.2)).toBeLessThan(0.005);
  }
  const series = file("cv-20.csv").electrochemistry!.voltammetry!.rates!.series.find(({ direction }) => direction === "anodic")!;
  expect(series.points.map((p) => story.files[p.file]!.name).sort()).toEqual(["cv-100.csv", "cv-20.csv", "cv-50.csv"]);
  expect("b" in series.bValue && Math.abs(series.bValue.b.value - 0.5)).toBeLessThan(0.01);
});

test("pulses: D of the particle where it is not refused; on the plateau the reason", async () => {
  const database = await openDatabase([root]);
  const { rows } = await database.query("select diffusion_cm2_s, plateau, refused, interface_ohm from pulses order by pulse");
  database.close();
  const accepted = rows.filter(([d]) => d !== null).map(([d]) => Number(d));
  expect(accepted.length).toBeGreaterThan(3);
  for (const d of accepted) expect(Math.abs(d / (VIRTUAL_PARTICLE.diffusivity * 1e4) - 1)).toBeLessThan(0.2);
  for (const [d, plateau, refused] of rows)
    if (plateau === 1) expect([d, refused]).toEqual([null, expect.stringContaining("two-phase plateau")]);
});

test("potential steps: D of the particle, refused on the plateau; the sentence tells how many", async () => {
  const database = await openDatabase([root]);
  const { rows } = await database.query("select diffusion_cm2_s, step_mv, refused from potential_steps order by step");
  database.close();
  expect(rows).toHaveLength(12);
  const accepted = rows.filter(([d]) => d !== null);
  expect(accepted.length).toBeGreaterThan(6);
  expect(accepted.length).toBeLessThan(12);
  for (const [d] of accepted) expect(Math.abs(Number(d) / (VIRTUAL_PARTICLE.diffusivity * 1e4) - 1)).toBeLessThan(0.1);
  for (const [d, , refused] of rows) if (d === null) expect(refused).toMatch(/does not decay/);
  for (const [, height] of rows.slice(1)) expect(Math.abs(Number(height) + 10)).toBeLessThan(1);
});

test("overpotentials: a row per half cycle; the critical current lies between 0.4 and 0.6 mA/cm²", async () => {
  const database = await openDatabase([root]);
  const { rows } = await database.query("select count(*), sum(short_signs) from overpotentials");
  database.close();
  expect(rows[0]![0]).toBe(16);
  expect(Number(rows[0]![1])).toBeGreaterThan(0);
  const { criticalCurrent, softShorts } = file("steps.mpt").electrochemistry!.symmetric!;
  expect(criticalCurrent).toMatchObject({ critical: { value: expect.closeTo(0.5, 3), unit: "mA/cm2" } });
  expect(softShorts.signs.every(({ rows: { file: f } }) => story.files[f]!.name === "steps.mpt")).toBe(true);
});

test("composition: the end of the discharge in SQL is the end of the curve; the split is an interval that holds u + a + b = 1", async () => {
  const database = await openDatabase([root]);
  const { rows } = await database.query(
    "select x_low, x_high, sulfide_low, sulfide_high, disulfide_high, sulfur_high from composition where file = 'cell.mpt' and direction = 'discharge' order by cycle",
  );
  database.close();
  const first = file("cell.mpt").electrochemistry!.composition!.halfCycles[0]!;
  expect(Number(rows[0]![0])).toBeCloseTo(first.xLow[first.xLow.length - 1]!, 9);
  // the cell file gives its masses without errors: what is left is the instrument's
  expect(file("cell.mpt").electrochemistry!.composition!.accuracy).toMatchObject({ assumed: true });
  expect(first.relativeSigma).toBeGreaterThan(1e-3);
  for (const [, , low, high, disulfide, sulfur] of rows) {
    expect(Number(low)).toBeLessThan(Number(high));
    expect(Number(high) + Number(disulfide) + Number(sulfur)).toBeGreaterThanOrEqual(1);
  }
});

test("each result is told with its rows", () => {
  const text = story.sentences
    .map(({ parts }) => parts.map((p) => (typeof p === "string" ? p : `${p.quantity.value} ${p.quantity.unit}`)).join(""))
    .join("\n");
  expect(text).toMatch(/grows with the scan rate to the power 0\.(49|50)\d*\s*: agrees with ½/);
  expect(text).toMatch(
    /Titration on discharge: 20\s+pulses[\s\S]*cm2\/s from \d+ of 20 pulses; \d+ of the pulses lie on a two-phase plateau/,
  );
  expect(text).toMatch(
    /Titration by 12\s+potential steps from[\s\S]*cm2\/s from \d+ of 12 steps; the others are refused: the current does not decay/,
  );
  expect(text).toMatch(/critical current is 0\.[45]\d* mA\/cm2[\s\S]*failed at 0\.6/);
  expect(text).toMatch(/which leaves S \d+–\d+ %, Na2S2 /);
});

test("a length or share that is none is a mistake of the study, with its line", async () => {
  const { root: wrong, remove: clear } = await testStudy(
    { "raw/a.csv": sweepsCsv(0.1) },
    'sources: { a: raw/a.csv }\nsteps:\n  - composition: { unreacted: "0..3" }\n',
  );
  await expect(readStudy(wrong)).rejects.toMatchObject({
    code: "STUDY_INVALID",
    place: { line: 3 },
    message: expect.stringContaining("0..30 %"),
  });
  await clear();
});
