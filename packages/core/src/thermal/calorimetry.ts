/**
 * Glass transition and peaks of a heat flow.
 *
 *   glass    q(T) = (a + b T)(1 − s) + (c + d T) s,  s = 1/(1 + exp(−(T − T_g)/w)): two lines with a step between them. T_g is the midpoint at half
 *            height; onset and endset, where the tangent there meets the lines, lie 2 w on either side     (ISO 11357-2; ASTM E1356)
 *            Δc_p = (q₂ − q₁)(T_g)/(heating rate)
 *   overshoot enthalpy that relaxes behind the step: a bump h exp(−(T − T_g − δ)²/2ρ²), fitted along where the data ask for it (BIC lower by 10), since
 *            the step would otherwise take it up and lie too high
 *   peak     area between the curve and a line through its feet, over time: Δh = ∫ (q − line) dt; onset where the tangent of the steepest flank
 *            meets the line                                                                                  (ISO 11357-3)
 *
 * The errors of the temperatures grow with what the model leaves (serial correlation) and with how far T_g moves where the lines are taken from two
 * thirds of the window.
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import { type LeastSquaresProblem, type LeastSquaresResult, leastSquares } from "../numerics/leastSquares.ts";
import { localPolynomial } from "../numerics/localPolynomial.ts";
import { weightedLinear } from "../numerics/weightedLinear.ts";
import { serialCorrelation } from "../peaks/whiten.ts";
import type { Quantity } from "../units/quantity.ts";

export interface HeatRun {
  /** °C, rising */
  temperature: Float64Array;
  /** W/g */
  heatFlow: Float64Array;
  /** K/min; null where not known: then no Δc_p and no enthalpy */
  ratePerMinute: number | null;
}

export interface GlassTransition {
  onset: Quantity;
  midpoint: Quantity;
  endset: Quantity;
  /** J/(g·K); null without the heating rate */
  heatCapacity: Quantity | null;
  /** the step over its error */
  significance: number;
  temperature: Float64Array;
  fitted: Float64Array;
  notices: readonly Notice[];
}

const LEAST_SIGNIFICANCE = 5;

/**
 * @param window °C in which the transition lies, with some of both lines; found by search where absent
 * @throws ThioscopeError NOT_COMPUTABLE where no step stands out of what else moves the heat flow
 */
export function glassTransition(run: HeatRun, window?: readonly [number, number]): GlassTransition {
  return fitStep(run, window, false);
}

/** Parameters of the step alone. */
const STEP = 6;
const VERY_STRONG = 10;

/** The bump of the parameters, where they have one. */
const overshoot = (p: Float64Array, x: number): number =>
  p.length > STEP ? p[6]! * Math.exp(-0.5 * ((x - p[4]! - p[7]!) / p[8]!) ** 2) : 0;

/** The step with a bump behind it, where that explains so much more that its three parameters are worth it. */
function withOvershoot(problem: LeastSquaresProblem, plain: LeastSquaresResult, range: number): LeastSquaresResult {
  const [a, , c, , glass, w] = plain.parameters as unknown as number[];
  const step = c! - a!;
  const sign = Math.sign(step);
  const largest = Math.abs(step);
  const open = [Infinity, Infinity, Infinity, Infinity];
  const bicOf = ({ sumOfSquares, parameters }: LeastSquaresResult): number =>
    problem.count * Math.log(Math.max(sumOfSquares, Number.MIN_VALUE) / problem.count) + parameters.length * Math.log(problem.count);
  const fit = leastSquares(problem, {
    start: [...plain.parameters, 0.1 * step, 3 * w!, 2 * w!],
    lower: [...open.map((v) => -v), glass! - range / 4, range / 400, sign > 0 ? 0 : -largest, 0, w! / 2],
    upper: [...open, glass! + range / 4, range / 4, sign > 0 ? largest : 0, range / 4, range / 8],
  });
  const isKnown = fit.converged && fit.covariance.every(Number.isFinite);
  return isKnown && bicOf(fit) < bicOf(plain) - VERY_STRONG ? fit : plain;
}

/** How far T_g moves where the lines are taken from two thirds of the window, beyond what fewer points alone do: what a bent baseline does to it. */
function drift(run: HeatRun, [low, high]: readonly [number, number], glass: number, sigma: number, bump: (x: number) => number): number {
  const without = { ...run, heatFlow: run.heatFlow.map((q, i) => q - bump(run.temperature[i]!)) };
  const [left, right] = [glass - (2 / 3) * (glass - low), glass + (2 / 3) * (high - glass)];
  const others = [
    [left, high],
    [low, right],
    [left, right],
  ] as const;
  return others.reduce((most, window) => {
    try {
      const { midpoint } = fitStep(without, window, true);
      // of nested data the difference has the difference of the variances
      const chance = Math.max(0, midpoint.sigma! ** 2 - sigma ** 2);
      return Math.max(most, Math.sqrt(Math.max(0, (midpoint.value - glass) ** 2 - chance)));
    } catch (error) {
      if (error instanceof ThioscopeError) return most;
      throw error;
    }
  }, 0);
}

