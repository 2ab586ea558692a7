/** thioscope powder simulate: the lines of a phase. */
import { powderLines } from "@thioscope/core/crystal";
import type { Action } from "../../actions.ts";
import { answerText, oneWord, textTable, warningLines } from "../../inputs.ts";
import { numberOf } from "../xrd/inputs.ts";
import { structuresOf, WAVELENGTH, wavelengthOf } from "./inputs.ts";

const USAGE = "thioscope powder simulate PHASE|FILE.cif [--wavelength Å] [--to 2θ]";
const MOST_SHOWN = 40;

export const simulateAction: Action = {
  usage: USAGE,
  about: `lines of a phase that ships (Na2S, LaB6 …) or of a CIF file: indices, angles, intensities with anomalous dispersion, Lorentz and
polarisation factors, in % of the strongest.`,
  options: { wavelength: WAVELENGTH, to: { type: "string", value: "DEGREES", help: "largest 2θ (90)" } },
  examples: ["thioscope powder simulate Na2S", "thioscope powder simulate Na3PS4.cif --wavelength 0.1424 --to 8"],
  async run(words, options, io) {
    const [structure] = await structuresOf(oneWord(words, USAGE));
    const to = numberOf("to", options.to, (x) => x > 0 && x < 180, "degrees, 0 to 180") ?? 90;
    const { lines, notices } = powderLines(structure!, { wavelengthAngstrom: wavelengthOf(options), twoThetaMaxDegree: to });
    io.result({
      phase: structure!.name,
      source: structure!.source,
      lines: lines.map(({ families, multiplicity, d, twoTheta, intensity }) => ({
        hkl: families[0]!.hkl,
        multiplicity,
        d,
        twoTheta,
        intensity,
      })),
      warnings: notices,
    });
    for (const line of warningLines(notices)) io.hint(line);
    if (io.json) return;
    io.say(`${structure!.name}: ${lines.length} lines to ${to}° (${structure!.source})`);
    io.say(
      textTable(
        ["hkl", "m", "d Å", "2θ deg", "intensity"],
        lines
          .slice(0, MOST_SHOWN)
          .map(({ families, multiplicity, d, twoTheta, intensity }) => [
            families[0]!.hkl.join(" "),
            String(multiplicity),
            d.value.toFixed(5),
            twoTheta.value.toFixed(4),
            "value" in intensity ? intensity.value.toFixed(2) : answerText(intensity),
          ]),
      ),
    );
    if (lines.length > MOST_SHOWN) io.say(`… and ${lines.length - MOST_SHOWN} more`);
  },
};
