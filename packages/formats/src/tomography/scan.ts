/**
 * A tomographic scan: projections with their angles, flats and darks. From HDF5 as the light sources write it, told by its paths:
 *
 *   Data Exchange   /exchange/data, data_white, data_dark, theta (degrees)
 *   NXtomo          …/instrument/detector/data with image_key (0 projection, 1 flat, 2 dark) and …/sample/rotation_angle (degrees)
 *
 * or from pictures: one stack or many files, in the order of the angles, with flats and darks beside them.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import { valueAt, walk } from "../images/hdf5/access.ts";
import { LazyFile } from "../images/hdf5/lazyFile.ts";
import type { DetectorImage, ImageStack } from "../images/model.ts";
import { findImageReader, readImageStack } from "../images/readImageStack.ts";

export interface TomographyScan {
  format: "data exchange" | "nxtomo" | "pictures";
  width: number;
  height: number;
  projections: number;
  /** degrees, one per projection; null where the files do not say */
  anglesDegree: Float64Array | null;
  /** edge of a detector pixel, metres; null where the files do not say */
  pixelMetre: number | null;
  /** Projection `index` from 0, decoded now. */
  projection(index: number): Promise<DetectorImage>;
  /** Mean of the flats or of the darks; null where there are none. */
  flat(): Promise<Float64Array | null>;
  dark(): Promise<Float64Array | null>;
  notices: readonly Notice[];
  close(): void;
}

const EXCHANGE = { data: "/exchange/data", flat: "/exchange/data_white", dark: "/exchange/data_dark", theta: "/exchange/theta" } as const;

/** A scan that one HDF5 file holds; null where the file is no HDF5 file or holds no scan of a known kind. */
export async function readTomographyScan(source: ByteSource): Promise<TomographyScan | null> {
  const reader = await findImageReader(source);
  if (reader?.id !== "nexus") return null;
  const lazy = await LazyFile.open(source);
  try {
    const { items } = await walk(lazy);
    const has = (path: string): boolean => items.some((item) => item.path === path && item.kind === "dataset");
    const numbersAt = async (path: string): Promise<Float64Array | null> => {
      const value = await valueAt(lazy, path);
      return Array.isArray(value) && value.every((x) => typeof x === "number") ? Float64Array.from(value as number[]) : null;
    };
    if (has(EXCHANGE.data)) return await exchange(source, has, await numbersAt(EXCHANGE.theta));
    const key = items.find(({ path }) => path.endsWith("/image_key"));
    const angle = items.find(({ path }) => path.endsWith("/sample/rotation_angle"));
    if (!key || !angle) return null;
    const detector = key.path.slice(0, -"/image_key".length);
    return await nxtomo(source, `${detector}/data`, (await numbersAt(key.path))!, await numbersAt(angle.path));
  } finally {
    lazy.close();
  }
}

async function exchange(source: ByteSource, has: (path: string) => boolean, theta: Float64Array | null): Promise<TomographyScan> {
  const stacks: ImageStack[] = [];
  const open = async (path: string): Promise<ImageStack> => {
    const stack = await readImageStack(source, { path });
    stacks.push(stack);
    return stack;
  };
  try {
    const data = await open(EXCHANGE.data);
    const flats = has(EXCHANGE.flat) ? await open(EXCHANGE.flat) : null;
    const darks = has(EXCHANGE.dark) ? await open(EXCHANGE.dark) : null;
    const scan = scanOfStacks([data], flats ? [flats] : [], darks ? [darks] : []);
    return { ...scan, format: "data exchange", anglesDegree: checkedAngles(theta, data.frames, source.name) };
  } catch (error) {
    for (const stack of stacks) stack.close();
    throw error;
  }
}

async function nxtomo(source: ByteSource, path: string, key: Float64Array, angle: Float64Array | null): Promise<TomographyScan> {
  const stack = await readImageStack(source, { path });
  const of = (kind: number): number[] => Array.from(key.keys()).filter((i) => key[i] === kind);
  const projections = of(0);
  if (key.length !== stack.frames || projections.length === 0) {
    stack.close();
    throw new ThioscopeError(
      "FILE_DAMAGED",
      `image_key names ${key.length} frames, ${projections.length} of them projections; ${path} holds ${stack.frames}`,
      {
        file: source.name,
      },
    );
  }
  const angles = angle?.length === stack.frames ? Float64Array.from(projections, (i) => angle[i]!) : angle;
  return {
    format: "nxtomo",
    width: stack.width,
    height: stack.height,
    projections: projections.length,
    anglesDegree: checkedAngles(angles, projections.length, source.name),
    pixelMetre: stack.facts.pixel2Metre ?? null,
    projection: (index) => stack.frame(projections[checkIndex(index, projections.length)]!),
    flat: () => mean(of(1).map((i) => () => stack.frame(i))),
    dark: () => mean(of(2).map((i) => () => stack.frame(i))),
    notices: stack.notices,
    close: () => stack.close(),
  };
}

function checkedAngles(angles: Float64Array | null, projections: number, file: string): Float64Array | null {
  if (angles === null) return null;
  if (angles.length !== projections || !angles.every(Number.isFinite)) {
    throw new ThioscopeError("FILE_DAMAGED", `${angles.length} angles for ${projections} projections; one finite angle each is needed`, {
      file,
    });
  }
  return angles;
}

/**
 * A scan of opened pictures, in the order given; closing it closes them.
 *
 * @throws ThioscopeError INVALID_INPUT where pictures differ in size
 */
export function scanOfStacks(
  projections: readonly ImageStack[],
  flats: readonly ImageStack[],
  darks: readonly ImageStack[],
): TomographyScan {
  const [first] = projections;
  if (!first) throw new ThioscopeError("INVALID_INPUT", "a scan needs projections");
  const all = [...projections, ...flats, ...darks];
  const odd = all.find(({ width, height }) => width !== first.width || height !== first.height);
  if (odd) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `pictures of ${odd.width} × ${odd.height} and of ${first.width} × ${first.height} pixels in one scan`,
    );
  }
  const frames = projections.flatMap((stack) => Array.from({ length: stack.frames }, (_, i) => ({ stack, i })));
  const framesOf = (stacks: readonly ImageStack[]): (() => Promise<DetectorImage>)[] =>
    stacks.flatMap((stack) => Array.from({ length: stack.frames }, (_, i) => () => stack.frame(i)));
  return {
    format: "pictures",
    width: first.width,
    height: first.height,
    projections: frames.length,
    anglesDegree: null,
    pixelMetre: first.facts.pixel2Metre ?? null,
    projection: (index) => {
      const { stack, i } = frames[checkIndex(index, frames.length)]!;
      return stack.frame(i);
    },
    flat: () => mean(framesOf(flats)),
    dark: () => mean(framesOf(darks)),
    notices: all.flatMap((stack) => stack.notices),
    close: () => {
      for (const stack of all) stack.close();
    },
  };
}

function checkIndex(index: number, count: number): number {
  if (Number.isInteger(index) && index >= 0 && index < count) return index;
  throw new ThioscopeError("INVALID_INPUT", `projection ${index}: there are 0 to ${count - 1}`);
}

async function mean(frames: readonly (() => Promise<DetectorImage>)[]): Promise<Float64Array | null> {
  let sum: Float64Array | null = null;
  for (const frame of frames) {
    const { values } = await frame();
    sum ??= new Float64Array(values.length);
    for (let i = 0; i < sum.length; i++) sum[i]! += values[i]! / frames.length;
  }
  return sum;
}
