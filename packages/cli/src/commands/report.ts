/** thioscope report: the report of the last run as one file, or its methods in prose. */
import { basename, join, resolve } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import type { Story } from "@thioscope/core/story";
import { makeReport, methodsMarkdown, printPdf, readStory, readStudy } from "@thioscope/study";
import { writeAtomic } from "@thioscope/study/files";
import type { Command, CommandIo } from "../command.ts";

export const command: Command = {
  name: "report",
  summary: "the report of a study as one file",
  usage: "thioscope report DIR [-o FILE] [--pdf | --methods]",
  about:
    "Writes the report of the last run: one HTML file with its figures, tables and numbers inside, which asks the network for\n" +
    "nothing. With --pdf it is printed by an installed Chromium ($THIOSCOPE_CHROMIUM names one). Default: DIR/report.html or\n" +
    "DIR/report.pdf. --methods prints how the results were made, for a paper's methods section: what was done to which files, all\n" +
    "parameters, constants and versions, with the literature; -o writes it to a file.",
  options: {
    out: { type: "string", value: "FILE", help: "where to write it", short: "o" },
    pdf: { type: "boolean", help: "print it as PDF" },
    methods: { type: "boolean", help: "the methods in prose, as Markdown" },
  },
  examples: ["thioscope report beamtime", "thioscope report beamtime --pdf --out beamtime.pdf", "thioscope report beamtime --methods"],
  async run(words, options, io) {
    const [folder] = words;
    if (folder === undefined || words.length > 1) throw new ThioscopeError("USAGE", `one folder is needed. Usage: ${command.usage}`);
    const study = await readStudy(folder);
    const pdf = options.pdf === true;
    if (options.methods === true) {
      if (pdf) throw new ThioscopeError("USAGE", `--pdf or --methods, not both. Usage: ${command.usage}`);
      await tellMethods(folder, study.root, typeof options.out === "string" ? resolve(options.out) : null, io);
      return;
    }
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

async function tellMethods(folder: string, root: string, out: string | null, io: CommandIo): Promise<void> {
  const { title, methods } = JSON.parse(await readStory(root)) as Story;
  if (!methods) {
    throw new ThioscopeError("NOT_COMPUTABLE", `the last run is of a version that did not write its methods down: thioscope run ${folder}`);
  }
  const text = methodsMarkdown(title, methods);
  if (out === null) io.say(text.trimEnd());
  else {
    await writeAtomic(out, text);
    io.say(`${basename(out)}: ${out}`);
  }
  io.result({ study: folder, report: out, methods });
}
