/** Masks, darks and flats from files: any image format that readImageStack knows. */
import { checkCancelled, type Notice, ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import type { PixelMask, ReadImageOptions } from "./model.ts";
import { readImageStack } from "./readImageStack.ts";

/**
 * A mask: pixels that are not zero are masked, as pyFAI, Dioptas and fabio write them (EDF, NPY, PNG, TIFF).
 *
 * @throws what readImageStack throws; INVALID_INPUT for a stack of several frames
 */
export async function readMask(source: ByteSource, options: ReadImageOptions = {}): Promise<PixelMask> {
  const stack = await readImageStack(source, options);
  try {
    if (stack.frames !== 1)
      throw new ThioscopeError("INVALID_INPUT", `a mask is one picture; the file holds ${stack.frames}`, { file: source.name });
    const { width, height, values } = await stack.frame(0);
    const masked = new Uint8Array(width * height);
    const seen = new Set<number>();
    let count = 0;
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (seen.size < 4) seen.add(value);
      if (value === 0) continue;
      masked[i] = 1;
      count++;
    }
    const notices: Notice[] = [...stack.notices];
    if (seen.size > 2) notices.push({ code: "mask-values", message: "the mask holds more than two values: all but 0 are taken as masked" });
    if (count > masked.length / 2) {
      notices.push({ code: "mask-large", message: `${count} of ${masked.length} pixels are masked: does the file mark the good ones?` });
    }
    return { width, height, masked, notices };
  } finally {
    stack.close();
  }
}

/** A dark or a flat: the mean of all frames of a file. */
export interface ReferenceImage {
  width: number;
  height: number;
  values: Float64Array;
  /** frames averaged */
  frames: number;
  exposureSecond: number | null;
  notices: readonly Notice[];
}

/**
 * The mean frame of a file, for dark current or flat field.
 *
 * @throws what readImageStack throws; INVALID_INPUT where a pixel of the mean is NaN or infinite in every frame
 */
export async function readReference(source: ByteSource, options: ReadImageOptions = {}): Promise<ReferenceImage> {
  const stack = await readImageStack(source, options);
  try {
    const mean = new Float64Array(stack.width * stack.height);
    for (let k = 0; k < stack.frames; k++) {
      const { values } = await stack.frame(k);
      for (let i = 0; i < mean.length; i++) mean[i] = mean[i]! + values[i]!;
      if (options.task) {
        checkCancelled(options.task);
        options.task.progress(k + 1, stack.frames, "frames averaged");
      }
    }
    let broken = 0;
    for (let i = 0; i < mean.length; i++) {
      mean[i] = mean[i]! / stack.frames;
      if (!Number.isFinite(mean[i]!)) broken++;
    }
    if (broken === mean.length) throw new ThioscopeError("INVALID_INPUT", "no pixel of the reference is a number", { file: source.name });
    const notices: Notice[] = [...stack.notices];
    if (broken > 0)
      notices.push({ code: "pixels-not-finite", message: `${broken} of ${mean.length} pixels of the reference are no number` });
    const exposureSecond = stack.facts.exposureSecond ?? null;
    return { width: stack.width, height: stack.height, values: mean, frames: stack.frames, exposureSecond, notices };
  } finally {
    stack.close();
  }
}
