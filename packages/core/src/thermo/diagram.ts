/**
 * A phase diagram: the entries of an energy set within some elements, at a pressure and a temperature, and their convex hull.
 *
 *   g_j = Δh_j + p ΔV_j − T Δs_j      per atom, relative to the elements under the same conditions
 *
 * p ΔV with volumes at ambient conditions (no compression: good to about p/(2B), 1 % at 1 GPa for B = 50 GPa). T Δs where formation
 * entropies are tabulated, taken as independent of temperature (no heat capacities): solids from about 200 K up to their first melting.
 * The energies of calculated sets hold at 0 K without vibrations. Liquids are in no set.
 */

import { type Composition, parseFormula } from "../chemistry/formula.ts";
import { type Notice, ThioscopeError } from "../errors.ts";
import { atomCount, reducedFormula, sortElements } from "./composition.ts";
import type { EnergySet, Entry } from "./entries.ts";
import { convexHull, decompose, energiesAboveHull, type Hull, hullAt } from "./hull.ts";
import { crystalVolume } from "./volumes.ts";

export interface Conditions {
  /** GPa, at least 0 (default 0) */
  pressureGigapascal?: number;
  /** K; where absent energies are as the set has them */
  temperatureKelvin?: number;
}

export interface PhaseDiagram {
  set: EnergySet;
  elements: readonly string[];
  conditions: Conditions;
  /** the phases that take part */
  entries: readonly Entry[];
  hull: Hull;
  /** eV per atom above the hull, one per entry */
  above: Float64Array;
  /** Å³ per atom of formation and per entry, where pressure acts */
  volumes: readonly (Entry["volume"] | undefined)[];
  notices: readonly Notice[];
}

/** GPa·Å³ in eV: 1e9 Pa × 1e-30 m³ / e. */
export const GIGAPASCAL_CUBIC_ANGSTROM = 1e-21 / 1.602176634e-19;
const HIGHEST = { pressure: 100, temperature: 3000 };

/** Fractions of the elements in a composition; throws INVALID_INPUT for an element outside. */
export function fractionsOf(composition: Composition, elements: readonly string[]): Float64Array {
  const total = atomCount(composition);
  const x = new Float64Array(elements.length);
  for (const [element, n] of composition) {
    const i = elements.indexOf(element);
    if (i < 0) throw new ThioscopeError("INVALID_INPUT", `${element} is outside the system ${elements.join("–")}`);
    x[i] = n / total;
  }
  return x;
}

/** Volume per atom of an entry: the set's own, else the crystal's. */
function volumeOf(entry: Entry): Entry["volume"] | undefined {
  return entry.volume ?? crystalVolume(entry.composition);
}

/**
 * @throws ThioscopeError INVALID_INPUT for elements that the set lacks or conditions out of range, NOT_COMPUTABLE where an element has
 * no volume of a solid and pressure is asked for
 */
export function phaseDiagram(set: EnergySet, system: readonly string[], conditions: Conditions = {}): PhaseDiagram {
  const elements = sortElements(system);
  if (elements.length === 0) throw new ThioscopeError("INVALID_INPUT", "a phase diagram needs at least one element");
  const { pressureGigapascal: pressure = 0, temperatureKelvin: temperature } = conditions;
  within(pressure, 0, HIGHEST.pressure, "a pressure", "GPa");
  if (temperature !== undefined) within(temperature, 0, HIGHEST.temperature, "a temperature", "K");
  const notices: Notice[] = [...set.notices];
  const entries = set.entries.filter((e) => [...e.composition.keys()].every((x) => elements.includes(x)));
  const absent = elements.filter((e) => !entries.some((x) => x.composition.size === 1 && x.composition.has(e)));
  if (absent.length > 0) throw new ThioscopeError("INVALID_INPUT", `${set.name} has no entry for the element ${absent.join(", ")}`);
  const fractions = new Float64Array(entries.length * elements.length);
  for (const [j, entry] of entries.entries()) fractions.set(fractionsOf(entry.composition, elements), j * elements.length);
  const energies = Float64Array.from(entries, (e) => e.energy);
  if (temperature !== undefined) addEntropies(set, elements, entries, fractions, energies, temperature, notices);
  const volumes = pressure > 0 ? volumesOf(entries, elements, fractions, energies, set, notices) : entries.map(() => undefined);
  if (pressure > 0) addWork(elements, entries, fractions, energies, volumes, pressure);
  const hull = convexHull(elements.length, fractions, energies);
  return { set, elements, conditions, entries, hull, above: energiesAboveHull(hull), volumes, notices };
}

