/**
 * Colours and sizes of atoms. Colours: the convention of Jmol (Jmol, colours of elements). Radii: B. Cordero et al., Dalton Trans. 2832 (2008), Å.
 * What is not listed, types of a force field without a name among them, is grey.
 */
import type { Rgb } from "./model.ts";

const LOOKS: Readonly<Record<string, readonly [colour: string, radius: number]>> = {
  H: ["ffffff", 0.31],
  Li: ["cc80ff", 1.28],
  Be: ["c2ff00", 0.96],
  B: ["ffb5b5", 0.84],
  C: ["909090", 0.76],
  N: ["3050f8", 0.71],
  O: ["ff0d0d", 0.66],
  F: ["90e050", 0.57],
  Na: ["ab5cf2", 1.66],
  Mg: ["8aff00", 1.41],
  Al: ["bfa6a6", 1.21],
  Si: ["f0c8a0", 1.11],
  P: ["ff8000", 1.07],
  S: ["ffff30", 1.05],
  Cl: ["1ff01f", 1.02],
  K: ["8f40d4", 2.03],
  Ca: ["3dff00", 1.76],
  Sc: ["e6e6e6", 1.7],
  Ti: ["bfc2c7", 1.6],
  V: ["a6a6ab", 1.53],
  Cr: ["8a99c7", 1.39],
  Mn: ["9c7ac7", 1.39],
  Fe: ["e06633", 1.32],
  Co: ["f090a0", 1.26],
  Ni: ["50d050", 1.24],
  Cu: ["c88033", 1.32],
  Zn: ["7d80b0", 1.22],
  Ga: ["c28f8f", 1.22],
  Ge: ["668f8f", 1.2],
  As: ["bd80e3", 1.19],
  Se: ["ffa100", 1.2],
  Br: ["a62929", 1.2],
  Rb: ["702eb0", 2.2],
  Sr: ["00ff00", 1.95],
  Y: ["94ffff", 1.9],
  Zr: ["94e0e0", 1.75],
  Nb: ["73c2c9", 1.64],
  Mo: ["54b5b5", 1.54],
  Ag: ["c0c0c0", 1.45],
  Cd: ["ffd98f", 1.44],
  In: ["a67573", 1.42],
  Sn: ["668080", 1.39],
  Sb: ["9e63b5", 1.39],
  Te: ["d47a00", 1.38],
  I: ["940094", 1.39],
  Cs: ["57178f", 2.44],
  Ba: ["00c900", 2.15],
  La: ["70d4ff", 2.07],
  Hf: ["4dc2ff", 1.75],
  Ta: ["4da6ff", 1.7],
  W: ["2194d6", 1.62],
  Pt: ["d0d0e0", 1.36],
  Au: ["ffd123", 1.36],
  Pb: ["575961", 1.46],
  Bi: ["9e4fb5", 1.48],
};

export interface Look {
  colour: Rgb;
  /** of a single bond, Å; null where it is not known: then no bond is drawn */
  radius: number | null;
}

export function lookOf(symbol: string): Look {
  const known = Object.hasOwn(LOOKS, symbol) ? LOOKS[symbol]! : undefined;
  return known ? { colour: rgbOf(known[0]), radius: known[1] } : { colour: [140, 140, 140], radius: null };
}

/** "#1a1b1e", "1a1b1e" or "#fff". */
export function rgbOf(hex: string): Rgb {
  const digits = hex.replace("#", "");
  const value = Number.parseInt(digits.length === 3 ? digits.replace(/./g, "$&$&") : digits.slice(0, 6), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}
