/** What the actions over a study share: it is run where that is not done, and the results of its frames are read. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import { readStudy, runStudy } from "@thioscope/study";
import type { CommandIo } from "../../command.ts";

export interface FrameResult {
  readonly source: string;
  /** folder of the result */
  readonly folder: string;
}

/** Runs the study and gives the results of a step, one per source of frames. */
export async function resultsOf(folder: string, step: "xrd.map" | "xrd.stress", io: CommandIo): Promise<readonly FrameResult[]> {
  const study = await readStudy(folder);
  if (!study.steps.some(({ name }) => name === step))
    throw new ThioscopeError("USAGE", `the study has no step ${step}: name it under steps`, { file: join(study.root, "study.yaml") });
  const { index } = await runStudy(study, { context: io.task });
  const frames = index.sources.filter(({ kind }) => kind === "frames");
  for (const { name, errors } of frames)
    for (const error of errors) io.hint(`failed: ${name}, step ${error.step}: ${error.message} [${error.code}]`);
  const found = frames.flatMap(({ name, results }) => {
    const result = results[step];
    return result === undefined ? [] : [{ source: name, folder: join(study.root, "results", result) }];
  });
  if (found.length === 0) {
    const why = frames.flatMap(({ name, errors }) => errors.map((e) => `${name}: ${e.message}`)).join("; ");
    throw new ThioscopeError("STEP_FAILED", `no source of frames has a result of ${step}${why ? ` (${why})` : ""}`, {
      file: join(study.root, "study.yaml"),
    });
  }
  return found;
}

export async function jsonOf<T>({ folder }: FrameResult, name: string): Promise<T> {
  return JSON.parse(await readFile(join(folder, name), "utf8")) as T;
}
