/** Spectra in a story: truth by algebra (circuits evaluated with known parameters and Gaussian noise). */
import { expect, test } from "vitest";
import { parseCircuit } from "../impedance/index.ts";
import { random } from "../random.ts";
import { QUIET } from "../task.ts";
import { buildStory } from "./build.ts";
import { fileOfSpectra, impedanceStory, onlySpectra, type SpectrumInput } from "./impedance.ts";
import type { Sentence, Story } from "./model.ts";
import { currentStory } from "./version.ts";

const CIRCUIT = "R0-p(R1,CPE1)-p(R2,CPE2)";
const frequencyHertz = Float64Array.from({ length: 49 }, (_, i) => 1e6 * 10 ** (-i / 6));

function spectrum(values: readonly number[], name: string, noise = 0.002, more: Partial<SpectrumInput> = {}): SpectrumInput {
  const z = new Float64Array(2 * frequencyHertz.length);
  parseCircuit(CIRCUIT).evaluate(Float64Array.from(values), frequencyHertz, z);
  const draw = random(name);
  const part = (k: number) =>
    Float64Array.from(frequencyHertz, (_, i) => z[2 * i + k]! + noise * Math.hypot(z[2 * i]!, z[2 * i + 1]!) * draw.normal());
  return { name, rows: null, frequencyHertz, real: part(0), imaginary: part(1), ...more };
}
const TRUTH = [20, 80, 1e-6, 0.9, 250, 1e-4, 0.85];
const ABOUT = { name: "cell.mpr", hash: null, format: "test", technique: "PEIS", meta: {}, notices: [] };
const told = (sentences: readonly Sentence[]): string =>
  sentences
    .map((s) => s.parts.map((p) => (typeof p === "string" ? p : `${Number(p.quantity.value.toPrecision(3))} ${p.quantity.unit}`)).join(""))
    .join("\n");
const tell = (spectra: readonly SpectrumInput[], circuit = CIRCUIT): Story =>
  buildStory({ title: "t", cell: null, files: [fileOfSpectra(ABOUT, impedanceStory(spectra, { circuit }, QUIET))], provenance: [] });

test("a spectrum: circuit, Kramers–Kronig, arcs; each number with its rows", () => {
  const { files, sentences } = tell([spectrum(TRUTH, "one")]);
  const [file] = files;
  expect([file!.rows, onlySpectra(file!)]).toEqual([49, true]);
  const { fit, validity, relaxation } = file!.impedance!.spectra[0]!;
  if ("notComputable" in fit || "notComputable" in validity || "notComputable" in relaxation) throw new Error("refused");
  for (const [k, value] of TRUTH.entries()) expect(Math.abs(fit.parameters[k]!.value - value)).toBeLessThan(4 * fit.parameters[k]!.sigma!);
  // residuals are the noise that was put in: 0.2 % of |Z|
  const rms = Math.hypot(...Array.from(fit.residualRealPercent)) / 7;
  expect(rms).toBeGreaterThan(0.15);
  expect(rms).toBeLessThan(0.25);
  expect(validity.ranges.every((range) => range.consistent)).toBe(true);
  expect(relaxation.peaks.map((p) => Math.round(p.resistance.value / 10))).toEqual([8, 25]);
  const text = told(sentences);
  expect(text).toContain("cell.mpr: 49  points between 1 MHz and 10 mHz (PEIS).");
  expect(text).toMatch(/Circuit R0-p\(R1,CPE1\)-p\(R2,CPE2\), declared\. It has R0 = 20 ohm, R1 = (79|80|81)[.\d]* ohm/);
  expect(text).toContain("Consistent by Kramers–Kronig from 1 MHz to 10 mHz");
  expect(text).toContain("shows two arcs");
  expect(sentences.every((s) => s.about?.what === "impedance")).toBe(true);
});

test("a series is told by its ends; rows and clock are the file's", () => {
  const series = [0, 1, 2, 3].map((k) =>
    spectrum([20, 80, 1e-6, 0.9, 250 + 50 * k, 1e-4, 0.85], `cycle ${k + 1}`, 0.002, {
      rows: [100 * k, 100 * k + 48],
      timeSecond: 7200 * k,
      cycle: k + 1,
    }),
  );
  const { files, sentences } = tell(series);
  const { spectra } = files[0]!.impedance!;
  expect(spectra.map(({ rows, timeHour, cycle }) => [rows.first, rows.last, timeHour, cycle])).toEqual([
    [0, 48, 0, 1],
    [100, 148, 2, 2],
    [200, 248, 4, 3],
    [300, 348, 6, 4],
  ]);
  expect(files[0]!.rows).toBe(349);
  const text = told(sentences);
  expect(text).toContain("4  spectra, the first with 49  points");
  expect(text).toContain("over 6 h");
  expect(text).toMatch(/In cycle 4 .*R2 = (39\d|40\d) ohm/);
});

test("what cannot be computed says why, and the others go on", () => {
  const short = { ...spectrum(TRUTH, "short") };
  for (const key of ["frequencyHertz", "real", "imaginary"] as const) short[key] = short[key].subarray(0, 3);
  const { files } = tell([spectrum(TRUTH, "whole"), short]);
  const [whole, cut] = files[0]!.impedance!.spectra;
  expect("chi2" in whole!.fit).toBe(true);
  for (const answer of [cut!.fit, cut!.validity, cut!.relaxation]) {
    expect("notComputable" in answer && answer.notComputable).toMatch(/3 points .*at least 8/);
  }
  expect(() => tell([spectrum(TRUTH, "x")], "R0-p(R1")).toThrow(/expected here/);
});

test("a circuit is chosen where none is declared, and it is said how", () => {
  const { circuit } = tell([spectrum(TRUTH, "auto")], "auto").files[0]!.impedance!;
  expect(circuit).toMatchObject({ text: CIRCUIT, how: expect.stringMatching(/chosen among \d+ by the information criterion/) });
});

test("a story of version 1 is read; one of the future is refused", () => {
  const story = tell([spectrum(TRUTH, "v")]);
  const { impedance: _, ...file } = story.files[0]!;
  const old = { ...story, version: 1 as const, files: [file] };
  expect(currentStory(old).files[0]).toMatchObject({ impedance: null, halfCycles: [] });
  expect(() => currentStory({ ...story, version: 99 as never })).toThrow(/version 99/);
});
