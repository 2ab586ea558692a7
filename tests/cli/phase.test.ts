/** `thioscope phase`: its answers follow the published schema and the contract; extinct reflections are refused with the rule. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { phaseStructure } from "@thioscope/core/crystal";
import { writeStructureCif } from "@thioscope/formats";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contractMistakes, schemaMistakes } from "./contract.ts";
import { inProcess } from "./inProcess.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "thioscope-phase-"));
  writeFileSync(join(folder, "nps.cif"), writeStructureCif(phaseStructure("Na3PS4")));
  writeFileSync(join(folder, "bad.cif"), "data_a\n_cell_length_a 'x\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command in this process. */
async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await inProcess(...words);
  return { code, out: stdout, err: stderr };
}

test.each([["Na2S"], ["TaCl5"], ["LaB6"], ["S8"], ["nps.cif"]])("%s --json keeps schema and contract", async (name) => {
  const { code, out } = await run("phase", name.endsWith(".cif") ? join(folder, name) : name, "--energy-kev", "87.1", "--json");
  expect(code).toBe(0);
  const answer: unknown = JSON.parse(out);
  expect(schemaMistakes("phase", answer)).toEqual([]);
  expect(contractMistakes(answer)).toEqual([]);
});

test("Na2S 220 at 87.1 keV and a = 6.538 Å lies at 3.529°; 100 is refused with its rule", async () => {
  const { out } = await run("phase", "Na2S", "--energy-kev", "87.1", "--hkl", "2 2 0", "--json");
  const { reflections } = JSON.parse(out) as { reflections: { hkl: number[]; multiplicity: number; twoTheta: { value: number } }[] };
  expect(reflections).toHaveLength(1);
  expect([reflections[0]!.hkl, reflections[0]!.multiplicity]).toEqual([[2, 2, 0], 12]);
  // 2 asin(λ √8 / 2a)
  const expected = (360 / Math.PI) * Math.asin((0.142347 * Math.sqrt(8)) / (2 * 6.538));
  expect(reflections[0]!.twoTheta.value).toBeCloseTo(expected, 4);
  const refused = await run("phase", "Na2S", "--hkl", "100", "--json");
  expect(refused.code).toBe(2);
  expect(JSON.parse(refused.err)).toMatchObject({
    error: { code: "INVALID_INPUT", message: expect.stringContaining("all even or all odd") },
  });
});

test.each([
  [["phase"], "USAGE"],
  [["phase", "Na2S", "--energy-kev", "-3"], "USAGE"],
  [["phase", "Na2S", "--hkl", "1 2"], "USAGE"],
  [["phase", "Na2S", "--dmin", "0"], "USAGE"],
  [["phase", "TaCl5", "--energy-kev", "120", "--dmin", "0.06"], "INVALID_INPUT"],
  [["phase", "nothing at all"], "INVALID_INPUT"],
  [["phase", "Si", "--hkl", "222"], "INVALID_INPUT"],
  [["phase", "/nowhere/x.cif"], "FILE_MISSING"],
])("%j ends with %s", async (words, code) => {
  const { code: exit, err } = await run(...words, "--json");
  expect(exit).toBe(2);
  expect(JSON.parse(err)).toMatchObject({ error: { code } });
});

test("a range beyond the reach of the wavelength is shortened and says so", async () => {
  const { out } = await run("phase", "Na2S", "--dmin", "0.0001", "--json");
  expect((JSON.parse(out) as { warnings: { code: string }[] }).warnings.map((w) => w.code)).toContain("range-shortened");
});

test("a broken CIF names file and line", async () => {
  const { code, err } = await run("phase", join(folder, "bad.cif"));
  expect(code).toBe(2);
  expect(err).toContain("bad.cif:2: ");
});
