import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeLock } from "./lock.ts";
import { writeAtomic } from "./write.ts";

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
