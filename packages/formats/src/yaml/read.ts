/** YAML as plain data whose every value can be found again in the text. Every mistake has the file, its line and column. */
import { type ErrorCode, ThioscopeError } from "@thioscope/core";
import { LineCounter, parseDocument } from "yaml";
import { byteOffset, type Places, placesOf } from "./place.ts";

/** What is written by hand is a page of text; more than this is something else. */
const MOST_CHARACTERS = 1_000_000;
/** Aliases that stand for one another multiply. */
const MOST_ALIASES = 100;

/** @throws ThioscopeError `code` where the text is too long, no YAML or no plain document */
export function readYaml(text: string, file: string, code: ErrorCode): { data: unknown; places: Places } {
  if (text.length > MOST_CHARACTERS)
    throw new ThioscopeError(code, `${text.length} characters: such a file has at most ${MOST_CHARACTERS} characters`, { file });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: "1.2", prettyErrors: false });
  const places = placesOf(text, document, lines, file, code);
  const [broken] = document.errors;
  if (broken) {
    const { line, col } = lines.linePos(broken.pos[0]);
    const offset = byteOffset(text, broken.pos[0]);
    throw new ThioscopeError(code, `not valid YAML: ${broken.message}`, { file, offset, line, column: col });
  }
  try {
    return { data: document.toJS({ maxAliasCount: MOST_ALIASES }), places };
  } catch (error) {
    throw new ThioscopeError(code, `not a plain document: ${(error as Error).message}`, { file, line: 1 }, error);
  }
}
