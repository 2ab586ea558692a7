/** Plating around a defect in a study: the row per electrolyte in SQL and the part in the story say what the model says. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { depositionCase, depositionQuestion, distribute, RESOLUTIONS } from "@thioscope/core/deposition";
import type { Story } from "@thioscope/core/story";
import { openDatabase, readStudy, runStudy } from "@thioscope/study";
import { VIRTUAL_CELLS, virtualCycling, writeVirtual } from "@thioscope/virtual";
import { expect, test } from "vitest";
import { testStudy } from "../studies.ts";

const run = virtualCycling(
  { ...VIRTUAL_CELLS["na-s-nps"], protocol: [{ ...VIRTUAL_CELLS["na-s-nps"].protocol[0], cycles: 1 }] },
  "plating",
);
const RAW = { "raw/cell.mpt": new TextDecoder("latin1").decode(writeVirtual(run, "biologic-mpt")) };

test("the step's hot spots are those of the model, in SQL and in the story", async () => {
  const { root, remove } = await testStudy(
    RAW,
    'sources: { cycling: raw/cell.mpt }\nsteps:\n  - simulate.deposition: { radius: "20 µm", pressure: "100 MPa" }\n  - story\n',
  );
  const { index } = await runStudy(await readStudy(root));
  const story = JSON.parse(await readFile(join(root, "results", index.story!, "story.json"), "utf8")) as Story;
  const database = await openDatabase([root]);
  const { rows } = await database.query(
    "select electrolyte, pressure_form, hot_spot, hot_spot_sigma, critical_current_low from deposition order by electrolyte, pressure_form",
  );
  database.close();
  await remove();
  expect(rows.map(([name, form]) => `${String(name)} ${String(form)}`)).toEqual([
    "Na3PS4 factor",
    "Na3PS4 shift",
    "Na3SbS4 factor",
    "Na3SbS4 shift",
  ]);
  const { question, electrolytes } = depositionQuestion({ radius: "20 µm", pressure: "100 MPa" });
  const exact = distribute(depositionCase(question, electrolytes[0]!, "factor"), RESOLUTIONS.normal);
  expect(rows[0]![2]).toBeCloseTo(exact.hotSpot.value, 12);
  expect(rows[0]![3]).toBeCloseTo(exact.hotSpot.sigma!, 12);
  expect(rows[0]![4]).toBeGreaterThan(0);
  const [part] = story.parts;
  if (part?.kind !== "deposition") throw new Error(part?.kind);
  const { solved, sizes, growth } = part;
  expect(solved.electrolytes[0]!.forms.map((f) => f.form)).toEqual(["shift", "factor"]);
  const cells = (solved.xMicrometre.length - 1) * (solved.zMicrometre.length - 1);
  expect(solved.electrolytes.every((e) => e.potentialMillivolt.length === cells && e.currentRatio.length === cells)).toBe(true);
  expect([sizes!.hotSpots.length, growth.length]).toEqual([2, 2]);
  const told = story.sentences
    .map(({ parts }) => parts.map((p) => (typeof p === "string" ? p : `${p.quantity.value} ${p.quantity.unit}`)).join(""))
    .join("\n");
  expect(told).toMatch(/In Na3PS4 the current peaks at .* features much smaller than 19\.8 µm do not matter/);
}, 30_000);
