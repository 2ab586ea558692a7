/** Phases over position and time: maps, edges, fronts, onsets, and the clock that joins them to the cell. */
import { checkCancelled, type Notice, ThioscopeError } from "@thioscope/core";
import type { Cell } from "@thioscope/core/cell";
import {
  type BeamProfile,
  type BinnedWindows,
  binWindows,
  type DetectorGeometry,
  frameScatter,
  integrationPlan,
  type MapFrames,
  type PhaseMap,
  type PhaseScans,
  phaseMaps,
  phaseWindows,
  pixelAt,
  type WindowSummer,
  windowSummer,
  within,
  withScatter,
} from "@thioscope/core/diffraction";
import type { DetectorImage } from "@thioscope/formats";
import type { SourceInputs } from "../../lines.ts";
import type { ResultInput, StepFunction, StepIo, StepParts } from "../../stepModules.ts";
import { loadCell } from "../cell.ts";
import { jsonBytes } from "../facts.ts";
import { changes, type FollowedPhase, followPhase } from "./follow.ts";
import { type FramesInputs, framesPart, framesTasks, perFrame, sharedByParts, surveyed } from "./frameParts.ts";
import { mapPart } from "./mapPart.ts";
import { edgeTable, mapTable } from "./mapTables.ts";
import { type ChosenPhase, chosenPhases, ownStructures } from "./phases.ts";
import { placesOf } from "./places.ts";
import { frameClock, runClock, stagesOf } from "./runClock.ts";
import { corrections, largestDegree, pixelDegree, quantityParameter, shapeOf, storedCalibration, survey, wavelengthOf } from "./source.ts";

const WINDOW_DEGREE = 0.05;

export const mapStep: StepFunction = async (given, parameters, io) => {
  const inputs = given as unknown as SourceInputs & { "xrd.calibrate": ResultInput };
  const { refs, shape, notices: read } = await survey(inputs, io);
  const { cell, half, seen, binned, bins, compute } = await windowsOf(inputs, parameters, shape, io);
  const patterns: WindowPattern[] = new Array(refs.length);
  await perFrame(inputs, refs, io, compute, (pattern, index) => {
    patterns[index] = pattern;
  });

  const places = await placesOf(inputs, refs, io);
  const { grid } = places;
  const n = grid.positions.length;
  const frames: MapFrames = {
    times: grid.scans,
    positions: n,
    pattern: (scan, position) => {
      const frame = grid.frame[scan * n + position]!;
      return frame < 0 ? null : allBins(patterns[places.index[frame]!]!, bins, binned.axis.length);
    },
  };
  const maps = phaseMaps(binned, frames);
  const counted = maps.map(({ phase, values, sigma }): PhaseScans => ({ phase, grid, values, sigma }));
  const scatter = frameScatter(counted);
  const scans = counted.map((one) => (scatter ? withScatter(one, scatter) : one));
  const baseline = Math.min(Number(parameters.baseline), Math.floor(grid.scans / 4));
  const run = await runClock(io, inputs.run ?? [], cell, grid.timeSecond);
  const beam: BeamProfile = {
    heightMicrometre: quantityParameter(parameters, "beam", "um")!,
    shape: parameters.beam_shape === "gaussian" ? "gaussian" : "tophat",
  };
  const betweenOf = (name: string): readonly [number, number] | null => seen.phases.find(({ phase }) => phase === name)?.between ?? null;
  const changed = scans.flatMap((one) => changes(one, baseline, betweenOf(one.phase)) ?? []);
  const clock = frameClock(inputs.settings, places, run, changed);
  const stages = stagesOf(places, clock, run);
  const followed: FollowedPhase[] = [];
  for (const one of scans) {
    checkCancelled(io.context);
    const between = betweenOf(one.phase);
    followed.push(followPhase(between ? within(one, between) : one, { baseline, beam, stages, clock }));
  }
  const notices: Notice[] = [...read, ...seen.notices, ...binned.notices, ...unique(maps), ...places.notices, ...clock.offset.notices];
  if (clock.refused) notices.push({ code: "clock-not-estimated", message: `the offset of the clocks is not estimated: ${clock.refused}` });
  const all = { inputs, maps, chosen: seen.phases, windows: binned.windows, places, run, clock, stages, followed, notices };
  return {
    files: {
      "map.parquet": mapTable(all),
      "edges.parquet": edgeTable(all),
      "map.json": jsonBytes({
        places: places.how,
        positions: grid.positions,
        scans: grid.scans,
        clock: { how: clock.offset.how, offset: clock.offset.offset, pairs: clock.offset.pairs, refused: clock.refused },
        window: { value: half, sigma: null, unit: "deg" },
        beam,
        baseline,
        scatter: { value: scatter === null ? null : 100 * scatter, sigma: null, unit: "%" },
        phases: maps.map((map, k) => ({
          phase: map.phase,
          definition: map.definition,
          chosen: seen.phases.find(({ phase }) => phase === map.phase)?.chosen,
          reflections: map.reflections,
          leftOut: map.leftOut,
          notices: map.notices,
          ...followed[k]!,
        })),
        stages,
      }),
      "grid.json": jsonBytes({
        index: places.index,
        grid,
        absolute: places.absolute,
        how: places.how,
        values: maps.map(({ phase, values, sigma }) => ({ phase, values, sigma })),
      }),
      "part.json": jsonBytes(mapPart(all, refs)),
    },
    notices,
    summary: { frames: refs.length, rows: maps.length * grid.frame.length, scans: grid.scans, positions: n, phases: maps.length },
  };
};

