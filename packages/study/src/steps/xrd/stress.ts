/**
 * Deviatoric stress of phases over position and time: rings of each frame in sectors, all rings of a phase in one fit, d₀ unknown. Absolute stress only in layers that are declared to hold one
 * phase; for composites the balance of forces is shown.
 */
import { isComputable, makeTable, type NotComputable, type Notice, type Quantity, ThioscopeError, textColumn } from "@thioscope/core";
import { type Cell, dieLoad } from "@thioscope/core/cell";
import {
  cakeOf,
  type DetectorGeometry,
  diffractionConstants,
  type ElasticConstants,
  type ElasticModel,
  type IntegrationPlan,
  integrateFrame,
  integrationPlan,
  knownElasticConstants,
  type MeasuredStress,
  measureStress,
  phaseWindows,
  STRESS_DEFINITION,
} from "@thioscope/core/diffraction";
import type { DetectorImage } from "@thioscope/formats";
import { fastSummer } from "@thioscope/kernels";
import type { SourceInputs } from "../../lines.ts";
import { tableToParquet } from "../../parquet.ts";
import type { ResultInput, StepFunction, StepIo, StepParts } from "../../stepModules.ts";
import { answers, numbers } from "../applies.ts";
import { loadCell } from "../cell.ts";
import { jsonBytes } from "../facts.ts";
import { balances } from "./balance.ts";
import { type FramesInputs, framesPart, framesTasks, perFrame, sharedByParts } from "./frameParts.ts";
import { onDetector } from "./map.ts";
import { scanAxes } from "./mapPart.ts";
import { gridState, placeColumns } from "./mapTables.ts";
import { diffractionPart } from "./part.ts";
import { type ChosenPhase, chosenPhases, ownElastic, ownStructures, wordsOf } from "./phases.ts";
import { type FramePlaces, placesOf } from "./places.ts";
import { type FrameClock, frameClock, runClock } from "./runClock.ts";
import {
  corrections,
  type FrameRef,
  largestDegree,
  pixelDegree,
  quantityParameter,
  shapeOf,
  storedCalibration,
  survey,
  wavelengthOf,
} from "./source.ts";
import { constantNotices, extreme, reasons, type StressPoint, type StressTarget, stressNotices, stressView } from "./stressSummary.ts";

const WINDOW_DEGREE = 0.1;
const SIGNIFICANT = 5;

