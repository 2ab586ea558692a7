/** Sources of other kinds than a cycler's, and parts of a story: run, asked, told; what fails stops only itself. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { currentStory, type Story } from "@thioscope/core/story";
import { openDatabase, readIndex, readStory, readStudy, runStudy } from "@thioscope/study";
import { expect, test } from "vitest";
import { cyclingCsv, testStudy } from "../studies.ts";

/** A regular polygon of radius 1: its ring opens at the side and is filled at the shortest diagonal of three equal arcs. */
function polygon(n: number): string {
  const points = Array.from({ length: n }, (_, k) => [Math.cos((2 * Math.PI * k) / n), Math.sin((2 * Math.PI * k) / n), 0]);
  return `x,y,z\n${points.map((p) => p.join(",")).join("\n")}\n`;
}

async function storyOf(root: string): Promise<Story> {
  return currentStory(JSON.parse((await readStory(root))!) as Story);
}

const YAML = `title: rings
sources:
  run: raw/run.csv
  sites: { files: raw/*.points.csv, kind: points }
steps: [cycles, topology, story]
`;

test("a source of points becomes a part of the story, a view of the database and a line of the index", async () => {
  const files = { "raw/run.csv": cyclingCsv(2), "raw/a.points.csv": polygon(12), "raw/b.points.csv": polygon(6) };
  const { root, remove } = await testStudy(files, YAML);
  try {
    const { index } = await runStudy(await readStudy(root));
    expect(index.sources).toMatchObject([{ name: "sites", kind: "points", errors: [], files: [{ path: "raw/a.points.csv" }, {}] }]);
    const story = await storyOf(root);
    expect(story.files).toHaveLength(1);
    const [part] = story.parts;
    expect(part).toMatchObject({ kind: "topology", step: "topology", source: "sites", runFile: null });
    const rings = part?.kind === "topology" ? part.sets.map(({ barcodes }) => barcodes[1]!) : [];
    // side 2 sin(π/12) and diagonal 2 sin(4π/12) of the regular 12-gon; 2 sin(π/6) and 2 sin(2π/6) of the 6-gon
    expect(rings[0]!.birth[0]).toBeCloseTo(2 * Math.sin(Math.PI / 12), 12);
    expect(rings[0]!.death[0]).toBeCloseTo(2 * Math.sin(Math.PI / 3), 12);
    expect(rings[1]!.death[0]).toBeCloseTo(2 * Math.sin(Math.PI / 3), 12);
    const database = await openDatabase([root]);
    const { rows } = await database.query("select source, file, count(*) from bars where dimension = 0 group by all order by file");
    expect(rows).toEqual([
      ["sites", "a.points.csv", 12],
      ["sites", "b.points.csv", 6],
    ]);
    database.close();
    const again = await runStudy(await readStudy(root));
    expect(again.steps.every(({ computed }) => computed === 0)).toBe(true);
    await writeFile(join(root, "raw/b.points.csv"), polygon(7));
    expect((await runStudy(await readStudy(root))).changed).toEqual(["raw/b.points.csv"]);
  } finally {
    await remove();
  }
});

test("a source that fails leaves the rest of the study whole and says why", async () => {
  const files = { "raw/run.csv": cyclingCsv(2), "raw/a.points.csv": "x,y,z\n1,2\n" };
  const { root, remove } = await testStudy(files, YAML);
  try {
    const { index, steps } = await runStudy(await readStudy(root));
    expect(index.sources[0]!.errors).toMatchObject([{ step: "topology", code: "FILE_FOREIGN" }]);
    expect(steps.find(({ step }) => step === "topology")).toMatchObject({ failed: 1 });
    const story = await storyOf(root);
    expect(story.parts).toEqual([]);
    expect(story.provenance.find(({ label }) => label === "topology of sites is not shown")?.value).toMatch(/^step topology: /);
  } finally {
    await remove();
  }
});

test("a study without a cycler's file is told by its parts", async () => {
  const { root, remove } = await testStudy(
    { "raw/a.points.csv": polygon(9) },
    "sources: { sites: { files: raw/a.points.csv, kind: points } }\nsteps: [topology, story]\n",
  );
  try {
    await runStudy(await readStudy(root));
    expect(await storyOf(root)).toMatchObject({ files: [], parts: [{ kind: "topology" }] });
    // an index that names results elsewhere counts as none
    const path = join(root, "results/index.json");
    await writeFile(path, (await readFile(path, "utf8")).replace(/"topology": "topology\/[0-9a-f]+"/, '"topology": "../../topology/0"'));
    expect(await readIndex(root)).toBeUndefined();
    await rm(path);
  } finally {
    await remove();
  }
});
