/**
 * Materials of solid-state cells, as data. A density comes either from a weighing or from the volume of a
 * formula unit in the crystal: ρ = M / (V N_A). Capacities are not stored: they follow from the number of
 * electrons, q = n F / M. Where the table is silent the book-keeping answers "not computable".
 */

import { molarMass, parseFormula } from "../chemistry/formula.ts";
import { CONSTANTS } from "../units/constants.ts";

/** How a constant came to be known. */
export type Flag = "measured" | "computed" | "calibrated" | "assumed";

export interface Sourced {
  value: number;
  /** one standard deviation, same unit */
  sigma: number | null;
  flag: Flag;
  source: string;
}

/** The reaction that the theoretical capacity refers to. */
export interface Redox {
  /** electrons per formula unit */
  electrons: number;
  /** "to Na2S or Li2S" */
  product: string;
  /** a charged material takes the ions in when the cell is discharged first; a discharged one brings them */
  starts: "charged" | "discharged";
}

export interface Material {
  id: string;
  formula: string;
  /** other names, matched without regard to case */
  aliases: readonly string[];
  /** g/cm³ */
  density?: Sourced;
  redox?: Redox;
}

interface Row {
  formula?: string;
  aliases?: readonly string[];
  /** weighed density, g/cm³ */
  density?: readonly [value: number, sigma: number, flag: Flag, source: string];
  /** crystal volume per formula unit, Å3 */
  volume?: readonly [value: number, sigma: number, flag: Flag, source: string];
  redox?: Redox;
}

const SULFUR_PRODUCT = "to Na2S or Li2S";
const CRC = "CRC Handbook of Chemistry and Physics, 97th ed. (2016), section 4";

const ROWS: Readonly<Record<string, Row>> = {
  S: {
    aliases: ["S8", "sulfur", "sulphur"],
    density: [
      2.07,
      0.01,
      "measured",
      `orthorhombic; ${CRC}; the unit cell (Rettig and Trotter, Acta Cryst. C 43, 2260, 1987) gives the same`,
    ],
    redox: { electrons: 2, product: SULFUR_PRODUCT, starts: "charged" },
  },
  Na2S: {
    volume: [69.9, 0.2, "measured", "antifluorite, a = 6.538 Å (Zintl et al., Z. Elektrochem. 40, 588, 1934)"],
    redox: { electrons: 2, product: "to S", starts: "discharged" },
  },
  Li2S: {
    volume: [46.8, 0.2, "measured", "antifluorite, a = 5.72 Å (Zintl et al., Z. Elektrochem. 40, 588, 1934)"],
    redox: { electrons: 2, product: "to S", starts: "discharged" },
  },
  Na2S2: { redox: { electrons: 2, product: "to Na2S", starts: "charged" } },
  Li2S2: { redox: { electrons: 2, product: "to Li2S", starts: "charged" } },
  Na2S4: {},
  C: {
    aliases: ["carbon", "carbon black", "Ketjen Black", "Ketjenblack", "KB", "Super P", "acetylene black", "CNT", "VGCF"],
    density: [1.9, 0.1, "assumed", "true density of carbon blacks and nanotubes, which spans 1.8 to 2.1 g/cm³"],
  },
  Li: { aliases: ["lithium"], density: [0.534, 0.001, "measured", CRC] },
  Na: { aliases: ["sodium"], density: [0.968, 0.003, "measured", `${CRC}; a = 4.2906 Å gives 0.967`] },
  In: { aliases: ["indium"], density: [7.31, 0.01, "measured", CRC] },
  Sn: { aliases: ["tin"], density: [7.287, 0.01, "measured", `white tin; ${CRC}`] },
  Sb: { aliases: ["antimony"], density: [6.68, 0.01, "measured", CRC] },
  Na15Sn4: {
    aliases: ["Na3.75Sn"],
    volume: [567.2, 3, "measured", "I-43d, a = 13.14 Å, Z = 4 (Müller and Volk, Z. Naturforsch. 30b, 494, 1975)"],
  },
  Na9Sn4: { volume: [360.4, 4, "computed", "27.726 Å3 per atom, OQMD (PBE, 0 K)"] },
  NaSn: {},
  LiIn: {
    aliases: ["InLi"],
    volume: [39.3, 0.3, "measured", "B32, a = 6.80 Å, Z = 8 (Zintl and Brauer, Z. phys. Chem. B 20, 245, 1933)"],
  },
  Na3PS4: {
    aliases: ["NPS"],
    density: [
      2.2,
      0.02,
      "measured",
      "crystal 2.21 g/cm³ from a = 6.952, c = 7.085 Å, Z = 2 (Jansen and Henseler, J. Solid State Chem. 99, 110, 1992), rounded: milled powder is partly glass",
    ],
  },
  Na3SbS4: {
    aliases: ["NAS"],
    volume: [186.9, 0.5, "measured", "P-42(1)c, a = 7.160, c = 7.291 Å, Z = 2 (Zhang et al., Adv. Sci. 3, 1600089, 2016)"],
  },
  "Na4(B10H10)(B12H12)": { aliases: ["NBH", "Na2B10H10-Na2B12H12", "Na2(B12H12)0.5(B10H10)0.5", "Na4(B12H12)(B10H10)"] },
  NaTaCl6: {},
  "TaCl5(Na2S)0.5": { aliases: ["NTSC", "TaCl5-0.5Na2S", "TaCl5·0.5Na2S"] },
  Na2ZrCl6: {},
  Li3PS4: {
    aliases: ["LPS"],
    volume: [
      161.3,
      1,
      "measured",
      "beta, Pnma, a = 12.819, b = 8.220, c = 6.124 Å, Z = 4 (Homma et al., Solid State Ionics 182, 53, 2011)",
    ],
  },
  Li6PS5Cl: {
    aliases: ["LPSCl", "LPSC", "argyrodite"],
    volume: [239.6, 0.7, "measured", "F-43m, a = 9.859 Å, Z = 4 (Kraft et al., J. Am. Chem. Soc. 139, 10909, 2017)"],
  },
  Li10GeP2S12: {
    aliases: ["LGPS"],
    volume: [480.1, 1, "measured", "P4(2)/nmc, a = 8.718, c = 12.635 Å, Z = 2 (Kamaya et al., Nature Mater. 10, 682, 2011)"],
  },
  LiI: { aliases: ["lithium iodide"], density: [4.06, 0.03, "measured", CRC] },
  NaCrO2: {
    volume: [40.8, 0.3, "measured", "R-3m, a = 2.975, c = 15.97 Å, Z = 3 (Braconnier et al., Mater. Res. Bull. 17, 993, 1982)"],
    redox: { electrons: 1, product: "all sodium out; cells use about half, to Na0.5CrO2", starts: "discharged" },
  },
  NaI: { density: [3.67, 0.02, "measured", CRC] },
  NaCl: { density: [2.17, 0.01, "measured", CRC] },
  LiCl: { density: [2.07, 0.01, "measured", CRC] },
  P2S5: {},
  TaCl5: { density: [3.68, 0.02, "measured", CRC] },
  PTFE: { formula: "C2F4", aliases: ["polytetrafluoroethylene"], density: [2.2, 0.03, "measured", CRC] },
  Al: { density: [2.7, 0.01, "measured", CRC] },
  Cu: { density: [8.96, 0.01, "measured", CRC] },
  Ti: { density: [4.506, 0.01, "measured", CRC] },
  Fe: { aliases: ["iron", "steel"], density: [7.87, 0.05, "measured", CRC] },
};

