/** The steps over files of a cycler or potentiostat, and the story. */
import type { StepDefinitions } from "./model.ts";

export const CYCLING_STEPS = {
  read: {
    per: "file",
    needs: [],
    module: "steps/read",
    export: "readStep",
    parameters: {
      salvage: { kind: "flag", default: false, about: "Take what can be read before damage, with a notice. Default: false." },
    },
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
    takesCell: true,
    module: "steps/cycles",
    export: "cyclesStep",
    parameters: {
      reference: {
        kind: "count",
        min: 1,
        default: "auto",
        about: 'Number of the cycle that retention refers to; "auto" (default) is the first complete one.',
      },
      gain: {
        kind: "quantity",
        unit: "%",
        default: "auto",
        about:
          'Accuracy of the cycler\'s current range, one standard deviation, such as "0.1 %"; "auto" (default): the usual accuracy of cyclers, marked as assumed.',
      },
    },
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
    takesCell: "peaks",
    module: "steps/dqdv",
    export: "dqdvStep",
    parameters: {
      bin: {
        kind: "quantity",
        unit: "V",
        default: "auto",
        about: 'Width of the potential bins with its unit, such as "5 mV"; "auto" (default) takes it from the data.',
      },
      peaks: {
        kind: "flag",
        default: false,
        about: "Also fit overlapping peaks: potential and capacity of each step, tracked over the half cycles. Default: false.",
      },
      peak_cycles: {
        kind: "count",
        min: 1,
        default: "auto",
        about: 'Peaks are fitted in so many cycles, from the first on; "auto" (default): in all.',
      },
      offset: {
        kind: "quantity",
        unit: "V",
        default: "auto",
        about:
          'With peaks: accuracy of the cycler\'s potential, one standard deviation, such as "0.4 mV"; "auto" (default): the usual accuracy of cyclers, 1 mV.',
      },
    },
    constants: [],
    description: "differential capacity of each half cycle, charge counted in potential bins; with peaks: true its peaks",
    outputs: {
      "dqdv.parquet": "half cycle, direction, potential (V), dQ/dV (mAh/V) with its error",
      "peaks.parquet": "with peaks: one row per peak: potential, capacity of its step, width, track, errors in *_sigma columns",
      "peaks.json":
        "with peaks: background, closure and peaks per half cycle, errors with the instrument's accuracy; events over the half cycles",
      "peakCurves.json": "with peaks: what page and report draw of them",
    },
  },
  cv: {
    per: "file",
    of: "cycling",
    needs: ["read"],
    module: "steps/cv",
    export: "cvStep",
    parameters: {},
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
    parameters: {
      length: {
        kind: "quantity",
        unit: "m",
        default: "auto",
        about: 'Length that turns D/L² into D, with its unit, such as "1 um"; "auto" (default): none is declared, and D/L² is the answer.',
      },
      shape: {
        kind: "choice",
        of: ["sphere", "plate"],
        default: "sphere",
        about: "The length is the radius of spheres (default) or the thickness of plates open on one side.",
      },
    },
    constants: [],
    description:
      "current pulses with rests, or potential steps: relaxed potentials, overpotentials, resistances, D/L² and with a declared length D",
    outputs: {
      "pulses.parquet": "where there are pulses: one row per pulse, errors in *_sigma columns",
      "steps.parquet": "where there are potential steps instead: one row per step, errors in *_sigma columns",
      "gitt.json": "all of it with checks and reasons; or why the file is no titration",
    },
  },
  symmetric: {
    per: "file",
    of: "cycling",
    needs: ["read"],
    takesCell: true,
    module: "steps/symmetric",
    export: "symmetricStep",
    parameters: {
      area: {
        kind: "quantity",
        unit: "cm2",
        default: "auto",
        about: 'Area of the electrodes with its unit, such as "0.785 cm2"; "auto" (default) takes it from the cell file.',
      },
      full: { kind: "flag", default: false, about: "Full cells too: of these, soft shorts alone. Default: false." },
    },
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
    takesCell: true,
    module: "steps/composition",
    export: "compositionStep",
    parameters: {
      electrolyte_share: {
        kind: "shares",
        default: "auto",
        about: 'Share of the charge that the electrolyte took, such as "0..30 %"; "auto" (default): none.',
      },
      mediator_share: {
        kind: "shares",
        default: "auto",
        about: 'Share of the charge that a mediator took, such as "0..0.1"; "auto" (default): none.',
      },
      unreacted: {
        kind: "shares",
        default: "auto",
        about: 'Share of the sulfur that has not reacted, such as "0..0.3"; "auto" (default): anything possible.',
      },
      gain: {
        kind: "quantity",
        unit: "%",
        default: "auto",
        about:
          'Accuracy of the cycler\'s current range, one standard deviation, such as "0.1 %"; "auto" (default): the usual accuracy of cyclers, marked as assumed.',
      },
    },
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
    parameters: {
      circuit: {
        kind: "circuit",
        default: "auto",
        about: 'Circuit fitted to all spectra, such as "R0-p(R1,CPE1)-W1"; "auto" (default) chooses one by the information criterion.',
      },
      weights: {
        kind: "choice",
        of: ["modulus", "unit"],
        default: "modulus",
        about: "The error is the same share of |Z| everywhere (modulus, default), or the same number of ohms (unit).",
      },
      new_arc: {
        kind: "flag",
        default: false,
        about: "In a series over time, look for an arc that appears, and how it grows (default: no).",
      },
    },
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
    takesCell: true,
    module: "steps/curves",
    export: "curvesStep",
    parameters: {},
    parametersOf: "cycles",
    constants: ["faraday"],
    description: "the run and its half cycles reduced for a screen, with the tables of cycles and rates",
    outputs: { "curves.json": "one file as page and report show it" },
  },
  story: {
    per: "story",
    needs: ["curves"],
    module: "steps/story",
    export: "storyStep",
    parameters: {},
    constants: [],
    description: "what the cells did, in sentences whose numbers name their rows; all files and parts together",
    outputs: { "story.json": "what page and report show" },
  },
} as const satisfies StepDefinitions;
