/** Scans, volumes and sections as sources of a study: run, asked, told; and what damaged ones say. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { currentStory, type Story } from "@thioscope/core/story";
import { writeTiff } from "@thioscope/formats";
import { openDatabase, readStory, readStudy, runStudy } from "@thioscope/study";
import { afterAll, beforeAll, expect, test } from "vitest";
import { imagingStudy } from "../browser/imagingStory.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "thioscope-imaging-"));
  await imagingStudy(folder, 96);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("three parts with volumes, layers and cracks; voids and regions can be asked for", async () => {
  const { index } = await runStudy(await readStudy(folder));
  expect(index.sources.flatMap(({ errors }) => errors)).toEqual([]);
  const { parts, sentences } = currentStory(JSON.parse((await readStory(folder))!) as Story);
  expect(parts.map(({ step, kind }) => [step, kind])).toEqual([
    ["tomo.reconstruct", "imaging"],
    ["tomo.segment", "imaging"],
    ["image.cracks", "imaging"],
  ]);
  const [scan, cell, section] = parts as Extract<(typeof parts)[number], { kind: "imaging" }>[];
  expect(scan!.volume).toMatchObject({ nx: 96, nz: 4, unit: "1/mm" });
  expect(cell!.stack!.grows).toBe(true);
  // columns without an interlayer are NaN again after JSON
  expect(Array.from(cell!.stack!.thickness.micrometre).some(Number.isNaN)).toBe(true);
  expect(section!.section!.cracks.unit).toBe("%");
  expect(sentences.length).toBeGreaterThan(3);
  const database = await openDatabase([folder]);
  expect((await database.query("select count(*) > 0, max(diameter_um) < 60 from voids")).rows).toEqual([[true, true]]);
  expect((await database.query("select distinct kind from sections order by kind")).rows).toEqual([["crack"], ["void"]]);
  database.close();
});

test("a volume with a slice of another size stops only its own source, with the file in the message", async () => {
  await writeFile(join(folder, "raw/cell.tif"), writeTiff([{ width: 8, height: 8, values: new Float32Array(64) }]));
  const { index } = await runStudy(await readStudy(folder));
  expect(index.sources.find(({ name }) => name === "cell")!.errors).toMatchObject([{ step: "tomo.segment", code: "INVALID_INPUT" }]);
  const { parts } = currentStory(JSON.parse((await readStory(folder))!) as Story);
  expect(parts.map(({ step }) => step)).toEqual(["tomo.reconstruct", "image.cracks"]);
});
