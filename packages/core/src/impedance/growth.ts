/**
 * How a resistance grows with time.
 *
 *   power law     R = R0 + k t^n                       (n = 1/2 diffusion through the layer, n = 1 reaction at its front)
 *   completion    R = R∞ min(1, (t − t_on)/(t_end − t_on))^n     a layer that begins to form and is complete
 *
 * Weighted least squares; where points scatter more than their errors say, errors are scaled up by that, and by the memory of the residuals. No layer follows the
 * law exactly (its end is rounded, the cell warms and drifts), and the few points next to its beginning and end decide on the times: errors of the layer that completes
 * are those of the jackknife where that are larger, σ² = (N − 1)/N Σ (θ₍₋ᵢ₎ − mean)². The law with
 * the lower BIC is named; that a layer is complete is only said if its BIC is lower by 10 and points lie behind t_end.
 * (Wagner, Z. Phys. Chem. B 21, 1933; Deal and Grove, J. Appl. Phys. 36, 1965.)
 */
import { ThioscopeError } from "../errors.ts";
import { type LeastSquaresResult, leastSquares } from "../numerics/leastSquares.ts";
import { serialCorrelation } from "../peaks/whiten.ts";
import type { Answer, Quantity } from "../units/quantity.ts";

export interface GrowthPoint {
  timeSecond: number;
  /** ohm, with its standard error */
  resistance: Quantity;
}

export interface Growth {
  law: "power" | "completion";
  /** R0, k (ohm·s^-n) and n of the power law */
  power: { offset: Quantity; rate: Quantity; exponent: Quantity; bic: number };
  /** R∞ and n of the layer that completes, and its BIC */
  completion: { final: Quantity; exponent: Quantity; bic: number } | null;
  /** when it began and when it was complete, s; with a reason where the data do not tell */
  onset: Answer;
  complete: Answer;
}

const VERY_STRONG = 10;

/** Throws INVALID_INPUT for fewer than six points, or points without an error. */
export function fitGrowth(points: readonly GrowthPoint[]): Growth {
  if (points.length < 6) throw new ThioscopeError("INVALID_INPUT", `${points.length} points: a growth law needs at least six`);
  const t = Float64Array.from(points, (p) => p.timeSecond);
  const r = Float64Array.from(points, (p) => p.resistance.value);
  const s = Float64Array.from(points, (p) => p.resistance.sigma ?? Number.NaN);
  const bad = s.findIndex((sigma) => !(sigma > 0));
  if (bad >= 0) throw new ThioscopeError("INVALID_INPUT", `point ${bad + 1} has no standard error: it cannot be weighted`);
  const span = t.at(-1)! - t[0]!;
  if (!(span > 0)) throw new ThioscopeError("INVALID_INPUT", "all points have the same time: nothing can grow");
  const unit = points[0]!.resistance.unit;
  const bicOf = (fit: LeastSquaresResult): number =>
    points.length * Math.log(Math.max(fit.sumOfSquares / points.length, 1e-12)) + fit.parameters.length * Math.log(points.length);
  const quantity = (fit: Fitted, j: number, u: string, factor = 1): Quantity => {
    const sigma = fit.sigma[j]! * fit.memory;
    return { value: fit.parameters[j]! * factor, sigma: Number.isFinite(sigma) ? sigma * factor : null, unit: u };
  };
  const last = t.at(-1)!;
  const top = r.reduce((a, b) => Math.max(a, b), 0);
  // times in units of the last, so that k is a resistance
  const power = fitWith(
    t,
    r,
    s,
    (p, time) => p[0]! + p[1]! * Math.max(0, time / last) ** p[2]!,
    [0.3, 0.5, 1].map((n) => [r[0]!, top - r[0]!, n]),
    [-10 * top, -10 * top, 0.05],
    [10 * top, 10 * top, 4],
  );
  // R∞, beginning, duration, n
  const layer = (p: Float64Array, time: number): number => p[0]! * Math.min(1, Math.max(0, (time - p[1]!) / p[2]!)) ** p[3]!;
  const starts = [-0.2, -0.02, -0.002, 0.05].flatMap((on) =>
    [0.3, 0.5, 0.7, 0.9].flatMap((end) => [0.5, 1].map((n) => [top, t[0]! + on * span, (end - on) * span, n])),
  );
  const layerLimits = { lower: [0, t[0]! - span, 0.02 * span, 0.1], upper: [10 * top, t[0]! + 0.5 * span, 2 * span, 3] };
  const completion = fitWith(t, r, s, layer, starts, layerLimits.lower, layerLimits.upper);
  const end = completion.parameters[1]! + completion.parameters[2]!;
  const bicPower = bicOf(power);
  const bicLayer = bicOf(completion);
  const behind = t.filter((time) => time > end).length;
  const isComplete = bicLayer < bicPower - VERY_STRONG && behind >= 2;
  const n = power.parameters[2]!;
  const left = isComplete ? withoutEach(t, r, s, layer, completion.parameters, layerLimits) : null;
  const known = (j: number, u: string): Quantity =>
    atLeast(
      quantity(completion, j, u),
      jackknife(left!, (p) => p[j]!),
    );
  const rate = quantity(power, 1, `${unit}·s^-${n.toPrecision(3)}`, last ** -n);
  return {
    law: isComplete ? "completion" : "power",
    power: { offset: quantity(power, 0, unit), rate, exponent: quantity(power, 2, ""), bic: bicPower },
    completion: left ? { final: known(0, unit), exponent: known(3, ""), bic: bicLayer } : null,
    onset: left ? known(1, "s") : { notComputable: "no layer that completes: the power law has no beginning of its own" },
    complete: left
      ? atLeast(
          endOf(completion),
          jackknife(left, (p) => p[1]! + p[2]!),
        )
      : { notComputable: `it still grows at the end of the series, ${last} s` },
  };
}

