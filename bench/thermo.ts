/**
 * Hull (facets and energy above it of every entry), voltage profile and grand-potential diagram of the systems of the papers, beside pymatgen on the
 * same entries in the same run where it is installed; else beside the energies above a hull that is already there. The system of six
 * elements needs the published file; without it that case is left out.
 */
import { existsSync } from "node:fs";
import { parseFormula } from "@thioscope/core/cell";
import {
  energiesAboveHull,
  grandPotentialDiagram,
  type PhaseDiagram,
  phaseDiagram,
  setOfTotals,
  stabilityWindow,
  voltageProfile,
} from "@thioscope/core/thermo";
import { dataFile } from "../tests/data.ts";
import { askPymatgen, entriesWithin, SIX_ELEMENTS, sixElements } from "../tests/golden/thermoPeer.ts";
import type { Case } from "./run.ts";

interface Bench {
  name: string;
  elements: readonly string[];
  entries: [string, number][];
  ion: string;
  host: string;
  limitMs: number;
}

const atoms = (formula: string): number => [...parseFormula(formula).values()].reduce((a, b) => a + b, 0);

/** Median of 31 after 30 that warm up, ms. */
function median(work: () => unknown): number {
  for (let k = 0; k < 30; k++) work();
  const times = Array.from({ length: 31 }, () => {
    const began = performance.now();
    work();
    return performance.now() - began;
  });
  return times.sort((a, b) => a - b)[15]!;
}

export function cases(): Promise<Record<string, Case>> {
  const systems: Bench[] = [
    { set: "nrel-fere-2012", words: "Na P S", ion: "Na", host: "Na3PS4" },
    { set: "nrel-fere-2012", words: "Na P S Sb", ion: "Na", host: "Na3PS4" },
    { set: "mp-2018", words: "Na Ta S Cl", ion: "Na", host: "TaCl5" },
    { set: "mp-2018", words: "Li Ge P S", ion: "Li", host: "Li10GeP2S12" },
  ].map(({ set, words, ion, host }) => {
    const elements = words.split(" ");
    return { name: words.replaceAll(" ", "–"), elements, entries: entriesWithin(set, elements), ion, host, limitMs: 1 };
  });
  if (existsSync(dataFile("thermo/mp2018-formation-energies.csv.gz"))) {
    systems.push({
      name: SIX_ELEMENTS.join("–"),
      elements: SIX_ELEMENTS,
      entries: sixElements(),
      ion: "Li",
      host: "Li10GeP2S12",
      limitMs: 10,
    });
  }
  const peers = askPymatgen(
    systems.map(({ elements, entries, ion, host }) => ({ elements, entries, profile: [ion, host] as const, grand: { [ion]: -1.9 } })),
  );
  const found: Record<string, Case> = {};
  for (const [k, { name, elements, entries, ion, host, limitMs }] of systems.entries()) {
    const totals = entries.map(([formula, energy]) => ({ formula, energy: energy * atoms(formula) }));
    const set = setOfTotals(totals, { name: "bench", title: "bench", source: "bench", licence: "" });
    const diagram: PhaseDiagram = phaseDiagram(set, elements);
    const composition = parseFormula(host);
    const peer = peers?.[k]?.ms;
    const again = median(() => energiesAboveHull(diagram.hull));
    const add = (what: string, work: () => unknown, theirs: number | undefined): void => {
      const ms = median(work);
      found[`${name} ${what}`] = {
        ms,
        rows: entries.length,
        rowsPerSecond: (1000 * entries.length) / ms,
        yardstick: theirs === undefined ? "energies above a hull at hand" : "pymatgen, same entries",
        yardstickMs: theirs ?? again,
        limitMs,
      };
    };
    add("hull", () => phaseDiagram(set, elements), peer && peer["hull"]! + peer["above"]!);
    add("profile", () => voltageProfile(diagram, composition, ion), peer?.["profile"]);
    add("grand potential", () => grandPotentialDiagram(diagram, { [ion]: -1.9 }), peer?.["grand"]);
    if (limitMs === 1) add("window", () => stabilityWindow(diagram, composition, ion), peer?.["profile"]);
  }
  return Promise.resolve(found);
}
