/** The studies that ship with the project: their virtual raw files put in place, run, reported. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { TaskContext } from "@thioscope/core";
import { isStudy, makeReport, readStudy, runStudy, writeAtomic } from "@thioscope/study";

const STUDIES = fileURLToPath(new URL("../studies/", import.meta.url));

export const OPERANDO = "na-s-operando";

/** Names of the folders that hold a study. */
export async function shippedStudies(): Promise<string[]> {
  const names: string[] = [];
  for (const name of (await readdir(STUDIES)).sort()) if (await isStudy(join(STUDIES, name))) names.push(name);
  return names;
}

/** Writes the study's virtual raw files (`virtualRaw.ts` beside study.yaml); what is there and equal is left alone. */
export async function prepareShipped(name: string): Promise<string> {
  const folder = join(STUDIES, name);
  const { virtualRaw } = (await import(pathToFileURL(join(folder, "virtualRaw.ts")).href)) as {
    virtualRaw: () => readonly { path: string; bytes: Uint8Array }[];
  };
  for (const { path, bytes } of virtualRaw()) {
    const target = join(folder, path);
    const there = await readFile(target).catch(() => undefined);
    if (!there?.equals(bytes)) await writeAtomic(target, bytes);
  }
  return folder;
}

/** Runs a study and writes its report; @returns the report's path */
export async function runAndReport(folder: string, context: TaskContext): Promise<string> {
  const study = await readStudy(folder);
  process.stdout.write(`${study.title}\n`);
  const { index } = await runStudy(study, {
    context,
    onStep: ({ step, computed, reused, seconds }) => {
      process.stdout.write(`  ${step.padEnd(8)}${computed} computed, ${reused} reused  ${seconds.toFixed(2)} s\n`);
    },
  });
  for (const file of index.files.filter((f) => f.error !== null)) process.stderr.write(`failed: ${file.path}: ${file.error?.message}\n`);
  const report = join(study.root, "report.html");
  await writeAtomic(report, await makeReport(study.root));
  process.stdout.write(`Report: ${report}\n`);
  return report;
}
