/** `thioscope powder`: lines, identification, cells and mass fractions of virtual patterns as files; answers by schema and contract; refusals. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { phaseStructure, powderLines } from "@thioscope/core/crystal";
import { virtualPowder } from "@thioscope/virtual";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contractMistakes, schemaMistakes } from "./contract.ts";
import { inProcess } from "./inProcess.ts";

let folder = "";
const at = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "thioscope-powder-"));
  const write = (name: string, phases: readonly string[]): void => {
    const lines = phases.flatMap((phase) => {
      const all = powderLines(phaseStructure(phase), { wavelengthAngstrom: 1.5406, twoThetaMaxDegree: 90 }).lines;
      const areas = all.map(({ integrated }) => ("value" in integrated ? integrated.value : 0));
      const top = Math.max(...areas);
      return all.map(({ twoTheta }, k) => ({ twoTheta: twoTheta.value, area: (250 * areas[k]!) / top }));
    });
    const { twoTheta, counts } = virtualPowder({
      lines,
      range: [18, 90],
      step: 0.03,
      gauss: 0.04,
      lorentz: 0.03,
      background: 60,
      zero: 0.01,
      seed: name,
    });
    writeFileSync(at(name), Array.from(twoTheta, (x, k) => `${x.toFixed(4)} ${counts[k]}`).join("\n"));
  };
  write("lab6.xy", ["LaB6"]);
  write("mixture.xy", ["Na2S", "Si"]);
  write("second.xy", ["Na2S", "Si"]);
  writeFileSync(at("words.xy"), "no numbers here\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(...words: string[]) {
  const { code, stdout, stderr } = await inProcess("powder", ...words, "--json");
  return { code, answer: code === 0 ? JSON.parse(stdout) : null, error: code === 0 ? null : JSON.parse(stderr).error };
}

function checked(answer: unknown): void {
  expect(schemaMistakes("powder", answer)).toEqual([]);
  expect(contractMistakes(answer)).toEqual([]);
}

test("simulate: the lines of silicon", async () => {
  const { answer } = await run("simulate", "Si", "--to", "60");
  checked(answer);
  expect(answer.lines[0]).toMatchObject({ hkl: [1, 1, 1], multiplicity: 8 });
  expect(answer.lines[0].twoTheta.value).toBeCloseTo(28.44, 1);
});

test("identify: sodium sulfide and silicon among all phases that ship", async () => {
  const { answer } = await run("identify", at("mixture.xy"));
  checked(answer);
  expect(answer.phases.map(({ name }: { name: string }) => name).sort()).toEqual(
    ["Na2S", "Si"].map((name) => phaseStructure(name).name).sort(),
  );
});

test("refine: the calibrant's cell; quantify: fractions that add up", async () => {
  const { answer } = await run("refine", at("lab6.xy"), "--phases", "LaB6", "-o", at("out.csv"));
  checked(answer);
  expect(Math.abs(answer.phases[0].cell.a.value - phaseStructure("LaB6").cell.parameters[0])).toBeLessThan(5e-4);
  const mixture = (await run("quantify", at("mixture.xy"), "--phases", "Na2S,Si", "--range", "20,85")).answer;
  checked(mixture);
  const sum = mixture.phases.reduce(
    (total: number, { massFraction }: { massFraction: { value: number } }) => total + massFraction.value,
    0,
  );
  expect(sum).toBeCloseTo(1, 10);
});

test("quantify over several patterns: a row for each pattern and phase, the same on one thread and on two", async () => {
  const words = ["quantify", at("mixture.xy"), at("second.xy"), "--phases", "Na2S,Si", "--range", "20,85"];
  const one = (await run(...words, "--positions", "2", "--threads", "1", "-o", at("series.csv"))).answer;
  checked(one);
  expect(one).toMatchObject({ patterns: 2, positions: 2, threads: 1, failed: 0 });
  const [na2s, si] = one.phases;
  for (const k of [0, 1]) expect(na2s.massFraction.values[k] + si.massFraction.values[k]).toBeCloseTo(1, 10);
  expect(Math.abs(si.a.values[1] - phaseStructure("Si").cell.parameters[0])).toBeLessThan(5e-4);
  const rows = readFileSync(at("series.csv"), "utf8").trim().split("\n");
  expect(rows).toHaveLength(2 + 2 * 2);
  expect(rows[0]!.split(",")).toHaveLength(rows[2]!.split(",").length);
  const two = (await run(...words, "--positions", "2", "--threads", "2")).answer;
  expect(two.phases).toEqual(one.phases);
});

test("a tube's doublet, the height of the sample, axial divergence, texture and occupancies are in the answer", async () => {
  const { answer } = await run(
    ...[
      "refine",
      at("mixture.xy"),
      "--phases",
      "Na2S,Si",
      "--method",
      "rietveld",
      "--wavelength",
      "CuKa1",
      "--free",
      "zero,height,w,y,axial",
    ],
    ...["--texture", "Na2S:1,0,0", "--occupancy", "Na2S:Na", "--displacement", "--range", "20,85"],
  );
  checked(answer);
  expect(answer.phases[0].texture.value).toBeCloseTo(1, 1);
  expect(answer.phases[0].occupancies[0].label).toBe("Na");
  expect(answer.axial.value).toBeGreaterThan(0);
});

test("amorphous: by standard and by humps; balance: two patterns of one sample have lost nothing", async () => {
  const { answer } = await run("amorphous", at("mixture.xy"), "--phases", "Na2S,Si", "--standard", "Si:0.2", "--background", "8");
  checked(answer);
  expect(answer.warnings.map(({ code }: { code: string }) => code)).toEqual(["background-assumed", "scattering-assumed"]);
  expect(answer.patterns[0].byStandard.value).toBeLessThan(1);
  const balance = await run(
    "balance",
    at("mixture.xy"),
    at("second.xy"),
    "--phases",
    "Na2S,Na2S2,Si",
    "--reference",
    "Si",
    "--charge",
    "100",
  );
  checked(balance.answer);
  expect(balance.answer.amorphous.notComputable).toMatch(/no crystalline Na2S is lost/);
});

test.each([
  [["amorphous", "mixture.xy", "--phases", "Na2S", "--standard", "Si:0.2"], "USAGE"],
  [["amorphous", "mixture.xy", "--phases", "Si", "--standard", "Si:1.2"], "USAGE"],
  [["balance", "mixture.xy", "second.xy", "--phases", "Na2S,Si", "--reference", "Si"], "USAGE"],
  [["balance", "mixture.xy", "second.xy", "--phases", "Na2S,Na2S2,Si", "--reference", "Ni"], "INVALID_INPUT"],
  [["balance", "mixture.xy", "--phases", "Na2S"], "USAGE"],
  [["quantify", "mixture.xy", "lab6.xy", "--phases", "Na2S", "--texture", "Na2S:1,0,0"], "USAGE"],
  [["quantify", "mixture.xy", "--phases", "Na2S", "--positions", "2"], "USAGE"],
  [["quantify", "mixture.xy", "second.xy", "--phases", "Na2S", "--positions", "3"], "INVALID_INPUT"],
  [["refine", "lab6.xy", "--phases", "LaB6", "--texture", "LaB6:1,0,0"], "USAGE"],
  [["refine", "lab6.xy", "--phases", "LaB6", "--method", "rietveld", "--occupancy", "LaB6:X9"], "INVALID_INPUT"],
  [["refine", "lab6.xy", "--phases", "LaB6", "--wavelength", "XxKa"], "INVALID_INPUT"],
  [["simulate", "Unobtainium"], "INVALID_INPUT"],
  [["refine", "lab6.xy"], "USAGE"],
  [["refine", "lab6.xy", "--phases", "LaB6", "--method", "magic"], "USAGE"],
  [["refine", "lab6.xy", "--phases", "LaB6", "--range", "x"], "USAGE"],
  [["refine", "words.xy", "--phases", "LaB6"], "FILE_FOREIGN"],
  [["refine", "gone.xy", "--phases", "LaB6"], "FILE_MISSING"],
  [["identify", "lab6.xy", "--wavelength", "99"], "USAGE"],
] as const)("%j: %s", async (words, code) => {
  const { error } = await run(...words.map((word) => (word.endsWith(".xy") ? at(word) : word)));
  expect(error.code).toBe(code);
});
