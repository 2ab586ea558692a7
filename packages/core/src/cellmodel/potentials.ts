/**
 * Equilibrium potentials of the reactions from formation energies of one energy set:
 *
 *   U_j = −(g_B − g_A)/s_j,   g eV per mol S, V against the metal.
 *
 * Energies and not the hull: a phase above the hull has potentials too, out of order with its neighbours, and whether it appears is then a question
 * of kinetics. Phases that no set has lie on the line between two neighbours, plus an offset that is a parameter. Temperature acts where
 * both phases have tabulated entropies, dU/dT = (Δs_B − Δs_A)/s_j.
 */
import { parseFormula } from "../chemistry/formula.ts";
import type { Notice } from "../errors.ts";
import { ThioscopeError } from "../errors.ts";
import { atomCount, reducedFormula } from "../thermo/composition.ts";
import { phaseDiagram } from "../thermo/diagram.ts";
import type { EnergySet, Entry } from "../thermo/entries.ts";
import { energySet } from "../thermo/sets.ts";
import { voltageProfile } from "../thermo/voltage.ts";
import type { Chemistry, ModelPhase } from "./phases.ts";

/** The sets that bracket the potentials of a chemistry: independent of one another, the first is the default. */
export const POTENTIAL_SETS: Readonly<Record<string, readonly string[]>> = {
  "Na-S": ["tabulated", "mp-r2scan", "nrel-fere-2012"],
  "Li-S": ["tabulated", "mp-r2scan", "nrel-fere-2012"],
};

/** Phases that lie on a line between two others, with the offset's parameter. */
const ON_LINES: Readonly<Record<string, { between: readonly [string, string]; offset: keyof LineOffsets }>> = {
  Na2S7: { between: ["S", "Na2S5"], offset: "highOrder" },
  Na2S3: { between: ["Na2S4", "Na2S2"], offset: "na2s3" },
  Li2S2: { between: ["S", "Li2S"], offset: "li2s2" },
};

/** eV per atom above the line between their neighbours. */
export interface LineOffsets {
  highOrder: number;
  na2s3: number;
  li2s2: number;
}

export interface ReactionPotentials {
  set: EnergySet;
  /** V against the metal, one per reaction */
  values: Float64Array;
  /** V/K; 0 where an entropy is missing */
  slopes: Float64Array;
  notices: readonly Notice[];
}

interface Energy {
  value: number;
  entropy: number | undefined;
}

function energyOf(set: EnergySet, phase: Pick<ModelPhase, "formula">, offsets: LineOffsets): Energy {
  const line = ON_LINES[phase.formula];
  const composition = parseFormula(phase.formula);
  const perSulfur = atomCount(composition) / composition.get("S")!;
  if (line) {
    const x = perSulfur - 1;
    const [a, b] = line.between.map((formula) => {
      const c = parseFormula(formula);
      return { x: atomCount(c) / c.get("S")! - 1, energy: energyOf(set, { formula }, offsets).value };
    }) as [{ x: number; energy: number }, { x: number; energy: number }];
    const value = a.energy + ((x - a.x) / (b.x - a.x)) * (b.energy - a.energy) + offsets[line.offset] * perSulfur;
    return { value, entropy: undefined };
  }
  if (composition.size === 1) return { value: 0, entropy: 0 };
  const wanted = reducedFormula(composition);
  const found: Entry[] = set.entries.filter((e) => reducedFormula(e.composition) === wanted);
  if (found.length === 0) throw new ThioscopeError("NOT_COMPUTABLE", `${set.name} has no energy of ${phase.formula}`);
  const best = found.reduce((a, b) => (b.energy < a.energy ? b : a));
  return { value: best.energy * perSulfur, entropy: best.entropy === undefined ? undefined : best.entropy * perSulfur };
}

/**
 * @param temperatureKelvin where given, tabulated entropies act; a reaction without them keeps the set's value, with a notice
 */
export function reactionPotentials(
  { phases, reactions }: Chemistry,
  setName: string,
  offsets: LineOffsets,
  temperatureKelvin?: number,
): ReactionPotentials {
  const set = energySet(setName);
  const energies = phases.map((p) => energyOf(set, p, offsets));
  const values = new Float64Array(reactions.length);
  const slopes = new Float64Array(reactions.length);
  const without: string[] = [];
  for (const [j, { name, from, to, s }] of reactions.entries()) {
    const [a, b] = [energies[from]!, energies[to]!];
    values[j] = -(b.value - a.value) / s;
    if (a.entropy === undefined || b.entropy === undefined) without.push(name);
    else {
      slopes[j] = (b.entropy - a.entropy) / s;
      if (temperatureKelvin !== undefined) values[j] = values[j]! + slopes[j]! * temperatureKelvin;
    }
  }
  const notices: Notice[] = [...set.notices];
  if (temperatureKelvin !== undefined && without.length > 0) {
    const message = `${set.name} has no entropies for ${without.join(", ")}: their potentials do not change with temperature`;
    notices.push({ code: "entropy-missing", message });
  }
  return { set, values, slopes, notices };
}

/**
 * Mean potential over which the hull of an electrolyte's elements takes its content of the ion from one value to another, V against the metal. An electrolyte above
 * the hull has no potentials of its own: those of the phases in its place stand for them.
 */
export function electrolytePotential(setName: string, formula: string, ion: string, from: number, to: number): number {
  const composition = parseFormula(formula);
  const diagram = phaseDiagram(energySet(setName), [...composition.keys()]);
  const steps = voltageProfile(diagram, new Map([...composition].filter(([e]) => e !== ion)), ion);
  let sum = 0;
  let covered = 0;
  for (const step of steps) {
    const width = Math.min(to, step.to.value) - Math.max(from, step.from.value);
    if (width <= 0) continue;
    covered += width;
    sum += width * step.voltage.value;
  }
  if (Math.abs(covered - (to - from)) > 1e-6)
    throw new ThioscopeError("NOT_COMPUTABLE", `${setName}: ${formula} does not go from ${from} to ${to} ${ion} above 0 V`);
  return sum / covered;
}
