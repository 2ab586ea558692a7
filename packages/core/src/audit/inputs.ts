/** Inputs of a claim by name: what it gives, what it names as external, what follows from how it is written, and constants. */
import { parseFormula } from "../chemistry/formula.ts";
import type { Claim } from "./model.ts";
import { SULFUR_MAH_G } from "./relations.ts";
import { printedValue, type Span, spanOf, type Value } from "./value.ts";

export type Known = Map<string, Value>;

/** What every claim may use without saying so. */
const CONSTANT_INPUTS: readonly (readonly [name: string, value: number])[] = [
  // twice Faraday's constant over the molar mass of sulfur
  ["theoretical_mAh_g", SULFUR_MAH_G],
  // two-phase Li–In (A. L. Santhosha et al., Batter. Supercaps 2, 524 (2019))
  ["LiIn_vs_Li_V", 0.62],
];

/** Numbers in the words of `external`: pattern, and the names that its groups get. */
const PHRASES: readonly { pattern: RegExp; names(match: RegExpExecArray): readonly (readonly [string, Value])[] }[] = [
  {
    pattern: /densit(?:y|ies) ((?:[A-Z]\w* [\d.]+,? ?)+)g\/cm3/,
    names: ([, list]) =>
      [...list!.matchAll(/([A-Z]\w*) ([\d.]+)/g)].map(
        ([, name, value]) => [`density_${name === "NPS" ? "electrolyte" : name}_g_cm3`, spanOf(value)!] as const,
      ),
  },
  { pattern: /porosity ([\d.]+)/, names: ([, value]) => [["porosity", spanOf(value)!]] },
  { pattern: /([\d.]+) g per mol Na/, names: ([, value]) => [["g_per_mol_Na", spanOf(value)!]] },
  { pattern: /relative permittivity ([\d.]+-[\d.]+)/, names: ([, value]) => [["relative_permittivity", spanOf(value)!]] },
];

const PLUS_MINUS = /^(-?[\d.]+)\s*(?:\+-|±)\s*([\d.]+)/;

/** Everything that the claim itself says, and constants. Printed values are there as "printed.NAME". */
export function inputsOf({ given, external, printed }: Claim): Known {
  const known: Known = new Map();
  const take = (name: string, written: unknown): void => {
    const value = printedValue(written);
    if (value !== null) known.set(name, value);
  };
  for (const [name, value] of CONSTANT_INPUTS) take(name, value);
  for (const [name, written] of Object.entries(given)) take(name, written);
  for (const [name, written] of Object.entries(printed)) take(`printed.${name}`, written);
  if (typeof external === "string") {
    for (const { pattern, names } of PHRASES) {
      const match = pattern.exec(external);
      for (const [name, value] of match ? names(match) : []) known.set(name, value);
    }
  } else if (external) {
    for (const [name, written] of Object.entries(external)) take(name, written);
  }
  for (const [name, value] of compounds(external, known)) known.set(name, value);
  for (const [name, value] of replicates(given)) known.set(name, value);
  return known;
}

/** "3.0+-0.4" of two samples: means and standard deviations, in their order. */
function replicates(given: Claim["given"]): [string, Span][] {
  const found = Object.values(given).flatMap((written) => {
    const match = typeof written === "string" ? PLUS_MINUS.exec(written) : null;
    return match ? [[spanOf(match[1])!, spanOf(match[2])!] as const] : [];
  });
  if (found.length !== 2) return [];
  return found.flatMap(([mean, sigma], k): [string, Span][] => {
    const which = k === 0 ? "first" : "second";
    return [
      [`${which}_mean`, mean],
      [`${which}_sigma`, sigma],
    ];
  });
}

/**
 * Volumes "Na2S2 85.0, Na2S3 101.3, Na2S4 135.7 A3": the compound is the one whose formula is the mean of the two others; its
 * volume, that of the mixture, and how many atoms it has.
 */
function compounds(external: Claim["external"], known: Known): [string, Span][] {
  const text = typeof external === "string" ? /volumes? ((?:[A-Z]\w* [\d.]+,? ?)+)A3/.exec(external)?.[1] : undefined;
  if (text === undefined) return [];
  const list = [...text.matchAll(/([A-Z]\w*) ([\d.]+)/g)].map(([, formula, volume]) => ({
    atoms: atomsOf(formula!),
    volume: Number(volume),
  }));
  const middle = list.findIndex(({ atoms }, i) => {
    const others = list.filter((_, k) => k !== i);
    return others.length === 2 && atoms === (others[0]!.atoms + others[1]!.atoms) / 2;
  });
  if (middle < 0) return [];
  const others = list.filter((_, k) => k !== middle);
  const span = (value: number): Span => ({ low: value, high: value });
  const found: [string, Span][] = [["atoms_per_formula", span(list[middle]!.atoms)]];
  // the claim's own difference comes before one of the volumes
  if (!known.has("dV_A3_per_formula")) {
    found.push(["volume_A3", span(list[middle]!.volume)], ["mixture_volume_A3", span((others[0]!.volume + others[1]!.volume) / 2)]);
  }
  return found;
}

function atomsOf(formula: string): number {
  let sum = 0;
  for (const count of parseFormula(formula).values()) sum += count;
  return sum;
}

/** Inputs that other claims of the same paper give, where they agree. */
export function inherited(claim: Claim, all: readonly Claim[]): Known {
  const found = new Map<string, Value | null>();
  for (const other of all) {
    if (other.paper !== claim.paper || other.id === claim.id) continue;
    for (const [name, written] of Object.entries(other.given)) {
      const value = printedValue(written);
      if (value === null) continue;
      const before = found.get(name);
      found.set(name, before === undefined || JSON.stringify(before) === JSON.stringify(value) ? value : null);
    }
  }
  return new Map([...found].filter((entry): entry is [string, Value] => entry[1] !== null));
}
