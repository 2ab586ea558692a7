/** Of which phases stress is measured, by which reflections, and in which frames the map shows enough of them. */
import { type Quantity, ThioscopeError } from "@thioscope/core";
import type { Cell } from "@thioscope/core/cell";
import {
  type DetectorGeometry,
  diffractionConstants,
  type ElasticConstants,
  type ElasticModel,
  knownElasticConstants,
} from "@thioscope/core/diffraction";
import type { SourceInputs } from "../../lines.ts";
import type { ResultInput, StepIo } from "../../stepModules.ts";
import { loadCell } from "../cell.ts";
import { onDetector } from "./map.ts";
import { type ChosenPhase, chosenPhases, ownElastic, ownStructures } from "./phases.ts";
import { type FramePlaces, placesOf } from "./places.ts";
import { type FrameRef, largestDegree, pixelDegree, quantityParameter, storedCalibration, wavelengthOf } from "./source.ts";
import type { StressTarget } from "./stressSummary.ts";

const WINDOW_DEGREE = 0.1;
const SIGNIFICANT = 5;

export type StressInputs = SourceInputs & { "xrd.calibrate": ResultInput; "xrd.map": ResultInput };

/** Phases and reflections, and of which frames they are measured. */
export async function whatIsWanted(
  inputs: StressInputs,
  parameters: Readonly<Record<string, unknown>>,
  { refs, shape }: { refs: readonly FrameRef[]; shape: readonly [number, number] },
  io: StepIo,
) {
  const { geometry, geometryBound } = await storedCalibration(io, inputs["xrd.calibrate"], shape);
  const stored = await storedMap(io, inputs["xrd.map"]);
  const cell = await loadCell(io, inputs.cell);
  const { wavelength, seen, targets } = await targetsOf(inputs, parameters, geometry, stored, cell, io);
  const isThere = presence(stored, targets, Number(parameters.least));
  // frames without a log get their places while they are read
  const early = await tryPlaces(inputs, refs, io);
  const pointOf = new Map<number, number>();
  if (early) for (const [at, frame] of early.grid.frame.entries()) if (frame >= 0) pointOf.set(early.index[frame]!, at);
  const all = targets.map((_, k) => k);
  /** targets that are measured in a frame; null for none */
  const wanted = (index: number): readonly number[] | null => {
    if (!early) return all;
    const at = pointOf.get(index);
    const there = at === undefined ? [] : all.filter((k) => isThere(k, at));
    return there.length > 0 ? there : null;
  };
  return { stored, cell, wavelength, seen, targets, early, pointOf, isThere, wanted, geometryBound };
}

export async function targetsOf(
  inputs: StressInputs,
  parameters: Readonly<Record<string, unknown>>,
  geometry: DetectorGeometry,
  stored: StoredMap,
  cell: Cell | null,
  io: StepIo,
) {
  const wavelength = wavelengthOf(geometry);
  const half = halfWindow(parameters, geometry);
  const structures = await ownStructures(inputs.settingFiles.structures, io);
  const wanted = parameters.phases === "auto" ? stored.phases.filter(hasConstants(parameters.elastic)) : parameters.phases;
  const seen = onDetector(chosenPhases(wanted, structures, cell, wavelength, largestDegree(geometry)), geometry, wavelength, half);
  const targets = seen.phases.map((phase) => targetOf(phase, ownElastic(parameters.elastic), String(parameters.constants) as ElasticModel));
  return { wavelength, seen, targets };
}

export const halfWindow = (parameters: Readonly<Record<string, unknown>>, geometry: DetectorGeometry): number =>
  quantityParameter(parameters, "window", "deg") ?? Math.max(WINDOW_DEGREE, 5 * pixelDegree(geometry));

interface StoredMap {
  readonly phases: readonly string[];
  readonly values: ReadonlyMap<string, { values: readonly (number | null)[]; sigma: readonly (number | null)[] }>;
  /** s; null where the map knows no offset beyond the settings */
  readonly offset: Quantity | null;
}

export async function storedMap(io: StepIo, result: ResultInput): Promise<StoredMap> {
  const json = async <T>(name: string): Promise<T> => {
    const source = await io.openResult(result, name);
    const text = new TextDecoder().decode(await source.read(0, source.size));
    await source.close();
    return JSON.parse(text) as T;
  };
  const grid = await json<{ values: { phase: string; values: (number | null)[]; sigma: (number | null)[] }[] }>("grid.json");
  const map = await json<{ clock: { how: string; offset: Quantity } }>("map.json");
  return {
    phases: grid.values.map(({ phase }) => phase),
    values: new Map(grid.values.map(({ phase, values, sigma }) => [phase, { values, sigma }])),
    offset: map.clock.how === "estimated" ? map.clock.offset : null,
  };
}

async function tryPlaces(inputs: SourceInputs, refs: Parameters<typeof placesOf>[1], io: StepIo): Promise<FramePlaces | null> {
  // positions of the headers are known only when the frames are read
  return inputs.settingFiles.log || (inputs.settings.positions ?? "auto") !== "auto" ? placesOf(inputs, refs, io) : null;
}

function targetOf(phase: ChosenPhase, own: ReadonlyMap<string, ElasticConstants>, model: ElasticModel): StressTarget {
  const { structure } = phase;
  if (!structure)
    throw new ThioscopeError("INVALID_INPUT", `${phase.phase}: stress needs a structure: indices and a cell, not spacings alone`);
  const reflections = phase.reflections.filter((r): r is readonly [number, number, number] => typeof r !== "number");
  const mine = own.get(phase.phase);
  const constants = mine ?? knownElasticConstants(phase.phase);
  return {
    phase,
    stress: { phase: phase.phase, structure, reflections, constants, model },
    constants,
    rings: reflections.map((hkl) => ({ label: hkl.join(" "), constants: diffractionConstants(constants, structure.cell, hkl, model) })),
    assumed: "flag" in constants && constants.flag === "assumed",
  };
}

const hasConstants =
  (elastic: unknown) =>
  (phase: string): boolean => {
    if (ownElastic(elastic).has(phase)) return true;
    try {
      knownElasticConstants(phase);
      return true;
    } catch {
      return false;
    }
  };

/** Whether the map shows enough of a phase at a point. */
function presence({ values }: StoredMap, targets: readonly StressTarget[], least: number): (target: number, at: number) => boolean {
  const tests = targets.map(({ phase }) => {
    const map = values.get(phase.phase);
    if (!map) return () => true;
    const largest = map.values.reduce<number>((a, b) => Math.max(a, b ?? 0), 0);
    return (at: number) => (map.values[at] ?? 0) > Math.max(least * largest, SIGNIFICANT * (map.sigma[at] ?? Number.POSITIVE_INFINITY));
  });
  return (target, at) => tests[target]!(at);
}
