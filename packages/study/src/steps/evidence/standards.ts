/**
 * What series of spectra and intensities say of the species: which standard stands for what, and what two kinds of cell may differ by.
 */
import { ThioscopeError } from "@thioscope/core";
import type { Stream } from "@thioscope/core/events";
import { type Observation, SPECIES_SETS, type SpeciesSetName, speciesIndex } from "@thioscope/core/evidence";

/** What the parameters of both steps say of the streams. */
export interface Places {
  system: SpeciesSetName;
  half: number;
  /** "NAME = 1.8 V": where each spectrum was taken; "auto": potentials in the names */
  spectra: readonly string[] | "auto";
  /** source of the cycler's file of the cells that spectra were taken on; "" for the study's first */
  spectraRun: string;
  /** "NAME = Na2S": what each standard is */
  standards: readonly string[] | "auto";
  /** "Na2S = 120 ± 4": intensity of one crystalline Na2S */
  scales: readonly string[] | "auto";
}

/** "a = b" in the order in which they are written. Throws INVALID_INPUT. */
export function assigned(list: readonly string[]): (readonly [name: string, text: string])[] {
  return list.map((line) => {
    const at = line.indexOf("=");
    if (at <= 0 || line.slice(at + 1).trim() === "")
      throw new ThioscopeError("INVALID_INPUT", `"${line}": write a name, =, and what it is, for instance "Na2S = 120 ± 4"`);
    return [line.slice(0, at).trim(), line.slice(at + 1).trim()] as const;
  });
}

/**
 * Where one standard stands for several species its spectrum is not quite theirs, and every weight of the fit takes a part of the difference: assumed, of the size that chains of two
 * to seven atoms show beside one of four.
 */
export const COARSE_WEIGHT = 0.05;

export const isCoarse = (standards: Places["standards"]): boolean =>
  standards !== "auto" && assigned(standards).some(([, text]) => text.includes("+"));

/** By how much of all sulfur two kinds of cell may differ at the same composition: assumed. */
export const OTHER_CELL = 0.15;

/** A standard that stands for chains of several lengths. */
interface ChainStandard {
  own: string;
  /** its atoms */
  length: number;
  species: readonly string[];
}

/**
 * The standard that stands for several chains, where it is a chain itself and S8 is another standard: end atoms of all chains have one line, and inner ones that of S8, so that
 * a chain of ℓ atoms is a combination of both: 4/ℓ of S₄²⁻ and 1 − 4/ℓ of S8. Pascal et al., J. Phys. Chem. Lett. 5, 1547 (2014).
 */
export function chainStandardOf({ system, standards }: Places): ChainStandard | null {
  if (standards === "auto") return null;
  const said = assigned(standards).map(([own, text]) => ({ own, species: text.split("+").map((word) => speciesNamed(system, word)) }));
  if (!said.some(({ species }) => species.length === 1 && species[0] === SULFUR)) return null;
  for (const { own, species } of said) {
    const id = speciesNamed(system, own);
    const length = id === null ? null : lengthOf(system, id);
    if (species.length > 1 && length !== null && species.every((one) => one !== null && lengthOf(system, one) !== null))
      return { own, length, species: species as string[] };
  }
  return null;
}

const SULFUR = "S8";
const lengthOf = (system: SpeciesSetName, id: string): number | null => SPECIES_SETS[system].find((one) => one.id === id)?.length ?? null;

/** Places where the weight of S8 is at its bound: chains are shorter there than the standard, and only a weight below zero would say by how much. */
export function atBound(streams: readonly Stream[], places: Places): ReadonlySet<number> {
  if (!chainStandardOf(places)) return new Set();
  const sulfur = streams.filter(({ probe, name }) => probe === "XAS" && saidOf(name, places.standards) === SULFUR);
  return new Set(sulfur.flatMap(({ at, values }) => Array.from(at).filter((_, i) => values[i] === 0)));
}

const saidOf = (name: string, standards: Places["standards"]): string | undefined =>
  standards === "auto" ? undefined : assigned(standards).find(([own]) => own === name || name.startsWith(own))?.[1];

