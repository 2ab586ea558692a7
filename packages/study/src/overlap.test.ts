import { expect, test } from "vitest";
import { inTurns } from "./overlap.ts";

/** Steps that end when they are told to; `log` says what began and ended, and what was told. */
function bench(mayBeginDuring: (before: string, step: string) => boolean) {
  const log: string[] = [];
  const ends = new Map<string, { resolve: (name: string) => void; reject: (error: Error) => void; handedOut: () => void }>();
  const all = inTurns(["a", "b", "c"], {
    run: (step, handedOut) => {
      log.push(`begins ${step}`);
      return new Promise<string>((resolve, reject) => ends.set(step, { resolve, reject, handedOut }));
    },
    mayBeginDuring,
    tell: (report) => log.push(`told ${report}`),
  });
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { log, ends, all, settle };
}

test("one after the other where steps need each other, though all tasks are handed out", async () => {
  const { log, ends, all, settle } = bench(() => false);
  for (const step of ["a", "b", "c"]) {
    await settle();
    ends.get(step)!.handedOut();
    await settle();
    expect(log.at(-1)).toBe(`begins ${step}`);
    ends.get(step)!.resolve(step);
  }
  await all;
  expect(log).toEqual(["begins a", "told a", "begins b", "told b", "begins c", "told c"]);
});

test("a step begins when those before have handed out their tasks; what ended first is told in the order of the steps", async () => {
  const { log, ends, all, settle } = bench((before, step) => before === "a" || step === "c");
  await settle();
  expect(log).toEqual(["begins a"]);
  ends.get("a")!.handedOut();
  await settle();
  ends.get("b")!.resolve("b");
  await settle();
  expect(log).toEqual(["begins a", "begins b", "begins c"]);
  ends.get("c")!.resolve("c");
  ends.get("a")!.resolve("a");
  await all;
  expect(log.slice(3)).toEqual(["told a", "told b", "told c"]);
});

test("a failure comes out when nothing is under way any more, and nothing begins behind it", async () => {
  const { log, ends, all, settle } = bench((before) => before === "a");
  let ended = false;
  const failure = all.catch((error: Error) => {
    ended = true;
    return error.message;
  });
  await settle();
  ends.get("a")!.handedOut();
  await settle();
  ends.get("b")!.reject(new Error("b failed"));
  await settle();
  expect(ended).toBe(false);
  ends.get("a")!.resolve("a");
  expect(await failure).toBe("b failed");
  expect(log).toEqual(["begins a", "begins b"]);
});
