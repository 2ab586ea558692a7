/** A volume of a cell: interlayer, voids, ingrowth. */
import { inUnit, isComputable, makeTable, quantity, ThioscopeError } from "@thioscope/core";
import { analyseStack, type LayerGreys } from "@thioscope/core/imaging";
import type { Part, Sentence } from "@thioscope/core/story";
import type { SourceInputs } from "../../lines.ts";
import { tableToParquet } from "../../parquet.ts";
import type { StepFunction } from "../../stepModules.ts";
import { volumeFrom } from "../../tomography/files.ts";
import { numbers } from "../applies.ts";
import { jsonBytes } from "../facts.ts";
import { headOf, lengthSetting, viewOf } from "./shared.ts";

const MOST_VOIDS = 500;

export const segmentStep: StepFunction = async (inputs, parameters, io) => {
  const given = inputs as unknown as SourceInputs;
  const bin = Number(parameters.bin);
  const options = { voxel: lengthSetting(given.settings.voxel), bin };
  const { volume, notices } = await volumeFrom(
    given.files.map((input) => ({ name: input.file, open: () => io.open(input) })),
    options,
    io.context,
  );
  const found = analyseStack(volume, greysOf(parameters.greys), io.context);
  const um = 1e6;
  const { interlayer, voids, ingrowth } = found;
  const told = inUnit(ingrowth.indicator, "um");
  const sentences: Sentence[] = [];
  if (isComputable(interlayer.mean)) {
    sentences.push({
      parts: [
        "An interlayer of ",
        { quantity: inUnit(interlayer.mean, "um"), note: "mean over the area; error from its parts" },
        " lies between electrolyte and anode over ",
        { quantity: inUnit(interlayer.cover, "%") },
        " of the area.",
      ],
    });
  }
  sentences.push({
    parts: found.grows
      ? [
          "Low-grey regions grow from the interface into the electrolyte: ",
          { quantity: told, note: "volume per area of the interface" },
          " on average, up to ",
          { quantity: quantity(ingrowth.reach * um, "um") },
          " deep.",
        ]
      : [
          "No low-grey region grows from the interface into the electrolyte (",
          { quantity: told, note: "volume per area of the interface" },
          ").",
        ],
  });
  const part: Part = {
    ...headOf(given, "tomo.segment", "Layers of the cell", `tomo segment ${given.files[0]!.file}`),
    kind: "imaging",
    sentences,
    notices: [...notices, ...found.notices],
    volume: viewOf(volume, ""),
    stack: {
      thickness: { nx: volume.nx, ny: volume.ny, pixelMicrometre: volume.voxel * um, micrometre: interlayer.thickness.map((t) => t * um) },
      mean: isComputable(interlayer.mean) ? inUnit(interlayer.mean, "um") : interlayer.mean,
      roughness: isComputable(interlayer.roughness) ? inUnit(interlayer.roughness, "um") : interlayer.roughness,
      cover: inUnit(interlayer.cover, "%"),
      porosity: inUnit(voids.porosity, "%"),
      voidsMicrometre: voids.regions.slice(0, MOST_VOIDS).map(({ diameter }) => diameter * um),
      voidCount: voids.regions.length,
      depthMicrometre: ingrowth.depth.map((depth) => depth * um),
      lowGreyPercent: ingrowth.lowGrey.map((share) => 100 * share),
      connectedPercent: ingrowth.connected.map((share) => 100 * share),
      indicator: told,
      grows: found.grows,
    },
    section: null,
  };
  const table = makeTable([
    numbers(
      "volume_um3",
      "um3",
      voids.regions.map(({ volume: size }) => size * um ** 3),
    ),
    numbers(
      "diameter_um",
      "um",
      voids.regions.map(({ diameter }) => diameter * um),
    ),
    ...(["x", "y", "z"] as const).map((axis, k) =>
      numbers(
        `${axis}_voxel`,
        "",
        voids.regions.map(({ centre }) => centre[k]!),
      ),
    ),
  ]);
  const depth = makeTable([
    numbers(
      "depth_um",
      "um",
      Array.from(ingrowth.depth, (d) => d * um),
    ),
    numbers(
      "low_grey_percent",
      "%",
      Array.from(ingrowth.lowGrey, (share) => 100 * share),
    ),
    numbers(
      "connected_percent",
      "%",
      Array.from(ingrowth.connected, (share) => 100 * share),
    ),
  ]);
  return {
    files: { "voids.parquet": tableToParquet(table), "depth.parquet": tableToParquet(depth), "part.json": jsonBytes(part) },
    notices: part.notices,
    summary: { voids: voids.regions.length },
  };
};

function greysOf(written: unknown): LayerGreys | null {
  if (written === "auto") return null;
  const numbersOf = String(written).split(",").map(Number);
  if (numbersOf.length !== 4 || !numbersOf.every(Number.isFinite) || new Set(numbersOf).size !== 4) {
    throw new ThioscopeError("INVALID_INPUT", `greys "${written}": four different numbers, for void, electrolyte, interlayer and anode`);
  }
  const [empty, electrolyte, interlayer, anode] = numbersOf as [number, number, number, number];
  return { void: empty, electrolyte, interlayer, anode };
}
