/** `thioscope simulate deposition`: its answers follow the published schema and the contract; what makes no sense says why. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contractMistakes, schemaMistakes } from "./contract.ts";
import { inProcess } from "./inProcess.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "thioscope-deposition-"));
  writeFileSync(
    join(folder, "own.yaml"),
    "defect: slot\nradius: 2 µm\ndepth: 8 µm\nmetal: Li\nelectrolytes:\n  - {name: Li6PS5Cl, conductivity: 3 mS/cm, toughness: 0.23}\n",
  );
  writeFileSync(join(folder, "rough.yaml"), "defect: rough\namplitude: 1 µm\nwavelength: 20 µm\nheight: 20 µm\ncapillary: true\n");
  writeFileSync(join(folder, "profile.yaml"), "defect: profile\nprofile: [[0, 0], [10, 2], [20, 0.5], [40, 0]]\nelectrolytes: [Na3PS4]\n");
  writeFileSync(join(folder, "wrong.yaml"), "radius: 5 µm\ncurent: 1 mA/cm2\n");
  writeFileSync(join(folder, "empty.yaml"), "");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await inProcess("simulate", "deposition", ...words.map((word) => word.replaceAll("@", `${folder}/`)));
  return { code, out: stdout, err: stderr };
}

test.each([
  [[]],
  [["--electrolyte", "Na3PS4", "--pore", "10um", "--pressure", "100 MPa"]],
  [["--electrolyte", "Na3PS4", "--pore", "5um", "--sizes", "--growth"]],
  [["--defect", "empty", "--pore", "30um", "--current", "1 mA/cm2"]],
  [["@own.yaml", "--temperature", "60 °C"]],
  [["@rough.yaml"]],
  [["@profile.yaml"]],
  [["@empty.yaml", "--spacing", "40um"]],
])("%j --json keeps schema and contract", async (words) => {
  const { code, out, err } = await run(...words, "--json");
  expect(err).toBe("");
  expect(code).toBe(0);
  const answer: unknown = JSON.parse(out);
  expect(schemaMistakes("simulate", answer)).toEqual([]);
  expect(contractMistakes(answer)).toEqual([]);
});

test("the answer for a pore of 10 µm: hot spots, length, charge", async () => {
  const { electrolytes } = JSON.parse((await run("--pore", "10um", "--json")).out) as {
    electrolytes: {
      name: string;
      kineticLength: { value: number };
      forms: { hotSpot: { value: number }; chargeError: { value: number } }[];
    }[];
  };
  const [nps, nas] = electrolytes;
  expect(nps!.forms[0]!.hotSpot.value).toBeCloseTo(1.34, 2);
  expect(nas!.forms[0]!.hotSpot.value).toBeCloseTo(1.03, 2);
  expect(nas!.kineticLength.value).toBeCloseTo(178, 0);
  for (const { forms } of electrolytes) expect(forms[0]!.chargeError.value).toBeLessThan(1e-12);
});

test("the rim of a flat gap: an exponent near 0 with kinetics, near a half and a warning without", async () => {
  const gap = async (exchange: string) => {
    writeFileSync(join(folder, "gap.yaml"), `defect: empty\nradius: 10 µm\nelectrolytes: [Na3PS4]\nexchange_current: ${exchange}\n`);
    return JSON.parse((await run("@gap.yaml", "--json")).out) as {
      electrolytes: { rimExponent: { value: number } }[];
      warnings: { code: string }[];
    };
  };
  const kinetic = await gap("1.3 mA/cm2");
  expect(Math.abs(kinetic.electrolytes[0]!.rimExponent.value)).toBeLessThan(0.01);
  expect(kinetic.warnings).toEqual([]);
  const primary = await gap("1e8 A/m2");
  expect(primary.electrolytes[0]!.rimExponent.value).toBeCloseTo(0.5, 1);
  expect(primary.warnings.map((w) => w.code)).toContain("sharp-rim");
});

test("-o writes answer, interface and a map per electrolyte", async () => {
  expect((await run("--electrolyte", "Na3PS4", "-o", "@out", "--json")).code).toBe(0);
  expect(JSON.parse(readFileSync(join(folder, "out/deposition.json"), "utf8"))).toHaveProperty("electrolytes");
  const [head, first] = readFileSync(join(folder, "out/interface.csv"), "utf8").split("\n");
  expect(head).toMatch(/^electrolyte,pressure_form,piece,distance_micrometre/);
  expect(first).toMatch(/^Na3PS4,both,defect,0,0,10,/);
  const vtk = readFileSync(join(folder, "out/Na3PS4.vtk"), "utf8").split("\n");
  expect(vtk[3]).toBe("DATASET UNSTRUCTURED_GRID");
  const points = Number(/POINTS (\d+)/.exec(vtk[4]!)![1]);
  expect(vtk.slice(-points - 1, -1).every((line) => Number.isFinite(Number(line)))).toBe(true);
  expect(existsSync(join(folder, "out/Na3SbS4.vtk"))).toBe(false);
});

test.each([
  [["--pore", "10"], "INVALID_INPUT"],
  [["--pore", "10 mV"], "UNIT_MISMATCH"],
  [["--pore=-3um"], "INVALID_INPUT"],
  [["--pore", "200um"], "INVALID_INPUT"],
  [["--defect", "hole"], "INVALID_INPUT"],
  [["--electrolyte", "Na3PS5"], "INVALID_INPUT"],
  [["--electrolyte", ","], "INVALID_INPUT"],
  [["--current", "0 mA/cm2"], "INVALID_INPUT"],
  [["@rough.yaml", "--growth"], "USAGE"],
  [["@wrong.yaml"], "INVALID_INPUT"],
  [["@absent.yaml"], "FILE_MISSING"],
  [["@own.yaml", "@rough.yaml"], "USAGE"],
])("%j ends with %s", async (words, code) => {
  const { code: exit, err } = await run(...words, "--json");
  expect(JSON.parse(err)).toMatchObject({ error: { code } });
  expect(exit).toBe(2);
});
