/** thioscope powder identify: which of many phases a pattern holds. */
import { basename } from "node:path";
import { PHASES, phaseStructure, type Structure } from "@thioscope/core/crystal";
import { identifyPhases } from "@thioscope/core/powder";
import type { Action } from "../../actions.ts";
import { oneWord, textTable, warningLines } from "../../inputs.ts";
import { dataOf, phasesOf, RANGE, WAVELENGTH, wavelengthOf } from "./inputs.ts";

const USAGE = "thioscope powder identify PATTERN [--phases A,B,FILE.cif …] [--wavelength Å] [--range A,B]";

export const identifyAction: Action = {
  usage: USAGE,
  about: `which of the candidates a pattern holds: those that ship, or --phases. Cells may be half a per cent larger or smaller. A candidate that
lacks a strong line is refused, and what none explains is listed. Texture may hide a phase.`,
  options: {
    phases: { type: "string", value: "NAMES", help: "candidates: phases that ship, CIF files (all that ship)" },
    wavelength: WAVELENGTH,
    range: RANGE,
  },
  examples: [
    "thioscope powder identify cathode.xye",
    "thioscope powder identify milled.xy --phases NaCl,Na2S,TaCl5.cif --wavelength 0.7093",
  ],
  async run(words, options, io) {
    const path = oneWord(words, USAGE);
    const candidates: readonly Structure[] =
      options.phases === undefined
        ? PHASES.map(({ name }) => phaseStructure(name)).filter(({ sites }) => sites !== null)
        : await phasesOf(options.phases, USAGE);
    const data = await dataOf(path, options);
    const found = identifyPhases(data, candidates, { wavelengthAngstrom: wavelengthOf(options, data.file), task: io.task });
    for (const line of warningLines(data.file.notices)) io.hint(line);
    io.result({
      file: basename(path),
      candidates: candidates.map(({ name }) => name),
      phases: found.phases.map(({ name, stretch, share }) => ({ name, stretch, share })),
      refused: found.refused,
      unexplained: found.unexplained,
      warnings: data.file.notices,
    });
    if (io.json) return;
    io.say(`${basename(path)}: ${found.phases.length} of ${candidates.length} candidates`);
    if (found.phases.length > 0)
      io.say(
        textTable(
          ["phase", "of the counts in lines", "cell"],
          found.phases.map(({ name, share, stretch }) => [
            name,
            `${(100 * share.value).toFixed(1)} %`,
            `${(100 * stretch.value).toFixed(2)} %`,
          ]),
        ),
      );
    for (const { name, missing } of found.refused) io.say(`not ${name}: its line at ${missing.value.toFixed(2)}° is missing`);
    const left = found.unexplained.slice(0, 8).map(({ twoTheta }) => `${twoTheta.value.toFixed(2)}°`);
    if (left.length > 0)
      io.say(`not explained: ${left.join(", ")}${found.unexplained.length > 8 ? ` and ${found.unexplained.length - 8} more` : ""}`);
  },
};