/** Reflections whose ring the detector sees for at least a quarter; without any the phase is refused. */
export function onDetector(
  chosen: readonly ChosenPhase[],
  geometry: DetectorGeometry,
  wavelength: number,
  half: number,
): { phases: ChosenPhase[]; notices: Notice[] } {
  const notices: Notice[] = [];
  const [rows, columns] = geometry.shape;
  const isSeen = (twoThetaDegree: number): boolean => {
    let inside = 0;
    for (let k = 0; k < 72; k++) {
      const p = pixelAt(geometry, ((twoThetaDegree + 2 * half) * Math.PI) / 180, (k / 36) * Math.PI);
      if (p && p.row >= 0 && p.row <= rows && p.column >= 0 && p.column <= columns) inside++;
    }
    return inside >= 18;
  };
  const phases = chosen.map((phase) => {
    const { windows } = phaseWindows([phase], { wavelengthAngstrom: wavelength, halfWidthDegree: half });
    const reflections = phase.reflections.filter((_, i) => isSeen(windows[i]!.twoThetaDegree));
    const lost = windows.filter((_, i) => !reflections.includes(phase.reflections[i]!)).map((w) => w.label);
    if (reflections.length === 0)
      throw new ThioscopeError("INVALID_INPUT", `${phase.phase} ${lost.join(", ")}: the detector does not see these rings; name others`);
    if (lost.length > 0)
      notices.push({
        code: "reflection-outside",
        message: `${phase.phase} ${lost.join(", ")} lies outside of the detector and is left out`,
      });
    return { ...phase, reflections };
  });
  return { phases, notices };
}

/** Only the bins of the windows: a hundredth of what thousands of whole patterns would take. */
interface WindowPattern {
  readonly values: Float64Array;
  readonly sigma: Float64Array;
}

interface Windows {
  readonly cell: Cell | null;
  readonly half: number;
  readonly seen: ReturnType<typeof onDetector>;
  readonly binned: BinnedWindows;
  /** that are kept, of all bins */
  readonly bins: Int32Array;
  readonly compute: (image: DetectorImage) => WindowPattern;
}

async function windowsOf(
  inputs: SourceInputs & { "xrd.calibrate": ResultInput },
  parameters: Readonly<Record<string, unknown>>,
  shape: readonly [number, number],
  io: StepIo,
): Promise<Windows> {
  const { geometry } = await storedCalibration(io, inputs["xrd.calibrate"], shape);
  const cell = await loadCell(io, inputs.cell);
  const structures = await ownStructures(inputs.settingFiles.structures, io);
  const wavelength = wavelengthOf(geometry);
  const chosen = chosenPhases(parameters.phases, structures, cell, wavelength, largestDegree(geometry));
  const half = quantityParameter(parameters, "window", "deg") ?? Math.max(WINDOW_DEGREE, 3 * pixelDegree(geometry));
  const seen = onDetector(chosen, geometry, wavelength, half);
  const windows = phaseWindows(seen.phases, { wavelengthAngstrom: wavelength, halfWidthDegree: half });
  const step = Math.min(0.7 * pixelDegree(geometry), half / 3);
  const low = Math.max(0, Math.min(...windows.windows.map((w) => w.left[0])) - step);
  const high = Math.max(...windows.windows.map((w) => w.right[1])) + step;
  // pixels are collected when a frame is asked for: a step that joins parts needs none
  let summer: WindowSummer | null = null;
  const fixes = io.parts.length === 0 ? await corrections(inputs, shape, io) : {};
  const plan = integrationPlan(geometry, {
    unit: "2th_deg",
    bins: Math.ceil((high - low) / step),
    range: [low, high],
    splitting: "none",
    ...fixes,
  });
  const binned = binWindows(windows, plan.axis);
  const bins = Int32Array.from([...binned.needed.keys()].filter((b) => binned.needed[b]));
  const compute = ({ values }: DetectorImage): WindowPattern => {
    summer ??= windowSummer(plan, binned.needed);
    const all = summer.sum(values);
    return { values: Float64Array.from(bins, (b) => all.values[b]!), sigma: Float64Array.from(bins, (b) => all.sigma[b]!) };
  };
  return { cell, half, seen, binned, bins, compute };
}

function allBins({ values, sigma }: WindowPattern, bins: Int32Array, count: number): WindowPattern {
  const all = { values: new Float64Array(count).fill(Number.NaN), sigma: new Float64Array(count).fill(Number.NaN) };
  for (const [k, b] of bins.entries()) {
    all.values[b] = values[k]!;
    all.sigma[b] = sigma[k]!;
  }
  return all;
}

/** The frames in parts; baseline, beam and clocks belong to what joins them. */
export const mapParts: StepParts = async (given, { phases, window }, io) => {
  const inputs = given as unknown as SourceInputs & { "xrd.calibrate": ResultInput };
  return framesTasks(inputs, await surveyed(inputs, io), {
    module: "steps/xrd/map",
    export: "mapFrames",
    settingFiles: ["mask", "flat", "dark", "structures"],
    extra: { "xrd.calibrate": inputs["xrd.calibrate"] },
    takesCell: true,
    parameters: { phases, window },
  });
};

export const mapFrames: StepFunction = async (given, parameters, io) => {
  const inputs = given as unknown as FramesInputs & { "xrd.calibrate": ResultInput };
  const shape = await shapeOf(inputs, io);
  const { compute } = await sharedByParts(inputs, ["map", parameters, shape], () => windowsOf(inputs, parameters, shape, io));
  return framesPart(inputs, shape, io, compute);
};

/** Notices of the maps that the windows do not have already. */
function unique(maps: readonly PhaseMap[]): Notice[] {
  return maps.flatMap((map) => map.notices.filter(({ code }) => code === "phase-overlapped"));
}
