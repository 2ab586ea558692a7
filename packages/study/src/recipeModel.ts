/** What can be said of a study's sources and steps, as a page shows and changes it. Free of the file system. */
import { nearest, ThioscopeError } from "@thioscope/core";
import { STEPS, type StepName, withDefaults } from "./registry/index.ts";
import { mistakeIn, type ParameterDefinition, type Parameters } from "./registry/parameters.ts";
import { type SourceKind, settingsOf } from "./registry/sources.ts";

/** A setting of a source or a parameter of a step. */
export interface Field {
  readonly name: string;
  readonly definition: ParameterDefinition;
  readonly value: unknown;
}

/** The settings of one source, or the parameters of one step. */
export interface RecipeGroup {
  readonly of: "source" | "step";
  /** of the source, or of the step */
  readonly name: string;
  readonly about: string;
  readonly fields: readonly Field[];
}

/** One field of a group gets another value; null brings the default back. */
export interface RecipeChange {
  readonly of: "source" | "step";
  readonly group: string;
  readonly field: string;
  readonly value: unknown;
}

type Values = Readonly<Record<string, unknown>>;

export function sourceGroup(name: string, kind: SourceKind, settings: Values, files: number): RecipeGroup {
  return {
    of: "source",
    name,
    about: `${kind}, ${files} ${files === 1 ? "file" : "files"}`,
    fields: fieldsOf(settingsOf(kind), settings),
  };
}

export function stepGroup(name: StepName, parameters: Values | undefined): RecipeGroup {
  return { of: "step", name, about: STEPS[name].description, fields: fieldsOf(STEPS[name].parameters, withDefaults(name, parameters)) };
}

function fieldsOf(definitions: Parameters, values: Values): Field[] {
  return Object.entries(definitions).map(([name, definition]) => ({ name, definition, value: values[name] ?? definition.default }));
}

/** @throws ThioscopeError STUDY_INVALID with what is allowed */
export function checkValues(definitions: Parameters, written: Values, where: string): void {
  for (const [name, value] of Object.entries(written)) {
    const definition = definitions[name];
    if (!definition) {
      const near = nearest(name, Object.keys(definitions));
      throw new ThioscopeError("STUDY_INVALID", `${where}: there is no "${name}"${near ? `; did you mean "${near}"?` : ""}`);
    }
    const mistake = mistakeIn(definition, value);
    if (mistake) throw new ThioscopeError("STUDY_INVALID", `${where}: ${name}: ${mistake}`);
  }
}

/** What a user typed, as the value of a field; or why it is none. */
export function parseField(definition: ParameterDefinition, typed: string): { value: unknown } | { mistake: string } {
  const text = typed.trim();
  if (text === "") return { value: null };
  if (definition.default === "auto" && text === "auto") return { value: "auto" };
  switch (definition.kind) {
    case "flag":
      return { value: text === "true" };
    case "choice":
      return definition.of.includes(text) ? { value: text } : { mistake: `allowed are ${definition.of.join(", ")}` };
    case "count":
    case "number":
      return parseNumber(definition, text);
    case "texts":
      return {
        value: text
          .split(",")
          .map((word) => word.trim())
          .filter((word) => word !== ""),
      };
    default: {
      const mistake = mistakeIn(definition, text);
      return mistake === undefined ? { value: text } : { mistake };
    }
  }
}

function parseNumber(
  { kind, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: Extract<ParameterDefinition, { kind: "count" | "number" }>,
  text: string,
): { value: number } | { mistake: string } {
  const value = Number(text.replace("−", "-"));
  if (!Number.isFinite(value)) return { mistake: `"${text.slice(0, 40)}" is no number` };
  if (kind === "count" && !Number.isInteger(value)) return { mistake: `${value} is not a whole number` };
  if (value >= min && value <= max) return { value };
  return { mistake: `${value} is outside ${Number.isFinite(min) ? min : "−∞"} to ${Number.isFinite(max) ? max : "∞"}` };
}

/** A value as a user would type it. */
export function fieldText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return Array.isArray(value) ? value.join(", ") : String(value);
}
