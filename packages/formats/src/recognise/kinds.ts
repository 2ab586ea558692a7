/** What a raw file can be. The words are those of a study's sources where a source takes such files. */
export const RAW_KINDS = {
  cycler: "table of a cycler or potentiostat, spectra of impedance, or both",
  frames: "frames of an area detector",
  picture: "picture of a microscope, or a mask",
  geometry: "geometry of a detector",
  scan: "projections of a tomographic scan",
  patterns: "integrated patterns over many frames",
  powder: "powder pattern",
  pdf: "pair distribution function, or what it is made of",
  absorption: "X-ray absorption",
  path: "scattering path of FEFF",
  raman: "Raman spectrum",
  photoelectrons: "photoelectron spectrum",
  masses: "mass spectrum",
  spectra: "spectrum",
  ions: "table of secondary ions",
  thermal: "thermal analysis",
  trajectory: "molecular dynamics",
  structure: "crystal structure",
  energies: "energies of phases",
  points: "points in space, or distances",
  claims: "claims of a paper",
  panels: "panels of a paper",
  observations: "table of observations of species",
  cell: "description of a cell",
  study: "a study",
  log: "log of scans",
} as const;

export type RawKind = keyof typeof RAW_KINDS;

export interface Recognition {
  kind: RawKind;
  /** the reader's title, or what the content says of itself */
  format: string;
  /**
   * 1: a signature; from 0.6: an instrument's marks; from 0.3: names of columns, or the range of the numbers; below: only
   * that nothing speaks against it
   */
  certainty: number;
}
