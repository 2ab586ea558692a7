/** What a powder pattern's file gives, whoever wrote it. */
import { type Notice, ThioscopeError } from "@thioscope/core";

export interface PatternFile {
  /** the reader's word for the format */
  format: string;
  /** 2θ in degrees or what the first column is, rising */
  x: Float64Array;
  y: Float64Array;
  /** as the file states it, or where it follows from how the counts were taken; null: nothing is known of it */
  sigma: Float64Array | null;
  /** Å; null where the file does not say */
  wavelengthAngstrom: number | null;
  /** a second wavelength and its intensity as a share of the first's, where both are in the beam */
  doublet: { wavelengthAngstrom: number; ratio: number } | null;
  meta: Readonly<Record<string, string>>;
  notices: readonly Notice[];
}

/** Points of one pattern: far beyond any diffractometer's, far below what fills memory. */
export const MOST_POINTS = 5_000_000;
const LEAST = 8;

/** Checks what every reader promises; the first that breaks it is named. */
export function checkedPattern(file: string, pattern: PatternFile): PatternFile {
  const { x, y } = pattern;
  if (x.length < LEAST) throw new ThioscopeError("FILE_DAMAGED", `${x.length} points: a pattern has at least ${LEAST}`, { file });
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(x[i]!) || !Number.isFinite(y[i]!))
      throw new ThioscopeError("FILE_DAMAGED", `point ${i + 1} is no number: ${x[i]}, ${y[i]}`, { file });
    if (i > 0 && !(x[i]! > x[i - 1]!)) throw new ThioscopeError("FILE_DAMAGED", `${x[i]} follows ${x[i - 1]}: angles must rise`, { file });
  }
  return pattern;
}

/** Angles from a start in equal steps. */
export function stepped(start: number, step: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, k) => start + k * step);
}

/** A doublet of two wavelengths, where they are two. */
export function doubletOf(first: number | null, second: number | null, ratio: number | null): PatternFile["doublet"] {
  return first && second && second > first && second < 1.02 * first && ratio !== null && ratio > 0 && ratio < 1
    ? { wavelengthAngstrom: second, ratio }
    : null;
}
