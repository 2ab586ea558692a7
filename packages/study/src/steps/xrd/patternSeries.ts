/**
 * Which patterns of a study are shown, and how they stand side by side: over time at some positions, over position in some scans; as they come where no place is known.
 *
 * All patterns are in the step's NeXus file; what is shown has at most SHOWN patterns in a row and half as many bins where there are many.
 */
import type { IntegratedFrame, IntegrationPlan } from "@thioscope/core/diffraction";
import type { PatternSeries } from "@thioscope/core/story";
import type { FramePlaces } from "./places.ts";
import { type RunClock, rowsBetween } from "./runClock.ts";

/** Patterns that one plot shows apart, bins of one, and series of each kind. */
const SHOWN = 48;
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

/** At most `n` of a list, its ends included. */
function thinned<T>(list: readonly T[], n: number): T[] {
  if (list.length <= n) return [...list];
  return Array.from({ length: n }, (_, k) => list[Math.round((k * (list.length - 1)) / (n - 1))]!);
}

/** From the middle of `n` equal parts of a list: what stands for it. */
function typical<T>(list: readonly T[], n: number): T[] {
  const count = Math.min(n, list.length);
  return Array.from({ length: count }, (_, k) => list[Math.floor(((k + 0.5) * list.length) / count)]!);
}

export function chooseSeries(at: PlacedPatterns | null, frames: number): SeriesChoice[] {
  const all = Array.from({ length: frames }, (_, i) => i);
  if (!at) return [{ title: frames > SHOWN ? `${SHOWN} of ${frames} frames` : "all frames", along: "frame", frames: thinned(all, SHOWN) }];
  const { grid, index } = at.places;
  const n = grid.positions.length;
  const scans = grid.frame.length / n;
  const cell = (scan: number, position: number): number[] => {
    const frame = grid.frame[scan * n + position]!;
    return frame < 0 ? [] : [index[frame]!];
  };
  const numbers = (length: number): number[] => Array.from({ length }, (_, i) => i);
  const overTime = typical(numbers(n), MOST_SERIES).map(
    (position): SeriesChoice => ({
      title: `at ${Number(grid.positions[position]!.toPrecision(4))} µm`,
      along: "time",
      frames: thinned(
        numbers(scans).flatMap((scan) => cell(scan, position)),
        SHOWN,
      ),
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
  return chosen.length > 0 ? chosen : chooseSeries(null, frames);
}

/** @param frames integrated frames by their number: those of the choices are needed */
export function patternSeries(
  plan: IntegrationPlan,
  choices: readonly SeriesChoice[],
  frames: ReadonlyMap<number, IntegratedFrame>,
  at: PlacedPatterns | null,
): PatternSeries[] {
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
      values: shown.flatMap((i) => averaged(frames.get(i)!.pattern.values as Float64Array, every, 5)),
      sigma: [],
      lines: [],
    };
  });
}

/** Means of `every` neighbours; of what is a number. */
function averaged(values: Float64Array, every: number, digits: number): number[] {
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
