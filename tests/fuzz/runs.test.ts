/** Files with 40,000 times the same sign, or pair of signs, in their head: every reader answers in linear time, however its patterns look for the end of a run. */
import { expect, test } from "vitest";
import { isCoded, seedsOf, sourceFor, TARGETS } from "./campaign/targets.ts";

const SIZE = 40_000;
const SIGNS = [" ", "\t", "\n", "\r", "\n\n ", "a", "0", '"', ",", "a ", "1\n", "a=", "[", "{"];
const MOST_MS = 5000;

test.each(Object.keys(TARGETS))("%s", { timeout: 300_000 }, async (name) => {
  const target = TARGETS[name]!;
  const [seed] = await seedsOf(target);
  if (!seed) return;
  const line = seed.indexOf(10) + 1;
  for (const sign of SIGNS) {
    const run = new TextEncoder().encode(sign.repeat(SIZE / sign.length));
    for (const at of [Math.min(40, seed.length), line]) {
      const bytes = new Uint8Array(seed.length + run.length);
      bytes.set(seed.subarray(0, at));
      bytes.set(run, at);
      bytes.set(seed.subarray(at), at + run.length);
      const began = performance.now();
      try {
        await target.read(sourceFor(target, bytes), 0);
      } catch (error) {
        if (!isCoded(error)) throw new Error(`${name}, ${JSON.stringify(sign)} at ${at}: ${String(error)}`, { cause: error });
      }
      expect(performance.now() - began, `${JSON.stringify(sign)} at ${at}`).toBeLessThan(MOST_MS);
    }
  }
});
