/**
 * The campaign of the work on mixed discharge products (S | Li10GeP2S12 | Li–In, with and without LiI): cyclers, titrations, S K-edge scans,
 * secondary ions, photoelectrons, thermobalance, Raman, total energies. Truths are drawn about what the work prints.
 */
import { random } from "@thioscope/core";
import type { LabCampaign, LabRecipe, LabTruth } from "./campaign.ts";
import { type Chemistry, chemistryOf } from "./mixedProducts/chemistry.ts";
import { compositeFiles, energyFile } from "./mixedProducts/composite.ts";
import { cyclingFiles } from "./mixedProducts/cycling.ts";
import { absorptionFiles, ionFiles, photoelectronFiles } from "./mixedProducts/spectra.ts";

export const MIXED_PRODUCTS_LAB: LabRecipe = {
  name: "li-s-mixed-products",
  title: "Mixed discharge products of Li–S cells",
  effects: [
    "Every cell holds other sulfur than was weighed, by 1 % (one standard deviation).",
    "The electrolyte takes 2 to 6 % of the charge of the first discharge.",
    "Cyclers have gain errors of current and voltage, a clock that runs fast or slow, a daily drift, lost rows and one restart per file.",
    "Spectra were taken on other cells than those that were cycled on; one of them was lost.",
    "The monochromator's zero moves by 0.02 eV from scan to scan, and lines of every sample are a few per cent broader or narrower.",
    "What was scraped off for absorption holds 1 % more or less electrolyte than was mixed.",
    "Ion ratios differ between areas of a sample; the detector has a dead time.",
    "Most of the disulfide at the surface does not outlast the transfer to the photoelectron spectrometer; samples charge by 0.6 eV.",
    "Resistances of the titrated particles change with their charge, and a part of the interface relaxes slowly.",
    "Sulfur evaporates ever faster until none is left, which is no logistic step; the electrolyte begins to lose mass before it is all gone.",
  ],
  campaign(seed: number): LabCampaign {
    const draw = random(`li-s-mixed-products ${seed}`);
    const chemistry = chemistryOf(draw.fork("chemistry"));
    const parts = [
      cyclingFiles(chemistry, seed, draw.fork("cycling")),
      absorptionFiles(chemistry, seed, draw.fork("absorption")),
      ionFiles(seed, draw.fork("ions")),
      compositeFiles(seed, draw.fork("composite")),
    ];
    return {
      files: [...parts.flatMap(({ files }) => files), ...photoelectronFiles(chemistry, seed), energyFile(draw.fork("energies"))],
      truth: [...parts.flatMap(({ truth }) => truth), ...productTruth(chemistry)],
    };
  },
};

/** Shares of the cathode's sulfur at the end of the first discharge with LiI, as all probes together should find them. */
function productTruth({ lii, electrolyteCharge }: Chemistry): LabTruth[] {
  const { li2s2, li2s } = lii.discharged(Number.POSITIVE_INFINITY);
  return [
    { key: "product-li2s2", what: "Li2S2 of the cathode's sulfur, end of the first discharge with LiI", value: 100 * li2s2, unit: "%" },
    { key: "product-li2s", what: "Li2S of the cathode's sulfur, end of the first discharge with LiI", value: 100 * li2s, unit: "%" },
    {
      key: "electrolyte-charge",
      what: "share of the first discharge that the electrolyte took",
      value: 100 * electrolyteCharge,
      unit: "%",
    },
  ];
}