export const stressStep: StepFunction = async (given, parameters, io) => {
  const inputs = given as unknown as StressInputs;
  const { refs, shape, notices: read } = await survey(inputs, io);
  const { stored, cell, wavelength, seen, targets, early, pointOf, isThere, wanted, geometryBound } = await whatIsWanted(
    inputs,
    parameters,
    { refs, shape },
    io,
  );
  const found = targets.map((): StressPoint[] => []);
  const kept: { index: number; measured: (MeasuredStress | null)[] }[] = [];
  const compute = await ringsOf(inputs, parameters, shape, targets, io);
  await perFrame(inputs, refs, io, compute, (measured, index) => void kept.push({ index, measured }), wanted);
  const places = early ?? (await placesOf(inputs, refs, io));
  const atOf = early ? pointOf : new Map(Array.from(places.grid.frame, (frame, at) => [frame < 0 ? -1 : places.index[frame]!, at]));
  for (const { index, measured } of kept) {
    const at = atOf.get(index);
    for (const [k, one] of measured.entries()) if (at !== undefined && one && isThere(k, at)) found[k]!.push({ at, measured: one });
  }

  const run = await runClock(io, inputs.run ?? [], cell, places.grid.timeSecond);
  const clock: FrameClock = stored.offset
    ? { ...frameClock(declaredBy(inputs, stored.offset), places, run, []) }
    : frameClock(inputs.settings, places, run, []);
  const load = cell ? dieLoad(cell, "stack").answer : null;
  const stack = load && isComputable(load) ? load : null;
  const balance = balances(targets, found, places.grid, {
    single: layersOf(parameters.single),
    composite: layersOf(parameters.composite),
    stack,
    wavelengthAngstrom: wavelength,
  });
  const notices: Notice[] = [...read, ...seen.notices, ...constantNotices(targets), ...stressNotices(found, targets), ...balance.notices];
  const state = gridState(places, clock, run);
  const columnsAt = new Map(state.points.map((at, i) => [at, i]));
  const rows = found.flatMap((points, k) => points.map((point) => ({ ...point, k })));
  const picked = {
    points: rows.map(({ at }) => at),
    moments: rows.map(({ at }) => state.moments[columnsAt.get(at)!]!),
    states: rows.map(({ at }) => state.states[columnsAt.get(at)!]!),
  };
  const of = (pick: (s: Exclude<MeasuredStress["stress"], NotComputable>) => Quantity): (Quantity | null)[] =>
    rows.map(({ measured: { stress } }) => ("notComputable" in stress ? null : pick(stress)));
  const part = (pick: (e: { counting: number; elastic: number | null; geometry: number | null }) => number | null): number[] =>
    rows.map(({ measured: { stress } }) => ("notComputable" in stress ? Number.NaN : (pick(stress.errors) ?? Number.NaN)));
  const table = makeTable([
    textColumn(
      "phase",
      rows.map(({ k }) => targets[k]!.phase.phase),
    ),
    ...placeColumns(places, picked, 1),
    ...answers(
      "difference_mpa",
      "MPa",
      of((s) => s.difference),
    ),
    ...answers(
      "axial_component_mpa",
      "MPa",
      of((s) => s.axialComponent),
    ),
    ...answers(
      "shear_mpa",
      "MPa",
      of((s) => s.shear),
    ),
    numbers(
      "error_counting_mpa",
      "MPa",
      part((e) => e.counting),
    ),
    numbers(
      "error_elastic_mpa",
      "MPa",
      part((e) => e.elastic),
    ),
    numbers(
      "error_geometry_mpa",
      "MPa",
      part((e) => e.geometry),
    ),
    numbers(
      "rings",
      "",
      rows.map(({ measured }) => measured.rings.length),
    ),
    textColumn(
      "reason",
      rows.map(({ measured: { stress } }) => ("notComputable" in stress ? stress.notComputable : "")),
    ),
  ]);
  const views = targets.map((target, k) => stressView(target, found[k]!, places.grid.frame.length, places));
  const largest = targets.map((_, k) => extreme(found[k]!));
  return {
    files: {
      "stress.parquet": tableToParquet(table),
      "stress.json": jsonBytes({
        definition: STRESS_DEFINITION,
        axialAzimuth: { value: Number(parameters.axial), sigma: null, unit: "deg" },
        geometryBound,
        stackPressure: stack,
        phases: targets.map((target, k) => ({
          phase: target.phase.phase,
          chosen: target.phase.chosen,
          elastic: { source: target.constants.source, assumed: target.assumed, model: String(parameters.constants) },
          rings: target.rings,
          points: found[k]!.length,
          refused: reasons(found[k]!),
          largest: largest[k],
        })),
        balance: balance.composites,
        absolute: balance.absolute,
        refusal: balance.refusal,
      }),
      "part.json": jsonBytes(
        diffractionPart("xrd.stress", inputs, {
          title: "Deviatoric stress over position and time",
          notices,
          run: run?.input.sha256 ?? null,
          command: "xrd stress STUDY",
          sentences: [
            { parts: [`Stress: ${STRESS_DEFINITION}.`] },
            ...targets.flatMap(({ phase }, k) => {
              const top = largest[k]!;
              if ("notComputable" in top) return [];
              const hour = clock.at(places.grid.timeSecond[top.at]!).value / 3600;
              const position = places.grid.positions[top.at % places.grid.positions.length]!;
              return [
                {
                  parts: [
                    `The largest difference of ${phase.phase} is `,
                    { quantity: top.difference, note: "σ_axial − σ_transverse" },
                    ` (component `,
                    { quantity: top.component },
                    `), at ${hour.toFixed(1)} h and ${position.toFixed(0)} µm.`,
                  ],
                },
              ];
            }),
            ...balance.sentences,
          ],
          content: { scans: scanAxes(places, refs, clock, run), stressMaps: views },
        }),
      ),
    },
    notices,
    summary: { rows: rows.length, phases: targets.length },
  };
};

type StressInputs = SourceInputs & { "xrd.calibrate": ResultInput; "xrd.map": ResultInput };

