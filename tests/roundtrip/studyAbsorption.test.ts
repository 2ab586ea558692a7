/** A study of absorption scans: parts of the story say what was put in, tables hold every row, figures draw them. */
import { currentStory, type PartOf, type PlacedPart, type Story } from "@thioscope/core/story";
import { openDatabase, readStory, readStudy, runStudy } from "@thioscope/study";
import { createCursor, PART_VIEWS } from "@thioscope/views";
import {
  USUAL_SULFUR_BEAMLINE,
  type VirtualSulfur,
  virtualExafs,
  virtualSulfurScan,
  writeVirtualFeff,
  writeVirtualXdi,
} from "@thioscope/virtual";
import { expect, test } from "vitest";
import { COPPER } from "../copper.ts";
import { testStudy } from "../studies.ts";

const YAML = `title: absorption
sources:
  cell:
    files: raw/cell_*.xdi
    kind: absorption
    s8: raw/S8.xdi
    polysulfide: raw/Na2S4.xdi
    polysulfide_length: 4
    sulfide: raw/Na2S.xdi
    electrolyte: raw/NPS.xdi
  metal: { files: raw/metal.dat, kind: exafs, structure: raw/copper.cif, phases: raw/feff0001.dat }
steps:
  - xas.normalize: { pre_from: -28, pre_to: -9, post_from: 18, post_to: 54, degree: 1 }
  - xas.lcf: { pre_from: -28, pre_to: -9, post_from: 18, post_to: 54, degree: 1, low: 2462, high: 2515 }
  - xas.chain: { pre_from: -28, pre_to: -9, post_from: 18, post_to: 54, degree: 1, electrolyte_share: 0.46 }
  - xas.exafs
  - xas.paths: { site: Cu, r_from: 1.5, r_to: 2.8 }
  - story
`;

const LENGTHS = [6, 5, 4];

function files(): Record<string, string> {
  const out: Record<string, string> = {};
  const put = (name: string, sulfur: VirtualSulfur): void => {
    out[`raw/${name}.xdi`] = writeVirtualXdi(virtualSulfurScan(name, sulfur, { ...USUAL_SULFUR_BEAMLINE, noise: 0.003 }, "study"));
  };
  put("S8", { s8: 1 });
  put("Na2S4", { chain: { x: 4, share: 1 } });
  put("Na2S", { sulfide: 1 });
  put("NPS", { electrolyte: 1 });
  for (const [k, x] of LENGTHS.entries()) put(`cell_${k}`, { chain: { x, share: 0.54 - 0.1 * k }, electrolyte: 0.46, sulfide: 0.1 * k });
  const metal = virtualExafs("metal", 8979, [{ apparent: 2.2, count: 8, sigma2: 0.006, amplitudeAt: 6 }], 13, 0.0005, "study");
  out["raw/metal.dat"] = ["# energy mu", ...Array.from(metal.energy, (e, i) => `${e.toFixed(3)} ${metal.mu[i]!.toFixed(7)}`), ""].join(
    "\n",
  );
  out["raw/copper.cif"] = COPPER;
  out["raw/feff0001.dat"] = writeVirtualFeff("Cu", 29, 2.55, 12);
  return out;
}

type Spectra = PartOf<"spectroscopy"> & Pick<PlacedPart, "runFile">;

const partOf = (story: Story, step: string): Spectra => story.parts.find((part) => part.step === step) as Spectra;

