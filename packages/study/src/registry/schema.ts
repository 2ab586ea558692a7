/** The JSON Schema of study.yaml, made of the steps and sources that there are. */
import { STEPS } from "./index.ts";
import { type Parameters, schemaOf } from "./parameters.ts";
import { SOURCE_KINDS } from "./sources.ts";

const PATH = { type: "string", minLength: 1, maxLength: 1000 };
const FILES = {
  description: "A path or a pattern (*, **, ?, {a,b}), or a list of them.",
  anyOf: [PATH, { type: "array", minItems: 1, maxItems: 10000, items: PATH }],
};

const MAPPING = {
  type: "object",
  description: "For delimited text and spreadsheets: canonical column name to the file's header.",
  additionalProperties: {
    anyOf: [
      { type: "string" },
      {
        type: "object",
        additionalProperties: false,
        required: ["header"],
        properties: { header: { type: "string" }, unit: { type: "string" }, factor: { type: "number" } },
      },
    ],
  },
};

const propertiesOf = (parameters: Parameters): Record<string, object> =>
  Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, schemaOf(parameter)]));

/** The settings of all kinds in one map; which belong to which kind is checked when the study is read. */
function settings(): Record<string, object> {
  return Object.assign({}, ...Object.values(SOURCE_KINDS).map((kind) => propertiesOf(kind.settings)));
}

/** The published JSON Schema of study.yaml. */
export function studySchema(): object {
  // what takes its parameters from another step runs by itself
  const steps = Object.entries(STEPS).filter(([, { parametersOf }]) => parametersOf === undefined);
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Thioscope study",
    description: "What a study is made of: the cell, the raw files by source, the steps to run. Paths are relative to the study's folder.",
    type: "object",
    additionalProperties: false,
    required: ["steps"],
    properties: {
      title: { type: "string", description: "Shown on the page and the report; the folder's name if absent.", maxLength: 200 },
      cell: { description: "The cell file for every source that does not name its own.", ...PATH },
      sources: {
        type: "object",
        description: "Name of a source: the raw files that belong to it.",
        propertyNames: { pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$" },
        additionalProperties: {
          anyOf: [
            FILES,
            {
              type: "object",
              additionalProperties: false,
              required: ["files"],
              properties: {
                files: FILES,
                kind: {
                  description: "What the files are, where they are not those of a cycler or potentiostat.",
                  enum: Object.keys(SOURCE_KINDS),
                },
                cell: { description: "The cell file of this source.", ...PATH },
                cycling: { description: "The source with the cycling of the cell that these files were taken of.", ...PATH },
                mapping: MAPPING,
                ...settings(),
              },
            },
          ],
        },
      },
      steps: {
        type: "array",
        description: "What to compute. A step with its defaults is one word; what a step needs runs before it.",
        minItems: 1,
        maxItems: 100,
        items: {
          anyOf: [
            { enum: steps.map(([name]) => name) },
            {
              type: "object",
              minProperties: 1,
              maxProperties: 1,
              additionalProperties: false,
              properties: Object.fromEntries(
                steps.map(([name, { parameters, description }]) => [
                  name,
                  { description, type: ["object", "null"], additionalProperties: false, properties: propertiesOf(parameters) },
                ]),
              ),
            },
          ],
        },
      },
    },
  };
}
