/** From a row of a file to what was measured there, and the steps a cursor takes. */
import type { HalfCycleCurve, Numbers, RowRange, StoryFile } from "@thioscope/core/story";

export interface Position {
  row: number;
  timeHour: number;
  voltageVolt: number;
  currentMilliampere: number;
  /** index into the file's half cycles; −1 at rest */
  halfCycle: number;
  /** from the start of the half cycle; null at rest */
  capacityMilliampereHour: number | null;
}

/** A number of a story, NaN where JSON has turned it into null. */
export function at(values: Numbers, i: number): number {
  const value: unknown = values[i];
  return typeof value === "number" ? value : Number.NaN;
}

/** Index of the last entry ≤ `value` in ascending `values`; −1 before the first. */
export function lastAtMost(values: Numbers, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(values, middle) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Index of the entry nearest to `value` in ascending `values`; −1 if there is none. */
export function nearest(values: Numbers, value: number): number {
  const i = lastAtMost(values, value);
  if (i < 0) return values.length > 0 ? 0 : -1;
  return i + 1 < values.length && at(values, i + 1) - value < value - at(values, i) ? i + 1 : i;
}

const known = new WeakMap<StoryFile, Float64Array>();

/** All rows of the file that any view shows, ascending: the places a cursor can stand. */
export function shownRows(file: StoryFile): Float64Array {
  let rows = known.get(file);
  if (!rows) {
    const all = new Set<number>();
    for (let i = 0; i < file.trace.row.length; i++) all.add(at(file.trace.row, i));
    for (const half of file.halfCycles) for (let i = 0; i < half.row.length; i++) all.add(at(half.row, i));
    for (const spectrum of file.impedance?.spectra ?? []) for (let i = 0; i < spectrum.row.length; i++) all.add(at(spectrum.row, i));
    rows = Float64Array.from(all).sort();
    known.set(file, rows);
  }
  return rows;
}

/** Index of the half cycle that holds `row`; −1 at rest. */
function halfCycleAt(file: StoryFile, row: number): number {
  return file.halfCycles.findIndex((half) => row >= half.rows.first && row <= half.rows.last);
}

/** What was measured at `row`: the half cycle's own point where it has one, else the trace's nearest. */
export function locate(file: StoryFile, row: number): Position | null {
  const i = nearest(file.trace.row, row);
  if (i < 0) return null;
  const halfCycle = halfCycleAt(file, row);
  const half = file.halfCycles[halfCycle];
  const position: Position = {
    row: at(file.trace.row, i),
    timeHour: at(file.trace.timeHour, i),
    voltageVolt: at(file.trace.voltageVolt, i),
    currentMilliampere: at(file.trace.currentMilliampere, i),
    halfCycle,
    capacityMilliampereHour: null,
  };
  if (!half) return position;
  const k = nearest(half.row, row);
  if (k < 0) return position;
  return {
    ...position,
    row: at(half.row, k),
    timeHour: at(half.timeHour, k),
    voltageVolt: at(half.voltageVolt, k),
    capacityMilliampereHour: at(half.capacityMilliampereHour, k),
  };
}

/** The row `delta` shown points on; from the first one where there is no cursor yet. */
export function stepRow(file: StoryFile, row: number | null, delta: number): number | null {
  const rows = shownRows(file);
  if (rows.length === 0) return null;
  const i = row === null ? -Math.sign(delta) : nearest(rows, row);
  return at(rows, Math.max(0, Math.min(rows.length - 1, i + delta)));
}

/** What a file is divided into: half cycles, or spectra where those are looked at. */
export type Division = "half cycle" | "spectrum";

/** The divisions of a file; pulses of a titration, sweeps or spectra where it has no half cycles but these. */
export function divisionsOf(file: StoryFile, by: Division): readonly { rows: RowRange }[] {
  const spectra = file.impedance?.spectra ?? [];
  if (by === "spectrum" && spectra.length > 0) return spectra;
  const { titration, voltammetry } = file.electrochemistry ?? {};
  if (titration && file.halfCycles.length <= titration.trains.length) return titration.pulses;
  if (file.halfCycles.length > 0) return file.halfCycles;
  return voltammetry && voltammetry.sweeps.length > 0 ? voltammetry.sweeps : spectra;
}

/** The first row of the next half cycle or spectrum; backwards first to the start of this one, then to the one before. */
export function stepDivision(file: StoryFile, row: number | null, delta: 1 | -1, by: Division = "half cycle"): number | null {
  const starts = divisionsOf(file, by).map(({ rows }) => rows.first);
  if (starts.length === 0) return stepRow(file, row, delta * 50);
  if (row === null) return starts[0]!;
  const next = delta > 0 ? starts.find((start) => start > row) : starts.findLast((start) => start < row);
  return next ?? (delta > 0 ? starts.at(-1)! : starts[0]!);
}

/** True if the half cycle has rows inside the brush (or nothing is brushed). */
export function inBrush(half: HalfCycleCurve, brush: { first: number; last: number } | null): boolean {
  return brush === null || (half.rows.first <= brush.last && half.rows.last >= brush.first);
}
