/** S | Li10GeP2S12 | Li–In at 25 °C, with LiI as an option. */
import { type ParameterSet, parameter as p } from "../parameters.ts";
import { ASSUMED, CRYSTALLINE, HANDBOOK, reactionParameters, SODIUM, WITHOUT_EXTRAS } from "./shared.ts";

const CELL = "cell description of the Li–S cells";
const FIRST = "first cycle at 0.2 A/g and 25 °C without LiI: 933 mAh/g and 82 % recovered on charge";

export const LI_S_LGPS: ParameterSet = {
  name: "li-s-lgps",
  title: "S | Li10GeP2S12 | Li–In, 25 °C",
  about:
    "Rates calibrated on the capacity at 0.2 A/g and the first charge without LiI; the mediator's rate on the charge with 3 wt% LiI. 6 wt%, cut-offs and other currents are predictions.",
  chemistry: "Li-S",
  energySet: "tabulated",
  options: WITHOUT_EXTRAS,
  electrolyte: { formula: "Li3PS4", energySet: "mp-2018-uncorrected", steps: [] },
  window: [0.6, 2.4],
  current: 200,
  parameters: {
    ...SODIUM,
    ...CRYSTALLINE,
    "bornCrystalline.Li2S2": p(0, "1", [0, 1], "assumed", ASSUMED),
    "bornCrystalline.Li2S": p(1, "1", [0, 1], "assumed", ASSUMED),
    temperature: p(25, "°C", [-20, 120], "measured", CELL),
    sulfurLoading: p(0.65, "mg/cm2", [0.2, 15], "measured", CELL),
    shareSulfur: p(0.36, "1", [0.05, 0.8], "measured", CELL),
    shareCarbon: p(0.24, "1", [0.02, 0.4], "measured", CELL),
    shareElectrolyte: p(0.4, "1", [0.1, 0.9], "measured", CELL),
    separatorMass: p(120, "mg", [5, 300], "measured", CELL),
    stackPressure: p(150, "MPa", [0, 500], "measured", CELL),
    densityElectrolyte: p(2.04, "g/cm3", [1.95, 2.1], "measured", HANDBOOK),
    electrolyteMolarMass: p(588.7, "g/mol", null, "computed", "Li10GeP2S12"),
    electrolyteActive: p(0.2, "1", [0.1, 0.5], "assumed", "share ξ of the electrolyte within reach of carbon"),
    electrolyteArea: p(3e6, "m2/m3", [1e5, 1e8], "assumed", "contact of carbon and electrolyte"),
    electrolyteBlocking: p(3, "1", [0, 6], "assumed", "exponent g of (1 − y) in the conductivity"),
    separatorConductivity: p(12, "mS/cm", [5, 12], "measured", "Li10GeP2S12 at 27 °C (Kamaya et al., Nat. Mater. 10, 682 (2011))"),
    conductivityTemperature: p(27, "°C", null, "measured", "temperature of that conductivity"),
    conductivityActivation: p(0.25, "eV", [0.2, 0.35], "measured", "Kamaya et al. 2011"),
    cathodeConductivity: p(1e-2, "S/m", [1e-3, 0.2], "assumed", "tortuosity of a composite with little electrolyte"),
    exchangeTemperature: p(25, "°C", null, "measured", "temperature of the exchange current densities and of j_D"),
    anodePotential: p(0.62, "V", [0.6, 0.64], "measured", "plateau In + InLi against Li"),
    anodeExchange: p(1, "mA/cm2", [0.01, 100], "assumed", ASSUMED),
    layerPoisson: p(0.3, "1", [0.25, 0.42], "assumed", ASSUMED),
    ...reactionParameters({ "S-Li2S2": [4.41e-3, 0.9], "Li2S2-Li2S": [7.48e-5, 0.15] }, FIRST),
    diffusion: p(1, "A/m2", [1e-4, 10], "assumed", "beyond what limits: the last step is slow by itself"),
    diffusionExponent: p(1.67, "1", [0.33, 4], "assumed", "that of the sodium cells"),
    activityWidth: p(0.3, "1", [1e-4, 1], "calibrated", FIRST),
    strainShare: p(0.1, "1", [0, 1], "assumed", ASSUMED),
    mediatorShare: p(0.06, "1", [0.001, 0.2], "measured", `${CELL}: wt% of the composite`),
    mediatorPotential: p(2.8, "V", [2.7, 2.9], "measured", "against Li, tabulated Gibbs energy of LiI"),
    mediatorExchange: p(0.1, "A/m2", [1e-4, 10], "assumed", ASSUMED),
    mediatorRate: p(1.45e-3, "1/s", [1e-6, 10], "calibrated", "86 % recovered on the first charge with 3 wt% LiI"),
    mediatorDiffusivity: p(0, "m2/s", [0, 1e-9], "assumed", "bound to surfaces"),
  },
};
