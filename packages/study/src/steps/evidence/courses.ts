/** The cycler's files of a study as courses of composition: what joins cells that were measured apart. */
import type { Quantity } from "@thioscope/core";
import type { Cell } from "@thioscope/core/cell";
import { type CompositionCourse, compositionAtMoment } from "@thioscope/core/clock";
import { halfCycles, type SulfurCurve, sulfurCapacity, sulfurCurves } from "@thioscope/core/cycling";
import type { RunInput } from "../../lines.ts";
import type { StepIo } from "../../stepModules.ts";
import { loadCell } from "../cell.ts";
import { loadFile, METHOD_COLUMNS } from "../facts.ts";
import { wallSeconds } from "../wallClock.ts";

export interface CellCourse {
  input: RunInput;
  cell: Cell;
  /** of the half cycle asked for; its time counts on the wall from the first row of the file */
  course: CompositionCourse;
  /** row of the file that each point of the course is */
  row: Float64Array;
  half: number;
}

export const PER_ELECTRON = sulfurCapacity(1).value;

/** Courses of the half cycle of every run that counts sulfur, with the reasons of those that do not. */
export async function coursesOf(io: StepIo, run: readonly RunInput[], half: number): Promise<{ courses: CellCourse[]; refused: string[] }> {
  const courses: CellCourse[] = [];
  const refused: string[] = [];
  for (const input of run) {
    const cell = await loadCell(io, input.cell);
    if (!cell) {
      refused.push(`${input.file}: no cell file says how much sulfur there is`);
      continue;
    }
    const file = await loadFile(io, input.read, [...METHOD_COLUMNS, "unix_time_second"]);
    const halves = halfCycles(file);
    const curves = sulfurCurves(halves, cell);
    if ("notComputable" in curves) {
      refused.push(`${input.file}: ${curves.notComputable}`);
      continue;
    }
    const curve = curves[half - 1];
    if (!curve) {
      refused.push(`${input.file}: it has ${curves.length} half cycles, ${half} is asked for`);
      continue;
    }
    const { half: own, low } = curve;
    const kept = own.flow.series.row;
    const row = low.map((_, i) => kept?.[own.from + i] ?? own.from + i);
    const wall = wallSeconds(file)!;
    courses.push({ input, cell, course: { ...courseOf(curve), timeSecond: row.map((r) => wall[r]!) }, row, half });
  }
  return { courses, refused };
}

function courseOf({ half, low, high, relativeSigma }: SulfurCurve): CompositionCourse {
  const { series } = half.flow;
  const n = low.length;
  return {
    timeSecond: series.timeSecond.slice(half.from, half.from + n),
    voltageVolt: series.voltageVolt.slice(half.from, half.from + n),
    electrons: low.map((l, i) => (l + high[i]!) / 2 / PER_ELECTRON),
    direction: half.direction,
    // what is missing in the count may be sulfide that was not charged again
    relativeSigma: Math.hypot(relativeSigma, widest(low, high)),
  };
}

function widest(low: Float64Array, high: Float64Array): number {
  let most = 0;
  for (let i = 0; i < low.length; i++) if (high[i]! > 0) most = Math.max(most, (high[i]! - low[i]!) / (low[i]! + high[i]!));
  return most;
}

/** Composition at a moment after the first row of the file, s; null outside of the half cycle. */
export function compositionAfter({ course }: CellCourse, { value, sigma }: { value: number; sigma: number }): Quantity | null {
  const found = compositionAtMoment(course, { value, sigma, unit: "s" });
  return "notComputable" in found ? null : found;
}

/** Potential of the cell after so many electrons per atom of sulfur, with what the error of the place makes of it; null beyond the half cycle. */
export function voltAfter({ course: { electrons, voltageVolt } }: CellCourse, at: Quantity): Quantity | null {
  const read = (q: number): number | null => {
    for (let i = 1; i < electrons.length; i++) {
      const [a, b] = [electrons[i - 1]!, electrons[i]!];
      if (a === b || (q - a) * (q - b) > 0) continue;
      return voltageVolt[i - 1]! + ((voltageVolt[i]! - voltageVolt[i - 1]!) * (q - a)) / (b - a);
    }
    return null;
  };
  const value = read(at.value);
  if (value === null) return null;
  const ends = [at.value - (at.sigma ?? 0), at.value + (at.sigma ?? 0)].flatMap((q) => read(q) ?? []);
  return { value, sigma: Math.max(LEAST_VOLT, ...ends.map((v) => Math.abs(v - value))), unit: "V" };
}

/** A voltmeter of a battery cycler: 1 mV. */
const LEAST_VOLT = 1e-3;
