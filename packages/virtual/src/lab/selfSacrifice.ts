/**
 * The campaign of the work on self-sacrificed Na3SbS4: cyclers, potentiostat, thermobalance, Raman, two beamlines, tomograph and microscope, about the values that the
 * paper prints. Every seed draws its own truth about them.
 */
import type { LabCampaign, LabRecipe } from "./campaign.ts";
import { absorptionFiles } from "./selfSacrifice/absorption.ts";
import { cyclingFiles } from "./selfSacrifice/cycling.ts";
import { diffractionFiles } from "./selfSacrifice/diffraction.ts";
import { Notebook } from "./selfSacrifice/draw.ts";
import { pictureFiles } from "./selfSacrifice/pictures.ts";
import { balanceFile, impedanceFiles, ramanFiles } from "./selfSacrifice/spectra.ts";

export const SELF_SACRIFICE_LAB: LabRecipe = {
  name: "nas-self-sacrifice",
  title: "Self-sacrifice of sulfide electrolytes in solid-state Na–S cells",
  effects: [
    "Every cycler has an error of its current range, a clock that is off, a voltage that drifts with the room, lost rows and one restart.",
    "The mass of a cathode lies anywhere between 3.2 and 3.5 mg; the cell file knows only the range.",
    "Soft shorts flutter while they recover and leave a tenth of their depth behind.",
    "Scans of the S K-edge have errors of energy of their own, are damped where the sample is thick, and differ in resolution.",
    "The Raman spectrometer's axis is off and its detector ripples; cosmic rays hit any spectrum.",
    "Impedance is measured through a cable, with a step between two current ranges, in a room that warms and cools; one series lacks some hours.",
    "The volumes are blurred, noisy and cupped; pictures of the microscope are brighter on one side.",
    "The diffractometer has a zero error, a foil in the beam and humps of what is amorphous.",
    "The thermobalance's sulfur leaves in two steps, the second from pores of the carbon.",
  ],
  campaign(seed): LabCampaign {
    const notebook = new Notebook(seed);
    cyclingFiles(notebook);
    impedanceFiles(notebook);
    balanceFile(notebook);
    ramanFiles(notebook);
    absorptionFiles(notebook);
    diffractionFiles(notebook);
    pictureFiles(notebook);
    return { files: notebook.files, truth: notebook.truth };
  },
};
