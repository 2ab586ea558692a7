/** thioscope thermo voltage, interface: what a host becomes as it takes up ions, and what two materials become in contact. */
import { ThioscopeError } from "@thioscope/core";
import { parseFormula } from "@thioscope/core/cell";
import {
  contactReactions,
  overSets,
  type ProfileStep,
  phaseDiagram,
  shownFormula,
  sortElements,
  spreadOf,
  systemElements,
  voltageProfile,
} from "@thioscope/core/thermo";
import type { CommandIo } from "../command.ts";
import { textTable } from "../inputs.ts";
import {
  ask,
  conditionsAnswer,
  defaultOf,
  distinct,
  formulaWord,
  millielectronvolt,
  type Options,
  reactionAnswer,
  sayNotices,
  setAnswers,
  volt,
} from "./inputs.ts";
import { ionOf } from "./window.ts";

const stepAnswer = ({ from, to, voltage, before, after, reaction }: ProfileStep) => ({
  from,
  to,
  voltage,
  before,
  after,
  reaction: reactionAnswer(reaction),
});

/** Mean voltage from the bare host to the end of the last step above 0 V. */
function meanOf(steps: readonly ProfileStep[]): number | null {
  const end = steps.at(-1)?.to.value;
  if (end === undefined || end === 0) return null;
  return steps.reduce((sum, s) => sum + s.voltage.value * (s.to.value - s.from.value), 0) / end;
}

export async function runVoltage(words: readonly string[], options: Options, io: CommandIo, usage: string): Promise<void> {
  if (words.length !== 1)
    throw new ThioscopeError("USAGE", `a system such as Na-S, or a host such as S with --ion, is needed. Usage: ${usage}`);
  const word = words[0]!;
  const elements = systemElements(word);
  const ion = ionOf(options, elements);
  // a system of two elements is the host beside the ion
  const rest = elements.filter((e) => e !== ion);
  const host = /[\s–—-]/.test(word.trim()) ? new Map(rest.map((e) => [e, 1])) : parseFormula(word);
  if (rest.length > 1 && /[\s–—-]/.test(word.trim()))
    throw new ThioscopeError("USAGE", `${word} has more than one host: write its formula, such as ${rest.join("")}, with --ion ${ion}`);
  const asked = await ask(sortElements([...elements, ion]), options);
  const notices = [...asked.notices];
  const over = overSets(asked.sets, (set) => {
    const diagram = phaseDiagram(set, asked.elements, asked.conditions);
    notices.push(...diagram.notices);
    return voltageProfile(diagram, host, ion);
  });
  const { set, answer } = defaultOf(over);
  const warnings = distinct(notices);
  io.result({
    system: asked.elements.join("-"),
    host: shownFormula(new Map([...host].filter(([e]) => e !== ion))),
    ion,
    conditions: conditionsAnswer(asked.conditions),
    set: set.name,
    steps: answer.map(stepAnswer),
    spread: { meanVoltage: spreadOf(over, meanOf, "V"), independent: over.independent },
    sets: setAnswers(over, (steps) => ({ steps: steps.map(stepAnswer) })),
    warnings,
  });
  for (const { set: s, answer: steps } of over.sets) {
    if ("notComputable" in steps) continue;
    io.say(`${s.title}${s === set ? " (default)" : ""}`);
    io.say(
      textTable(
        [`x(${ion})`, "V", "reaction"],
        steps.map((p) => [
          `${p.from.value.toFixed(3)} to ${p.to.value.toFixed(3)}`,
          volt(p.voltage),
          p.reaction?.text ?? p.after.join(" + "),
        ]),
      ),
    );
  }
  sayNotices(io, warnings);
}

export async function runInterface(words: readonly string[], options: Options, io: CommandIo, usage: string): Promise<void> {
  if (words.length !== 2) throw new ThioscopeError("USAGE", `two materials are needed. Usage: ${usage}`);
  const [a, b] = [formulaWord(words[0], usage), formulaWord(words[1], usage)];
  const asked = await ask(sortElements([...a.keys(), ...b.keys()]), options);
  const notices = [...asked.notices];
  const inSets = (missing: "refuse" | "hull") =>
    overSets(asked.sets, (set) => {
      const diagram = phaseDiagram(set, asked.elements, asked.conditions);
      const contact = contactReactions(diagram, a, b, missing);
      notices.push(...diagram.notices, ...contact.notices);
      return contact;
    });
  // sets that have both materials; only where none has them the phases they decompose into stand for them
  const strict = inSets("refuse");
  const over = strict.default === null ? inSets("hull") : strict;
  const { set, answer } = defaultOf(over);
  const shown = (contact: typeof answer) => {
    const kink = (k: (typeof contact.kinks)[number]) => ({ ...k, reaction: reactionAnswer(k.reaction) });
    return { strongest: kink(contact.strongest), kinks: contact.kinks.map(kink) };
  };
  const warnings = distinct(notices);
  io.result({
    a: answer.a,
    b: answer.b,
    system: asked.elements.join("-"),
    conditions: conditionsAnswer(asked.conditions),
    set: set.name,
    ...shown(answer),
    spread: { strongest: spreadOf(over, (c) => c.strongest.energy.value, "eV/atom"), independent: over.independent },
    sets: setAnswers(over, shown),
    warnings,
  });
  io.say(`${answer.a} | ${answer.b}, ${set.title}`);
  io.say(
    textTable(
      [`share of ${answer.a}`, "meV/atom", "reaction"],
      answer.kinks.map((k) => [k.share.value.toFixed(3), millielectronvolt(k.energy.value), k.reaction?.text ?? k.products.join(" + ")]),
    ),
  );
  sayNotices(io, warnings);
}
