/**
 * Which patterns of a study are shown, and how they stand side by side: over time at the positions where most happens, over position in some scans; as they come where no place is known.
 *
 * What happens at a position is told by the variance of its bins over time in units of their mean, which counting alone makes about equal everywhere. All patterns are in the
 * step's NeXus file; what is shown has at most SHOWN patterns in a row and MOST_BINS bins.
 */
import type { IntegrationPlan } from "@thioscope/core/diffraction";
import type { PatternSeries } from "@thioscope/core/story";
import type { FramePlaces } from "./places.ts";
import { type RunClock, rowsBetween } from "./runClock.ts";

/** Patterns that one plot shows apart, bins of one, and series of each kind. */
const SHOWN = 60;
const MOST_BINS = 600;
const MOST_SERIES = 3;

/** Places of the frames, by their number among all. */
export interface PlacedPatterns {
  readonly places: FramePlaces;
  readonly run: RunClock | null;
  /** s on the cell's clock; NaN where not known */
  readonly time: Float64Array;
  /** µm */
  readonly position: Float64Array;
}

/** Frames to be shown together. */
export interface SeriesChoice {
  title: string;
  along: PatternSeries["along"]["name"];
  frames: readonly number[];
}

/** At most `n` of a list, every so many. */
function thinned<T>(list: readonly T[], n: number): T[] {
  const every = Math.ceil(list.length / n);
  return list.filter((_, i) => i % every === 0);
}

/** From the middle of `n` equal parts of a list: what stands for it. */
function typical<T>(list: readonly T[], n: number): T[] {
  const count = Math.min(n, list.length);
  return Array.from({ length: count }, (_, k) => list[Math.floor(((k + 0.5) * list.length) / count)]!);
}

/** @param patterns of all frames, `bins` each, frame by frame */
export function chooseSeries(at: PlacedPatterns | null, patterns: Float32Array, bins: number): SeriesChoice[] {
  const frames = patterns.length / bins;
  const all = Array.from({ length: frames }, (_, i) => i);
  if (!at) return [{ title: frames > SHOWN ? `some of ${frames} frames` : "all frames", along: "frame", frames: thinned(all, SHOWN) }];
  const { grid, index } = at.places;
  const n = grid.positions.length;
  const scans = grid.frame.length / n;
  const cell = (scan: number, position: number): number[] => {
    const frame = grid.frame[scan * n + position]!;
    return frame < 0 ? [] : [index[frame]!];
  };
  const numbers = (length: number): number[] => Array.from({ length }, (_, i) => i);
  const seen = (position: number): number[] => numbers(scans).flatMap((scan) => cell(scan, position));
  const overTime = liveliest(numbers(n).map((position) => variation(seen(position), patterns, bins))).map(
    (position): SeriesChoice => ({
      title: `at ${Number(grid.positions[position]!.toPrecision(4))} µm`,
      along: "time",
      // every so many scans: one that is missing stays a gap
      frames: thinned(numbers(scans), SHOWN).flatMap((scan) => cell(scan, position)),
    }),
  );
  const overPosition = typical(numbers(scans), MOST_SERIES).map(
    (scan): SeriesChoice => ({
      title: `scan ${scan + 1} of ${scans}`,
      along: "position",
      frames: thinned(
        numbers(n).flatMap((position) => cell(scan, position)),
        SHOWN,
      ),
    }),
  );
  const several = ({ frames: list }: SeriesChoice): boolean => list.length > 1;
  const chosen = [...(scans > 1 ? overTime.filter(several) : []), ...(n > 1 ? overPosition.filter(several) : [])];
  return chosen.length > 0 ? chosen : chooseSeries(null, patterns, bins);
}

/** Mean over the bins of variance/mean over the frames. */
function variation(frames: readonly number[], patterns: Float32Array, bins: number): number {
  if (frames.length < 2) return 0;
  let total = 0;
  let counted = 0;
  for (let b = 0; b < bins; b++) {
    let [n, mean, spread] = [0, 0, 0];
    for (const frame of frames) {
      const value = patterns[frame * bins + b]!;
      if (Number.isNaN(value)) continue;
      n++;
      const before = value - mean;
      mean += before / n;
      spread += before * (value - mean);
    }
    if (n < 2 || !(mean > 0)) continue;
    total += spread / (n - 1) / mean;
    counted++;
  }
  return counted > 0 ? total / counted : 0;
}

/** Places of the largest values, no two of them neighbours, in rising order. */
function liveliest(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[b]! - values[a]!);
  const chosen: number[] = [];
  for (const i of order) {
    if (chosen.length === MOST_SERIES) break;
    if (chosen.every((other) => Math.abs(other - i) > 1)) chosen.push(i);
  }
  return chosen.sort((a, b) => a - b);
}

/** @param patterns of all frames, frame by frame */
export function patternSeries(
  plan: IntegrationPlan,
  choices: readonly SeriesChoice[],
  patterns: Float32Array,
  at: PlacedPatterns | null,
): PatternSeries[] {
  const { bins } = plan.grid;
  const every = Math.ceil(plan.grid.bins / MOST_BINS);
  const axis = averaged(plan.axis, every, 8);
  return choices.map(({ title, along, frames: shown }) => {
    const rows = shown.map((i): readonly [number, number] =>
      at?.run ? rowsBetween(at.run, at.time[i]! - 30, at.time[i]! + 30) : [Number.NaN, Number.NaN],
    );
    const hasRows = at?.run !== null && at?.run !== undefined && along === "time";
    return {
      title,
      axis: { unit: plan.unit, values: axis },
      along: {
        name: along,
        unit: along === "time" ? "h" : along === "position" ? "µm" : "",
        values: shown.map((i) => (along === "time" ? at!.time[i]! / 3600 : along === "position" ? at!.position[i]! : i)),
      },
      firstRow: hasRows ? rows.map(([a]) => a) : [],
      lastRow: hasRows ? rows.map(([, b]) => b) : [],
      values: shown.flatMap((i) => averaged(patterns.subarray(i * bins, (i + 1) * bins), every, 5)),
      sigma: [],
      lines: [],
    };
  });
}

/** Means of `every` neighbours; of what is a number. */
function averaged(values: Float64Array | Float32Array, every: number, digits: number): number[] {
  return Array.from({ length: Math.ceil(values.length / every) }, (_, k) => {
    let [sum, n] = [0, 0];
    for (let b = k * every; b < Math.min(values.length, (k + 1) * every); b++) {
      if (Number.isNaN(values[b]!)) continue;
      sum += values[b]!;
      n++;
    }
    return n > 0 ? Number((sum / n).toPrecision(digits)) : Number.NaN;
  });
}
