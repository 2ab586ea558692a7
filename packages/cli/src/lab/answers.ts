/** What a study answers to the truths of its campaign: each answer looked up in the results of the last run. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import type { RecoveredContent } from "@thioscope/core/story";
import { type AnswerPlace, readAnswers } from "@thioscope/formats";
import { readIndex, type StudyIndex } from "@thioscope/study";
import type { LabTruth } from "@thioscope/virtual";
import { pick } from "./pick.ts";

type Row = RecoveredContent["rows"][number];

/** A row per truth. @throws ThioscopeError NOT_COMPUTABLE where the study has not been run, ANSWERS_INVALID */
export async function answersOf(folder: string, truths: readonly LabTruth[]): Promise<Row[]> {
  const index = await readIndex(folder);
  if (!index) throw new ThioscopeError("NOT_COMPUTABLE", `the study has not been run: thioscope run ${folder}`, { file: folder });
  const file = join(folder, "answers.yaml");
  const places = new Map(readAnswers(await readFile(file, "utf8"), "answers.yaml").map((place) => [place.truth, place]));
  const read = new Map<string, Promise<unknown>>();
  const open = (path: string): Promise<unknown> => {
    const known = read.get(path) ?? readFile(join(folder, "results", path), "utf8").then((text) => JSON.parse(text) as unknown);
    read.set(path, known);
    return known;
  };
  return await Promise.all(
    truths.map(async ({ key, what, unit, value }): Promise<Row> => {
      const place = places.get(key);
      const row = { key, what, unit, truth: value };
      const none = (why: string): Row => ({ ...row, found: null, sigma: null, why });
      if (!place) return none("answers.yaml names no place for it");
      const result = resultOf(index, place);
      if (result === undefined) return none(`${place.step} has no result`);
      const data = await open(`${result}/${place.file}`).catch(() => undefined);
      if (data === undefined) return none(`${place.step} has no ${place.file}`);
      return { ...row, ...answerAt(data, place, unit) };
    }),
  );
}

function resultOf({ files, sources, ofStudy }: StudyIndex, { step, source, raw }: AnswerPlace): string | undefined {
  const results = (list: readonly { results: Readonly<Record<string, string>> }[]): string | undefined =>
    list.map((one) => one.results[step]).find((result) => result !== undefined);
  if (raw !== undefined) return results(files.filter(({ path }) => path === raw || path.endsWith(`/${raw}`)));
  if (source === null) return (ofStudy as Readonly<Record<string, string>>)[step];
  if (source !== undefined)
    return results([...sources.filter(({ name }) => name === source), ...files.filter((file) => file.source === source)]);
  return (ofStudy as Readonly<Record<string, string>>)[step] ?? results(sources) ?? results(files);
}

function answerAt(data: unknown, { path, sigma, factor }: AnswerPlace, unit: string): Pick<Row, "found" | "sigma" | "why"> {
  const none = (why: string): Pick<Row, "found" | "sigma" | "why"> => ({ found: null, sigma: null, why });
  const at = pick(data, path);
  if ("missing" in at) return none(at.missing);
  const found = at.found;
  if (typeof found === "number") {
    const spread = sigma === null ? { found: null } : pick(data, sigma);
    const error = "found" in spread && typeof spread.found === "number" ? spread.found * Math.abs(factor) : null;
    return { found: found * factor, sigma: error, why: null };
  }
  if (found === null || typeof found !== "object") return none(`${path} is no number`);
  const answer = found as { value?: number; sigma?: number | null; unit?: string; notComputable?: string };
  if (answer.notComputable !== undefined) return none(answer.notComputable);
  if (typeof answer.value !== "number") return none(`${path} is no number`);
  if (factor === 1 && (answer.unit ?? "") !== unit)
    return none(`answered in ${answer.unit || "no unit"}, the truth is in ${unit || "no unit"}`);
  return { found: answer.value * factor, sigma: typeof answer.sigma === "number" ? answer.sigma * Math.abs(factor) : null, why: null };
}
