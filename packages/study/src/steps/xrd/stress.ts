/**
 * Deviatoric stress of phases over position and time: rings of each frame in sectors, all rings of a phase in one fit, d₀ unknown. Absolute stress only in layers that are declared to hold one
 * phase; for composites the balance of forces is shown.
 */
import { isComputable, makeTable, type NotComputable, type Notice, type Quantity, ThioscopeError, textColumn } from "@thioscope/core";
import { dieLoad } from "@thioscope/core/cell";
import { type MeasuredStress, STRESS_DEFINITION } from "@thioscope/core/diffraction";
import type { SourceInputs } from "../../lines.ts";
import { tableToParquet } from "../../parquet.ts";
import type { StepFunction, StepParts } from "../../stepModules.ts";
import { answers, numbers } from "../applies.ts";
import { loadCell } from "../cell.ts";
import { jsonBytes } from "../facts.ts";
import { balances } from "./balance.ts";
import { type FramesInputs, framesPart, framesTasks, perFrame, sharedByParts } from "./frameParts.ts";
import { scanAxes } from "./mapPart.ts";
import { gridState, placeColumns } from "./mapTables.ts";
import { diffractionPart } from "./part.ts";
import { wordsOf } from "./phases.ts";
import { placesOf } from "./places.ts";
import { type FrameClock, frameClock, runClock } from "./runClock.ts";
import { shapeOf, storedCalibration, survey } from "./source.ts";
import { ringsOf } from "./stressRings.ts";
import { constantNotices, extreme, reasons, type StressPoint, stressNotices, stressView } from "./stressSummary.ts";
import { type StressInputs, storedMap, targetsOf, whatIsWanted } from "./stressTargets.ts";

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

/** The offset that the map estimated holds here too. */
const declaredBy = ({ settings }: SourceInputs, { value, sigma }: Quantity): Readonly<Record<string, unknown>> => ({
  ...settings,
  clock_offset: `${value} s ± ${sigma ?? 0} s`,
});

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
