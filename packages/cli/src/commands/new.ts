/** thioscope new: a study folder from raw files. */
import { ThioscopeError } from "@thioscope/core";
import { newStudy } from "@thioscope/study";
import type { Command } from "../command.ts";
import { count } from "../inputs.ts";

export const command: Command = {
  name: "new",
  summary: "a study folder from raw files",
  usage: "thioscope new DIR --from RAW [RAW…] [--cell cell.yaml] [--link]",
  about:
    "Looks at each raw file (by content, not by name), copies those it can read into DIR/raw and writes DIR/study.yaml with\n" +
    "what was recognised and, as comments, what was not and why. Without --cell, DIR/cell.yaml is a template to be filled\n" +
    "in: nothing is guessed. The raw files are never changed. RAW is a file or a folder; folders are searched.",
  options: {
    from: { type: "string", value: "RAW", help: "raw file or folder; more may follow as words" },
    cell: { type: "string", value: "FILE", help: "cell file that describes all the files; it is copied to DIR/cell.yaml" },
    link: { type: "boolean", help: "link to the raw files instead of copying them" },
  },
  examples: ["thioscope new beamtime --from raw/", "thioscope new cell12 --from C09.mpr long-run.ndax --cell cell.yaml --link"],
  async run(words, options, io) {
    const [folder, ...more] = words;
    const from = [...(typeof options.from === "string" ? [options.from] : []), ...more];
    if (folder === undefined || from.length === 0) {
      throw new ThioscopeError("USAGE", `a folder and raw files are needed. Usage: ${command.usage}`);
    }
    const cell = typeof options.cell === "string" ? options.cell : undefined;
    const files = await newStudy(folder, from, { link: options.link === true, context: io.task, ...(cell === undefined ? {} : { cell }) });
    for (const file of files) {
      if (file.path === null) io.say(`  not taken  ${file.name}: ${file.reason}`);
      else {
        const spectra = file.spectra === 0 ? "" : file.spectra === 1 ? ", 1 spectrum" : `, ${file.spectra} spectra`;
        const warnings = file.notices.length === 0 ? "" : `, ${count(file.notices.length, "warning")}`;
        const rows = count(file.rows ?? 0, file.ofFrames && file.ofFrames.role !== "log" ? "frame" : "row");
        if (file.found) {
          io.say(`  ${file.path}: ${file.format}, ${file.technique}${warnings}`);
          continue;
        }
        io.say(`  ${file.path}: ${file.format}, ${file.technique}, ${rows}${spectra}${warnings}`);
      }
    }
    const taken = files.filter((f) => f.path !== null).length;
    const next = cell === undefined ? `Fill in ${folder}/cell.yaml, then: ` : "Next: ";
    io.say(`${folder}/study.yaml: ${taken} of ${count(files.length, "file")}. ${next}thioscope run ${folder}`);
    io.result({
      study: folder,
      files: files.map(({ notices: warnings, isCycling: _, ofFrames: __, found: ___, ...file }) => ({ ...file, warnings })),
    });
  },
};
