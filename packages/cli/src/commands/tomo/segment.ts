/** thioscope tomo segment: interlayer, voids and ingrowth in a volume of a cell. */
import { basename } from "node:path";
import { analyseStack } from "@thioscope/core/imaging";
import type { Action } from "../../actions.ts";
import { answerText, oneWord, textTable, warningLines } from "../../inputs.ts";
import { greysOf, micrometres, stackJson, VOLUME_OPTIONS, volumeOf } from "./inputs.ts";

const USAGE = "thioscope tomo segment VOLUME [--voxel 3.61um] [--greys V,E,I,A] [--bin N]";

export const segmentAction: Action = {
  usage: USAGE,
  about: `thickness of the interlayer between electrolyte and anode, voids of the electrolyte, and low-grey regions that grow into it from the
interface (what deposits and cracks look like), with errors from parts of the area. VOLUME is a folder of slices or a stack of pictures; the
layers lie along the stack of slices, either way round. A layer thinner than two voxels is not seen. Grows: more than 0.01 voxels mean depth.`,
  options: VOLUME_OPTIONS,
  examples: ["thioscope tomo segment slices --voxel 3.61um", "thioscope tomo segment cell.tif --voxel 3.61um --greys 0.05,0.5,0.75,1"],
  async run(words, options, io) {
    const path = oneWord(words, USAGE);
    const volume = await volumeOf(path, options, io);
    const found = analyseStack(volume, greysOf(options.greys), io.task);
    for (const line of warningLines(found.notices)) io.hint(line);
    io.result({
      file: basename(path),
      voxels: [volume.nx, volume.ny, volume.nz],
      voxel: { value: volume.voxel * 1e6, sigma: null, unit: "um" },
      ...stackJson(found),
      warnings: found.notices,
    });
    const { interlayer, voids, ingrowth } = found;
    io.say(
      textTable(
        ["", ""],
        [
          ["interlayer", answerText(micrometres(interlayer.mean))],
          ["roughness", answerText(micrometres(interlayer.roughness))],
          ["cover", answerText(interlayer.cover)],
          ["porosity of the electrolyte", answerText(voids.porosity)],
          ["voids", String(voids.regions.length)],
          ["largest void", voids.regions[0] ? `${(voids.regions[0].diameter * 1e6).toPrecision(3)} µm` : "none"],
          ["grown in, mean depth", answerText(micrometres(ingrowth.indicator))],
          ["reach", `${(ingrowth.reach * 1e6).toPrecision(3)} µm`],
          ["grows", found.grows ? "yes" : "no"],
        ],
      ),
    );
  },
};
