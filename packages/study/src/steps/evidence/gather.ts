/**
 * Everything that the study's steps found of a half cycle, over the composition of the cell that each was measured on: streams of values, and those among them that are amounts
 * of a species of the cathode.
 */
import { type Notice, parseQuantity, type Quantity } from "@thioscope/core";
import { compositionAtMoment, compositionAtPotential, EX_SITU, replicates } from "@thioscope/core/clock";
import type { Stream } from "@thioscope/core/events";
import type { Observation, Scale, SpeciesSetName } from "@thioscope/core/evidence";
import type { PartOf } from "@thioscope/core/story";
import type { ObservationTable } from "@thioscope/formats";
import { directionNamed, POTENTIAL_NAMED } from "../../fileOrder.ts";
import type { StudyInputs } from "../../lines.ts";
import type { StepIo } from "../../stepModules.ts";
import { type CellCourse, compositionAfter, coursesOf, PER_ELECTRON } from "./courses.ts";
import {
  asObservations,
  assigned,
  atBound,
  COARSE_WEIGHT,
  chainStandardOf,
  isCoarse,
  nameByStandard,
  OTHER_CELL,
  type Places,
} from "./standards.ts";
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
  const electrolytes = new Set<string>();
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
        streams.push(...phaseStreams(part, course, notices));
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
        for (const { name, role } of part.series) if (role === "electrolyte") electrolytes.add(name);
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
  // tables state errors of their own
  const isSpectraOfOther =
    streams.some(({ probe }) => probe === "XAS") &&
    joined.some(({ probe, course }) => probe === "XAS" && main !== null && course.cell !== main.cell);
  if (isSpectraOfOther)
    notices.push({
      code: "cells-differ-assumed",
      message: `spectra are of another kind of cell: at the same composition its amounts are taken to differ by ± ${OTHER_CELL} of the sulfur (assumed)`,
    });
  const bounded = atBound(streams, places);
  for (const stream of streams)
    observations.push(...asObservations(stream, places, { bounded, otherCell: isSpectraOfOther && stream.probe === "XAS", electrolytes }));
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

/** Means over the cathode, scan by scan; over all positions where the cell does not say where the cathode is. */
function phaseStreams({ scans, phaseMaps }: PartOf<"diffraction">, course: CellCourse, notices: Notice[]): Stream[] {
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
  return phaseMaps.flatMap(({ phase, unit, values, sigma }) => {
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
    if (rows.length > 0 && rows.every(({ value, sigma: error }) => value < -NEGATIVE * error)) {
      notices.push({
        code: "stream-negative",
        message: `${phase}: its intensity lies below zero in every scan, since a neighbouring reflection raises the background of its window: it says nothing of the phase`,
      });
      return [];
    }
    return [streamOf(phase, "XRD", unit, rows, rate * offset)];
  });
}

/** Errors below zero from which no intensity is there. */
const NEGATIVE = 3;

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
