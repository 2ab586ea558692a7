/**
 * kill −9 at every kind of instant of every write, and at random times. A few in every run; with THIOSCOPE_LONG=1 every write of a study at every
 * instant, 120 random times, and 40 of frames on threads.
 */
import { random } from "@thioscope/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeFrames, makeStudy, mistakes, reference, resumed, runChild } from "./harness.ts";

const LONG = process.env.THIOSCOPE_LONG === "1";
const INSTANTS = ["opened", "torn", "synced", "renamed"] as const;

let clean: Record<string, string>;
let kills = 0;
let injectedKills = 0;
beforeAll(async () => {
  clean = await reference();
});
afterAll(() => {
  if (LONG) console.log(`${kills} kills, ${injectedKills} of them injected`);
});

/** Kills one after another on the same study: each run goes on where the one before was killed. */
async function injected(instant: string, every: number): Promise<void> {
  const { root, remove } = await makeStudy();
  try {
    for (;;) {
      const { signal, done, errors } = await runChild(root, [instant, String(every)]);
      expect(done ? null : signal, errors).toBe(done ? null : "SIGKILL");
      expect(await mistakes(root, clean)).toEqual([]);
      if (done) break;
      kills++;
      injectedKills++;
      if (!LONG) break;
    }
    expect(await resumed(root, clean)).toEqual([]);
  } finally {
    await remove();
  }
}

test.each(LONG ? INSTANTS : (["torn", "synced"] as const))("killed when a file is %s", { timeout: 3_000_000 }, async (instant) => {
  // the n-th write of every run: progress is made where a whole result is written before
  for (const every of LONG ? [3, 4, 5, 7, 11] : [4]) await injected(instant, every);
});

/** Begun on threads, whose steps overlap; gone on with inline. */
test.each(LONG ? [40] : [])("frames in parts on two threads, killed %i times at random", { timeout: 3_000_000 }, async (wanted) => {
  const undisturbed = await reference(makeFrames);
  const draw = random("kill frames");
  for (let n = 0; n < wanted; ) {
    const { root, remove } = await makeFrames();
    try {
      for (let k = 0; k < 4 && n < wanted; k++) {
        const after = 4000 * draw.uniform();
        const { signal, done } = await runChild(root, ["threads"], (end) => setTimeout(end, after));
        expect(await mistakes(root, undisturbed, false)).toEqual([]);
        if (done || signal !== "SIGKILL") break;
        n++;
        kills++;
      }
      expect(await resumed(root, undisturbed, false)).toEqual([]);
    } finally {
      await remove();
    }
  }
});

test("killed at random times", { timeout: 3_000_000 }, async () => {
  const draw = random("kill");
  const wanted = LONG ? 120 : 1;
  for (let n = 0; n < wanted; ) {
    const { root, remove } = await makeStudy();
    try {
      for (let k = 0; k < 6 && n < wanted; k++) {
        const after = 700 * draw.uniform() ** 1.5;
        const { signal, done } = await runChild(root, [], (end) => setTimeout(end, after));
        expect(await mistakes(root, clean)).toEqual([]);
        if (done || signal !== "SIGKILL") break;
        n++;
        kills++;
      }
      expect(await resumed(root, clean)).toEqual([]);
    } finally {
      await remove();
    }
  }
});
