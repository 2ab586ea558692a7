/**
 * What the HDF5 library has seen of damaged files must not show in a sound one: it keeps its memory between files, and wrote past its own in some of
 * the campaign's cases. A few hundred damaged files in every run, some thousands with THIOSCOPE_LONG=1; the campaign (`npm run fuzz`) asks the same after
 * every 500 of the 100,000 cases of each HDF5 reader.
 */
import { readImageStack, sourceOfBytes, writeNexus } from "@thioscope/formats";
import { expect, test } from "vitest";
import { caseMaker } from "./campaign/cases.ts";
import { isCoded, seedsOf, soundHdf5, sourceFor, TARGETS } from "./campaign/targets.ts";

const CASES = process.env.THIOSCOPE_LONG === "1" ? 3000 : 300;

test("a sound file is read after damaged ones as before them", { timeout: 1_200_000 }, async () => {
  const before = await soundHdf5();
  const target = TARGETS["tomography"]!;
  const make = caseMaker("tomography", target, await seedsOf(target));
  for (let n = 0; n < CASES; n++) {
    try {
      await target.read(sourceFor(target, make(n)), n);
    } catch (error) {
      expect(isCoded(error), `case ${n}: ${String(error)}`).toBe(true);
    }
    if (n % 50 === 49) expect(await soundHdf5(), `after case ${n}`).toBe(before);
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
