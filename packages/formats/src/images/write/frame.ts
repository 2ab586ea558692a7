/** What the writers take, and the checks they share. */
import { ThioscopeError } from "@thioscope/core";
import type { ImageFacts, PixelArray } from "../model.ts";
import { MAX_SIDE, pixelTypeOf } from "../pixels.ts";

export interface WritableFrame {
  width: number;
  height: number;
  /** row by row */
  values: PixelArray;
  /** what the format can hold of it is written */
  facts?: ImageFacts;
}

/** INVALID_INPUT for no frame, impossible sizes, or frames that differ in size or type. @returns their size */
export function checkWritable(frames: readonly WritableFrame[]): { width: number; height: number } {
  const first = frames[0];
  if (!first) throw new ThioscopeError("INVALID_INPUT", "there is no frame to write");
  for (const frame of frames) checkOne(frame, first);
  return { width: first.width, height: first.height };
}

export function checkOne(frame: WritableFrame, first: WritableFrame): void {
  const { width, height, values } = frame;
  const possible = (side: number): boolean => Number.isInteger(side) && side >= 1 && side <= MAX_SIDE;
  if (!possible(width) || !possible(height) || values.length !== width * height) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `a frame of ${width} × ${height} pixels with ${values.length} values; sides are 1 to ${MAX_SIDE}`,
    );
  }
  if (width !== first.width || height !== first.height || pixelTypeOf(values) !== pixelTypeOf(first.values)) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `frames differ: ${width} × ${height} ${pixelTypeOf(values)} after ${first.width} × ${first.height} ${pixelTypeOf(first.values)}`,
    );
  }
}
