/** A study of virtual trajectories at four temperatures: the step's part, its table, its figures; the truth lies in the intervals. */
import { currentStory, type PartOf, type Story } from "@thioscope/core/story";
import { readStory, readStudy, runStudy } from "@thioscope/study";
import { createCursor, figureToSvg, PART_VIEWS } from "@thioscope/views";
import { trajectoryText, virtualTrajectory } from "@thioscope/virtual";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testStudy } from "../studies.ts";

const RATES = { 600: 0.3, 800: 0.6, 1000: 1.0, 1200: 1.4 } as const;
const RUNS = Object.entries(RATES).map(([kelvin, ratePerPs]) => ({
  kelvin,
  run: virtualTrajectory({ frames: 200, ions: 24, ratePerPs }, `study ${kelvin}`),
}));
const FILES = Object.fromEntries(RUNS.map(({ kelvin, run }) => [`raw/${kelvin}K.extxyz`, trajectoryText(run, "extxyz")]));
const KIND = "kind: trajectory";

const yaml = (source: string): string => `title: atoms\nsources:\n  glass: { ${source} }\nsteps: [md, story]\n`;

let study: Awaited<ReturnType<typeof testStudy>>;
let story: Story;
beforeAll(async () => {
  const files = RUNS.map(({ kelvin }) => `raw/${kelvin}K.extxyz`).join(", ");
  study = await testStudy(FILES, yaml(`files: [${files}], ${KIND}, species: [Na], timestep: 50 fs`));
  await runStudy(await readStudy(study.root));
  story = currentStory(JSON.parse((await readStory(study.root))!) as Story);
});
afterAll(() => study.remove());

test("a part with a run for each temperature", () => {
  const part = story.parts[0] as PartOf<"atoms">;
  expect(part).toMatchObject({ kind: "atoms", step: "md", source: "glass" });
  expect(part.runs.map((r) => r.temperature)).toEqual([600, 800, 1000, 1200]);
  const inside = part.runs.filter(({ D }, k) => D.interval95[0] < RUNS[k]!.run.D && RUNS[k]!.run.D < D.interval95[1]);
  // of four 95 % intervals
  expect(inside.length).toBeGreaterThanOrEqual(3);
  expect(part.arrhenius!.line.length).toBe(part.arrhenius!.inverse.length);
  expect(part.sentences.at(-1)!.parts[0]).toMatch(/activation energy/);
});

test("its figures draw", () => {
  const part = story.parts[0] as PartOf<"atoms">;
  const { state } = createCursor({});
  for (const spec of PART_VIEWS.atoms.figures) {
    const figure = spec.figure({ part, story, state, run: null });
    expect(figure.empty).toBeUndefined();
    expect(figureToSvg(figure, spec.title, 170)).toMatch(/<svg/);
    expect(figure.data().columns.length).toBeGreaterThan(1);
  }
});

test("a source that names no ions says what is missing", async () => {
  const other = await testStudy({ "raw/a.extxyz": FILES["raw/600K.extxyz"]! }, yaml(`files: raw/a.extxyz, ${KIND}`));
  try {
    await expect(readStudy(other.root).then((read) => runStudy(read))).rejects.toThrow(/which ions are followed/);
  } finally {
    await other.remove();
  }
});
