import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeLock } from "./lock.ts";
import { removeParts, writeAtomic } from "./write.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "thioscope-write-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("a file is written whole, folders are made, nothing else is left", async () => {
  const path = join(folder, "a/b/c.txt");
  await writeAtomic(path, "first");
  await writeAtomic(path, new TextEncoder().encode("second"));
  expect(await readFile(path, "utf8")).toBe("second");
  expect(await readdir(join(folder, "a/b"))).toEqual(["c.txt"]);
});

test("where nothing can be written the error says so and the old content stays", async () => {
  await writeFile(join(folder, "file"), "x");
  await expect(writeAtomic(join(folder, "file/below"), "y")).rejects.toMatchObject({ code: "WRITE_FAILED" });
  expect(await readFile(join(folder, "file"), "utf8")).toBe("x");
});

test("a lock is held once and given back", () => {
  const path = join(folder, ".lock");
  const { release } = takeLock(path);
  expect(() => takeLock(path)).toThrowError(expect.objectContaining({ code: "STUDY_LOCKED" }));
  release();
  takeLock(path).release();
});

test("a lock whose owner has ended, and one with foreign content, are taken over", async () => {
  const path = join(folder, ".lock");
  const { release } = takeLock(path);
  const owner = JSON.parse(await readFile(path, "utf8")) as { pid: number; born: string };
  release();
  // the same process id, but a process that was born at another time
  await writeFile(path, JSON.stringify({ ...owner, born: "1" }));
  if (owner.born !== "") takeLock(path).release();
  // no such process: above the largest id that Linux gives
  await writeFile(path, JSON.stringify({ ...owner, pid: 2 ** 22 + 5 }));
  takeLock(path).release();
  expect(await readdir(folder)).toEqual([]);
});

test("what killed runs left is removed, what another process may be writing only when it is old", async () => {
  await mkdir(join(folder, "results/read/x"), { recursive: true });
  const lock = ".lock.0f8fad5b-d9cb-469f-a165-70867728950e.part";
  const parts = [
    "results/index.json.7.part",
    "results/read/x/table.parquet.7.part",
    `results/${lock}`,
    "report.html.7.part",
    "study.yaml.7.part",
  ];
  const kept = ["results/index.json", "results/read/x/a.part", "report.html"];
  for (const name of [...parts, ...kept]) await writeFile(join(folder, name), "x");
  const files = async () =>
    (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((f) => f.isFile())
      .map(({ name }) => name)
      .sort();
  await removeParts(folder);
  expect(await files()).toEqual([lock, "a.part", "index.json", "report.html", "report.html.7.part", "study.yaml.7.part"].sort());
  const before = new Date(Date.now() - 120_000);
  for (const name of parts.slice(2)) await utimes(join(folder, name), before, before);
  await removeParts(folder);
  expect(await files()).toEqual(["a.part", "index.json", "report.html"]);
});
