/** thioscope xrd integrate: frames to patterns and cakes. */
import { basename, extname, join, parse } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import {
  type ErrorModel,
  type IntegratedFrame,
  type IntegrationPlan,
  integrationPlan,
  isEmptyFrame,
  RADIAL_UNITS,
  type RadialUnit,
  type Splitting,
} from "@thioscope/core/diffraction";
import { createNxazint, readReference, writeCakeCsv, writePatternCsv, writeXy } from "@thioscope/formats";
import { type FrameSource, framePool, integrateFrames, usualThreads } from "@thioscope/study";
import { openAsByteSource, writeAtomic } from "@thioscope/study/files";
import type { Action } from "../../actions.ts";
import { count, warningLines } from "../../inputs.ts";
import {
  geometryFile,
  geometryOf,
  layoutOf,
  maskOf,
  numberOf,
  orientationOf,
  pixelOf,
  STACK_OPTIONS,
  type StackLayout,
  withStack,
} from "./inputs.ts";

const USAGE = "thioscope xrd integrate FRAMES… --poni P [--bins 1000] [--sectors 36] [--unit q_nm^-1|2th_deg|d] -o OUT.xy|.csv|.h5";
const ERRORS: readonly ErrorModel[] = ["poisson", "azimuthal", "none"];
const SPLITTINGS: readonly Splitting[] = ["full", "box", "none"];

