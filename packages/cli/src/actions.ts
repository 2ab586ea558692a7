/** A command whose first word says what it does: its help, its options and its dispatch are made of its actions. */
import { nearest, ThioscopeError } from "@thioscope/core";
import type { Command, OptionSpec } from "./command.ts";

/** One thing that such a command does. */
export type Action = Pick<Command, "usage" | "about" | "options" | "examples" | "run">;

/** @param opening what is common to all of them, said first */
export function commandOf(name: string, summary: string, actions: Readonly<Record<string, Action>>, opening?: string): Command {
  const all = Object.entries(actions);
  return {
    name,
    summary,
    usage: all.map(([, { usage }]) => usage).join("\n       "),
    about: [...(opening === undefined ? [] : [opening]), ...all.map(([word, { about }]) => `${word}: ${about}`)].join("\n\n"),
    options: optionsOf(all),
    examples: all.flatMap(([, { examples }]) => examples),
    async run([word, ...words], options, io) {
      const action = word !== undefined && Object.hasOwn(actions, word) ? actions[word] : undefined;
      if (!action) {
        const names = Object.keys(actions);
        const guess = word === undefined ? undefined : nearest(word, names);
        const what =
          word === undefined
            ? `${name} needs a word`
            : `"${word}" is nothing that ${name} does${guess ? `; did you mean "${guess}"?` : ""}`;
        throw new ThioscopeError("USAGE", `${what}: ${names.join(", ")}`);
      }
      const foreign = Object.keys(options).filter(
        (option) => option !== "json" && options[option] !== undefined && !(option in action.options),
      );
      if (foreign.length > 0) {
        throw new ThioscopeError("USAGE", `${name} ${word} has no option --${foreign.join(", --")}. Usage: ${action.usage}`);
      }
      await action.run(words, options, io);
    },
  };
}

/**
 * Options of all actions; one that several have says in its help which. Defaults belong to the actions: the parser does not know which one
 * runs.
 */
function optionsOf(actions: readonly (readonly [string, Action])[]): Record<string, OptionSpec> {
  const all: Record<string, OptionSpec> = {};
  for (const [action, { options }] of actions) {
    for (const [name, spec] of Object.entries(options)) {
      const before = all[name];
      if (!before) all[name] = { ...spec, help: `${action}: ${spec.help}` };
      // the same words are said once
      else if (before.help.endsWith(`: ${spec.help}`))
        all[name] = { ...before, help: `${before.help.slice(0, -spec.help.length - 2)}, ${action}: ${spec.help}` };
      else all[name] = { ...before, help: `${before.help} / ${action}: ${spec.help}` };
    }
  }
  return all;
}
