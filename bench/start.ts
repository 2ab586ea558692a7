/** The command's own start: from spawning its bin under Node 24 to its first output, beside an empty Node. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Case } from "./run.ts";

const root = join(import.meta.dirname, "..");
const bin = join(root, "packages/cli/src/bin.ts");

function firstOutput(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.once("data", () => resolve(performance.now() - began));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`exit ${code} without output`)));
  });
}

async function best(args: readonly string[], times = 7): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < times; i++) least = Math.min(least, await firstOutput(args));
  return least;
}

export async function cases(): Promise<Record<string, Case>> {
  const yardstickMs = await best(["-e", "console.log(1)"]);
  const run = async (...args: string[]): Promise<Case> => {
    const ms = await best(["--conditions=source", bin, ...args]);
    return { ms, rows: 1, rowsPerSecond: 1000 / ms, yardstick: "starting Node and printing", yardstickMs, limitMs: 300 };
  };
  return { "start: --help": await run("--help"), "start: cycles --help": await run("cycles", "--help") };
}
