/** Puts a part into a story: the rows it names get their file; numbers that JSON could not hold come back. */
import type { PlacedPart, Sentence, StoryFile } from "../model.ts";
import type { Part } from "./model.ts";

/** The part with the place of its cycler's file; row ranges then name that file. */
export function placePart(part: Part, files: readonly StoryFile[]): PlacedPart {
  const found = part.run === null ? -1 : files.findIndex(({ hash }) => hash === part.run);
  const runFile = found < 0 ? null : found;
  const place = (sentence: Sentence): Sentence => ({
    ...sentence,
    parts: sentence.parts.map((piece) => {
      if (typeof piece === "string" || !piece.from) return piece;
      const { from, ...rest } = piece;
      // rows of a file that is not shown lead nowhere
      return runFile === null ? rest : { ...rest, from: { ...from, file: runFile } };
    }),
  });
  return { ...part, sentences: part.sentences.map(place), runFile };
}

/**
 * The same with NaN where a list of numbers holds null: JSON has no NaN, and in a map it means "not measured". Lists
 * are taken for numbers if they hold numbers and null only, and at least one number.
 */
export function withMissing<T>(value: T): T {
  return revived(value) as T;
}

function revived(value: unknown): unknown {
  if (Array.isArray(value)) {
    const list = value as unknown[];
    const hasNumber = list.some((item) => typeof item === "number");
    if (hasNumber && list.every((item) => item === null || typeof item === "number")) {
      return list.includes(null) ? list.map((item) => item ?? Number.NaN) : list;
    }
    return list.map(revived);
  }
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, revived(item)]));
}