export const integrateAction: Action = {
  usage: USAGE,
  about: `patterns, and with --sectors cakes, of all frames in one geometry, on all processors. OUT.xy has three columns (axis, intensity,
error); OUT.csv with units in its head, one row per bin, and beside it OUT.cake.csv with a column per sector. Several frames are
numbered: OUT-0001.xy. OUT.h5 holds all frames as NeXus (NXazint1d, NXazint2d). Saturated and negative counts are left out and said. --split none gives errors that are independent from bin to bin.`,
  options: {
    poni: { type: "string", value: "FILE", help: "geometry (PONI, GSAS-II imctrl, NeXus)" },
    bins: { type: "string", value: "N", help: "radial bins (1000)" },
    sectors: { type: "string", value: "N", help: "sectors of azimuth from −180° (1)" },
    unit: { type: "string", value: "UNIT", help: `${RADIAL_UNITS.join(", ")} (2th_deg)` },
    range: { type: "string", value: "A,B", help: "ends of the axis in its unit (all the detector sees)" },
    split: { type: "string", value: "WAY", help: "full, box or none (full)" },
    errors: { type: "string", value: "MODEL", help: "poisson, azimuthal or none (poisson)" },
    clip: { type: "string", value: "SIGMA", help: "leave out spots farther than this many deviations from their cell's mean" },
    polarisation: { type: "string", value: "F", help: "polarisation factor, −1 to 1, horizontal positive (no correction)" },
    "no-solid-angle": { type: "boolean", help: "do not correct for the solid angle of a pixel" },
    mask: { type: "string", value: "FILE", help: "pixels to leave out" },
    flat: { type: "string", value: "FILE", help: "flat field" },
    dark: { type: "string", value: "FILE", help: "dark frames, averaged" },
    ...STACK_OPTIONS,
    "pixel-um": { type: "string", value: "P", help: "pixel, where neither geometry nor image state it" },
    orientation: { type: "string", value: "1…8", help: "way round (the geometry's)" },
    threads: { type: "string", value: "N", help: "processors to use" },
    out: { type: "string", short: "o", value: "FILE", help: "OUT.xy, OUT.csv or OUT.h5" },
  },
  examples: ["thioscope xrd integrate scan/*.tif --poni geometry.poni --sectors 36 --unit q_nm^-1 -o scan.csv"],
  async run(words, options, io) {
    if (words.length === 0) throw new ThioscopeError("USAGE", `at least one frame is needed. Usage: ${USAGE}`);
    const out = options["out"];
    if (typeof out !== "string" || ![".xy", ".csv", ".h5"].includes(extname(out))) {
      throw new ThioscopeError("USAGE", `-o must name a file ending in .xy, .csv or .h5. Usage: ${USAGE}`);
    }
    const errors = oneOf("errors", options["errors"] ?? "poisson", ERRORS);
    const clip = numberOf("clip", options["clip"], (x) => x >= 2, "standard deviations, 2 or more");
    const threads = numberOf("threads", options["threads"], (x) => Number.isInteger(x) && x >= 1 && x <= 256, "1 to 256");
    const layout = layoutOf(options);
    const { plan, sources } = await prepare(words, options, layout);
    for (const line of warningLines(plan.notices)) io.hint(`warning: ${line}`);
    const pool = await framePool(plan, {
      errors,
      clip: clip === undefined ? null : { limit: clip, rounds: 5 },
      layout,
      threads: Math.min(sources.length, threads ?? usualThreads()),
    });
    const output = extname(out) === ".h5" ? await nexusOutput(out, plan, errors, options) : textOutput(out, plan, sources.length);
    const frames: unknown[] = [];
    let usable = 0;
    try {
      await integrateFrames(
        pool,
        sources,
        async (frame, i) => {
          const { path, index } = sources[i]!;
          const empty = isEmptyFrame(frame);
          const names = empty ? [] : await output.add(frame, i, `${basename(path)} ${index}`);
          if (!empty) usable++;
          frames.push({
            file: basename(path),
            frame: index,
            written: names,
            invalidPixels: frame.invalidPixels,
            clippedPixels: frame.clippedPixels,
          });
          for (const line of warningLines(frame.notices)) io.hint(`warning: ${basename(path)}, frame ${index}: ${line}`);
        },
        io.task,
      );
      if (usable === 0) {
        const what = sources.length === 1 ? "the frame holds no counts" : `none of ${sources.length} frames holds counts`;
        throw new ThioscopeError("NOT_COMPUTABLE", `${what}: saturated, not a number, or zero everywhere`, { file: sources[0]!.path });
      }
      await output.finish();
    } finally {
      output.close();
      await pool.close();
    }
    const { written } = output;
    io.say(
      `${count(sources.length, "frame")}, ${plan.grid.bins} bins × ${count(plan.grid.sectors, "sector")}: ${written[0]}${written.length > 1 ? ` … ${written.at(-1)}` : ""}`,
    );
    io.result({
      frames,
      bins: plan.grid.bins,
      sectors: plan.grid.sectors,
      unit: plan.unit,
      splitting: plan.splitting,
      errors,
      threads: pool.threads,
      maskedPixels: plan.maskedPixels,
      warnings: plan.notices,
    });
  },
};

async function prepare(
  paths: readonly string[],
  options: Readonly<Record<string, string | boolean | undefined>>,
  layout: StackLayout,
): Promise<{ plan: IntegrationPlan; sources: (FrameSource & { path: string; index: number })[] }> {
  if (typeof options["poni"] !== "string") throw new ThioscopeError("USAGE", `--poni is needed. Usage: ${USAGE}`);
  const file = await geometryFile(options["poni"]);
  const sources: { path: string; index: number }[] = [];
  let plan: IntegrationPlan | null = null;
  for (const path of paths) {
    await withStack(
      path,
      async (stack) => {
        for (let index = 0; index < stack.frames; index++) sources.push({ path, index });
        if (plan) return;
        const shape = [stack.height, stack.width] as const;
        const geometry = geometryOf(file, shape, pixelOf(options["pixel-um"], stack), orientationOf(options["orientation"]));
        const factor = numberOf("polarisation", options["polarisation"], (x) => Math.abs(x) <= 1, "−1 to 1");
        const dark = await reference(options["dark"]);
        plan = integrationPlan(geometry, {
          unit: oneOf("unit", options["unit"] ?? "2th_deg", RADIAL_UNITS) as RadialUnit,
          bins: numberOf("bins", options["bins"], (x) => Number.isInteger(x) && x >= 2, "a whole number from 2") ?? 1000,
          sectors: numberOf("sectors", options["sectors"], (x) => Number.isInteger(x) && x >= 1, "a whole number from 1") ?? 1,
          splitting: oneOf("split", options["split"] ?? "full", SPLITTINGS),
          solidAngle: options["no-solid-angle"] !== true,
          polarisation: factor === undefined ? null : { factor },
          mask: (await maskOf(options["mask"], shape)) ?? (await stack.mask())?.masked ?? null,
          flat: (await reference(options["flat"]))?.values ?? (await stack.flat())?.values ?? null,
          dark: dark?.values ?? null,
          ...(dark ? { darkFrames: dark.frames } : {}),
          ...(options["range"] === undefined ? {} : { range: rangeOf(String(options["range"])) }),
        });
      },
      layout,
    );
  }
  return { plan: plan!, sources };
}

