/**
 * Parameter sets as data. Every value has its unit, the range within which it may be moved, its source and a flag that says what it is worth:
 * measured (by someone, on such a cell or material), computed (from others or from first principles), calibrated (so that this model meets a published
 * result) or assumed.
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import { nearest } from "../suggest.ts";
import { convert } from "../units/units.ts";
import type { ChemistryName, ChemistryOptions } from "./phases.ts";

export type Flag = "measured" | "computed" | "calibrated" | "assumed";

export interface Parameter {
  value: number;
  unit: string;
  /** null where any positive value would do */
  range: readonly [number, number] | null;
  source: string;
  flag: Flag;
}

export type StressModel = "none" | "local" | "layer" | "confined";

/** What a run may switch on or off; a set has its own defaults. */
export interface ModelOptions extends ChemistryOptions {
  stress: StressModel;
  /** redox of the electrolyte */
  electrolyteRedox: boolean;
  mediator: boolean;
  /** lumped heat balance instead of a constant temperature */
  thermal: boolean;
  /** crystalline shares of the phases */
  crystalline: boolean;
}

/** One redox step of the electrolyte: between two contents of the ion per formula unit. */
export interface ElectrolyteRedoxStep {
  /** key of its parameters: "Na3SbS3" */
  name: string;
  products: string;
  from: number;
  to: number;
  /** true where the pristine electrolyte is the reduced side */
  oxidation: boolean;
}

export interface ElectrolyteRedox {
  formula: string;
  /** energy set of its potentials */
  energySet: string;
  steps: readonly ElectrolyteRedoxStep[];
}

export interface ParameterSet {
  name: string;
  title: string;
  /** what the set was calibrated on and what not, in a sentence */
  about: string;
  chemistry: ChemistryName;
  /** energies from which potentials come */
  energySet: string;
  options: ModelOptions;
  electrolyte: ElectrolyteRedox;
  /** lower and upper cut-off, V of the cell */
  window: readonly [number, number];
  /** mA/g at which runs go unless stated */
  current: number;
  parameters: Readonly<Record<string, Parameter>>;
}

export const parameter = (value: number, unit: string, range: readonly [number, number] | null, flag: Flag, source: string): Parameter => ({
  value,
  unit,
  range,
  source,
  flag,
});

/** The parameter of a set, or INVALID_INPUT with the nearest name. */
export function parameterOf(set: ParameterSet, name: string): Parameter {
  const found = Object.hasOwn(set.parameters, name) ? set.parameters[name] : undefined;
  if (found) return found;
  const guess = nearest(name, Object.keys(set.parameters));
  throw new ThioscopeError("INVALID_INPUT", `${set.name} has no parameter "${name}"${guess ? `; did you mean ${guess}?` : ""}`);
}

/** The value in SI; a parameter that the set lacks is an error of the set. */
export function si(set: ParameterSet, name: string, unit: string): number {
  const { value, unit: own } = parameterOf(set, name);
  return own === "1" || own === "" ? value : convert(value, own, unit);
}

export interface Changed {
  set: ParameterSet;
  notices: Notice[];
}

/**
 * A set with other values, in the units that the set has. Throws INVALID_INPUT for names that it lacks and values that are not finite; a value outside its
 * range is taken, with a notice.
 */
export function withParameters(set: ParameterSet, changes: Readonly<Record<string, number>>): Changed {
  const notices: Notice[] = [];
  const parameters: Record<string, Parameter> = { ...set.parameters };
  for (const [name, value] of Object.entries(changes)) {
    const old = parameterOf(set, name);
    if (!Number.isFinite(value)) throw new ThioscopeError("INVALID_INPUT", `${name}: ${value} is no value in ${old.unit}`);
    if (old.range && (value < old.range[0] || value > old.range[1])) {
      const message = `${name} = ${value} ${old.unit} lies outside ${old.range[0]} to ${old.range[1]} ${old.unit} of ${set.name}`;
      notices.push({ code: "parameter-outside-range", message });
    }
    parameters[name] = { ...old, value, source: `given; ${set.name} has ${old.value} ${old.unit}`, flag: "assumed" };
  }
  return { set: { ...set, parameters }, notices };
}
