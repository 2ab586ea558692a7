/** S | Na3PS4 | Na15Sn4 at 80 °C: the laboratory and operando-diffraction cells. */
import { type Parameter, type ParameterSet, parameter as p } from "../parameters.ts";
import { ASSUMED, CELL, CRYSTALLINE, reactionParameters, SODIUM, WITHOUT_EXTRAS } from "./shared.ts";

/** What belongs to Na3PS4 as electrolyte in both layers. */
const ELECTROLYTE: Readonly<Record<string, Parameter>> = {
  densityElectrolyte: p(2.2, "g/cm3", [2.1, 2.3], "measured", "X-ray density of Na3PS4"),
  separatorConductivity: p(
    0.1,
    "mS/cm",
    [0.05, 0.5],
    "measured",
    "Na3PS4 at 25 °C: 0.2 for the cubic form (Hayashi 2012), 0.1 in the deposition study",
  ),
  conductivityTemperature: p(25, "°C", null, "measured", "temperature of that conductivity"),
  conductivityActivation: p(0.3, "eV", [0.28, 0.35], "measured", "Arrhenius of Na3PS4"),
  electrolyteMolarMass: p(227.9, "g/mol", null, "computed", "Na3PS4"),
  electrolyteActive: p(0.2, "1", [0.1, 0.5], "assumed", "share ξ of the electrolyte within reach of carbon"),
  electrolyteArea: p(3e6, "m2/m3", [1e5, 1e8], "assumed", "contact of carbon and electrolyte"),
  electrolyteBlocking: p(3, "1", [0, 6], "assumed", "exponent g of (1 − y) in the conductivity"),
  "electrolyteExchange.Na2PS3": p(1e-6, "A/m2", [1e-10, 1e-2], "assumed", ASSUMED),
  "electrolyteExchange.P": p(1e-6, "A/m2", [1e-10, 1e-2], "assumed", ASSUMED),
  "electrolyteExchange.S": p(1e-6, "A/m2", [1e-10, 1e-2], "assumed", ASSUMED),
};

const NPS_REDOX = {
  formula: "Na3PS4",
  energySet: "nrel-fere-2012",
  steps: [
    { name: "Na2PS3", products: "Na2PS3 + Na2S", from: 3, to: 4, oxidation: false },
    { name: "P", products: "P + Na2S", from: 4, to: 8, oxidation: false },
    { name: "S", products: "Na2PS3 + S", from: 2, to: 3, oxidation: true },
  ],
} as const;

const BOTH =
  "both printed capacities (1249 at 100 and 1376 mAh/g at 50 mA/g) and the printed potentials of the last step (1.17 and 1.84 V)";

export const NA_S_NPS: ParameterSet = {
  name: "na-s-nps",
  title: "S | Na3PS4 | Na15Sn4, 80 °C",
  about: `Rates calibrated on ${BOTH}: neither of these is a prediction of this set.`,
  chemistry: "Na-S",
  energySet: "tabulated",
  options: { ...WITHOUT_EXTRAS, stress: "confined" },
  electrolyte: NPS_REDOX,
  window: [0.5, 3],
  current: 100,
  parameters: {
    ...SODIUM,
    ...CRYSTALLINE,
    ...ELECTROLYTE,
    temperature: p(80, "°C", [-20, 120], "measured", CELL),
    cathodeConductivity: p(
      3e-4,
      "S/m",
      [1e-4, 2e-2],
      "calibrated",
      "front from the separator: the nominal conductivity over tortuosity factors 5 to 100 gives the range",
    ),
    exchangeTemperature: p(80, "°C", null, "measured", "temperature of the exchange current densities and of j_D"),
    ...reactionParameters(
      {
        "S-Na2S5": [1.03e-3, 0.5],
        "S-Na2S7": [1.03e-3, 0.5],
        "Na2S7-Na2S5": [1.03e-3, 0.5],
        "Na2S5-Na2S4": [1.13e-3, 0.5],
        "Na2S4-Na2S2": [2.82e-3, 0.5],
        "Na2S4-Na2S3": [2.82e-3, 0.5],
        "Na2S3-Na2S2": [2.82e-3, 0.5],
        "Na2S2-Na2S": [6.55e-4, 0.338],
        "Na2S4-Na2S": [1e-5, 0.5],
      },
      BOTH,
    ),
    diffusion: p(0.1528, "A/m2", [1e-3, 10], "calibrated", "the two printed capacities"),
    diffusionExponent: p(1.67, "1", [0.33, 4], "calibrated", "the two printed capacities; 0.33 is shrinking core"),
    strainShare: p(0.1065, "1", [0, 1], "calibrated", "280 MPa between axial and lateral stress at the end of the discharge at 100 mA/g"),
  },
};

const ONE_CURVE = "the discharge at 100 mA/g alone: 1249 mAh/g and the potentials of its peaks";

/** The same cell calibrated on one curve, with the exponent of shrinking core: its capacity at 50 mA/g is a prediction. */
export const NA_S_NPS_100: ParameterSet = {
  ...NA_S_NPS,
  name: "na-s-nps-100",
  title: "S | Na3PS4 | Na15Sn4, 80 °C, calibrated at 100 mA/g alone",
  about:
    "j_D calibrated on 1249 mAh/g at 100 mA/g with the exponent of shrinking core held: other currents and temperatures are predictions.",
  parameters: {
    ...NA_S_NPS.parameters,
    diffusion: p(0.02445, "A/m2", [1e-3, 10], "calibrated", ONE_CURVE),
    diffusionExponent: p(0.33, "1", [0.33, 4], "assumed", "shrinking core"),
  },
};
