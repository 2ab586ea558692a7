/** A source of frames: its settings, its files one frame at a time, its geometry. */
import { checkCancelled, inUnit, type Notice, parseQuantity, type Quantity, ThioscopeError } from "@thioscope/core";
import { type DetectorGeometry, pixelAt } from "@thioscope/core/diffraction";
import {
  type DetectorImage,
  type ImageFacts,
  type ImageStack,
  type PixelArray,
  readImageStack,
  readMask,
  readReference,
} from "@thioscope/formats";
import type { ByteSource } from "@thioscope/formats/bytes";
import { inOrder } from "../../inOrder.ts";
import type { SourceInputs } from "../../lines.ts";
import type { FileInput, ResultInput, StepIo } from "../../stepModules.ts";

/** One frame of the source. */
export interface FrameRef {
  /** index among the source's files */
  readonly file: number;
  /** within its file, from 0 */
  readonly frame: number;
  /** what the headers say: of the file, and once it was read, of the frame */
  facts: ImageFacts;
}

export interface FramesSurvey {
  readonly refs: FrameRef[];
  readonly shape: readonly [number, number];
  readonly notices: readonly Notice[];
}

/** A setting that is a quantity, in the unit asked for; null where it is "auto". */
export function quantitySetting(settings: Readonly<Record<string, unknown>>, name: string, unit: string): Quantity | null {
  const said = settings[name];
  return said === undefined || said === null || said === "auto" ? null : inUnit(parseQuantity(String(said), unit), unit);
}

/** A parameter likewise: a bare number, or null. */
export const quantityParameter = (parameters: Readonly<Record<string, unknown>>, name: string, unit: string): number | null =>
  quantitySetting(parameters, name, unit)?.value ?? null;

/** Memory for a frame, used again by the next. */
let memory = new Uint8Array(0);
let isLent = false;

/**
 * Opens a file of frames, uses it, closes it: thousands of files are never open at a time.
 *
 * @param use may ask, by calling `lend`, that the next long piece is read into memory that the next file uses again: thousands of frames would leave gigabytes to be collected. For files of one frame
 * that nothing is kept of; a reader may keep pieces for the frames to come.
 */
export async function withStack<T>(io: StepIo, input: FileInput, use: (stack: ImageStack, lend: () => void) => Promise<T>): Promise<T> {
  const source = await io.open(input);
  let state: "no" | "asked" | "lent" = "no";
  const lending: ByteSource = {
    name: source.name,
    size: source.size,
    async read(offset, length) {
      if (state !== "asked" || isLent || !source.readInto || length < LONG || offset + length > source.size)
        return source.read(offset, length);
      state = "lent";
      isLent = true;
      if (memory.length < length) memory = new Uint8Array(length);
      const piece = memory.subarray(0, length);
      await source.readInto(offset, piece);
      return piece;
    },
    ...(source.readInto ? { readInto: (offset, target) => source.readInto!(offset, target) } : {}),
  };
  try {
    const stack = await readImageStack(lending);
    try {
      return await use(stack, () => {
        state = "asked";
      });
    } finally {
      stack.close();
    }
  } catch (error) {
    throw error instanceof ThioscopeError ? error.at({ file: input.file }) : error;
  } finally {
    if ((state as string) === "lent") isLent = false;
    await source.close();
  }
}

/** Bytes of a piece that may be a frame. */
const LONG = 2 ** 16;

/** What a file of frames says before any is read. */
type Said = Pick<ImageStack, "width" | "height" | "frames" | "facts" | "notices">;

/** By the hash of the file: every step asks for thousands of them, one after the other. */
const said = new Map<string, Said>();
const MOST_SAID = 100_000;

async function saidBy(io: StepIo, input: FileInput): Promise<Said> {
  const known = said.get(input.sha256);
  if (known) return known;
  const found = await withStack(io, input, async ({ width, height, frames, facts, notices }) => ({
    width,
    height,
    frames,
    facts,
    notices,
  }));
  if (said.size >= MOST_SAID) said.clear();
  said.set(input.sha256, found);
  return found;
}

type Shape = readonly [rows: number, columns: number];

/** Pixels of the frames, by the first file. */
export async function shapeOf({ files }: SourceInputs, io: StepIo): Promise<Shape> {
  const { height, width } = await saidBy(io, files[0]!);
  return [height, width];
}

/** @throws ThioscopeError INVALID_INPUT where a file's frames have another size */
export function requireShape({ height, width }: Pick<Said, "height" | "width">, [rows, columns]: Shape): void {
  if (height !== rows || width !== columns)
    throw new ThioscopeError("INVALID_INPUT", `frames of ${height} × ${width} pixels after ${rows} × ${columns}`);
}

const AT_A_TIME = 8;

/** What frames there are, without reading them. Throws INVALID_INPUT where files differ in size. */
export async function survey(inputs: SourceInputs, io: StepIo): Promise<FramesSurvey> {
  const { files } = inputs;
  const refs: FrameRef[] = [];
  const notices = new Map<string, Notice>();
  const found = await inOrder(files, AT_A_TIME, (input) => {
    checkCancelled(io.context);
    return saidBy(io, input);
  });
  const shape: Shape = [found[0]?.height ?? 0, found[0]?.width ?? 0];
  for (const [file, one] of found.entries()) {
    try {
      requireShape(one, shape);
    } catch (error) {
      throw error instanceof ThioscopeError ? error.at({ file: files[file]!.file }) : error;
    }
    for (const notice of one.notices) notices.set(notice.code, notice);
    for (let frame = 0; frame < one.frames; frame++) refs.push({ file, frame, facts: one.facts });
  }
  if (refs.length === 0) throw new ThioscopeError("INVALID_INPUT", "the source holds no frame");
  return { refs, shape, notices: [...notices.values()] };
}

