/**
 * bzip2 unpacked beside the library that packed it (Python's bz2, libbzip2 1.0.8): small, several blocks, several streams, long runs, all bytes; damaged and cut.
 */
import { ThioscopeError } from "@thioscope/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readTrajectory } from "../trajectory/readTrajectory.ts";
import { bunzip2 } from "./bunzip2.ts";
import { sourceOfBytes } from "./source.ts";

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

const HEAD = "t\n1.0\n10 0 0\n0 10 0\n0 0 10\nNa Cl\n1 1\n";
/** HEAD and three frames. */
const SMALL = bytesOf(
  "QlpoOTFBWSZTWZmg2ugAAJXdgBgQQAF/AgwBK6WWACAAkRn6kwAAAARSNKek00yAwRW0REAF8MOkVk15pNikXQzcWowwMhIhah6u1qCEmVSkXpECEgh2dGzk5ujoYdSCMWpDEA7syHvlq6tGzw7vl2duRs8P5/DyjI6PC7kinChITNBtdAA=",
);
const EMPTY = bytesOf("QlpoORdyRThQkAAAAAA=");
/** HEAD and one frame 4000 times, 412 kB in blocks of 100 kB. */
const BLOCKS = bytesOf(
  "QlpoMTFBWSZTWSCdzw8AvMXdgBgQQAF/AgwBK6WWADABeA1CjQ0AAAAmqqaAAAGTQKVE0pk0YgGTRtUkN1AS8qkhpSQy/PGdaUkM7yBLpUkONSQ1KSGFJDBSQ0aUBLfL44VJDbYoCWnLZnHDOMKAlooCXqpIdVJDepIc1JDopIdVJDPWpIcfNhjkoCXepIbbCkPnxUkNokq+CSrASVaxJVkJB3qSHvUkO1SQ7eFSQ3ElWQkqzElWAkqx0iSrESVZiSr+YoKyTKaz38mhzgBJxrsAMCCAAv4ECABXQywAYAKwAKAAaBkyCgAGgZMgKVVP9U1PU0zKGmmaTlUkPeIEtakhoqSHKQJbVJDM1qSGFJDMqSGKkhkQJcVJDVECWRAl7IgS6VJDepIc6kh1UkNqkhvUkNqkhvECXipIb1JDipIbVJDvUkMqSGlSQ81JDxUkPypId6khwqSGlSQ81JD1UkMqSGVJDipIeqkh/mKCskymsgizRRYArZK7ADAggAL+BAgAV0MsAGAC8BqigAGgZMgTVVPU0DRoA0ApSqek9TQ/SjEHqNqkh5xAlupIdKkhmVJDaQJaqSG6khtKSGVJDFSQzaIEuakhuiBLyUkMxFKTIgSzIgS9qkhxUkOqkh71JDVSQ4qSGqkhxECX5UkNVJDmpIaqSV6ElWBJVkJKtRJV8CQ7VJD6qSHKpIdKklaiSr8JKsCSrAkq+hIf1SQ/zFBWSZTWYiMGYgAJINdgBgQQAF/AgQAK6GWADABUARQADQMmQJqqNJpNPFAw0hQADQMmRgil0qSDUilpUKWFSDcilqRSxUKWVCllUKWBSDkilqRS0ypEowKQZVSQfNClxQpfFCltQpb0KXFCluRS4qSDyRS2IpckUtyKXcilmRS0IpeiKXkil+EUu5FLmIpaEUvRFL2RSzIpZkUuSKXsil8XckU4UJA7Qmd4",
);
/** 70,000 a, 259 b, 3 c, ab four times, every byte in turn four times. */
const RUNS = bytesOf(
  "QlpoOTFBWSZTWVH2ihQAAUv/////////////////////////////////////////////wAI8AACTAATAAEwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAASYACYAAmAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACTAATAAEwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACqpRqaABMAAAAATBMmTBGTAAAABMAIYJg1MEZMjTACYAAAAAAAAJgExMJkDATTAGlrioIaHIRFiIIuRgjJGiNkcI6R4j5ICQnwEiJGSQkpJiTkoJSSolZLCWkuJeTAmJMiZk0JqTYm5OCck6J2TwnpPiflAKCUI+EoZRCilGKOfEUgpJ8ZSilnyFMKaU4p5UD5T5iolSPnKmVQqpVirlYKyVorZXCuleK+WAsJYixlkLKWYs5aC0lqPYgIBa7aggIBbILdbiEQIBChoIZERMOhENELfDkOfQXAuJci5l0LqXYu5eC8n0n1H1l6L2Xwvpfj7C/mAMCYIwZLIklx9phDCmGMOYg+4+8xJij8DFmMPxPyMafmY4x5kDImSMmZQypljLn6GYMyZozZnDOmeM+aA0JojRmkNKaY05qDUmqNWaw1prjXmwNibI2ZtDam2Nubg3Jujdm8N6b435wDgnCOGcQ4pxjjnIOSco5ZzD9TmnOOedA6J0jpnUP2OqdY65+52DsnaO2fwdw7p/J/R/Z/h/p3jvngPCeI8Z5D/jyn/nmPOeg9J6j1mBQEAynsMue09xFHvF3JFOFCQUfaKFA",
);

