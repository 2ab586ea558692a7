/**
 * Data against a JSON Schema (draft 07), walked directly, so that a mistake is told in the user's words at its place. General validators
 * compile schemata to code at run time, which the page's content security policy forbids; here only the keywords are known that
 * this product's schemata of files use. Of several ways to write something (`anyOf`) the one that the data begin is judged.
 */
import { nearest } from "@thioscope/core";
import type { Path, Places } from "./place.ts";

type TypeName = "object" | "array" | "string" | "number" | "integer" | "boolean" | "null";

export interface Schema {
  $ref?: string;
  $defs?: Readonly<Record<string, Schema>>;
  type?: TypeName | readonly TypeName[];
  enum?: readonly unknown[];
  properties?: Readonly<Record<string, Schema>>;
  additionalProperties?: false | Schema;
  propertyNames?: { pattern: string };
  required?: readonly string[];
  minProperties?: number;
  maxProperties?: number;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  pattern?: string;
  anyOf?: readonly Schema[];
  not?: Schema;
  then?: Schema;
  if?: Schema;
  else?: Schema;
  examples?: readonly unknown[];
}

const REFERENCE = "#/$defs/";

/** Refuses the file at the first place where `data` contradicts the schema. */
export function checkStructure(data: unknown, schema: Schema, places: Pick<Places, "fail">): void {
  const problem = new Walker(schema).find(data, schema, [], []);
  if (problem) places.fail(problem.path, problem.message, problem.at);
}

interface Problem {
  path: Path;
  message: string;
  at: "key" | "value";
}

class Walker {
  private readonly root: Schema;

  constructor(root: Schema) {
    this.root = root;
  }

  /** `examples` are those of the nearest enclosing use, which speak of this very key. */
  find(data: unknown, schema: Schema, path: Path, examples: readonly unknown[]): Problem | null {
    const shownExamples = schema.examples ?? examples;
    const again = (branch: Schema | undefined): Problem | null => (branch ? this.find(data, branch, path, shownExamples) : null);
    const referred = again(this.referred(schema));
    if (referred) return referred;
    if (schema.if) {
      const found = again(this.find(data, schema.if, path, []) === null ? schema.then : schema.else);
      if (found) return found;
    }
    if (schema.not && this.find(data, schema.not, path, []) === null)
      return { path, message: `${shown(data)} is not allowed`, at: "value" };
    return (
      this.branchProblem(data, schema, path, shownExamples) ??
      typeProblem(data, schema, path, shownExamples) ??
      enumProblem(data, schema, path) ??
      boundsProblem(data, schema, path) ??
      this.objectProblem(data, schema, path, shownExamples) ??
      this.itemsProblem(data, schema, path, shownExamples)
    );
  }

  private referred({ $ref }: Schema): Schema | undefined {
    return $ref ? this.root.$defs?.[$ref.slice(REFERENCE.length)] : undefined;
  }

  /** Of the branches that data of this type may take, the one whose mistake lies deepest: it is what was meant. */
  private branchProblem(data: unknown, { anyOf }: Schema, path: Path, examples: readonly unknown[]): Problem | null {
    if (!anyOf) return null;
    const problems = anyOf.map((branch) => ({ branch, found: this.find(data, branch, path, examples) }));
    if (problems.some(({ found }) => found === null)) return null;
    const taken = problems.filter(({ branch }) => this.types(branch).includes(typeOf(data)));
    if (taken.length === 0) {
      const types = anyOf.flatMap((branch) => this.types(branch));
      return { path, message: `${shown(data)} is not ${wordsOf(types)}`, at: "value" };
    }
    taken.sort((a, b) => b.found!.path.length - a.found!.path.length);
    const [{ branch, found }] = taken as [(typeof taken)[number]];
    const others = anyOf.filter((other) => other !== branch).flatMap((other) => this.types(other));
    const also = others.filter((type) => type !== typeOf(data));
    return also.length > 0 && found!.path.length === path.length ? { ...found!, message: `${found!.message}, or ${wordsOf(also)}` } : found;
  }

  /** What data may be to be judged by this schema. */
  private types(schema: Schema): readonly TypeName[] {
    const { type } = this.referred(schema) ?? schema;
    if (type !== undefined) return typeof type === "string" ? [type] : type;
    if (schema.anyOf) return schema.anyOf.flatMap((branch) => this.types(branch));
    return (schema.enum ?? []).map(typeOf);
  }

