import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ThioscopeError } from "@thioscope/core";
import { afterEach, expect, test } from "vitest";
import { openDatabase } from "./database.ts";
import { sha256 } from "./hash.ts";
import { type RunRecord, readIndex } from "./results.ts";
import { runStudy, type StudyRun } from "./run.ts";
import { readStudy } from "./studyFile.ts";
import { cyclingCsv, testStudy } from "./testStudy.ts";
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

/** Every result file of a study with its hash, run.json (which holds times) apart. */
function outputs(root: string): Record<string, string> {
  const names = readdirSync(join(root, "results"), { recursive: true, encoding: "utf8" }).filter((n) => /\.(parquet|json)$/.test(n));
  return Object.fromEntries(
    names
      .filter((n) => !n.endsWith("run.json") && n !== "index.json")
      .sort()
      .map((n) => [n, sha256(readFileSync(join(root, "results", n)))]),
  );
}

const counts = (done: StudyRun): [string, number, number][] => done.steps.map((s) => [s.step, s.computed, s.reused]);

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
    // by algebra, see testStudy.ts
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

/** A run in its own process that stops for ever in the middle of its eighth write. */
const STALLING = `
  const { readStudy, runStudy, writeAtomic } = await import("@thioscope/study");
  const { writeFileSync } = await import("node:fs");
  let writes = 0;
  await runStudy(await readStudy(process.argv[1]), {
    write: async (path, content) => {
      if (++writes < 8) return writeAtomic(path, content);
      writeFileSync(path + ".1.part", content.slice(0, 20));
      process.stdout.write("stalled");
      await new Promise(() => setInterval(() => {}, 1000));
    },
  });`;

async function stalled(root: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["--conditions=source", "--input-type=module", "-e", STALLING, root], {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const errors: string[] = [];
  child.stderr.on("data", (part: Buffer) => errors.push(part.toString()));
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", () => resolve());
    child.on("exit", () => reject(new Error(`the run ended: ${errors.join("")}`)));
  });
  return child;
}

test("two runs do not collide; after kill -9 the next run takes over and goes on", async () => {
  const root = await make();
  const child = await stalled(root);
  await expect(run(root)).rejects.toMatchObject({ code: "STUDY_LOCKED", message: expect.stringContaining(String(child.pid)) });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
  expect(counts(await run(root))).toEqual([
    ["read", 0, 2],
    ["cycles", 2, 0],
    ["dqdv", 2, 0],
  ]);
  const clean = await make();
  await run(clean);
  expect(outputs(root)).toEqual(outputs(clean));
});
