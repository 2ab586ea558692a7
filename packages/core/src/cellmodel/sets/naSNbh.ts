/** S | Na4(B10H10)(B12H12) | Na15Sn4 at 30 °C: the cells whose electrodes went to absorption spectroscopy. */
import { type ParameterSet, parameter as p } from "../parameters.ts";
import { NA_S_NPS } from "./naSNps.ts";
import { ASSUMED, reactionParameters } from "./shared.ts";

const STOPS = "mean composition at the printed stop potentials 1.9, 1.8, 1.7 and 1.5 V, at 50 mA/g";
const MEMORY = "Duchêne et al., Chem. Commun. 53, 4195 (2017), quoted from memory: 0.9 mS/cm at 20 °C";

export const NA_S_NBH: ParameterSet = {
  name: "na-s-nbh",
  title: "S | Na4(B10H10)(B12H12) | Na15Sn4, 30 °C",
  about:
    "Rates of the first steps calibrated on the stop potentials; masses and recipe are not printed for these cells and are taken from those with Na3PS4.",
  chemistry: "Na-S",
  energySet: "tabulated",
  options: { ...NA_S_NPS.options, stress: "none", highOrder: true, na2s3: true },
  // a closo-borate holds no sulfur; its redox is taken as none between 0.5 and 3 V
  electrolyte: { formula: "Na3PS4", energySet: "nrel-fere-2012", steps: [] },
  window: [0.5, 3],
  current: 50,
  parameters: {
    ...NA_S_NPS.parameters,
    temperature: p(30, "°C", [-20, 120], "measured", "caption of the rate figure"),
    densityElectrolyte: p(1.2, "g/cm3", [1.0, 1.3], "assumed", ASSUMED),
    electrolyteMolarMass: p(352, "g/mol", null, "computed", "Na4(B10H10)(B12H12)"),
    separatorConductivity: p(0.9, "mS/cm", [0.5, 2], "assumed", `${MEMORY}; to be checked`),
    conductivityTemperature: p(20, "°C", null, "assumed", MEMORY),
    conductivityActivation: p(0.41, "eV", [0.35, 0.47], "assumed", ASSUMED),
    cathodeConductivity: p(9e-4, "S/m", [1e-4, 2e-2], "assumed", "the tortuosity that the cells with Na3PS4 need"),
    exchangeTemperature: p(30, "°C", null, "measured", "temperature of the exchange current densities and of j_D"),
    ...reactionParameters(
      {
        "S-Na2S5": [1e-6, 0.5],
        "S-Na2S7": [1.14e-3, 0.5],
        "Na2S7-Na2S5": [1.2e-4, 0.5],
        "Na2S5-Na2S4": [2.1e-5, 0.5],
        "Na2S4-Na2S2": [1e-6, 0.5],
        "Na2S4-Na2S3": [1.35e-4, 0.5],
        "Na2S3-Na2S2": [8.1e-7, 0.5],
        "Na2S2-Na2S": [1e-5, 0.338],
        "Na2S4-Na2S": [1e-7, 0.5],
      },
      STOPS,
    ),
    diffusion: p(
      0.1,
      "A/m2",
      [1e-4, 10],
      "calibrated",
      "mean composition near Na2S at 0.5 V; that of the cells with Na3PS4 at 80 °C would give 0.0174 by 0.4 eV",
    ),
  },
};
