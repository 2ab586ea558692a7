import { lstat, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cyclingCsv } from "../../../tests/studies.ts";
import { newStudy } from "./newStudy.ts";
import { runStudy } from "./run.ts";
import { readStudy } from "./studyFile.ts";

let folder: string;
const CSV = cyclingCsv(2);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "thioscope-new-"));
  await mkdir(join(folder, "from/b"), { recursive: true });
  await writeFile(join(folder, "from/cell 12: #1.csv"), CSV);
  await writeFile(join(folder, "from/b/cell.csv"), CSV);
  await writeFile(join(folder, "from/notes.txt"), "bought milk\n");
  await writeFile(join(folder, "from/empty.ndax"), "");
  await writeFile(join(folder, "from/.hidden"), CSV);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("what is recognised is taken, what is not stands in study.yaml with the reason", async () => {
  const study = join(folder, "study");
  const found = await newStudy(study, [join(folder, "from")]);
  expect(found.map((f) => [f.name, f.path, f.rows])).toEqual([
    ["cell.csv", "raw/b/cell.csv", 252],
    ["cell 12: #1.csv", "raw/cell 12: #1.csv", 252],
    ["empty.ndax", null, null],
    ["notes.txt", null, null],
  ]);
  const yaml = await readFile(join(study, "study.yaml"), "utf8");
  expect(yaml).toMatch(/# +notes\.txt: its content belongs to no format/);
  expect(yaml).toMatch(/# +empty\.ndax: .*empty/);
  expect(yaml).toMatch(/bdf-csv, cycling, 252 rows/);
  expect(await readFile(join(study, "raw/b/cell.csv"), "utf8")).toBe(CSV);
  // the template guesses nothing
  const cell = await readFile(join(study, "cell.yaml"), "utf8");
  expect(cell.split("\n").every((line) => line === "" || line.startsWith("#"))).toBe(true);
  // what was written runs
  const read = await readStudy(study);
  expect(read.files.map((f) => f.path).sort()).toEqual(["raw/b/cell.csv", "raw/cell 12: #1.csv"]);
  const done = await runStudy({ ...read, steps: read.steps.filter((s) => s.name !== "story") });
  expect(done.index.files.every((f) => f.error === null)).toBe(true);
});

test("--link leaves the files where they are", async () => {
  const study = join(folder, "study");
  await newStudy(study, [join(folder, "from/b/cell.csv")], { link: true });
  expect((await lstat(join(study, "raw/cell.csv"))).isSymbolicLink()).toBe(true);
  expect((await readStudy(study)).files).toHaveLength(1);
});

test("files of equal name from two folders are both taken", async () => {
  await writeFile(join(folder, "from/cell.csv"), CSV);
  const found = await newStudy(join(folder, "study"), [join(folder, "from/cell.csv"), join(folder, "from/b/cell.csv")]);
  expect(found.map((f) => [f.source, f.path])).toEqual([
    ["cell", "raw/cell.csv"],
    ["cell_2", "raw/cell_2.csv"],
  ]);
});

test("a study is not overwritten, nor a raw file; nothing recognised is an error", async () => {
  const study = join(folder, "study");
  await mkdir(join(study, "raw"), { recursive: true });
  await writeFile(join(study, "raw/cell.csv"), "mine");
  await expect(newStudy(study, [join(folder, "from/b")])).rejects.toMatchObject({ code: "WRITE_FAILED" });
  expect(await readFile(join(study, "raw/cell.csv"), "utf8")).toBe("mine");
  await writeFile(join(study, "study.yaml"), "");
  await expect(newStudy(study, [join(folder, "from")])).rejects.toMatchObject({ code: "USAGE" });
  await expect(newStudy(join(folder, "s2"), [join(folder, "from/notes.txt")])).rejects.toMatchObject({
    code: "USAGE",
    message: expect.stringContaining("notes.txt"),
  });
  await expect(newStudy(join(folder, "s3"), [join(folder, "absent")])).rejects.toMatchObject({ code: "FILE_MISSING" });
});

test("files that lie in the study's raw/ already stay there", async () => {
  const study = join(folder, "study");
  await mkdir(join(study, "raw"), { recursive: true });
  await writeFile(join(study, "raw/mine.csv"), CSV);
  const found = await newStudy(study, [join(study, "raw")]);
  expect(found.map((f) => f.path)).toEqual(["raw/mine.csv"]);
});

test("a cell file that is given is checked, copied and named; one that is there already stays", async () => {
  const file = join(folder, "my cell.yaml");
  await writeFile(file, "name: cell 12\nlayers:\n  - { role: cathode, composition: { S: 100 wt% }, mass: 5 mg }\n");
  const study = join(folder, "study");
  await newStudy(study, [join(folder, "from/b")], { cell: file });
  expect(await readFile(join(study, "cell.yaml"), "utf8")).toBe(await readFile(file, "utf8"));
  expect((await readStudy(study)).cell).toBe("cell.yaml");

  const other = join(folder, "other");
  await mkdir(other);
  await writeFile(join(other, "cell.yaml"), "name: another\nlayers: []\n");
  await expect(newStudy(other, [join(folder, "from/b")], { cell: file })).rejects.toMatchObject({ code: "WRITE_FAILED" });
  await writeFile(file, "name: cell 12\nlayers: apples\n");
  await expect(newStudy(join(folder, "s2"), [join(folder, "from/b")], { cell: file })).rejects.toMatchObject({ code: "CELL_INVALID" });
});
