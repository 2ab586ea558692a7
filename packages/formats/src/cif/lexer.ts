/**
 * Tokens of STAR/CIF 1.1: reserved words, tags and values, with their lines.
 *
 * Values are bare words, 'quoted' or "quoted" strings (a quote ends only before a blank), and text fields between lines that begin with a
 * semicolon. `#` begins a comment where a token could begin. Lines end with LF, CR LF or CR.
 * (S. R. Hall et al., Acta Cryst. A47, 655 (1991); Int. Tables G, 2.2 (2006).)
 */
import { ThioscopeError } from "@thioscope/core";

type TokenKind = "data" | "save" | "loop" | "stop" | "global" | "tag" | "value" | "end";

export interface Token {
  kind: TokenKind;
  /** block name, tag or value without its quotes */
  text: string;
  /** false for a bare word: only then ? and . mean unknown and inapplicable */
  quoted: boolean;
  line: number;
}

/** Larger than any CIF of a structure; those with images or raw intensities embedded stay below. */
export const MOST_CHARACTERS = 32 * 2 ** 20;

const LF = 10;
const CR = 13;
const isBlank = (code: number): boolean => code === 32 || code === 9 || code === LF || code === CR;

/** Yields the tokens of `text`, "end" last. FILE_EMPTY, FILE_DAMAGED with the line, INVALID_INPUT above 64 M characters. */
export function* tokensOf(text: string, file: string): Generator<Token> {
  if (text.trim() === "") throw new ThioscopeError("FILE_EMPTY", "the file holds no text", { file });
  if (text.length > MOST_CHARACTERS) {
    throw new ThioscopeError("INVALID_INPUT", `a CIF of ${text.length} characters: up to ${MOST_CHARACTERS} are read`, { file });
  }
  const end = text.length;
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let line = 1;
  let lineStart = true;
  /** passes one end of line at `at`, of whatever kind */
  const newLine = (): void => {
    at += text.charCodeAt(at) === CR && text.charCodeAt(at + 1) === LF ? 2 : 1;
    line++;
    lineStart = true;
  };
  const endOfLine = (from: number): number => {
    let i = from;
    while (i < end && text.charCodeAt(i) !== LF && text.charCodeAt(i) !== CR) i++;
    return i;
  };
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code === LF || code === CR) {
      newLine();
      continue;
    }
    if (isBlank(code)) {
      at++;
      lineStart = false;
      continue;
    }
    const first = text[at]!;
    if (first === "#") {
      at = endOfLine(at);
      continue;
    }
    const opened = line;
    if (first === ";" && lineStart) {
      const from = at + 1;
      let content = "";
      let part = endOfLine(from);
      content = text.slice(from, part);
      const parts = [content];
      at = part;
      for (;;) {
        if (at >= end) {
          throw new ThioscopeError("FILE_DAMAGED", `the text field that begins in line ${opened} has no end: a line beginning with ";"`, {
            file,
            line: opened,
          });
        }
        newLine();
        if (text[at] === ";") break;
        part = endOfLine(at);
        parts.push(text.slice(at, part));
        at = part;
      }
      at++;
      lineStart = false;
      yield { kind: "value", text: parts.join("\n"), quoted: true, line: opened };
      continue;
    }
    lineStart = false;
    if (first === "'" || first === '"') {
      const stop = endOfLine(at);
      let close = at + 1;
      for (;;) {
        close = text.indexOf(first, close);
        if (close < 0 || close >= stop) {
          throw new ThioscopeError(
            "FILE_DAMAGED",
            `the quoted text ${text.slice(at, Math.min(stop, at + 40))} has no closing ${first} in its line`,
            { file, line },
          );
        }
        if (close + 1 >= end || isBlank(text.charCodeAt(close + 1))) break;
        close++;
      }
      yield { kind: "value", text: text.slice(at + 1, close), quoted: true, line };
      at = close + 1;
      continue;
    }
    let stop = at;
    while (stop < end && !isBlank(text.charCodeAt(stop))) stop++;
    const word = text.slice(at, stop);
    at = stop;
    yield { ...classify(word), line };
  }
  yield { kind: "end", text: "", quoted: false, line };
}

function classify(word: string): Omit<Token, "line"> {
  const plain = (kind: TokenKind, text = word): Omit<Token, "line"> => ({ kind, text, quoted: false });
  if (word[0] === "_" && word.length > 1) return plain("tag");
  const lower = word.slice(0, 8).toLowerCase();
  if (lower.startsWith("data_")) return plain("data", word.slice(5));
  if (lower.startsWith("save_")) return plain("save", word.slice(5));
  if (word.length === 5 && lower === "loop_") return plain("loop");
  if (word.length === 5 && lower === "stop_") return plain("stop");
  if (word.length === 7 && lower === "global_") return plain("global");
  return plain("value");
}
