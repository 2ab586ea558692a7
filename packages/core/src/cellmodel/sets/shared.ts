/** What the sets share: constants of cells, crystalline shares, the form of reaction constants. */
import { type Parameter, parameter as p } from "../parameters.ts";

export const CELL = "cell description of the published cells";
export const HANDBOOK = "handbook";
export const ASSUMED = "assumed";

export const WITHOUT_EXTRAS = {
  stress: "none",
  electrolyteRedox: false,
  mediator: false,
  thermal: false,
  crystalline: false,
} as const;

/** What all sodium cells share. */
export const SODIUM: Readonly<Record<string, Parameter>> = {
  area: p(Math.PI * 0.25, "cm2", null, "measured", `${CELL}: pellet of 10 mm`),
  sulfurLoading: p(2.1, "mg/cm2", [0.2, 15], "measured", CELL),
  shareSulfur: p(0.33, "1", [0.05, 0.8], "measured", `${CELL}, mass`),
  shareCarbon: p(0.17, "1", [0.02, 0.4], "measured", `${CELL}, mass`),
  shareElectrolyte: p(0.5, "1", [0.1, 0.9], "measured", `${CELL}, mass`),
  densitySulfur: p(2.07, "g/cm3", null, "measured", HANDBOOK),
  densityCarbon: p(1.9, "g/cm3", [1.8, 2.1], "assumed", "true density of carbon blacks, which spans 1.8 to 2.1"),
  porosity: p(0.1, "1", [0.05, 0.2], "assumed", "pressed pellet"),
  separatorMass: p(80, "mg", [5, 300], "measured", CELL),
  electronicConductivity: p(1, "S/m", [0.01, 1000], "assumed", "carbon network of the composite"),
  percolation: p(0.04, "1", [0.01, 0.1], "assumed", "least volume fraction of carbon that conducts through"),
  contactArea: p(
    3e6,
    "m2/m3",
    [1e5, 1e8],
    "assumed",
    "contact of S, C and electrolyte; only its products with j0 and j_D can be determined",
  ),
  exchangeActivation: p(0.5, "eV", [0.2, 0.9], "assumed", ASSUMED),
  diffusionActivation: p(0.4, "eV", [0.2, 0.8], "assumed", ASSUMED),
  activityWidth: p(0.02, "1", [1e-4, 0.1], "assumed", "δ of h(n) = n/(n + δ)"),
  fastestTrace: p(2e4, "A/m2", [1e3, 1e15], "assumed", "k_max: traces react no faster than k_max n; far above any rate that matters"),
  seed: p(
    1e-4,
    "1",
    [1e-6, 1e-2],
    "assumed",
    "share of the first product at the start: without any, the potential at rest would not exist",
  ),
  filmResistance: p(0, "ohm m2", [0, 1e4], "assumed", "none"),
  nucleation: p(0, "1", [0, 1e-2], "assumed", "none: no threshold of nucleation"),
  contactResistance: p(40, "ohm cm2", [0, 500], "assumed", ASSUMED),
  anodePotential: p(0.08, "V", [0, 0.6], "measured", "plateau Na9Sn4 + Na15Sn4 against Na, as of the reference electrodes"),
  anodeExchange: p(
    1.3,
    "mA/cm2",
    [0.01, 100],
    "measured",
    "interface of the metal with a sulfide electrolyte, as printed for the deposition study",
  ),
  stackPressure: p(50, "MPa", [0, 500], "measured", CELL),
  voidShare: p(0.5, "1", [0, 1], "assumed", "share χ of the voids that takes up expansion"),
  layerYoung: p(20, "GPa", [20, 22], "assumed", "DFT polycrystal average of Na3PS4"),
  layerPoisson: p(0.3, "1", [0.25, 0.42], "computed", "printed G/B = 0.458: ν = (3 − 2r)/(6 + 2r)"),
  yieldStress: p(
    300,
    "MPa",
    [200, 500],
    "assumed",
    "soft sulfide, 200 to 300 MPa; must be at least the difference of stresses that is measured",
  ),
  effectiveBulk: p(15, "GPa", [1, 50], "assumed", "of the composite, local model"),
  frameBulk: p(5, "GPa", [0.1, 1000], "assumed", "stiffness of the frame as a modulus, local model"),
  fixtureStiffness: p(0, "N/m", [0, 1e10], "measured", "a piezo holds the load: 0; nuts on a frame have one, which is not printed"),
  layerBulk: p(15, "GPa", [1, 50], "assumed", "K(x) of the 1-D layer model"),
  contactGain: p(0, "1", [0, 5], "assumed", "c_p: gain of conductivity by pressure; none"),
  contactPressure: p(50, "MPa", [5, 500], "assumed", "σ0 of that gain"),
  heatCapacity: p(30, "J/(m2 K)", [1, 1e5], "assumed", "of cell and holder per area, for the lumped heat balance"),
  heatTransfer: p(10, "W/(m2 K)", [0.1, 1e4], "assumed", "to the surroundings, per area"),
  highOrderOffset: p(0, "meV", [-10, 10], "assumed", "per atom: Na2S7 on the line between S and Na2S5"),
  na2s3Offset: p(4.1, "meV", [0, 12], "computed", "per atom above Na2S4 and Na2S2, as printed"),
  li2s2Offset: p(50, "meV", [0, 180], "assumed", "per atom above S and Li2S; unused here"),
};

const SHARES = { S: 0, Na2S7: 0, Na2S5: 0, Na2S4: 0, Na2S3: 0, Na2S2: 0.825, Na2S: 1 };
/** Crystalline shares and rates of the phases. */
export const CRYSTALLINE: Readonly<Record<string, Parameter>> = Object.fromEntries(
  Object.entries(SHARES).flatMap(([phase, share]) => [
    [
      `bornCrystalline.${phase}`,
      p(
        share,
        "1",
        [0, 1],
        phase === "Na2S2" ? "calibrated" : "assumed",
        phase === "Na2S2" ? "printed: 15 to 20 % of the Na2S2 of the charge is hidden from diffraction" : ASSUMED,
      ),
    ],
    [`crystallisation.${phase}`, p(0, "1/h", [0, 100], "assumed", "none unless stated")],
  ]),
);

/** Constants of reactions: j0 in A/m², α cathodic. */
export function reactionParameters(
  rows: Readonly<Record<string, readonly [exchange: number, alpha: number]>>,
  source: string,
  flag: "calibrated" | "computed" = "calibrated",
): Record<string, Parameter> {
  return Object.fromEntries(
    Object.entries(rows).flatMap(([name, [exchange, alpha]]) => [
      [`exchange.${name}`, p(exchange, "A/m2", [exchange / 100, exchange * 100], flag, source)],
      [`alpha.${name}`, p(alpha, "1", [0.05, 0.95], alpha === 0.5 ? "assumed" : flag, alpha === 0.5 ? ASSUMED : source)],
    ]),
  );
}
