/** A second run reads no raw file to know that it is the same; whatever may have changed is read again, and verify reads all. */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rename, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cyclingCsv, testStudy } from "../../../tests/studies.ts";
import { HashCache } from "./hashCache.ts";
import { runStudy } from "./run.ts";
import { readStudy } from "./studyFile.ts";
import { verifyStudy } from "./verify.ts";
import { writeAtomic } from "./write.ts";

const QUIET = { progress() {} };
const sha = (text: string): string => createHash("sha256").update(text).digest("hex");
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2700));

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "thioscope-hashes-"));
  await mkdir(join(root, "results"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function hashes(isFresh = false): Promise<{ a: string; kept: string[] }> {
  const cache = await HashCache.open(root, isFresh);
  const { sha256 } = await cache.sha256Of("a", QUIET);
  await cache.save(writeAtomic);
  const text = await readFile(join(root, "results/.hashes"), "utf8").catch(() => '{"files":{}}');
  return { a: sha256, kept: Object.keys((JSON.parse(text) as { files: object }).files) };
}

test("a file that rested is known; one of this moment, of other bytes, of other times or of another place is read", async () => {
  const path = join(root, "a");
  await writeFile(path, "one");
  // it may change again within one tick of the clock
  expect(await hashes()).toEqual({ a: sha("one"), kept: [] });
  await settle();
  expect(await hashes()).toEqual({ a: sha("one"), kept: ["a"] });
  const text = await readFile(join(root, "results/.hashes"), "utf8");
  const planted = text.replace(sha("one"), sha("planted"));
  await writeFile(join(root, "results/.hashes"), planted);
  expect((await hashes()).a).toBe(sha("planted"));
  expect((await hashes(true)).a).toBe(sha("one"));
  // the same size, and the old time put back: the time of the entry tells
  const { mtime } = await import("node:fs/promises").then(({ stat }) => stat(path));
  await writeFile(path, "two");
  await utimes(path, mtime, mtime);
  await writeFile(join(root, "results/.hashes"), planted);
  expect((await hashes()).a).toBe(sha("two"));
  // another file in its place
  await writeFile(join(root, "b"), "new");
  await rename(join(root, "b"), path);
  await writeFile(join(root, "results/.hashes"), planted);
  expect((await hashes()).a).toBe(sha("new"));
  for (const broken of ["", "{", "null", '{"version":2}', '{"version":1,"files":{"a":{}}}', '{"version":1,"files":{"a":null}}']) {
    await writeFile(join(root, "results/.hashes"), broken);
    expect((await (await HashCache.open(root, false)).sha256Of("a", QUIET)).sha256, broken).toBe(sha("new"));
  }
});

test("verify reads the files themselves", async () => {
  const study = await testStudy({ "raw/a.csv": cyclingCsv(2) }, "sources: { a: raw/a.csv }\nsteps: [cycles]\n");
  await settle();
  await runStudy(await readStudy(study.root));
  const file = join(study.root, "results/.hashes");
  const before = await readFile(file, "utf8");
  expect(Object.keys((JSON.parse(before) as { files: object }).files)).toEqual(["raw/a.csv"]);
  expect((await runStudy(await readStudy(study.root))).steps.map(({ reused }) => reused)).toEqual([1, 1]);
  await writeFile(join(study.root, "raw/a.csv"), cyclingCsv(3));
  expect((await verifyStudy(study.root, { sample: 0 })).findings.map(({ code }) => code)).toEqual(["raw-changed"]);
  await study.remove();
});
