/** thioscope run: the steps of a study, then its report. */
import { join } from "node:path";
import { quantity, ThioscopeError } from "@thioscope/core";
import { makeReport, readStudy, runStudy } from "@thioscope/study";
import { writeAtomic } from "@thioscope/study/files";
import type { Command } from "../command.ts";
import { ENGINE_OPTION, engineOf, SLURM_OPTIONS } from "../engineOptions.ts";
import { count } from "../inputs.ts";

export const command: Command = {
  name: "run",
  summary: "the steps of a study, with results, provenance and a report",
  usage:
    "thioscope run DIR [--engine inline|threads|slurm] [--force] [--host USER@HOST] [--partition P] [--account A] [--time T] [--memory M] [--throttle N]",
  about:
    "Runs the steps of DIR/study.yaml. Each result lies in DIR/results/STEP/HASH with run.json: inputs with hashes,\n" +
    "parameters, constants, versions, time. What has been computed is not computed again; an interrupted run goes on.\n" +
    "Then writes DIR/report.html, one file that needs nothing else. All engines give the same bytes.\n\n" +
    "slurm: tasks become job arrays of a cluster that shares the folder of the study, submitted here or through ssh. What failed is tried\n" +
    "again; Ctrl-C takes the jobs back; a run that was lost goes on with what lives when it is started again.",
  options: {
    engine: ENGINE_OPTION,
    force: { type: "boolean", help: "compute again even what is done" },
    ...SLURM_OPTIONS,
  },
  examples: [
    "thioscope run beamtime",
    "thioscope run beamtime --engine threads",
    "thioscope run beamtime --engine slurm --host me@login.cluster --partition day --time 30 --memory 4G --throttle 64",
  ],
  async run(words, options, io) {
    const [folder] = words;
    if (folder === undefined || words.length > 1) throw new ThioscopeError("USAGE", `one folder is needed. Usage: ${command.usage}`);
    const { engine, slurm } = engineOf(options);
    const began = performance.now();
    const study = await readStudy(folder);
    const done = await runStudy(study, {
      engine,
      slurm,
      force: options.force === true,
      context: io.task,
      onStep: ({ step, computed, reused, failed, seconds, rows }) => {
        const rate = rows > 0 && seconds > 0 ? `  ${Math.round(rows / seconds / 1000).toLocaleString("en")} k rows/s` : "";
        const bad = failed > 0 ? `, ${failed} failed` : "";
        io.say(`  ${step.padEnd(7)} ${computed} computed, ${reused} reused${bad}  ${seconds.toFixed(2)} s${rate}`);
      },
    });
    for (const path of done.changed) io.hint(`warning: ${path} has changed since the last run; raw files are not meant to change`);
    const failed = done.index.files.filter((f) => f.error !== null);
    for (const file of failed) io.hint(`failed: ${file.path}, step ${file.error?.step}: ${file.error?.message} [${file.error?.code}]`);
    const refused = done.index.sources.flatMap(({ name, errors }) => errors.map((error) => ({ name, ...error })));
    for (const { name, step, message, code } of refused) io.hint(`failed: source ${name}, step ${step}: ${message} [${code}]`);
    const report = done.index.story === null ? null : join(study.root, "report.html");
    if (report !== null) {
      await writeAtomic(report, await makeReport(study.root));
      io.say(`Report: ${report}`);
    }
    const seconds = (performance.now() - began) / 1000;
    io.say(`${count(done.index.files.length, "file")}, ${seconds.toFixed(1)} s`);
    const steps = done.steps.map(({ seconds: s, ...step }) => ({ ...step, duration: quantity(s, "s") }));
    io.result({ study: folder, report, steps, files: done.index.files, changed: done.changed, duration: quantity(seconds, "s") });
    if (failed.length > 0) {
      throw new ThioscopeError("STEP_FAILED", `${failed.length} of ${done.index.files.length} files failed; the others are done`, {
        file: join(study.root, failed[0]!.path),
      });
    }
    if (refused.length > 0) {
      const what = refused.map(({ name, step }) => `${step} of ${name}`).join(", ");
      throw new ThioscopeError("STEP_FAILED", `${what} failed; everything else is done`, { file: join(study.root, "study.yaml") });
    }
  },
};
