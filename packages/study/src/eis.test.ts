/** Spectra in a study: read by content, fitted, asked for in SQL, told in the story. Truth: circuits by algebra. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { random } from "@thioscope/core";
import { parseCircuit } from "@thioscope/core/impedance";
import type { Story } from "@thioscope/core/story";
import { afterEach, expect, test } from "vitest";
import { counts, cyclingCsv, testStudy } from "../../../tests/studies.ts";
import { openDatabase } from "./database.ts";
import { newStudy } from "./newStudy.ts";
import { runStudy } from "./run.ts";
import { readStudy } from "./studyFile.ts";

const toRemove: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of toRemove.splice(0)) await remove();
});

const CIRCUIT = "R0-p(R1,CPE1)";

/** Three sweeps of R0-p(R1,CPE1), R1 = 100, 120, 140 ohm, 0.1 % noise. */
function eisCsv(): string {
  const f = Float64Array.from({ length: 31 }, (_, i) => 1e5 * 10 ** (-i / 6));
  const z = new Float64Array(62);
  const draw = random("eis");
  const lines = ["frequency_hertz,real_ohm,imaginary_ohm,cycle"];
  for (let k = 0; k < 3; k++) {
    parseCircuit(CIRCUIT).evaluate(Float64Array.from([10, 100 + 20 * k, 1e-5, 0.9]), f, z);
    for (let i = 0; i < f.length; i++) {
      const size = 1e-3 * Math.hypot(z[2 * i]!, z[2 * i + 1]!);
      lines.push(`${f[i]},${z[2 * i]! + size * draw.normal()},${z[2 * i + 1]! + size * draw.normal()},${k + 1}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

async function make(yaml: string): Promise<string> {
  const { root, remove } = await testStudy({ "raw/eis.csv": eisCsv(), "raw/run.csv": cyclingCsv(2) }, yaml);
  toRemove.push(remove);
  return root;
}

test("each step takes the files that hold something for it; parameters, points and the story follow", async () => {
  const root = await make(
    `sources: { eis: raw/eis.csv, run: raw/run.csv }\nsteps:\n  - cycles\n  - eis: { circuit: "${CIRCUIT}" }\n  - story\n`,
  );
  const done = await runStudy(await readStudy(root));
  expect(counts(done)).toEqual([
    ["read", 2, 0],
    ["cycles", 1, 0],
    ["eis", 1, 0],
    ["curves", 2, 0],
    ["story", 1, 0],
  ]);
  expect(done.index.files.map(({ error }) => error)).toEqual([null, null]);
  const database = await openDatabase([root]);
  const { rows } = await database.query("select spectrum, cycle, value, sigma, unit from impedance where name = 'R1' order by spectrum");
  const points = await database.query("select count(*), max(abs(real_ohm - fit_real_ohm)) from spectra where file = 'eis.csv'");
  database.close();
  expect(rows).toHaveLength(3);
  for (const [k, [spectrum, cycle, value, sigma, unit]] of rows.entries()) {
    expect([spectrum, cycle, unit]).toEqual([k + 1, k + 1, "ohm"]);
    expect(Math.abs(Number(value) - (100 + 20 * k))).toBeLessThan(4 * Number(sigma));
  }
  expect(points.rows[0]![0]).toBe(93);
  // 0.1 % of at most 150 ohm, 93 draws
  expect(Number(points.rows[0]![1])).toBeLessThan(0.6);
  const story = JSON.parse(await readFile(join(root, "results", done.index.story!, "story.json"), "utf8")) as Story;
  expect(story.files.map((file) => [file.name, file.impedance?.spectra.length ?? 0, file.halfCycles.length])).toEqual([
    ["eis.csv", 3, 0],
    ["run.csv", 0, 4],
  ]);
  expect(story.sentences.filter(({ about }) => about?.what === "impedance").length).toBeGreaterThan(3);
});

test("a new study of spectra asks for what it can", async () => {
  const from = await make("sources: { a: raw/eis.csv }\nsteps: [eis]\n");
  const root = join(from, "new");
  const found = await newStudy(root, [join(from, "raw/eis.csv")]);
  expect(found).toMatchObject([{ spectra: 3, rows: 93, isCycling: false, reason: null }]);
  expect(await readFile(join(root, "study.yaml"), "utf8")).toMatch(
    /93 rows, 3 spectra[\s\S]*steps:\n {2}- eis:\n {6}circuit: auto .*\n {2}- story\n$/,
  );
  expect((await readStudy(root)).steps.map(({ name }) => name)).toEqual(["read", "eis", "curves", "story"]);
});

test("a circuit that cannot be read is a mistake of the study, with its line", async () => {
  const root = await make('sources: { a: raw/eis.csv }\nsteps:\n  - eis: { circuit: "R0-p(R1" }\n');
  await expect(readStudy(root)).rejects.toMatchObject({
    code: "STUDY_INVALID",
    place: { line: 3 },
    message: expect.stringContaining("expected here"),
  });
});

test("peaks that the step dqdv found are in the story", async () => {
  const root = await make("sources: { run: raw/run.csv }\nsteps:\n  - story\n  - dqdv: { peaks: true }\n");
  const done = await runStudy(await readStudy(root));
  const story = JSON.parse(await readFile(join(root, "results", done.index.story!, "story.json"), "utf8")) as Story;
  for (const { peaks } of story.files[0]!.halfCycles) expect(peaks).not.toBeNull();
});