/** Beginning plus duration, which the fit knows better together than each. */
function endOf({ parameters, covariance, memory }: Fitted): Quantity {
  const variance = covariance[5]! + 2 * covariance[6]! + covariance[10]!;
  return { value: parameters[1]! + parameters[2]!, sigma: variance > 0 ? memory * Math.sqrt(variance) : null, unit: "s" };
}

/** Parameters of the fits that leave out one point each. */
function withoutEach(
  t: Float64Array,
  r: Float64Array,
  s: Float64Array,
  model: (p: Float64Array, time: number) => number,
  start: Float64Array,
  limits: { lower: readonly number[]; upper: readonly number[] },
): Float64Array[] {
  return Array.from(t, (_, left) => {
    const count = t.length - 1;
    const residuals = (p: Float64Array, out: Float64Array): void => {
      for (let i = 0; i < count; i++) {
        const k = i < left ? i : i + 1;
        out[i] = (model(p, t[k]!) - r[k]!) / s[k]!;
      }
    };
    return leastSquares({ count, residuals }, { start, ...limits, maxIterations: 100, tolerance: 1e-9 }).parameters;
  });
}

function jackknife(fits: readonly Float64Array[], of: (p: Float64Array) => number): number {
  const values = fits.map(of);
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return Math.sqrt(((values.length - 1) / values.length) * values.reduce((sum, v) => sum + (v - mean) ** 2, 0));
}

const atLeast = (quantity: Quantity, sigma: number): Quantity =>
  quantity.sigma === null ? quantity : { ...quantity, sigma: Math.max(quantity.sigma, sigma) };

interface Fitted extends LeastSquaresResult {
  /** by which errors grow because neighbouring residuals are alike: a room that warms, a drift */
  memory: number;
}

/** The best of several starts. */
function fitWith(
  t: Float64Array,
  r: Float64Array,
  s: Float64Array,
  model: (p: Float64Array, time: number) => number,
  starts: readonly (readonly number[])[],
  lower: readonly number[],
  upper: readonly number[],
): Fitted {
  const problem = {
    count: t.length,
    residuals(p: Float64Array, out: Float64Array): void {
      for (let i = 0; i < t.length; i++) out[i] = (model(p, t[i]!) - r[i]!) / s[i]!;
    },
  };
  const best = starts
    .map((start) => leastSquares(problem, { start, lower, upper, maxIterations: 200, tolerance: 1e-9 }))
    .reduce((a, b) => (b.sumOfSquares < a.sumOfSquares ? b : a));
  const left = new Float64Array(t.length);
  problem.residuals(best.parameters, left);
  return { ...best, memory: Math.sqrt(Math.max(1, serialCorrelation(left))) };
}
