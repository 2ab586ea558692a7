/** Peaks of dQ/dV of the first cycles of a story's files over their temperatures, where there are at least two. */
import { type PeakCondition, peaksOver, type TrackedPeak } from "../../cycling/index.ts";
import { isComputable, type Quantity } from "../../units/quantity.ts";
import type { HalfCyclePeaks, StoryFile, StoryPeak } from "../model.ts";
import type { PeakTemperatures } from "./model.ts";

/** The usual accuracy of a cycler's potential, V: assumed, and said with the result. */
const OFFSET_VOLT = 1e-3;
/** Cells closer than this are at one temperature, K. */
const SAME_KELVIN = 2;

interface Placed extends TrackedPeak {
  own: StoryPeak;
}

interface FirstHalf extends PeakCondition<Placed> {
  file: number;
  cycle: number;
}

/** Cells of each chemistry among themselves. */
export function withPeakTemperatures(files: readonly StoryFile[]): readonly StoryFile[] {
  return [...new Set(files.map(({ chemistry }) => chemistry))].reduce(withinChemistry, files);
}

function withinChemistry(files: readonly StoryFile[], chemistry: string | undefined): readonly StoryFile[] {
  const sets = files.flatMap((file, index) => (file.chemistry === chemistry ? setsOf(file, index) : []));
  const celsius = sets.map(({ condition }) => condition.value);
  if (sets.length === 0 || Math.max(...celsius) - Math.min(...celsius) <= SAME_KELVIN) return files;
  const { tracks, pairs, unpaired } = peaksOver(sets, "temperature");
  const peakTemperatures: PeakTemperatures = {
    offset: { value: 1e3 * OFFSET_VOLT, sigma: null, unit: "mV" },
    tracks: tracks.map(({ points, ...track }) => ({
      ...track,
      points: points.map(({ set, peak: { own } }) => {
        const { file, cycle, condition, total } = sets[set]!;
        const share: Quantity = { value: (100 * own.capacity.value) / total.value, sigma: null, unit: "%" };
        return { file, cycle, temperature: condition, potential: own.potential, share, rows: own.rows };
      }),
    })),
    pairs,
    unpaired,
  };
  const shown = new Set(sets.map(({ file }) => file));
  return files.map((file, index) =>
    shown.has(index) ? { ...file, electrochemistry: { ...file.electrochemistry, peakTemperatures } } : file,
  );
}

/** The half cycles of the first cycle whose peaks are known. */
function setsOf({ temperature, halfCycles }: StoryFile, file: number): readonly FirstHalf[] {
  if (!temperature) return [];
  const first = halfCycles[0]?.cycle;
  return halfCycles.flatMap(({ cycle, direction, peaks, capacityMilliampereHour }): FirstHalf[] => {
    if (cycle !== first || !peaks || "notComputable" in peaks) return [];
    const total: Quantity = { value: capacityMilliampereHour[capacityMilliampereHour.length - 1] ?? 0, sigma: null, unit: "mAh" };
    if (!(total.value > 0)) return [];
    const placed = peaks.list.map((own) => placedPeak(own, peaks, direction));
    return [{ file, cycle, direction, condition: temperature, peaks: placed, total, offsetVolt: OFFSET_VOLT }];
  });
}

/** A peak that is cut off stands at the end that cuts it. */
function placedPeak(own: StoryPeak, { curve }: HalfCyclePeaks, direction: "charge" | "discharge"): Placed {
  const { potential, capacity, width, cutBy } = own;
  const atLow = (cutBy === "limit") === (direction === "discharge");
  const end = curve.voltageVolt[atLow ? 0 : curve.voltageVolt.length - 1] ?? Number.NaN;
  const known = isComputable(potential) ? potential : null;
  return { potential: known, nearVolt: known?.value ?? end, capacity, width, own };
}
