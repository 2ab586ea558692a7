/** The steps of thermodynamics: the same questions to the shipped energies, and to a user's own before them. */
import type { StepDefinition, StepDefinitions } from "./model.ts";

const ASKED = {
  module: "steps/thermo",
  export: "thermoStep",
  needs: [],
  takesCell: true,
  givesPart: true,
  parameters: {
    compounds: {
      kind: "texts",
      default: "auto",
      about:
        'Compounds whose stability windows are asked for, such as [Na3PS4, Na3SbS4]; "auto" (default): the electrolytes of the cell file\'s separator and cathode.',
    },
    system: {
      kind: "texts",
      orOne: true,
      default: "auto",
      about:
        'Elements of the phase diagram, such as Na-P-S, or several, such as [Na-S, Li-S]; "auto" (default): those of the first compound.',
    },
    host: {
      kind: "text",
      default: "auto",
      maxLength: 100,
      about:
        'What takes up the ion, for the voltages; "auto" (default): sulfur where it is the cathode\'s active material; "none": nothing.',
    },
    ion: {
      kind: "text",
      default: "auto",
      maxLength: 2,
      about: 'The mobile metal; "auto" (default): the one that the cell or the first compound leaves no doubt about.',
    },
    pressure: { kind: "quantity", unit: "GPa", default: "auto", about: 'Pressure, such as "50 MPa"; "auto" (default): none.' },
    temperature: {
      kind: "quantity",
      unit: "K",
      default: "auto",
      about: 'Temperature, such as "350 K", which acts where entropies are tabulated; "auto" (default): as each set has its energies.',
    },
    sulfur_shift: {
      kind: "quantity",
      unit: "eV",
      signed: true,
      default: "auto",
      about: 'Added to every compound per S atom, such as "-0.1 eV": what hangs on the correction of sulfur; "auto" (default): nothing.',
    },
  },
  constants: ["faraday"],
  outputs: {
    "windows.parquet": "one row per compound and energy set: boundaries, energy above the hull, reactions, errors in *_sigma columns",
    "part.json": "what page and report show, with the energies, so that it can be worked out anew there",
  },
} as const satisfies Omit<StepDefinition, "per" | "description">;

export const THERMO_STEPS = {
  thermo: {
    ...ASKED,
    per: "study",
    description: "stability windows, phase diagram, chemical potentials and voltages from the energies that ship, over all energy sets",
  },
  "thermo.own": {
    ...ASKED,
    per: "source",
    of: "energies",
    description: "the same with energies of your own as the first set",
  },
} as const satisfies StepDefinitions;
