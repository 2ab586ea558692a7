/** A study of absorption scans: parts of the story say what was put in, tables hold every row, figures draw them. */
import { currentStory, type PartOf, type Story } from "@thioscope/core/story";
import { openDatabase, readStory, readStudy, runStudy } from "@thioscope/study";
import { createCursor, PART_VIEWS } from "@thioscope/views";
import { USUAL_SULFUR_BEAMLINE, type VirtualSulfur, virtualExafs, virtualSulfurScan, writeVirtualXdi } from "@thioscope/virtual";
import { expect, test } from "vitest";
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
  metal: { files: raw/metal.dat, kind: exafs }
steps:
  - xas.normalize: { pre_from: -28, pre_to: -9, post_from: 18, post_to: 54, degree: 1 }
  - xas.lcf: { pre_from: -28, pre_to: -9, post_from: 18, post_to: 54, degree: 1, low: 2462, high: 2515 }
  - xas.chain: { pre_from: -28, pre_to: -9, post_from: 18, post_to: 54, degree: 1, electrolyte_share: 0.46 }
  - xas.exafs
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
  return out;
}

type Spectra = PartOf<"spectroscopy">;

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
  for (const part of [normalized, lcf, chain, exafs]) {
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
  database.close();
  await remove();
}, 60_000);
