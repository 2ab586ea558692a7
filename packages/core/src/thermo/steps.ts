/**
 * Energies of formation, adsorption and reaction steps from total energies, with named reference states:
 *
 *   formation     E_f = E − Σ n_i μ_i                    eV, per formula unit and per atom
 *   adsorption    E_ads = E(surface + adsorbate) − E(surface) − E(adsorbate)     eV; negative binds
 *   steps         ΔE_k = E_k − E_{k−1} − Σ n_i μ_i      of what enters (n > 0) or leaves (n < 0) in the step
 *
 * All energies from one method; nothing here can tell if they are not.
 */

import { type Composition, parseFormula } from "../chemistry/formula.ts";
import { ThioscopeError } from "../errors.ts";
import { type Quantity, quantity } from "../units/quantity.ts";
import { atomCount } from "./composition.ts";
import { balance } from "./reaction.ts";

/** A reference state: what it is called and its energy per atom (or molecule) of `formula`, eV. */
export interface Reference {
  name: string;
  energy: number;
}

export interface FormationEnergy {
  perFormula: Quantity;
  perAtom: Quantity;
  /** the names of the references used */
  references: readonly string[];
}

export function formationEnergy(
  formula: string,
  totalElectronvolt: number,
  references: Readonly<Record<string, Reference>>,
): FormationEnergy {
  const composition = parseFormula(formula);
  let energy = totalElectronvolt;
  for (const [element, n] of composition) energy -= n * referenceOf(references, element).energy;
  const named = [...composition.keys()].map((e) => referenceOf(references, e).name);
  return { perFormula: quantity(energy, "eV"), perAtom: quantity(energy / atomCount(composition), "eV/atom"), references: named };
}

function referenceOf(references: Readonly<Record<string, Reference>>, what: string): Reference {
  const found = Object.hasOwn(references, what) ? references[what] : undefined;
  if (!found || !Number.isFinite(found.energy)) {
    throw new ThioscopeError("INVALID_INPUT", `no reference state for ${what}; given are ${Object.keys(references).join(", ") || "none"}`);
  }
  return found;
}

/** eV; negative binds. */
export function adsorptionEnergy(together: number, surface: number, adsorbate: Reference): Quantity {
  const energy = together - surface - adsorbate.energy;
  if (!Number.isFinite(energy)) throw new ThioscopeError("INVALID_INPUT", "an adsorption energy needs three finite energies");
  return quantity(energy, "eV");
}

export interface StateOfSteps {
  name: string;
  /** eV */
  energy: number;
  /** what has entered since the state before: reference → number, negative where it left */
  taken?: Readonly<Record<string, number>>;
}

/** An energy diagram: the change of every step and the sum since the first state, eV. */
export function stepEnergies(
  states: readonly StateOfSteps[],
  references: Readonly<Record<string, Reference>>,
): { name: string; step: Quantity; total: Quantity }[] {
  let total = 0;
  return states.map((state, k) => {
    let change = k === 0 ? 0 : state.energy - states[k - 1]!.energy;
    if (k > 0) for (const [what, n] of Object.entries(state.taken ?? {})) change -= n * referenceOf(references, what).energy;
    if (!Number.isFinite(change)) throw new ThioscopeError("INVALID_INPUT", `${state.name} has no finite energy`);
    total += change;
    return { name: state.name, step: quantity(change, "eV"), total: quantity(total, "eV") };
  });
}

/**
 * Potential of the reaction from one compound to another by uptake of an ion's metal, from their formation energies per atom, whether or not
 * either lies on a hull: V = −ΔG/(n z e).
 */
export function reactionVoltage(
  from: { formula: string; energyPerAtom: number },
  to: { formula: string; energyPerAtom: number },
  ion: string,
  charge = 1,
): Quantity {
  const { reactants, products } = balance([from.formula, ion, to.formula]);
  const energies = new Map<string, number>([[ion, 0]]);
  for (const { formula, energyPerAtom } of [from, to]) energies.set(formula, energyPerAtom * atomCount(parseFormula(formula)));
  const find = (formula: string): number => {
    const same = [from, to].find((c) => sameFormula(c.formula, formula));
    return same ? same.energyPerAtom * atomCount(parseFormula(formula)) : 0;
  };
  let energy = 0;
  for (const { formula, coefficient } of products) energy += coefficient * find(formula);
  for (const { formula, coefficient } of reactants) energy -= coefficient * find(formula);
  const taken = reactants.find((r) => r.formula === ion)?.coefficient ?? -(products.find((p) => p.formula === ion)?.coefficient ?? 0);
  if (taken === 0) throw new ThioscopeError("INVALID_INPUT", `${from.formula} to ${to.formula} takes up no ${ion}`);
  return quantity(-energy / (taken * charge), "V");
}

function sameFormula(a: string, b: string): boolean {
  const [x, y]: [Composition, Composition] = [parseFormula(a), parseFormula(b)];
  const ratio = atomCount(x) / atomCount(y);
  return x.size === y.size && [...x].every(([e, n]) => Math.abs(n - ratio * (y.get(e) ?? 0)) < 1e-9);
}
