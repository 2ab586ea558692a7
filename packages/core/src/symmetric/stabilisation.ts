/**
 * When the overpotential of a symmetric cell stops changing: a change point with its error.
 *
 *   η(t) = η_s + b (t_s − t)^p + c (e^((t_s − t)/τ) − 1)    for t < t_s
 *   η(t) = η_s + d (t − t_s)                                for t ≥ t_s
 *
 * with p from 1 (a break) to 3 (bending into its end) alone, an exponential process cut off at t_s alone (τ from 0.35 to 1 of t_s), or
 * both, the exponential being a fast one beside a slow growth (τ from 0.06 to 0.25 of t_s). Against them stands an approach without
 * an end, η = η_s + a e^(−3t/t_95): if it describes the test better, `law` is "exponential" and the answer is t_95, when 95 % of
 * the change is over; it must lie within the test. All compete by Bayesian information. Where the test lasts
 * two days, a relative swing of 24 h (the laboratory's temperature) is fitted with it. Every trial t_s is a linear least-squares
 * problem; the smallest sum of squares S is the answer, and one standard deviation is where S has grown by S/(n_eff − parameters)
 * (profile likelihood); the forms' answers are averaged with the weights exp(−BIC/2), their differences enter the error. n_eff is
 * the number of cycles over the length of the residuals' memory, (1 + ρ)/(1 − ρ) with ρ their correlation from one cycle to the
 * next. Stabilised means: the change before t_s stands out (information falls by more
 * than 10 against no change point), and after it η drifts by less than a tenth of the mean rate before, or by less than two
 * of its errors. Both directions of current enter as the mean of a cycle. mV, h from the first current on.
 * Two growths that slow down one after the other leave t_s uncertain by a fifth; the stated error says so.
 */
import { basisFit } from "../numerics/basisFit.ts";
import type { Quantity } from "../units/quantity.ts";
import type { HalfOverpotential } from "./overpotential.ts";

export interface Stabilisation {
  /** "ends": stands still from then on; "exponential": has no end, 95 % of the change is over */
  law: "ends" | "exponential";
  after: Quantity;
  /** mV at that time */
  overpotential: Quantity;
  /** from the first cycle to that time, mV */
  change: Quantity;
  /** after that time, mV/h */
  drift: Quantity;
}

const LEAST_CYCLES = 12;
const EVIDENCE = 10;
const EDGE = 4;
const LATEST = 0.9;

type Basis = readonly ((t: number) => number)[];
type Form = (at: number) => Basis;

const level = (): number => 1;
const rampAfter = (at: number) => (t: number) => (t > at ? t - at : 0);
const approach = (at: number, power: number) => (t: number) => (t < at ? (at - t) ** power : 0);
const POWERS = Array.from({ length: 21 }, (_, k) => 1 + k / 10);
/** A process that is fast at first: exponential, with its end at the change point, time constant as a share of it. */
const fast = (at: number, share: number) => (t: number) => (t < at ? Math.expm1((at - t) / (share * at)) / Math.expm1(1 / share) : 0);
const FAST_ALONE = [0.35, 0.42, 0.5, 0.6, 0.75, 1];
const FAST_BESIDE = [0.06, 0.12, 0.25];
const SLOW_BESIDE = [1, 1.5, 2];
const FORMS: readonly Form[] = [
  ...POWERS.map((power) => (at: number) => [level, rampAfter(at), approach(at, power)]),
  ...FAST_ALONE.map((share) => (at: number) => [level, rampAfter(at), fast(at, share)]),
  ...FAST_BESIDE.flatMap((share) =>
    SLOW_BESIDE.map((power) => (at: number) => [level, rampAfter(at), approach(at, power), fast(at, share)]),
  ),
];
/** e^(−3): 95 % are over */
const TIMES_TAU = 3;
const exponential = (at: number): Basis => [level, (t) => Math.exp((-TIMES_TAU * t) / at)];
const DAY = 24;

/** A swing of 24 h in proportion to the overpotential, which is what a temperature does to a resistance. */
function dailySwing(t: Float64Array, y: Float64Array): Basis {
  const size = new Map(Array.from(t, (hour, i) => [hour, y[i]!]));
  return [Math.sin, Math.cos].map((f) => (hour: number) => (size.get(hour) ?? 0) * f((2 * Math.PI * hour) / DAY));
}

