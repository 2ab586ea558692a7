/**
 * Composition as the clock that cells share: how many electrons per atom of sulfur had passed when something was measured, with its error.
 *
 *   y(t) = q(t)/q₁,   q₁ = F/M_S = 836 mAh/g per electron;   x in M₂Sₓ = 2/y
 *
 * Within a cell the moment counts; its error is that of the clock (see {@link readAt}). An ex-situ cell stopped at a potential is found on the curve of its own kind of cell: where the
 * half cycle first comes to that potential, within what ± the error of the potential spans. A stop that the curve passes before it begins belongs to its beginning. On a plateau that is wide, and says so. Cells of different kinds (another electrolyte,
 * another temperature) are joined by y and never by potential: the same potential is another composition in each.
 */
import { ThioscopeError } from "../errors.ts";
import type { Answer, Quantity } from "../units/quantity.ts";
import { readAt } from "./readAt.ts";

/** A half cycle as the count of charge gives it. */
export interface CompositionCourse {
  /** s on the cell's clock */
  readonly timeSecond: Float64Array;
  readonly voltageVolt: Float64Array;
  /** electrons per atom of sulfur that have passed since all of it was sulfur */
  readonly electrons: Float64Array;
  readonly direction: "charge" | "discharge";
  /** of the charge per sulfur: mass and current; common to all points of a cell */
  readonly relativeSigma: number;
}

/** What is said of samples that were taken out of their cell. */
export const EX_SITU = "taken out of its cell: it has rested since, and what relaxes in hours may have changed";

/** @param moment s, with the error of the clock */
export function compositionAtMoment(course: CompositionCourse, moment: Quantity): Answer {
  return readAt({ timeSecond: course.timeSecond, values: course.electrons, unit: "1" }, moment);
}

/** Throws INVALID_INPUT for a potential that is none. @param stop V of the cell at which the current ended, with its error */
export function compositionAtPotential(course: CompositionCourse, stop: Quantity): Answer {
  if (stop.unit !== "V" || !Number.isFinite(stop.value))
    throw new ThioscopeError("INVALID_INPUT", `stop at ${stop.value} ${stop.unit}: it is a potential in V`);
  const { voltageVolt: v, electrons, direction } = course;
  const sign = direction === "discharge" ? 1 : -1;
  const sigma = Math.max(stop.sigma ?? 0, LEAST_VOLT);
  const crossing = (level: number): number | null => {
    for (let i = 1; i < v.length; i++) {
      const [a, b] = [sign * (v[i - 1]! - level), sign * (v[i]! - level)];
      if (a >= 0 && b <= 0 && a > b) return electrons[i - 1]! + ((electrons[i]! - electrons[i - 1]!) * a) / (a - b);
    }
    return null;
  };
  const at = crossing(stop.value);
  if (at === null) {
    // beyond either end by no more than the load and the reading of a stop: the end itself
    const ends = [0, v.length - 1] as const;
    const beyond = [sign * (stop.value - v[0]!), sign * (v[v.length - 1]! - stop.value)];
    for (const [k, end] of ends.entries())
      if (v.length > 0 && beyond[k]! >= 0 && (k === 0 || beyond[k]! <= Math.max(3 * sigma, AT_END)))
        return { value: electrons[end]!, sigma: Math.max(course.relativeSigma * electrons[end]!, LEAST_ELECTRONS), unit: "1" };
    const [low, high] = v.reduce(([a, b], x) => [Math.min(a, x), Math.max(b, x)], [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    return { notComputable: `the ${direction} runs from ${low.toFixed(2)} to ${high.toFixed(2)} V and never comes to ${stop.value} V` };
  }
  const ends = [crossing(stop.value + sign * sigma), crossing(stop.value - sign * sigma)].filter((e) => e !== null);
  const spread = Math.max(...ends.map((e) => Math.abs(e - at)), 0);
  return { value: at, sigma: Math.hypot(spread, course.relativeSigma * at), unit: "1" };
}

/** A limit of the potential is met within this, V. */
const AT_END = 5e-3;
/** Of a cell that was stopped before its potential came to where the curve begins: nothing has passed but what loading took. */
const LEAST_ELECTRONS = 5e-3;
/** A voltmeter of a battery cycler: 1 mV. */
const LEAST_VOLT = 1e-3;

/**
 * Replicate cells are one observation: their mean, with the larger of what their own errors and what their scatter say. Throws INVALID_INPUT for none or for different units.
 */
export function replicates(values: readonly Quantity[]): Quantity {
  const [first] = values;
  if (!first) throw new ThioscopeError("INVALID_INPUT", "no replicate: there is nothing to average");
  if (values.some(({ unit }) => unit !== first.unit)) throw new ThioscopeError("INVALID_INPUT", "replicates have one unit");
  const n = values.length;
  const mean = values.reduce((a, { value }) => a + value, 0) / n;
  const own = values.every(({ sigma }) => sigma !== null) ? Math.sqrt(values.reduce((a, { sigma }) => a + sigma! ** 2, 0)) / n : null;
  if (n === 1) return { value: mean, sigma: own, unit: first.unit };
  const scatter = Math.sqrt(values.reduce((a, { value }) => a + (value - mean) ** 2, 0) / (n - 1) / n);
  return { value: mean, sigma: Math.max(own ?? 0, scatter), unit: first.unit };
}
