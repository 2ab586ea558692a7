/** thioscope powder refine and quantify: whole patterns by Pawley's and Rietveld's methods. */
import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import type { Structure } from "@thioscope/core/crystal";
import { type PowderData, type PowderRefinement, type RefineOptions, refinePattern } from "@thioscope/core/powder";
import type { Action } from "../../actions.ts";
import type { CommandIo } from "../../command.ts";
import { answerText, oneWord, textTable, warningLines } from "../../inputs.ts";
import { numberOf } from "../xrd/inputs.ts";
import { dataOf, isStack, type Options, phasesOf, RANGE, radiationFor, WAVELENGTH } from "./inputs.ts";
import { quantifySeries } from "./series.ts";

const REFINE =
  "thioscope powder refine PATTERN --phases LaB6[,FILE.cif …] [--method pawley|rietveld] [--wavelength Å] [--range A,B] [-o OUT.csv]";
const QUANTIFY =
  "thioscope powder quantify PATTERN…|STACK.h5 --phases Na2S,Na2S2,Na3PS4 [--wavelength Å] [--range A,B] [--positions N] [-o OUT.csv]";

const SHARED = {
  phases: { type: "string", value: "NAMES", help: "phases that ship (Na2S …) and CIF files, by commas" },
  wavelength: WAVELENGTH,
  range: RANGE,
  background: { type: "string", value: "N", help: "terms of the Chebyshev background (6)" },
  free: { type: "string", value: "NAMES", help: "of zero, height, u, v, w, x, y, axial, what is refined (zero,w,x,y)" },
  "own-widths": { type: "boolean", help: "each phase has x and y (size, strain) of its own" },
  axial: { type: "string", value: "S/L", help: "axial divergence: half height of sample and slit over the radius (0)" },
  output: { type: "string", short: "o", value: "FILE", help: "angles, intensities, model and background as CSV" },
} as const;

const ATOMS = {
  texture: { type: "string", value: "P:h,k,l", help: "Rietveld: texture of phase P along h k l (March and Dollase), several by ;" },
  occupancy: { type: "string", value: "P:SITE", help: "Rietveld: refine the occupancy of a site of phase P, several by ;" },
  displacement: { type: "boolean", help: "Rietveld: refine one displacement of each phase" },
} as const;

export const refineAction: Action = {
  usage: REFINE,
  about: `a whole pattern at once: cells of the phases, zero shift, one profile (Thompson–Cox–Hastings), Chebyshev background. pawley (default): the
intensity of every line is free; rietveld: one scale for each phase, from its atoms.`,
  options: { ...SHARED, ...ATOMS, method: { type: "string", value: "NAME", help: "pawley or rietveld (pawley)" } },
  examples: [
    "thioscope powder refine lab6.xye --phases LaB6",
    "thioscope powder refine tube.xrdml --phases LaB6 --wavelength CuKa --free zero,height,w,x,y,axial",
    "thioscope powder refine cell.xye --phases Na2S,Na3PS4 --method rietveld --wavelength 0.1424",
  ],
  run: (words, options, io) => refine(words, options, io, REFINE, options.method === undefined ? "pawley" : String(options.method)),
};

export const quantifyAction: Action = {
  usage: QUANTIFY,
  about: `mass fractions of the crystalline phases by Rietveld's method, with their errors. What is amorphous is not in them; nor is
absorption within grains. Many patterns (files of one axis, or the .h5 of xrd integrate) are a series: widths and zero are those
of the pattern that shows most, cells are free where a phase is seen, each pattern begins where its position's last one ended.`,
  options: {
    ...SHARED,
    ...ATOMS,
    positions: { type: "string", value: "N", help: "a series is scans of so many positions, one scan after the other (1)" },
    threads: { type: "string", value: "N", help: "processors to use for a series" },
  },
  examples: [
    "thioscope powder quantify discharged.xye --phases Na2S,Na2S2,Na3PS4",
    "thioscope powder quantify operando.h5 --phases Na2S,Na2S2,Na3PS4 --positions 101 -o fractions.csv",
  ],
  async run(words, options, io) {
    if (words.length > 1 || (words.length === 1 && (await isStack(words[0]!)))) {
      const phases = await phasesOf(options["phases"], QUANTIFY);
      if (["texture", "occupancy", "displacement"].some((name) => options[name] !== undefined))
        throw new ThioscopeError(
          "USAGE",
          "a series has one scale for each phase: --texture, --occupancy and --displacement are of single patterns",
        );
      return quantifySeries(words, phases, sharedOf(options), options, io);
    }
    for (const name of ["positions", "threads"])
      if (options[name] !== undefined)
        throw new ThioscopeError("USAGE", `--${name} is of a series; one pattern is given. Usage: ${QUANTIFY}`);
    return refine(words, options, io, QUANTIFY, "rietveld");
  },
};

