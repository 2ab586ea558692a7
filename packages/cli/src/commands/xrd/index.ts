/** thioscope xrd: detector frames of diffraction; the first word says what to do with them. */
import { nearest, ThioscopeError } from "@thioscope/core";
import type { Command, OptionSpec } from "../../command.ts";
import type { XrdAction } from "./action.ts";
import { calibrateAction } from "./calibrate.ts";
import { integrateAction } from "./integrate.ts";
import { simulateAction } from "./simulate.ts";

const ACTIONS: Readonly<Record<string, XrdAction>> = { calibrate: calibrateAction, integrate: integrateAction, simulate: simulateAction };

export const command: Command = {
  name: "xrd",
  summary: "diffraction frames: the detector's geometry, patterns and cakes",
  usage: Object.values(ACTIONS)
    .map(({ usage }) => usage)
    .join("\n       "),
  about: Object.entries(ACTIONS)
    .map(([name, { about }]) => `${name}: ${about}`)
    .join("\n\n"),
  options: allOptions(),
  examples: Object.values(ACTIONS).flatMap(({ examples }) => examples),
  async run([word, ...words], options, io) {
    const action = word !== undefined && Object.hasOwn(ACTIONS, word) ? ACTIONS[word] : undefined;
    if (!action) {
      const names = Object.keys(ACTIONS);
      const guess = word === undefined ? undefined : nearest(word, names);
      const what =
        word === undefined ? "xrd needs a word" : `"${word}" is nothing that xrd does${guess ? `; did you mean "${guess}"?` : ""}`;
      throw new ThioscopeError("USAGE", `${what}: ${names.join(", ")}`);
    }
    const foreign = Object.keys(options).filter((name) => name !== "json" && options[name] !== undefined && !(name in action.options));
    if (foreign.length > 0) {
      throw new ThioscopeError("USAGE", `xrd ${word} has no option --${foreign.join(", --")}. Usage: ${action.usage}`);
    }
    await action.run(words, options, io);
  },
};

/** Options of all actions; one that several have says in its help which. Defaults belong to the actions: the parser does not know which one runs. */
function allOptions(): Record<string, OptionSpec> {
  const all: Record<string, OptionSpec> = {};
  for (const [action, { options }] of Object.entries(ACTIONS)) {
    for (const [name, spec] of Object.entries(options)) {
      const before = all[name];
      all[name] = before ? { ...before, help: `${before.help} / ${action}: ${spec.help}` } : { ...spec, help: `${action}: ${spec.help}` };
    }
  }
  return all;
}
