/** The steps over spectra of Raman and photoelectrons, counts of ions, and thermal analysis. */
import type { StepDefinitions } from "./model.ts";

const PART = { "part.json": "what page and report show" } as const;

export const SPECTROSCOPY_STEPS = {
  raman: {
    per: "source",
    of: "raman",
    needs: [],
    givesPart: true,
    module: "steps/spectroscopy/raman",
    export: "ramanStep",
    parameters: {
      species: {
        kind: "texts",
        default: "auto",
        about:
          'Species whose bands are followed, such as [S8, Na3SbS4]. "auto" (default): those that are found. [none]: peaks are not named.',
      },
      low: { kind: "number", default: "auto", about: "Lowest shift that is used, 1/cm." },
      high: { kind: "number", default: "auto", about: "Highest shift that is used, 1/cm." },
      broad: { kind: "number", min: 1, default: 300, about: "Features broader than this belong to the baseline, 1/cm (default 300)." },
      most: { kind: "count", min: 1, max: 40, default: 12, about: "At most this many peaks per spectrum (default 12)." },
    },
    constants: [],
    description: "Raman spectra: cosmic rays, baseline, Voigt peaks with names, bands over the series with upper limits",
    outputs: { "peaks.parquet": "one row per peak: spectrum, shift, width, height, area, names", ...PART },
  },
  xps: {
    per: "source",
    of: "photoelectrons",
    needs: [],
    givesPart: true,
    module: "steps/spectroscopy/xps",
    export: "xpsStep",
    parameters: {
      low: { kind: "number", default: 158, about: "Lower end of the window, eV (default 158, for S 2p)." },
      high: { kind: "number", default: 171, about: "Upper end of the window, eV (default 171)." },
      level: { kind: "text", default: "S 2p", maxLength: 20, about: 'Core level whose doublet is fitted (default "S 2p").' },
      components: {
        kind: "texts",
        default: "auto",
        about: 'What is fitted, as NAME=EV of the larger line, such as [sulfide=161.6, S8=164]. "auto" (default): what a search finds.',
      },
      background: { kind: "choice", of: ["shirley", "tougaard", "linear"], default: "shirley", about: "Background (default shirley)." },
      charge: {
        kind: "number",
        default: "auto",
        about:
          'Where the C 1s line of adventitious carbon is now, eV, roughly: all energies are moved so that it lies at 284.8 eV. "auto" (default): not moved.',
      },
      work_function: {
        kind: "number",
        default: 0,
        about: "Subtracted from hν − E_K, eV (default 0: files count kinetic energies from the Fermi level).",
      },
    },
    constants: [],
    description: "photoelectrons: background, components with doublets, upper limits for what is not found",
    outputs: { "components.parquet": "one row per component: file, place, width, area, share, limit", ...PART },
  },
  sims: {
    per: "source",
    of: "ions",
    needs: [],
    givesPart: true,
    module: "steps/spectroscopy/sims",
    export: "simsStep",
    parameters: {
      ratio: {
        kind: "text",
        default: "Li3S2+/Li3S+",
        maxLength: 60,
        about: 'The two ions as the tables name them (default "Li3S2+/Li3S+").',
      },
    },
    constants: [],
    description: "ratios of secondary ions over replicate areas, with dead time, blank and exact intervals; Welch's test between files",
    outputs: { "ratios.parquet": "one row per file: ratio, error, deviation of one area, areas", ...PART },
  },
  thermal: {
    per: "source",
    of: "thermal",
    needs: [],
    givesPart: true,
    module: "steps/spectroscopy/thermal",
    export: "thermalStep",
    parameters: {
      sulfur: {
        kind: "flag",
        default: false,
        about: "Sulfur content of a composite from the mass lost between `low` and `high`. Default: false.",
      },
      low: { kind: "number", default: 150, about: "Lower end of the sulfur's window, °C (default 150)." },
      high: { kind: "number", default: 450, about: "Upper end of the sulfur's window, °C (default 450)." },
      glass: { kind: "flag", default: false, about: "The glass transition of a heat flow. Default: false." },
    },
    constants: [],
    description: "steps of mass with onset and loss, sulfur content; glass transition",
    outputs: { "steps.parquet": "one row per step of mass: file, onset, midpoint, endset, loss", ...PART },
  },
} as const satisfies StepDefinitions;
