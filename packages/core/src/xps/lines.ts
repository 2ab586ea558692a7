/**
 * Core levels as data: doublets, sensitivity factors and where species were seen.
 *
 * Splittings: Moulder et al., Handbook of X-ray Photoelectron Spectroscopy (1992). Ratio: of the smaller to the larger line by degeneracy,
 * (2j+1)/(2j′+1). Sensitivity: photoionisation cross-sections for Al Kα over that of C 1s, both lines of a doublet together unless the level says
 * one (Scofield, J. Electron Spectrosc. Relat. Phenom. 8, 129, 1976). They hold for Al Kα only.
 */

export const SENSITIVITY_SOURCE = "Scofield, J. Electron Spectrosc. Relat. Phenom. 8, 129 (1976), Al Kα";
/** photon energy that the factors hold for, eV */
export const SENSITIVITY_PHOTON = 1486.6;

export interface CoreLevel {
  level: string;
  /** distance of the smaller line towards higher binding energy, eV; null for one line */
  split: number | null;
  /** area of the smaller line over the larger one */
  ratio: number | null;
  /** over C 1s; null where none is tabulated here */
  sensitivity: number | null;
}

const single = (level: string, sensitivity: number): CoreLevel => ({ level, split: null, ratio: null, sensitivity });
const doublet = (level: string, split: number, ratio: number, sensitivity: number | null): CoreLevel => ({
  level,
  split,
  ratio,
  sensitivity,
});

export const CORE_LEVELS: readonly CoreLevel[] = [
  single("Li 1s", 0.0568),
  single("C 1s", 1),
  single("N 1s", 1.8),
  single("O 1s", 2.93),
  single("F 1s", 4.43),
  single("Na 1s", 8.52),
  doublet("Si 2p", 0.63, 1 / 2, 0.817),
  doublet("P 2p", 0.87, 1 / 2, 1.192),
  doublet("S 2p", 1.18, 1 / 2, 1.677),
  doublet("Cl 2p", 1.6, 1 / 2, 2.285),
  doublet("Ag 3d", 6.0, 2 / 3, null),
  doublet("Sn 3d", 8.41, 2 / 3, null),
  doublet("Sb 3d", 9.34, 2 / 3, null),
  doublet("I 3d", 11.5, 2 / 3, null),
  doublet("Ta 4f", 1.91, 3 / 4, 8.62),
  doublet("W 4f", 2.18, 3 / 4, 9.8),
  doublet("Au 4f", 3.67, 3 / 4, 17.12),
];

export interface XpsSpecies {
  level: string;
  species: string;
  /** of the larger line, eV */
  position: number;
  source: string;
}

const LIS2 = "Kim et al., Nat. Commun. 14, 6404 (2023)";
const FANTAUZZI = "Fantauzzi et al., RSC Adv. 2015, DOI 10.1039/C5RA14915K";

/** Positions of larger lines; a component whose fitted place lies within 0.4 eV may carry the name. */
export const XPS_SPECIES: readonly XpsSpecies[] = [
  {
    level: "C 1s",
    species: "adventitious carbon",
    position: 284.8,
    source: "ISO 19318; shift uncertain by 0.2 eV (Greczynski and Hultman 2017)",
  },
  { level: "S 2p", species: "S8", position: 164.0, source: FANTAUZZI },
  { level: "S 2p", species: "central S of a polysulfide", position: 163.4, source: `S8 − 0.6 eV, ${FANTAUZZI}` },
  { level: "S 2p", species: "terminal S of a polysulfide", position: 161.6, source: `S8 − 2.4 eV, ${FANTAUZZI}` },
  { level: "S 2p", species: "Li2S2", position: 162.2, source: LIS2 },
  { level: "S 2p", species: "Na2S2", position: 162.0, source: LIS2 },
];

/** Throws nothing: null for a level that is not tabulated. */
export function coreLevel(name: string): CoreLevel | null {
  const key = name.replace(/[\s_]/g, "").toLowerCase();
  return CORE_LEVELS.find((l) => l.level.replace(" ", "").toLowerCase() === key) ?? null;
}
