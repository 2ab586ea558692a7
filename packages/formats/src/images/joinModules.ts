/**
 * Detectors of several modules that write a file each (Lambda, Eiger) as one picture: every module lies where its file says
 * (NeXus NXdetector/translation/distance in pixels), gaps between them are masked.
 */
import { ThioscopeError } from "@thioscope/core";
import type { DetectorImage, ImageStack, PixelMask, PixelType } from "./model.ts";
import { checkFrame, checkIndex, decodePixels, PIXEL_BYTES } from "./pixels.ts";

/** What stands in a gap: the largest value of an unsigned type, −1 of a signed one, NaN of a float. */
function gapValue(dtype: PixelType): number {
  if (dtype.startsWith("float") || dtype.endsWith("64")) return Number.NaN;
  return dtype.startsWith("u") ? 2 ** (8 * PIXEL_BYTES[dtype]) - 1 : -1;
}

interface Placed {
  stack: ImageStack;
  row: number;
  column: number;
}

/**
 * One stack of the modules' stacks. Closing it closes them.
 *
 * @throws INVALID_INPUT where a module does not say its place, types or numbers of frames differ, or modules overlap
 */
export function joinModules(stacks: readonly ImageStack[]): ImageStack {
  const first = stacks[0];
  if (!first) throw new ThioscopeError("INVALID_INPUT", "there is no module to join");
  const lost = stacks.findIndex((one) => one.facts.moduleRow === undefined || one.facts.moduleColumn === undefined);
  if (lost >= 0)
    throw new ThioscopeError("INVALID_INPUT", `module ${lost + 1} of ${stacks.length} does not say where it lies (translation in pixels)`);
  const odd = stacks.find((one) => one.dtype !== first.dtype || one.frames !== first.frames);
  if (odd)
    throw new ThioscopeError(
      "INVALID_INPUT",
      `modules differ: ${odd.frames} frames of ${odd.dtype} beside ${first.frames} of ${first.dtype}`,
    );
  const top = Math.min(...stacks.map((one) => one.facts.moduleRow!));
  const left = Math.min(...stacks.map((one) => one.facts.moduleColumn!));
  const placed = stacks.map((stack): Placed => ({ stack, row: stack.facts.moduleRow! - top, column: stack.facts.moduleColumn! - left }));
  const height = Math.max(...placed.map(({ stack, row }) => row + stack.height));
  const width = Math.max(...placed.map(({ stack, column }) => column + stack.width));
  checkFrame(width, height, first.dtype, {});
  checkApart(placed);
  const { dtype, frames } = first;
  const { moduleRow, moduleColumn, ...facts } = first.facts;
  return {
    ...first,
    width,
    height,
    facts,
    notices: stacks.flatMap((one) => one.notices),
    async frame(index): Promise<DetectorImage> {
      checkIndex(index, frames, "joined modules");
      const values = decodePixels(new Uint8Array(width * height * PIXEL_BYTES[dtype]), dtype, true, true);
      values.fill(gapValue(dtype));
      for (const { stack, row, column } of placed) {
        const part = await stack.frame(index);
        for (let i = 0; i < part.height; i++) {
          values.set(part.values.subarray(i * part.width, (i + 1) * part.width), (row + i) * width + column);
        }
      }
      return { width, height, values, facts, meta: first.meta };
    },
    async mask(): Promise<PixelMask> {
      const masked = new Uint8Array(width * height).fill(1);
      for (const { stack, row, column } of placed) {
        const own = await stack.mask();
        for (let i = 0; i < stack.height; i++) {
          const at = (row + i) * width + column;
          if (own) masked.set(own.masked.subarray(i * stack.width, (i + 1) * stack.width), at);
          else masked.fill(0, at, at + stack.width);
        }
      }
      return { width, height, masked, notices: [] };
    },
    flat: async () => null,
    close(): void {
      for (const one of stacks) one.close();
    },
  };
}

function checkApart(placed: readonly Placed[]): void {
  placed.forEach((a, i) => {
    for (const b of placed.slice(i + 1)) {
      const rows = Math.min(a.row + a.stack.height, b.row + b.stack.height) - Math.max(a.row, b.row);
      const columns = Math.min(a.column + a.stack.width, b.column + b.stack.width) - Math.max(a.column, b.column);
      if (rows > 0 && columns > 0) {
        throw new ThioscopeError(
          "INVALID_INPUT",
          `two modules overlap by ${rows} × ${columns} pixels: their places are wrong, or a file was given twice`,
        );
      }
    }
  });
}
