/** Known pairs through the virtual instrument and back: distances, coverage of their errors, the claims of the fourth paper. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { evaluateFormFactor, formFactorOf, phaseStructure } from "@thioscope/core/crystal";
import {
  coordinationOf,
  crystalPdf,
  fitPdfPeaks,
  fitSmallBox,
  gridOf,
  pairDistribution,
  sinePlan,
  transformReduced,
} from "@thioscope/core/pdf";
import type { Story } from "@thioscope/core/story";
import { readStory, readStudy, runStudy } from "@thioscope/study";
import { virtualScattering } from "@thioscope/virtual";
import { expect, test } from "vitest";
import { MELTS, type Melt } from "../../packages/study/src/audit/scattering.ts";

const factor = (element: string, q: number): number => evaluateFormFactor(formFactorOf(element)!.coefficients, (q / (4 * Math.PI)) ** 2);

function peaksOf({ formula, composition, pairs, range, starts }: Melt, seed: string) {
  const run = virtualScattering({ composition, pairs, counts: 3e5, qRange: [0.7, 24], points: 4000, seed }, factor);
  const found = pairDistribution(
    { q: run.q, intensity: run.sample, sigma: run.sampleSigma },
    { q: run.q, intensity: run.container, sigma: run.containerSigma },
    { composition: formula, qMin: 0.8, qMax: 22, rPoly: 1.3, rMax: 8 },
  );
  return fitPdfPeaks(found.r, found.g, { from: range[0], to: range[1], peaks: starts, qMax: 22, covariance: found.covariance });
}

const DRAWS = process.env.THIOSCOPE_LONG === "1" ? 300 : 40;

test(`the error of a distance holds the truth in 60–76 % of ${DRAWS} draws, and the area gives the neighbours`, () => {
  const sample = MELTS.NTC_A!;
  let inside = 0;
  let neighbours = 0;
  for (let k = 0; k < DRAWS; k++) {
    const [first] = peaksOf(sample, `coverage ${k}`).peaks;
    // the instrument's q is 0.03 % too small
    if (Math.abs(first!.distance.value * 1.0003 - 2.3) < first!.distance.sigma!) inside++;
    neighbours += coordinationOf(first!.area, sample.formula, "Ta", "Cl").value / DRAWS;
  }
  if (DRAWS >= 300) console.log(`1σ holds the truth in ${((100 * inside) / DRAWS).toFixed(1)} % of ${DRAWS} draws`);
  // two standard deviations of the binomial around 68 %, and never wider than what is asked of the long run
  const slack = DRAWS >= 300 ? 0 : 0.1;
  expect(inside / DRAWS).toBeGreaterThan(0.6 - slack);
  expect(inside / DRAWS).toBeLessThan(0.76 + slack);
  // the scale of G is that of an ad-hoc correction: the number of neighbours is not absolute
  expect(neighbours).toBeGreaterThan(3.5);
  expect(neighbours).toBeLessThan(8);
});

test("the transform is the sum itself", () => {
  const q = { first: 0.7, step: 0.013, count: 500 };
  const r = { first: 0.4, step: 0.017, count: 300 };
  const x = Float64Array.from({ length: q.count }, (_, k) => Math.sin(k * k));
  const [sine, cosine] = [new Float64Array(r.count), new Float64Array(r.count)];
  sinePlan(q, r).transform(x, sine, cosine);
  for (const j of [0, 1, 17, 299]) {
    let [s, c] = [0, 0];
    for (let k = 0; k < q.count; k++) {
      const angle = (q.first + k * q.step) * (r.first + j * r.step);
      s += x[k]! * Math.sin(angle);
      c += x[k]! * Math.cos(angle);
    }
    expect(Math.abs(sine[j]! - s)).toBeLessThan(1e-9);
    expect(Math.abs(cosine[j]! - c)).toBeLessThan(1e-9);
  }
});

test("Lorch's window takes ripple away and broadens", () => {
  const q = { first: 0.01, step: 0.01, count: 2000 };
  const r = gridOf(0.5, 6, 0.01);
  const f = Float64Array.from({ length: q.count }, (_, k) => Math.sin(3 * (q.first + k * q.step)));
  const made = (lorch: boolean) => transformReduced(q, f, null, { qMin: 0, qMax: 20, r, lorch }).g;
  // 0.6 Å and more beyond the peak at 3 Å, which begins at 0.5 Å
  const ripple = (g: Float64Array): number => g.subarray(310).reduce((a, b) => Math.max(a, Math.abs(b)), 0) / Math.max(...g);
  expect(ripple(made(true))).toBeLessThan(0.2 * ripple(made(false)));
});

test("a crystal's curve gives back the crystal", () => {
  const structure = phaseStructure("Na2S");
  const r = gridOf(0, 25, 0.01);
  const truth = { cell: structure.cell.parameters, u: { Na: 0.012, S: 0.008 }, scale: 0.9, delta2: 1.8, qDamp: 0.03 };
  const g = crystalPdf(structure, truth, r, 22);
  const x = Float64Array.from({ length: r.count }, (_, k) => k * r.step);
  const fit = fitSmallBox(structure, x, g, { qMax: 22, rMax: 18 });
  const value = (name: string): number => {
    const found = fit.parameters.find((p) => p.name === name)!.value;
    return "value" in found ? found.value : Number.NaN;
  };
  expect(Math.abs(value("a") - structure.cell.parameters[0])).toBeLessThan(1e-4);
  expect(Math.abs(value("U.Na") - 0.012)).toBeLessThan(2e-4);
  expect(Math.abs(value("U.S") - 0.008)).toBeLessThan(2e-4);
  expect(Math.abs(value("scale") - 0.9)).toBeLessThan(2e-3);
  expect(fit.rw.value).toBeLessThan(0.01);
});

test.each([
  [{ composition: "Xx2" }, /Xx/],
  [{ composition: "TaCl5", qMax: 40 }, /reach from/],
  [{ composition: "TaCl5", rPoly: 30 }, /degree/],
  [{ composition: "TaCl5", rStep: 0 }, /steps/],
] as const)("what cannot be is refused: %j", (options, words) => {
  const q = Float64Array.from({ length: 400 }, (_, k) => 0.7 + 0.05 * k);
  const pattern = { q, intensity: q.map(() => 100), sigma: null };
  expect(() => pairDistribution(pattern, null, options)).toThrow(words);
});

test("a study over a series: curves, distances with errors over the patterns, F(q); what is missing is asked for", async () => {
  const folder = mkdtempSync(join(tmpdir(), "thioscope-pdf-study-"));
  try {
    const names = ["TaCl5", "NaTaCl6"] as const;
    for (const [k, name] of names.entries()) {
      const { composition, pairs } = Object.values(MELTS).find(({ formula }) => formula === name)!;
      const run = virtualScattering({ composition, pairs, counts: 3e5, qRange: [0.7, 24], points: 3000, seed: "study" }, factor);
      const rows = (y: Float64Array, sigma: Float64Array): string =>
        Array.from(run.q, (q, i) => `${q.toFixed(6)} ${y[i]!.toFixed(3)} ${sigma[i]!.toFixed(3)}`).join("\n");
      writeFileSync(join(folder, `${k}-${name}.xye`), rows(run.sample, run.sampleSigma));
      writeFileSync(join(folder, "empty.xye"), rows(run.container, run.containerSigma));
    }
    const yaml = (setting: string): string =>
      `title: Melts\nsources:\n  melts: { kind: scattering, files: ["0-TaCl5.xye", "1-NaTaCl6.xye"], background: empty.xye${setting} }\nsteps:\n  - pdf: { qmin: 0.8, qmax: 22, rpoly: 1.3, rmax: 12, peaks: ["2.3", "3.2"] }\n  - story\n`;
    writeFileSync(join(folder, "study.yaml"), yaml(', composition: "TaCl5, NaTaCl6"'));
    const { index } = await runStudy(await readStudy(folder));
    expect(index.sources[0]!.errors).toEqual([]);
    const story = JSON.parse((await readStory(folder))!) as Story;
    const [part] = story.parts;
    if (part?.kind !== "spectroscopy") throw new Error("no part");
    expect(part.curves.map(({ name }) => name)).toEqual(["0-TaCl5.xye", "1-NaTaCl6.xye"]);
    expect(part.kSpace!.curves).toHaveLength(2);
    expect(Math.abs(part.series[0]!.values[1]! - 2.3)).toBeLessThan(0.02);
    expect(part.series[0]!.sigma[1]!).toBeGreaterThan(0);
    expect(readFileSync(join(folder, "results", index.sources[0]!.results.pdf!, "peaks.parquet")).length).toBeGreaterThan(100);
    writeFileSync(join(folder, "study.yaml"), yaml(""));
    const without = await runStudy(await readStudy(folder)).catch((error: unknown) => String(error));
    expect(JSON.stringify(without)).toMatch(/composition: NaTaCl6/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
