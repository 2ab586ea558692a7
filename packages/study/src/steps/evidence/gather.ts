/**
 * Everything that the study's steps found of a half cycle, over the composition of the cell that each was measured on: streams of values, and those among them that are amounts
 * of a species of the cathode.
 */
import { type Notice, parseQuantity, type Quantity, ThioscopeError } from "@thioscope/core";
import { compositionAtMoment, compositionAtPotential, EX_SITU, replicates } from "@thioscope/core/clock";
import type { Stream } from "@thioscope/core/events";
import { type Observation, type Scale, SPECIES_SETS, type SpeciesSetName, speciesIndex } from "@thioscope/core/evidence";
import type { PartOf } from "@thioscope/core/story";
import type { ObservationTable } from "@thioscope/formats";
import { directionNamed, POTENTIAL_NAMED } from "../../fileOrder.ts";
import type { StudyInputs } from "../../lines.ts";
import type { StepIo } from "../../stepModules.ts";
import { type CellCourse, compositionAfter, coursesOf, PER_ELECTRON } from "./courses.ts";
import type { PhaseMapOnCourse } from "./start.ts";

export interface Gathered {
  courses: readonly CellCourse[];
  /** of the diffraction: the study's own cell */
  main: CellCourse | null;
  observations: readonly Observation[];
  scales: readonly Scale[];
  streams: readonly Stream[];
  /** which probe was placed on which cell's course */
  joined: readonly { probe: string; course: CellCourse }[];
  /** phases over the positions of the main cell */
  map: PhaseMapOnCourse | null;
  notices: readonly Notice[];
}

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

export function placesOfParameters(parameters: Readonly<Record<string, unknown>>): Places {
  const list = (name: string): readonly string[] | "auto" => (Array.isArray(parameters[name]) ? (parameters[name] as string[]) : "auto");
  return {
    system: parameters.system as SpeciesSetName,
    half: Number(parameters.half),
    spectra: list("spectra"),
    spectraRun: String(parameters.spectra_run ?? ""),
    standards: list("standards"),
    scales: list("scales"),
  };
}

