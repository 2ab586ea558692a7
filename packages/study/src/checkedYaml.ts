/** YAML against a JSON Schema, with the line of each mistake and what was probably meant. */
import { type ErrorCode, nearest, ThioscopeError } from "@thioscope/core";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { type Document, isNode, isPair, LineCounter, parseDocument } from "yaml";

/** Far above any file written by hand; guards memory against a wrong file. */
const MAX_BYTES = 1 << 20;

export interface CheckedYaml<T> {
  value: T;
  /** Line (from 1) of the value at a path, of its nearest parent where it has none. */
  lineOf(path: readonly (string | number)[]): number;
}

export function compileSchema(schema: object): ValidateFunction {
  return new Ajv({ allErrors: true, allowUnionTypes: true, verbose: true }).compile(schema);
}

/** @throws ThioscopeError `code` with file and line: not YAML, or not what the schema allows */
export function readCheckedYaml<T>(text: string, file: string, validate: ValidateFunction, code: ErrorCode): CheckedYaml<T> {
  if (text.length > MAX_BYTES) throw new ThioscopeError(code, `${text.length} characters: such a file has at most ${MAX_BYTES}`, { file });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [mistake] = document.errors;
  if (mistake) {
    const { line, col } = lines.linePos(mistake.pos[0]);
    throw new ThioscopeError(code, `not valid YAML: ${mistake.message}`, { file, line, column: col });
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 50 });
  } catch (error) {
    throw new ThioscopeError(code, `not valid YAML: ${error instanceof Error ? error.message : error}`, { file, line: 1 }, error);
  }
  const lineOf = (path: readonly (string | number)[]): number => lineAt(document, lines, path);
  if (!validate(value)) {
    const error = worst(validate.errors ?? []);
    const path = pathOf(error);
    const extra = error.params as { additionalProperty?: string };
    throw new ThioscopeError(code, sentence(error, validate.errors ?? []), {
      file,
      line: lineOf(extra.additionalProperty === undefined ? path : [...path, extra.additionalProperty]),
    });
  }
  return { value: value as T, lineOf };
}

function lineAt(document: Document, lines: LineCounter, path: readonly (string | number)[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    const key = path[depth - 1];
    // the key's own line, so that a mistake in a long value points at its beginning
    const pair =
      parent && typeof parent === "object" && "items" in parent
        ? (parent.items as unknown[]).find((item) => isPair(item) && isNode(item.key) && String(item.key) === String(key))
        : undefined;
    const node = isPair(pair) ? pair.key : document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

const RANK = ["additionalProperties", "propertyNames", "required", "enum", "pattern", "minProperties", "maxProperties", "minItems", "type"];

/** The one error to report: the deepest place, and there the most telling kind. */
function worst(errors: readonly ErrorObject[]): ErrorObject {
  const depth = (e: ErrorObject): number => pathOf(e).length;
  const rank = (e: ErrorObject): number => (RANK.indexOf(e.keyword) + RANK.length + 1) % (RANK.length + 1);
  return [...errors].sort((a, b) => depth(b) - depth(a) || rank(a) - rank(b))[0]!;
}

function pathOf(error: ErrorObject): (string | number)[] {
  const words = error.instancePath.split("/").slice(1);
  return words.map((w) => (/^\d+$/.test(w) ? Number(w) : w.replaceAll("~1", "/").replaceAll("~0", "~")));
}

function sentence(error: ErrorObject, all: readonly ErrorObject[]): string {
  const where = error.instancePath === "" ? "the file" : `"${pathOf(error).join(".")}"`;
  const params = error.params as Record<string, unknown>;
  const guess = (word: string, known: readonly string[]): string => {
    const near = nearest(word, known);
    return `${near ? `; did you mean "${near}"?` : ""}${known.length > 0 ? ` Allowed: ${known.join(", ")}` : " It takes none"}`;
  };
  switch (error.keyword) {
    case "additionalProperties": {
      const known = Object.keys((error.parentSchema as { properties?: object }).properties ?? {});
      const word = String(params.additionalProperty);
      return `"${word}" is not known in ${where}${guess(word, known)}`;
    }
    case "enum": {
      const inMaps = all.filter((e) => e.keyword === "additionalProperties" && e.instancePath === error.instancePath);
      if (inMaps.length > 0) return sentence(inMaps[0]!, []);
      return `"${shown(error.data)}" is not known in ${where}${guess(String(error.data), (params.allowedValues as unknown[]).map(String))}`;
    }
    case "required":
      return `${where} lacks "${params.missingProperty}"`;
    case "type": {
      const types = all.filter((e) => e.keyword === "type" && e.instancePath === error.instancePath);
      const names = [...new Set(types.map((e) => TYPE_NAMES[String((e.params as { type: unknown }).type)] ?? String(e.schema)))];
      return `${where} is ${shown(error.data)}: it must be ${names.join(" or ")}`;
    }
    case "propertyNames":
      return `${where} has the name "${params.propertyName}": a name is made of letters, digits, "_" and "-"`;
    default:
      return `${where} ${error.message} (it is ${shown(error.data)})`;
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: "text",
  array: "a list",
  object: "a map",
  number: "a number",
  boolean: "true or false",
};

function shown(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
