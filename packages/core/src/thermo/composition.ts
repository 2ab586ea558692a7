/** Compositions as chemists write and compare them. */

import { type Composition, parseFormula } from "../chemistry/formula.ts";
import { ThioscopeError } from "../errors.ts";

/** Order of elements in a formula: electronegativity by Pauling, alkali metals first; others follow by the alphabet. */
const ORDER =
  "Cs Rb K Na Li Ba Sr Ca Mg La Y Zr Hf Ti Nb Ta V Cr Mn Fe Co Ni Zn Cd Cu Ag Al Ga In Tl Ge Si Sn Pb Bi Sb As B P H C Se Te S N I Br Cl O F".split(
    " ",
  );
const rank = (element: string): number => {
  const at = ORDER.indexOf(element);
  return at < 0 ? 20 : at;
};
const bySymbol = (a: string, b: string): number => rank(a) - rank(b) || (a < b ? -1 : 1);

/** More atoms than this in a formula are no formula unit. */
const MOST_ATOMS = 100_000;

/** Whole numbers in the ratio of `amounts`, smallest first common; throws INVALID_INPUT where there are none up to a denominator of 1000. */
function wholeRatio(amounts: readonly number[]): number[] {
  const least = Math.min(...amounts.filter((x) => x > 0));
  for (let denominator = 1; denominator <= 1000; denominator++) {
    const counts = amounts.map((x) => (x / least) * denominator);
    if (counts.every((x) => Math.abs(x - Math.round(x)) < 1e-6 * Math.max(1, x))) {
      const rounded = counts.map(Math.round);
      const divisor = rounded.reduce((a, b) => commonDivisor(a, b), 0);
      return rounded.map((x) => x / divisor);
    }
  }
  throw new ThioscopeError("INVALID_INPUT", `${amounts.join(" : ")} is no ratio of whole numbers`);
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

/** Atoms per smallest formula unit of whole numbers, in the order in which formulae are written. */
function reduced(composition: Composition): Map<string, number> {
  const elements = [...composition.keys()].sort(bySymbol);
  const counts = wholeRatio(elements.map((e) => composition.get(e)!));
  if (counts.reduce((a, b) => a + b, 0) > MOST_ATOMS)
    throw new ThioscopeError("INVALID_INPUT", `${formulaOf(composition)} has too many atoms`);
  return new Map(elements.map((e, i) => [e, counts[i]!]));
}

/** The one name of a composition: NaS for Na2S2, NaS2 for Na2S4. For comparison, not for print. */
export function reducedFormula(composition: Composition): string {
  return once(reducedNames, composition, () => formulaOf(reduced(composition)));
}

/** Phases are looked for by name again and again: each composition is named once. */
const reducedNames = new WeakMap<Composition, string>();
const shownNames = new WeakMap<Composition, string>();
const shownUnits = new WeakMap<Composition, Composition>();

function once<T>(known: WeakMap<Composition, T>, composition: Composition, make: () => T): T {
  const found = known.get(composition);
  if (found !== undefined) return found;
  const value = make();
  known.set(composition, value);
  return value;
}

function formulaOf(composition: Composition): string {
  return [...composition].map(([e, n]) => (n === 1 ? e : `${e}${Number(n.toFixed(6))}`)).join("");
}

/** The formula as chemists write it: alkali (poly)sulfides, (per)oxides with one alkali atom per formula unit are doubled. */
export function shownFormula(composition: Composition): string {
  return once(shownNames, composition, () => shownNameOf(composition));
}

/** Atoms of the formula unit that is printed: of Na2S2, not of NaS. */
export function shownUnit(composition: Composition): Composition {
  return once(shownUnits, composition, () => parseFormula(shownFormula(composition)));
}

function shownNameOf(composition: Composition): string {
  const counts = reduced(composition);
  const [first, second] = [...counts];
  if (counts.size === 1) return first![0];
  const polyanion = counts.size === 2 && /^(?:Li|Na|K|Rb|Cs)$/.test(first![0]) && first![1] === 1 && /^(?:O|S|Se|Te)$/.test(second![0]);
  return formulaOf(polyanion ? new Map([...counts].map(([e, n]) => [e, 2 * n])) : counts);
}

/** Elements of a system written "Na-P-S", "NaPS", "Na3PS4" or "Na P S", each once. */
export function systemElements(text: string): string[] {
  const compact = text.trim().replaceAll(/[\s–—-]+/g, "");
  const elements = [...parseFormula(compact).keys()];
  return elements.sort(bySymbol);
}

/** Sorted as formulae are written. */
export function sortElements(elements: Iterable<string>): string[] {
  return [...new Set(elements)].sort(bySymbol);
}

/** Number of atoms in a composition. */
export function atomCount(composition: Composition): number {
  let sum = 0;
  for (const n of composition.values()) sum += n;
  return sum;
}
