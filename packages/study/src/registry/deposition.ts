/** The step over plating around a defect; its words are those of a parameter file of `thioscope simulate deposition`. */

import type { StepDefinitions } from "./model.ts";
import type { ParameterDefinition } from "./parameters.ts";

const length = (about: string): ParameterDefinition => ({ kind: "quantity", unit: "m", default: "auto", about });

export const DEPOSITION_STEPS = {
  "simulate.deposition": {
    per: "study",
    needs: [],
    givesPart: true,
    module: "steps/deposition",
    export: "depositionStep",
    parameters: {
      electrolytes: {
        kind: "texts",
        default: "auto",
        about: 'Electrolytes with shipped parameters; "auto" (default): Na3PS4 and Na3SbS4.',
      },
      defect: {
        kind: "choice",
        of: ["filled", "empty", "partly-filled", "slot", "rough"],
        default: "filled",
        about: "Shape of the defect: a pore filled with metal (default), an empty one, one filled in part, a filled groove, a wave.",
      },
      metal: { kind: "choice", of: ["Na", "Li"], default: "Na", about: "The metal that is plated; Na (default)." },
      radius: length('Radius of the pore, such as "10 µm"; "auto" (default): 10 µm.'),
      depth: length('Its depth; "auto" (default): its radius, 0 where it is empty.'),
      level: length('Level of the metal in a pore filled in part; "auto" (default): half its depth.'),
      amplitude: length('Amplitude of a wave; "auto" (default): none, it must be given for one.'),
      wavelength: length('Its wavelength; "auto" (default): none, it must be given for a wave.'),
      width: length('Radius of the electrolyte around the defect; "auto" (default): 100 µm.'),
      spacing: length('Distance of neighbouring pores in place of a width; "auto" (default): one pore alone.'),
      height: length('Thickness of the electrolyte; "auto" (default): 100 µm.'),
      current: { kind: "quantity", unit: "mA/cm2", default: "auto", about: 'Applied current; "auto" (default): 0.5 mA/cm².' },
      temperature: { kind: "quantity", unit: "K", default: "auto", about: 'Temperature; "auto" (default): 298.15 K.' },
      pressure: { kind: "quantity", unit: "MPa", default: "auto", about: 'Pressure of the metal in the pore; "auto" (default): none.' },
    },
    constants: ["faraday", "gas"],
    description: "current of plating around a defect in each electrolyte, hot spot against size, filling, pressure and crack of a pore",
    outputs: {
      "deposition.parquet":
        "one row per electrolyte and pressure form: hot spot, variation, length, critical currents, errors in *_sigma columns",
      "part.json": "what page and report show",
    },
  },
} as const satisfies StepDefinitions;