function fitStep(run: HeatRun, window: readonly [number, number] | undefined, narrow: boolean): GlassTransition {
  const found = window ? { window, start: (window[0] + window[1]) / 2, width: (window[1] - window[0]) / 20 } : searchStep(run);
  const keep = [...run.temperature.keys()].filter((i) => run.temperature[i]! >= found.window[0] && run.temperature[i]! <= found.window[1]);
  if (keep.length < 12)
    throw new ThioscopeError("INVALID_INPUT", `${keep.length} points lie between ${found.window[0]} and ${found.window[1]} °C`);
  const t = Float64Array.from(keep, (i) => run.temperature[i]!);
  const q = Float64Array.from(keep, (i) => run.heatFlow[i]!);
  const centre = found.start;
  const value = (p: Float64Array, x: number): number => {
    const s = 1 / (1 + Math.exp(-(x - p[4]!) / p[5]!));
    const d = x - centre;
    return (p[0]! + p[1]! * d) * (1 - s) + (p[2]! + p[3]! * d) * s + overshoot(p, x);
  };
  const third = Math.max(3, Math.floor(t.length / 4));
  const mean = (v: Float64Array): number => v.reduce((a, b) => a + b, 0) / v.length;
  const range = t[t.length - 1]! - t[0]!;
  const problem = {
    count: t.length,
    residuals(p: Float64Array, out: Float64Array): void {
      for (let i = 0; i < t.length; i++) out[i] = value(p, t[i]!) - q[i]!;
    },
  };
  const plain = leastSquares(problem, {
    start: [mean(q.subarray(0, third)), 0, mean(q.subarray(t.length - third)), 0, centre, found.width],
    lower: [-Infinity, -Infinity, -Infinity, -Infinity, t[0]!, range / 400],
    upper: [Infinity, Infinity, Infinity, Infinity, t[t.length - 1]!, range / 4],
  });
  const fit = narrow ? plain : withOvershoot(problem, plain, range);
  const [a, b, c, d, glass, w] = fit.parameters as unknown as [number, number, number, number, number, number];
  const fitted = t.map((x) => value(fit.parameters, x));
  const residual = q.map((v, i) => v - fitted[i]!);
  const widen = Math.sqrt(serialCorrelation(residual));
  const cov = (i: number, j: number): number => fit.covariance[i * fit.parameters.length + j]! || 0;
  const offset = glass - centre;
  const step = c - a + (d - b) * offset;
  const gradient = [-1, -offset, 1, offset, d - b, 0];
  let variance = 0;
  for (const [i, gi] of gradient.entries()) for (const [j, gj] of gradient.entries()) variance += gi * gj * cov(i, j);
  const stepSigma = widen * Math.sqrt(Math.max(0, variance));
  const significance = Math.abs(step) / stepSigma;
  const inside = glass - 2 * w > t[0]! && glass + 2 * w < t[t.length - 1]!;
  if (!fit.converged || !(significance > LEAST_SIGNIFICANCE) || !inside)
    throw new ThioscopeError(
      "NOT_COMPUTABLE",
      `no step of the heat flow stands out between ${t[0]!.toFixed(0)} and ${t[t.length - 1]!.toFixed(0)} °C`,
    );
  const statistical = (k: number): number => widen * Math.sqrt(Math.max(0, cov(4, 4) + 2 * k * cov(4, 5) + k * k * cov(5, 5)));
  const moved = narrow ? 0 : drift(run, found.window, glass, statistical(0), (x) => overshoot(fit.parameters, x));
  const sigmaAt = (k: number): number => Math.hypot(statistical(k), moved);
  const rate = run.ratePerMinute;
  const perKelvin = rate === null ? null : 60 / rate;
  const notices: Notice[] = [];
  if (rate === null)
    notices.push({ code: "heating-rate-missing", message: "the heating rate is not known: no change of the heat capacity" });
  return {
    onset: { value: glass - 2 * w, sigma: sigmaAt(-2), unit: "°C" },
    midpoint: { value: glass, sigma: sigmaAt(0), unit: "°C" },
    endset: { value: glass + 2 * w, sigma: sigmaAt(2), unit: "°C" },
    heatCapacity: perKelvin === null ? null : { value: Math.abs(step) * perKelvin, sigma: stepSigma * perKelvin, unit: "J/(g·K)" },
    significance,
    temperature: t,
    fitted,
    notices,
  };
}

const REACH = 45;

