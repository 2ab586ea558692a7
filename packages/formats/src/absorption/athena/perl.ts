/**
 * The Perl of Athena projects: `$old_group = '…';  @args = (…);  @x = ('…',…);  [record]` — data only, nothing is evaluated.
 * Statements end at a semicolon outside quotes and brackets.
 */
import { ThioscopeError } from "@thioscope/core";
import type { AthenaGroup, AthenaProject, PerlValue } from "./model.ts";

/** Brackets deeper than this are no project. */
const DEEPEST = 40;
const COLUMNS = new Set(["x", "y", "i0", "signal", "stddev", "er"]);

interface Statement {
  raw: string;
  /** "@args", "$old_group" …; null for comments, markers and blank lines */
  name: string | null;
  /** text of the right side */
  body: string;
}

/** Throws FILE_DAMAGED or FILE_CUT with the line. */
export function parsePerlProject(text: string, file: string, packed: boolean): AthenaProject {
  const statements = statementsOf(text, file);
  const firstGroup = statements.findIndex(({ name }) => name === "$old_group");
  if (firstGroup < 0) throw new ThioscopeError("FILE_FOREIGN", "no group in the project", { file });
  const groups: AthenaGroup[] = [];
  const trailer: string[] = [];
  let open: { id: string; args: [string, PerlValue][]; arrays: Map<string, readonly string[]>; rest: string[] } | null = null;
  for (const { raw, name, body } of statements.slice(firstGroup)) {
    if (name === "$old_group") {
      open = { id: textOf(parseValue(body, file)), args: [], arrays: new Map(), rest: [] };
      groups.push(open);
    } else if (open && /^\s*\[record\]/.test(raw)) open = null;
    else if (open && name === "@args") open.args = pairsOf(parseValue(body, file), file);
    else if (open && name?.startsWith("@") && COLUMNS.has(name.slice(1))) open.arrays.set(name.slice(1), stringsOf(parseValue(body, file)));
    else if (open && name) open.rest.push(raw.trim());
    else if (!open && raw.trim() !== "") trailer.push(raw.replace(/^\n+|\s+$/g, ""));
  }
  return {
    dialect: "perl",
    packed,
    header: statements
      .slice(0, firstGroup)
      .map(({ raw }) => raw.trim())
      .filter((line) => line !== ""),
    groups,
    trailer,
  };
}

/** Writes what {@link parsePerlProject} reads. */
export function writePerlProject({ header, groups, trailer }: AthenaProject): string {
  const lines = [...header];
  for (const { id, args, arrays, rest } of groups) {
    lines.push("", `$old_group = ${quote(id)};`);
    lines.push(`@args = (${args.map(([key, value]) => `${quote(key)},${writeValue(value)}`).join(",")});`);
    for (const [name, values] of arrays) lines.push(`@${name} = (${values.map(quote).join(",")});`);
    lines.push(...rest, "[record]   # create object and set arrays in ifeffit");
  }
  return `${[...lines, "", ...trailer].join("\n")}\n`;
}

function statementsOf(text: string, file: string): Statement[] {
  const out: Statement[] = [];
  let at = 0;
  while (at < text.length) {
    const lineEnd = text.indexOf("\n", at);
    const end = lineEnd < 0 ? text.length : lineEnd;
    const head = /^\s*([$@%]\w+)\s*=\s*/.exec(text.slice(at, Math.min(end, at + 200)));
    if (!head) {
      out.push({ raw: text.slice(at, end), name: null, body: "" });
      at = end + 1;
      continue;
    }
    const stop = endOfStatement(text, at + head[0].length);
    if (stop < 0) {
      const line = text.slice(0, at).split("\n").length;
      throw new ThioscopeError("FILE_CUT", `the statement ${head[1]} does not end`, { file, line });
    }
    out.push({ raw: text.slice(at, stop + 1), name: head[1]!, body: text.slice(at + head[0].length, stop) });
    const next = text.indexOf("\n", stop);
    const remark = text.slice(stop + 1, next < 0 ? text.length : next);
    at = remark.trim() === "" ? (next < 0 ? text.length : next + 1) : stop + 1;
  }
  return out;
}