export async function gather(inputs: StudyInputs, places: Places, io: StepIo): Promise<Gathered> {
  const notices: Notice[] = [];
  const { courses, refused } = await coursesOf(io, inputs.run ?? [], places.half);
  for (const message of refused) notices.push({ code: "course-missing", message });
  const observations: Observation[] = [];
  const scales: Scale[] = [];
  const streams: Stream[] = [];
  const joined: Gathered["joined"][number][] = [];
  let map: PhaseMapOnCourse | null = null;
  const json = async <T>(result: string, name: string): Promise<T> => {
    const source = await io.openResult({ result }, name);
    return JSON.parse(new TextDecoder().decode(await source.read(0, source.size))) as T;
  };
  let main = courses[0] ?? null;
  for (const { step, of, result } of inputs.results) {
    switch (step) {
      case "observations": {
        const table = await json<ObservationTable>(result, "observations.json");
        const course = (unit: string) =>
          unit === "V" && places.spectraRun !== "" ? courses.find(({ input }) => input.source === places.spectraRun) : courses[0];
        observations.push(...placedRows(table.observations, course, notices, joined));
        scales.push(...table.scales);
        break;
      }
      case "xrd.map": {
        const part = await json<PartOf<"diffraction">>(result, "part.json");
        const course = courses.find(({ input }) => input.sha256 === part.run) ?? null;
        if (!course) {
          notices.push({ code: "stream-unplaced", message: `${of}: its clock is not joined to a run whose sulfur is counted` });
          break;
        }
        main = course;
        map = { part, course };
        joined.push({ probe: "XRD", course });
        streams.push(...phaseStreams(part, course));
        break;
      }
      case "xas.lcf":
      case "xas.chain": {
        const part = await json<PartOf<"spectroscopy">>(result, "part.json");
        // spectra of stopped cells are often taken while another cell runs: what names and parameters say comes first
        const stopped = places.spectraRun !== "" || places.spectra !== "auto" || part.names.some((name) => POTENTIAL_NAMED.test(name));
        const operando = part.clock && !stopped ? (courses.find(({ input }) => input.sha256 === part.run) ?? null) : null;
        const course = operando ?? courses.find(({ input }) => places.spectraRun === "" || input.source === places.spectraRun) ?? null;
        const placed = part.names.map((name, k) =>
          operando ? momentOf(operando, part.clock!.hour[k]!) : placeOf(name, places.spectra, course),
        );
        for (const [k, place] of placed.entries())
          if (typeof place === "string") notices.push({ code: "stream-unplaced", message: `${part.names[k]}: ${place}` });
        const series = spectraStreams(part, placed, step === "xas.chain" ? "chain" : "weight", notices);
        streams.push(...series);
        if (course && series.length > 0) joined.push({ probe: "XAS", course });
        if (step === "xas.lcf" && isCoarse(places.standards)) {
          const chains = chainStandardOf(places);
          notices.push({
            code: "standard-of-several",
            message: `${of}: one standard stands for several species: ${
              chains
                ? `chains are read as their ends and their inner atoms, of which S8 is made too (${chains.own} has ${chains.length} atoms), and `
                : ""
            }${COARSE_WEIGHT} is added to the error of every weight (assumed)`,
          });
        }
        if (series.length > 0 && !operando) notices.push({ code: "sample-ex-situ", message: `spectra of ${of}: each was ${EX_SITU}` });
        break;
      }
    }
  }
  const isSpectraOfOther = joined.some(({ probe, course }) => probe === "XAS" && main !== null && course.cell !== main.cell);
  if (isSpectraOfOther)
    notices.push({
      code: "cells-differ-assumed",
      message: `spectra are of another kind of cell: at the same composition its amounts are taken to differ by ± ${OTHER_CELL} of the sulfur (assumed)`,
    });
  const bounded = atBound(streams, places);
  for (const stream of streams) observations.push(...asObservations(stream, places, bounded, isSpectraOfOther && stream.probe === "XAS"));
  for (const [k, stream] of streams.entries()) streams[k] = { ...stream, name: nameByStandard(stream, places) };
  if (places.scales !== "auto") {
    for (const [species, text] of assigned(places.scales)) {
      const { value, sigma } = parseQuantity(text, "1");
      scales.push({ probe: "XRD", species, scale: { value, sigma: sigma ?? 0 } });
    }
  }
  // tables bring streams of their own
  streams.push(...tabled(observations.filter(({ source }) => source !== undefined)));
  return { courses, main, observations, scales, streams, joined, map, notices };
}

/** Lines of a table that say a time or a potential get their composition; what lies outside of the half cycle is counted and left out. */
function placedRows(
  rows: readonly Observation[],
  courseOf: (unit: string) => CellCourse | undefined,
  notices: Notice[],
  joined: Gathered["joined"][number][],
): Observation[] {
  const left = new Map<string, number>();
  const out: Observation[] = [];
  for (const row of rows) {
    if (row.at.unit === "1") {
      out.push(row);
      continue;
    }
    const course = courseOf(row.at.unit);
    const at = !course
      ? { notComputable: "no run of the study counts sulfur" }
      : row.at.unit === "V"
        ? compositionAtPotential(course.course, row.at)
        : compositionAtMoment(course.course, row.at);
    if ("notComputable" in at) {
      const why = row.at.unit === "s" && course ? "they lie outside of the half cycle" : at.notComputable;
      left.set(`${row.probe}: ${why}`, (left.get(`${row.probe}: ${why}`) ?? 0) + 1);
    } else {
      out.push({ ...row, at });
      if (course && !joined.some((one) => one.probe === row.probe && one.course === course)) joined.push({ probe: row.probe, course });
    }
  }
  for (const [why, count] of left) notices.push({ code: "stream-unplaced", message: `${count} lines of ${why}` });
  return out;
}

/** "a = b" in the order in which they are written. Throws INVALID_INPUT. */
function assigned(list: readonly string[]): (readonly [name: string, text: string])[] {
  return list.map((line) => {
    const at = line.indexOf("=");
    if (at <= 0 || line.slice(at + 1).trim() === "")
      throw new ThioscopeError("INVALID_INPUT", `"${line}": write a name, =, and what it is, for instance "Na2S = 120 ± 4"`);
    return [line.slice(0, at).trim(), line.slice(at + 1).trim()] as const;
  });
}