function within(value: number, from: number, to: number, what: string, unit: string): void {
  if (!(value >= from && value <= to))
    throw new ThioscopeError("INVALID_INPUT", `${what} of ${value} ${unit}: ${from} to ${to} ${unit} is possible`);
}

/** Relative standard error of an interpolated volume: left out in turn, 15 known phases of sodium are missed by 0.10, 45 of Li–P–S by 0.16. */
const INTERPOLATED_VOLUME_ERROR = 0.15;

/**
 * Volumes per atom; where none is known, that of the known phases into which it would decompose: the reaction then changes no volume. Leaving
 * such phases out would change the diagram more than their volumes can.
 */
function volumesOf(
  entries: readonly Entry[],
  elements: readonly string[],
  fractions: Float64Array,
  energies: Float64Array,
  set: EnergySet,
  notices: Notice[],
) {
  const size = elements.length;
  const volumes: (Entry["volume"] | undefined)[] = entries.map(volumeOf);
  const known = entries.flatMap((_, j) => (volumes[j] === undefined ? [] : [j]));
  const lacking = elements.filter((e) => !known.some((j) => entries[j]!.composition.size === 1 && entries[j]!.composition.has(e)));
  if (lacking.length > 0)
    throw new ThioscopeError("NOT_COMPUTABLE", `work of pressure: no volume of a solid is known for ${lacking.join(", ")}`);
  const out = [...new Set(entries.filter((_, j) => volumes[j] === undefined).map((e) => e.formula))];
  if (out.length === 0) return volumes;
  const some = convexHull(
    size,
    rowsOf(fractions, size, known),
    Float64Array.from(known, (j) => energies[j]!),
  );
  const message = `volumes of ${out.length} phases of ${set.name} are not known and taken from the phases between which they lie: ${out.slice(0, 12).join(", ")}${out.length > 12 ? ", …" : ""}`;
  notices.push({ code: "volume-interpolated", message });
  return volumes.map((volume, j) => {
    if (volume !== undefined) return volume;
    let value = 0;
    for (const { phase, amount } of decompose(some, fractions.subarray(j * size, (j + 1) * size)))
      value += amount * volumes[known[phase]!]!.value;
    return { value, sigma: INTERPOLATED_VOLUME_ERROR * value, source: "interpolated" };
  });
}

function rowsOf(fractions: Float64Array, size: number, rows: readonly number[]): Float64Array {
  return Float64Array.from(rows.flatMap((j) => [...fractions.subarray(j * size, (j + 1) * size)]));
}

function addWork(
  elements: readonly string[],
  entries: readonly Entry[],
  fractions: Float64Array,
  energies: Float64Array,
  volumes: readonly (Entry["volume"] | undefined)[],
  pressure: number,
): void {
  const size = elements.length;
  const own = elements.map((e) => volumes[entries.findIndex((x) => x.composition.size === 1 && x.composition.has(e))]!.value);
  for (const j of entries.keys()) {
    let change = volumes[j]!.value;
    for (let i = 0; i < size; i++) change -= own[i]! * fractions[j * size + i]!;
    energies[j] = energies[j]! + pressure * change * GIGAPASCAL_CUBIC_ANGSTROM;
  }
}

/** −T Δs; where an entropy is not tabulated, that of the phases it would decompose into: their reaction then has none. */
function addEntropies(
  set: EnergySet,
  elements: readonly string[],
  entries: readonly Entry[],
  fractions: Float64Array,
  energies: Float64Array,
  temperature: number,
  notices: Notice[],
): void {
  const known = entries.flatMap((e, j) => (e.entropy === undefined ? [] : [j]));
  if (known.every((j) => entries[j]!.composition.size === 1)) {
    notices.push({
      code: "temperature-without-effect",
      message: `${set.title} has no entropies for ${elements.join("–")}: its energies hold at ${set.temperatureKelvin} K`,
    });
    return;
  }
  const size = elements.length;
  const some = convexHull(
    size,
    rowsOf(fractions, size, known),
    energies.filter((_, j) => entries[j]!.entropy !== undefined),
  );
  const assumed: string[] = [];
  const change = Float64Array.from(entries, (entry, j) => {
    if (entry.entropy !== undefined) return entry.entropy;
    assumed.push(entry.formula);
    let sum = 0;
    for (const { phase, amount } of decompose(some, fractions.subarray(j * size, (j + 1) * size)))
      sum += amount * entries[known[phase]!]!.entropy!;
    return sum;
  });
  for (const j of entries.keys()) energies[j] = energies[j]! - temperature * change[j]!;
  if (assumed.length > 0) {
    const message = `no entropy is tabulated for ${assumed.join(", ")}: taken as that of the phases between which it lies`;
    notices.push({ code: "entropy-interpolated", message });
  }
}

