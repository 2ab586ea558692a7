/** The campaign on the halide glass TaCl5–xNa2S: what pellets, diffractometers, spectrometers, simulation and two full cells would have left behind. */
import type { LabRecipe } from "./campaign.ts";
import { cyclingFiles, cyclingTruth, pelletFiles, pelletTruth } from "./ntscElectrolyte/electrochemistry.ts";
import { drawModel } from "./ntscElectrolyte/model.ts";
import { motionFiles, motionTruth } from "./ntscElectrolyte/motion.ts";
import { heatFlowFiles, ramanFiles, spectraTruth, sulfurFiles, tantalumFiles, xpsFiles } from "./ntscElectrolyte/spectra.ts";
import { modelFiles, powderFiles, scatteringFiles, structureTruth } from "./ntscElectrolyte/structure.ts";

export const NTSC_ELECTROLYTE_LAB: LabRecipe = {
  name: "ntsc-electrolyte",
  title: "Halide glass TaCl5–xNa2S",
  effects: [
    "A pellet is not as warm as its chamber (0.15 K), and its thickness is not the declared one (1 %).",
    "One temperature of one sample was never measured.",
    "Stray capacitance and inductance of the cable, a step between two current ranges, a room that warms and cools.",
    "The cycler's gains and clock are off, rows are lost, it restarts; the rate cell and the life cell are two cells.",
    "Halos under the powder lines, and lines of a phase that is not asked for at x = 0.25.",
    "Total scattering with Compton scattering, a container that leaks through, an offset of q.",
    "Cosmic rays, fluorescence and etaloning in Raman spectra; a charged sample in the photoelectron spectrometer.",
    "A monochromator that moved between two scans, and fine structure on a background that is no spline.",
    "Ions that exchange sites two at a time instead of independent Brownian motion, seen on their way; a drift of the whole simulated cell.",
    "An overshoot behind the glass transition.",
  ],
  campaign(seed) {
    const model = drawModel(seed);
    return {
      files: [
        ...pelletFiles(model),
        ...powderFiles(model),
        ...heatFlowFiles(model),
        ...ramanFiles(model),
        ...xpsFiles(model),
        ...sulfurFiles(model),
        ...tantalumFiles(model),
        ...scatteringFiles(model),
        ...motionFiles(model),
        ...modelFiles(model),
        ...cyclingFiles(model),
      ],
      truth: [...pelletTruth(model), ...structureTruth(model), ...spectraTruth(model), ...motionTruth(model), ...cyclingTruth(model)],
    };
  },
};
