/** `thioscope pdf`: from a virtual pattern to a written curve and its peaks; a crystal's curve refined; answers by schema and contract; refusals. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { random } from "@thioscope/core";
import { evaluateFormFactor, formFactorOf, phaseStructure } from "@thioscope/core/crystal";
import { crystalPdf, gridOf } from "@thioscope/core/pdf";
import { writePdf, writeStructureCif } from "@thioscope/formats";
import { virtualScattering } from "@thioscope/virtual";
import { afterAll, beforeAll, expect, test } from "vitest";
import { main } from "../../packages/cli/src/main.ts";
import { contractMistakes, schemaMistakes } from "./contract.ts";
import { inProcess } from "./inProcess.ts";

let folder = "";
const at = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "thioscope-pdf-"));
  const run = virtualScattering(
    {
      composition: { Na: 1, Ta: 1, Cl: 6 },
      pairs: [{ distance: 2.3, width: 0.06, elements: ["Ta", "Cl"], neighbours: 6 }],
      counts: 3e5,
      qRange: [0.7, 24],
      points: 3000,
      seed: "cli",
    },
    (element, q) => evaluateFormFactor(formFactorOf(element)!.coefficients, (q / (4 * Math.PI)) ** 2),
  );
  const rows = (y: Float64Array, s: Float64Array): string =>
    Array.from(run.q, (q, k) => `${q.toFixed(6)} ${y[k]!.toFixed(3)} ${s[k]!.toFixed(3)}`).join("\n");
  writeFileSync(at("sample.xye"), `# total scattering over q\n${rows(run.sample, run.sampleSigma)}\n`);
  writeFileSync(at("empty.xye"), `${rows(run.container, run.containerSigma)}\n`);
  const structure = phaseStructure("Na2S");
  const grid = gridOf(0, 25, 0.01);
  const g = crystalPdf(structure, { u: { Na: 0.01, S: 0.01 }, qDamp: 0.03 }, grid, 22);
  writeFileSync(
    at("na2s.gr"),
    writePdf(
      "gr",
      { qmax: 22 },
      Float64Array.from({ length: grid.count }, (_, k) => k * 0.01),
      g,
      null,
    ),
  );
  writeFileSync(at("na2s.cif"), writeStructureCif(structure));
  writeFileSync(at("words.gr"), "nothing to be read here\n");
  writeFileSync(at("falling.xy"), Array.from({ length: 30 }, (_, k) => `${k === 20 ? 1 : k} 5`).join("\n"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(...words: string[]) {
  const { code, stdout, stderr } = await inProcess("pdf", ...words, "--json");
  return { code, answer: code === 0 ? JSON.parse(stdout) : null, error: code === 0 ? null : JSON.parse(stderr).error };
}

test("a pattern becomes G(r), is written with its settings, and its peak is the bond", async () => {
  const made = await run(
    "transform",
    at("sample.xye"),
    "--background",
    at("empty.xye"),
    "--composition",
    "NaTaCl6",
    "--qmin",
    "0.8",
    "--qmax",
    "22",
    "--rmax",
    "8",
    "-o",
    at("out.gr"),
  );
  expect(made.code).toBe(0);
  expect(schemaMistakes("pdf", made.answer)).toEqual([]);
  expect(contractMistakes(made.answer)).toEqual([]);
  const peaks = await run("peaks", at("out.gr"), "--at", "2.3", "--pair", "Ta-Cl", "--composition", "NaTaCl6");
  expect(schemaMistakes("pdf", peaks.answer)).toEqual([]);
  expect(contractMistakes(peaks.answer)).toEqual([]);
  expect(Math.abs(peaks.answer.peaks[0].distance.value - 2.3)).toBeLessThan(0.01);
  expect(peaks.answer.neighbours.value).toBeGreaterThan(3);
});

test("a crystal's curve is refined; q_max comes from the file", async () => {
  const { code, answer } = await run("fit", at("na2s.gr"), "--structure", at("na2s.cif"), "--rmax", "15");
  expect(code).toBe(0);
  expect(schemaMistakes("pdf", answer)).toEqual([]);
  expect(contractMistakes(answer)).toEqual([]);
  expect(answer.rw.value).toBeLessThan(0.02);
});

test("compare: a curve less itself is nothing; a model without a cut is cut as the data were", async () => {
  const grid = gridOf(0, 25, 0.01);
  const r = Float64Array.from({ length: grid.count }, (_, k) => k * 0.01);
  const settings = { u: { Na: 0.01, S: 0.01 }, qDamp: 0.03 };
  const sharp = crystalPdf(phaseStructure("Na2S"), settings, grid, 60);
  writeFileSync(at("model.gr"), writePdf("gr", {}, r, sharp, null));
  const same = (await run("compare", at("na2s.gr"), at("na2s.gr"))).answer;
  expect(schemaMistakes("pdf", same)).toEqual([]);
  expect(contractMistakes(same)).toEqual([]);
  expect(same.rw.value).toBeLessThan(1e-12);
  expect(same.scale.value).toBeCloseTo(1, 12);
  const [uncut, cut] = [
    await run("compare", at("na2s.gr"), at("model.gr"), "--from", "2"),
    await run("compare", at("na2s.gr"), at("model.gr"), "--from", "2", "--cut", "as", "-o", at("d.gr")),
  ];
  expect(cut.answer.cut.value).toBe(22);
  expect(cut.answer.rw.value).toBeLessThan(0.25 * uncut.answer.rw.value);
  expect(cut.answer.rw.value).toBeLessThan(0.03);
  expect((await run("compare", at("na2s.gr"), at("na2s.gr"), "--from", "24.99")).error.code).toBe("INVALID_INPUT");
  expect((await run("compare", at("na2s.gr"))).error.code).toBe("USAGE");
  expect((await run("compare", at("model.gr"), at("na2s.gr"), "--cut", "as")).error.code).toBe("USAGE");
});

test("compare with a trajectory: nickel's curve from vibrating atoms and from the crystal, cut alike", async () => {
  const [a, cells, u, frames] = [3.5239, 4, 0.006, 12];
  const draw = random("nickel in motion");
  const side = (a * cells).toFixed(6);
  const texts: string[] = [];
  for (let f = 0; f < frames; f++) {
    const atoms: string[] = [];
    for (let i = 0; i < cells ** 3; i++) {
      for (const [x, y, z] of [
        [0, 0, 0],
        [0.5, 0.5, 0],
        [0.5, 0, 0.5],
        [0, 0.5, 0.5],
      ] as const) {
        const at = [x + (i % cells), y + (Math.floor(i / cells) % cells), z + Math.floor(i / cells ** 2)];
        atoms.push(`Ni ${at.map((c) => (c * a + Math.sqrt(u) * draw.normal()).toFixed(6)).join(" ")}`);
      }
    }
    texts.push(
      `${atoms.length}\nLattice="${side} 0 0 0 ${side} 0 0 0 ${side}" Properties=species:S:1:pos:R:3 pbc="T T T"\n${atoms.join("\n")}\n`,
    );
  }
  writeFileSync(at("nickel.extxyz"), texts.join(""));
  await main(["md", "rdf", at("nickel.extxyz"), "--step", "0.02", "--out", at("trajectory.gr"), "--json"]);
  const grid = gridOf(0, 7, 0.01);
  const r = Float64Array.from({ length: grid.count }, (_, k) => k * 0.01);
  writeFileSync(
    at("nickel.gr"),
    writePdf("gr", { qmax: 20 }, r, crystalPdf(phaseStructure("Ni"), { cell: [a, a, a, 90, 90, 90], u: { Ni: u } }, grid, 20), null),
  );
  const { answer } = await run("compare", at("nickel.gr"), at("trajectory.gr"), "--cut", "as", "--from", "1.8");
  // independent vibrations, bins of 0.02 Å and the spherical mean of the crystal's curve
  expect(answer.rw.value).toBeLessThan(0.12);
  expect(answer.scale.value).toBeGreaterThan(0.9);
  expect(answer.scale.value).toBeLessThan(1.1);
});

test.each([
  [["transform", "sample.xye"], "USAGE"],
  [["transform", "words.gr", "--composition", "Ni"], "FILE_FOREIGN"],
  [["transform", "falling.xy", "--composition", "Ni"], "FILE_DAMAGED"],
  [["transform", "sample.xye", "--composition", "Qq2"], "INVALID_INPUT"],
  [["transform", "sample.xye", "--composition", "Ni", "--qmax", "99"], "INVALID_INPUT"],
  [["transform", "sample.xye", "--composition", "Ni", "-o", "x.pdf"], "USAGE"],
  [["fit", "na2s.gr", "--structure", "sample.xye"], "FILE_FOREIGN"],
  [["fit", "sample.xye", "--structure", "na2s.cif"], "USAGE"],
  [["fit", "na2s.gr", "--structure", "na2s.cif", "--free", "q"], "USAGE"],
  [["peaks", "na2s.gr", "--at", "x"], "USAGE"],
] as const)("%j: %s", async (words, code) => {
  const { error } = await run(...words.map((word) => (/\.(xye|xy|gr|cif)$/.test(word) && word !== "x.pdf" ? at(word) : word)));
  expect(error.code).toBe(code);
});