async function unpack(packed: Uint8Array, piece = 1 << 20): Promise<Uint8Array> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let k = 0; k < packed.length; k += piece) yield packed.slice(k, k + piece);
  }
  const parts: Uint8Array[] = [];
  for await (const part of bunzip2(chunks())) parts.push(part.slice());
  const out = new Uint8Array(parts.reduce((sum, p) => sum + p.length, 0));
  parts.reduce((at, p) => {
    out.set(p, at);
    return at + p.length;
  }, 0);
  return out;
}

const text = (bytes: Uint8Array): string => new TextDecoder("latin1").decode(bytes);

test("nothing, one block, several blocks", async () => {
  expect(await unpack(EMPTY)).toHaveLength(0);
  expect(text(await unpack(SMALL))).toMatch(/^t\n1\.0\n.*0\.30000002\n {2}0\.40000000 {2}0\.50000000 {2}0\.60000000\n$/s);
  const frame = "Direct configuration=      1\n  0.10000000  0.20000000  0.30000000\n  0.40000000  0.50000000  0.60000000\n";
  expect(text(await unpack(BLOCKS))).toBe(HEAD + frame.repeat(4000));
});

test("runs of every length and all bytes", async () => {
  const all = String.fromCharCode(...Array.from({ length: 256 }, (_, k) => k)).repeat(4);
  // latin1 as browsers have it renames some bytes: compared as bytes
  const wanted = Uint8Array.from(`${"a".repeat(70_000)}${"b".repeat(259)}ccc${"ab".repeat(4)}${all}`, (c) => c.charCodeAt(0));
  expect(await unpack(RUNS)).toEqual(wanted);
});

test("streams that follow one another are one", async () => {
  const two = new Uint8Array([...SMALL, ...EMPTY, ...RUNS]);
  expect((await unpack(two)).length).toBe((await unpack(SMALL)).length + 70_000 + 259 + 3 + 8 + 1024);
});

test("chunks of any size give the same", async () => {
  const whole = await unpack(BLOCKS);
  for (const piece of [1, 7, 64, 100_000]) expect(await unpack(BLOCKS, piece)).toEqual(whole);
});

test("cut anywhere it is FILE_CUT or FILE_DAMAGED; a flipped bit is never taken for data", async () => {
  const whole = text(await unpack(SMALL));
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: SMALL.length - 1 }), fc.integer({ min: 0, max: 7 }), async (at, bit) => {
      const cut: unknown = await unpack(SMALL.slice(0, at)).catch((e: unknown) => e);
      expect(cut).toBeInstanceOf(ThioscopeError);
      const flipped = SMALL.slice();
      flipped[at]! ^= 1 << bit;
      const found: unknown = await unpack(flipped).catch((e: unknown) => e);
      // bits that pad the last byte, and the size of blocks where it is larger than needed, mean nothing
      if (found instanceof Uint8Array) expect(text(found)).toBe(whole);
      else expect(found).toBeInstanceOf(ThioscopeError);
    }),
    { seed: 6, numRuns: 200 },
  );
});

test("a trajectory packed with bzip2 is read frame by frame", async () => {
  const { format, frames } = await readTrajectory(sourceOfBytes("XDATCAR.bz2", BLOCKS), { frame: () => true });
  expect([format, frames]).toEqual(["xdatcar", 4000]);
});