/** From the first current on, h; or why there is none. */
export function stabilisation(halves: readonly HalfOverpotential[]): Stabilisation | { notComputable: string } {
  const cycles = cycleMeans(halves);
  const n = cycles.length;
  if (n < LEAST_CYCLES) return { notComputable: `${n} cycles: a change point with an error needs ${LEAST_CYCLES}` };
  const start = cycles[0]!.hour;
  const t = Float64Array.from(cycles, (c) => c.hour - start);
  const y = Float64Array.from(cycles, (c) => c.mean);
  const swing = t[n - 1]! >= 2 * DAY ? dailySwing(t, y) : [];
  const profiles = FORMS.map((form) => profile(t, y, (at) => [...form(at), ...swing]));
  const leading = profiles.reduce((a, b) => (b.sum < a.sum ? b : a));
  const memory = memoryOf(t, y, leading.form(leading.at));
  const independent = Math.max(8, n / memory);
  const information = (sum: number, parameters: number): number => independent * Math.log(sum / n) + parameters * Math.log(independent);
  const bicOf = (p: Profile): number => information(p.sum, p.form(0).length + 1);
  const best = profiles.reduce((a, b) => (bicOf(b) < bicOf(a) ? b : a));
  const straight: Basis = [level, (x) => x, ...swing];
  if (bicOf(best) > information(sumOfSquares(t, y, straight) ?? Number.POSITIVE_INFINITY, straight.length) - EVIDENCE) {
    return { notComputable: "the overpotential shows no change point: a straight line describes it as well" };
  }
  const endless = profile(t, y, (at) => [...exponential(at), ...swing]);
  const first = firstHour(halves, start);
  if (bicOf(endless) < bicOf(best)) return approached(endless, t, y, first, memory);
  const basis = best.form(best.at);
  const fit = basisFit(t, y, basis)!;
  const width = basis.length;
  const [end = 0, drift = 0] = fit.coefficients;
  const inflation = Math.sqrt(memory);
  const driftSigma = Math.sqrt(fit.covariance[width + 1]!) * inflation;
  const before = basis.slice(2, width - swing.length).reduce((sum, f, k) => sum + fit.coefficients[k + 2]! * f(0), 0);
  if (Math.abs(drift) > 2 * driftSigma && Math.abs(drift) > 0.1 * Math.abs(before / best.at)) {
    return {
      notComputable: `the overpotential still changes by ${drift.toPrecision(3)} mV/h after its last bend at ${best.at.toFixed(0)} h: it has not stabilised`,
    };
  }
  const { hour, sigma } = averaged(profiles, profiles.map(bicOf), independent);
  return {
    law: "ends",
    after: { value: hour + first, sigma, unit: "h" },
    overpotential: { value: end, sigma: Math.sqrt(fit.covariance[0]!) * inflation, unit: "mV" },
    change: { value: -before, sigma: fit.rms * Math.SQRT2 * inflation, unit: "mV" },
    drift: { value: drift, sigma: driftSigma, unit: "mV/h" },
  };
}

/** The answer where the approach is exponential and has no end. */
function approached(
  p: Profile,
  t: Float64Array,
  y: Float64Array,
  first: number,
  memory: number,
): Stabilisation | { notComputable: string } {
  const last = t[t.length - 1]!;
  if (!(p.at < LATEST * last)) {
    return {
      notComputable:
        "the overpotential approaches its end exponentially, and 95 % of the change lie beyond the test: it has not stabilised",
    };
  }
  const fit = basisFit(t, y, p.form(p.at))!;
  const width = p.form(p.at).length;
  const [end = 0, a = 0] = fit.coefficients;
  const left = Math.exp(-TIMES_TAU);
  const sigma = (index: number): number => Math.sqrt(fit.covariance[index * (width + 1)]! * memory);
  const sigmaHour = Math.sqrt(p.sum / (p.curvature * Math.max(1, t.length / memory - width - 1)));
  const rate = (Math.exp((-TIMES_TAU * last) / p.at) - left) / (last - p.at);
  return {
    law: "exponential",
    after: { value: p.at + first, sigma: sigmaHour, unit: "h" },
    overpotential: { value: end + a * left, sigma: sigma(0), unit: "mV" },
    change: { value: a * (left - 1), sigma: sigma(1), unit: "mV" },
    drift: { value: a * rate, sigma: sigma(1) * Math.abs(rate), unit: "mV/h" },
  };
}

/** Which kind of growth FORMS[k] is. */
function familyOf(k: number): number {
  if (k < POWERS.length) return 0;
  if (k < POWERS.length + FAST_ALONE.length) return 1;
  return k < FORMS.length ? 2 : 3;
}