export interface Amount {
  formula: string;
  composition: Composition;
  /** share of the atoms */
  amount: number;
}

/** The phases in equilibrium at a composition, by share of the atoms. */
export function equilibrium(diagram: PhaseDiagram, composition: string | Composition): Amount[] {
  const x = fractionsOf(typeof composition === "string" ? parseFormula(composition) : composition, diagram.elements);
  return decompose(diagram.hull, x).map(({ phase, amount }) => {
    const { formula, composition: of } = diagram.entries[phase]!;
    return { formula, composition: of, amount };
  });
}

/** eV per atom of the hull at a composition. */
export function hullEnergy(diagram: PhaseDiagram, composition: string | Composition): number {
  return hullAt(diagram.hull, fractionsOf(typeof composition === "string" ? parseFormula(composition) : composition, diagram.elements))
    .energy;
}

/** The entry of a compound with the least energy under the diagram's conditions, and its place; undefined where the set has none. */
export function findPhase(
  diagram: PhaseDiagram,
  composition: Composition,
): { index: number; entry: Entry; energy: number; above: number } | undefined {
  const key = reducedFormula(composition);
  let best = -1;
  for (const [j, entry] of diagram.entries.entries()) {
    if (reducedFormula(entry.composition) === key && (best < 0 || diagram.hull.energies[j]! < diagram.hull.energies[best]!)) best = j;
  }
  return best < 0
    ? undefined
    : { index: best, entry: diagram.entries[best]!, energy: diagram.hull.energies[best]!, above: diagram.above[best]! };
}

/**
 * What a phase loses by decomposing into its neighbours if it were not there, eV per atom: negative means it lies below them (the depth of
 * the hull at it), positive means it decomposes. Elements have none: null.
 */
export function decompositionEnergy(diagram: PhaseDiagram, composition: Composition): { energy: number; into: Amount[] } | null {
  const phase = findPhase(diagram, composition);
  if (!phase || composition.size === 1) return null;
  const key = reducedFormula(composition);
  const kept = diagram.entries.flatMap((e, j) => (reducedFormula(e.composition) === key ? [] : [j]));
  const size = diagram.elements.length;
  const { fractions, energies } = diagram.hull;
  const without = convexHull(
    size,
    rowsOf(fractions, size, kept),
    Float64Array.from(kept, (j) => energies[j]!),
  );
  const x = fractionsOf(composition, diagram.elements);
  const into = decompose(without, x).map(({ phase: p, amount }) => {
    const { formula, composition: of } = diagram.entries[kept[p]!]!;
    return { formula, composition: of, amount };
  });
  return { energy: phase.energy - hullAt(without, x).energy, into };
}

/**
 * The diagram open to reservoirs: φ = g − Σ μ_i x_i per atom that is not in a reservoir, over the other elements. Phases made of reservoir
 * elements alone take no part.
 *
 * @param reservoirs element → chemical potential relative to the element, eV per atom
 */
export function grandPotentialDiagram(
  diagram: PhaseDiagram,
  reservoirs: Readonly<Record<string, number>>,
): { elements: string[]; entries: Entry[]; hull: Hull; above: Float64Array } {
  const { elements, entries, hull } = diagram;
  const open = Object.entries(reservoirs);
  for (const [element, mu] of open) {
    if (!elements.includes(element)) throw new ThioscopeError("INVALID_INPUT", `${element} is outside the system ${elements.join("–")}`);
    if (!Number.isFinite(mu)) throw new ThioscopeError("INVALID_INPUT", `the potential of ${element} must be a number`);
  }
  const closed = elements.filter((e) => !Object.hasOwn(reservoirs, e));
  if (closed.length === 0) throw new ThioscopeError("INVALID_INPUT", "at least one element must not be in a reservoir");
  const chosen: Entry[] = [];
  const fractions: number[] = [];
  const energies: number[] = [];
  for (const [j, entry] of entries.entries()) {
    const at = (e: string): number => hull.fractions[j * elements.length + elements.indexOf(e)]!;
    const share = closed.reduce((sum, e) => sum + at(e), 0);
    if (share < 1e-9) continue;
    chosen.push(entry);
    for (const e of closed) fractions.push(at(e) / share);
    energies.push(open.reduce((sum, [e, mu]) => sum - mu * at(e), hull.energies[j]!) / share);
  }
  const grand = convexHull(closed.length, Float64Array.from(fractions), Float64Array.from(energies));
  return { elements: closed, entries: chosen, hull: grand, above: energiesAboveHull(grand) };
}
