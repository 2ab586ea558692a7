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

/** Opens a file of frames, uses it, closes it: thousands of files are never open at a time. */
export async function withStack<T>(io: StepIo, input: FileInput, use: (stack: ImageStack) => Promise<T>): Promise<T> {
  const source = await io.open(input);
  try {
    const stack = await readImageStack(source);
    try {
      return await use(stack);
    } finally {
      stack.close();
    }
  } catch (error) {
    throw error instanceof ThioscopeError ? error.at({ file: input.file }) : error;
  } finally {
    await source.close();
  }
}

/** What frames there are, without reading them. Throws INVALID_INPUT where files differ in size. */
export async function survey({ files }: SourceInputs, io: StepIo): Promise<FramesSurvey> {
  const refs: FrameRef[] = [];
  const notices = new Map<string, Notice>();
  let shape: [number, number] | null = null;
  for (const [file, input] of files.entries()) {
    checkCancelled(io.context);
    await withStack(io, input, async (stack) => {
      shape ??= [stack.height, stack.width];
      if (stack.height !== shape[0] || stack.width !== shape[1])
        throw new ThioscopeError("INVALID_INPUT", `frames of ${stack.height} × ${stack.width} pixels after ${shape[0]} × ${shape[1]}`);
      for (const notice of stack.notices) notices.set(notice.code, notice);
      for (let frame = 0; frame < stack.frames; frame++) refs.push({ file, frame, facts: stack.facts });
    });
  }
  if (!shape || refs.length === 0) throw new ThioscopeError("INVALID_INPUT", "the source holds no frame");
  return { refs, shape, notices: [...notices.values()] };
}

/** Reads frame after frame; `wanted` may leave some out. Memory holds one. */
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
    await withStack(io, files[file]!, async (stack) => {
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
