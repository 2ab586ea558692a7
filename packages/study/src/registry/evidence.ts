/** The steps that join what all others found. */
import type { StepDefinitions } from "./model.ts";
import type { Parameters } from "./parameters.ts";

const PLACES = {
  system: { kind: "choice", of: ["Na-S", "Li-S"], default: "Na-S", about: "Species between sulfur and sulfide: Na-S (default) or Li-S." },
  half: { kind: "count", min: 1, max: 10_000, default: 1, about: "Half cycle whose course is joined (default 1, the first discharge)." },
  spectra: {
    kind: "texts",
    default: "auto",
    about:
      'Where each spectrum was taken: "NAME = 1.8 V" (on the curve of its own cell), "NAME = 420 mAh/g" or "NAME = 0.5" electrons per S. "auto" (default): potentials in the names (1.8V, 1p8V).',
  },
  spectra_run: {
    kind: "text",
    default: "",
    maxLength: 200,
    about: "Source of the cycler's file of the cells that spectra were taken on, where it is another kind of cell (default: the first).",
  },
  standards: {
    kind: "texts",
    default: "auto",
    about: 'What each standard of the combination is: "NAME = Na2S4", "NAME = electrolyte". "auto" (default): formulas in the names.',
  },
  scales: {
    kind: "texts",
    default: "auto",
    about:
      'Intensity of diffraction for one crystalline species per S: "Na2S = 120 ± 4". "auto" (default): of the tables of observations; without one it is in arbitrary units.',
  },
} as const satisfies Parameters;

const USED = ["observations", "xrd.map", "xas.lcf", "xas.chain", "dqdv"] as const;

export const EVIDENCE_STEPS = {
  observations: {
    per: "source",
    of: "observations",
    needs: [],
    module: "steps/evidence/observations",
    export: "observationsStep",
    parameters: {},
    constants: ["faraday"],
    description: "tables of observations of species over the charge, checked",
    outputs: { "observations.json": "observations and scales with their lines" },
  },
  evidence: {
    per: "study",
    needs: ["read"],
    uses: USED,
    givesPart: true,
    takesRun: true,
    takesCell: true,
    module: "steps/evidence/evidence",
    export: "evidenceStep",
    parameters: {
      ...PLACES,
      electrolyte_charge: {
        kind: "shares",
        default: "auto",
        about: 'Share of the charge that the electrolyte takes, as a range ("0..30 %"); "auto" (default): 0 to 40 %.',
      },
      electrolyte_sulfur: {
        kind: "shares",
        default: "auto",
        about: `Share of the sulfur atoms that is the electrolyte's, as a range of one error on both sides; "auto" (default): from the cell file.`,
      },
      crystalline: {
        kind: "texts",
        default: [],
        about: "Species that are taken for wholly crystalline, such as [Na2S]: an assumption, with 2 % of room (default: none).",
      },
      order: {
        kind: "choice",
        of: ["thermodynamic", "off"],
        default: "thermodynamic",
        about: "Soft prior: species follow one another by their electrons per S (default), or none.",
      },
      leave_out: { kind: "flag", default: true, about: "Also say what each probe adds, by leaving it out (default: yes)." },
    },
    constants: ["faraday"],
    description:
      "amounts of every species over the charge from all probes together, with 90 % bands; what is hidden, what cannot be told apart, what contradicts",
    outputs: {
      "composition.parquet": "one row per charge and species: amount, band, crystalline part and its band",
      "evidence.json": "groups, probes, shares, scales, amounts at the end",
      "part.json": "what page and report show",
    },
  },
  events: {
    per: "study",
    needs: ["read"],
    uses: [...USED, "evidence"],
    givesPart: true,
    takesRun: true,
    takesCell: true,
    module: "steps/evidence/events",
    export: "eventsStep",
    parameters: PLACES,
    constants: ["faraday"],
    description: "where every stream bends, and which peak of dQ/dV each bend belongs to, with its probability",
    outputs: { "events.parquet": "one row per event and feature", "part.json": "what page and report show" },
  },
} as const satisfies StepDefinitions;