async function reference(path: string | boolean | undefined): Promise<{ values: Float64Array; frames: number } | null> {
  if (typeof path !== "string") return null;
  const source = await openAsByteSource(path);
  try {
    return await readReference(source);
  } finally {
    await source.close();
  }
}

function rangeOf(text: string): [number, number] {
  const [a, b, ...more] = text.split(/[,;:]/).map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (!Number.isFinite(a) || !Number.isFinite(b) || more.length > 0)
    throw new ThioscopeError("USAGE", `--range ${text}: two numbers, like 1.5,8`);
  return [a!, b!];
}

function oneOf<T extends string>(name: string, value: string | boolean, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw new ThioscopeError("USAGE", `--${name} ${String(value)}: ${allowed.join(", ")} are possible`);
  return found;
}

/** Where frames go, one after the other. */
interface Output {
  readonly written: readonly string[];
  /** @returns the files that hold the frame */
  add(frame: IntegratedFrame, index: number, source: string): Promise<readonly string[]>;
  finish(): Promise<void>;
  close(): void;
}

/** A file per frame, numbered where there are several, and one per cake. */
function textOutput(out: string, plan: IntegrationPlan, frames: number): Output {
  const { dir, name, ext } = parse(out);
  const written: string[] = [];
  return {
    written,
    async add(frame, index) {
      const stem = join(dir, frames === 1 ? name : `${name}-${String(index + 1).padStart(4, "0")}`);
      const names = [`${stem}${ext}`];
      await writeAtomic(names[0]!, ext === ".xy" ? writeXy(plan, frame) : writePatternCsv(plan, frame));
      if (plan.grid.sectors > 1) {
        names.push(`${stem}.cake.csv`);
        await writeAtomic(names[1]!, writeCakeCsv(plan, frame));
      }
      written.push(...names);
      return names;
    },
    finish: async () => undefined,
    close: () => undefined,
  };
}

/** One NeXus file for all frames. */
async function nexusOutput(
  out: string,
  plan: IntegrationPlan,
  errors: ErrorModel,
  options: Readonly<Record<string, string | boolean | undefined>>,
): Promise<Output> {
  const file = await createNxazint(plan, errors !== "none");
  const { version } = (await import("../../../package.json", { with: { type: "json" } })).default;
  const sources: string[] = [];
  const polarisation = options["polarisation"];
  return {
    written: [out],
    async add(frame, _, source) {
      file.add(frame);
      sources.push(source);
      return [out];
    },
    async finish() {
      const input = {
        error_model: errors,
        solid_angle: options["no-solid-angle"] !== true,
        ...(polarisation === undefined ? {} : { polarization_factor: Number(polarisation) }),
        ...Object.fromEntries(
          ["mask", "flat", "dark", "clip"].flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]!]])),
        ),
      };
      await writeAtomic(out, file.finish({ version, date: new Date().toISOString(), sources, input }));
    },
    close: file.close,
  };
}
