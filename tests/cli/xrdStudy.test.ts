/** `thioscope xrd simulate`, `map` and `stress` as programs see them: a small virtual beam time, written, run and told. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Answer, Quantity } from "@thioscope/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contractMistakes, schemaMistakes } from "./contract.ts";
import { thioscope } from "./thioscope.ts";

let folder = "";
const SMALL = ["--size", "256", "--pixel-um", "800", "--width-deg", "0.06", "--positions", "8", "--first-um", "925"] as const;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "thioscope-xrd-study-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("simulate writes a study; map and stress run it and tell what they found", async () => {
  const made = await thioscope(
    folder,
    "xrd",
    "simulate",
    "-o",
    "beamtime",
    ...SMALL,
    "--first-scan",
    "18",
    "--scans",
    "9",
    "--format",
    "tiff",
    "--json",
  );
  expect([made.code, made.stderr]).toEqual([0, ""]);
  const simulated = JSON.parse(made.stdout) as { files: number };
  expect(schemaMistakes("xrd", simulated)).toEqual([]);
  expect(contractMistakes(simulated)).toEqual([]);
  // 72 frames, log, mask, calibrant, cycler's file, cell, study, truth
  expect(simulated.files).toBe(79);
  expect(existsSync(join(folder, "beamtime", "raw", "scan_0001", "frame_0008.tif"))).toBe(true);

  const map = await thioscope(folder, "xrd", "map", "beamtime", "--json");
  expect([map.code, map.stderr]).toEqual([0, ""]);
  const mapped = JSON.parse(map.stdout) as {
    sources: { scans: number; phases: { phase: string; onset: Answer }[]; clock: { offset: Quantity } }[];
  };
  expect(schemaMistakes("xrd", mapped)).toEqual([]);
  expect(contractMistakes(mapped)).toEqual([]);
  expect(mapped.sources[0]!.scans).toBe(9);
  expect(mapped.sources[0]!.phases.map(({ phase }) => phase)).toEqual(["Na2S", "Na2S2", "S8", "c-Na3PS4", "Na15Sn4"]);

  const stress = await thioscope(folder, "xrd", "stress", "beamtime", "--json");
  expect([stress.code, stress.stderr]).toEqual([0, ""]);
  const told = JSON.parse(stress.stdout) as { sources: { definition: string; refusal: string }[] };
  expect(schemaMistakes("xrd", told)).toEqual([]);
  expect(contractMistakes(told)).toEqual([]);
  expect(told.sources[0]!.definition).toContain("2/3");
}, 60_000);

test.each([
  ["USAGE", ["simulate"]],
  ["USAGE", ["simulate", "-o", "beamtime"]],
  ["USAGE", ["simulate", "-o", "other", "--format", "hdf"]],
  ["INVALID_INPUT", ["simulate", "-o", "other", "--size", "8"]],
  ["FILE_MISSING", ["map", "nowhere"]],
])("%s: %j", async (expected, args) => {
  const { code, stdout, stderr } = await thioscope(folder, "xrd", ...args, "--json");
  expect([code, stdout]).toEqual([2, ""]);
  expect((JSON.parse(stderr) as { error: { code: string } }).error.code).toBe(expected);
});

test("a study without the step says so; a source that lacks the energy fails with what to set", async () => {
  const path = join(folder, "beamtime", "study.yaml");
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.replace(/ {2}- xrd\.stress:[\s\S]*?\n {2}- story/, "  - story"));
  const without = await thioscope(folder, "xrd", "stress", "beamtime", "--json");
  expect(JSON.parse(without.stderr)).toMatchObject({ error: { code: "USAGE" } });
  writeFileSync(path, text.replace(/ {4}energy: .*\n/, ""));
  const failed = await thioscope(folder, "xrd", "map", "beamtime", "--json");
  const { error } = JSON.parse(failed.stderr) as { error: { code: string; message: string } };
  expect(error.code).toBe("STEP_FAILED");
  expect(error.message).toContain("set energy");
  writeFileSync(path, text);
}, 30_000);