  private objectProblem(data: unknown, s: Schema, path: Path, examples: readonly unknown[]): Problem | null {
    if (!isObject(data)) return null;
    const known = Object.keys(s.properties ?? {});
    for (const [name, value] of Object.entries(data)) {
      const here = [...path, name];
      if (s.propertyNames && !new RegExp(s.propertyNames.pattern, "u").test(name))
        return { path: here, message: `"${name}" is no name: one is made of letters, digits, "_" and "-"`, at: "key" };
      const own = s.properties && Object.hasOwn(s.properties, name) ? s.properties[name] : undefined;
      if (!own && s.additionalProperties === false) {
        const allowed = known.length > 0 ? `allowed are ${known.join(", ")}` : "none is allowed here";
        return { path: here, message: `unknown key "${name}"${suggestion(name, known)}; ${allowed}`, at: "key" };
      }
      const schema = own ?? (s.additionalProperties || undefined);
      const found = schema ? this.find(value, schema, here, own ? [] : examples) : null;
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

  private itemsProblem(data: unknown, { items }: Schema, path: Path, examples: readonly unknown[]): Problem | null {
    if (!Array.isArray(data) || !items) return null;
    for (const [i, item] of data.entries()) {
      const found = this.find(item, items, [...path, i], examples);
      if (found) return found;
    }
    return null;
  }
}

const WORDS: Readonly<Record<TypeName, string>> = {
  string: "a text",
  object: "a group of keys",
  array: "a list",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  null: "nothing",
};

/** "a text, a list or a group of keys", each once; that nothing may stand there is not worth a word. */
function wordsOf(types: readonly TypeName[]): string {
  const words = [...new Set(types)].filter((type) => type !== "null").map((type) => WORDS[type]);
  return words.length > 1 ? `${words.slice(0, -1).join(", ")} or ${words.at(-1)}` : (words[0] ?? "allowed");
}

function typeProblem(data: unknown, { type }: Schema, path: Path, examples: readonly unknown[]): Problem | null {
  const types = type === undefined ? [] : typeof type === "string" ? [type] : type;
  const own = typeOf(data);
  if (types.length === 0 || types.includes(own) || (types.includes("integer") && Number.isInteger(data))) return null;
  // 3 is a number as well as a whole number
  if (types.includes("number") && typeof data === "number") return null;
  const instance = typeof examples[0] === "string" ? `, for instance ${examples[0]}` : "";
  const unit = types.includes("string") && typeof data === "number";
  const message = unit
    ? `${shown(data)} has no unit: write the number with its unit${instance}`
    : `${shown(data)} is not ${wordsOf(types)}${instance}`;
  return { path, message, at: "value" };
}

function typeOf(data: unknown): TypeName {
  if (data === null || data === undefined) return "null";
  if (Array.isArray(data)) return "array";
  const type = typeof data;
  return type === "string" || type === "boolean" || type === "number" ? type : "object";
}

function enumProblem(data: unknown, { enum: allowed }: Schema, path: Path): Problem | null {
  if (!allowed || allowed.includes(data)) return null;
  const meant = typeof data === "string" ? suggestion(data, allowed.map(String)) : "";
  return { path, message: `${shown(data)} is not allowed${meant}; allowed are ${allowed.join(", ")}`, at: "value" };
}

function boundsProblem(data: unknown, s: Schema, path: Path): Problem | null {
  const fail = (message: string): Problem => ({ path, message, at: "value" });
  if (typeof data === "string") {
    if (s.minLength !== undefined && data.length < s.minLength) return fail("the text is empty");
    if (s.pattern !== undefined && !new RegExp(s.pattern, "u").test(data)) return fail(`${shown(data)} is not of the form ${s.pattern}`);
    if (s.maxLength !== undefined && data.length > s.maxLength)
      return fail(`${data.length} characters are too many: at most ${s.maxLength} are allowed`);
  }
  if (typeof data === "number") {
    const { exclusiveMinimum: above, exclusiveMaximum: below, minimum: least, maximum: most } = s;
    if (above !== undefined && !(data > above)) return fail(`${data} is not possible: it must be more than ${above}`);
    if (below !== undefined && !(data < below)) return fail(`${data} is not possible: it must be less than ${below}`);
    if (least !== undefined && !(data >= least)) return fail(`${data} is not possible: it must be at least ${least}`);
    if (most !== undefined && !(data <= most)) return fail(`${data} is not possible: it must be at most ${most}`);
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