/** Means over the cathode, scan by scan; over all positions where the cell does not say where the cathode is. */
function phaseStreams({ scans, phaseMaps }: PartOf<"diffraction">, course: CellCourse): Stream[] {
  if (!scans) return [];
  const { positionMicrometre, timeHour, layers, clock } = scans;
  const cathode = layers.find(({ label }) => label === "cathode");
  const inside = Array.from(positionMicrometre, (_, i) => i).filter(
    (i) => !cathode || (positionMicrometre[i]! >= cathode.fromMicrometre && positionMicrometre[i]! <= cathode.toMicrometre),
  );
  const columns = timeHour.length;
  // a scan lasts until the next: its cells are met at moments spread over that
  const period = columns > 1 ? (3600 * (Number(timeHour[columns - 1]) - Number(timeHour[0]))) / (columns - 1) : 0;
  const places = Array.from(timeHour, (hour) => compositionAfter(course, { value: 3600 * Number(hour), sigma: period / Math.sqrt(12) }));
  const rate = slopeOf(course);
  const offset = "value" in clock.offset ? (clock.offset.sigma ?? 0) : 0;
  return phaseMaps.map(({ phase, unit, values, sigma }) => {
    const rows: Point[] = [];
    for (const [s, place] of places.entries()) {
      if (!place) continue;
      let [sum, square, count] = [0, 0, 0];
      for (const i of inside) {
        const [v, e] = [values[i * columns + s], sigma[i * columns + s]];
        if (!Number.isFinite(v) || !(Number(e) > 0)) continue;
        sum += Number(v);
        square += Number(e) ** 2;
        count++;
      }
      if (count > 0) rows.push({ at: place, value: sum / count, sigma: Math.sqrt(square) / count });
    }
    return streamOf(phase, "XRD", unit, rows, rate * offset);
  });
}

/** Electrons per atom of sulfur in a second. */
function slopeOf({ course: { timeSecond, electrons } }: CellCourse): number {
  const n = electrons.length;
  return n > 1 ? Math.abs((electrons[n - 1]! - electrons[0]!) / (timeSecond[n - 1]! - timeSecond[0]! || 1)) : 0;
}

interface Point {
  at: Quantity;
  value: number;
  sigma: number;
}

function streamOf(name: string, probe: string, unit: string, points: readonly Point[], clock = 0): Stream {
  const sorted = points.toSorted((a, b) => a.at.value - b.at.value);
  const typical = sorted.map(({ at }) => at.sigma ?? 0).sort((a, b) => a - b)[sorted.length >> 1] ?? 0;
  return {
    name,
    probe,
    unit,
    at: Float64Array.from(sorted, ({ at }) => at.value),
    atSigma: Math.hypot(typical, clock),
    values: Float64Array.from(sorted, ({ value }) => value),
    sigma: Float64Array.from(sorted, ({ sigma }) => sigma),
  };
}

/** Where a spectrum of the running cell belongs, or why it has no place. */
function momentOf(course: CellCourse, hour: number): Quantity | string {
  const at = Number.isFinite(hour) ? compositionAfter(course, { value: 3600 * hour, sigma: 0 }) : null;
  return at ?? `it was not taken during half cycle ${course.half}`;
}

/** Where a spectrum belongs, or why it has no place. */
function placeOf(name: string, spectra: Places["spectra"], course: CellCourse | null): Quantity | string {
  let text: string | undefined;
  if (spectra === "auto") {
    const found = POTENTIAL_NAMED.exec(name);
    if (!found) return "its name holds no potential such as 1.8V or 1p8V: name its place in the step's `spectra`";
    const said = directionNamed(name);
    if (course && said !== null && said !== course.course.direction)
      return `its name says ${said}, and the ${course.course.direction} is joined`;
    text = `${found[1]}.${found[2]} V`;
  } else text = assigned(spectra).find(([own]) => own === name || name.startsWith(own))?.[1];
  if (text === undefined) return "the step's `spectra` do not name it";
  if (/^[-+\d.()eE\s±]+$/.test(text)) return parseQuantity(text, "1");
  if (/mAh/.test(text)) {
    const { value, sigma } = parseQuantity(text, "mAh/g");
    return { value: value / PER_ELECTRON, sigma: sigma === null ? null : sigma / PER_ELECTRON, unit: "1" };
  }
  if (!course) return "there is no run of its cell, on which its potential would be found";
  const at = compositionAtPotential(course.course, parseQuantity(text, "V"));
  return "notComputable" in at ? at.notComputable : at;
}

