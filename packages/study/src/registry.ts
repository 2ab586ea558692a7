/** The steps a study can run: what each takes, gives, and which function computes it. Data, no code. */
import type { CONSTANTS } from "@thioscope/core";

export type StepName = "read" | "cycles" | "dqdv" | "cv" | "gitt" | "symmetric" | "composition" | "eis" | "curves" | "story";

/** What a raw file was found to hold. */
export type Holds = "cycling" | "spectra" | "both";

export interface StepDefinition {
  /** once per raw file, or once for the whole study */
  per: "file" | "study";
  /** the files it is for; all where absent. Files that hold nothing for it are passed over */
  of?: Exclude<Holds, "both">;
  /** steps that run before it */
  needs: readonly StepName[];
  /** steps whose results it takes where the study runs them */
  uses?: readonly StepName[];
  /** module (a key of STEP_MODULES) and function */
  module: string;
  export: string;
  /** every parameter with its default */
  defaults: Readonly<Record<string, unknown>>;
  /** the step whose parameters it takes over, because both show the same numbers */
  parametersOf?: StepName;
  /** parameters that are text with a unit ("5 mV"), and a unit of their dimension; "auto" is always allowed */
  quantities: Readonly<Record<string, string>>;
  /** parameters that are ranges of shares ("0..30 %"); "auto" is always allowed */
  shares?: readonly string[];
  /** physical constants that enter the results */
  constants: readonly (keyof typeof CONSTANTS)[];
  description: string;
  outputs: Readonly<Record<string, string>>;
}

export const STEPS: Readonly<Record<StepName, StepDefinition>> = {
  read: {
    per: "file",
    needs: [],
    module: "steps/read",
    export: "readStep",
    defaults: { salvage: false },
    quantities: {},
    constants: [],
    description: "raw file to a table with the columns of the Battery Data Format, current positive while charging; spectra of impedance",
    outputs: {
      "table.parquet": "all rows, one column per quantity",
      "spectra.parquet": "where there are spectra: their points",
      "file.json": "format, technique, columns with units, spectra, notices",
    },
  },
  cycles: {
    per: "file",
    of: "cycling",
    needs: ["read"],
    module: "steps/cycles",
    export: "cyclesStep",
    defaults: { reference: "auto", gain: "auto" },
    quantities: { gain: "%" },
    constants: ["faraday"],
    description: "cycles from the sign of the current: capacities, energies, efficiencies, retention, mean potentials, rates",
    outputs: {
      "cycles.parquet": "one row per cycle, errors in *_sigma columns",
      "cycles.json": "the same with reasons where a value is missing",
    },
  },
  dqdv: {
    per: "file",
    of: "cycling",
    needs: ["read"],
    module: "steps/dqdv",
    export: "dqdvStep",
    defaults: { bin: "auto", peaks: false },
    quantities: { bin: "V" },
    constants: [],
    description: "differential capacity of each half cycle, charge counted in potential bins; with peaks: true its peaks",
    outputs: {
      "dqdv.parquet": "half cycle, direction, potential (V), dQ/dV (mAh/V) with its error",
      "peaks.parquet": "with peaks: one row per peak: potential, capacity of its step, width, track, errors in *_sigma columns",
      "peaks.json": "with peaks: background and closure per half cycle, events over the half cycles",
      "peakCurves.json": "with peaks: what page and report draw of them",
    },
  },
  cv: {
    per: "file",
    of: "cycling",
    needs: ["read"],
    module: "steps/cv",
    export: "cvStep",
    defaults: {},
    quantities: {},
    constants: [],
    description: "sweeps of the potential with peaks, baselines and charges; over several scan rates the story has b-values",
    outputs: {
      "scans.parquet": "where the potential is swept: one row per sweep and peak, errors in *_sigma columns",
      "cv.json": "all of it with the curves; or why the file is no voltammogram",
    },
  },
  gitt: {
    per: "file",
    of: "cycling",
    needs: ["read"],
    module: "steps/gitt",
    export: "gittStep",
    defaults: { length: "auto", shape: "sphere" },
    quantities: { length: "m" },
    constants: [],
    description: "current pulses with rests: relaxed potentials, overpotentials, resistances, D/L² and with a declared length D",
    outputs: {
      "pulses.parquet": "where there are pulses: one row per pulse, errors in *_sigma columns",
      "gitt.json": "all of it with checks and reasons; or why the file is no titration",
    },
  },
  symmetric: {
    per: "file",
    of: "cycling",
    needs: ["read"],
    module: "steps/symmetric",
    export: "symmetricStep",
    defaults: { area: "auto", full: false },
    quantities: { area: "cm2" },
    constants: [],
    description:
      "symmetric cells: overpotential per half cycle, stabilisation, critical current; soft shorts, with full: true of full cells",
    outputs: {
      "overpotentials.parquet": "where it applies: one row per half cycle of a symmetric cell, errors in *_sigma columns",
      "symmetric.json": "all of it with the rows of every sign of a soft short; or why the file is no symmetric cell",
    },
  },
  composition: {
    per: "file",
    of: "cycling",
    needs: ["read"],
    module: "steps/composition",
    export: "compositionStep",
    defaults: { electrolyte_share: "auto", mediator_share: "auto", unreacted: "auto" },
    quantities: {},
    shares: ["electrolyte_share", "mediator_share", "unreacted"],
    constants: ["faraday"],
    description: "x in M2Sx along the run and the products of each discharge as intervals; needs a cell file with sulfur",
    outputs: {
      "composition.parquet": "where it applies: one row per half cycle: x at its end, shares of the products",
      "composition.json": "all of it along the curves; or why there is none",
    },
  },
  eis: {
    per: "file",
    of: "spectra",
    needs: ["read"],
    module: "steps/eis",
    export: "eisStep",
    defaults: { circuit: "auto", weights: "modulus" },
    quantities: {},
    constants: [],
    description: "spectra of impedance: a circuit fitted to the series, Kramers–Kronig verdicts, distribution of relaxation times",
    outputs: {
      "impedance.parquet": "one row per spectrum and parameter, with its error",
      "spectra.parquet": "one row per point: measured, fitted, residuals of the Kramers–Kronig test",
      "eis.json": "all of it, with the reason where a value is missing",
    },
  },
  curves: {
    per: "file",
    needs: ["read"],
    uses: ["dqdv", "cv", "gitt", "symmetric", "composition", "eis"],
    module: "steps/curves",
    export: "curvesStep",
    defaults: { reference: "auto", gain: "auto" },
    parametersOf: "cycles",
    quantities: {},
    constants: ["faraday"],
    description: "the run and its half cycles reduced for a screen, with the tables of cycles and rates",
    outputs: { "curves.json": "one file as page and report show it" },
  },
  story: {
    per: "study",
    needs: ["curves"],
    module: "steps/story",
    export: "storyStep",
    defaults: {},
    quantities: {},
    constants: [],
    description: "what the cells did, in sentences whose numbers name their rows; all files together",
    outputs: { "story.json": "what page and report show" },
  },
};
