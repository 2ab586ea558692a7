/** The steps over trajectories of atoms. */
import type { StepDefinitions } from "./model.ts";

export const ATOMS_STEPS = {
  md: {
    per: "source",
    of: "trajectory",
    needs: [],
    givesPart: true,
    module: "steps/atoms",
    export: "atomsStep",
    parameters: {
      skip: { kind: "count", min: 0, default: 0, about: "Frames left out at the start of each file (default 0)." },
      every: { kind: "count", min: 1, default: 1, about: "Keep every n-th frame (default 1: all)." },
      charge: { kind: "number", default: 1, about: "Charge of the ion for the conductivity, in elementary charges (default 1)." },
      at: { kind: "number", min: 1, default: 300, about: "Temperature that the line over temperatures is extended to, K (default 300)." },
    },
    constants: ["boltzmann", "elementaryCharge"],
    description: "displacement, diffusivity with 95 % interval, conductivity, Arrhenius line, radial distribution of a trajectory",
    outputs: {
      "msd.parquet": "one row per run and lag: temperature, time, displacement, collective displacement",
      "part.json": "what page and report show",
    },
  },
} as const satisfies StepDefinitions;
