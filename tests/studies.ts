/** For tests: studies in a folder that is thrown away, with raw files whose capacities follow from algebra. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StudyRun } from "@thioscope/study";

/**
 * Battery Data Format CSV: `cycles` times one hour of charge at 1 mA (1 mAh) from 2 to 3 V, then a discharge at 1 mA
 * from 3 to 2 V whose length falls by 1 % of the first one per cycle: 0.9 mAh × (1 − 0.01 k).
 */
export function cyclingCsv(cycles: number, rowsPerHalf = 60): string {
  const lines = ["Test Time / s,Voltage / V,Current / A"];
  let time = 0;
  const half = (ampere: number, seconds: number, from: number, to: number): void => {
    for (let i = 0; i <= rowsPerHalf; i++) {
      const part = i / rowsPerHalf;
      lines.push(`${(time + part * seconds).toFixed(6)},${(from + part * (to - from)).toFixed(6)},${ampere}`);
    }
    time += seconds;
    // the current is switched off before it turns round
    lines.push(`${(time + 1e-6).toFixed(6)},${to},0`);
    time += 10;
    lines.push(`${time.toFixed(6)},${to},0`);
    time += 1e-6;
  };
  for (let k = 0; k < cycles; k++) {
    half(0.001, 3600, 2, 3);
    half(-0.001, 0.9 * 3600 * (1 - 0.01 * k), 3, 2);
  }
  return `${lines.join("\n")}\n`;
}

export async function testStudy(files: Record<string, string>, yaml: string): Promise<{ root: string; remove: () => Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), "thioscope-run-"));
  await mkdir(join(root, "raw"));
  for (const [name, content] of Object.entries(files)) await writeFile(join(root, name), content);
  await writeFile(join(root, "study.yaml"), yaml);
  return { root, remove: () => rm(root, { recursive: true, force: true }) };
}

/** Every result file of a study with its hash, run.json (which holds times) apart. */
export function outputs(root: string): Record<string, string> {
  const names = readdirSync(join(root, "results"), { recursive: true, encoding: "utf8" }).filter((n) =>
    /\.(parquet|json|h5|bin|poni)$/.test(n),
  );
  return Object.fromEntries(
    names
      .filter((n) => !n.endsWith("run.json") && n !== "index.json")
      .sort()
      .map((n) => [
        n,
        createHash("sha256")
          .update(readFileSync(join(root, "results", n)))
          .digest("hex"),
      ]),
  );
}

/** Per step: how many results were computed, how many found. */
export const counts = (done: StudyRun): [string, number, number][] => done.steps.map((s) => [s.step, s.computed, s.reused]);
