/** The JSON dialect of Athena projects (Demeter's option, and Larch): one object, headers under "_____…", a group per other key. */
import { ThioscopeError } from "@thioscope/core";
import type { AthenaGroup, AthenaProject, PerlValue } from "./model.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function parseJsonProject(text: string, file: string, packed: boolean): AthenaProject {
  let whole: Json;
  try {
    whole = JSON.parse(text) as Json;
  } catch (error) {
    throw new ThioscopeError(
      "FILE_DAMAGED",
      `the JSON of the project cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      { file },
    );
  }
  if (!isObject(whole)) throw new ThioscopeError("FILE_FOREIGN", "the JSON is no project: it is not an object", { file });
  const groups: AthenaGroup[] = [];
  const header: string[] = [];
  const trailer: string[] = [];
  for (const [key, value] of Object.entries(whole)) {
    if (isObject(value) && Array.isArray(value["x"]) && value["args"] !== undefined) groups.push(groupOf(key, value));
    else (groups.length === 0 ? header : trailer).push(`${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  }
  if (groups.length === 0) throw new ThioscopeError("FILE_FOREIGN", "no group in the project", { file });
  return { dialect: "json", packed, header, groups, trailer };
}

function groupOf(id: string, group: { readonly [key: string]: Json }): AthenaGroup {
  const given = group["args"];
  const pairs: readonly (readonly [string, Json])[] = isObject(given)
    ? Object.entries(given)
    : Array.isArray(given)
      ? Array.from({ length: Math.floor(given.length / 2) }, (_, i) => [String(given[2 * i]), given[2 * i + 1] as Json])
      : [];
  const arrays = new Map<string, readonly string[]>();
  const rest: string[] = [];
  for (const [key, value] of Object.entries(group)) {
    if (key === "args") continue;
    if (Array.isArray(value) && value.every((item) => typeof item === "string" || typeof item === "number"))
      arrays.set(key, value.map(String));
    else rest.push(`${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  }
  return { id, args: pairs.map(([key, value]) => [key, perlOf(value)] as const), arrays, rest };
}

function perlOf(value: Json): PerlValue {
  if (typeof value === "string") return { kind: "text", text: value };
  if (Array.isArray(value)) return { kind: "list", items: value.map(perlOf) };
  if (isObject(value))
    return { kind: "map", entries: Object.entries(value).map(([k, v]) => [{ kind: "text", text: k }, perlOf(v)] as const), blessed: null };
  return { kind: "bare", text: JSON.stringify(value) };
}

function jsonOf(value: PerlValue): string {
  if (value.kind === "text") return JSON.stringify(value.text);
  // a bare word of Perl that is no number of JSON becomes text
  if (value.kind === "bare")
    return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$|^(?:true|false|null)$/.test(value.text) ? value.text : JSON.stringify(value.text);
  if (value.kind === "list") return `[${value.items.map(jsonOf).join(",")}]`;
  return `{${value.entries.map(([key, item]) => `${JSON.stringify(key.kind === "text" || key.kind === "bare" ? key.text : "")}:${jsonOf(item)}`).join(",")}}`;
}

/** Writes what {@link parseJsonProject} reads. */
export function writeJsonProject({ header, groups, trailer }: AthenaProject): string {
  const parts = [
    ...header,
    ...groups.map(({ id, args, arrays, rest }) => {
      const inner = [
        `"args": {${args.map(([key, value]) => `${JSON.stringify(key)}:${jsonOf(value)}`).join(",")}}`,
        ...Array.from(arrays, ([name, values]) => `${JSON.stringify(name)}: [${values.map((v) => JSON.stringify(v)).join(",")}]`),
        ...rest,
      ];
      return `${JSON.stringify(id)}: {\n           ${inner.join(",\n           ")}\n}`;
    }),
    ...trailer,
  ];
  return `{${parts.join(",\n")}\n}\n`;
}
