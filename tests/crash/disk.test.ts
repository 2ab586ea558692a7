/**
 * Full disks, folders that can only be read, shares that are lost: the run ends with WRITE_FAILED, nothing that counts is wrong, and the next run gives
 * the bytes of an undisturbed one. Where a small file system can be mounted (as root) the disk is a real one; elsewhere the errors are injected.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStudy, runStudy, type WriteFile, writeAtomic } from "@thioscope/study";
import { afterAll, beforeAll, expect, test } from "vitest";
import { atomicWriter } from "../../packages/study/src/write.ts";
import { makeStudy, mistakes, reference, resumed } from "./harness.ts";

const LONG = process.env.THIOSCOPE_LONG === "1";

let clean: Record<string, string>;
let mounted: string | null = null;

const mount = (...words: string[]): void => void execFileSync("mount", words, { stdio: "pipe" });

beforeAll(async () => {
  clean = await reference();
  const folder = mkdtempSync(join(tmpdir(), "thioscope-disk-"));
  try {
    mount("-t", "tmpfs", "-o", "size=16m", "tmpfs", folder);
    mounted = folder;
  } catch {
    rmSync(folder, { recursive: true });
  }
});
afterAll(() => {
  if (!mounted) return;
  execFileSync("umount", [mounted]);
  rmSync(mounted, { recursive: true });
});

const run = async (root: string, write: WriteFile = writeAtomic): Promise<unknown> => runStudy(await readStudy(root), { write });

/** The n-th write fails as the system fails it. */
function failing(n: number, code: string): WriteFile {
  let left = n;
  return atomicWriter((at) => {
    if (at === "opened" && left-- === 0) throw Object.assign(new Error(code), { code });
  });
}

test("a disk that is full at the n-th write", { timeout: 600_000 }, async () => {
  const whole = await makeStudy();
  let writes = 0;
  await run(whole.root, async (path, content) => {
    writes++;
    await writeAtomic(path, content);
  });
  await whole.remove();
  for (const n of LONG ? Array.from({ length: writes }, (_, i) => i) : [5]) {
    const { root, remove } = await makeStudy();
    await expect(run(root, failing(n, "ENOSPC")), `write ${n}`).rejects.toMatchObject({
      code: "WRITE_FAILED",
      message: expect.stringContaining("full"),
    });
    expect(await mistakes(root, clean), `write ${n}`).toEqual([]);
    expect(await resumed(root, clean), `write ${n}`).toEqual([]);
    await remove();
  }
});

test("a real disk of a few pages", { timeout: 600_000 }, async (context) => {
  if (!mounted) return context.skip("no file system can be mounted here");
  const made = await makeStudy();
  // what the raw files take, and then some pages more
  const sizes = LONG ? Array.from({ length: 24 }, (_, i) => 80 + 8 * i) : [160];
  let full = 0;
  for (const kilobyte of sizes) {
    mount("-o", "remount,size=16m", mounted);
    const root = join(mounted, "study");
    cpSync(made.root, root, { recursive: true });
    mount("-o", `remount,size=${kilobyte}k`, mounted);
    const failed = await run(root).then(
      () => null,
      (error: unknown) => error,
    );
    if (failed !== null) {
      full++;
      expect(failed, `${kilobyte} kB`).toMatchObject({ code: "WRITE_FAILED" });
    }
    expect(await mistakes(root, clean), `${kilobyte} kB`).toEqual([]);
    mount("-o", "remount,size=16m", mounted);
    expect(await resumed(root, clean), `${kilobyte} kB`).toEqual([]);
    rmSync(root, { recursive: true });
  }
  if (LONG) console.log(`${full} of ${sizes.length} sizes were too small`);
  expect(full).toBeGreaterThan(0);
  await made.remove();
});

test("a folder that can only be read", async (context) => {
  if (!mounted) return context.skip("no file system can be mounted here");
  const made = await makeStudy();
  mount("-o", "remount,rw,size=16m", mounted);
  const root = join(mounted, "frozen");
  cpSync(made.root, root, { recursive: true });
  mount("-o", "remount,ro", mounted);
  await expect(run(root)).rejects.toMatchObject({ code: "WRITE_FAILED", message: expect.stringContaining("only be read") });
  mount("-o", "remount,rw", mounted);
  expect(await resumed(root, clean)).toEqual([]);
  rmSync(root, { recursive: true });
  await made.remove();
});

test("a share that is lost in the middle, with an empty folder in its place", { timeout: 600_000 }, async () => {
  for (const n of LONG ? [0, 1, 4, 9, 14, 19] : [7]) {
    const { root, remove } = await makeStudy();
    const aside = `${root}-elsewhere`;
    let left = n;
    const losing = atomicWriter((at) => {
      if (at !== "renamed" || left-- !== 0) return;
      renameSync(root, aside);
      mkdirSync(root);
    });
    await expect(run(root, losing), `write ${n}`).rejects.toMatchObject({
      code: expect.stringMatching(/WRITE_FAILED|FILE_MISSING|STEP_FAILED/),
    });
    // nothing was written where the share had been
    rmSync(root, { recursive: true });
    renameSync(aside, root);
    expect(await mistakes(root, clean), `write ${n}`).toEqual([]);
    // the lock of the lost run was its own process's: it lives, so it is taken away as the share's owner would
    rmSync(join(root, "results/.lock"), { force: true });
    expect(await resumed(root, clean), `write ${n}`).toEqual([]);
    await remove();
  }
});
