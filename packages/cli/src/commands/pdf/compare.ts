/** thioscope pdf compare: the difference of two pair distribution functions, of samples or of a sample and a model. */
import { basename } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import { comparePdf } from "@thioscope/core/pdf";
import { writePdf } from "@thioscope/formats";
import { writeAtomic } from "@thioscope/study/files";
import type { Action } from "../../actions.ts";
import { answerText } from "../../inputs.ts";
import { curveOf, notNegative, positive, statedLimit } from "./inputs.ts";

const USAGE = "thioscope pdf compare A.gr B.gr [--from R] [--to R] [--scale S] [--cut [QMAX]] [-o DIFFERENCE.gr]";

export const compareAction: Action = {
  usage: USAGE,
  about: `the difference of two curves, A − s B, with the best scale s or the one stated, and Rw. --cut Q ends B's transform at Q as A's did: for a model
such as the curve of a trajectory (md rdf --out model.gr).`,
  options: {
    from: { type: "string", value: "R", help: "start of the range, Å (where both begin)" },
    to: { type: "string", value: "R", help: "end of the range, Å (where one ends)" },
    scale: { type: "string", value: "S", help: "of the second curve (the best)" },
    cut: {
      type: "string",
      value: "Q",
      help: "end the second curve's transform here, 1/Å; as: where the first file says that its own ended",
    },
    output: { type: "string", short: "o", value: "FILE", help: "the difference as .gr" },
  },
  examples: ["thioscope pdf compare milled.gr pristine.gr -o difference.gr", "thioscope pdf compare glass.gr model.gr --cut as --to 10"],
  async run(words, options, io) {
    const [first, second, ...more] = words;
    if (first === undefined || second === undefined || more.length > 0)
      throw new ThioscopeError("USAGE", `two curves are needed. Usage: ${USAGE}`);
    const [a, b] = [await curveOf(first), await curveOf(second)];
    const cut = options["cut"] === "as" ? statedLimit(a, "qmax") : positive("cut", options, "1/Å above 0, or: as");
    if (options["cut"] === "as" && cut === undefined)
      throw new ThioscopeError("USAGE", `${first} does not say how far it was transformed: --cut Q`);
    const [from, to, scale] = [
      notNegative("from", options, "Å"),
      positive("to", options, "Å, above 0"),
      positive("scale", options, "above 0"),
    ];
    const found = comparePdf(
      { r: a.x, g: a.y, sigma: a.sigma },
      { r: b.x, g: b.y, sigma: b.sigma },
      {
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(scale === undefined ? {} : { scale }),
        ...(cut === undefined ? {} : { cut }),
      },
    );
    const out = options["output"];
    if (typeof out === "string") {
      const config = { difference: `${basename(first)} less ${found.scale.value.toPrecision(6)} of ${basename(second)}` };
      await writeAtomic(out, writePdf("gr", config, found.r, found.difference, found.sigma));
    }
    io.result({
      files: [basename(first), basename(second)],
      scale: found.scale,
      rw: found.rw,
      cut: cut === undefined ? null : { value: cut, sigma: null, unit: "1/Å" },
      largest: found.largest,
      r: { values: found.r, sigma: null, unit: "Å" },
      difference: { values: found.difference, sigma: found.sigma, unit: "1/Å^2" },
      warnings: [],
    });
    if (io.json) return;
    io.say(
      `${basename(first)} less ${answerText(found.scale)} of ${basename(second)}, ${found.r[0]!.toFixed(2)} to ${found.r.at(-1)!.toFixed(2)} Å: Rw ${found.rw.value.toFixed(4)}`,
    );
    io.say(`largest difference: ${answerText(found.largest.difference)} at ${found.largest.distance.value.toFixed(2)} Å`);
    if (typeof out === "string") io.say(`written: ${out}`);
  },
};
