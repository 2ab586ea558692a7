import { readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import { afterEach, expect, test } from "vitest";
import { counts, cyclingCsv, outputs, testStudy } from "../../../tests/studies.ts";
import { openDatabase } from "./database.ts";
import { sha256 } from "./hash.ts";
import { type RunRecord, readIndex } from "./results.ts";
import { runStudy, type StudyRun } from "./run.ts";
import { readStudy } from "./studyFile.ts";
import { writeAtomic } from "./write.ts";

const YAML = "title: test\nsources:\n  a: raw/a.csv\n  b: raw/b.csv\nsteps: [cycles, dqdv]\n";
const FILES = { "raw/a.csv": cyclingCsv(3), "raw/b.csv": cyclingCsv(5) };

const toRemove: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of toRemove.splice(0)) await remove();
});
async function make(files: Record<string, string> = FILES, yaml = YAML): Promise<string> {
  const { root, remove } = await testStudy(files, yaml);
  toRemove.push(remove);
  return root;
}
const run = async (root: string, options: Parameters<typeof runStudy>[1] = {}): Promise<StudyRun> =>
  runStudy(await readStudy(root), options);

test("raw files become cycles in the database; a second run computes nothing and changes nothing", async () => {
  const root = await make();
  const first = await run(root);
  expect(counts(first)).toEqual([
    ["read", 2, 0],
    ["cycles", 2, 0],
    ["dqdv", 2, 0],
  ]);
  const before = await readFile(join(root, "results/index.json"), "utf8");
  const second = await run(root);
  expect(counts(second)).toEqual([
    ["read", 0, 2],
    ["cycles", 0, 2],
    ["dqdv", 0, 2],
  ]);
  expect(await readFile(join(root, "results/index.json"), "utf8")).toBe(before);
  expect(await readFile(join(root, "raw/a.csv"), "utf8")).toBe(FILES["raw/a.csv"]);

  const database = await openDatabase([root]);
  const { rows } = await database.query("select file, cycle, charge_mah, discharge_mah from cycles order by file, cycle");
  database.close();
  expect(rows.length).toBe(8);
  for (const [file, cycle, charge, discharge] of rows) {
    // by algebra, see tests/studies.ts
    expect(charge, `${file} ${cycle}`).toBeCloseTo(1, 4);
    expect(discharge, `${file} ${cycle}`).toBeCloseTo(0.9 * (1 - 0.01 * (Number(cycle) - 1)), 4);
  }
});

test("a result says everything that is needed to repeat it, and nobody's name", async () => {
  const root = await make();
  const { index } = await run(root);
  const folder = join(root, "results", index.files[0]?.results.cycles ?? "");
  const text = await readFile(join(folder, "run.json"), "utf8");
  const record = JSON.parse(text) as RunRecord;
  expect(record).toMatchObject({
    step: "cycles",
    task: { module: "steps/cycles", export: "cyclesStep", inputs: { read: { result: index.files[0]?.results.read } }, parameters: {} },
    engine: "inline",
    constants: [{ name: "faraday", value: 96485.33212331001 }],
  });
  for (const { name, size, sha256: hash } of record.outputs) {
    const bytes = await readFile(join(folder, name));
    expect([bytes.length, sha256(bytes)]).toEqual([size, hash]);
  }
  expect(text).not.toContain(root);
  for (const name of ["HOSTNAME", "USER", "LOGNAME"]) {
    const value = process.env[name];
    if (value && value.length > 5) expect(text).not.toContain(value);
  }
});

test("both engines give the same bytes", async () => {
  const [inline, threads] = [await make(), await make()];
  await run(inline, { engine: "inline" });
  await run(threads, { engine: "threads" });
  expect(outputs(threads)).toEqual(outputs(inline));
  expect(Object.keys(outputs(inline)).length).toBe(10);
});

test("other parameters are another result; the earlier one stays", async () => {
  const root = await make();
  await run(root);
  await writeFile(join(root, "study.yaml"), YAML.replace("dqdv", "{ dqdv: { bin: 20 mV } }"));
  expect(counts(await run(root)).at(-1)).toEqual(["dqdv", 2, 0]);
  await writeFile(join(root, "study.yaml"), YAML);
  expect(counts(await run(root)).at(-1)).toEqual(["dqdv", 0, 2]);
});

test("a write that fails stops the run with its reason; the next run goes on", async () => {
  for (let fails = 1; fails <= 16; fails += 3) {
    const root = await make();
    let writes = 0;
    const failing = run(root, {
      write: (path, content) => {
        if (++writes === fails) throw new ThioscopeError("WRITE_FAILED", `${path} cannot be written: the disk is full`);
        return writeAtomic(path, content);
      },
    });
    await expect(failing).rejects.toMatchObject({ code: "WRITE_FAILED" });
    const after = await run(root);
    const [computed, reused] = [after.steps.reduce((n, s) => n + s.computed, 0), after.steps.reduce((n, s) => n + s.reused, 0)];
    expect(computed + reused).toBe(6);
    // two files and run.json each (dqdv: one and run.json): finished results before the failure
    expect(reused).toBe([3, 6, 9, 12, 14, 16].filter((end) => end < fails).length);
  }
});

test("a result that was changed or cut is computed again", async () => {
  const root = await make();
  const { index } = await run(root);
  const good = outputs(root);
  const folder = join(root, "results", index.files[0]?.results.read ?? "");
  await truncate(join(folder, "table.parquet"), 100);
  expect(counts(await run(root))[0]).toEqual(["read", 1, 1]);
  const text = await readFile(join(folder, "file.json"), "utf8");
  await writeFile(join(folder, "file.json"), text.replace("cycling", "cyclinG"));
  expect(counts(await run(root))[0]).toEqual(["read", 1, 1]);
  expect(outputs(root)).toEqual(good);
});

test("a raw file that cannot be read stops nothing but itself", async () => {
  const root = await make({ ...FILES, "raw/b.csv": "neither time nor voltage\n1,2\n" });
  const done = await run(root);
  expect(done.index.files.map((f) => f.error?.step ?? null)).toEqual([null, "read"]);
  expect(done.index.files[0]?.results.dqdv).toMatch(/^dqdv\//);
  const database = await openDatabase([root]);
  expect((await database.query("select file, error is null from files order by file")).rows).toEqual([
    ["a.csv", true],
    ["b.csv", false],
  ]);
  database.close();
});

test("a raw file that changed since the last run is named", async () => {
  const root = await make();
  expect((await run(root)).changed).toEqual([]);
  await writeFile(join(root, "raw/b.csv"), cyclingCsv(2));
  const again = await run(root);
  expect(again.changed).toEqual(["raw/b.csv"]);
  expect(counts(again)[0]).toEqual(["read", 1, 1]);
});

test("a cancelled run ends between tasks and goes on later", async () => {
  const root = await make();
  const stop = new AbortController();
  const cancelled = run(root, { context: { progress() {}, signal: stop.signal }, onStep: () => stop.abort() });
  await expect(cancelled).rejects.toMatchObject({ code: "CANCELLED" });
  expect(await readIndex(root)).toBeUndefined();
  expect(counts(await run(root))).toEqual([
    ["read", 0, 2],
    ["cycles", 2, 0],
    ["dqdv", 2, 0],
  ]);
});
