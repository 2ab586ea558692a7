/**
 * A few cases of the campaign against every reader in each run, and every find of the past. `npm run fuzz` runs the campaign itself: 10⁵ cases per
 * reader, led by coverage, in a thread that is ended when it hangs.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { caseMaker } from "./campaign/cases.ts";
import { isCoded, seedsOf, sourceFor, TARGETS } from "./campaign/targets.ts";

const CASES = process.env.THIOSCOPE_LONG === "1" ? 2000 : 12;

/** Anything else than a result or a coded error fails; so does what takes long. */
async function survives(name: string, bytes: Uint8Array, n: number): Promise<void> {
  const target = TARGETS[name]!;
  const began = performance.now();
  try {
    await target.read(sourceFor(target, bytes), n);
  } catch (error) {
    if (!isCoded(error)) throw new Error(`${name}, case ${n}: ${String(error)}`, { cause: error });
  }
  expect(performance.now() - began, `${name}, case ${n} took too long`).toBeLessThan(5000);
}

test.each(Object.keys(TARGETS))("%s", { timeout: 600_000 }, async (name) => {
  const corpus = await seedsOf(TARGETS[name]!);
  if (corpus.length === 0) return;
  const make = caseMaker(name, TARGETS[name]!, corpus);
  for (let n = 0; n < CASES; n++) await survives(name, make(n), n);
});

/** Files of corpus/ are named READER-WHAT. */
const FOLDER = join(import.meta.dirname, "corpus");
describe("finds of the past", () => {
  test.each(readdirSync(FOLDER))("%s", async (file) => {
    const name = Object.keys(TARGETS)
      .filter((target) => file.startsWith(`${target}-`))
      .sort((a, b) => b.length - a.length)[0]!;
    for (const n of [0, 1]) await survives(name, new Uint8Array(readFileSync(join(FOLDER, file))), n);
  });
});
