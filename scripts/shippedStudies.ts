/** The studies that ship with the project: the raw files of their virtual campaigns put in place, run, compared with the truth, reported. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { TaskContext } from "@thioscope/core";
import { isStudy, makeReport, readStudy, runStudy, writeAtomic } from "@thioscope/study";
import { compareCampaign, isRecovered } from "../packages/cli/src/lab/compare.ts";
import { recipeOf, STUDIES, writeCampaign } from "../packages/cli/src/lab/folder.ts";

export const OPERANDO = "na-s-operando";
/** Of the campaign that a shipped study holds. */
const SEED = 1;

/** Names of the folders that hold a study. */
export async function shippedStudies(): Promise<string[]> {
  const names: string[] = [];
  for (const name of (await readdir(STUDIES)).sort()) if (await isStudy(join(STUDIES, name))) names.push(name);
  return names;
}

/** Writes the raw files of the study's campaign; what is there and equal is left alone. @returns the study's folder */
export async function prepareShipped(name: string, context: TaskContext): Promise<string> {
  const folder = join(STUDIES, name);
  const { files, bytes } = await writeCampaign(recipeOf(name), folder, SEED, context);
  process.stdout.write(`${name}: ${files} virtual raw files, ${(bytes / 1e6).toFixed(0)} MB\n`);
  return folder;
}

/** Runs a study and writes its report, for a virtual campaign with what was recovered of its truth; @returns the report's path */
export async function runAndReport(folder: string, context: TaskContext): Promise<string> {
  const study = await readStudy(folder);
  process.stdout.write(`${study.title}\n`);
  const { index } = await runStudy(study, {
    context,
    onStep: ({ step, computed, reused, seconds }) => {
      process.stdout.write(`  ${step.padEnd(14)}${computed} computed, ${reused} reused  ${seconds.toFixed(2)} s\n`);
    },
  });
  for (const file of index.files.filter((f) => f.error !== null)) process.stderr.write(`failed: ${file.path}: ${file.error?.message}\n`);
  for (const { name, errors } of index.sources)
    for (const { step, message } of errors) process.stderr.write(`failed: ${name}, ${step}: ${message}\n`);
  if (folder.startsWith(STUDIES)) {
    const { rows } = await compareCampaign(folder);
    process.stdout.write(
      `  ${rows.filter(isRecovered).length} of ${rows.length} truths of the campaign recovered within two standard errors\n`,
    );
  }
  const report = join(study.root, "report.html");
  await writeAtomic(report, await makeReport(study.root));
  process.stdout.write(`Report: ${report}\n`);
  return report;
}
