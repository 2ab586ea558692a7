/** S | Na3SbS4 | Na15Sn4 at room temperature: the electrolyte as co-active material. */
import { type ParameterSet, parameter as p } from "../parameters.ts";
import { NA_S_NPS } from "./naSNps.ts";
import { ASSUMED, reactionParameters } from "./shared.ts";

const CELL = "cell description of the cells with Na3SbS4";

export const NA_S_NAS: ParameterSet = {
  name: "na-s-nas",
  title: "S | Na3SbS4 | Na15Sn4, 25 °C",
  about:
    "Sulfur calibrated without the electrolyte on the cell with Na3PS4 of the same study (1246 mAh/g, last peak at 1.05 V); the electrolyte's share from the printed capacity of Na3SbS4–C. The capacity of both together is a prediction.",
  chemistry: "Na-S",
  energySet: "tabulated",
  options: { ...NA_S_NPS.options, stress: "none", electrolyteRedox: true },
  electrolyte: {
    formula: "Na3SbS4",
    energySet: "nrel-fere-2012",
    steps: [
      { name: "Na3SbS3", products: "Na3SbS3 + Na2S", from: 3, to: 5, oxidation: false },
      { name: "Sb", products: "Sb + Na2S", from: 5, to: 8, oxidation: false },
      { name: "Na3Sb", products: "Na3Sb + Na2S", from: 8, to: 11, oxidation: false },
      { name: "NaSbS2", products: "NaSbS2 + polysulfide", from: 2, to: 3, oxidation: true },
    ],
  },
  window: [0.5, 2.8],
  current: 260,
  parameters: {
    ...NA_S_NPS.parameters,
    temperature: p(25, "°C", [-20, 120], "measured", CELL),
    sulfurLoading: p(0.489, "mg/cm2", [0.2, 15], "measured", `${CELL}: 3.2 mg of composite on 10 mm`),
    shareSulfur: p(0.12, "1", [0.05, 0.8], "measured", `${CELL}: 60 wt% of the S–C, which is 20 wt%`),
    shareCarbon: p(0.08, "1", [0.02, 0.4], "measured", CELL),
    shareElectrolyte: p(0.8, "1", [0.1, 0.9], "measured", CELL),
    stackPressure: p(250, "MPa", [0, 500], "measured", CELL),
    densityElectrolyte: p(2.83, "g/cm3", [2.7, 2.9], "computed", "318.97 g/mol over 186.9 Å3"),
    electrolyteMolarMass: p(318.97, "g/mol", null, "computed", "Na3SbS4"),
    separatorConductivity: p(0.9, "mS/cm", [0.3, 3], "measured", "printed for the deposition study"),
    conductivityTemperature: p(25, "°C", null, "measured", CELL),
    conductivityActivation: p(0.28, "eV", [0.2, 0.35], "assumed", ASSUMED),
    cathodeConductivity: p(
      5e-3,
      "S/m",
      [1e-4, 5e-2],
      "assumed",
      "0.8 by mass of a better conductor than in the reference cell; tortuosity as there",
    ),
    exchangeTemperature: p(25, "°C", null, "assumed", "temperature of the exchange current densities and of j_D"),
    electrolyteActive: p(
      0.12,
      "1",
      [0.05, 0.5],
      "computed",
      "share ξ: 0.95 electrons per Na3SbS4 of the Na3SbS4–C cell over the 8 of the whole reduction",
    ),
    "electrolyteExchange.Na3SbS3": p(1e-3, "A/m2", [1e-8, 1], "assumed", ASSUMED),
    "electrolyteExchange.Sb": p(1e-3, "A/m2", [1e-8, 1], "assumed", ASSUMED),
    "electrolyteExchange.Na3Sb": p(1e-3, "A/m2", [1e-8, 1], "assumed", ASSUMED),
    "electrolyteExchange.NaSbS2": p(1e-3, "A/m2", [1e-8, 1], "assumed", ASSUMED),
    ...reactionParameters(
      {
        "S-Na2S5": [5e-5, 0.5],
        "S-Na2S7": [5e-5, 0.5],
        "Na2S7-Na2S5": [5e-5, 0.5],
        "Na2S5-Na2S4": [5.5e-5, 0.5],
        "Na2S4-Na2S2": [1.4e-4, 0.5],
        "Na2S4-Na2S3": [1.4e-4, 0.5],
        "Na2S3-Na2S2": [1.4e-4, 0.5],
        "Na2S2-Na2S": [1.8e-5, 0.338],
        "Na2S4-Na2S": [1e-7, 0.5],
      },
      "those of the cells with Na3PS4 at 80 °C by 0.5 eV; the last step on its peak at 1.05 V",
      "computed",
    ),
    diffusion: p(0.179, "A/m2", [1e-4, 10], "calibrated", "1246 mAh/g of the cell with Na3PS4 in the same study"),
  },
};
