/** The steps over X-ray absorption scans. */
import type { StepDefinitions } from "./model.ts";
import type { Parameters } from "./parameters.ts";

const PART = { "part.json": "what page and report show" } as const;

/** How scans become normalised spectra; the same for all steps over them. */
const WINDOWS = {
  e0: { kind: "number", default: "auto", about: 'Edge, eV. "auto" (default): the maximum of the derivative of each scan.' },
  pre_from: { kind: "number", max: 0, default: "auto", about: "Start of the window below the edge, eV from it." },
  pre_to: { kind: "number", max: 0, default: "auto", about: "End of the window below the edge, eV from it." },
  post_from: { kind: "number", min: 0, default: "auto", about: "Start of the window above the edge, eV from it." },
  post_to: { kind: "number", min: 0, default: "auto", about: "End of the window above the edge, eV from it." },
  degree: { kind: "count", min: 0, max: 3, default: "auto", about: "Degree of the polynomial above the edge." },
  deglitch: { kind: "flag", default: false, about: "Take single points out that their neighbours do not expect (default: no)." },
} as const satisfies Parameters;

export const ABSORPTION_STEPS = {
  "xas.normalize": {
    per: "source",
    of: "absorption",
    needs: [],
    givesPart: true,
    module: "steps/absorption/normalize",
    export: "normalizeStep",
    parameters: {
      ...WINDOWS,
      scale_error: {
        kind: "number",
        min: 0,
        default: 0,
        about: "Error of the energy scale, eV (default 0): it enters the places of features, not their distances.",
      },
    },
    constants: [],
    description: "absorption spectra normalised, with the error of the windows; features; the contour over the series",
    outputs: { "spectra.parquet": "one row per spectrum: edge, step, error by windows, white line", ...PART },
  },
  "xas.lcf": {
    per: "source",
    of: "absorption",
    needs: [],
    takesRun: true,
    takesCell: true,
    givesPart: true,
    module: "steps/absorption/lcf",
    export: "lcfStep",
    parameters: {
      ...WINDOWS,
      low: { kind: "number", default: "auto", about: "Lowest energy that is fitted, eV." },
      high: { kind: "number", default: "auto", about: "Highest energy that is fitted, eV." },
      shift: { kind: "number", min: 0, max: 2, default: 0, about: "Each standard may move by up to this, eV (default 0)." },
    },
    constants: [],
    description:
      "weights of the source's standards, not negative and with sum 1, over the series and the clock of a run that it was taken in",
    outputs: { "weights.parquet": "one row per spectrum and standard: weight, error, whether an upper limit", ...PART },
  },
  "xas.mcr": {
    per: "source",
    of: "absorption",
    needs: [],
    takesRun: true,
    takesCell: true,
    givesPart: true,
    module: "steps/absorption/mcr",
    export: "mcrStep",
    parameters: {
      ...WINDOWS,
      low: { kind: "number", default: "auto", about: "Lowest energy that is used, eV." },
      high: { kind: "number", default: "auto", about: "Highest energy that is used, eV." },
      components: {
        kind: "count",
        min: 1,
        max: 12,
        default: "auto",
        about: 'How many, known ones included. "auto" (default): as many as the indicator function counts.',
      },
      known: {
        kind: "texts",
        default: "auto",
        about: 'Settings of the source whose spectra are held, such as [electrolyte, sulfide]. "auto" (default): none.',
      },
    },
    constants: [],
    description: "components of a series without standards, with the band of shares that fit as well",
    outputs: { "shares.parquet": "one row per spectrum and component: share, error, lowest and highest that fit as well", ...PART },
  },
  "xas.chain": {
    per: "source",
    of: "absorption",
    needs: [],
    takesRun: true,
    takesCell: true,
    givesPart: true,
    module: "steps/absorption/chain",
    export: "chainStep",
    parameters: {
      ...WINDOWS,
      electrolyte_share: {
        kind: "number",
        min: 0,
        max: 1,
        default: 0,
        about: "Share of the sulfur atoms that is the electrolyte's: above 0 its spectrum must be among the source's files (default 0).",
      },
      formula: {
        kind: "text",
        default: "",
        maxLength: 120,
        about: "Formula of the whole sample, for over-absorption in fluorescence (default: not stated, which is flagged).",
      },
    },
    constants: [],
    description:
      "mean chain length x of M2Sx by the areas of terminal and internal sulfur, with error, flags, and reasons where there is none",
    outputs: { "chains.parquet": "one row per spectrum: x, error, areas, flags, reason", ...PART },
  },
  "xas.exafs": {
    per: "source",
    of: "exafs",
    needs: [],
    givesPart: true,
    module: "steps/absorption/exafs",
    export: "exafsStep",
    parameters: {
      ...WINDOWS,
      rbkg: { kind: "number", min: 0.3, max: 3, default: 1, about: "Nothing below this R is structure, Å (default 1)." },
      k_from: { kind: "number", min: 0, max: 30, default: 3, about: "Start of the window in k, 1/Å (default 3)." },
      k_to: { kind: "number", min: 1, max: 40, default: "auto", about: "End of the window in k, 1/Å (12, or the end of the data)." },
      weight: { kind: "count", min: 0, max: 3, default: 2, about: "Power of k (default 2)." },
      shells: {
        kind: "texts",
        default: "auto",
        about: "Rough distances of shells that are followed over the spectra, Å, such as [1.9, 3.2] (none).",
      },
    },
    constants: [],
    description: "background, Fourier transform with its shells (no phase correction), wavelet map",
    outputs: { "shells.parquet": "one row per shell: spectrum, R without phase correction, magnitude", ...PART },
  },
  "xas.paths": {
    per: "source",
    of: "exafs",
    needs: [],
    givesPart: true,
    module: "steps/absorption/paths",
    export: "pathsStep",
    parameters: {
      ...WINDOWS,
      rbkg: { kind: "number", min: 0.3, max: 3, default: 1, about: "Nothing below this R is structure, Å (default 1)." },
      k_from: { kind: "number", min: 0, max: 30, default: 3, about: "Start of the window in k, 1/Å (default 3)." },
      k_to: { kind: "number", min: 1, max: 40, default: "auto", about: "End of the window in k, 1/Å (12, or the end of the data)." },
      weight: { kind: "count", min: 0, max: 3, default: 2, about: "Power of k (default 2)." },
      r_from: { kind: "number", min: 0, max: 10, default: 1, about: "Start of the range that is fitted, Å (default 1)." },
      r_to: { kind: "number", min: 0.5, max: 12, default: 3, about: "End of the range that is fitted, Å (default 3)." },
      site: {
        kind: "text",
        default: "auto",
        maxLength: 20,
        about: 'Absorber: element or label of the CIF. "auto" (default): as files say.',
      },
      edge: { kind: "text", default: "auto", maxLength: 4, about: 'Its edge. "auto" (default): as files say, else K.' },
      variables: {
        kind: "text",
        default: "auto",
        maxLength: 400,
        about: 'What is fitted, with starts. "auto" (default): amp=1,de0=0,sig2=0.003,alpha=0.',
      },
      parameters: {
        kind: "text",
        default: "auto",
        maxLength: 1000,
        about:
          'Path parameters as expressions of the variables; "2:sigma2=sig2b" is of the second path. "auto" (default): s02=amp,e0=de0,sigma2=sig2,deltar=alpha*reff.',
      },
    },
    constants: [],
    description: "scattering paths of a structure fitted in R-space: variables with errors, distances over the series, correlations",
    outputs: { "paths.parquet": "one row per spectrum and variable: value, error, R-factor", ...PART },
  },
} as const satisfies StepDefinitions;
