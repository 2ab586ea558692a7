/** Pixels without a header, laid out as the caller declares. */
import { type Notice, ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import type { DetectorImage, ImageStack, RawLayout } from "./model.ts";
import { checkFrame, checkIndex, decodePixels, PIXEL_BYTES } from "./pixels.ts";

/**
 * As many frames as the bytes hold.
 *
 * @throws INVALID_INPUT for an impossible layout, FILE_CUT where not one frame fits
 */
export function openRaw(source: ByteSource, layout: RawLayout): ImageStack {
  const { width, height, dtype, byteOrder = "little", offset = 0, gap = 0 } = layout;
  const place = { file: source.name, offset: 0 };
  if (!Object.hasOwn(PIXEL_BYTES, dtype)) {
    throw new ThioscopeError("INVALID_INPUT", `dtype "${dtype}"; allowed are ${Object.keys(PIXEL_BYTES).join(", ")}`, place);
  }
  if (byteOrder !== "little" && byteOrder !== "big")
    throw new ThioscopeError("INVALID_INPUT", `byteOrder "${byteOrder}"; allowed are little, big`, place);
  for (const [name, value] of [["offset", offset] as const, ["gap", gap] as const]) {
    if (!Number.isInteger(value) || value < 0)
      throw new ThioscopeError("INVALID_INPUT", `${name} ${value}; allowed are whole numbers from 0`, place);
  }
  let size: number;
  try {
    size = checkFrame(width, height, dtype, place);
  } catch (error) {
    throw error instanceof ThioscopeError
      ? new ThioscopeError("INVALID_INPUT", error.message.replace("the header", "the layout"), place)
      : error;
  }
  const frames = Math.floor((source.size - offset + gap) / (size + gap));
  if (frames < 1)
    throw new ThioscopeError("FILE_CUT", `one frame needs ${size} bytes from ${offset}, the file ends at ${source.size}`, {
      ...place,
      offset: source.size,
    });
  const left = source.size - offset - frames * (size + gap) + gap;
  const notices: Notice[] = [];
  if (left > 0)
    notices.push({
      code: "bytes-left",
      message: `${left} bytes behind the last whole frame are not read: is the layout right?`,
      offset: source.size - left,
    });
  return {
    format: "raw",
    width,
    height,
    frames,
    dtype,
    facts: {},
    meta: {},
    notices,
    async frame(index): Promise<DetectorImage> {
      checkIndex(index, frames, source.name);
      const bytes = await source.read(offset + index * (size + gap), size);
      return { width, height, values: decodePixels(bytes, dtype, byteOrder === "little"), facts: {}, meta: {} };
    },
    mask: async () => null,
    flat: async () => null,
    close: () => undefined,
  };
}
