/** thioscope powder amorphous: what of a sample is not crystalline, by an internal standard and by the humps of its patterns. */
import { basename } from "node:path";
import { type Answer, type Quantity, ThioscopeError } from "@thioscope/core";
import { amorphousByHump, amorphousByStandard, refinePattern } from "@thioscope/core/powder";
import type { Action } from "../../actions.ts";
import { answerText, textTable, warningLines } from "../../inputs.ts";
import { numberOf } from "../xrd/inputs.ts";
import { dataOf, phasesOf, RANGE, radiationFor, WAVELENGTH } from "./inputs.ts";

const USAGE = "thioscope powder amorphous PATTERN… --phases NaCl,Na2S[,Si] [--standard Si:0.2] [--blank EMPTY.xy] [--calibration K]";

export const amorphousAction: Action = {
  usage: USAGE,
  about: `the amorphous share of each pattern. --standard P:w says that the mass fraction w of the mixture is the phase P: what is missing beside it is
amorphous. Humps: of the intensity above the blank (or the line under both ends) what no line explains; --calibration is how often a gram of
crystals scatters what a gram of glass does, from a mixture that is known. Patterns over milling or cycling give the degree of amorphisation.`,
  options: {
    phases: { type: "string", value: "NAMES", help: "all crystalline phases: names that ship and CIF files, by commas" },
    standard: { type: "string", value: "P:w", help: "phase weighed in, and its mass fraction of the mixture" },
    blank: { type: "string", value: "FILE", help: "pattern of the instrument without the sample, on the same angles" },
    calibration: {
      type: "string",
      value: "K",
      help: "counts of a gram of crystals over those of a gram of glass (1, which a warning says)",
    },
    wavelength: WAVELENGTH,
    range: RANGE,
    background: { type: "string", value: "N", help: "terms of the background, which the humps are part of (14)" },
  },
  examples: [
    "thioscope powder amorphous milled.xy --phases NaCl,Na2S,Si --standard Si:0.2",
    "thioscope powder amorphous 1h.xy 5h.xy 20h.xy --phases NaCl,Na2S --blank empty.xy",
  ],
  async run(words, options, io) {
    if (words.length === 0) throw new ThioscopeError("USAGE", `which patterns? Usage: ${USAGE}`);
    const phases = await phasesOf(options["phases"], USAGE);
    const terms = numberOf("background", options["background"], (x) => Number.isInteger(x) && x >= 1 && x <= 30, "1 to 30") ?? 14;
    const kappa = numberOf("calibration", options["calibration"], (x) => x > 0 && x < 1e4, "above 0");
    const standard = standardOf(
      options["standard"],
      phases.map(({ name }) => name),
    );
    const blank = typeof options["blank"] === "string" ? await dataOf(options["blank"], options) : null;
    const rows: { file: string; rwp: Quantity; byStandard: Answer | null; scattering: Answer; byHumps: Answer }[] = [];
    const warnings = [];
    for (const path of words) {
      const data = await dataOf(path, options);
      if (
        blank &&
        (blank.twoTheta.length !== data.twoTheta.length || blank.twoTheta.some((x, k) => Math.abs(x - data.twoTheta[k]!) > 1e-6))
      )
        throw new ThioscopeError("INVALID_INPUT", `its ${data.twoTheta.length} angles are not the ${blank.twoTheta.length} of the blank`, {
          file: path,
        });
      const fit = refinePattern(data, phases, {
        ...radiationFor(options, data.file),
        method: "rietveld",
        free: ["zero", "w", "x", "y"],
        background: terms,
        task: io.task,
      });
      const humps = amorphousByHump(data, fit, {
        ...(blank ? { blank } : {}),
        ...(kappa === undefined ? {} : { calibration: { value: kappa, sigma: null, unit: "1" } }),
      });
      warnings.push(...data.file.notices, ...humps.notices);
      const refined = standard && fit.phases.find(({ name }) => name === standard.name)!.massFraction!;
      rows.push({
        file: basename(path),
        rwp: fit.rwp,
        byStandard: refined && amorphousByStandard(refined, standard.weighed),
        scattering: humps.scattering,
        byHumps: humps.mass,
      });
    }
    const unique = [...new Map(warnings.map((notice) => [notice.code, notice])).values()];
    io.result({ phases: phases.map(({ name }) => name), patterns: rows, warnings: unique });
    for (const line of warningLines(unique)) io.hint(line);
    if (io.json) return;
    io.say(
      textTable(
        ["pattern", ...(standard ? [`by ${standard.name}`] : []), "by humps", "of the scattering", "Rwp"],
        rows.map(({ file, rwp, byStandard, scattering, byHumps }) => [
          file,
          ...(byStandard ? [answerText(byStandard)] : []),
          answerText(byHumps),
          answerText(scattering),
          `${rwp.value.toFixed(1)} %`,
        ]),
      ),
    );
  },
};

function standardOf(word: string | boolean | undefined, names: readonly string[]): { name: string; weighed: Quantity } | null {
  if (typeof word !== "string") return null;
  const [name = "", share = ""] = word.split(":");
  const value = share.trim() === "" ? Number.NaN : Number(share);
  if (!names.includes(name) || !(value > 0 && value < 1))
    throw new ThioscopeError("USAGE", `--standard ${word}: one of ${names.join(", ")} and its mass fraction between 0 and 1, like Si:0.2`);
  return { name, weighed: { value, sigma: null, unit: "1" } };
}
