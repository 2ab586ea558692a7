/** thioscope thermo window: between which potentials a compound is stable, by every set. */
import { quantity, ThioscopeError } from "@thioscope/core";
import { mobileIon, overSets, phaseDiagram, type StabilityWindow, sortElements, spreadOf, stabilityWindow } from "@thioscope/core/thermo";
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

/** The ion asked for, or the one the elements leave no doubt about. */
export function ionOf(options: Options, elements: readonly string[]): string {
  const ion = typeof options["ion"] === "string" ? options["ion"] : mobileIon(elements);
  if (ion === undefined) throw new ThioscopeError("USAGE", `${elements.join("–")} has no mobile metal: name it with --ion Na`);
  return ion;
}

const voltsOf = (answer: { value: number } | object): number | null => ("value" in answer ? answer.value : null);

function shown(w: StabilityWindow) {
  const boundary = (b: StabilityWindow["reduction"]) => ({ voltage: b.voltage, phases: b.phases, reaction: reactionAnswer(b.reaction) });
  return {
    window: w.window === null ? null : [w.window[0].value, w.window[1].value],
    energyAboveHull: w.energyAboveHull,
    decomposition: w.decomposition && { ...w.decomposition, reaction: reactionAnswer(w.decomposition.reaction) },
    boundaries: { reduction: boundary(w.reduction), oxidation: boundary(w.oxidation) },
    sentence: w.sentence,
  };
}

export async function runWindow(words: readonly string[], options: Options, io: CommandIo, usage: string): Promise<void> {
  const compound = formulaWord(words[0], usage);
  const ion = ionOf(options, [...compound.keys()]);
  const asked = await ask(sortElements([...compound.keys(), ion]), options);
  const notices = [...asked.notices];
  const over = overSets(asked.sets, (set) => {
    const diagram = phaseDiagram(set, asked.elements, asked.conditions);
    notices.push(...diagram.notices);
    return stabilityWindow(diagram, compound, ion);
  });
  const { set, answer } = defaultOf(over);
  const reactions = [answer.decomposition?.reaction, answer.reduction.reaction, answer.oxidation.reaction].flatMap((r) =>
    r ? [r.text] : [],
  );
  const warnings = distinct(notices);
  if (over.independent < 3) {
    warnings.push({
      code: "few-sets",
      message: `${over.independent === 1 ? "one independent calculation has" : `${over.independent} independent calculations have`} ${answer.formula}: the spread is a lower bound of the uncertainty`,
    });
  }
  io.result({
    formula: answer.formula,
    system: asked.elements.join("-"),
    ion,
    conditions: conditionsAnswer(asked.conditions),
    set: set.name,
    ...shown(answer),
    unit: "V",
    reactions,
    equilibria: answer.equilibria.map((e) => ({
      from: e.from === null ? { notComputable: "no upper limit" } : quantity(e.from, "V"),
      to: quantity(e.to, "V"),
      phases: e.phases,
    })),
    spread: {
      reduction: spreadOf(over, (w) => voltsOf(w.reduction.voltage), "V"),
      oxidation: spreadOf(over, (w) => voltsOf(w.oxidation.voltage), "V"),
      energyAboveHull: spreadOf(over, (w) => w.energyAboveHull.value, "eV/atom"),
      independent: over.independent,
    },
    sets: setAnswers(over, shown),
    warnings,
  });
  io.say(`${answer.formula} against ${ion}, ${set.title}\n${answer.sentence}`);
  if (answer.reduction.reaction) io.say(`below ${volt(answer.reduction.voltage)} V  ${answer.reduction.reaction.text}`);
  if (answer.oxidation.reaction) io.say(`above ${volt(answer.oxidation.voltage)} V  ${answer.oxidation.reaction.text}`);
  if (answer.window === null && answer.decomposition?.reaction) io.say(`decomposes  ${answer.decomposition.reaction.text}`);
  const rows = over.sets.map(({ set: s, answer: a }) =>
    "notComputable" in a
      ? [s.name, "–", "–", "–"]
      : [s.name, volt(a.reduction.voltage), volt(a.oxidation.voltage), millielectronvolt(a.energyAboveHull.value)],
  );
  io.say(textTable(["set", "reduction V", "oxidation V", "above hull meV/atom"], rows));
  sayNotices(io, warnings);
}
