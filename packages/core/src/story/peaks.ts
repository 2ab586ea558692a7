/** dQ/dV of each half cycle as peaks over a background, as a story shows it. */
import { type CapacityPeaks, findPeaks, type HalfCycle } from "../cycling/index.ts";
import type { NotComputable } from "../units/quantity.ts";
import { forScreen } from "./digits.ts";
import type { HalfCyclePeaks, StoryPeak } from "./model.ts";

/** Below this share of its top a component is not drawn. */
const SEEN = 1e-3;
/** What is drawn keeps this many digits; results keep all. */
const DIGITS = 5;

/** Finds peaks half cycle by half cycle, each search beginning from the last one of its direction. */
export function peakFinder(): (half: HalfCycle) => HalfCyclePeaks | NotComputable {
  const before: Partial<Record<HalfCycle["direction"], CapacityPeaks["next"]>> = {};
  return (half) => {
    const start = before[half.direction];
    const found = findPeaks(half, start ? { start } : {});
    if ("notComputable" in found) return found;
    before[half.direction] = found.next;
    return peaksOfHalf(found);
  };
}

/** Peaks that were found, with what is needed to draw them. */
export function peaksOfHalf(found: CapacityPeaks): HalfCyclePeaks {
  const sign = found.half.direction === "charge" ? 1 : -1;
  const drawn = (values: Float64Array): Float64Array => values.map((value) => Number((sign * value).toPrecision(DIGITS)));
  return {
    list: found.peaks.map((peak, k): StoryPeak => {
      const { potential, capacity, width, height, censored, cutBy, shoulder, rows } = peak;
      return {
        potential: potential ?? { notComputable: censored ?? "cut off" },
        capacity,
        width,
        height,
        cutBy,
        shoulder,
        rows: rows && { file: 0, first: rows[0], last: rows[1] },
        component: componentOf(found.components[k]!, drawn),
      };
    }),
    background: found.background,
    outside: found.outside,
    closure: found.closure,
    shape: found.options.shape,
    shapeError: found.shapeError,
    account: found.account,
    curve: {
      voltageVolt: forScreen(found.voltageVolt),
      measured: drawn(found.measured),
      fitted: drawn(found.fitted),
      background: drawn(found.backgroundCurve),
    },
  };
}

/** The part of a component that can be seen. */
function componentOf(values: Float64Array, drawn: (values: Float64Array) => Float64Array): StoryPeak["component"] {
  const least = SEEN * values.reduce((a, b) => Math.max(a, b), 0);
  const from = Math.max(
    0,
    values.findIndex((value) => value > least),
  );
  const to = values.findLastIndex((value) => value > least) + 1;
  return { from, milliampereHourPerVolt: drawn(values.subarray(from, Math.max(from, to))) };
}
