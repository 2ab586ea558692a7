/**
 * CIF text to data blocks and back: items (tag value) and loops (tags, rows). Nothing is interpreted here: values stay text, tags keep their
 * spelling and are found without regard to case, and "." in a tag counts as "_" (the newer dictionaries write _cell.length_a).
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import { type Token, tokensOf } from "./lexer.ts";

export interface CifValue {
  readonly text: string;
  readonly quoted: boolean;
  readonly line: number;
}

export interface CifItem {
  readonly tag: string;
  readonly value: CifValue;
}

export interface CifLoop {
  readonly tags: readonly string[];
  /** row by row, `tags.length` values each */
  readonly values: readonly CifValue[];
  readonly line: number;
}

export interface CifBlock {
  readonly name: string;
  readonly line: number;
  /** in the order of the file */
  readonly content: readonly (CifItem | CifLoop)[];
  readonly notices: readonly Notice[];
}

/** One spelling for every spelling of a tag. */
const tagKey = (tag: string): string => tag.toLowerCase().replaceAll(".", "_");

export const isLoop = (part: CifItem | CifLoop): part is CifLoop => "tags" in part;

/** True for a bare ? (unknown) or . (inapplicable). */
export const isMissing = (value: CifValue): boolean => !value.quoted && (value.text === "?" || value.text === ".");

/**
 * All data blocks of a CIF. Throws FILE_EMPTY, FILE_FOREIGN for text without a data block, FILE_DAMAGED with the line where the
 * grammar is broken.
 *
 * @param name the file's name, for messages
 */
export function parseCif(text: string, name: string): CifBlock[] {
  const blocks: { name: string; line: number; content: (CifItem | CifLoop)[]; notices: Notice[]; seen: Map<string, number> }[] = [];
  const damaged = (message: string, line: number): ThioscopeError => new ThioscopeError("FILE_DAMAGED", message, { file: name, line });
  const show = (token: Token): string => `"${token.text.slice(0, 40)}"`;
  const tokens = tokensOf(text, name);
  let token = tokens.next().value as Token;
  const advance = (): Token => {
    token = tokens.next().value as Token;
    return token;
  };
  while (token.kind !== "end") {
    if (token.kind === "data") {
      blocks.push({ name: token.text, line: token.line, content: [], notices: [], seen: new Map() });
      advance();
      continue;
    }
    const block = blocks.at(-1);
    if (!block) {
      throw new ThioscopeError("FILE_FOREIGN", `a CIF begins with data_NAME, this text with ${show(token)}`, {
        file: name,
        line: token.line,
      });
    }
    if (token.kind === "save" || token.kind === "global" || token.kind === "stop") {
      throw damaged(`${token.kind}_ belongs to dictionaries, not to data files`, token.line);
    }
    if (token.kind === "value") throw damaged(`the value ${show(token)} has no tag`, token.line);
    const note = (tag: string, line: number): void => {
      const before = block.seen.get(tagKey(tag));
      if (before !== undefined) {
        block.notices.push({
          code: "tag-repeated",
          message: `${tag} stands in line ${before} and again in line ${line}: the first counts`,
        });
      } else block.seen.set(tagKey(tag), line);
    };
    if (token.kind === "tag") {
      const { text: tag, line } = token;
      note(tag, line);
      const value = advance();
      if (value.kind !== "value") throw damaged(`${tag} has no value`, line);
      block.content.push({ tag, value: { text: value.text, quoted: value.quoted, line: value.line } });
      advance();
      continue;
    }
    const line = token.line;
    const tags: string[] = [];
    while (advance().kind === "tag") {
      note(token.text, token.line);
      tags.push(token.text);
    }
    if (tags.length === 0) throw damaged("loop_ has no tags", line);
    const values: CifValue[] = [];
    while ((token as Token).kind === "value") {
      values.push({ text: token.text, quoted: token.quoted, line: token.line });
      advance();
    }
    if (values.length % tags.length !== 0) {
      const last = values.at(-1)?.line ?? line;
      throw damaged(`the loop of line ${line} has ${tags.length} columns and ${values.length} values: its last row is incomplete`, last);
    }
    block.content.push({ tags, values, line });
  }
  return blocks.map(({ seen: _, ...block }) => block);
}

/** The value of an item, also of one written as a loop of one column and one row; undefined where absent, ? or . */
export function itemOf(block: CifBlock, ...tags: readonly string[]): CifValue | undefined {
  for (const tag of tags) {
    for (const part of block.content) {
      if (!isLoop(part)) {
        if (tagKey(part.tag) !== tag) continue;
        if (!isMissing(part.value)) return part.value;
      } else if (part.values.length === part.tags.length) {
        const j = part.tags.findIndex((t) => tagKey(t) === tag);
        if (j >= 0 && !isMissing(part.values[j]!)) return part.values[j]!;
      }
    }
  }
  return undefined;
}

/** The loop that holds this tag, with its columns by key; an item alone counts as a loop of one row. */
export function loopOf(block: CifBlock, ...tags: readonly string[]): { loop: CifLoop; column: ReadonlyMap<string, number> } | undefined {
  for (const tag of tags) {
    for (const part of block.content) {
      const loop: CifLoop = isLoop(part) ? part : { tags: [part.tag], values: [part.value], line: part.value.line };
      const column = new Map(loop.tags.map((t, j) => [tagKey(t), j]));
      if (column.has(tag)) return { loop, column };
    }
  }
  return undefined;
}

/** Blocks as CIF 1.1 text that {@link parseCif} reads back to the same blocks. */
export function writeCif(blocks: readonly Pick<CifBlock, "name" | "content">[]): string {
  const lines: string[] = [];
  for (const block of blocks) {
    lines.push(`data_${block.name}`);
    for (const part of block.content) {
      if (!isLoop(part)) {
        const value = written(part.value);
        lines.push(value.startsWith("\n") ? part.tag + value : `${part.tag.padEnd(34)} ${value}`);
        continue;
      }
      lines.push("loop_", ...part.tags);
      for (let i = 0; i < part.values.length; i += part.tags.length) {
        const row = part.values
          .slice(i, i + part.tags.length)
          .map(written)
          .reduce((line, value) => (value.startsWith("\n") || line === "" ? line + value : `${line} ${value}`), "");
        lines.push(row.replace(/^\n/, ""));
      }
    }
    lines.push("");
  }
  return lines.join("\n");
}

/** The value with the quotes it needs; text fields begin with a line end. */
function written({ text, quoted }: Pick<CifValue, "text" | "quoted">): string {
  const reserved = /^(?:data_|save_|loop_$|stop_$|global_$)/i.test(text);
  const bare = text !== "" && !/[\s]/.test(text) && !/^[_#$'"[\];]/.test(text) && !reserved;
  if (!quoted && bare) return text;
  if (bare && text !== "?" && text !== ".") return text;
  if (!/[\n\r]/.test(text)) {
    for (const quote of ["'", '"']) if (!new RegExp(`${quote}(?=\\s|$)`).test(text)) return `${quote}${text}${quote}`;
  }
  return `\n;${text}\n;`;
}
