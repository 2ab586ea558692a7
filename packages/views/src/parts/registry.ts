/** How each kind of part is shown. */
import type { PartKind } from "@thioscope/core/story";
import { DENSITY_PROJECTION } from "../atoms/density.ts";
import { DIFFUSIVITIES, DISPLACEMENT, RADIAL } from "../atoms/figures.ts";
import { mountAudit } from "../audit/mountAudit.ts";
import { CURVE, DQDV, FIELDS, PHASES } from "../cellmodel/figures.ts";
import { mountSliders as mountCellSliders } from "../cellmodel/sliders.ts";
import { OVER_SAMPLES, OVER_TEMPERATURE, PELLET_NYQUIST } from "../conductivity/figures.ts";
import { GROWTH, INTERFACE, MAPS, SIZES } from "../deposition/figures.ts";
import { mountSliders as mountDepositionSliders } from "../deposition/sliders.ts";
import { DIFFRACTION } from "../diffraction/index.ts";
import { BANDS, COMPOSITION, STREAMS } from "../evidence/figures.ts";
import { mountEvidence } from "../evidence/mountEvidence.ts";
import { IMAGING } from "../imaging/index.ts";
import { mountRecovered } from "../paper/mountRecovered.ts";
import { SPECTROSCOPY } from "../spectroscopy/index.ts";
import { HULL } from "../thermo/hull.ts";
import { POTENTIALS } from "../thermo/potentials.ts";
import { mountSliders } from "../thermo/sliders.ts";
import { SOLIDS } from "../thermo/solids.ts";
import { STAIRCASE } from "../thermo/staircase.ts";
import { WINDOWS } from "../thermo/window.ts";
import { BARCODE, DIAGRAM } from "../topology/barcode.ts";
import { lazily } from "./lazy.ts";
import type { PartView } from "./model.ts";

export const PART_VIEWS: { readonly [Kind in PartKind]: PartView<Kind> } = {
  audit: { panel: "evidence", figures: [], mount: mountAudit },
  cellmodel: { panel: "models", figures: [CURVE, DQDV, PHASES, FIELDS], mount: mountCellSliders },
  conductivity: { panel: "spectra", figures: [PELLET_NYQUIST, OVER_SAMPLES, OVER_TEMPERATURE] },
  deposition: { panel: "models", figures: [MAPS, INTERFACE, SIZES, GROWTH], mount: mountDepositionSliders },
  diffraction: DIFFRACTION,
  evidence: { panel: "evidence", figures: [COMPOSITION, BANDS, STREAMS], mount: mountEvidence },
  imaging: IMAGING,
  // it draws figures of all other parts
  paper: { panel: "paper", figures: [], mount: lazily(async () => (await import("../paper/mountPaper.ts")).mountPaper) },
  recovered: { panel: "paper", figures: [], mount: mountRecovered },
  spectroscopy: SPECTROSCOPY,
  thermo: { panel: "models", figures: [WINDOWS, HULL, POTENTIALS, STAIRCASE, SOLIDS], mount: mountSliders },
  atoms: {
    panel: "atoms",
    figures: [DISPLACEMENT, DIFFUSIVITIES, RADIAL, DENSITY_PROJECTION],
    mount: lazily(async () => (await import("../atoms/mountStructure.ts")).mountStructure),
  },
  topology: {
    panel: "atoms",
    figures: [BARCODE, DIAGRAM],
    mount: lazily(async () => (await import("../topology/mountPoints.ts")).mountPoints),
  },
};
