/**
 * The structure of a cell file: cell.schema.json (JSON Schema, draft 07) walked directly, so that a mistake is
 * told in the user's words at its place. General validators compile schemata to code at run time, which the
 * page's content security policy forbids; here only the keywords are known that the schema uses.
 */
import { nearest } from "@thioscope/core";
import cellSchema from "./cell.schema.json" with { type: "json" };
import type { Path, Places } from "./place.ts";

interface Schema {
  $ref?: string;
  type?: "object" | "array" | "string" | "number";
  enum?: readonly string[];
  properties?: Readonly<Record<string, Schema>>;
  additionalProperties?: false | Schema;
  required?: readonly string[];
  minProperties?: number;
  maxProperties?: number;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  exclusiveMinimum?: number;
  not?: Schema;
  then?: Schema;
  if?: Schema;
  else?: Schema;
  examples?: readonly unknown[];
}

/** The JSON Schema (draft 07) of the cell file, for editors. */
export const CELL_SCHEMA: Readonly<Record<string, unknown>> = cellSchema;

const ROOT = cellSchema as unknown as Schema & { $defs: Readonly<Record<string, Schema>> };
const REFERENCE = "#/$defs/";

/** Throws CELL_INVALID at the first place where `data` contradicts the schema. */
export function checkStructure(data: unknown, places: Places): void {
  const problem = findProblem(data, ROOT, [], []);
  if (problem) places.fail(problem.path, problem.message, problem.at);
}

interface Problem {
  path: Path;
  message: string;
  at: "key" | "value";
}

/** `examples` are those of the nearest enclosing use, which speak of this very key. */
function findProblem(data: unknown, schema: Schema, path: Path, examples: readonly unknown[]): Problem | null {
  const shownExamples = schema.examples ?? examples;
  const again = (branch: Schema | undefined): Problem | null => (branch ? findProblem(data, branch, path, shownExamples) : null);
  if (schema.$ref) {
    const found = again(ROOT.$defs[schema.$ref.slice(REFERENCE.length)]);
    if (found) return found;
  }
  if (schema.if) {
    const found = again(findProblem(data, schema.if, path, []) === null ? schema.then : schema.else);
    if (found) return found;
  }
  if (schema.not && findProblem(data, schema.not, path, []) === null)
    return { path, message: `${shown(data)} is not allowed`, at: "value" };
  return (
    typeProblem(data, schema, path, shownExamples) ??
    enumProblem(data, schema, path) ??
    boundsProblem(data, schema, path) ??
    objectProblem(data, schema, path, shownExamples) ??
    itemsProblem(data, schema, path, shownExamples)
  );
}

const WORDS = { string: "a text", object: "a group of keys", array: "a list", number: "a number" } as const;

function typeProblem(data: unknown, { type }: Schema, path: Path, examples: readonly unknown[]): Problem | null {
  if (!type || typeOf(data) === type) return null;
  const instance = typeof examples[0] === "string" ? `, for instance ${examples[0]}` : "";
  const unit = type === "string" && typeof data === "number";
  const message = unit
    ? `${shown(data)} has no unit: write the number with its unit${instance}`
    : `${shown(data)} is not ${WORDS[type]}${instance}`;
  return { path, message, at: "value" };
}

const typeOf = (data: unknown): string => (Array.isArray(data) ? "array" : data === null ? "null" : typeof data);

function enumProblem(data: unknown, { enum: allowed }: Schema, path: Path): Problem | null {
  if (!allowed || allowed.includes(data as string)) return null;
  const meant = typeof data === "string" ? suggestion(data, allowed) : "";
  return { path, message: `${shown(data)} is not allowed${meant}; allowed are ${allowed.join(", ")}`, at: "value" };
}

function boundsProblem(data: unknown, s: Schema, path: Path): Problem | null {
  const fail = (message: string): Problem => ({ path, message, at: "value" });
  if (typeof data === "string" && s.minLength !== undefined && data.length < s.minLength) return fail("the text is empty");
  if (typeof data === "number" && s.exclusiveMinimum !== undefined && !(data > s.exclusiveMinimum)) {
    return fail(`${data} is not possible: it must be more than ${s.exclusiveMinimum}`);
  }
  const [count, least, most] = Array.isArray(data)
    ? [data.length, s.minItems, s.maxItems]
    : isObject(data)
      ? [Object.keys(data).length, s.minProperties, s.maxProperties]
      : [0, undefined, undefined];
  if (least !== undefined && count < least) return fail(`at least ${least} ${least === 1 ? "entry is" : "entries are"} needed`);
  if (most !== undefined && count > most)
    return fail(`${count} entries are too many: at most ${most} ${most === 1 ? "is" : "are"} allowed`);
  return null;
}

function objectProblem(data: unknown, s: Schema, path: Path, examples: readonly unknown[]): Problem | null {
  if (!isObject(data)) return null;
  const known = Object.keys(s.properties ?? {});
  for (const [name, value] of Object.entries(data)) {
    const here = [...path, name];
    const own = s.properties && Object.hasOwn(s.properties, name) ? s.properties[name] : undefined;
    if (!own && s.additionalProperties === false) {
      const message = `unknown key "${name}"${suggestion(name, known)}; allowed are ${known.join(", ")}`;
      return { path: here, message, at: "key" };
    }
    const schema = own ?? (s.additionalProperties || undefined);
    const found = schema ? findProblem(value, schema, here, own ? [] : examples) : null;
    if (found) return found;
  }
  for (const name of s.required ?? []) {
    if (Object.hasOwn(data, name)) continue;
    const wanted = s.properties?.[name];
    const example = wanted?.examples?.[0] ?? wanted?.enum?.join(", ");
    return { path, message: `"${name}" is missing${typeof example === "string" ? `: for instance ${name}: ${example}` : ""}`, at: "key" };
  }
  return null;
}

function itemsProblem(data: unknown, { items }: Schema, path: Path, examples: readonly unknown[]): Problem | null {
  if (!Array.isArray(data) || !items) return null;
  for (const [i, item] of data.entries()) {
    const found = findProblem(item, items, [...path, i], examples);
    if (found) return found;
  }
  return null;
}

const isObject = (data: unknown): data is Record<string, unknown> => typeof data === "object" && data !== null && !Array.isArray(data);

function suggestion(word: string, known: readonly string[]): string {
  const meant = word.length <= 60 ? nearest(word, known) : undefined;
  return meant ? `, did you mean "${meant}"?` : "";
}

function shown(data: unknown): string {
  if (data === null || data === undefined) return "nothing";
  if (typeof data === "object") return Array.isArray(data) ? "a list" : "a group of keys";
  const text = String(data);
  return `"${text.length > 60 ? `${text.slice(0, 60)}…` : text}"`;
}
