/** What `evidence` and `events` share: the part of a study's step, and its sentences as text. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { formatQuantity, ThioscopeError } from "@thioscope/core";
import type { PartOf, Sentence } from "@thioscope/core/story";
import { readStudy, runStudy } from "@thioscope/study";
import type { CommandIo } from "../command.ts";

export type EvidencePart = PartOf<"evidence">;

export const isFolder = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined))?.isDirectory() ?? false;

/** Runs the study as far as it is not done, and reads the part. */
export async function studyPart(folder: string, step: "evidence" | "events", io: CommandIo): Promise<EvidencePart> {
  const study = await readStudy(folder);
  if (!study.steps.some(({ name }) => name === step))
    throw new ThioscopeError("INVALID_INPUT", `the study has no step "${step}": add "- ${step}" to its steps`, {
      file: join(folder, "study.yaml"),
    });
  const { index } = await runStudy(study, { context: io.task });
  const result = index.ofStudy[step]!;
  return JSON.parse(await readFile(join(study.root, "results", result, "part.json"), "utf8")) as EvidencePart;
}

export function sentenceText({ parts }: Sentence): string {
  return parts
    .map((piece) => (typeof piece === "string" ? piece : `${formatQuantity(piece.quantity)}${piece.note ? ` [${piece.note}]` : ""}`))
    .join("");
}
