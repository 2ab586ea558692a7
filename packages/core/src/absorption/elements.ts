/**
 * Edges, widths, lines and attenuation of elements and compounds, from the table of Elam, Ravel and Sieber (elementTable.ts).
 *
 *   μ(E) of a compound = Σ w_i (μ/ρ)_i(E),   w_i mass fractions     (log–log interpolation between entries, edges kept sharp)
 *
 * Valid from 1 to 40 keV, free atoms: no fine structure. Interpolation differs from the source by less than 0.5 %.
 */
import { ATOMIC_WEIGHTS } from "../chemistry/elements.ts";
import { parseFormula } from "../chemistry/formula.ts";
import { ThioscopeError } from "../errors.ts";
import { ELEMENT_TABLE, TABLE_ENERGIES } from "./elementTable.ts";

export interface AbsorptionEdge {
  element: string;
  /** "K", "L3" … */
  edge: string;
  /** eV */
  energy: number;
  /** natural width of the core level, eV; null where it is not tabulated */
  width: number | null;
}

interface Entry {
  edges: readonly AbsorptionEdge[];
  lines: ReadonlyMap<string, number>;
  /** ln E and ln μ/ρ, ascending, two points at every edge */
  logEnergy: Float64Array;
  logMu: Float64Array;
}

let table: Map<string, Entry> | undefined;

function entries(): Map<string, Entry> {
  table ??= new Map(ELEMENT_TABLE.split("\n").map(entryOf));
  return table;
}

function entryOf(line: string): [string, Entry] {
  const [element = "", edgeText = "", lineText = "", muText = "", jumpText = ""] = line.split("|");
  const edges = words(edgeText).map((word): AbsorptionEdge => {
    const [edge = "", energy = "", width = ""] = word.split(":");
    return { element, edge, energy: Number(energy), width: width === "" ? null : Number(width) };
  });
  const points = words(muText).map((mu, i): [number, number] => [TABLE_ENERGIES[i]!, Number(mu)]);
  const jumps = words(jumpText).map(Number);
  for (const [i, { energy }] of edges.entries()) {
    points.push([energy * (1 - 1e-9), jumps[2 * i]!], [energy * (1 + 1e-9), jumps[2 * i + 1]!]);
  }
  points.sort((a, b) => a[0] - b[0]);
  const lines = new Map(words(lineText).map((word): [string, number] => [word.split(":")[0]!, Number(word.split(":")[1])]));
  return [
    element,
    {
      edges,
      lines,
      logEnergy: Float64Array.from(points, ([e]) => Math.log(e)),
      logMu: Float64Array.from(points, ([, mu]) => Math.log(mu)),
    },
  ];
}

const words = (text: string): string[] => (text === "" ? [] : text.split(" "));

function entry(element: string): Entry {
  const found = entries().get(element);
  if (!found) throw new ThioscopeError("INVALID_INPUT", `"${element}" is not an element whose absorption is tabulated (H to U are)`);
  return found;
}

/** The named edge of an element. Throws INVALID_INPUT where there is none between 1 and 40 keV. */
export function absorptionEdge(element: string, edge: string): AbsorptionEdge {
  const edges = entry(element).edges;
  const found = edges.find((e) => e.edge.toLowerCase() === edge.toLowerCase());
  if (found) return found;
  const has = edges.length > 0 ? `; it has ${edges.map((e) => e.edge).join(", ")}` : "";
  throw new ThioscopeError("INVALID_INPUT", `${element} has no ${edge} edge between 1 and 40 keV${has}`);
}

/** The K or L edge nearest to an energy, where it lies within 1 %; else null. */
export function guessEdge(energyElectronvolt: number): AbsorptionEdge | null {
  let best: AbsorptionEdge | null = null;
  for (const { edges } of entries().values()) {
    for (const edge of edges) {
      if (edge.edge.startsWith("M")) continue;
      if (best === null || Math.abs(edge.energy - energyElectronvolt) < Math.abs(best.energy - energyElectronvolt)) best = edge;
    }
  }
  return best && Math.abs(best.energy - energyElectronvolt) < 0.01 * best.energy ? best : null;
}

/** eV of the strongest line that follows a hole in the edge's level: Kα1 or Lα1. Throws INVALID_INPUT where none is tabulated. */
export function fluorescenceLine(element: string, edge: string): number {
  const name = edge.toUpperCase().startsWith("K") ? "Ka1" : edge.toUpperCase() === "L2" ? "Lb1" : "La1";
  const energy = entry(element).lines.get(name);
  if (energy === undefined) throw new ThioscopeError("INVALID_INPUT", `the ${name} line of ${element} is not tabulated`);
  return energy;
}

/** Mass attenuation coefficient of an element, cm²/g. Throws INVALID_INPUT outside 1 to 40 keV. */
export function massAttenuation(element: string, energyElectronvolt: number): number {
  const { logEnergy, logMu } = entry(element);
  const x = Math.log(energyElectronvolt);
  const last = logEnergy.length - 1;
  if (!(x >= logEnergy[0]! - 1e-9 && x <= logEnergy[last]! + 1e-9)) {
    throw new ThioscopeError("INVALID_INPUT", `attenuation is tabulated from 1 to 40 keV, ${energyElectronvolt} eV is outside`);
  }
  let i = 1;
  while (i < last && logEnergy[i]! < x) i++;
  const t = (x - logEnergy[i - 1]!) / (logEnergy[i]! - logEnergy[i - 1]!);
  return Math.exp(logMu[i - 1]! + t * (logMu[i]! - logMu[i - 1]!));
}

/** Mass attenuation coefficient of a compound, cm²/g. @param formula e.g. "Na3PS4" */
export function compoundAttenuation(formula: string, energyElectronvolt: number): number {
  let mass = 0;
  let sum = 0;
  for (const [element, count] of parseFormula(formula)) {
    const weight = count * ATOMIC_WEIGHTS[element]!;
    mass += weight;
    sum += weight * massAttenuation(element, energyElectronvolt);
  }
  return sum / mass;
}

const SYMBOLS = ELEMENT_TABLE.split("\n").map((line) => line.slice(0, line.indexOf("|")));

/** "S" of 16; undefined outside 1 to 92. */
export function elementOfNumber(number: number): string | undefined {
  return SYMBOLS[number - 1];
}

/** Mass of an element over that of the formula. */
export function massShare(formula: string, element: string): number {
  let mass = 0;
  let own = 0;
  for (const [symbol, count] of parseFormula(formula)) {
    const weight = count * ATOMIC_WEIGHTS[symbol]!;
    mass += weight;
    if (symbol === element) own += weight;
  }
  return own / mass;
}

/** 16 of "S". Throws INVALID_INPUT for what is no element of H to U. */
export function atomicNumber(element: string): number {
  entry(element);
  return SYMBOLS.indexOf(element) + 1;
}
