/**
 * Parameters of deposition at a metal | solid electrolyte interface, as data: value, unit, source and how it is known.
 * A row that is "assumed" has a range; results that hinge on it are given over that range.
 */
import type { Flag } from "../cell/materials.ts";
import { ThioscopeError } from "../errors.ts";
import { nearest } from "../suggest.ts";

export interface Parameter {
  value: number;
  unit: string;
  flag: Flag;
  source: string;
  /** from – to, where the source gives a range or the value is assumed */
  range?: readonly [number, number];
}

/** What the model needs of an electrolyte. */
export interface DepositionElectrolyte {
  name: string;
  /** S/m */
  conductivity: Parameter;
  /** Pa */
  youngsModulus: Parameter;
  poisson: Parameter;
  /** Pa √m */
  toughness: Parameter;
}

/** What the model needs of a metal. */
export interface DepositionMetal {
  name: "Na" | "Li";
  /** A/m² */
  exchangeCurrent: Parameter;
  cathodicTransfer: Parameter;
  /** m³/mol */
  molarVolume: Parameter;
  /** of the ion in the electrolyte, m³/mol */
  ionVolume: Parameter;
  /** J/m² */
  interfaceEnergy: Parameter;
  /** of a thin confined layer, Pa */
  yieldStrength: Parameter;
}

const STUDY = "deposition study of Na anodes on Na3PS4 and Na3SbS4 (finite elements), its input";
const TOUGHNESS: Parameter = {
  value: 0.3e6,
  unit: "Pa m^1/2",
  flag: "assumed",
  source: "range of sulfide glasses and ceramics",
  range: [0.2e6, 0.4e6],
};

export const DEPOSITION_ELECTROLYTES: readonly DepositionElectrolyte[] = [
  {
    name: "Na3PS4",
    conductivity: { value: 0.01, unit: "S/m", flag: "measured", source: STUDY },
    youngsModulus: { value: 20e9, unit: "Pa", flag: "computed", source: "polycrystal average of first-principles constants" },
    poisson: { value: 0.301, unit: "1", flag: "computed", source: "printed G/B = 0.458" },
    toughness: TOUGHNESS,
  },
  {
    name: "Na3SbS4",
    conductivity: { value: 0.09, unit: "S/m", flag: "measured", source: STUDY },
    youngsModulus: {
      value: 23.5e9,
      unit: "Pa",
      flag: "computed",
      source: "polycrystal average of first-principles constants",
      range: [21e9, 26e9],
    },
    poisson: { value: 0.411, unit: "1", flag: "computed", source: "printed G/B = 0.19" },
    toughness: TOUGHNESS,
  },
];

const GAMMA: Parameter = { value: 0.4, unit: "J/m2", flag: "assumed", source: "energy of metal | sulfide interfaces", range: [0.3, 0.5] };
const ALPHA: Parameter = { value: 0.5, unit: "1", flag: "assumed", source: "symmetric barrier" };
const ION: Parameter = {
  value: 0,
  unit: "m3/mol",
  flag: "assumed",
  source: "frozen frame (Ahmad and Viswanathan, Phys. Rev. Lett. 119, 056003, 2017)",
};

export const DEPOSITION_METALS: Readonly<Record<"Na" | "Li", DepositionMetal>> = {
  Na: {
    name: "Na",
    exchangeCurrent: { value: 13, unit: "A/m2", flag: "measured", source: STUDY },
    cathodicTransfer: ALPHA,
    molarVolume: { value: 23.8e-6, unit: "m3/mol", flag: "measured", source: "bcc lattice constant" },
    ionVolume: { ...ION, range: [0, 23.8e-6] },
    interfaceEnergy: GAMMA,
    yieldStrength: {
      value: 2e6,
      unit: "Pa",
      flag: "assumed",
      source: "0.2 MPa in bulk, up to 100 times that when confined",
      range: [0.2e6, 20e6],
    },
  },
  Li: {
    name: "Li",
    exchangeCurrent: { value: 13, unit: "A/m2", flag: "assumed", source: "taken over from Na" },
    cathodicTransfer: ALPHA,
    molarVolume: { value: 13e-6, unit: "m3/mol", flag: "measured", source: "bcc lattice constant" },
    ionVolume: { ...ION, range: [0, 13e-6] },
    interfaceEnergy: GAMMA,
    yieldStrength: {
      value: 8e6,
      unit: "Pa",
      flag: "assumed",
      source: "0.8 MPa in bulk, up to 100 times that when confined",
      range: [0.8e6, 80e6],
    },
  },
};

/** Throws INVALID_INPUT with the names there are. */
export function depositionElectrolyte(name: string): DepositionElectrolyte {
  const found = DEPOSITION_ELECTROLYTES.find((e) => e.name.toLowerCase() === name.toLowerCase());
  if (found) return found;
  const names = DEPOSITION_ELECTROLYTES.map((e) => e.name);
  const guess = nearest(name, names);
  throw new ThioscopeError(
    "INVALID_INPUT",
    `no parameters for "${name}"${guess ? `; did you mean ${guess}?` : ""} There are: ${names.join(", ")}`,
  );
}
