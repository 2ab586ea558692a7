/** The step over spectra of pellets. */
import type { StepDefinitions } from "./model.ts";

export const CONDUCTIVITY_STEPS = {
  conductivity: {
    per: "source",
    of: "pellets",
    needs: [],
    givesPart: true,
    module: "steps/conductivity",
    export: "conductivityStep",
    parameters: {
      circuit: {
        kind: "circuit",
        default: "auto",
        about:
          'Circuit of all spectra, such as "R1-p(R2,CPE2)-CPE3"; "auto" (default) chooses one for each sample by the information criterion.',
      },
      counted: {
        kind: "texts",
        default: "auto",
        about: 'Resistances that make up the electrolyte, such as [R1, R2]. "auto" (default): what their capacitances allow.',
      },
      at: { kind: "number", default: 25, about: "Temperature at which σ is stated, °C (default 25)." },
    },
    constants: ["boltzmann", "elementaryCharge"],
    description: "conductivity of pellets from their spectra, over temperature with both forms of the activation energy, over samples",
    outputs: {
      "conductivity.parquet": "one row per spectrum: sample, x, temperature, resistance, conductivity, errors in *_sigma columns",
      "samples.parquet": "one row per sample: conductivity, activation energies in both forms, errors in *_sigma columns",
      "part.json": "what page and report show",
    },
  },
} as const satisfies StepDefinitions;
