/** The steps over points in space. */
import type { StepDefinitions } from "./model.ts";

export const TOPOLOGY_STEPS = {
  topology: {
    per: "source",
    of: "points",
    needs: [],
    givesPart: true,
    module: "steps/topology",
    export: "topologyStep",
    parameters: {
      max_dimension: {
        kind: "count",
        min: 0,
        max: 2,
        default: 1,
        about: "Bars up to this dimension: 0 spacings, 1 rings (default), 2 cavities.",
      },
    },
    constants: [],
    description: "exact Vietoris–Rips barcode of each set of points: spacings, rings, cavities",
    outputs: { "bars.parquet": "one row per bar: file, dimension, birth, death", "part.json": "what page and report show" },
  },
} as const satisfies StepDefinitions;