/** Change point over the forms, weighted by their information. */
function averaged(profiles: readonly Profile[], bic: readonly number[], independent: number): { hour: number; sigma: number } {
  const least = Math.min(...bic);
  const weights = bic.map((value) => Math.exp((least - value) / 2));
  const total = weights.reduce((a, b) => a + b, 0);
  const hour = profiles.reduce((sum, p, k) => sum + (weights[k]! / total) * p.at, 0);
  let variance = 0;
  for (const [k, p] of profiles.entries()) {
    // where S has grown by its share of one degree of freedom
    const own = p.sum / (p.curvature * Math.max(1, independent - p.form(0).length - 1));
    // the powers and time constants stand for all between them
    const neighbour = familyOf(k + 1) === familyOf(k) ? profiles[k + 1]! : profiles[k - 1]!;
    const between = (p.at - neighbour.at) ** 2 / 12;
    variance += (weights[k]! / total) * (own + between + (p.at - hour) ** 2);
  }
  return { hour, sigma: Math.sqrt(variance) };
}

interface Profile {
  form: Form;
  at: number;
  /** sum of squares there, and by how much it grows with the square of the distance */
  sum: number;
  curvature: number;
}

/** The best change point of one form: the lowest trial, and the parabola through it and its neighbours. */
function profile(t: Float64Array, y: Float64Array, form: Form): Profile {
  const known = new Map<number, number>();
  const sumAt = (k: number): number => {
    if (!known.has(k)) known.set(k, sumOfSquares(t, y, form(t[k]!)) ?? Number.POSITIVE_INFINITY);
    return known.get(k)!;
  };
  const [first, last] = [EDGE + 1, t.length - EDGE - 2];
  const lowest = (from: number, to: number, stride: number): number => {
    let best = from;
    for (let k = from; k <= to; k += stride) if (sumAt(k) < sumAt(best)) best = k;
    return best;
  };
  const stride = Math.max(1, Math.floor(t.length / 40));
  const near = lowest(first, last, stride);
  const k = lowest(Math.max(first, near - stride), Math.min(last, near + stride), 1);
  const sums = [sumAt(k - 1), sumAt(k), sumAt(k + 1)];
  const [a, b, c] = sums as [number, number, number];
  const [left, right] = [t[k]! - t[k - 1]!, t[k + 1]! - t[k]!];
  const curvature = ((a - b) / left + (c - b) / right) / (left + right);
  if (!(curvature > 0) || !Number.isFinite(curvature)) return { form, at: t[k]!, sum: b, curvature: b / (left + right) ** 2 };
  const tilt = (c - b) / right - curvature * right;
  const shift = Math.min(right, Math.max(-left, -tilt / (2 * curvature)));
  return { form, at: t[k]! + shift, sum: b + tilt * shift + curvature * shift * shift, curvature };
}

/** Middle of the first cycle, from the moment the current was switched on. */
function firstHour(halves: readonly HalfOverpotential[], start: number): number {
  const first = halves[0]!;
  return start - first.hour + first.capacity.value / first.current.value / 2;
}

function cycleMeans(halves: readonly HalfOverpotential[]): readonly { hour: number; mean: number }[] {
  const byCycle = new Map<number, HalfOverpotential[]>();
  for (const half of halves) byCycle.set(half.cycle, [...(byCycle.get(half.cycle) ?? []), half]);
  return [...byCycle.values()]
    .filter((pair) => pair.length === 2)
    .map((pair) => ({ hour: (pair[0]!.hour + pair[1]!.hour) / 2, mean: (pair[0]!.mean.value + pair[1]!.mean.value) / 2 }));
}

function sumOfSquares(t: Float64Array, y: Float64Array, basis: Basis): number | null {
  const fit = basisFit(t, y, basis);
  return fit && fit.rms * fit.rms * (fit.rows - basis.length);
}

/** How many cycles make one independent value. */
function memoryOf(t: Float64Array, y: Float64Array, basis: Basis): number {
  const fit = basisFit(t, y, basis);
  if (!fit) return 1;
  const residual = y.map((value, i) => value - basis.reduce((sum, f, k) => sum + fit.coefficients[k]! * f(t[i]!), 0));
  let product = 0;
  let square = 0;
  for (let i = 0; i < residual.length; i++) {
    square += residual[i]! ** 2;
    if (i > 0) product += residual[i]! * residual[i - 1]!;
  }
  const rho = Math.min(0.9, Math.max(0, square > 0 ? product / square : 0));
  return (1 + rho) / (1 - rho);
}