test("scans become parts, tables and figures", async () => {
  const { root, remove } = await testStudy(files(), YAML);
  const { index } = await runStudy(await readStudy(root));
  expect(index.sources.flatMap((s) => s.errors)).toEqual([]);
  const story = currentStory(JSON.parse((await readStory(root))!) as Story);
  const normalized = partOf(story, "xas.normalize");
  expect(normalized.curves.map(({ name }) => name)).toEqual(["cell_0", "cell_1", "cell_2"]);
  expect(normalized.maps?.[0]?.names).toHaveLength(3);
  const lcf = partOf(story, "xas.lcf");
  expect(lcf.series.find(({ name }) => name === "Na2S")?.values[2]).toBeCloseTo(0.2, 1);
  const chain = partOf(story, "xas.chain");
  for (const [k, x] of LENGTHS.entries()) {
    const [value, sigma] = [chain.series[0]!.values[k]!, chain.series[0]!.sigma[k]!];
    expect(Math.abs(value - x)).toBeLessThan(5 * sigma);
  }
  const exafs = partOf(story, "xas.exafs");
  expect(exafs.curves[0]!.marks.some(({ x }) => Math.abs(x - 2.2) < 0.05)).toBe(true);
  expect(exafs.kSpace?.curves).toHaveLength(1);
  expect(exafs.maps).toHaveLength(1);
  const paths = partOf(story, "xas.paths");
  const { account, fitted } = paths.curves[0]!;
  expect(fitted).toHaveLength(paths.curves[0]!.x.length);
  expect(account!.parameters.map(({ name, unit }) => [name, unit])).toEqual([
    ["amp", ""],
    ["de0", "eV"],
    ["sig2", "Å²"],
    ["alpha", ""],
  ]);
  expect(account!.correlations).toHaveLength(6);
  // 1 + 2 Δk ΔR/π of k 3 to 12 1/Å and R 1.5 to 2.8 Å
  expect(account!.points).toBeCloseTo(1 + (2 * 9 * 1.3) / Math.PI, 6);
  expect(account!.doubts.map(({ code }) => code)).toContain("few-points");
  // neighbours of an fcc lattice at a/√2
  expect(paths.series[0]!.name).toBe(`Cu–Cu ${(3.6149 * Math.SQRT1_2).toFixed(2)} Å`);
  for (const part of [normalized, lcf, chain, exafs, paths]) {
    const context = { part, story, state: createCursor().state, run: null };
    for (const figure of PART_VIEWS.spectroscopy.figures) {
      if (figure.isShown && !figure.isShown(part)) continue;
      const drawn = figure.figure(context);
      expect(drawn.empty, figure.id).toBeUndefined();
      expect(drawn.panels.length).toBeGreaterThan(0);
      const { columns } = drawn.data();
      expect(new Set(columns.map(({ values }) => values.length)).size, figure.id).toBe(1);
    }
  }
  const database = await openDatabase([root]);
  const count = async (query: string): Promise<number> => Number((await database.query(query)).rows[0]![0]);
  expect(await count("select count(*) from xas_spectra")).toBe(3);
  expect(await count("select count(*) from chain_lengths where x > 3")).toBe(3);
  expect(await count("select count(*) from xas_weights")).toBe(12);
  expect(await count("select count(*) from xas_shells")).toBeGreaterThan(0);
  expect(await count("select count(*) from xas_paths where value_sigma > 0")).toBe(4);
  database.close();
  await remove();
}, 60_000);

/** Discharge of 1 mg of sulfur at 0.418 mA over four hours: two electrons per atom, begun at 08:00. */
const START = Date.UTC(2026, 0, 15, 8) / 1000;
const HOURS = 4;
const CURRENT = 4.18e-4;
const CELL = `name: S|NPS cell
diameter: 10 mm
layers:
  - { role: anode, composition: { Na15Sn4: 100 wt% }, mass: 100 mg }
  - { role: cathode, composition: { S: 20 wt%, C: 80 wt% }, mass: 5.0 mg, active: S }
reference: Na15Sn4
`;

function run(): string {
  const rows = Array.from({ length: 241 }, (_, i) => {
    const t = (i * HOURS * 3600) / 240;
    return `${t},${(2.6 - (0.9 * i) / 240).toFixed(5)},${-CURRENT},${START + t}`;
  });
  return ["Test Time / s,Voltage / V,Current / A,Unix Time / s", ...rows, ""].join("\n");
}

