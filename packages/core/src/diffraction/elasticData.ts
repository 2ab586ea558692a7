/**
 * Elastic constants of phases as data, in GPa: with source, flag and a relative error. They are starting values: a user's own
 * constants go the same way ({@link elasticConstants}).
 *
 * Where only bulk and shear modulus are known the phase is taken as isotropic: all reflections then have the same S1 and ½S2, and the elastic
 * anisotropy is not covered by the error.
 */
import { ThioscopeError } from "../errors.ts";
import { cubicStiffness, type ElasticConstants, elasticConstants, isotropicStiffness } from "./elastic.ts";

export interface ElasticFact {
  readonly phase: string;
  readonly constants:
    | { readonly kind: "cubic"; readonly c11: number; readonly c12: number; readonly c44: number }
    | { readonly kind: "isotropic"; readonly bulk: number; readonly shear: number };
  readonly relativeSigma: number;
  readonly source: string;
  readonly flag: "measured" | "computed" | "assumed";
}

const MP = "Materials Project (PBE, Voigt–Reuss–Hill)";
/** Moduli by PBE scatter by this around experiment: de Jong et al., Sci. Data 2, 150009 (2015). */
const PBE = 0.15;

/** Young's modulus and Poisson's ratio to bulk and shear modulus. */
const fromYoung = (young: number, poisson: number) =>
  ({ kind: "isotropic", bulk: young / (3 * (1 - 2 * poisson)), shear: young / (2 * (1 + poisson)) }) as const;

export const ELASTIC_CONSTANTS: readonly ElasticFact[] = [
  {
    phase: "Fe",
    constants: { kind: "cubic", c11: 231.4, c12: 134.7, c44: 116.4 },
    relativeSigma: 0.01,
    source: "ultrasound on pure iron at room temperature, handbook values (after Rayne & Chandrasekhar, Phys. Rev. 122, 1714 (1961))",
    flag: "measured",
  },
  {
    phase: "CeO2",
    constants: { kind: "cubic", c11: 403, c12: 105, c44: 60 },
    relativeSigma: 0.25,
    source:
      "as quoted from Nakajima, Yoshihara & Ishigame, Phys. Rev. B 50, 13297 (1994), not checked: G = 87 GPa by Hill, where Brillouin scattering of powder gave 63(3) GPa (Materials 14, 3683 (2021))",
    flag: "assumed",
  },
  {
    phase: "Si",
    constants: { kind: "cubic", c11: 165.64, c12: 63.94, c44: 79.51 },
    relativeSigma: 0.001,
    source: "ultrasound at room temperature, handbook values (after McSkimin & Andreatch, J. Appl. Phys. 35, 3312 (1964))",
    flag: "measured",
  },
  {
    phase: "Na2S",
    constants: { kind: "isotropic", bulk: 28.2, shear: 19.2 },
    relativeSigma: PBE,
    source: `${MP}, mp-648`,
    flag: "computed",
  },
  {
    phase: "Na2S2",
    constants: { kind: "isotropic", bulk: 26.9, shear: 13.3 },
    relativeSigma: PBE,
    source: `${MP}, mp-409`,
    flag: "computed",
  },
  {
    phase: "Li2S",
    constants: { kind: "isotropic", bulk: 40.5, shear: 33.9 },
    relativeSigma: PBE,
    source: `${MP}, mp-1153`,
    flag: "computed",
  },
  {
    phase: "NaCl",
    constants: { kind: "isotropic", bulk: 23.8, shear: 14.3 },
    relativeSigma: PBE,
    source: `${MP}, mp-22862`,
    flag: "computed",
  },
  {
    phase: "LaB6",
    constants: { kind: "isotropic", bulk: 181.8, shear: 134.5 },
    relativeSigma: PBE,
    source: `${MP}, mp-2680`,
    flag: "computed",
  },
  {
    phase: "Na3PS4",
    constants: fromYoung(20, 0.3),
    relativeSigma: 0.2,
    source: "E = 20 GPa assumed, of the order found for sulfide electrolytes; Poisson's ratio as printed for G/K = 0.46",
    flag: "assumed",
  },
  {
    phase: "c-Na3PS4",
    constants: fromYoung(20, 0.3),
    relativeSigma: 0.2,
    source: "as of tetragonal Na3PS4: assumed, of the order found for sulfide electrolytes",
    flag: "assumed",
  },
];

/** The constants that ship for a phase; INVALID_INPUT listing the phases there are. */
export function knownElasticConstants(phase: string): ElasticConstants & { flag: ElasticFact["flag"] } {
  const fact = ELASTIC_CONSTANTS.find((f) => f.phase.toLowerCase() === phase.trim().toLowerCase());
  if (!fact) {
    const known = ELASTIC_CONSTANTS.map((f) => f.phase).join(", ");
    throw new ThioscopeError(
      "INVALID_INPUT",
      `no elastic constants of "${phase.slice(0, 40)}" ship; there are ${known}. State your own with their source`,
    );
  }
  return { ...elasticConstants(stiffnessOf(fact.constants), fact.source, fact.relativeSigma), flag: fact.flag };
}

function stiffnessOf(c: ElasticFact["constants"]): Float64Array {
  return c.kind === "cubic" ? cubicStiffness(c.c11, c.c12, c.c44) : isotropicStiffness(c.bulk, c.shear);
}