function build(id: string, row: Row): Material {
  const formula = row.formula ?? id;
  const material: Material = { id, formula, aliases: row.aliases ?? [] };
  if (row.density) {
    const [value, sigma, flag, source] = row.density;
    material.density = { value, sigma, flag, source };
  } else if (row.volume) {
    const [volume, sigma, flag, source] = row.volume;
    const value = molarMass(formula) / (volume * CONSTANTS.avogadro * 1e-24);
    material.density = { value, sigma: (value * sigma) / volume, flag, source };
  }
  if (row.redox) material.redox = row.redox;
  return material;
}

/** The table, in reading order. */
export const MATERIALS: readonly Material[] = Object.entries(ROWS).map(([id, row]) => build(id, row));

const BY_NAME = new Map<string, Material>();
for (const material of MATERIALS) {
  for (const name of [material.id, ...material.aliases]) BY_NAME.set(name.toLowerCase(), material);
}

/** Names that {@link findMaterial} knows, for suggestions. */
export const MATERIAL_NAMES: readonly string[] = MATERIALS.flatMap((m) => [m.id, ...m.aliases]);

const subscripts = (text: string): string => text.replace(/[₀-₉]/g, (c) => String(c.charCodeAt(0) - 0x2080));

/** The material of that id or alias; "Co" and "CO" are told apart, so an id is matched by case first. */
export function findMaterial(name: string): Material | undefined {
  const plain = subscripts(name.trim());
  const exact = MATERIALS.find((m) => m.id === plain || m.aliases.includes(plain));
  if (exact) return exact;
  const loose = BY_NAME.get(plain.toLowerCase());
  return loose && !isElementClash(plain, loose.id) ? loose : undefined;
}

/** True where the spelling is itself a formula of other elements: "CU", "SN". */
function isElementClash(name: string, id: string): boolean {
  try {
    const a = parseFormula(name);
    const b = parseFormula(id);
    return [...a.keys()].some((element) => !b.has(element));
  } catch {
    return false;
  }
}

/** Theoretical capacity, mAh per g of `formula`, for `electrons` per formula unit: q = n F / (3.6 M). */
export function theoreticalMilliampereHourPerGram(formula: string, electrons: number): number {
  return (electrons * CONSTANTS.faraday) / (3.6 * molarMass(formula));
}
