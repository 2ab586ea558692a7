/** thioscope powder refine and quantify: whole patterns by Pawley's and Rietveld's methods. */
import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import { type PowderData, type PowderRefinement, type RefineOptions, refinePattern } from "@thioscope/core/powder";
import type { Action } from "../../actions.ts";
import type { CommandIo } from "../../command.ts";
import { answerText, oneWord, textTable } from "../../inputs.ts";
import { numberOf } from "../xrd/inputs.ts";
import { dataOf, type Options, phasesOf, RANGE, WAVELENGTH, wavelengthOf } from "./inputs.ts";

const REFINE =
  "thioscope powder refine PATTERN --phases LaB6[,FILE.cif …] [--method pawley|rietveld] [--wavelength Å] [--range A,B] [-o OUT.csv]";
const QUANTIFY = "thioscope powder quantify PATTERN --phases Na2S,Na2S2,Na3PS4 [--wavelength Å] [--range A,B] [-o OUT.csv]";

const SHARED = {
  phases: { type: "string", value: "NAMES", help: "phases that ship (Na2S …) and CIF files, by commas" },
  wavelength: WAVELENGTH,
  range: RANGE,
  background: { type: "string", value: "N", help: "terms of the Chebyshev background (6)" },
  free: { type: "string", value: "NAMES", help: "of zero, u, v, w, x, y, what is refined (zero,w,x,y)" },
  output: { type: "string", short: "o", value: "FILE", help: "angles, intensities, model and background as CSV" },
} as const;

export const refineAction: Action = {
  usage: REFINE,
  about: `a whole pattern at once: cells of the phases, zero shift, one profile (Thompson–Cox–Hastings), Chebyshev background. pawley (default): the
intensity of every line is free; rietveld: one scale for each phase, from its atoms.`,
  options: { ...SHARED, method: { type: "string", value: "NAME", help: "pawley or rietveld (pawley)" } },
  examples: [
    "thioscope powder refine lab6.xye --phases LaB6",
    "thioscope powder refine cell.xye --phases Na2S,Na3PS4 --method rietveld --wavelength 0.1424",
  ],
  run: (words, options, io) => refine(words, options, io, REFINE, options.method === undefined ? "pawley" : String(options.method)),
};

export const quantifyAction: Action = {
  usage: QUANTIFY,
  about: `mass fractions of the crystalline phases by Rietveld's method, with their errors. What is amorphous is not in them; nor are
absorption within grains and texture.`,
  options: SHARED,
  examples: ["thioscope powder quantify discharged.xye --phases Na2S,Na2S2,Na3PS4"],
  run: (words, options, io) => refine(words, options, io, QUANTIFY, "rietveld"),
};

async function refine(words: readonly string[], options: Options, io: CommandIo, usage: string, method: string): Promise<void> {
  const path = oneWord(words, usage);
  if (method !== "pawley" && method !== "rietveld") throw new ThioscopeError("USAGE", `--method ${method}: pawley or rietveld`);
  const phases = await phasesOf(options["phases"], usage);
  const data = await dataOf(path, options);
  const terms = numberOf("background", options["background"], (x) => Number.isInteger(x) && x >= 1 && x <= 30, "1 to 30");
  const fit = refinePattern(data, phases, {
    wavelengthAngstrom: wavelengthOf(options),
    method,
    free: freeOf(options["free"]),
    ...(terms === undefined ? {} : { background: terms }),
    task: io.task,
  });
  if (typeof options["output"] === "string") await writeCsv(options["output"], data, fit);
  io.result({
    file: basename(path),
    method,
    phases: fit.phases.map(({ name, cell, scale, massFraction, lines }) => ({
      name,
      cell: { a: cell[0], b: cell[1], c: cell[2], alpha: cell[3], beta: cell[4], gamma: cell[5] },
      scale,
      massFraction,
      lines: lines.map(({ hkl, twoTheta, intensity }) => ({ hkl, twoTheta: { value: twoTheta, sigma: null, unit: "deg" }, intensity })),
    })),
    zero: fit.zero,
    profile: fit.profile,
    rwp: fit.rwp,
    rexp: fit.rexp,
    chiSquare: fit.chiSquare,
    converged: fit.converged,
    warnings: [],
  });
  if (io.json) return;
  io.say(
    `${basename(path)} by ${method === "pawley" ? "Pawley" : "Rietveld"}: Rwp ${fit.rwp.value.toFixed(2)} %, expected ${fit.rexp.value.toFixed(2)} %, zero ${answerText(fit.zero)}`,
  );
  io.say(
    textTable(
      ["phase", "a", "b", "c", ...(method === "rietveld" ? ["mass fraction"] : ["lines"])],
      fit.phases.map(({ name, cell, massFraction, lines }) => [
        name,
        ...cell.slice(0, 3).map(answerText),
        method === "rietveld" ? (massFraction ? answerText(massFraction) : "–") : String(lines.length),
      ]),
    ),
  );
  if (!fit.converged) io.hint("the refinement has not converged: a narrower --range, fewer phases or less in --free may help");
  if (typeof options["output"] === "string") io.say(`written: ${options["output"]}`);
}

type Free = NonNullable<RefineOptions["free"]>[number];
const NAMES: readonly string[] = ["zero", "u", "v", "w", "x", "y"];

function freeOf(word: string | boolean | undefined): Free[] {
  if (typeof word !== "string") return ["zero", "w", "x", "y"];
  return word.split(",").map((name) => {
    if (!NAMES.includes(name)) throw new ThioscopeError("USAGE", `--free ${name}: names are ${NAMES.join(", ")}`);
    return name as Free;
  });
}

async function writeCsv(path: string, { twoTheta, intensity, sigma }: PowderData, { model, background }: PowderRefinement): Promise<void> {
  const rows = Array.from(twoTheta, (x, k) => [x, intensity[k]!, sigma?.[k] ?? "", model[k]!, background[k]!].join(","));
  const text = `two_theta,intensity,sigma,model,background\ndeg,,,,\n${rows.join("\n")}\n`;
  await writeFile(path, text).catch((error: unknown) => {
    throw new ThioscopeError("WRITE_FAILED", `${path} cannot be written: ${(error as NodeJS.ErrnoException).code}`, { file: path }, error);
  });
}