/** What of all streams bears on one. */
export interface Beside {
  /** see {@link atBound} */
  readonly bounded: ReadonlySet<number>;
  readonly otherCell: boolean;
  /** standards that their source names as its electrolyte */
  readonly electrolytes: ReadonlySet<string>;
}

/** The values of a stream as what they say of a species; none where it is no species. */
export function asObservations(
  { name, probe, at, atSigma, values, sigma }: Stream,
  places: Places,
  { bounded, otherCell, electrolytes }: Beside,
): Observation[] {
  const { system, standards } = places;
  const every = (kind: Observation["kind"], species: readonly string[]): Observation[] =>
    Array.from(at, (q, i) => ({
      probe,
      kind,
      species,
      at: { value: q, sigma: atSigma, unit: "1" },
      value: values[i]!,
      sigma: sigma[i]!,
      ...(otherCell ? { cellSigma: OTHER_CELL } : {}),
    }));
  if (probe === "XRD") {
    const id = speciesNamed(system, name);
    // a map's intensity holds what other phases leave in the window
    return id === null ? [] : every("crystalline", [id]).map((one) => ({ ...one, offset: `${probe} ${name}` }));
  }
  if (name === "chain length") return every("chain", []);
  const said = saidOf(name, standards);
  const text = said ?? name;
  const isElectrolyte = /electrolyte|Na3PS4|NPS|NBH|Na3SbS4|NAS/i.test(text) && (said !== undefined || speciesNamed(system, text) === null);
  if (isElectrolyte || electrolytes.has(name))
    // one share of all spectra, by one standard and the same windows: they err alike, and many say no more than one
    return every("electrolyte", []).map((one) => ({ ...one, sigma: one.sigma * Math.sqrt(values.length) }));
  const ids = text.split("+").map((word) => speciesNamed(system, word));
  if (ids.some((id) => id === null)) return [];
  const coarse = isCoarse(standards) ? COARSE_WEIGHT : 0;
  const weights = (species: readonly string[]): Observation[] =>
    every("weight", species).map((one) => ({ ...one, sigma: Math.hypot(one.sigma, coarse) }));
  const chains = chainStandardOf(places);
  const isSulfur = ids.length === 1 && ids[0] === SULFUR;
  if (!chains || !(isSulfur || ids.length > 1)) return weights(ids as string[]);
  const ends = chains.species.map((id) => chains.length / lengthOf(system, id)!);
  const counts = isSulfur ? [1, ...ends.map((share) => 1 - share)] : ends;
  return weights(isSulfur ? [SULFUR, ...chains.species] : chains.species)
    .filter((one) => !bounded.has(one.at.value))
    .map((one) => ({ ...one, counts }));
}

/** The species that a name holds: "Na2S4", "ref_Na2S4.xdi", "S8"; null without one. */
export function speciesNamed(system: SpeciesSetName, name: string): string | null {
  const set = SPECIES_SETS[system];
  const words = name.split(/[^A-Za-z0-9₀-₉-]+/);
  for (const word of words) {
    try {
      return set[speciesIndex(set, word)]!.id;
    } catch {
      // not a species
    }
  }
  return null;
}

/** Weights of a standard are told as what it stands for. */
export function nameByStandard({ name, probe }: Stream, places: Places): string {
  const { system, standards } = places;
  if (probe !== "XAS") return name;
  const said = saidOf(name, standards);
  const ids = (said ?? name).split("+").flatMap((word) => speciesNamed(system, word) ?? []);
  if (ids.length === 0) return name;
  const chains = chainStandardOf(places);
  if (chains && ids.length > 1) return "ends of the chains";
  if (chains && ids[0] === SULFUR) return "S8 with inner atoms of the chains";
  const isEvery = SPECIES_SETS[system].every(({ id, length }) => length === null || ids.includes(id));
  return ids.length > 2 && isEvery ? "sum of the chains" : ids.join(" + ");
}
