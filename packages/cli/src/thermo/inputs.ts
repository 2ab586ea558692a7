/** What every action of `thioscope thermo` takes: sets and a user's own energies, conditions, and how answers of many sets are shown. */
import { basename } from "node:path";
import { inUnit, type Notice, parseQuantity, type Quantity, quantity, ThioscopeError } from "@thioscope/core";
import { parseFormula } from "@thioscope/core/cell";
import {
  COVERED_SYSTEMS,
  type Conditions,
  type EnergySet,
  energySet,
  isRefused,
  type OverSets,
  type Reaction,
  setsFor,
  withSulfurShift,
} from "@thioscope/core/thermo";
import { ownEnergySet, readEnergies } from "@thioscope/formats";
import type { CommandIo } from "../command.ts";
import { opened } from "../inputs.ts";

export type Options = Readonly<Record<string, string | boolean | undefined>>;

export interface Asked {
  elements: readonly string[];
  sets: readonly EnergySet[];
  conditions: Conditions;
  notices: Notice[];
}

/** Sets for the elements: the user's own first where given, only one with --set. */
export async function ask(elements: readonly string[], options: Options): Promise<Asked> {
  const notices: Notice[] = [];
  const own = typeof options["energies"] === "string" ? await ownSet(options["energies"], notices) : null;
  const named = options["set"];
  const covering = setsFor(elements);
  const shipped = typeof named === "string" ? covering.filter((set) => set === energySet(named)) : covering;
  const shift = quantityOf(options["sulfur-shift"], "--sulfur-shift", "eV") ?? 0;
  const sets = (own === null ? shipped : [own, ...shipped]).map((set) => withSulfurShift(set, shift));
  if (sets.length === 0) {
    const systems = COVERED_SYSTEMS.map((system) => system.join("–")).join(", ");
    throw new ThioscopeError(
      "NOT_COMPUTABLE",
      `${elements.join("–")} is not covered: the shipped energies are those of ${systems}; give your own with --energies FILE`,
    );
  }
  return { elements, sets, conditions: conditionsOf(options), notices };
}

/** Files of energies, separated by commas, as one set: a vasprun.xml holds one phase alone. */
async function ownSet(word: string, notices: Notice[]): Promise<EnergySet> {
  const files = [];
  for (const path of word.split(",").map((part) => part.trim())) {
    const file = await opened(path, readEnergies);
    notices.push(...file.notices);
    files.push({ name: basename(path), file });
  }
  return ownEnergySet(files);
}

function conditionsOf(options: Options): Conditions {
  const pressure = quantityOf(options["pressure"], "--pressure", "GPa");
  const temperature = quantityOf(options["temperature"], "--temperature", "K");
  return {
    ...(pressure === undefined ? {} : { pressureGigapascal: pressure }),
    ...(temperature === undefined ? {} : { temperatureKelvin: temperature }),
  };
}

export function quantityOf(word: string | boolean | undefined, option: string, unit: string): number | undefined {
  if (typeof word !== "string") return undefined;
  try {
    return inUnit(parseQuantity(word, unit), unit).value;
  } catch (error) {
    throw error instanceof ThioscopeError ? new ThioscopeError(error.code, `${option}: ${error.message}`) : error;
  }
}

/** A formula that the user wrote; USAGE where there is none. */
export function formulaWord(word: string | undefined, usage: string): ReturnType<typeof parseFormula> {
  if (word === undefined) throw new ThioscopeError("USAGE", `which compound? Usage: ${usage}`);
  return parseFormula(word);
}

/** What a set is, for JSON. */
export function setFacts({ name, title, kind, origin, temperatureKelvin, corrections, source, licence }: EnergySet) {
  return { name, title, kind, origin, temperature: quantity(temperatureKelvin, "K"), corrections, source, licence };
}

/** Per set what it is and its answer, or why it has none. */
export function setAnswers<T>(over: OverSets<T>, show: (answer: T) => object) {
  return over.sets.map(({ set, answer }) => ({ ...setFacts(set), ...(isRefused(answer) ? answer : show(answer)) }));
}

/** The default's answer; throws with the reasons where no set has one. */
export function defaultOf<T>(over: OverSets<T>): { set: EnergySet; answer: T } {
  if (over.default !== null) return over.default;
  const reasons = [...new Set(over.sets.flatMap(({ answer }) => (isRefused(answer) ? [answer.notComputable] : [])))];
  throw new ThioscopeError("NOT_COMPUTABLE", reasons.join("; "));
}

export const reactionAnswer = (reaction: Reaction | null) =>
  reaction === null ? null : { text: reaction.text, reactants: reaction.reactants, products: reaction.products };

export const conditionsAnswer = ({ pressureGigapascal, temperatureKelvin }: Conditions) => ({
  pressure: quantity(pressureGigapascal ?? 0, "GPa"),
  temperature: temperatureKelvin === undefined ? { notComputable: "as the energies of each set" } : quantity(temperatureKelvin, "K"),
});

/** Each notice once. */
export function distinct(notices: readonly Notice[]): Notice[] {
  return [...new Map(notices.map((n) => [`${n.code} ${n.message}`, n])).values()];
}

export function sayNotices(io: CommandIo, notices: readonly Notice[]): void {
  for (const { message, code } of notices) io.hint(`warning: ${message} [${code}]`);
}

export const volt = (q: Quantity | object): string => ("value" in q ? q.value.toFixed(3) : "–");
export const millielectronvolt = (electronvolt: number): string => (1000 * electronvolt).toFixed(1);
