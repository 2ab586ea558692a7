/**
 * Hull (facets and energy above it of every entry), voltage profile and grand-potential diagram of the systems of the papers, beside pymatgen on the
 * same entries in the same run where it is installed; else beside the energies above a hull that is already there. The system of six
 * elements needs the published file; without it that case is left out.
 */
import { existsSync } from "node:fs";
import { parseFormula } from "@thioscope/core/cell";
import { type PartOf, STORY_VERSION, type Story } from "@thioscope/core/story";
import {
  energiesAboveHull,
  grandPotentialDiagram,
  type PhaseDiagram,
  phaseDiagram,
  plainSet,
  setOfTotals,
  setsFor,
  stabilityWindow,
  voltageProfile,
} from "@thioscope/core/thermo";
import { createCursor } from "@thioscope/views";
import { PART_VIEWS } from "../packages/views/src/parts/registry.ts";
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

/** What the page works out as a slider moves: the figures of a part of phase stability, each move at another pressure. */
function sliderCase(elements: readonly string[], compound: string): Case {
  const sets = setsFor(elements).map((set) => plainSet(set, elements));
  const all = sets.map((_, k) => k);
  const part: PartOf<"thermo"> = {
    kind: "thermo",
    step: "thermo",
    source: null,
    title: "",
    files: [],
    run: null,
    sentences: [],
    notices: [],
    command: "",
    ion: elements[0]!,
    conditions: { pressureGigapascal: 0, temperatureKelvin: null, sulfurShift: 0 },
    sets,
    windows: [{ formula: compound, elements, sets: all, answers: [] }],
    system: { elements, sets: all },
    voltage: { host: "S", elements: [elements[0]!, "S"], sets: all },
  };
  let pressure = 0;
  const work = (): void => {
    pressure += 0.01;
    const { state } = createCursor({ choices: { "thermo.pressure": String(pressure) } });
    for (const { figure } of PART_VIEWS.thermo.figures) figure({ part, story: NO_STORY, state, run: null });
  };
  const ms = median(work);
  const rows = sets.reduce((sum, { entries }) => sum + entries.length, 0);
  // a frame at 120 per second has 8.3 ms
  return { ms, rows, rowsPerSecond: (1000 * rows) / ms, yardstick: "a frame of the screen", yardstickMs: 8.3, limitMs: 8 };
}

const NO_STORY: Story = { version: STORY_VERSION, title: "", cell: null, files: [], parts: [], sentences: [], provenance: [] };

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
  for (const [ion, ...rest] of [
    ["Na", "P", "S", "Na3PS4"],
    ["Li", "Ge", "P", "S", "Li10GeP2S12"],
  ] as const) {
    const elements = [ion, ...rest.slice(0, -1)];
    found[`${elements.join("–")} slider of pressure: windows, hull, potentials, staircase of all sets`] = sliderCase(
      elements,
      rest.at(-1)!,
    );
  }
  return Promise.resolve(found);
}
