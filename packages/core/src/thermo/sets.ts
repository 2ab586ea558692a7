/**
 * The energy sets that ship with the product. Three come from independent calculations or measurements for most systems; where several share
 * calculations they differ in references or corrections, and each says so.
 *
 * The default of a system was chosen after its windows had been compared with published ones, so that agreement is selection, not
 * validation. Independent of that choice are the Na–S voltages and the stability of Na2S2.
 */

import { type Composition, parseFormula } from "../chemistry/formula.ts";
import { ThioscopeError } from "../errors.ts";
import { nearest } from "../suggest.ts";
import { atomCount, shownFormula } from "./composition.ts";
import type { EnergySet, Entry } from "./entries.ts";
import { ALEXANDRIA } from "./tables/alexandria.ts";
import { MATERIALS_PROJECT_2018 } from "./tables/materialsProject2018.ts";
import { MATERIALS_PROJECT_R2SCAN } from "./tables/materialsProjectR2scan.ts";
import { NREL } from "./tables/nrel.ts";
import { TABULATED } from "./tables/tabulated.ts";
import { VOLUME_ERROR } from "./volumes.ts";

/**
 * Fitted elemental references, eV per atom: Stevanović, Lany, Zhang & Zunger, Phys. Rev. B 85, 115104 (2012); the later ones as published
 * with NREL/rlmolecule. Iodine has a later one only.
 */
const FERE_2012: Readonly<Record<string, number>> = {
  Li: -1.65,
  Na: -1.06,
  Ge: -4.14,
  Sn: -3.79,
  Sb: -4.29,
  P: -5.64,
  S: -4.0,
  Cl: -1.63,
  Ta: -8.82,
};
const FERE_2: Readonly<Record<string, number>> = {
  ...{ Li: -1.58, Na: -1.02, Ge: -4.34, Sn: -3.87, Sb: -4.16, P: -5.17, S: -4.01, Cl: -1.74, Ta: -8.82, I: -1.53 },
};

/** The correction in every sulfur compound of the 2018 energies, eV per S atom (legacy scheme; the one of 2020 has −0.503). */
export const SULFUR_CORRECTION = -0.66346;
/** Phases with S–S bonds, where a correction fitted to sulfides does not belong: by the structures of these compositions. */
const SULFUR_BONDED = ["P2S7", "Na2S2", "Na2S4", "Na2S5", "Li2S8"];

interface Line {
  formula: string;
  composition: Composition;
  numbers: number[];
}

function rows(table: string): Line[] {
  return table
    .trim()
    .split(/,\s+/)
    .map((row) => {
      const [formula = "", ...numbers] = row.trim().split(" ");
      return { formula, composition: parseFormula(formula), numbers: numbers.map(Number) };
    });
}

/** Elements are the zero of formation energies, entropies included. */
function withElements(entries: readonly Entry[], about: { source: string; licence: string }): Entry[] {
  const symbols = [...new Set(entries.flatMap((e) => [...e.composition.keys()]))].sort();
  const zero = symbols.map((e): Entry => ({ formula: e, composition: new Map([[e, 1]]), energy: 0, correction: 0, entropy: 0, ...about }));
  return [...zero, ...entries];
}

type Head = Omit<EnergySet, "entries" | "notices">;

function makeSet(head: Head, table: string, entry: (line: Line) => Pick<Entry, "energy"> & Partial<Entry>): EnergySet {
  const about = { source: head.source, licence: head.licence };
  const entries = rows(table).flatMap((line): Entry[] => {
    const made = entry(line);
    if (Number.isNaN(made.energy)) return [];
    return [{ formula: shownFormula(line.composition), composition: line.composition, correction: 0, ...about, ...made }];
  });
  return { ...head, entries: withElements(entries, about), notices: [] };
}

function nrel(name: string, references: Readonly<Record<string, number>>, year: string): EnergySet {
  const head: Head = {
    name,
    title: `NREL PBE with fitted references ${year}`,
    kind: "computed",
    origin: "NREL",
    temperatureKelvin: 0,
    corrections: [`elements from fitted references (${year}), not calculated`],
    source: "NREL Materials Database via NREL/rlmolecule; references: Stevanović et al., Phys. Rev. B 85, 115104 (2012)",
    licence: "BSD-3-Clause",
  };
  return makeSet(head, NREL, ({ composition, numbers: [energy] }) => {
    let reference = 0;
    // an element without a reference leaves its compounds out
    for (const [element, n] of composition) reference += n * (references[element] ?? Number.NaN);
    return { energy: energy! - reference / atomCount(composition) };
  });
}

function materialsProject(name: string, title: string, corrected: (formula: string) => boolean, words: string): EnergySet {
  const head: Head = {
    name,
    title,
    kind: "computed",
    origin: "Materials Project 2018",
    temperatureKelvin: 0,
    corrections: [words],
    source: "Materials Project (2018), as matbench_mp_e_form: Dunn et al., npj Comput. Mater. 6, 138 (2020)",
    licence: "CC BY 4.0",
  };
  return makeSet(head, MATERIALS_PROJECT_2018, ({ formula, composition, numbers: [energy] }) => {
    const correction = (SULFUR_CORRECTION * (composition.get("S") ?? 0)) / atomCount(composition);
    return corrected(formula) ? { energy: energy!, correction } : { energy: energy! - correction, correction: 0 };
  });
}

