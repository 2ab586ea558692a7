/** A cycler that writes while it is watched: half rows, files that arrive late, and at the end the bytes of a plain run. */
import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cyclingCsv, outputs, testStudy } from "../../../tests/studies.ts";
import { readIndex } from "./results.ts";
import { runStudy } from "./run.ts";
import { readStudy } from "./studyFile.ts";
import { verifyStudy } from "./verify.ts";
import { type WatchRound, watchStudy } from "./watch.ts";

const YAML = "title: live\nsources: { a: 'raw/*.csv' }\nsteps: [cycles, story]\n";
const WHOLE = cyclingCsv(3);

test("rounds follow a growing file and a new one; when both are whole the results are those of a run", async () => {
  const { root, remove } = await testStudy({ "raw/a.csv": WHOLE.slice(0, 3000) }, YAML);
  const stop = new AbortController();
  const rounds: WatchRound[] = [];
  // each round lets the experiment go on: in the middle of a row, then of a number, then to the end
  const next: (() => Promise<void>)[] = [
    () => appendFile(join(root, "raw/a.csv"), WHOLE.slice(3000, 9007)),
    () => appendFile(join(root, "raw/a.csv"), WHOLE.slice(9007)),
    () => writeFile(join(root, "raw/b.csv"), cyclingCsv(5)),
  ];
  await watchStudy(root, {
    every: 20,
    settle: 200,
    context: { progress() {}, signal: stop.signal },
    async onRound(round) {
      rounds.push(round);
      // nothing could be read yet: half a row is no table
      const wrong =
        round.run === null ? [] : (await verifyStudy(root, { sample: 0 })).findings.filter(({ code }) => !code.startsWith("raw-"));
      expect(wrong).toEqual([]);
      const go = next.shift();
      if (go) await go();
      else if (round.young.length === 0) stop.abort();
    },
  });
  expect(rounds.length).toBeGreaterThanOrEqual(4);
  const index = (await readIndex(root))!;
  expect(index.files.map(({ path, error }) => [path, error])).toEqual([
    ["raw/a.csv", null],
    ["raw/b.csv", null],
  ]);
  const plain = await testStudy({ "raw/a.csv": WHOLE, "raw/b.csv": cyclingCsv(5) }, YAML);
  await runStudy(await readStudy(plain.root));
  const there = outputs(root);
  for (const [name, hash] of Object.entries(outputs(plain.root))) expect(there[name], name).toBe(hash);
  await remove();
  await plain.remove();
});

test("a growing file that cannot be read keeps what was read of it", async () => {
  const { root, remove } = await testStudy({ "raw/a.csv": WHOLE }, YAML);
  const growing = new Set(["raw/a.csv"]);
  await runStudy(await readStudy(root));
  const before = (await readIndex(root))!.files[0]!;
  await writeFile(join(root, "raw/a.csv"), "");
  const { index, steps, changed } = await runStudy(await readStudy(root), { growing });
  expect(index.files[0]).toEqual(before);
  expect([changed, steps.map(({ failed }) => failed)]).toEqual([[], steps.map(() => 0)]);
  const plain = await runStudy(await readStudy(root)).catch((error: { code: string }) => error.code);
  expect(plain).toBe("STEP_FAILED");
  await remove();
});

test("a file that changes between its hash and its reading gives no result of a wrong name", async () => {
  const { root, remove } = await testStudy({ "raw/a.csv": WHOLE, "raw/b.csv": WHOLE.slice(0, 5000) }, YAML);
  let grown = false;
  const { index } = await runStudy(await readStudy(root), {
    // progress is told between hashing and the end of the first task
    context: {
      progress(_done, _total, label) {
        if (grown || !label.startsWith("read")) return;
        grown = true;
        void appendFile(join(root, "raw/b.csv"), WHOLE.slice(5000));
      },
    },
  });
  expect(index.files.map(({ error }) => error?.code ?? null)).toEqual([null, "FILE_CUT"]);
  await remove();
});
