/** thioscope tomo compare: two volumes of one cell, before and after. */
import { basename } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import { compareStacks } from "@thioscope/core/imaging";
import type { Action } from "../../actions.ts";
import { answerText, textTable, warningLines } from "../../inputs.ts";
import { greysOf, micrometres, stackJson, VOLUME_OPTIONS, volumeOf } from "./inputs.ts";

const USAGE = "thioscope tomo compare BEFORE AFTER [--voxel 3.61um] [--greys V,E,I,A]";

export const compareAction: Action = {
  usage: USAGE,
  about: `what changed between two volumes of the same part: they are laid over one another by phase correlation (shifts only), cut to what both
show, and measured alike, with the greys of the first.`,
  options: VOLUME_OPTIONS,
  examples: ["thioscope tomo compare pristine cycled --voxel 3.61um"],
  async run(words, options, io) {
    const [before, after, more] = words;
    if (before === undefined || after === undefined || more !== undefined) {
      throw new ThioscopeError("USAGE", `two volumes are needed. Usage: ${USAGE}`);
    }
    const [a, b] = [await volumeOf(before, options, io), await volumeOf(after, options, io)];
    const change = compareStacks(a, b, greysOf(options.greys), io.task);
    const notices = [...change.before.notices, ...change.after.notices];
    for (const line of warningLines(notices)) io.hint(line);
    io.result({
      files: [basename(before), basename(after)],
      shift: { values: change.shift.voxels, sigma: null, unit: "voxel" },
      correlation: { value: change.shift.peak, sigma: null, unit: "1" },
      change: { thickness: micrometres(change.thickness), porosity: change.porosity, ingrowth: micrometres(change.indicator) },
      before: stackJson(change.before),
      after: stackJson(change.after),
      warnings: notices,
    });
    const row = (name: string, of: (s: typeof change.before) => string, changed: string): string[] => [
      name,
      of(change.before),
      of(change.after),
      changed,
    ];
    io.say(
      `${basename(after)} lies further by ${change.shift.voxels.map((v) => v.toFixed(2)).join(", ")} voxels (x, y, z)\n${textTable(
        ["", "before", "after", "change"],
        [
          row("interlayer", (s) => answerText(micrometres(s.interlayer.mean)), answerText(micrometres(change.thickness))),
          row("porosity", (s) => answerText(s.voids.porosity), answerText(change.porosity)),
          row("grown in", (s) => answerText(micrometres(s.ingrowth.indicator)), answerText(micrometres(change.indicator))),
        ],
      )}`,
    );
  },
};
