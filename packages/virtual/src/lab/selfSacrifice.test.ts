import { expect, test } from "vitest";
import { SELF_SACRIFICE_LAB } from "./selfSacrifice.ts";

const digest = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => (Math.imul(sum, 31) + byte) >>> 0, 7);

test("the same seed gives the same bytes and truth, another seed others; keys and paths are single", async () => {
  const [a, again, b] = [1, 1, 2].map((seed) => SELF_SACRIFICE_LAB.campaign(seed));
  expect(again!.truth).toEqual(a!.truth);
  expect(b!.truth.map(({ key }) => key)).toEqual(a!.truth.map(({ key }) => key));
  expect(b!.truth.filter(({ value }, k) => value === a!.truth[k]!.value)).toEqual([]);
  expect(new Set(a!.truth.map(({ key }) => key)).size).toBe(a!.truth.length);
  expect(new Set(a!.files.map(({ path }) => path)).size).toBe(a!.files.length);
  // one file per instrument: the whole campaign is written by the study
  for (const path of [
    "raw/cycling/NAS-C.mpt",
    "raw/eis/pellet_NAS_25C.mpt",
    "raw/tg/S@C.txt",
    "raw/xas/interlayer.xdi",
    "raw/exafs/interlayer.dat",
  ]) {
    const of = async (campaign: typeof a): Promise<number> => digest(await campaign!.files.find((file) => file.path === path)!.bytes());
    const [first, same, other] = [await of(a), await of(again), await of(b)];
    expect(same, path).toBe(first);
    expect(other, path).not.toBe(first);
  }
});
