/** A run of a study that ends itself with SIGKILL at one instant of one write: `child.ts ROOT [INSTANT N]`. Without them it runs to its end; with `threads` it does so on two threads. */

import { truncate } from "node:fs/promises";
import { readStudy, runStudy } from "@thioscope/study";
import { atomicWriter, type Instant } from "../../packages/study/src/write.ts";

const [root = "", instant, count] = process.argv.slice(2);
let left = Number(count);

const die = async (): Promise<never> => {
  process.kill(process.pid, "SIGKILL");
  return new Promise(() => setInterval(() => {}, 1000));
};

const write = atomicWriter(async (at: Instant | "torn", path) => {
  // torn: the page cache had half of the file when the power went
  const wanted = instant === "torn" ? "written" : instant;
  if (at !== wanted || left-- > 0) return;
  if (instant === "torn") await truncate(path, 17);
  await die();
});

process.stdout.write("ready\n");
await runStudy(await readStudy(root), { write, engine: instant === "threads" ? "threads" : "inline" });
process.stdout.write("done\n");
