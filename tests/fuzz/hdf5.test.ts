/**
 * What the HDF5 library has seen of damaged files must not show in a sound one: it keeps its memory between files, and wrote past its own in some of
 * the campaign's cases. A few hundred damaged files in every run, 30,000 with THIOSCOPE_LONG=1, which is where the first wrong answer stood.
 */
import { createHash } from "node:crypto";
import { readImageStack, sourceOfBytes, writeNexus } from "@thioscope/formats";
import { expect, test } from "vitest";
import { caseMaker } from "./campaign/cases.ts";
import { HAND_MADE } from "./campaign/seeds.ts";
import { isCoded, seedsOf, sourceFor, TARGETS } from "./campaign/targets.ts";

const CASES = process.env.THIOSCOPE_LONG === "1" ? 31_000 : 300;

/** Pixels and facts of a sound file. */
async function answer(bytes: Uint8Array): Promise<string> {
  const stack = await readImageStack(sourceOfBytes("sound.h5", bytes));
  const hash = createHash("sha256").update(JSON.stringify([stack.facts, stack.frames, stack.width]));
  for (let k = 0; k < stack.frames; k++) {
    const { values } = await stack.frame(k);
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  stack.close();
  return hash.digest("hex");
}

test("a sound file is read after damaged ones as before them", { timeout: 1_200_000 }, async () => {
  const sound = [await HAND_MADE["nexus"]!(), await HAND_MADE["nexus-deflate"]!()];
  const before = await Promise.all(sound.map(answer));
  const target = TARGETS["tomography"]!;
  const make = caseMaker("tomography", target, await seedsOf(target));
  for (let n = 0; n < CASES; n++) {
    try {
      await target.read(sourceFor(target, make(n)), n);
    } catch (error) {
      expect(isCoded(error), `case ${n}: ${String(error)}`).toBe(true);
    }
    if (n % 50 === 49) expect(await Promise.all(sound.map(answer)), `after case ${n}`).toEqual(before);
  }
});

test("files with a filter are read after others of the kind were only looked at", async () => {
  const frame = { width: 8, height: 6, values: Uint16Array.from({ length: 48 }, (_, k) => 7 * k) };
  const bytes = await writeNexus([frame]);
  const look = async (): Promise<void> => (await readImageStack(sourceOfBytes("looked-at.h5", bytes))).close();
  for (let round = 0; round < 3; round++) {
    await look();
    await look();
    const stack = await readImageStack(sourceOfBytes("read.h5", bytes));
    expect(Array.from((await stack.frame(0)).values)).toEqual(Array.from(frame.values));
    stack.close();
  }
});
