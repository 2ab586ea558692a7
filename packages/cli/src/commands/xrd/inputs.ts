/** What the actions take: frames, masks, geometries, numbers. */
import { readFile } from "node:fs/promises";
import { ThioscopeError } from "@thioscope/core";
import { type Calibrant, calibrant, readSpacings } from "@thioscope/core/crystal";
import type { DetectorGeometry, Orientation } from "@thioscope/core/diffraction";
import { completeGeometry, type GeometryFile, type ImageStack, readGeometry, readImageStack, readMask } from "@thioscope/formats";
import { openAsByteSource } from "@thioscope/study";

type Option = string | boolean | undefined;

/** Opens a stack, uses it, closes it; errors name the file as the user did. */
export async function withStack<T>(path: string, use: (stack: ImageStack) => Promise<T>): Promise<T> {
  const source = await openAsByteSource(path);
  try {
    const stack = await readImageStack(source);
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
