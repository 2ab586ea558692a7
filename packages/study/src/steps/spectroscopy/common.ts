/** What the steps over spectra share: their files, curves that a screen can hold, and columns of errors. */
import { type Column, checkCancelled, type Notice, type Quantity, ThioscopeError } from "@thioscope/core";
import { type PackedNumbers, packNumbers } from "@thioscope/core/story";
import type { ByteSource } from "@thioscope/formats";
import type { SourceInputs } from "../../lines.ts";
import { basename } from "../../names.ts";
import type { StepIo } from "../../stepModules.ts";
import { numbers } from "../applies.ts";

/** Points per curve, and curves, that a screen can show apart. */
const MOST_POINTS = 1500;
export const MOST_CURVES = 60;

/** Reads every file of a source; what is wrong with one names it. */
export async function readFiles<T>(
  inputs: SourceInputs,
  io: StepIo,
  read: (source: ByteSource) => Promise<T>,
): Promise<{ name: string; file: T }[]> {
  const out: { name: string; file: T }[] = [];
  for (const [i, input] of inputs.files.entries()) {
    checkCancelled(io.context);
    io.context.progress(i, inputs.files.length, "files");
    try {
      out.push({ name: basename(input.file), file: await read(await io.open(input)) });
    } catch (error) {
      throw error instanceof ThioscopeError ? error.at({ file: input.file }) : error;
    }
  }
  return out;
}

/** Every nth point, so that no more than a screen holds are left; the same for all columns of a curve. */
export function thinned(length: number): (values: Float64Array) => number[] {
  const stride = Math.ceil(length / MOST_POINTS);
  // four decimals of a hundredth of a percent: more than a screen shows
  const short = (v: number): number => Number(v.toPrecision(7));
  return (values) => Array.from({ length: Math.ceil(length / stride) }, (_, i) => short(values[i * stride]!));
}

/** Curves whose parameters can be moved on a screen: each parameter takes as much room as a curve. */
const MOST_MOVED = 12;

/** What a part holds of the effects of a fit's parameters; nothing beyond the first curves. */
export function effectsShown(
  place: number,
  effects: readonly (Float64Array | null)[],
  take: (values: Float64Array) => number[],
): { effects?: (PackedNumbers | null)[] } {
  return place < MOST_MOVED ? { effects: effects.map((one) => one && packNumbers(take(one))) } : {};
}

export const partFiles = (inputs: SourceInputs): { name: string; hash: string | null }[] =>
  inputs.files.map(({ file, sha256 }) => ({ name: basename(file), hash: sha256 }));

export const named = (of: string, notices: readonly Notice[]): Notice[] => notices.map((n) => ({ ...n, message: `${of}: ${n.message}` }));

/** A column of quantities and one of their errors. */
export function quantities(name: string, unit: string, list: readonly (Quantity | null)[]): Column[] {
  return [
    numbers(
      name,
      unit,
      list.map((q) => q?.value ?? Number.NaN),
    ),
    numbers(
      `${name}_sigma`,
      unit,
      list.map((q) => q?.sigma ?? Number.NaN),
    ),
  ];
}

/** null for what is not there. */
export const orNull = (values: readonly (number | null | undefined)[]): (number | null)[] => values.map((v) => v ?? null);
