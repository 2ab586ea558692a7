/**
 * What a step's parameter or a source's setting may be: a few kinds, each with its JSON Schema for editors and
 * its check for the words that a schema cannot judge.
 */
import { parseQuantity } from "@thioscope/core";
import { parseShareRange } from "@thioscope/core/cycling";
import { parseCircuit } from "@thioscope/core/impedance";

interface Common {
  /** a sentence: what it is and what the default does */
  about: string;
}

export type ParameterDefinition = Common &
  (
    | { kind: "flag"; default: boolean }
    | { kind: "choice"; of: readonly string[]; default: string }
    /** text with a unit ("5 mV") of the dimension of `unit`; positive unless `signed` */
    | { kind: "quantity"; unit: string; default: string; signed?: true }
    /** a range of shares ("0..30 %") */
    | { kind: "shares"; default: "auto" }
    | { kind: "count"; min: number; max?: number; default: number | "auto" }
    | { kind: "number"; min?: number; max?: number; default: number | "auto" }
    | { kind: "text"; default: string; maxLength?: number }
    /** `orOne`: a single text may stand without brackets */
    | { kind: "texts"; default: readonly string[] | "auto"; orOne?: true }
    | { kind: "circuit"; default: string }
    /** a path inside the study's folder; only as a source's setting */
    | { kind: "file"; default: null }
  );

export type Parameters = Readonly<Record<string, ParameterDefinition>>;

/** Every parameter's default. */
export function defaultsOf(parameters: Parameters): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, parameter.default]));
}

/** JSON Schema of a parameter; "auto" is allowed wherever the default is "auto", and for every quantity and share. */
export function schemaOf(parameter: ParameterDefinition): object {
  const description = parameter.about;
  const orAuto = (schema: object): object =>
    parameter.default === "auto" ? { description, anyOf: [{ enum: ["auto"] }, schema] } : { description, ...schema };
  switch (parameter.kind) {
    case "flag":
      return { description, type: "boolean" };
    case "choice":
      return { description, enum: parameter.of };
    case "quantity":
      return { description, type: "string", minLength: 1 };
    case "shares":
      return { description, type: ["string", "number"], minLength: 1, maxLength: 60 };
    case "count":
      return orAuto({ type: "integer", minimum: parameter.min, ...(parameter.max === undefined ? {} : { maximum: parameter.max }) });
    case "number": {
      const { min, max } = parameter;
      return orAuto({ type: "number", ...(min === undefined ? {} : { minimum: min }), ...(max === undefined ? {} : { maximum: max }) });
    }
    case "circuit":
      return { description, type: "string", minLength: 1, maxLength: 400 };
    case "text":
      return { description, type: "string", minLength: 1, maxLength: parameter.maxLength ?? 400 };
    case "texts":
      return orAuto({
        type: parameter.orOne ? ["array", "string"] : "array",
        minItems: 1,
        maxItems: 1000,
        items: { type: "string", minLength: 1, maxLength: 400 },
        ...(parameter.orOne ? { minLength: 1, maxLength: 400 } : {}),
      });
    case "file":
      return { description, type: "string", minLength: 1, maxLength: 1000 };
  }
}

/** Why a written value cannot be taken; undefined where it can. Types were checked by the schema before. */
export function mistakeIn(parameter: ParameterDefinition, written: unknown): string | undefined {
  if (written === "auto") return undefined;
  switch (parameter.kind) {
    case "quantity":
      return refusal(() => {
        const { value } = parseQuantity(String(written), parameter.unit);
        return value > 0 || parameter.signed ? undefined : `${written} must be positive`;
      });
    case "shares":
      return refusal(() => {
        parseShareRange(String(written));
        return undefined;
      });
    case "circuit":
      return refusal(() => {
        parseCircuit(String(written));
        return undefined;
      });
    default:
      return undefined;
  }
}

function refusal(check: () => string | undefined): string | undefined {
  try {
    return check();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