/** Reads frame after frame; `wanted` may leave some out. Memory holds one, which `use` must not keep. */
export async function eachFrame(
  { files }: SourceInputs,
  refs: readonly FrameRef[],
  io: StepIo,
  use: (image: DetectorImage, ref: FrameRef, index: number) => void | Promise<void>,
  wanted: (index: number) => boolean = () => true,
): Promise<void> {
  const of = new Map<number, number[]>();
  for (const [index, ref] of refs.entries()) {
    if (!wanted(index)) continue;
    const list = of.get(ref.file) ?? [];
    list.push(index);
    of.set(ref.file, list);
  }
  let done = 0;
  for (const [file, list] of of) {
    await withStack(io, files[file]!, async (stack, lend) => {
      if (stack.frames === 1) lend();
      for (const index of list) {
        checkCancelled(io.context);
        const ref = refs[index]!;
        const image = await stack.frame(ref.frame);
        ref.facts = { ...ref.facts, ...image.facts };
        await use(image, ref, index);
        io.context.progress(++done, refs.length, "frames");
      }
    });
  }
}

/** What corrects a frame: mask (of the setting, else of the first file), flat, dark. */
export interface Corrections {
  readonly mask: Uint8Array | null;
  readonly flat: PixelArray | null;
  readonly dark: PixelArray | null;
  readonly darkFrames: number;
}

export async function corrections(
  inputs: SourceInputs & { first?: FileInput },
  shape: readonly [number, number],
  io: StepIo,
): Promise<Corrections> {
  const { settingFiles, files } = inputs;
  const sized = (what: string, height: number, width: number): void => {
    if (height !== shape[0] || width !== shape[1])
      throw new ThioscopeError("INVALID_INPUT", `the ${what} has ${height} × ${width} pixels, the frames have ${shape[0]} × ${shape[1]}`);
  };
  const read = async <T>(name: string, how: (source: Awaited<ReturnType<StepIo["open"]>>) => Promise<T>): Promise<T | null> => {
    const input = settingFiles[name];
    if (!input) return null;
    const source = await io.open(input);
    try {
      return await how(source);
    } finally {
      await source.close();
    }
  };
  const own = await withStack(io, inputs.first ?? files[0]!, async (stack) => ({ mask: await stack.mask(), flat: await stack.flat() }));
  const mask = (await read("mask", readMask)) ?? own.mask;
  if (mask) sized("mask", mask.height, mask.width);
  const flat = await read("flat", readReference);
  if (flat) sized("flat", flat.height, flat.width);
  const dark = await read("dark", readReference);
  if (dark) sized("dark", dark.height, dark.width);
  return {
    mask: mask?.masked ?? null,
    flat: flat?.values ?? own.flat?.values ?? null,
    dark: dark?.values ?? null,
    darkFrames: dark?.frames ?? 1,
  };
}

/** What xrd.calibrate left for the other steps. */
export interface StoredCalibration {
  geometry: DetectorGeometry;
  /** µstrain that tilt may leave of the second harmonic; null where nothing without stress was measured */
  geometryBound: Quantity | null;
}

export async function storedCalibration(io: StepIo, result: ResultInput, shape: readonly [number, number]): Promise<StoredCalibration> {
  const source = await io.openResult(result, "calibration.json");
  const stored = JSON.parse(new TextDecoder().decode(await source.read(0, source.size))) as StoredCalibration;
  const [rows, columns] = stored.geometry.shape;
  if (rows !== shape[0] || columns !== shape[1])
    throw new ThioscopeError("INVALID_INPUT", `the geometry is of ${rows} × ${columns} pixels, the frames have ${shape[0]} × ${shape[1]}`);
  return stored;
}

/** Å; INVALID_INPUT where neither frames nor settings state an energy. */
export function wavelengthOf(geometry: DetectorGeometry): number {
  const { wavelengthMetre } = geometry;
  if (wavelengthMetre === null || wavelengthMetre === undefined)
    throw new ThioscopeError("INVALID_INPUT", 'the energy is not known: state it as a setting of the source, such as energy: "87.1 keV"');
  return wavelengthMetre * 1e10;
}

/** Degrees of 2θ that one pixel spans near the beam. */
export const pixelDegree = ({ pixel1Metre, pixel2Metre, distanceMetre }: DetectorGeometry): number =>
  (Math.max(pixel1Metre, pixel2Metre) / distanceMetre) * (180 / Math.PI);

/** 2θ of the corner farthest from the beam, degrees. */
export function largestDegree(geometry: DetectorGeometry): number {
  const beam = pixelAt(geometry, 0, 0);
  const [rows, columns] = geometry.shape;
  const reach = Math.hypot(
    Math.max(Math.abs(beam?.row ?? 0), Math.abs(rows - (beam?.row ?? 0))) * geometry.pixel1Metre,
    Math.max(Math.abs(beam?.column ?? 0), Math.abs(columns - (beam?.column ?? 0))) * geometry.pixel2Metre,
  );
  return (Math.atan(reach / geometry.distanceMetre) * 180) / Math.PI;
}
