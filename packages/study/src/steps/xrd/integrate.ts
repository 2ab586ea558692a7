import { makeTable, type Notice, type Quantity, ThioscopeError, textColumn } from "@thioscope/core";
import {
  type FrameSummer,
  type IntegratedFrame,
  type IntegrationPlan,
  integrateFrame,
  integrationPlan,
  type RadialUnit,
  type Splitting,
} from "@thioscope/core/diffraction";
import { createNxazint, type DetectorImage } from "@thioscope/formats";
import { fastSummer } from "@thioscope/kernels";
import manifest from "../../../package.json" with { type: "json" };
import type { SourceInputs } from "../../lines.ts";
import { tableToParquet } from "../../parquet.ts";
import type { ResultInput, StepFunction, StepIo, StepParts } from "../../stepModules.ts";
import { integers, numbers } from "../applies.ts";
import { jsonBytes } from "../facts.ts";
import { type FramesInputs, framesPart, framesTasks, perFrame, sharedByParts, surveyed } from "./frameParts.ts";
import { diffractionPart } from "./part.ts";
import { chooseSeries, type PlacedPatterns, patternSeries } from "./patternSeries.ts";
import { placesOf } from "./places.ts";
import { type FrameClock, frameClock, runClock } from "./runClock.ts";
import { corrections, shapeOf, storedCalibration, survey } from "./source.ts";

/** Bytes of results that are kept in memory before they are written. */
const MOST_BYTES = 2 ** 30;

export const integrateStep: StepFunction = async (given, parameters, io) => {
  const inputs = given as unknown as SourceInputs & { "xrd.calibrate": ResultInput };
  const { refs, shape, notices: read } = await survey(inputs, io);
  const bins = Number(parameters.bins);
  const sectors = Number(parameters.sectors);
  if (sectors > 1 && 8 * bins * sectors * refs.length > MOST_BYTES)
    throw new ThioscopeError(
      "INVALID_INPUT",
      `${refs.length} cakes of ${bins} × ${sectors} cells are more than 1 GB: use fewer bins or sectors, or 1 sector (xrd.stress makes the cakes it needs itself)`,
    );
  const plan = await planOf(inputs, parameters, shape, io);
  const file = await createNxazint(plan, true, refs.length);
  const placed = await placesIfKnown(inputs, refs, io);
  const at = "reason" in placed ? null : placed;
  const patterns = new Float32Array(bins * refs.length);
  let invalid = 0;
  try {
    await perFrame(inputs, refs, io, frameOf(plan), (frame, index) => {
      // of one sector: the cake is the pattern
      file.add({ pattern: frame.pattern, cake: frame.cake ?? frame.pattern });
      invalid = Math.max(invalid, frame.invalidPixels);
      patterns.set(frame.pattern.values, index * bins);
    });
    const notices: Notice[] = [...read, ...plan.notices];
    if (invalid > 0)
      notices.push({
        code: "pixels-invalid",
        message: `up to ${invalid} pixels of a frame hold no count (saturated, negative or not a number) and are left out`,
      });
    const bytes = file.finish({
      version: manifest.version,
      date: refs[0]!.facts.startedAt ?? "",
      sources: refs.map((ref) => `${inputs.files[ref.file]!.file}#${ref.frame}`),
      input: { bins, sectors, unit: plan.unit, splitting: plan.splitting },
    });
    if ("reason" in placed) notices.push({ code: "frames-unplaced", message: placed.reason });
    const part = diffractionPart("xrd.integrate", inputs, {
      title: "Patterns",
      notices,
      run: at?.run?.input.sha256 ?? null,
      command: `xrd integrate FRAMES --poni geometry.poni --bins ${bins} --sectors ${sectors}`,
      sentences: [
        {
          parts: [
            { quantity: { value: refs.length, sigma: null, unit: "" } satisfies Quantity },
            ` frames were integrated in ${bins} bins${sectors > 1 ? ` and ${sectors} sectors` : ""}.`,
          ],
        },
      ],
      content: { patterns: patternSeries(plan, chooseSeries(at, patterns, bins), patterns, at) },
    });
    return {
      files: { "patterns.h5": bytes, "frames.parquet": tableToParquet(framesTable(inputs, refs, at)), "part.json": jsonBytes(part) },
      notices,
      summary: { frames: refs.length, rows: refs.length },
    };
  } finally {
    file.close();
  }
};

