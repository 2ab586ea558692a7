/** thioscope report: the report of the last run as one file. */
import { basename, join, resolve } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import { makeReport, printPdf, readStudy, writeAtomic } from "@thioscope/study";
import type { Command } from "../command.ts";

export const command: Command = {
  name: "report",
  summary: "the report of a study as one file",
  usage: "thioscope report DIR [-o FILE] [--pdf]",
  about:
    "Writes the report of the last run: one HTML file with its figures, tables and numbers inside, which asks the network for\n" +
    "nothing. With --pdf it is printed by an installed Chromium. Default: DIR/report.html or DIR/report.pdf.",
  options: {
    out: { type: "string", value: "FILE", help: "where to write it", short: "o" },
    pdf: { type: "boolean", help: "print it as PDF" },
  },
  examples: ["thioscope report beamtime", "thioscope report beamtime --pdf --out beamtime.pdf"],
  async run(words, options, io) {
    const [folder] = words;
    if (folder === undefined || words.length > 1) throw new ThioscopeError("USAGE", `one folder is needed. Usage: ${command.usage}`);
    const study = await readStudy(folder);
    const pdf = options.pdf === true;
    const out = typeof options.out === "string" ? resolve(options.out) : join(study.root, pdf ? "report.pdf" : "report.html");
    const html = await makeReport(study.root);
    if (pdf) {
      const page = join(study.root, "report.html");
      await writeAtomic(page, html);
      await writeAtomic(out, await printPdf(page, io.task));
    } else {
      await writeAtomic(out, html);
    }
    io.say(`${basename(out)}: ${out}`);
    io.result({ study: folder, report: out });
  },
};
