/** thioscope verify: raw files, results and a sample of the computation against what was recorded. */
import { ThioscopeError } from "@thioscope/core";
import { readStudy, verifyStudy } from "@thioscope/study";
import type { Command } from "../command.ts";
import { count } from "../inputs.ts";

export const command: Command = {
  name: "verify",
  summary: "raw files and results of a study against their hashes, a sample computed again",
  usage: "thioscope verify DIR [--sample N|all] [--seed TEXT]",
  about:
    "Hashes every raw file and every result of the last run (SHA-256) and compares with what was recorded, then computes N results\n" +
    "again, of different steps first, and compares their bytes. Writes nothing. Ends with STUDY_DIFFERS where anything is not as recorded.",
  options: {
    sample: { type: "string", value: "N", help: "results to compute again: a number, or all", default: "5" },
    seed: { type: "string", value: "TEXT", help: "chooses the sample", default: "0" },
  },
  examples: ["thioscope verify beamtime", "thioscope verify beamtime --sample all --json"],
  async run(words, options, io) {
    const [folder] = words;
    if (folder === undefined || words.length > 1) throw new ThioscopeError("USAGE", `one study is needed. Usage: ${command.usage}`);
    const sample = options.sample === "all" ? Number.POSITIVE_INFINITY : Number(options.sample);
    if (!(sample === Number.POSITIVE_INFINITY || (Number.isInteger(sample) && sample >= 0))) {
      throw new ThioscopeError("USAGE", `"${options.sample}" is no sample: a whole number, or all`);
    }
    const { root } = await readStudy(folder);
    const done = await verifyStudy(root, { sample, seed: String(options.seed), context: io.task });
    for (const { code, path, message } of done.findings) io.say(`  ${code}  ${path}: ${message}`);
    const other = done.otherCode.length;
    if (other > 0) {
      io.say(
        `  ${count(other, "result")} of another version of the program came out otherwise: thioscope run ${folder} computes with this one`,
      );
    }
    io.say(`${done.verdict}: ${count(done.rawFiles, "raw file")}, ${count(done.results, "result")}, ${done.recomputed} computed again`);
    io.result({ study: folder, ...done });
    if (done.verdict === "differs") {
      const first = done.findings[0]!;
      throw new ThioscopeError(
        "STUDY_DIFFERS",
        `${done.findings.length} of its files are not as recorded; the first: ${first.path}, ${first.code}`,
        {
          file: `${root}/${first.path}`,
        },
      );
    }
  },
};
