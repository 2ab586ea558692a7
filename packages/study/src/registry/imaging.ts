/** The steps over scans, volumes and pictures. */
import type { StepDefinitions } from "./model.ts";

const GREYS = {
  kind: "text",
  default: "auto",
  maxLength: 100,
  about:
    'Greys of void, electrolyte, interlayer and anode, such as "0.05,0.5,0.75,1"; "auto" (default): from the histogram, in rising order.',
} as const;

export const IMAGING_STEPS = {
  "tomo.reconstruct": {
    per: "source",
    of: "scan",
    needs: [],
    givesPart: true,
    module: "steps/imaging/reconstruct",
    export: "reconstructStep",
    parameters: {
      filter: {
        kind: "choice",
        of: ["ramp", "shepp-logan", "cosine", "hamming", "hann"],
        default: "hann",
        about: "Filter of the back projection: ramp is sharpest, hann (default) damps noise most.",
      },
      centre: { kind: "number", min: 0, default: "auto", about: 'Detector column of the rotation axis; "auto" (default): found.' },
      rounds: {
        kind: "count",
        min: 1,
        max: 1000,
        default: "auto",
        about: 'Rounds of the iterative reconstruction, for few angles; "auto" (default): filtered back projection.',
      },
      rings: { kind: "flag", default: true, about: "Take stripes of wrong columns out. Default: true." },
      bin: {
        kind: "count",
        min: 1,
        max: 64,
        default: "auto",
        about: 'Voxels joined along each axis of the volume that is kept; "auto" (default): as few as fit into 256 MiB.',
      },
    },
    constants: [],
    description: "slices of a tomographic scan, kept as one volume; the rotation axis is found",
    outputs: { "volume.tif": "slices as 32-bit pictures, one per page", "part.json": "what page and report show" },
  },
  "tomo.segment": {
    per: "source",
    of: "volume",
    needs: [],
    givesPart: true,
    module: "steps/imaging/segment",
    export: "segmentStep",
    parameters: {
      greys: GREYS,
      bin: { kind: "count", min: 1, max: 64, default: 1, about: "Voxels joined along each axis before anything is measured (1)." },
    },
    constants: [],
    description: "interlayer, voids and ingrowth in a volume of a cell whose layers lie along the slices",
    outputs: {
      "voids.parquet": "one row per void: volume, diameter, place",
      "depth.parquet": "over the depth from the interface: shares of the area that are low-grey, all and connected",
      "part.json": "what page and report show",
    },
  },
  "image.cracks": {
    per: "source",
    of: "section",
    needs: [],
    givesPart: true,
    module: "steps/imaging/cracks",
    export: "cracksStep",
    parameters: {
      threshold: { kind: "number", default: "auto", about: 'Grey below which a pixel is dark; "auto" (default): from the histogram.' },
      smallest: { kind: "count", min: 1, default: 6, about: "Dark regions of fewer pixels are noise (6)." },
    },
    constants: [],
    description: "area fractions of cracks and voids of a polished section",
    outputs: { "regions.parquet": "one row per dark region", "part.json": "what page and report show" },
  },
} as const satisfies StepDefinitions;
