/** thioscope pdf peaks: distances, widths and areas of peaks of G(r). */
import { basename } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import { coordinationOf, fitPdfPeaks } from "@thioscope/core/pdf";
import type { Action } from "../../actions.ts";
import { answerText, oneWord, textTable } from "../../inputs.ts";
import { curveOf, positive, statedLimit } from "./inputs.ts";

const USAGE = "thioscope pdf peaks FILE.gr --at 2.3,2.6 [--from R] [--to R] [--qmax Q] [--pair Ta-Cl --composition NaTaCl6]";

export const peaksAction: Action = {
  usage: USAGE,
  about: `fits peaks of G(r) with the ripple that q_max leaves: distance, width (standard deviation) and area in R(r); with --pair the neighbours
that the area means, where G has its true height. Errors are those of the misfit; pdf steps of a study carry the counts' own.`,
  options: {
    at: { type: "string", value: "R,…", help: "rough distances, Å" },
    from: { type: "string", value: "R", help: "start of the range, Å (0.5 before the first)" },
    to: { type: "string", value: "R", help: "end of the range, Å (0.5 after the last)" },
    qmax: { type: "string", value: "Q", help: "end of the data's transform, 1/Å (as the file says)" },
    pair: { type: "string", value: "I-J", help: "elements of the first peak" },
    composition: { type: "string", value: "FORMULA", help: "of the sample, with --pair" },
  },
  examples: ["thioscope pdf peaks NaTaCl6.gr --at 2.3,3.3 --pair Ta-Cl --composition NaTaCl6"],
  async run(words, options, io) {
    const path = oneWord(words, USAGE);
    const { at, pair, composition } = options;
    const places = typeof at === "string" ? at.split(",").map(Number) : [];
    if (places.length === 0 || places.some((place) => !(place > 0)))
      throw new ThioscopeError("USAGE", `--at ${String(at ?? "")}: rough distances in Å, by commas`);
    const curve = await curveOf(path);
    const qMax = positive("qmax", options, "1/Å, above 0") ?? statedLimit(curve, "qmax");
    if (qMax === undefined) throw new ThioscopeError("USAGE", `${path} does not say how far it was transformed: --qmax Q`);
    const step = (curve.x.at(-1)! - curve.x[0]!) / (curve.x.length - 1);
    const fit = fitPdfPeaks({ first: curve.x[0]!, step, count: curve.x.length }, curve.y, {
      from: positive("from", options, "Å, above 0") ?? Math.max(step, Math.min(...places) - 0.5),
      to: positive("to", options, "Å, above 0") ?? Math.max(...places) + 0.5,
      peaks: places,
      qMax,
    });
    const elements = typeof pair === "string" ? /^([A-Z][a-z]?)-([A-Z][a-z]?)$/.exec(pair) : null;
    if (typeof pair === "string" && (!elements || typeof composition !== "string"))
      throw new ThioscopeError("USAGE", "--pair is written Ta-Cl and needs --composition");
    const neighbours = elements && coordinationOf(fit.peaks[0]!.area, String(composition), elements[1]!, elements[2]!);
    io.result({ file: basename(path), peaks: fit.peaks, rw: fit.rw, converged: fit.converged, neighbours, warnings: [] });
    if (io.json) return;
    io.say(
      textTable(
        ["distance Å", "width Å", "area"],
        fit.peaks.map(({ distance, width, area }) => [answerText(distance), answerText(width), answerText(area)]),
      ),
    );
    if (neighbours) io.say(`${elements[2]} around ${elements[1]} by the first area: ${answerText(neighbours)}`);
  },
};
