/** What is left after a run was killed, seen from the next one. Both must be the same program: its code is part of every hash. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { counts, cyclingCsv, outputs, testStudy } from "../../../tests/studies.ts";
import { runStudy, type StudyRun } from "./run.ts";
import { readStudy } from "./studyFile.ts";

const toRemove: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of toRemove.splice(0)) await remove();
});
async function make(): Promise<string> {
  const files = { "raw/a.csv": cyclingCsv(3), "raw/b.csv": cyclingCsv(5) };
  const { root, remove } = await testStudy(files, "sources:\n  a: raw/a.csv\n  b: raw/b.csv\nsteps: [cycles, dqdv]\n");
  toRemove.push(remove);
  return root;
}
const run = async (root: string): Promise<StudyRun> => runStudy(await readStudy(root));

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
