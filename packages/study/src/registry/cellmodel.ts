/** The step over the model of a conversion cathode; its words are those of `thioscope simulate cell`. */
import type { StepDefinitions } from "./model.ts";

export const CELLMODEL_STEPS = {
  "simulate.cell": {
    per: "study",
    needs: [],
    givesPart: true,
    module: "steps/cellmodel",
    export: "cellModelStep",
    parameters: {
      model: {
        kind: "text",
        default: "na-s-nps",
        about: "Parameter set: na-s-nps (default), na-s-nps-100, na-s-nbh, na-s-nas, li-s-lgps.",
      },
      rate: { kind: "text", default: "auto", about: 'Current of the cycle, such as "100 mA/g" or "C/20"; "auto" (default): the set\'s.' },
      with: {
        kind: "texts",
        default: "auto",
        about: 'Switches, such as "with-na2s3", "electrolyte", "mediator"; "auto" (default): as the set has them.',
      },
      set: { kind: "texts", default: "auto", about: 'Other values, each as "name = value unit"; "auto" (default): none.' },
      energies: { kind: "text", default: "auto", about: 'Energy set of the potentials; "auto" (default): the set\'s.' },
      cells: { kind: "count", min: 4, max: 200, default: 30, about: "Control volumes through the cathode; 30 (default)." },
    },
    constants: ["faraday", "gas"],
    description: "a cycle of the model of the conversion cathode: potential, phases through the thickness, stress, beside printed results",
    outputs: {
      "curves.parquet": "one row per point of the cycle: half cycle, capacity, potential",
      "part.json": "what page and report show",
    },
  },
} as const satisfies StepDefinitions;
