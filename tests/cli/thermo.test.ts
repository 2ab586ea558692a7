/** `thioscope thermo`: its answers follow the published schema and the contract; what cannot be answered says why. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contractMistakes, schemaMistakes } from "./contract.ts";
import { inProcess } from "./inProcess.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "thioscope-thermo-"));
  writeFileSync(join(folder, "own.csv"), "formula,energy,volume\nNa,-1.3,39.5\nS,-4.1,25.8\nNa2S,-10.6,69.9\nNaCl,-7,\n");
  writeFileSync(join(folder, "formation.json"), '[{"formula_pretty":"Na2S","formation_energy_per_atom":-1.3}]');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command in this process. */
async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await inProcess(...words.map((word) => word.replaceAll("@", `${folder}/`)));
  return { code, out: stdout, err: stderr };
}

test.each([
  [["window", "Na3PS4"]],
  [["window", "Na3SbS4", "--pressure", "300 MPa"]],
  [["window", "P2S5", "--ion", "Na"]],
  [["window", "Na2S", "--temperature", "330 K", "--set", "tabulated"]],
  [["voltage", "Na-S"]],
  [["voltage", "Na3PS4", "--energies", "@own.csv"]],
  [["interface", "Na3PS4", "Na3SbS4"]],
  [["hull", "Na-S", "--solids", "--voltage", "1.9 V"]],
  [["hull", "Na-S", "--energies", "@own.csv", "--pressure", "1 GPa"]],
  [["chempot", "Li-P-S"]],
  [["energies", "Li-I"]],
])("%j --json keeps schema and contract", async (words) => {
  const { code, out, err } = await run("thermo", ...words, "--json");
  expect(err).toBe("");
  expect(code).toBe(0);
  const answer: unknown = JSON.parse(out);
  expect(schemaMistakes("thermo", answer)).toEqual([]);
  expect(contractMistakes(answer)).toEqual([]);
});

test("a window is two numbers in V, and null with the sentence where the compound lies above the hull", async () => {
  const stable = JSON.parse((await run("thermo", "window", "Na3PS4", "--json")).out) as Record<string, unknown>;
  expect(stable["window"]).toEqual([expect.closeTo(1.5, 2), expect.closeTo(2.35, 2)]);
  expect(stable["energyAboveHull"]).toMatchObject({ value: 0, unit: "eV/atom" });
  expect(stable["reactions"]).toContain("Na3PS4 + Na → Na2PS3 + Na2S");
  expect((stable["sets"] as { name: string }[])[0]!.name).toBe("nrel-fere-2012");
  const above = JSON.parse((await run("thermo", "window", "Na3SbS4", "--json")).out) as Record<string, unknown>;
  expect(above["window"]).toBeNull();
  expect(above["sentence"]).toBe("no window: this compound lies 6.1 meV/atom above the hull");
});

test("energies of one's own come first", async () => {
  const { out, err } = await run("thermo", "voltage", "Na-S", "--energies", "@own.csv");
  // (10.6 − 2·1.3 − 4.1)/2
  expect(out.split("\n")[2]).toMatch(/0\.000 to 2\.000 {2}1\.950 +S \+ 2 Na → Na2S/);
  expect(err).toContain("[element-missing]");
});

test.each([
  [["thermo"], "USAGE"],
  [["thermo", "windw", "Na2S"], "USAGE"],
  [["thermo", "window"], "USAGE"],
  [["thermo", "window", "Qx3"], "INVALID_INPUT"],
  [["thermo", "window", "P2S5"], "USAGE"],
  [["thermo", "window", "Na3PO4"], "NOT_COMPUTABLE"],
  [["thermo", "window", "Na7P3S11"], "NOT_COMPUTABLE"],
  [["thermo", "window", "Na3PS4", "--ion", "Sn"], "NOT_COMPUTABLE"],
  [["thermo", "window", "Na3PS4", "--pressure", "3"], "INVALID_INPUT"],
  [["thermo", "window", "Na3PS4", "--pressure", "200 GPa"], "NOT_COMPUTABLE"],
  [["thermo", "hull", "Na-S", "--set", "nrel"], "INVALID_INPUT"],
  [["thermo", "hull", "Na-P-S", "--solids"], "USAGE"],
  [["thermo", "hull", "Na-S", "--energies", "@own.csv,@formation.json"], "INVALID_INPUT"],
  [["thermo", "voltage", "Na-P-S"], "USAGE"],
  [["thermo", "interface", "Na2S"], "USAGE"],
  [["thermo", "interface", "Na2S", "Na4S2"], "NOT_COMPUTABLE"],
  [["thermo", "hull", "Na-S", "--energies", "/nowhere.json"], "FILE_MISSING"],
])("%j ends with %s", async (words, code) => {
  const { code: exit, err } = await run(...words, "--json");
  expect(JSON.parse(err)).toMatchObject({ error: { code } });
  expect(exit).toBe(2);
});
