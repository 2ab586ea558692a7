/** A tomographic scan as one volume. */
import { join } from "node:path";
import { type Notice, quantity } from "@thioscope/core";
import type { TomoFilter, Volume } from "@thioscope/core/imaging";
import type { Part } from "@thioscope/core/story";
import { writeTiff } from "@thioscope/formats";
import type { SourceInputs } from "../../lines.ts";
import type { FileInput, StepFunction } from "../../stepModules.ts";
import { scanFrom } from "../../tomography/files.ts";
import { reconstructScan } from "../../tomography/reconstructScan.ts";
import { slicePool } from "../../tomography/slices.ts";
import { jsonBytes } from "../facts.ts";
import { headOf, lengthSetting, viewOf } from "./shared.ts";

/** Bytes of the volume that is kept. */
const KEPT = 2 ** 28;

export const reconstructStep: StepFunction = async (inputs, parameters, io) => {
  const given = inputs as unknown as SourceInputs;
  const opener = (input: FileInput) => ({ name: input.file, open: () => io.open(input) });
  const { flat, dark } = given.settingFiles;
  const scan = await scanFrom({
    projections: given.files.map(opener),
    flats: flat ? [opener(flat)] : [],
    darks: dark ? [opener(dark)] : [],
  });
  const pool = await slicePool();
  try {
    const pixel = lengthSetting(given.settings.pixel) ?? scan.pixelMetre;
    const bin =
      parameters.bin === "auto" ? Math.max(1, Math.ceil(Math.cbrt((4 * scan.width ** 2 * scan.height) / KEPT))) : Number(parameters.bin);
    const side = Math.floor(scan.width / bin);
    const planes = Math.floor(scan.height / bin);
    const values = new Float32Array(side * side * planes);
    const scale = (pixel === null ? 1 : 1e-3 / pixel) / bin ** 3;
    const result = await reconstructScan(
      scan,
      pool,
      {
        rangeDegree: Number(given.settings.range),
        centre: parameters.centre === "auto" ? null : Number(parameters.centre),
        filter: parameters.filter as TomoFilter,
        rings: parameters.rings === true,
        rounds: parameters.rounds === "auto" ? null : Number(parameters.rounds),
        paganin: null,
        rows: null,
      },
      (slice, row) => {
        const plane = Math.floor(row / bin);
        if (plane >= planes) return;
        for (let y = 0; y < side * bin; y++) {
          const to = (plane * side + Math.floor(y / bin)) * side;
          for (let x = 0; x < side * bin; x++) values[to + Math.floor(x / bin)]! += scale * slice[y * scan.width + x]!;
        }
      },
      io.context,
    );
    const notices: Notice[] = [...result.notices];
    if (bin > 1)
      notices.push({
        code: "volume-binned",
        message: `the volume is kept with ${bin} voxels joined along each axis; the command keeps every slice`,
      });
    const volume: Volume = { nx: side, ny: side, nz: planes, voxel: (pixel ?? 1e-6) * bin, values };
    const pages = Array.from({ length: planes }, (_, z) => ({
      width: side,
      height: side,
      values: values.subarray(z * side * side, (z + 1) * side * side),
    }));
    const part: Part = {
      ...headOf(given, "tomo.reconstruct", "Reconstructed volume", `tomo reconstruct ${join(given.files[0]!.file)} -o slices`),
      kind: "imaging",
      sentences: [
        {
          parts: [
            `${scan.projections} projections give ${result.slices} slices; the rotation axis lies at column `,
            { quantity: quantity(result.centre.value, "", result.centre.sigma), note: result.how },
            ".",
          ],
        },
      ],
      notices,
      volume: viewOf(volume, pixel === null ? "1/pixel" : "1/mm"),
      stack: null,
      section: null,
    };
    return {
      files: {
        "volume.tif": writeTiff(pages, pixel === null ? {} : { description: `voxel ${pixel * bin} m` }),
        "part.json": jsonBytes(part),
      },
      notices,
      summary: { slices: result.slices },
    };
  } finally {
    await pool.close();
    scan.close();
  }
};
