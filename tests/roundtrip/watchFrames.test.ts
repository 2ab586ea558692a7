/** A beam time that is watched while its detector writes: frames arrive, one of them in two halves; at the end stand the bytes of a plain run. */
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readStudy, runStudy, verifyStudy, type WatchRound, watchStudy } from "@thioscope/study";
import { beamtimeFiles, virtualBeamtime } from "@thioscope/virtual";
import { afterEach, expect, test } from "vitest";
import { outputs } from "../studies.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "thioscope-live-"));
  folders.push(made);
  return made;
}
function put(root: string, path: string, bytes: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), bytes);
}

test("frames that arrive are taken in when they are whole", { timeout: 240_000 }, async () => {
  const experiment = virtualBeamtime({
    size: 96,
    pixelMicrometre: 2133,
    widthDegree: 0.16,
    positions: 3,
    firstMicrometre: 925,
    firstScan: 18,
    scans: 2,
    seed: "live",
  });
  const [plain, live] = [folder(), folder()];
  const frames: { path: string; bytes: string | Uint8Array }[] = [];
  for await (const file of beamtimeFiles(experiment, "tiff")) {
    const content =
      file.path === "study.yaml"
        ? Buffer.from(file.bytes)
            .toString()
            .replace(/^steps:[\s\S]*$/m, "steps: [xrd.integrate]\n")
        : file.bytes;
    put(plain, file.path, content);
    if (file.path.endsWith(".tif")) frames.push(file);
    else put(live, file.path, content);
  }
  await runStudy(await readStudy(plain));
  const [last, ...first] = [frames.at(-1)!, ...frames.slice(0, -1)];
  for (const frame of first.slice(0, 3)) put(live, frame.path, frame.bytes);
  const bytes = last.bytes as Uint8Array;
  // while it is young the frame is left out; the round that left it out lets the detector write the rest
  const half = bytes.length >> 1;
  const next: { isDue: (young: readonly string[]) => boolean; go: () => void }[] = [
    {
      isDue: (young) => young.length === 0,
      go() {
        for (const frame of first.slice(3)) put(live, frame.path, frame.bytes);
        put(live, last.path, bytes.subarray(0, half));
      },
    },
    { isDue: (young) => young.includes(last.path), go: () => appendFileSync(join(live, last.path), bytes.subarray(half)) },
  ];
  const stop = new AbortController();
  const rounds: WatchRound[] = [];
  let seen = 0;
  await watchStudy(live, {
    every: 20,
    settle: 300,
    context: { progress() {}, signal: stop.signal },
    async onRound(round) {
      rounds.push(round);
      if (round.run) {
        const now = round.run.index.sources.flatMap(({ files }) => files).length;
        expect(now).toBeGreaterThanOrEqual(seen);
        seen = now;
        // a frame of which half is there is never taken for one
        expect(round.run.index.sources.flatMap(({ errors }) => errors)).toEqual([]);
        expect((await verifyStudy(live, { sample: 0 })).findings.filter(({ code }) => !code.startsWith("raw-"))).toEqual([]);
      }
      if (next.length === 0 && round.young.length === 0) stop.abort();
      if (next[0]?.isDue(round.young)) next.shift()!.go();
    },
  });
  expect(rounds.filter(({ run }) => run !== null).length).toBeGreaterThanOrEqual(3);
  const there = outputs(live);
  for (const [name, hash] of Object.entries(outputs(plain))) expect(there[name], name).toBe(hash);
  expect((await verifyStudy(live, { sample: 3 })).verdict).toBe("good");
});
