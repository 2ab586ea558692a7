/**
 * How much of a phase is where and when, from the intensity of its reflections above a local background.
 *
 *   I = Σ_peak (y_b − line_b) Δ2θ,   line through the means of the two side windows
 *   σ² = Δ2θ² [Σ_peak σ_b² + n² (w_L² σ²(ȳ_L) + w_R² σ²(ȳ_R))],   w_L + w_R = 1
 *
 * Sums, not fits: unbiased with few counts, and the error is that of the bins. The line leaves what a curved background bulges under the peak (an amorphous hump
 * of width W and height h: about h (Δ/W)² of a window Δ). Intensities of several reflections are averaged with equal weights; overlapped ones
 * (phaseWindows.ts) are left out while others remain. Unit: count·deg, arbitrary and the same over the map, so that one phase can be followed over position and
 * time; amounts of two phases are not comparable without their scale factors.
 *
 * Bins are taken as independent ("none" or narrow splitting). Only bins of the windows are read: {@link windowSummer} sums only the pixels that lie
 * in them.
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import { checkCancelled, QUIET, type TaskContext } from "../task.ts";
import type { PhaseWindows, ReflectionWindow } from "./phaseWindows.ts";

/** Windows laid on the bins of an axis. */
export interface BinnedWindows {
  readonly windows: readonly ReflectionWindow[];
  /** per window: first and past-the-last bin of peak, left and right side */
  readonly bins: readonly { readonly peak: Span; readonly left: Span; readonly right: Span }[];
  /** 1 for every bin that is read */
  readonly needed: Uint8Array;
  readonly axis: Float64Array;
  readonly notices: readonly Notice[];
}
type Span = readonly [from: number, to: number];

export interface ReflectionIntensity {
  /** count·deg; NaN where a bin is missing */
  readonly value: number;
  /** NaN where errors are not known */
  readonly sigma: number;
}

export const MAP_UNIT = "count·deg";
const LEAST_BINS = 3;

/**
 * @param axis centres of the bins, 2θ in degrees, rising
 * @returns throws INVALID_INPUT where a window leaves the axis or holds fewer than three bins
 */
export function binWindows({ windows, notices }: PhaseWindows, axis: Float64Array): BinnedWindows {
  for (let b = 1; b < axis.length; b++)
    if (!(axis[b]! > axis[b - 1]!))
      throw new ThioscopeError("INVALID_INPUT", `the axis must rise: bin ${b + 1} does not lie above bin ${b}`);
  const needed = new Uint8Array(axis.length);
  const span = (w: ReflectionWindow, [low, high]: readonly [number, number]): Span => {
    const [from, to] = [firstAtLeast(axis, low), firstAtLeast(axis, high)];
    const half = axis.length > 1 ? (axis[1]! - axis[0]!) / 2 : 0;
    if (to - from < LEAST_BINS || low < axis[0]! - 2 * half || high > axis[axis.length - 1]! + 2 * half) {
      const seen = axis.length > 0 ? `${axis[0]!.toPrecision(5)} to ${axis[axis.length - 1]!.toPrecision(5)}` : "no";
      throw new ThioscopeError(
        "INVALID_INPUT",
        `${w.phase} ${w.label}: the window ${low.toFixed(4)} to ${high.toFixed(4)} degrees holds ${to - from} bins of the pattern (${seen} degrees); ${LEAST_BINS} are needed`,
      );
    }
    needed.fill(1, from, to);
    return [from, to];
  };
  const bins = windows.map((w) => ({ peak: span(w, w.peak), left: span(w, w.left), right: span(w, w.right) }));
  return { windows, bins, needed, axis, notices };
}

/** The intensity of each window in one pattern. */
export function windowIntensities(
  { bins, axis }: BinnedWindows,
  values: Float64Array,
  sigma: Float64Array | null,
): readonly ReflectionIntensity[] {
  if (values.length !== axis.length || (sigma && sigma.length !== axis.length))
    throw new ThioscopeError("INVALID_INPUT", `a pattern of ${values.length} bins; the windows were laid on ${axis.length}`);
  return bins.map(({ peak, left, right }) => {
    const [p, l, r] = [sums(axis, values, sigma, peak), sums(axis, values, sigma, left), sums(axis, values, sigma, right)];
    const step = (axis[peak[1] - 1]! - axis[peak[0]]!) / (p.count - 1);
    const onLeft = (r.x - p.x) / (r.x - l.x);
    const background = onLeft * l.mean + (1 - onLeft) * r.mean;
    const variance = p.variance + p.count ** 2 * ((onLeft / l.count) ** 2 * l.variance + ((1 - onLeft) / r.count) ** 2 * r.variance);
    return { value: step * p.count * (p.mean - background), sigma: step * Math.sqrt(variance) };
  });
}

