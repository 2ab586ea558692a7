/** thioscope export: a study as a folder for others. */
import { resolve } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import { currentStory } from "@thioscope/core/story";
import { exportStudy, makeReport, readStudy } from "@thioscope/study";
import { figuresOfStory, figureToSvg, tableToCsv } from "@thioscope/views";
import type { Command } from "../command.ts";
import { figureData } from "../export/figureData.ts";
import { count } from "../inputs.ts";

const LICENCE = /^[A-Za-z0-9.+-]{1,64}$/;

export const command: Command = {
  name: "export",
  summary: "a study as a folder for others: NeXus, CSV, Parquet, SVG, RO-Crate",
  usage: "thioscope export DIR [-o FOLDER] [--licence SPDX] [--raw]",
  about:
    "Writes everything of the last run in formats that other programs open: each result as Parquet, CSV with a unit row and NeXus/HDF5\n" +
    "(curves and maps with errors, axes and units), each figure as SVG with its data as CSV, the report, the methods, the cell as linked\n" +
    "data (BattINFO), and ro-crate-metadata.json, which says what each file is, what made it and of what, with hashes. Default: DIR/export.",
  options: {
    out: { type: "string", value: "FOLDER", help: "folder to write, new or an earlier export (default: DIR/export)", short: "o" },
    licence: { type: "string", value: "SPDX", help: "licence that the export is given away under, such as CC-BY-4.0; none by default" },
    raw: { type: "boolean", help: "copy the raw files too" },
  },
  examples: ["thioscope export beamtime", "thioscope export beamtime -o for-zenodo --licence CC-BY-4.0 --raw"],
  async run(words, options, io) {
    const [folder] = words;
    if (folder === undefined || words.length > 1) throw new ThioscopeError("USAGE", `one folder is needed. Usage: ${command.usage}`);
    const { licence } = options;
    if (typeof licence === "string" && !LICENCE.test(licence))
      throw new ThioscopeError("USAGE", `"${licence}" is no SPDX identifier, such as CC-BY-4.0 or MIT`);
    const { root } = await readStudy(folder);
    const out = typeof options.out === "string" ? resolve(options.out) : resolve(root, "export");
    const { files, results, figures } = await exportStudy(root, out, {
      report: await makeReport(root),
      figures: (story) =>
        figuresOfStory(currentStory(story)).map(({ figure, ...named }) => ({
          ...named,
          svg: figureToSvg(figure, named.title, 170),
          csv: tableToCsv(figure.data()),
          data: figureData(named.id, named.title, figure),
        })),
      ...(typeof licence === "string" ? { licence } : {}),
      raw: options.raw === true,
      context: io.task,
    });
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    io.say(
      `${count(results, "result")}, ${count(figures, "figure")}, ${count(files.length, "file")}, ${(bytes / 1e6).toFixed(1)} MB: ${out}`,
    );
    if (licence === undefined) io.hint("no licence is stated: --licence CC-BY-4.0 says what others may do with it");
    io.result({
      study: folder,
      written: out,
      results,
      figures,
      files: files.map(({ about: description, ...file }) => ({ ...file, description })),
    });
  },
};
