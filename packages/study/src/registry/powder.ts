/** The step over powder patterns. */
import type { StepDefinitions } from "./model.ts";

export const POWDER_STEPS = {
  powder: {
    per: "source",
    of: "powder",
    needs: [],
    givesPart: true,
    module: "steps/powder",
    export: "powderStep",
    parameters: {
      phases: { kind: "texts", default: "auto", about: "Phases of the patterns, such as [Na2S, Na3PS4]; needed." },
      method: {
        kind: "choice",
        of: ["rietveld", "pawley"],
        default: "rietveld",
        about: "rietveld: mass fractions; pawley: cells alone, intensities free (default rietveld).",
      },
      shapes: {
        kind: "choice",
        of: ["first", "each"],
        default: "first",
        about: "Widths and zero of the first pattern are held for the others, or refined for each (default first).",
      },
      from: { kind: "number", min: 0, max: 180, default: "auto", about: "Smallest 2θ that is refined, degrees." },
      to: { kind: "number", min: 0, max: 180, default: "auto", about: "Largest 2θ that is refined, degrees." },
      background: { kind: "count", min: 1, max: 30, default: 6, about: "Terms of the Chebyshev background (default 6)." },
    },
    constants: [],
    description: "powder patterns one after the other: cells, mass fractions of the crystalline part",
    outputs: {
      "phases.parquet": "one row per pattern and phase: mass fraction, cell, errors in *_sigma columns",
      "part.json": "what page and report show",
    },
  },
} as const satisfies StepDefinitions;
