/**
 * The kinds of sources beside the files of a cycler or potentiostat: what their files are and which settings
 * belong to them. A source without a kind holds files of a cycler or potentiostat.
 */
import type { Parameters } from "./parameters.ts";

interface SourceKindDefinition {
  description: string;
  settings: Parameters;
}

export const SOURCE_KINDS = {
  claims: {
    description: "claims of papers or drafts, as docs/reference/claims.md describes them",
    settings: {},
  },
  panels: {
    description: "a paper's figures panel by panel, as docs/guide/lab.md describes the list",
    settings: {},
  },
  observations: {
    description: "tables of observations of species over the charge, as docs/guide/evidence.md describes them",
    settings: {},
  },
  energies: {
    description: "energies of phases of your own: pymatgen or Materials Project JSON, CSV, vasprun.xml; all files are one set",
    settings: {},
  },
  absorption: {
    description: "X-ray absorption scans in the order in which they follow one another: XDI, Athena projects, columns of beamlines, NXxas",
    settings: {
      s8: { kind: "file", default: null, about: "Scan of elemental sulfur of the same run: sets the energy scale, and is a standard." },
      polysulfide: { kind: "file", default: null, about: "Scan of a polysulfide of known length, such as Na2S4." },
      polysulfide_length: { kind: "number", min: 2.1, max: 12, default: "auto", about: "Its chain length." },
      sulfide: { kind: "file", default: null, about: "Scan of Na2S or Li2S." },
      electrolyte: { kind: "file", default: null, about: "Scan of the electrolyte alone." },
      other: {
        kind: "file",
        default: null,
        about: "Scan of one more compound that may be there, such as Sb2S3: a standard of combinations.",
      },
      oxidised: { kind: "file", default: null, about: "Scan of sulfate, sulfite or thiosulfate." },
    },
  },
  exafs: {
    description:
      "X-ray absorption scans that reach far above an edge, for their fine structure: XDI, Athena projects, columns of beamlines, NXxas",
    settings: {
      structure: { kind: "file", default: null, about: "CIF file with the structure whose scattering paths are fitted (xas.paths)." },
      phases: {
        kind: "file",
        default: null,
        about: "Path of the same elements that FEFF computed (feff0001.dat); a table's phases stand in without it.",
      },
    },
  },
  raman: {
    description: "Raman spectra in the order in which they follow one another: .wdf, .spc, .rod, LabSpec, WITec, JASCO, columns",
    settings: {
      laser: {
        kind: "quantity",
        unit: "nm",
        default: "auto",
        about: 'Wavelength of the laser, such as "532.1 nm", where files are over wavelengths and do not state it.',
      },
      reference: {
        kind: "file",
        default: null,
        about: "Spectrum of silicon on the same instrument: the shifts are moved so that its line lies at 520.5 1/cm.",
      },
    },
  },
  photoelectrons: {
    description: "photoelectron spectra: VAMAS, PHI .spe, SPECS, Scienta, columns",
    settings: {},
  },
  ions: {
    description: "tables of secondary ions: a line per ion, a column of counts per area of the sample, one table per sample",
    settings: { blank: { kind: "file", default: null, about: "Counts of the electrolyte alone, as many pulses per area." } },
  },
  powder: {
    description: "powder patterns in the order in which they follow one another: columns of 2θ, intensity, error",
    settings: {
      wavelength: { kind: "quantity", unit: "Å", default: "auto", about: 'Wavelength, such as "0.1424 Å" (copper\'s Kα1).' },
      structures: {
        kind: "file",
        default: null,
        about: "CIF file with structures of phases that do not ship, named by their data blocks.",
      },
    },
  },
  scattering: {
    description: "patterns of total scattering in the order in which they follow one another: columns of 2θ or q, intensity, error",
    settings: {
      composition: {
        kind: "text",
        default: "auto",
        maxLength: 4000,
        about: 'Formula of the samples, one for all or one for each by commas, such as "NaTaCl6"; needed.',
      },
      wavelength: {
        kind: "quantity",
        unit: "Å",
        default: "auto",
        about: 'Wavelength, such as "0.2708 Å": the first column is then 2θ in degrees, else q in 1/Å.',
      },
      background: { kind: "file", default: null, about: "Pattern of the empty container." },
      background_scale: { kind: "number", min: 0, default: 1, about: "It counts this many times (default 1)." },
    },
  },
  pellets: {
    description:
      'spectra of impedance of pellets between blocking electrodes, one file per sample and temperature: the sample is the name before the temperature ("x0.50 25C.mpt"); or several temperatures in a file that states them',
    settings: {
      thickness: {
        kind: "text",
        default: "auto",
        maxLength: 4000,
        about:
          'Thickness with its error, one for all or one for each sample, as "0.62 mm ± 0.01 mm" or "x0.25 = 0.61 mm, x0.50 = 0.62 mm"; needed.',
      },
      diameter: { kind: "quantity", unit: "mm", default: "auto", about: 'Diameter of the pellets, such as "10 mm"; needed.' },
    },
  },
  thermal: {
    description: "runs of a thermobalance or calorimeter: NETZSCH, PerkinElmer, columns",
    settings: {
      blank: {
        kind: "file",
        default: null,
        about: "A run of the empty pan in the same gas at the same rate, taken off in mg: what buoyancy adds.",
      },
    },
  },
  points: {
    description: "points in space as text, one per line, or a matrix of distances",
    settings: {},
  },
  trajectory: {
    description:
      "runs of molecular dynamics of one cell: XDATCAR, vasprun.xml, extended XYZ, CP2K, LAMMPS, DCD, ASE; several temperatures or replicas",
    settings: {
      species: { kind: "texts", default: "auto", about: "The ions that are followed, such as [Na]; needed." },
      timestep: {
        kind: "quantity",
        unit: "fs",
        default: "auto",
        about: 'Step of the integrator, such as "2 fs", where files do not state it.',
      },
      stride: {
        kind: "count",
        min: 1,
        default: "auto",
        about: "Steps of the integrator between two frames, where files do not state them (else 1).",
      },
      temperatures: {
        kind: "text",
        default: "auto",
        maxLength: 4000,
        about:
          'One temperature in K for all files, or one for each, as "a.xyz=600, b.xyz=800". "auto" (default): as in the names (600K.xyz). Files of one temperature are replicas.',
      },
    },
  },
  scan: {
    description: "projections of a tomographic scan: one Data Exchange or NXtomo file, or pictures in the order of the angles",
    settings: {
      flat: { kind: "file", default: null, about: "Pictures of the open beam." },
      dark: { kind: "file", default: null, about: "Pictures without beam." },
      range: {
        kind: "number",
        min: 1,
        max: 3600,
        default: 180,
        about: "Angles of pictures that do not state them, degrees; the last one a step before its end (180).",
      },
      pixel: {
        kind: "quantity",
        unit: "um",
        default: "auto",
        about: 'Edge of a detector pixel, such as "3.61 um", where files do not state it.',
      },
    },
  },
  volume: {
    description: "slices of a volume in their order, one or several per file; the layers of the cell lie along them",
    settings: {
      voxel: { kind: "quantity", unit: "um", default: "auto", about: 'Edge of a voxel, such as "3.61 um", where files do not state it.' },
    },
  },
  section: {
    description: "pictures of polished sections, one per file",
    settings: {
      pixel: { kind: "quantity", unit: "um", default: "auto", about: 'Edge of a pixel, such as "50 nm", where files do not state it.' },
    },
  },
  frames: {
    description: "frames of an area detector in the order in which they were taken, several in a file or one per file",
    settings: {
      calibrant: { kind: "file", default: null, about: "A frame of a calibrant on the same detector." },
      geometry: { kind: "file", default: null, about: "Geometry of the detector instead of a calibrant: PONI or imctrl." },
      energy: { kind: "quantity", unit: "eV", default: "auto", about: 'Photon energy, such as "87.1 keV", where frames do not state it.' },
      distance: {
        kind: "quantity",
        unit: "m",
        default: "auto",
        about: "Distance along the beam, where it is known and the energy is not (or both).",
      },
      pixel: { kind: "quantity", unit: "um", default: "auto", about: 'Side of a pixel, such as "200 µm", where frames do not state it.' },
      mask: { kind: "file", default: null, about: "Pixels to leave out (EDF, NPY, PNG, TIFF; not 0 = left out)." },
      flat: { kind: "file", default: null, about: "Sensitivity of every pixel." },
      dark: { kind: "file", default: null, about: "Counts without beam." },
      log: { kind: "file", default: null, about: "Table of the scans: file, frame, position, time of every frame." },
      position: {
        kind: "text",
        default: "auto",
        maxLength: 100,
        about:
          'What moved along the section: a column of the log or a motor in the headers ("header.samz"). "auto" (default): the only one there is.',
      },
      position_unit: {
        kind: "choice",
        of: ["mm", "um", "m"],
        default: "mm",
        about: "Unit of positions where the log or the header states none (default mm).",
      },
      positions: {
        kind: "count",
        min: 1,
        max: 100_000,
        default: "auto",
        about: "Declared scan: positions in one scan, where neither log nor headers say.",
      },
      first: { kind: "quantity", unit: "um", signed: true, default: "auto", about: "Declared scan: first position (0 µm where absent)." },
      step: { kind: "quantity", unit: "um", signed: true, default: "auto", about: "Declared scan: from one position to the next." },
      started: {
        kind: "text",
        default: "auto",
        maxLength: 60,
        about: "Declared scan: when the first frame began, ISO 8601; or that of the headers.",
      },
      every: {
        kind: "quantity",
        unit: "s",
        default: "auto",
        about: "Declared scan: from one frame to the next; within a file, where headers state one time per file.",
      },
      clock_offset: {
        kind: "quantity",
        unit: "s",
        signed: true,
        default: "auto",
        about:
          'Clock of the frames less that of the cycler, such as "125 s ± 5 s". "auto" (default): estimated from phases that stop growing when the current stops, or else none.',
      },
      structures: {
        kind: "file",
        default: null,
        about: "CIF file with the structures of phases that do not ship, named by their data blocks.",
      },
    },
  },
} as const satisfies Readonly<Record<string, SourceKindDefinition>>;

export type SourceKind = keyof typeof SOURCE_KINDS;

export function settingsOf(kind: SourceKind): Parameters {
  return SOURCE_KINDS[kind].settings;
}
