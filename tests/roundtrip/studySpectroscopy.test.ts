/** A study with spectra of four techniques: parts of the story say what was put in, tables hold every row, figures draw them. */
import { currentStory, type PartOf, type Story } from "@thioscope/core/story";
import { openDatabase, readStory, readStudy, runStudy } from "@thioscope/study";
import { createCursor, PART_VIEWS } from "@thioscope/views";
import {
  virtualBalance,
  virtualIonCounts,
  virtualRaman,
  virtualXps,
  writeIonTable,
  writeNetzsch,
  writeRamanText,
  writeVamas,
} from "@thioscope/virtual";
import { expect, test } from "vitest";
import { testStudy } from "../studies.ts";

const YAML = `title: spectra
sources:
  states: { files: raw/state*.txt, kind: raman, reference: raw/silicon.txt }
  surface: { files: raw/cell.vms, kind: photoelectrons }
  samples: { files: raw/*.ions, kind: ions }
  composite: { files: raw/tg.txt, kind: thermal }
steps:
  - raman: { species: [S8, Na3SbS4] }
  - xps: { charge: 287.2, components: ["sulfide=161.6", "S8=164", "sulfate=167"] }
  - sims
  - thermal: { sulfur: true }
  - story
`;

function files(): Record<string, string> {
  const out: Record<string, string> = {};
  for (const k of [0, 1, 2]) {
    const [sulfur, electrolyte] = [[3000, 2000, 0][k]!, [0, 0, 1500][k]!];
    const bands = [
      [219, 6, sulfur],
      [473, 8, sulfur],
      [362, 10, electrolyte],
    ] as const;
    const { x, y } = virtualRaman({ seed: `study ${k}`, bands, points: 600, offset: 4 });
    out[`raw/state${k}.txt`] = writeRamanText(`state ${k}`, x, y);
  }
  const silicon = virtualRaman({ seed: "si", bands: [[520.5, 4, 20_000]], range: [450, 600], points: 300, offset: 4 });
  out["raw/silicon.txt"] = writeRamanText("silicon", silicon.x, silicon.y);
  const carbon = virtualXps({ seed: "c", lines: [[284.8, 1.2, 3000]], range: [278, 296], charging: 2.4 });
  const lines = [
    [161.6, 1.1, 1600],
    [162.78, 1.1, 800],
    [164, 1.1, 800],
    [165.18, 1.1, 400],
  ] as const;
  const sulfur = virtualXps({ seed: "s", lines, range: [155, 175], charging: 2.4 });
  const block = ({ x, y, photon }: typeof carbon, name: string) => ({ name, x, counts: y, photon });
  out["raw/cell.vms"] = writeVamas([block(carbon, "C 1s"), block(sulfur, "S 2p")]);
  for (const [name, ratio] of [
    ["charged", 0.03],
    ["discharged", 0.1],
  ] as const) {
    const run = virtualIonCounts({ seed: name, ratio, spread: 0.1 });
    const ions = [
      { name: "Li3S2+", mass: 84.991, counts: run.first },
      { name: "Li3S+", mass: 53.0196, counts: run.second },
    ];
    out[`raw/${name}.ions`] = writeIonTable(ions, run.pulses, ["a", "b", "c", "d", "e"]);
  }
  const balance = virtualBalance({
    seed: 3,
    steps: [
      [275, 18, 58],
      [400, 25, 2],
    ],
  });
  out["raw/tg.txt"] = writeNetzsch("S@C", balance.milligram, balance);
  return out;
}

test("four techniques in one study: parts, sentences, tables, figures", async () => {
  const { root, remove } = await testStudy(files(), YAML);
  try {
    const { index } = await runStudy(await readStudy(root));
    expect(index.sources.flatMap((s) => s.errors)).toEqual([]);
    const story = currentStory(JSON.parse((await readStory(root))!) as Story);
    const part = (step: string) => story.parts.find((p) => p.step === step) as PartOf<"spectroscopy">;
    const said = (step: string): string =>
      part(step)
        .sentences.map((s) => s.parts.map((p) => (typeof p === "string" ? p : p.quantity.value.toFixed(2))).join(""))
        .join(" ");
    expect(said("raman")).toContain("Bands of S8 (153, 219, 473 cm⁻¹): seen in state0, state1; gone in state2.");
    expect(said("raman")).toContain("(159.4, 192, 362, 384, 404 cm⁻¹): seen in state2; gone in state0, state1.");
    expect(said("xps")).toMatch(/sulfide 161\.6\d, S8 16[34]\.\d+, sulfate not found/);
    expect(said("sims")).toMatch(/in charged\.ions, 0\.\d+ in discharged\.ions; the difference is significant/);
    expect(said("thermal")).toMatch(/tg\.txt holds (59|60)\.\d+ of sulfur/);
    expect(part("xps").series.find((s) => s.name === "sulfate")!.limits[0]).toBeGreaterThan(0);
    const database = await openDatabase([root]);
    const count = async (query: string): Promise<unknown> => (await database.query(query)).rows[0]![0];
    expect(Number(await count("select count(*) from raman_peaks where may_be like '%S8 473%'"))).toBe(2);
    expect(Number(await count("select count(*) from xps_components"))).toBe(3);
    expect(Number(await count("select max(ratio) from ion_ratios"))).toBeCloseTo(0.1, 1);
    expect(Number(await count("select count(*) from mass_steps"))).toBeGreaterThanOrEqual(1);
    database.close();
    for (const one of story.parts) {
      if (one.kind !== "spectroscopy") continue;
      const { panel, figures } = PART_VIEWS.spectroscopy;
      expect(panel).toBe("spectra");
      for (const spec of figures.filter((f) => f.isShown?.(one) ?? true)) {
        const figure = spec.figure({ part: one, story, state: createCursor().state, run: null });
        expect(figure.empty).toBeUndefined();
        const { columns } = figure.data();
        expect(columns.length).toBeGreaterThan(1);
        expect(new Set(columns.map((c) => c.values.length)).size).toBe(1);
        for (const p of figure.panels) for (const end of [p.left.min, p.left.max]) expect(Number.isFinite(end)).toBe(true);
      }
    }
  } finally {
    await remove();
  }
}, 60_000);
