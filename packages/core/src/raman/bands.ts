/**
 * Bands of phases in sulfide and halide cells, as data: where a vibration lies, how far from it a fitted peak may lie to be named so, and who says it.
 * A name is an assignment by position alone; several may fit one peak, and then all are given.
 */

export interface RamanBand {
  species: string;
  mode: string;
  /** cm⁻¹ */
  position: number;
  /** a peak within this distance carries the name, cm⁻¹ */
  tolerance: number;
  source: string;
}

const S8 = "Ward, J. Phys. Chem. 72, 4133 (1968)";
const NAS = "Yuan et al., Energy Environ. Sci. 18, 4288 (2025)";
const CARBON = "Ferrari and Robertson, Phys. Rev. B 61, 14095 (2000)";

export const RAMAN_BANDS: readonly RamanBand[] = [
  { species: "S8", mode: "E2, bending and torsion", position: 153, tolerance: 4, source: S8 },
  { species: "S8", mode: "A1, bending", position: 219, tolerance: 4, source: S8 },
  { species: "S8", mode: "A1, S–S stretching", position: 473, tolerance: 4, source: S8 },
  {
    species: "S3 radical",
    mode: "symmetric stretching",
    position: 535,
    tolerance: 6,
    source: "Chivers and Drummond, Inorg. Chem. 11, 2525 (1972)",
  },
  { species: "Na3SbS4", mode: "SbS4 bending", position: 159.4, tolerance: 3, source: NAS },
  { species: "Na3SbS4", mode: "SbS4 bending", position: 192, tolerance: 4, source: NAS },
  { species: "Na3SbS4", mode: "SbS4 symmetric stretching", position: 362, tolerance: 5, source: NAS },
  { species: "Na3SbS4", mode: "SbS4 asymmetric stretching", position: 384, tolerance: 5, source: NAS },
  { species: "Na3SbS4", mode: "SbS4 asymmetric stretching", position: 404, tolerance: 5, source: NAS },
  { species: "Sb-S", mode: "Sb–S stretching", position: 283, tolerance: 5, source: NAS },
  { species: "Sb-S", mode: "Sb–S stretching", position: 299, tolerance: 5, source: NAS },
  { species: "carbon", mode: "D", position: 1350, tolerance: 30, source: CARBON },
  { species: "carbon", mode: "G", position: 1585, tolerance: 25, source: CARBON },
  {
    species: "Si",
    mode: "F2g",
    position: 520.5,
    tolerance: 3,
    source: "Parker, Feldman and Ashkin, Phys. Rev. 155, 712 (1967); Itoh and Shirono, J. Raman Spectrosc. 51, 2496 (2020): 520.45 ± 0.28",
  },
];

/** Names that a position allows; its error widens a band's tolerance to at most twice. */
export function bandsAt(position: number, sigma = 0, bands: readonly RamanBand[] = RAMAN_BANDS): readonly RamanBand[] {
  return bands.filter((band) => Math.abs(position - band.position) <= band.tolerance + Math.min(2 * sigma, band.tolerance));
}
