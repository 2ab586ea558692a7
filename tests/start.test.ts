/** `npm start` where nobody looks (no terminal, CI=1): it ends after the report. The virtual cycler knows the truth. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { storyOfReport } from "@thioscope/study";
import { VIRTUAL_CELLS } from "@thioscope/virtual";
import { expect, test } from "vitest";
import { cyclingCsv } from "./studies.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const hasPage = existsSync(join(root, "packages/web/dist/report.js"));

function start(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, CI: "1", INIT_CWD: root };
    execFile(process.execPath, ["--conditions=source", join(root, "scripts/start.ts"), ...words], { env }, (error, out, err) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, out, err });
    });
  });
}

interface ShownStory {
  cell: { name: string } | null;
  parts: { kind: string; claims?: { id: string; verdict: string }[] }[];
  files: { name: string; cycleTable: { dischargeCapacity: { value: number } }[]; bases: { unit: string; factor: number }[] }[];
}

function storyOf(out: string): ShownStory {
  const html = readFileSync(/^Report: (.+)$/m.exec(out)?.[1] ?? "", "utf8");
  return JSON.parse(storyOfReport(html)) as ShownStory;
}

test.skipIf(!hasPage)("the operando study is run and recovers what the virtual cell gave", { timeout: 600_000 }, async () => {
  const { code, out, err } = await start();
  expect([code, err]).toEqual([0, ""]);
  const { cell, files, parts } = storyOf(out);
  expect(cell?.name).toBe("S|NPS operando, 80 °C");
  const laboratory = files.find(({ name }) => name === "laboratory.mpt")!;
  const perGram = laboratory.bases.find((b) => b.unit === "mAh/g")?.factor ?? Number.NaN;
  const [first, last] = VIRTUAL_CELLS["na-s-nps"].protocol[0]!.dischargeMilliampereHourPerGram;
  const capacities = laboratory.cycleTable.map((c) => c.dischargeCapacity.value * perGram);
  expect(capacities).toHaveLength(5);
  // the virtual instrument's gain errs by 0.1 % and a few rows are dropped
  expect(Math.abs(capacities[0]! / first - 1)).toBeLessThan(0.004);
  expect(Math.abs(capacities[4]! / last - 1)).toBeLessThan(0.004);
  // two claims that only this run asks (tests/golden/auditChecks.test.ts)
  const claims = parts.find(({ kind }) => kind === "audit")?.claims;
  for (const slow of ["NaS-pathway", "NaS-scan-geometry"]) expect(claims?.find(({ id }) => id === slow)?.verdict, slow).toBe("recovered");
  // the campaign's truth was sealed while the study ran; most of it is found within two standard errors
  const [, found, all] = /(\d+) of (\d+) truths of the campaign recovered/.exec(out)!;
  expect(Number(found)).toBeGreaterThanOrEqual(0.6 * Number(all));
});

test.skipIf(!hasPage)("a file of one's own becomes a report; what cannot be read ends with exit code 2 and no stack trace", async () => {
  const folder = await mkdtemp(join(tmpdir(), "thioscope-start-"));
  try {
    await writeFile(join(folder, "mine.csv"), cyclingCsv(2));
    const good = await start(join(folder, "mine.csv"));
    expect([good.code, good.err]).toEqual([0, ""]);
    expect(storyOf(good.out).files[0]?.cycleTable).toHaveLength(2);
    await rm(dirname(dirname(/^Report: (.+)$/m.exec(good.out)?.[1] ?? "")), { recursive: true });
    await writeFile(join(folder, "other.txt"), "nothing of ours\n");
    const bad = await start(join(folder, "other.txt"));
    expect(bad.code).toBe(2);
    expect(bad.err).toMatch(/other\.txt.*\[USAGE\]/);
    expect(bad.err).not.toContain("    at ");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
