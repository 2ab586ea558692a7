/** What the actions take: frames, masks, geometries, numbers. */
import { readFile } from "node:fs/promises";
import { ThioscopeError } from "@thioscope/core";
import { type Calibrant, calibrant, readSpacings } from "@thioscope/core/crystal";
import type { DetectorGeometry, Orientation } from "@thioscope/core/diffraction";
import {
  completeGeometry,
  type GeometryFile,
  type ImageStack,
  type PixelType,
  type RawLayout,
  type ReadImageOptions,
  readGeometry,
  readImageStack,
  readMask,
} from "@thioscope/formats";
import { openAsByteSource } from "@thioscope/study/files";
import type { OptionSpec } from "../../command.ts";

type Option = string | boolean | undefined;

/** Options that say how the frames lie in their files, of every action that reads frames. */
export const STACK_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  raw: { type: "string", value: "LAYOUT", help: "files without a header: COLUMNSxROWS:TYPE[:big][:offset=N][:gap=N], N in bytes" },
  dataset: { type: "string", value: "PATH", help: "HDF5: the dataset that holds the frames, where the file has several" },
};

/** How frames lie in a file that does not say it itself. */
export type StackLayout = Pick<ReadImageOptions, "raw" | "path">;

/** "2048x2048:uint16:big:offset=8192" and "/entry/data" as a layout; what is impossible is said when a file is opened. */
export function layoutOf(options: Readonly<Record<string, Option>>): StackLayout {
  const { raw, dataset } = options;
  const layout: StackLayout = typeof dataset === "string" ? { path: dataset } : {};
  if (typeof raw !== "string") return layout;
  const [size = "", dtype = "", ...more] = raw.split(":");
  const sides = /^(\d+)[x×](\d+)$/.exec(size);
  const wrong = (what: string): ThioscopeError => new ThioscopeError("USAGE", `--raw ${raw}: ${what}; like 2048x2048:uint16:offset=8192`);
  if (!sides) throw wrong("COLUMNSxROWS stand first");
  if (!(RAW_TYPES as readonly string[]).includes(dtype)) throw wrong(`the type is one of ${RAW_TYPES.join(", ")}`);
  const declared: RawLayout = { width: Number(sides[1]), height: Number(sides[2]), dtype: dtype as PixelType };
  for (const word of more) {
    const bytes = /^(offset|gap)=(\d+)$/.exec(word);
    if (bytes) declared[bytes[1] as "offset" | "gap"] = Number(bytes[2]);
    else if (word === "big" || word === "little") declared.byteOrder = word;
    else throw wrong(`"${word}" is none of big, little, offset=N, gap=N`);
  }
  return { ...layout, raw: declared };
}

const RAW_TYPES: readonly PixelType[] = ["uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float32", "float64"];

/** Opens a stack, uses it, closes it; errors name the file as the user did. */
export async function withStack<T>(path: string, use: (stack: ImageStack) => Promise<T>, layout: StackLayout = {}): Promise<T> {
  const source = await openAsByteSource(path);
  try {
    const stack = await readImageStack(source, layout);
    try {
      return await use(stack);
    } finally {
      stack.close();
    }
  } catch (error) {
    throw named(error, path);
  } finally {
    await source.close();
  }
}

function named(error: unknown, path: string): unknown {
  return error instanceof ThioscopeError
    ? new ThioscopeError(error.code, error.message, { ...error.place, file: path }, error.cause)
    : error;
}

/** A mask of the image's size; null without one. */
export async function maskOf(path: Option, shape: readonly [number, number]): Promise<Uint8Array | null> {
  if (typeof path !== "string") return null;
  const source = await openAsByteSource(path);
  try {
    const { width, height, masked } = await readMask(source);
    if (height !== shape[0] || width !== shape[1]) {
      throw new ThioscopeError("INVALID_INPUT", `the mask has ${height} × ${width} pixels, the image ${shape[0]} × ${shape[1]}`);
    }
    return masked;
  } catch (error) {
    throw named(error, path);
  } finally {
    await source.close();
  }
}

export async function geometryFile(path: string): Promise<GeometryFile> {
  const source = await openAsByteSource(path);
  try {
    return await readGeometry(source);
  } catch (error) {
    throw named(error, path);
  } finally {
    await source.close();
  }
}

/** The geometry of this image: a PONI file and what the image or the user adds. */
export function geometryOf(
  file: GeometryFile,
  shape: readonly [number, number],
  pixel: readonly [number, number] | null,
  orientation: Orientation | null,
): DetectorGeometry {
  const complete = completeGeometry(file, { shape, pixel1Metre: pixel?.[0], pixel2Metre: pixel?.[1] });
  return orientation === null ? complete : { ...complete, orientation };
}

/** "200" or "172x200" (height × width) µm to metres; the image's own where it states one; null where nobody does. */
export function pixelOf(option: Option, stack: ImageStack): readonly [number, number] | null {
  if (typeof option === "string") {
    const [height, width = height] = option.split(/[x×]/).map(Number);
    if (!(height! > 0 && width! > 0))
      throw new ThioscopeError("USAGE", `--pixel-um ${option}: a size like 200, or height x width like 172x200`);
    return [height! / 1e6, width! / 1e6];
  }
  const { pixel1Metre, pixel2Metre } = stack.facts;
  return pixel1Metre !== undefined && pixel2Metre !== undefined ? [pixel1Metre, pixel2Metre] : null;
}

/** A positive number, or undefined where the option is not given. */
export function numberOf(name: string, option: Option, allowed: (x: number) => boolean, what: string): number | undefined {
  if (typeof option !== "string") return undefined;
  const value = option.trim() === "" ? Number.NaN : Number(option);
  if (!allowed(value)) throw new ThioscopeError("USAGE", `--${name} ${option}: ${what}`);
  return value;
}

export function orientationOf(option: Option): Orientation | null {
  const value = numberOf("orientation", option, (x) => Number.isInteger(x) && x >= 1 && x <= 8, "1 to 8, as PONI files count");
  return value === undefined ? null : (value as Orientation);
}

/** A calibrant by name, or by a file of d-spacings in Å. */
export async function calibrantOf(option: Option, dMinAngstrom: number): Promise<Calibrant> {
  if (typeof option !== "string")
    throw new ThioscopeError("USAGE", "--calibrant is needed: LaB6, CeO2, Si, Al2O3, AgBehenate or a file of d-spacings in Å");
  if (!/[./\\]/.test(option)) return calibrant(option, /ag/i.test(option) ? Math.max(dMinAngstrom, 0.5) : dMinAngstrom);
  let text: string;
  try {
    text = await readFile(option, "utf8");
  } catch (error) {
    throw new ThioscopeError("FILE_MISSING", `the list of d-spacings ${option} cannot be opened`, { file: option }, error);
  }
  return readSpacings(text, option);
}