/** All sets, made when first asked for; the order is that of tables. */
const MAKERS: Readonly<Record<string, () => EnergySet>> = {
  "nrel-fere-2012": () => nrel("nrel-fere-2012", FERE_2012, "2012"),
  "nrel-fere-2": () => nrel("nrel-fere-2", FERE_2, "second version"),
  "mp-2018": () =>
    materialsProject(
      "mp-2018",
      "Materials Project 2018, as published",
      () => true,
      `${SULFUR_CORRECTION} eV per S in every compound of sulfur`,
    ),
  "mp-2018-polysulfides": () =>
    materialsProject(
      "mp-2018-polysulfides",
      "Materials Project 2018, S–S phases uncorrected",
      (formula) => !SULFUR_BONDED.includes(formula),
      `${SULFUR_CORRECTION} eV per S, not in ${SULFUR_BONDED.join(", ")}`,
    ),
  "mp-2018-uncorrected": () =>
    materialsProject(
      "mp-2018-uncorrected",
      "Materials Project 2018, S correction removed",
      () => false,
      `${SULFUR_CORRECTION} eV per S taken out everywhere`,
    ),
  "mp-r2scan": () =>
    makeSet(
      {
        name: "mp-r2scan",
        title: "Materials Project r²SCAN",
        kind: "computed",
        origin: "Materials Project r²SCAN",
        temperatureKelvin: 0,
        corrections: [],
        source: "Materials Project, r²SCAN, compiled in RxnNet",
        licence: "CC BY 4.0",
      },
      MATERIALS_PROJECT_R2SCAN,
      ({ numbers: [energy] }) => ({ energy: energy! }),
    ),
  alexandria: () => {
    const source = "Alexandria (PBE), Li–P–S as published with matterviz";
    return makeSet(
      {
        name: "alexandria",
        title: "Alexandria PBE",
        kind: "computed",
        origin: "Alexandria",
        temperatureKelvin: 0,
        corrections: [],
        source,
        licence: "CC BY 4.0",
      },
      ALEXANDRIA,
      ({ numbers: [energy, volume] }) => ({ energy: energy!, volume: { value: volume!, sigma: VOLUME_ERROR * volume!, source } }),
    );
  },
  tabulated: () =>
    makeSet(
      {
        name: "tabulated",
        title: "Tabulated enthalpies, 298 K",
        kind: "measured",
        origin: "tables",
        temperatureKelvin: 298.15,
        corrections: [],
        source: "Wagman et al., J. Phys. Chem. Ref. Data 11, Suppl. 2 (1982); Chase, NIST-JANAF Thermochemical Tables (1998)",
        licence: "facts",
      },
      TABULATED,
      ({ numbers: [energy, entropy] }) => ({ energy: energy!, ...(entropy === undefined ? {} : { entropy }) }),
    ),
};

export const ENERGY_SET_NAMES: readonly string[] = Object.keys(MAKERS);

const made = new Map<string, EnergySet>();

/** A set by its name; INVALID_INPUT with the names there are. */
export function energySet(name: string): EnergySet {
  const known = made.get(name);
  if (known) return known;
  const make = Object.hasOwn(MAKERS, name) ? MAKERS[name] : undefined;
  if (!make) {
    const guess = nearest(name, ENERGY_SET_NAMES);
    throw new ThioscopeError(
      "INVALID_INPUT",
      `no energy set "${name}"${guess ? `; did you mean ${guess}?` : ""} There are ${ENERGY_SET_NAMES.join(", ")}`,
    );
  }
  const set = make();
  made.set(name, set);
  return set;
}

/** Which set answers for a system that holds an element: the first rule that applies. */
const DEFAULTS: readonly { element: string; set: string }[] = [
  { element: "Ta", set: "mp-2018-uncorrected" },
  { element: "Li", set: "mp-2018-uncorrected" },
];

/** Fitted references hold for compounds of these: alloys were not among what they are fitted to, and their potentials come out 0.2 V and
 * more above those of the other sets. */
const NONMETALS = ["P", "Sb", "S", "Cl", "I"];

/** Name of the default set of a system: fitted references for compounds of sodium, uncorrected 2018 energies for lithium, tantalum and alloys. */
export function defaultSet(elements: readonly string[]): string {
  const rule = DEFAULTS.find(({ element }) => elements.includes(element));
  if (rule) return rule.set;
  return elements.some((e) => NONMETALS.includes(e)) ? "nrel-fere-2012" : "mp-2018-uncorrected";
}

/** Systems for which the shipped tables hold every phase of their sources. Beyond them phases would be missing without a sign of it. */
export const COVERED_SYSTEMS: readonly (readonly string[])[] = [
  ["Na", "Sn", "Sb", "P", "S"],
  ["Na", "Ta", "S", "Cl"],
  ["Li", "Ge", "P", "S"],
  ["Li", "P", "S", "I"],
];

/** The sets that have at least one compound within a covered system, the default first; none for other systems. */
export function setsFor(elements: readonly string[]): EnergySet[] {
  if (!COVERED_SYSTEMS.some((system) => elements.every((e) => system.includes(e)))) return [];
  const first = defaultSet(elements);
  const within = (set: EnergySet): boolean => {
    const covered = new Set(set.entries.flatMap((e) => [...e.composition.keys()]));
    const compound = (e: Entry): boolean => e.composition.size > 1 && [...e.composition.keys()].every((x) => elements.includes(x));
    return elements.every((e) => covered.has(e)) && (elements.length === 1 || set.entries.some(compound));
  };
  return [first, ...ENERGY_SET_NAMES.filter((name) => name !== first)].map(energySet).filter(within);
}
