/** NumPy's .npy, versions 1 to 3 (NEP 1): one array of 2 or 3 dimensions, in the order of C or of Fortran. */
import { ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import type { DetectorImage, ImageReader, ImageStack, PixelArray, PixelType } from "./model.ts";
import { checkFrame, checkIndex, decodePixels, pixelTypeOf } from "./pixels.ts";

const TYPES: Readonly<Record<string, PixelType>> = {
  b1: "uint8",
  i1: "int8",
  u1: "uint8",
  i2: "int16",
  u2: "uint16",
  i4: "int32",
  u4: "uint32",
  i8: "int64",
  u8: "uint64",
  f4: "float32",
  f8: "float64",
};

const MAX_HEADER = 2 ** 16;

export const npyReader: ImageReader = {
  id: "npy",
  title: "NumPy array (.npy)",
  endings: [".npy"],
  sniff: (head) => head.length > 10 && head[0] === 0x93 && String.fromCharCode(...head.subarray(1, 6)) === "NUMPY",
  open: openNpy,
};

async function openNpy(source: ByteSource): Promise<ImageStack> {
  const start = await source.read(0, Math.min(12, source.size));
  const view = new DataView(start.buffer, start.byteOffset, start.length);
  const place = { file: source.name, offset: 0 };
  const version = start[6]!;
  if (version < 1 || version > 3) throw new ThioscopeError("FORMAT_VERSION", `version ${version} of .npy; read are 1 to 3`, place);
  if (version > 1 && start.length < 12) throw new ThioscopeError("FILE_CUT", "the header ends early", { ...place, offset: start.length });
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const at = version === 1 ? 10 : 12;
  if (length > MAX_HEADER) throw new ThioscopeError("FILE_DAMAGED", `a header of ${length} bytes; at most ${MAX_HEADER} are read`, place);
  const text = new TextDecoder("latin1").decode(await source.read(at, length));
  const code = /'descr'\s*:\s*'([<>|=]?)(\w+)'/.exec(text);
  const dtype = TYPES[code?.[2] ?? ""];
  if (!dtype)
    throw new ThioscopeError(
      "FORMAT_VERSION",
      `an array of type ${code?.[2] ?? "not stated"}; read are ${Object.keys(TYPES).join(", ")}`,
      place,
    );
  const shape = (/'shape'\s*:\s*\(([^)]*)\)/.exec(text)?.[1] ?? "").split(",").filter((part) => part.trim() !== "");
  const sides = shape.map(Number);
  if (sides.length < 2 || sides.length > 3)
    throw new ThioscopeError("FORMAT_VERSION", `an array of shape (${shape.join(", ")}); images have 2 dimensions, stacks 3`, place);
  const byColumn = /'fortran_order'\s*:\s*True/.test(text);
  const [frames, height, width] = sides.length === 2 ? [1, sides[0]!, sides[1]!] : [sides[0]!, sides[1]!, sides[2]!];
  const bytes = checkFrame(width, height, dtype, place);
  const data = at + length;
  if (!Number.isInteger(frames) || frames < 1) throw new ThioscopeError("FILE_DAMAGED", `an array of ${frames} frames`, place);
  if (data + frames * bytes > source.size) {
    throw new ThioscopeError("FILE_CUT", `${frames} frames need ${frames * bytes} bytes from ${data}, the file ends at ${source.size}`, {
      ...place,
      offset: source.size,
    });
  }
  // frames of a Fortran stack are interleaved pixel by pixel
  if (byColumn && frames > 1)
    throw new ThioscopeError("FORMAT_VERSION", "a stack in the order of Fortran; pictures are read in it, stacks are not", place);
  const littleEndian = code?.[1] !== ">";
  return {
    format: "npy",
    width,
    height,
    frames,
    dtype,
    facts: {},
    meta: {},
    notices: [],
    async frame(index): Promise<DetectorImage> {
      checkIndex(index, frames, source.name);
      const stored = decodePixels(await source.read(data + index * bytes, bytes), dtype, littleEndian);
      return { width, height, values: byColumn ? transpose(stored, width, height) : stored, facts: {}, meta: {} };
    },
    mask: async () => null,
    flat: async () => null,
    close: () => undefined,
  };
}

/** Columns one after another to rows one after another. */
function transpose(values: PixelArray, width: number, height: number): PixelArray {
  const out = decodePixels(new Uint8Array(values.byteLength), pixelTypeOf(values), true, true);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) out[row * width + column] = values[column * height + row]!;
  return out;
}
