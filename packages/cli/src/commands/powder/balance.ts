/** thioscope powder balance: crystalline sulfide lost against crystalline disulfide gained between two patterns. */
import { basename } from "node:path";
import { type Quantity, ThioscopeError } from "@thioscope/core";
import { massRatios, refinePattern, type SulfurState, sulfurBalance } from "@thioscope/core/powder";
import type { Action } from "../../actions.ts";
import type { CommandIo } from "../../command.ts";
import { answerText } from "../../inputs.ts";
import { numberOf } from "../xrd/inputs.ts";
import { dataOf, type Options, phasesOf, RANGE, radiationFor, WAVELENGTH } from "./inputs.ts";

const USAGE = "thioscope powder balance BEFORE AFTER --phases Na2S,Na2S2,Na3PS4 --reference Na3PS4 [--charge mAh/g]";
const PHASES = ["Na2S", "Na2S2"] as const;

export const balanceAction: Action = {
  usage: USAGE,
  about: `on charge, 2 Na2S → Na2S2 + 2 Na: the share of the disulfide made that no line shows, because it is amorphous. Amounts are masses per mass of a
phase that does not change (the electrolyte), refined by Rietveld's method: heights of lines have no scale in common. --charge compares the
sulfide lost with the charge that was passed.`,
  options: {
    phases: { type: "string", value: "NAMES", help: "all crystalline phases, Na2S and Na2S2 among them" },
    reference: { type: "string", value: "NAME", help: "the phase that does not change" },
    charge: { type: "string", value: "Q", help: "charge passed, mAh per g of the reference" },
    wavelength: WAVELENGTH,
    range: RANGE,
  },
  examples: ["thioscope powder balance discharged.xye charged.xye --phases Na2S,Na2S2,Na3PS4 --reference Na3PS4 --wavelength 0.1424"],
  async run(words, options, io) {
    const [before, after, ...more] = words;
    if (before === undefined || after === undefined || more.length > 0)
      throw new ThioscopeError("USAGE", `two patterns are needed. Usage: ${USAGE}`);
    const reference = options["reference"];
    if (typeof reference !== "string")
      throw new ThioscopeError("USAGE", `--reference is needed: a phase that does not change. Usage: ${USAGE}`);
    const charge = numberOf("charge", options["charge"], (x) => Number.isFinite(x) && x > 0, "mAh per g of the reference, above 0");
    const passed: Quantity | null = charge === undefined ? null : { value: 3.6 * charge, sigma: null, unit: "C/g" };
    const found = sulfurBalance(await stateOf(before, reference, options, io), await stateOf(after, reference, options, io), passed);
    io.result({ files: [basename(before), basename(after)], reference, ...found, warnings: [] });
    if (io.json) return;
    io.say(
      `crystalline Na2S lost: ${answerText(found.sulfideLost)} of ${reference}; crystalline Na2S2 gained: ${answerText(found.disulfideGained)}`,
    );
    io.say(`amorphous share of the Na2S2 made: ${answerText(found.amorphous)}`);
    if (found.charge) io.say(`electrons passed for each Na2S lost: ${answerText(found.charge)}`);
  },
};

async function stateOf(path: string, reference: string, options: Options, io: CommandIo): Promise<SulfurState> {
  const phases = await phasesOf(options["phases"], USAGE);
  const data = await dataOf(path, options);
  const fit = refinePattern(data, phases, {
    ...radiationFor(options, data.file),
    method: "rietveld",
    free: ["zero", "w", "x", "y"],
    background: 8,
    task: io.task,
  });
  const { phases: ratios, covariance } = massRatios(fit, reference);
  const [sulfide, disulfide] = PHASES.map((name) => {
    const k = ratios.findIndex((one) => one.name === name);
    if (k < 0) throw new ThioscopeError("USAGE", `--phases must name ${PHASES.join(" and ")}`);
    const { ratio } = ratios[k]!;
    if ("notComputable" in ratio) throw new ThioscopeError("NOT_COMPUTABLE", ratio.notComputable, { file: path });
    return { k, ratio };
  });
  return { sulfide: sulfide!.ratio, disulfide: disulfide!.ratio, covariance: covariance[sulfide!.k * ratios.length + disulfide!.k]! };
}