/** What all patterns of a series have in common. */
function sharedOf(options: Options): Pick<RefineOptions, "free" | "background" | "ownWidths" | "axial"> {
  const terms = numberOf("background", options["background"], (x) => Number.isInteger(x) && x >= 1 && x <= 30, "1 to 30");
  const axial = numberOf("axial", options["axial"], (x) => x >= 0 && x <= 0.2, "0 to 0.2");
  return {
    free: freeOf(options["free"]),
    ...(terms === undefined ? {} : { background: terms }),
    ...(axial === undefined ? {} : { axial }),
    ...(options["own-widths"] === true ? { ownWidths: true } : {}),
  };
}

/** What needs atoms, of single patterns. */
function atomsOf(options: Options, phases: readonly Structure[]): Pick<RefineOptions, "texture" | "occupancies" | "displacement"> {
  const each = (name: string): (readonly [number, string])[] => {
    const word = options[name];
    if (typeof word !== "string") return [];
    return word.split(";").map((one) => {
      const [phase = "", rest = ""] = one.split(":");
      const k = phases.findIndex((structure) => structure.name === phase.trim());
      if (k < 0 || rest.trim() === "")
        throw new ThioscopeError(
          "USAGE",
          `--${name} ${one}: PHASE:${name === "texture" ? "h,k,l" : "SITE"}; phases are ${phases.map((p) => p.name).join(", ")}`,
        );
      return [k, rest.trim()] as const;
    });
  };
  const texture = each("texture").map(([phase, rest]) => {
    const axis = rest.split(",").map(Number);
    if (axis.length !== 3 || !axis.every(Number.isInteger))
      throw new ThioscopeError("USAGE", `--texture ${rest}: three whole numbers, h,k,l`);
    return { phase, axis: axis as unknown as [number, number, number] };
  });
  const occupancies = each("occupancy").map(([phase, label]) => ({ phase, label }));
  return {
    ...(texture.length > 0 ? { texture } : {}),
    ...(occupancies.length > 0 ? { occupancies } : {}),
    ...(options["displacement"] === true ? { displacement: true } : {}),
  };
}

async function refine(words: readonly string[], options: Options, io: CommandIo, usage: string, method: string): Promise<void> {
  const path = oneWord(words, usage);
  if (method !== "pawley" && method !== "rietveld") throw new ThioscopeError("USAGE", `--method ${method}: pawley or rietveld`);
  const phases = await phasesOf(options["phases"], usage);
  const data = await dataOf(path, options);
  const atoms = atomsOf(options, phases);
  if (method === "pawley" && Object.keys(atoms).length > 0)
    throw new ThioscopeError("USAGE", "--texture, --occupancy and --displacement need --method rietveld");
  const fit = refinePattern(data, phases, { ...radiationFor(options, data.file), method, ...sharedOf(options), ...atoms, task: io.task });
  if (typeof options["output"] === "string") await writeCsv(options["output"], data, fit);
  io.result({
    file: basename(path),
    method,
    phases: fit.phases.map(({ name, cell, scale, massFraction, displacement, texture, occupancies, widths, lines }) => ({
      name,
      cell: { a: cell[0], b: cell[1], c: cell[2], alpha: cell[3], beta: cell[4], gamma: cell[5] },
      scale,
      massFraction,
      displacement,
      texture,
      occupancies,
      widths,
      lines: lines.map(({ hkl, twoTheta, intensity }) => ({ hkl, twoTheta: { value: twoTheta, sigma: null, unit: "deg" }, intensity })),
    })),
    zero: fit.zero,
    height: fit.height,
    axial: fit.axial,
    profile: fit.profile,
    rwp: fit.rwp,
    rexp: fit.rexp,
    chiSquare: fit.chiSquare,
    converged: fit.converged,
    warnings: data.file.notices,
  });
  for (const line of warningLines(data.file.notices)) io.hint(line);
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
  for (const { name, displacement, texture, occupancies } of fit.phases) {
    if (texture) io.say(`${name}: texture r ${answerText(texture)}`);
    if (displacement) io.say(`${name}: displacements larger by ${answerText(displacement)}`);
    for (const { label, value } of occupancies) io.say(`${name}: occupancy of ${label} ${answerText(value)}`);
  }
  if (!fit.converged) io.hint("the refinement has not converged: a narrower --range, fewer phases or less in --free may help");
  if (typeof options["output"] === "string") io.say(`written: ${options["output"]}`);
}

type Free = NonNullable<RefineOptions["free"]>[number];
const NAMES: readonly string[] = ["zero", "height", "u", "v", "w", "x", "y", "axial"];

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
