/** The steps over papers: their claims, their figures. */
import type { StepDefinitions } from "./model.ts";

export const AUDIT_STEPS = {
  audit: {
    per: "source",
    of: "claims",
    needs: [],
    givesPart: true,
    module: "steps/audit",
    export: "auditStep",
    parts: "auditParts",
    parameters: {
      checks: {
        kind: "flag",
        default: true,
        about: "Run models and virtual measurements for the claims that arithmetic does not decide; a page runs none (default: yes).",
      },
    },
    constants: ["faraday", "boltzmann", "elementaryCharge"],
    description:
      "claims of papers recomputed from the numbers that they print, reached by a model or recovered from virtual measurements, each with its verdict and what decides",
    outputs: { "findings.json": "as the command gives it", "part.json": "what page and report show" },
  },
  panels: {
    per: "source",
    of: "panels",
    needs: [],
    givesPart: true,
    module: "steps/panels",
    export: "panelsStep",
    parameters: {},
    constants: [],
    description: "a paper's figures panel by panel: which figure of the study shows the same, or why none can",
    outputs: { "part.json": "what page and report show" },
  },
} as const satisfies StepDefinitions;
