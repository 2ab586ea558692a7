/** What a parameter file of `simulate deposition` may hold. */
import { DEFECT_KINDS } from "@thioscope/core/deposition";
import type { Schema } from "@thioscope/formats";

const text = (example: string): Schema => ({ type: "string", minLength: 1, maxLength: 60, examples: [example] });

export const QUESTION_SCHEMA: Schema = {
  type: "object",
  additionalProperties: false,
  properties: {
    defect: { enum: DEFECT_KINDS },
    radius: text("10 µm"),
    depth: text("10 µm"),
    fillet: text("0.5 µm"),
    level: text("5 µm"),
    amplitude: text("1 µm"),
    wavelength: text("1 µm"),
    profile: {
      type: "array",
      minItems: 2,
      maxItems: 5000,
      items: { type: "array", minItems: 2, maxItems: 2, items: { type: "number" } },
    },
    width: text("100 µm"),
    spacing: text("80 µm"),
    height: text("100 µm"),
    current: text("0.5 mA/cm2"),
    temperature: text("333 K"),
    pressure: text("10 MPa"),
    stack_pressure: text("50 MPa"),
    metal: { enum: ["Na", "Li"] },
    exchange_current: text("1.3 mA/cm2"),
    ion_volume: text("10 cm3/mol"),
    capillary: { type: "boolean" },
    electrolytes: {
      type: "array",
      minItems: 1,
      maxItems: 12,
      items: {
        anyOf: [
          { type: "string", minLength: 1, maxLength: 60 },
          {
            type: "object",
            additionalProperties: false,
            required: ["name", "conductivity"],
            properties: {
              name: { type: "string", minLength: 1, maxLength: 40, examples: ["Li6PS5Cl"] },
              conductivity: text("0.1 mS/cm"),
              youngs_modulus: text("20 GPa"),
              poisson: { type: "number", exclusiveMinimum: -1, maximum: 0.499 },
              // MPa √m
              toughness: { type: "number", exclusiveMinimum: 0 },
            },
          },
        ],
      },
    },
  },
};
