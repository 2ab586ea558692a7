/** Where a study answers the truths of its virtual campaign (YAML). Every mistake is ANSWERS_INVALID with file and line. */
import { checkStructure, readYaml, type Schema } from "../yaml/index.ts";
import answersSchema from "./answers.schema.json" with { type: "json" };

/** The JSON Schema (draft 07) of a list of answers, for editors. */
export const ANSWERS_SCHEMA: Readonly<Record<string, unknown>> = answersSchema;

export interface AnswerPlace {
  truth: string;
  step: string;
  /** null: of the whole study; undefined: the only source, or the raw file named */
  source?: string | null;
  /** of a step per file */
  raw?: string;
  file: string;
  path: string;
  sigma: string | null;
  factor: number;
}

/** @throws ThioscopeError ANSWERS_INVALID with the place in the file */
export function readAnswers(text: string, fileName: string): AnswerPlace[] {
  const { data, places } = readYaml(text, fileName, "ANSWERS_INVALID");
  if (!Array.isArray(data)) places.fail([], "a file of answers is a list");
  checkStructure(data, answersSchema as unknown as Schema, places);
  const seen = new Set<string>();
  return (data as (Pick<AnswerPlace, "truth" | "step" | "path"> & Partial<AnswerPlace>)[]).map((answer, i) => {
    if (seen.has(answer.truth)) places.fail([i, "truth"], `"${answer.truth}" is answered twice`);
    seen.add(answer.truth);
    return { ...answer, file: answer.file ?? "part.json", sigma: answer.sigma ?? null, factor: answer.factor ?? 1 };
  });
}
