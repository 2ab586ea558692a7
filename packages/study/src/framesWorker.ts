/** One thread of a frame pool: frames in, patterns and cakes out. */
import { workerData as startedWith } from "node:worker_threads";
import { ThioscopeError } from "@thioscope/core";
import { type FramePixels, type FrameSummer, frameSummer, type IntegratedFrame, integrateFrame } from "@thioscope/core/diffraction";
import { type ImageStack, readImageStack } from "@thioscope/formats";
import { kernelSummer } from "@thioscope/kernels";
import { move, transferableSymbol, valueSymbol } from "piscina";
import { type FileSource, openAsByteSource } from "./fileSource.ts";
import type { FrameAnswer, FrameSource, FrameWorkerData } from "./frames.ts";

const { plan, memory, taken, errors, clip, layout } = startedWith as FrameWorkerData;
const summer: FrameSummer = memory ? kernelSummer(plan, memory, Atomics.add(taken, 0, 1)) : frameSummer(plan);

/** The file of the last frame: frames of a stack come one after the other. */
let open: { path: string; source: FileSource; stack: ImageStack } | null = null;

async function stackOf(path: string): Promise<ImageStack> {
  if (open?.path === path) return open.stack;
  if (open) {
    open.stack.close();
    await open.source.close();
    open = null;
  }
  const source = await openAsByteSource(path);
  try {
    const stack = await readImageStack(source, layout);
    open = { path, source, stack };
    return stack;
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function pixelsOf(frame: FrameSource): Promise<FramePixels> {
  if ("pixels" in frame) return frame.pixels;
  const { width, height, values } = await (await stackOf(frame.path)).frame(frame.index);
  const [rows, columns] = plan.geometry.shape;
  if (height !== rows || width !== columns) {
    throw new ThioscopeError("INVALID_INPUT", `the frame has ${height} × ${width} pixels, the geometry is for ${rows} × ${columns}`);
  }
  return values;
}

export default async function work(source: FrameSource): Promise<FrameAnswer> {
  try {
    const frame = integrateFrame(plan, await pixelsOf(source), { errors, clip, summer });
    return move({ [transferableSymbol]: buffersOf(frame), [valueSymbol]: { frame } }) as unknown as FrameAnswer;
  } catch (error) {
    const known = error instanceof ThioscopeError;
    const place = "path" in source ? { file: source.path } : {};
    return {
      error: {
        code: known ? error.code : null,
        message: error instanceof Error ? error.message : String(error),
        place: known ? { ...error.place, ...place } : place,
      },
    };
  }
}

/** What is handed over: not the counts, which may be the plan's own. */
function buffersOf({ pattern, cake }: IntegratedFrame): ArrayBuffer[] {
  return [pattern.values, pattern.sigma, cake.values, cake.sigma].flatMap((a) =>
    a instanceof Float64Array ? [a.buffer as ArrayBuffer] : [],
  );
}
