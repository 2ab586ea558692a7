/**
 * When a quantity turns: the kink between two straight lines, the second of which may be known to be level (what needs current stands still without).
 *
 *   y(t) = c + a min(0, t − τ) + b max(0, t − τ)                 two lines
 *   y(t) = c + a min(0, t − τ) + d min(0, t − τ)²                a bent line, then level: growth is seldom quite steady, and its bend would shift τ
 *
 * Weighted least squares; linear in c, a, b for a given τ, so χ²(τ) is walked over the window and its minimum refined. The error of τ is where χ² has risen by χ²/ν (or 1, whichever
 * is larger). There is no turn where one line fits as well (the change of slope is below five of its errors), or where the best τ lies at an end of the window. The quantity need
 * not be linear in time for long: the window is to be as short as the points allow.
 */
import { ThioscopeError } from "../errors.ts";
import { weightedLinear } from "../numerics/weightedLinear.ts";
import type { Answer } from "../units/quantity.ts";

export interface TimedValues {
  /** s, in any order */
  readonly timeSecond: Float64Array;
  /** NaN where nothing was measured */
  readonly values: Float64Array;
  readonly sigma: Float64Array;
}

const LEAST_SIDE = 3;
const LEAST_BENT = 4;
/** Points that a level side needs: its height alone is unknown. */
const LEAST_LEVEL = 1;
const SIGNIFICANT = 5;
const GRID = 240;

/**
 * @param window s: only points between are looked at
 * @param after whether the second line may have a slope
 * @returns τ in s; throws INVALID_INPUT for arrays that do not fit or an empty window
 */
export function turningTime(
  { timeSecond, values, sigma }: TimedValues,
  window: readonly [number, number],
  after: "line" | "level" = "line",
): Answer {
  const n = timeSecond.length;
  if (values.length !== n || sigma.length !== n)
    throw new ThioscopeError("INVALID_INPUT", `${n} times, ${values.length} values and ${sigma.length} errors do not belong together`);
  const [from, to] = window;
  if (!(to > from)) throw new ThioscopeError("INVALID_INPUT", `a window from ${from} to ${to} s: it must have a length`);
  const use: number[] = [];
  for (let i = 0; i < n; i++)
    if (timeSecond[i]! >= from && timeSecond[i]! <= to && Number.isFinite(values[i]!) && sigma[i]! > 0) use.push(i);
  use.sort((i, j) => timeSecond[i]! - timeSecond[j]!);
  const columns = 3;
  const leastBefore = after === "line" ? LEAST_SIDE : LEAST_BENT;
  const leastAfter = after === "line" ? LEAST_SIDE : LEAST_LEVEL;
  const least = leastBefore + leastAfter + 1;
  if (use.length < least) return { notComputable: `${use.length} points in the window: a turn needs ${least}` };
  const t = Float64Array.from(use, (i) => timeSecond[i]!);
  const y = Float64Array.from(use, (i) => values[i]!);
  const s = Float64Array.from(use, (i) => sigma[i]!);
  const scale = t[t.length - 1]! - t[0]!;
  const [earliest, latest] = [t[leastBefore - 1]!, t[t.length - leastAfter]!];
  if (!(latest > earliest)) return { notComputable: "the points do not surround a turn" };
  const fitAt = (tau: number): ReturnType<typeof weightedLinear> => {
    const design = new Float64Array(columns * t.length);
    for (let i = 0; i < t.length; i++) {
      const x = (t[i]! - tau) / scale;
      design[columns * i] = 1;
      if (x < 0) design[columns * i + 1] = x;
      if (after === "line" ? x >= 0 : x < 0) design[columns * i + 2] = after === "line" ? x : x * x;
    }
    return weightedLinear(design, y, s, columns);
  };
  const chi2At = (tau: number): number => fitAt(tau)?.chi2 ?? Number.POSITIVE_INFINITY;
  const step = (latest - earliest) / GRID;
  let best = earliest;
  let lowest = Number.POSITIVE_INFINITY;
  for (let k = 0; k <= GRID; k++) {
    const chi2 = chi2At(earliest + k * step);
    if (chi2 < lowest) [lowest, best] = [chi2, earliest + k * step];
  }
  // thirds: χ² is continuous and single about its minimum between neighbours of the grid
  let [a, b] = [Math.max(earliest, best - step), Math.min(latest, best + step)];
  for (let k = 0; k < 40; k++) {
    const [p, q] = [a + (b - a) / 3, b - (b - a) / 3];
    if (chi2At(p) < chi2At(q)) b = q;
    else a = p;
  }
  const tau = (a + b) / 2;
  const fit = fitAt(tau);
  if (!fit || tau - earliest < step || latest - tau < step) return { notComputable: "the turn lies at an end of the window" };
  const freedom = Math.max(1, t.length - columns - 1);
  const scatter = Math.max(1, fit.chi2 / freedom);
  const variance = after === "line" ? fit.covariance[4]! + fit.covariance[8]! - 2 * fit.covariance[5]! : fit.covariance[3]!;
  const change = Math.abs(fit.parameters[1]! - (after === "line" ? fit.parameters[2]! : 0));
  if (!(change > SIGNIFICANT * Math.sqrt(variance * scatter)))
    return { notComputable: "one line fits as well: nothing turns in this window" };
  const reach = (side: 1 | -1): number => {
    let [inside, outside] = [0, side > 0 ? latest - tau : tau - earliest];
    if (chi2At(tau + side * outside) < fit.chi2 + scatter) return Number.POSITIVE_INFINITY;
    for (let k = 0; k < 40; k++) {
      const middle = (inside + outside) / 2;
      if (chi2At(tau + side * middle) < fit.chi2 + scatter) inside = middle;
      else outside = middle;
    }
    return outside;
  };
  const error = (reach(1) + reach(-1)) / 2;
  return Number.isFinite(error)
    ? { value: tau, sigma: error, unit: "s" }
    : { notComputable: "the turn cannot be dated: it may lie anywhere in the window" };
}
