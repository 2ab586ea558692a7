/** The step over patterns of total scattering. */
import type { StepDefinitions } from "./model.ts";

export const PDF_STEPS = {
  pdf: {
    per: "source",
    of: "scattering",
    needs: [],
    givesPart: true,
    module: "steps/pdf",
    export: "pdfStep",
    parameters: {
      qmin: { kind: "number", min: 0, default: "auto", about: "Start of the transform, 1/Å (0.5, or of the data)." },
      qmax: { kind: "number", min: 1, default: "auto", about: "End of the transform, 1/Å (where noise is as large as what is left)." },
      qmaxinst: { kind: "number", min: 1, default: "auto", about: "End of the data that the correction takes, 1/Å (all)." },
      rpoly: { kind: "number", min: 0.1, max: 5, default: 0.9, about: "The correction varies over less than this, Å (default 0.9)." },
      rmax: { kind: "number", min: 1, default: 30, about: "End of G(r), Å (default 30)." },
      rstep: { kind: "number", min: 0.001, default: 0.01, about: "Step of G(r), Å (default 0.01)." },
      lorch: { kind: "flag", default: false, about: "Lorch's window: less ripple, broader peaks (default: no)." },
      peaks: {
        kind: "texts",
        default: "auto",
        about:
          'Rough distances of peaks that are fitted together, Å, such as [2.3, 2.6] (none); or a list for each pattern, such as ["2.2, 2.6", "2.3, 3.7"].',
      },
    },
    constants: [],
    description: "pair distribution functions: polynomial correction, transform with errors, peaks",
    outputs: {
      "pdf.parquet": "one row per distance: file, r, G with its error",
      "peaks.parquet": "one row per fitted peak: file, distance, width, area, errors in *_sigma columns",
      "part.json": "what page and report show",
    },
  },
} as const satisfies StepDefinitions;