test("spectra that were taken while the cell ran stand on its clock: weights, shares and lengths over charge and x", async () => {
  const quiet = { ...USUAL_SULFUR_BEAMLINE, noise: 0.003 };
  const raw: Record<string, string> = { "cell.yaml": CELL, "raw/run.bdf.csv": run() };
  const put = (name: string, sulfur: VirtualSulfur, hour = 0): void => {
    raw[`raw/${name}.xdi`] = writeVirtualXdi(virtualSulfurScan(name, sulfur, quiet, "clock", 3600 * hour));
  };
  put("S8", { s8: 1 });
  put("Na2S4", { chain: { x: 4, share: 1 } });
  put("Na2S", { sulfide: 1 });
  // the last one after the run
  const hours = [0.5, 1.5, 2.5, 3.5, 6];
  for (const [k, hour] of hours.entries()) put(`cell_${k}`, { chain: { x: 4, share: 1 - 0.2 * k }, sulfide: 0.2 * k }, hour);
  const windows = "pre_from: -28, pre_to: -9, post_from: 18, post_to: 54, degree: 1";
  const { root, remove } = await testStudy(
    raw,
    `cell: cell.yaml
sources:
  run: raw/run.bdf.csv
  cell: { files: raw/cell_*.xdi, kind: absorption, s8: raw/S8.xdi, polysulfide: raw/Na2S4.xdi, polysulfide_length: 4, sulfide: raw/Na2S.xdi }
steps:
  - xas.lcf: { ${windows}, low: 2462, high: 2500 }
  - xas.mcr: { ${windows}, low: 2462, high: 2500, components: 2, known: [sulfide] }
  - xas.chain: { ${windows} }
  - cycles
  - events
  - story
`,
  );
  const { index } = await runStudy(await readStudy(root));
  expect(index.sources.flatMap((s) => s.errors)).toEqual([]);
  const story = currentStory(JSON.parse((await readStory(root))!) as Story);
  for (const step of ["xas.lcf", "xas.mcr", "xas.chain"]) {
    const part = partOf(story, step);
    const { clock } = part;
    expect(part.runFile, step).toBe(0);
    for (const [k, hour] of hours.slice(0, 4).entries()) {
      expect(clock!.hour[k]).toBeCloseTo(hour, 6);
      expect(clock!.chargeMilliampereHour[k]).toBeCloseTo(-0.418 * hour, 4);
      expect(clock!.potentialVolt[k]).toBeCloseTo(2.6 - (0.9 * hour) / HOURS, 3);
      // 2 electrons per atom are 1672 mAh/g
      expect(clock!.x[k]! / ((2 * 0.836) / (0.418 * hour))).toBeCloseTo(1, 2);
      expect(clock!.row[k]).toBe(60 * hour);
    }
    expect(clock!.x[4]).toBeNaN();
    expect(part.notices.map(({ code }) => code)).toContain("spectra-off-clock");
    const spec = PART_VIEWS.spectroscopy.figures.find(({ id }) => id === "spectrum-series")!;
    const context = { part, story, state: createCursor().state, run: story.files[0]! };
    const labels = ["charge", "x", "potential", "time", "spectrum"].map((over) => {
      const drawn = spec.figure({ ...context, state: createCursor({ choices: { "spectroscopy.over": over } }).state });
      expect(drawn.empty).toBeUndefined();
      expect(new Set(drawn.data().columns.map(({ values }) => values.length)).size).toBe(1);
      const points = drawn.panels[0]!.marks.find((mark) => mark.kind === "points" && mark.x.length > 0)!;
      if (points.kind === "points" && over !== "spectrum") expect(points.rows).toHaveLength(points.x.length);
      return drawn.x.label.map(({ text }) => text).join("");
    });
    expect(labels).toEqual(["Charge (mAh)", "x in M₂Sₓ by charge", "Potential (V)", "Time (h)", "Spectrum"]);
    expect(spec.choices!(context)[0]!.value).toBe("charge");
  }
  const { series } = partOf(story, "xas.mcr");
  const held = series.find(({ name }) => name === "Na2S")!;
  for (let k = 0; k < 5; k++) {
    expect(held.band!.low[k]! - 0.03).toBeLessThan(0.2 * k);
    expect(held.band!.high[k]! + 0.03).toBeGreaterThan(0.2 * k);
  }
  // joined with the rest of the study by the clock, without potentials in their names
  const events = story.parts.find((part) => part.step === "events");
  if (events?.kind !== "evidence") throw new Error("no events");
  const weights = events.observed.find(({ species }) => species === "Na2S")!;
  expect(weights.at).toHaveLength(4);
  for (const [k, hour] of hours.slice(0, 4).entries()) expect(weights.at[k]).toBeCloseTo(hour / 2, 2);
  const database = await openDatabase([root]);
  expect(Number((await database.query("select count(*) from xas_shares where share_highest >= share")).rows[0]![0])).toBe(10);
  database.close();
  await remove();
}, 60_000);