/** Samples stopped at the same place are replicates: one observation with their scatter. */
function spectraStreams(
  { series }: PartOf<"spectroscopy">,
  placed: readonly (Quantity | string)[],
  what: "weight" | "chain",
  notices: Notice[],
): Stream[] {
  return series.map(({ name, values, sigma, limits }) => {
    const at = new Map<number, { place: Quantity; values: Quantity[] }>();
    let bare = 0;
    for (const [k, place] of placed.entries()) {
      if (typeof place === "string") continue;
      // a limit of two errors is nothing ± one of them
      const value = values[k] ?? (limits[k] !== null && limits[k] !== undefined ? 0 : null);
      const error = sigma[k] ?? (limits[k] !== null && limits[k] !== undefined ? limits[k]! / 2 : null);
      if (value === null) continue;
      if (error === null || !(error > 0)) {
        bare++;
        continue;
      }
      const group = at.get(place.value) ?? { place, values: [] };
      group.values.push({ value, sigma: error, unit: "1" });
      at.set(place.value, group);
    }
    const points = [...at.values()].map(({ place, values: own }) => {
      const { value, sigma: error } = replicates(own);
      return { at: place, value, sigma: error! };
    });
    if (bare > 0)
      notices.push({
        code: "value-without-error",
        message: `XAS, ${name}: ${bare} values have no error (all else is at its bound) and cannot be weighed`,
      });
    return streamOf(what === "chain" ? "chain length" : name, "XAS", "1", points);
  });
}

/**
 * Where one standard stands for several species its spectrum is not quite theirs, and every weight of the fit takes a part of the difference: assumed, of the size that chains of two
 * to seven atoms show beside one of four.
 */
const COARSE_WEIGHT = 0.05;

const isCoarse = (standards: Places["standards"]): boolean =>
  standards !== "auto" && assigned(standards).some(([, text]) => text.includes("+"));

/** By how much of all sulfur two kinds of cell may differ at the same composition: assumed. */
const OTHER_CELL = 0.15;

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
function chainStandardOf({ system, standards }: Places): ChainStandard | null {
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
function atBound(streams: readonly Stream[], places: Places): ReadonlySet<number> {
  if (!chainStandardOf(places)) return new Set();
  const sulfur = streams.filter(({ probe, name }) => probe === "XAS" && saidOf(name, places.standards) === SULFUR);
  return new Set(sulfur.flatMap(({ at, values }) => Array.from(at).filter((_, i) => values[i] === 0)));
}

const saidOf = (name: string, standards: Places["standards"]): string | undefined =>
  standards === "auto" ? undefined : assigned(standards).find(([own]) => own === name || name.startsWith(own))?.[1];

/** The values of a stream as what they say of a species; none where it is no species. */
function asObservations(
  { name, probe, at, atSigma, values, sigma }: Stream,
  places: Places,
  bounded: ReadonlySet<number>,
  otherCell: boolean,
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
  if (/electrolyte|Na3PS4|NPS|NBH|Na3SbS4|NAS/i.test(text) && (said !== undefined || speciesNamed(system, text) === null))
    return every("electrolyte", []);
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
function nameByStandard({ name, probe }: Stream, { system, standards }: Places): string {
  if (probe !== "XAS") return name;
  const said = standards === "auto" ? undefined : assigned(standards).find(([own]) => own === name || name.startsWith(own))?.[1];
  const ids = (said ?? name).split("+").flatMap((word) => speciesNamed(system, word) ?? []);
  if (ids.length === 0) return name;
  const isEvery = SPECIES_SETS[system].every(({ id, length }) => length === null || ids.includes(id));
  return ids.length > 2 && isEvery ? "sum of the chains" : ids.join(" + ");
}

/** Observations of tables, one stream per probe, kind and species. */
export function tabled(observations: readonly Observation[]): Stream[] {
  const groups = new Map<string, Observation[]>();
  for (const one of observations) {
    const key = `${one.probe}\n${one.kind}\n${one.species.join(" + ")}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((group) => {
    const { probe, kind, species } = group[0]!;
    const name = kind === "chain" ? "chain length" : kind === "electrolyte" ? "electrolyte" : species.join(" + ");
    return streamOf(name, probe, "1", group);
  });
}