/** Where a smooth step explains more than a smooth bump of the same place and width does. */
function searchStep({ temperature: t, heatFlow: q }: HeatRun): { window: readonly [number, number]; start: number; width: number } {
  const n = t.length;
  if (n < 30) throw new ThioscopeError("INVALID_INPUT", `${n} points are too few to look for a glass transition`);
  const stride = Math.max(1, Math.floor(n / 1500));
  const rows = Array.from({ length: Math.floor((n - 1) / stride) + 1 }, (_, k) => k * stride);
  let best: { start: number; width: number } | null = null;
  let highest = 0;
  for (let centre = t[0]! + REACH; centre <= t[n - 1]! - REACH; centre += 2) {
    const keep = rows.filter((i) => Math.abs(t[i]! - centre) <= REACH);
    if (keep.length < 12) continue;
    const y = keep.map((i) => q[i]!);
    const one = new Float64Array(keep.length).fill(1);
    const chi = (extra: (d: number) => number[]): number => {
      const columns = 2 + extra(0).length;
      const design = Float64Array.from(keep.flatMap((i) => [1, t[i]! - centre, ...extra(t[i]! - centre)]));
      return weightedLinear(design, y, one, columns)?.chi2 ?? Number.POSITIVE_INFINITY;
    };
    for (const width of [2, 4, 8]) {
      const sigmoid = (d: number): number => 1 / (1 + Math.exp(-d / width));
      const step = chi((d) => [sigmoid(d), d * sigmoid(d)]);
      // a melting or crystallisation peak, which is no step
      const bump = chi((d) => [Math.exp(-0.5 * (d / (2 * width)) ** 2), d * Math.exp(-0.5 * (d / (2 * width)) ** 2)]);
      const plain = chi(() => []);
      const gain = (Math.min(plain, bump) - step) / Math.max(step, 1e-300);
      if (step < bump && gain > highest) {
        highest = gain;
        best = { start: centre, width };
      }
    }
  }
  if (!best) throw new ThioscopeError("NOT_COMPUTABLE", "no step of the heat flow was found; give the window it lies in");
  return { ...best, window: [best.start - REACH, best.start + REACH] };
}

export interface HeatPeak {
  onset: Quantity;
  top: Quantity;
  /** J/g; sign as in the file: its own direction of exothermic */
  enthalpy: Quantity;
  window: readonly [number, number];
}

/** @param window °C of the peak's feet. Throws INVALID_INPUT for too few points, NOT_COMPUTABLE without the heating rate */
export function heatPeak(run: HeatRun, window: readonly [number, number]): HeatPeak {
  const { temperature, heatFlow, ratePerMinute } = run;
  if (ratePerMinute === null) throw new ThioscopeError("NOT_COMPUTABLE", "an enthalpy needs the heating rate or the time");
  const keep = [...temperature.keys()].filter((i) => temperature[i]! >= window[0] && temperature[i]! <= window[1]);
  if (keep.length < 12) throw new ThioscopeError("INVALID_INPUT", `${keep.length} points lie between ${window[0]} and ${window[1]} °C`);
  const t = Float64Array.from(keep, (i) => temperature[i]!);
  const q = Float64Array.from(keep, (i) => heatFlow[i]!);
  const n = t.length;
  const ends = Math.max(2, Math.floor(n / 12));
  const mean = (from: number): number => q.subarray(from, from + ends).reduce((a, b) => a + b, 0) / ends;
  const at = (from: number): number => t.subarray(from, from + ends).reduce((a, b) => a + b, 0) / ends;
  const [y1, y2, t1, t2] = [mean(0), mean(n - ends), at(0), at(n - ends)];
  const line = (x: number): number => y1 + ((y2 - y1) * (x - t1)) / (t2 - t1);
  const noise = Math.sqrt((spread(q.subarray(0, ends)) + spread(q.subarray(n - ends))) / 2);
  const perSecond = ratePerMinute / 60;
  let area = 0;
  let top = 0;
  for (let i = 1; i < n; i++) {
    area += (0.5 * (q[i]! - line(t[i]!) + q[i - 1]! - line(t[i - 1]!)) * (t[i]! - t[i - 1]!)) / perSecond;
    if (Math.abs(q[i]! - line(t[i]!)) > Math.abs(q[top]! - line(t[top]!))) top = i;
  }
  const duration = (t[n - 1]! - t[0]!) / perSecond;
  // the line's two ends are uncertain by the noise of their means, the points by their own
  const sigma = Math.hypot((noise / Math.sqrt(2 * ends)) * duration, (noise * duration) / Math.sqrt(n));
  const smooth = localPolynomial(t, q, Math.max((t2 - t1) / 20, 4 * ((t2 - t1) / n)), 2);
  const sign = Math.sign(q[top]! - line(t[top]!));
  let steepest = 0;
  for (let i = 0; i < top; i++) if (sign * smooth.slope[i]! > sign * smooth.slope[steepest]!) steepest = i;
  const slope = smooth.slope[steepest]!;
  const baseSlope = (y2 - y1) / (t2 - t1);
  const onset = t[steepest]! + (line(t[steepest]!) - smooth.value[steepest]!) / (slope - baseSlope);
  const relative = (noise * smooth.slopeFactor[steepest]!) / Math.abs(slope - baseSlope);
  const onsetSigma = Math.hypot(noise / Math.abs(slope - baseSlope), Math.abs(onset - t[steepest]!) * relative);
  return {
    onset: { value: onset, sigma: onsetSigma, unit: "°C" },
    top: { value: t[top]!, sigma: (t2 - t1) / n, unit: "°C" },
    enthalpy: { value: area, sigma, unit: "J/g" },
    window,
  };
}

function spread(values: Float64Array): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / Math.max(1, values.length - 1);
}
