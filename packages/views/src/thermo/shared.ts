/** What the figures of thermodynamics share: which set is chosen, words for conditions, Python and commands. */
import { isComputable, type Quantity } from "@thioscope/core";
import type { ThermoConditions, ThermoContent, ThermoSystem } from "@thioscope/core/story";
import type { PartContext } from "../parts/model.ts";
import type { Choice } from "../study/context.ts";
import { conditionsOf, type Solution, solutionAt } from "./solve.ts";

export type ThermoContext = PartContext<"thermo">;

export const solutionOf = ({ part, state }: ThermoContext): Solution => solutionAt(part, state);

const SET = "thermo.set";
/** Id of the choice of a system. */
export const SYSTEM = "thermo.system";

const nameOf = ({ elements }: ThermoSystem): string => elements.join("-");

/** All systems of the part, the first one first. */
export const systemsOf = ({ system, others = [] }: ThermoContent): ThermoSystem[] => (system ? [system, ...others] : []);

/** The system chosen for the phase diagram; null where the part has none. */
export function chosenSystem({ part, state }: ThermoContext): ThermoSystem | null {
  const systems = systemsOf(part);
  return systems.find((system) => nameOf(system) === state.choices[SYSTEM]) ?? systems[0] ?? null;
}

/** Which of these systems is shown, where there are several. */
export function systemChoice(systems: readonly ThermoSystem[], shown: ThermoSystem | null): Choice[] {
  if (systems.length < 2 || !shown) return [];
  const options = systems.map((system) => ({ value: nameOf(system), label: system.elements.join("–") }));
  return [{ id: SYSTEM, label: "System", options, value: nameOf(shown) }];
}

/** Index of the set chosen for the phase diagram; the default first. */
export function chosenSet(context: ThermoContext): number {
  const { part, state } = context;
  const sets = chosenSystem(context)?.sets ?? [];
  const asked = sets.find((k) => part.sets[k]!.name === state.choices[SET]);
  return asked ?? sets[0] ?? 0;
}

export function setChoice(context: ThermoContext): Choice[] {
  const shown = chosenSystem(context);
  const sets = shown?.sets ?? [];
  const systems = systemChoice(systemsOf(context.part), shown);
  if (sets.length < 2) return systems;
  const options = sets.map((k) => ({ value: context.part.sets[k]!.name, label: context.part.sets[k]!.title }));
  return [...systems, { id: SET, label: "Energies", options, value: context.part.sets[chosenSet(context)]!.name }];
}

/** "0.5 GPa, 350 K, −0.10 eV per S"; empty where nothing was changed from what the sets say. */
export function conditionText({ pressureGigapascal, temperatureKelvin, sulfurShift }: ThermoConditions): string {
  const parts = [
    ...(pressureGigapascal > 0 ? [`${Number(pressureGigapascal.toPrecision(4))} GPa`] : []),
    ...(temperatureKelvin === null ? [] : [`${temperatureKelvin.toFixed(0)} K`]),
    ...(sulfurShift === 0 ? [] : [`${sulfurShift > 0 ? "+" : "−"}${Math.abs(sulfurShift).toFixed(2)} eV per S`]),
  ];
  return parts.join(", ");
}

/** Options of the command that gives the same. */
export function commandOptions({ pressureGigapascal, temperatureKelvin, sulfurShift }: ThermoConditions): string {
  const pressure = pressureGigapascal > 0 ? ` --pressure "${pressureGigapascal} GPa"` : "";
  const temperature = temperatureKelvin === null ? "" : ` --temperature "${temperatureKelvin} K"`;
  return `${pressure}${temperature}${sulfurShift === 0 ? "" : ` --sulfur-shift "${sulfurShift} eV"`}`;
}

export const conditionsIn = ({ part, state }: ThermoContext): ThermoConditions => conditionsOf(part, state);

export const numberFrom = (answer: Quantity | { notComputable: string }): number => (isComputable(answer) ? answer.value : Number.NaN);
