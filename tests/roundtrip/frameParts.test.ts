/** Frames shared out as tasks of their own: a step that joins parts gives the bytes of the one that reads every frame itself, on every engine. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type RunRecord, readStudy, runStudy, verifyStudy } from "@thioscope/study";
import { beamtimeFiles, virtualBeamtime } from "@thioscope/virtual";
import { afterEach, expect, test } from "vitest";
import { runTask } from "../../packages/study/src/tasks.ts";
import { outputs } from "../studies.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** 8 positions, 9 scans: 72 frames, of which 64 are one part. */
async function make(): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), "thioscope-parts-"));
  folders.push(root);
  const experiment = virtualBeamtime({
    size: 128,
    pixelMicrometre: 1600,
    widthDegree: 0.12,
    positions: 8,
    firstMicrometre: 925,
    firstScan: 18,
    scans: 9,
    seed: "parts",
  });
  for await (const { path, bytes } of beamtimeFiles(experiment, "tiff")) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
  }
  return root;
}

test("parts joined are the whole, byte for byte, inline and on threads", async () => {
  const root = await make();
  const { index, steps } = await runStudy(await readStudy(root));
  expect(index.sources.map(({ errors }) => errors)).toEqual([[]]);
  expect(steps.every(({ failed }) => failed === 0)).toBe(true);
  const first = outputs(root);
  let shared = 0;
  for (const step of ["xrd.integrate", "xrd.map", "xrd.stress"] as const) {
    const folder = join(root, "results", index.sources[0]!.results[step]!);
    const record = JSON.parse(readFileSync(join(folder, "run.json"), "utf8")) as RunRecord;
    shared += record.parts?.length ?? 0;
    const whole = await runTask(root, record.task, [], { progress() {} });
    for (const [name, bytes] of Object.entries(whole.files))
      expect(Buffer.compare(bytes, readFileSync(join(folder, name))), `${step}/${name}`).toBe(0);
  }
  // two parts of 72 frames; stress is measured only where its phases are
  expect(shared).toBeGreaterThanOrEqual(4);

  // verify hashes the parts as well, and computes joins again from their parts
  const all = await verifyStudy(root, { sample: 6 });
  expect(all).toMatchObject({ verdict: "good", findings: [], otherCode: [] });
  expect(all.results).toBe(
    readdirSync(join(root, "results"), { recursive: true, encoding: "utf8" }).filter((n) => n.endsWith("run.json")).length,
  );
  expect(all.recomputed).toBe(6);
  const whole = index.sources[0]!.results["xrd.integrate"]!;
  const [part] = (JSON.parse(readFileSync(join(root, "results", whole, "run.json"), "utf8")) as RunRecord).parts!;
  const partFolder = join(root, "results", part!);
  const [file] = (JSON.parse(readFileSync(join(partFolder, "run.json"), "utf8")) as RunRecord).outputs;
  const bytes = readFileSync(join(partFolder, file!.name));
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(join(partFolder, file!.name), bytes);
  const found = await verifyStudy(root, { sample: 0 });
  expect(found.findings.map(({ code, path }) => [code, path])).toEqual([["result-damaged", `results/${part}/${file!.name}`]]);

  rmSync(join(root, "results"), { recursive: true });
  await runStudy(await readStudy(root), { engine: "threads" });
  expect(outputs(root)).toEqual(first);

  // what a frame gives does not depend on the baseline: only the join is computed again
  const yaml = readFileSync(join(root, "study.yaml"), "utf8");
  writeFileSync(join(root, "study.yaml"), yaml.replace(/(- xrd\.map: \{.*\]) \}/, "$1, baseline: 1 }"));
  const again = await runStudy(await readStudy(root));
  expect(again.steps.find(({ step }) => step === "xrd.map")).toMatchObject({ computed: 1, failed: 0 });
  const names = Object.keys(outputs(root)).filter((name) => name.startsWith("xrd.map/"));
  expect(names.filter((name) => name.endsWith("map.parquet")).length).toBe(2);
  expect(names.filter((name) => name.endsWith("frames.json")).length).toBe(2);
});
