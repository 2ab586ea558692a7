/** The steps over frames of a detector. */
import type { StepDefinitions } from "./model.ts";
import type { Parameters } from "./parameters.ts";

const PHASES = {
  kind: "texts",
  default: "auto",
  about:
    'Phases with the reflections that stand for them: "Na2S", "Na2S 111 220", "X d=2.31 d=3.77", "Na2S 220 @930..1000" (looked for between these µm only). "auto" (default): those of the cell file and what they become.',
} as const satisfies Parameters[string];

const WINDOW = {
  kind: "quantity",
  unit: "deg",
  default: "auto",
} as const;

export const DIFFRACTION_STEPS = {
  "xrd.calibrate": {
    per: "source",
    of: "frames",
    needs: [],
    givesPart: true,
    module: "steps/xrd/calibrate",
    export: "calibrateStep",
    parameters: {
      calibrant: { kind: "text", default: "LaB6", about: "What the calibrant frame shows: LaB6 (default), CeO2, Si, Al2O3, AgBehenate …" },
    },
    constants: [],
    description: "centre, distance and tilt of the detector from the calibrant frame; or the geometry file of the source as it is",
    outputs: {
      "geometry.poni": "for every program that reads PONI files (version 2.1)",
      "calibration.json": "geometry, parameters with errors, residuals of the rings, what tilt may leave of the second harmonic",
      "part.json": "what page and report show",
    },
  },
  "xrd.integrate": {
    per: "source",
    of: "frames",
    needs: ["xrd.calibrate"],
    takesRun: true,
    givesPart: true,
    module: "steps/xrd/integrate",
    export: "integrateStep",
    parts: "integrateParts",
    parameters: {
      bins: { kind: "count", min: 2, max: 100_000, default: 1000, about: "Radial bins (default 1000)." },
      sectors: {
        kind: "count",
        min: 1,
        max: 360,
        default: 1,
        about: "Sectors of azimuth. With more than one (default 1) the cakes are kept too, up to 1 GB of them.",
      },
      unit: { kind: "choice", of: ["2th_deg", "q_nm^-1", "q_A^-1", "d"], default: "2th_deg", about: "Radial axis (default 2th_deg)." },
      splitting: {
        kind: "choice",
        of: ["none", "box", "full"],
        default: "full",
        about: "How a pixel is shared among bins: full (default), box, none (errors of bins are then independent).",
      },
      polarisation: {
        kind: "number",
        min: -1,
        max: 1,
        default: "auto",
        about: "(I_h − I_v)/(I_h + I_v) of the beam; none is corrected by default.",
      },
    },
    constants: [],
    description: "every frame to a pattern, with sectors to a cake, with errors of counting",
    outputs: {
      "patterns.h5": "NXazint1d, with sectors NXazint2d beside it",
      "frames.parquet": "one row per frame: file, number in it, position, time",
      "part.json": "what page and report show",
    },
  },
  "xrd.map": {
    per: "source",
    of: "frames",
    needs: ["xrd.calibrate"],
    takesRun: true,
    takesCell: true,
    givesPart: true,
    module: "steps/xrd/map",
    export: "mapStep",
    parts: "mapParts",
    parameters: {
      phases: PHASES,
      window: {
        ...WINDOW,
        about: 'Half the width of the window about a reflection in 2θ; "auto" (default): 0.05°, or three pixels where that is more.',
      },
      beam: { kind: "quantity", unit: "um", default: "10 µm", about: "Height of the beam along the scan (default 10 µm)." },
      beam_shape: {
        kind: "choice",
        of: ["tophat", "gaussian"],
        default: "tophat",
        about: "Profile of the beam along the scan (default tophat).",
      },
      baseline: {
        kind: "count",
        min: 0,
        max: 1000,
        default: 3,
        about: "Scans at the beginning whose mean is taken off where a phase is followed in time: its onset, its edges (default 3).",
      },
    },
    constants: ["faraday"],
    description:
      "intensity of phases over position and time, from the pixels of their reflections; edges of layers, fronts, onsets; the clock",
    outputs: {
      "map.parquet": "one row per phase, scan and position: intensity, time, potential, charge, x, errors in *_sigma columns",
      "edges.parquet": "one row per phase and scan: edges and thickness of its layer",
      "map.json": "clock, reflections, fronts with velocities, onsets, layers; or why not",
      "part.json": "what page and report show",
    },
  },
  "xrd.stress": {
    per: "source",
    of: "frames",
    needs: ["xrd.calibrate", "xrd.map"],
    takesRun: true,
    takesCell: true,
    givesPart: true,
    module: "steps/xrd/stress",
    export: "stressStep",
    parts: "stressParts",
    parameters: {
      phases: { ...PHASES, about: `${PHASES.about} Only phases of which elastic constants are known.` },
      sectors: { kind: "count", min: 8, max: 360, default: 36, about: "Sectors of azimuth in which rings are fitted (default 36)." },
      window: { ...WINDOW, about: 'Rings are fitted within this of their 2θ; "auto" (default): 0.1°, or five pixels where that is more.' },
      axial: {
        kind: "number",
        min: -360,
        max: 360,
        default: 90,
        about: "Azimuth in degrees along which the cell is pressed: 90 (default) is vertical.",
      },
      constants: {
        kind: "choice",
        of: ["voigt", "reuss", "hill"],
        default: "hill",
        about: "Average over grains behind the diffraction elastic constants (default hill).",
      },
      elastic: {
        kind: "texts",
        default: "auto",
        about:
          'Elastic constants of your own: "Na3PS4: E = 20 GPa, nu = 0.30, 20 %, source". "auto" (default): those that ship, with their sources.',
      },
      single: {
        kind: "texts",
        default: "auto",
        about: 'Layers of one phase, in which equilibrium gives the absolute stress: "Na3PS4 @440..930" (µm). "auto" (default): none.',
      },
      composite: {
        kind: "texts",
        default: "auto",
        about:
          'Volume fractions of a composite, pores too, for the balance of forces: "Na3PS4 45 % @945..985", "pores 15 % @945..985". "auto" (default): none.',
      },
      least: {
        kind: "number",
        min: 0,
        max: 1,
        default: 0.2,
        about: "A phase is measured where its intensity is more than this share of its largest (default 0.2).",
      },
    },
    constants: [],
    description: "deviatoric stress of phases over position and time from all rings of a phase, d0 unknown; balance of forces",
    outputs: {
      "stress.parquet": "one row per phase, scan and position: difference, component, shear, parts of the error, potential, charge, x",
      "stress.json":
        "definition, elastic constants with sources, reasons where there is no value, balance, absolute stress of layers of one phase",
      "part.json": "what page and report show",
    },
  },
} as const satisfies StepDefinitions;