/** Phases and reflections, and of which frames they are measured. */
async function whatIsWanted(
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

async function targetsOf(
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

const halfWindow = (parameters: Readonly<Record<string, unknown>>, geometry: DetectorGeometry): number =>
  quantityParameter(parameters, "window", "deg") ?? Math.max(WINDOW_DEGREE, 5 * pixelDegree(geometry));

/** Measures the targets named in a frame's note; the others are null. */
async function ringsOf(
  inputs: SourceInputs & { "xrd.calibrate": ResultInput },
  parameters: Readonly<Record<string, unknown>>,
  shape: readonly [number, number],
  targets: readonly StressTarget[],
  io: StepIo,
): Promise<(image: DetectorImage, note: readonly number[]) => (MeasuredStress | null)[]> {
  const none = (): (MeasuredStress | null)[] => [];
  if (io.parts.length > 0) return none;
  const { geometry, geometryBound } = await storedCalibration(io, inputs["xrd.calibrate"], shape);
  const wavelength = wavelengthOf(geometry);
  const half = halfWindow(parameters, geometry);
  const plan = await ringPlan(inputs, shape, geometry, targets, wavelength, half, Number(parameters.sectors), io);
  const summer = fastSummer(plan);
  const options = {
    wavelengthAngstrom: wavelength,
    halfWindowDegree: half,
    axialAzimuthDegree: Number(parameters.axial),
    ...(geometryBound ? { geometry: geometryBound } : {}),
  };
  return (image, note) => {
    const cake = cakeOf(plan, integrateFrame(plan, image.values, { summer }));
    return targets.map((target, k) => (note.includes(k) ? measureStress(cake, target.stress, options) : null));
  };
}

/** Frames where a phase is there, in parts; layers and the balance of forces belong to what joins them. */
export const stressParts: StepParts = async (given, parameters, io) => {
  const inputs = given as unknown as StressInputs;
  const { refs, shape } = await survey(inputs, io);
  const { wanted } = await whatIsWanted(inputs, parameters, { refs, shape }, io);
  const { least: _least, single: _single, composite: _composite, ...measuring } = parameters;
  return framesTasks(inputs, refs, {
    module: "steps/xrd/stress",
    export: "stressFrames",
    settingFiles: ["mask", "flat", "dark", "structures"],
    extra: { "xrd.calibrate": inputs["xrd.calibrate"], "xrd.map": inputs["xrd.map"] },
    takesCell: true,
    parameters: measuring,
    wanted,
  });
};

export const stressFrames: StepFunction = async (given, parameters, io) => {
  const inputs = given as unknown as FramesInputs & StressInputs;
  const shape = await shapeOf(inputs, io);
  const compute = await sharedByParts(inputs, ["stress", parameters, shape], async () => {
    const { geometry } = await storedCalibration(io, inputs["xrd.calibrate"], shape);
    const stored = await storedMap(io, inputs["xrd.map"]);
    const { targets } = await targetsOf(inputs, parameters, geometry, stored, await loadCell(io, inputs.cell), io);
    return ringsOf(inputs, parameters, shape, targets, io);
  });
  return framesPart(inputs, shape, io, compute);
};

interface StoredMap {
  readonly phases: readonly string[];
  readonly values: ReadonlyMap<string, { values: readonly (number | null)[]; sigma: readonly (number | null)[] }>;
  /** s; null where the map knows no offset beyond the settings */
  readonly offset: Quantity | null;
}

async function storedMap(io: StepIo, result: ResultInput): Promise<StoredMap> {
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

/** The offset that the map estimated holds here too. */
const declaredBy = ({ settings }: SourceInputs, { value, sigma }: Quantity): Readonly<Record<string, unknown>> => ({
  ...settings,
  clock_offset: `${value} s ± ${sigma ?? 0} s`,
});

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

async function ringPlan(
  inputs: SourceInputs,
  shape: readonly [number, number],
  geometry: DetectorGeometry,
  targets: readonly StressTarget[],
  wavelength: number,
  half: number,
  sectors: number,
  io: StepIo,
): Promise<IntegrationPlan> {
  const { windows } = phaseWindows(
    targets.map(({ phase }) => phase),
    { wavelengthAngstrom: wavelength, halfWidthDegree: half },
  );
  const places = windows.map((w) => w.twoThetaDegree);
  const [low, high] = [Math.max(0.05, Math.min(...places) - 1.2 * half), Math.max(...places) + 1.2 * half];
  const bins = Math.min(20_000, Math.ceil((high - low) / pixelDegree(geometry)));
  return integrationPlan(geometry, {
    unit: "2th_deg",
    bins,
    sectors,
    range: [low, high],
    splitting: "full",
    ...(await corrections(inputs, shape, io)),
  });
}

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

/** "Na3PS4 45 % @945..985" */
function layersOf(written: unknown): { name: string; share: Quantity | null; between: readonly [number, number] }[] {
  if (written === "auto") return [];
  return (written as readonly string[]).map((text) => {
    const { name, words, between } = wordsOf(text.replace(/\s*%/, "%").replace(/±\s*([\d.]+)%/, "±$1%"));
    if (!between)
      throw new ThioscopeError("INVALID_INPUT", `"${text}": where is this layer? Write its positions, as in "Na3PS4 @440..930"`);
    const match = words.map((word) => /^([\d.]+)%$/.exec(word)).find(Boolean);
    return { name, share: match ? { value: Number(match[1]) / 100, sigma: null, unit: "1" } : null, between };
  });
}