async function planOf(
  inputs: SourceInputs & { "xrd.calibrate": ResultInput },
  parameters: Readonly<Record<string, unknown>>,
  shape: readonly [number, number],
  io: StepIo,
): Promise<IntegrationPlan> {
  const { geometry } = await storedCalibration(io, inputs["xrd.calibrate"], shape);
  return integrationPlan(geometry, {
    unit: String(parameters.unit) as RadialUnit,
    bins: Number(parameters.bins),
    sectors: Number(parameters.sectors),
    splitting: String(parameters.splitting) as Splitting,
    polarisation: parameters.polarisation === "auto" ? null : { factor: Number(parameters.polarisation) },
    ...(await corrections(inputs, shape, io)),
  });
}

/** Cakes are not handed on by parts. */
interface Integrated extends Pick<IntegratedFrame, "pattern" | "invalidPixels"> {
  cake: IntegratedFrame["cake"] | null;
}

/** Memory for the kernels is taken when the first frame comes. */
function frameOf(plan: IntegrationPlan): (image: DetectorImage) => Integrated {
  let summer: FrameSummer | null = null;
  return ({ values }) => {
    summer ??= fastSummer(plan);
    return integrateFrame(plan, values, { summer });
  };
}

/** Patterns in parts; cakes, which take much more room, in one. */
export const integrateParts: StepParts = async (given, parameters, io) => {
  const inputs = given as unknown as SourceInputs & { "xrd.calibrate": ResultInput };
  if (Number(parameters.sectors) > 1) return [];
  return framesTasks(inputs, await surveyed(inputs, io), {
    module: "steps/xrd/integrate",
    export: "integrateFrames",
    settingFiles: ["mask", "flat", "dark"],
    extra: { "xrd.calibrate": inputs["xrd.calibrate"] },
    takesCell: false,
    parameters,
  });
};

export const integrateFrames: StepFunction = async (given, parameters, io) => {
  const inputs = given as unknown as FramesInputs & { "xrd.calibrate": ResultInput };
  const shape = await shapeOf(inputs, io);
  const how = ["integrate", parameters, shape];
  const compute = await sharedByParts(inputs, how, async () => frameOf(await planOf(inputs, parameters, shape, io)));
  return framesPart(inputs, shape, io, (image) => {
    const { pattern, invalidPixels } = compute(image);
    return { pattern, cake: null, invalidPixels };
  });
};

interface Placed extends PlacedPatterns {
  clock: FrameClock;
}

/** Patterns need no places: where nothing says them, the reason is a notice. */
async function placesIfKnown(
  inputs: SourceInputs,
  refs: Parameters<typeof placesOf>[1],
  io: Parameters<typeof placesOf>[2],
): Promise<Placed | { reason: string }> {
  try {
    const places = await placesOf(inputs, refs, io);
    const run = await runClock(io, inputs.run ?? [], null, places.grid.timeSecond);
    const clock = frameClock(inputs.settings, places, run, []);
    const time = new Float64Array(refs.length).fill(Number.NaN);
    const position = new Float64Array(refs.length).fill(Number.NaN);
    const n = places.grid.positions.length;
    for (const [cell, frame] of places.grid.frame.entries()) {
      if (frame < 0) continue;
      time[places.index[frame]!] = clock.at(places.grid.timeSecond[cell]!).value;
      position[places.index[frame]!] = places.grid.positions[cell % n]!;
    }
    return { places, clock, run, time, position };
  } catch (error) {
    if (error instanceof ThioscopeError && error.code === "INVALID_INPUT") return { reason: error.message };
    throw error;
  }
}

function framesTable(inputs: SourceInputs, refs: Parameters<typeof placesOf>[1], at: Placed | null): ReturnType<typeof makeTable> {
  const none = refs.map(() => Number.NaN);
  return makeTable([
    textColumn(
      "file",
      refs.map((ref) => inputs.files[ref.file]!.file),
    ),
    integers(
      "frame",
      refs.map((ref) => ref.frame),
    ),
    numbers("position_um", "um", at ? Array.from(at.position) : none),
    numbers("time_second", "s", at ? Array.from(at.time) : none),
  ]);
}