/** The semicolon outside quotes. */
function endOfStatement(text: string, from: number): number {
  let quoteMark = "";
  for (let i = from; i < text.length; i++) {
    const c = text[i]!;
    if (quoteMark !== "") {
      if (c === "\\") i++;
      else if (c === quoteMark) quoteMark = "";
    } else if (c === "'" || c === '"') quoteMark = c;
    else if (c === ";") return i;
  }
  return -1;
}

function parseValue(text: string, file: string): PerlValue {
  let at = 0;
  const fail = (why: string): never => {
    throw new ThioscopeError("FILE_DAMAGED", `${why} in "${text.slice(Math.max(0, at - 20), at + 20)}"`, { file });
  };
  const blank = (): void => {
    while (at < text.length && /\s/.test(text[at]!)) at++;
  };
  const list = (close: string, depth: number): PerlValue[] => {
    const items: PerlValue[] = [];
    for (;;) {
      blank();
      if (at >= text.length) fail(`"${close}" is missing`);
      if (text[at] === close) {
        at++;
        return items;
      }
      if (text[at] === ",") at++;
      else if (text.startsWith("=>", at)) at += 2;
      else items.push(value(depth + 1));
    }
  };
  const value = (depth: number): PerlValue => {
    if (depth > DEEPEST) fail(`brackets nest deeper than ${DEEPEST}`);
    blank();
    const c = text[at];
    if (c === "'" || c === '"') return quoted(c);
    if (c === "(") {
      at++;
      return { kind: "list", items: list(")", depth) };
    }
    if (c === "[") {
      at++;
      return { kind: "list", items: list("]", depth) };
    }
    if (c === "{") {
      at++;
      return map(list("}", depth), null);
    }
    const word = /^[^\s,()[\]{}=]+/.exec(text.slice(at, at + 100))?.[0];
    if (word === undefined) return fail("a value is missing");
    at += word.length;
    if (word !== "bless") return { kind: "bare", text: word };
    blank();
    if (text[at] !== "(") fail("bless without brackets");
    at++;
    const [inner, name] = list(")", depth);
    return inner?.kind === "map" ? { ...inner, blessed: name ? textOf(name) : "" } : fail("bless of no hash");
  };
  const quoted = (mark: string): PerlValue => {
    let out = "";
    for (at++; at < text.length && text[at] !== mark; at++) {
      if (text[at] === "\\" && at + 1 < text.length && (text[at + 1] === mark || text[at + 1] === "\\")) at++;
      out += text[at];
    }
    if (at >= text.length) fail("a quote does not end");
    at++;
    return { kind: "text", text: out };
  };
  const map = (items: PerlValue[], blessed: string | null): PerlValue => {
    if (items.length % 2 !== 0) fail("a key has no value");
    return {
      kind: "map",
      entries: Array.from({ length: items.length / 2 }, (_, i) => [items[2 * i]!, items[2 * i + 1]!] as const),
      blessed,
    };
  };
  return value(0);
}

export function textOf(value: PerlValue): string {
  return value.kind === "text" || value.kind === "bare" ? value.text : "";
}

function stringsOf(value: PerlValue): string[] {
  return value.kind === "list" ? value.items.map(textOf) : [];
}

function pairsOf(value: PerlValue, file: string): [string, PerlValue][] {
  const items = value.kind === "list" ? value.items : [];
  if (items.length % 2 !== 0) throw new ThioscopeError("FILE_DAMAGED", "@args has a key without a value", { file });
  return Array.from({ length: items.length / 2 }, (_, i) => [textOf(items[2 * i]!), items[2 * i + 1]!]);
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

function writeValue(value: PerlValue): string {
  if (value.kind === "text") return quote(value.text);
  if (value.kind === "bare") return value.text;
  if (value.kind === "list") return `[${value.items.map(writeValue).join(",")}]`;
  const inner = `{${value.entries.map(([key, item]) => `${writeValue(key)} => ${writeValue(item)}`).join(",")}}`;
  return value.blessed === null ? inner : `bless( ${inner}, ${quote(value.blessed)} )`;
}