function sums(
  axis: Float64Array,
  values: Float64Array,
  sigma: Float64Array | null,
  [from, to]: Span,
): { count: number; x: number; mean: number; variance: number } {
  let [x, y, variance] = [0, 0, sigma ? 0 : Number.NaN];
  for (let b = from; b < to; b++) {
    x += axis[b]!;
    y += values[b]!;
    if (sigma) variance += sigma[b]! * sigma[b]!;
  }
  const count = to - from;
  return { count, x: x / count, mean: y / count, variance };
}

export interface PhaseMap {
  readonly phase: string;
  readonly unit: typeof MAP_UNIT;
  readonly definition: string;
  /** time · positions + position; NaN where no frame or no intensity is */
  readonly values: Float64Array;
  readonly sigma: Float64Array;
  /** labels of the reflections averaged, and of those left out because other phases overlap them */
  readonly reflections: readonly string[];
  readonly leftOut: readonly string[];
  readonly notices: readonly Notice[];
}

export interface MapFrames {
  readonly times: number;
  readonly positions: number;
  /** the pattern of one time and position; null where there is none */
  pattern(time: number, position: number): { readonly values: Float64Array; readonly sigma: Float64Array | null } | null;
}

const MOST_POINTS = 1e7;

/** One map per phase over time × position. Throws INVALID_INPUT for a map without points. */
export function phaseMaps(binned: BinnedWindows, frames: MapFrames, context: TaskContext = QUIET): readonly PhaseMap[] {
  const { times, positions } = frames;
  if (!(Number.isInteger(times) && Number.isInteger(positions) && times >= 1 && positions >= 1 && times * positions <= MOST_POINTS))
    throw new ThioscopeError("INVALID_INPUT", `a map of ${times} times and ${positions} positions: 1 to ${MOST_POINTS} points are offered`);
  const phases = [...new Set(binned.windows.map((w) => w.phase))].map((phase) => {
    const all = binned.windows.flatMap((w, i) => (w.phase === phase ? [i] : []));
    const clear = all.filter((i) => !binned.windows[i]!.overlapped);
    const used = clear.length > 0 ? clear : all;
    const names = (list: readonly number[]): string[] => list.map((i) => binned.windows[i]!.label);
    const notices = binned.notices.filter((n) => n.message.startsWith(`${phase} `));
    if (clear.length === 0)
      notices.push({ code: "phase-overlapped", message: `${phase}: every reflection is overlapped by another phase: the map shows both` });
    return {
      used,
      map: {
        phase,
        unit: MAP_UNIT,
        definition: `mean integrated intensity above a local line of ${names(used).join(", ")}; arbitrary units, comparable within this map only`,
        values: new Float64Array(times * positions).fill(Number.NaN),
        sigma: new Float64Array(times * positions).fill(Number.NaN),
        reflections: names(used),
        leftOut: names(all.filter((i) => !used.includes(i))),
        notices,
      } satisfies PhaseMap,
    };
  });
  for (let t = 0; t < times; t++) {
    for (let z = 0; z < positions; z++) {
      const pattern = frames.pattern(t, z);
      if (!pattern) continue;
      const intensities = windowIntensities(binned, pattern.values, pattern.sigma);
      for (const { used, map } of phases) {
        let [sum, square] = [0, 0];
        for (const i of used) {
          sum += intensities[i]!.value;
          square += intensities[i]!.sigma ** 2;
        }
        map.values[t * positions + z] = sum / used.length;
        map.sigma[t * positions + z] = Math.sqrt(square) / used.length;
      }
    }
    checkCancelled(context);
    context.progress(t + 1, times, "scans");
  }
  return phases.map((p) => p.map);
}

function firstAtLeast(axis: Float64Array, x: number): number {
  let [low, high] = [0, axis.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (axis[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low;
}
