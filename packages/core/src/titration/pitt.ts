/**
 * Potentiostatic intermittent titration: potential steps held until the current has decayed.
 *
 *   sphere   I(t) = Q₀ (D/a²) Σ 6 B² / (β² + B(B − 1)) exp(−β² D t/a²),   β cot β = 1 − B
 *   plate    I(t) = Q₀ (D/a²) Σ 2 B² / (β² + B² + B) exp(−β² D t/a²),     β tan β = B
 *
 * diffusion into a body behind a linear resistance (Crank, The Mathematics of Diffusion (1975), 4.3.6 and 6.3.4; Montella,
 * J. Electroanal. Chem. 518, 61 (2002)); B is the ratio of the body's resistance to the one before it, Q₀ the charge of the
 * step. All three are fitted to the whole decay after its first 0.2 %. Valid for small steps, over which dE/dx and D are
 * constant. Checks: the decay follows the law (χ² per degree of freedom below 4, errors: noise and 1 % of the current), and
 * Q₀ is the measured charge within 5 %. On a two-phase plateau neither holds, and D is refused. D/L² with L = volume over
 * surface: a/3 of a sphere, a of a plate open on one side.
 */
import { scatter } from "../cycling/noise.ts";
import { type CyclingSeries, tableRow } from "../cycling/series.ts";
import { ThioscopeError } from "../errors.ts";
import { leastSquares } from "../numerics/leastSquares.ts";
import { type Answer, inUnit, type Quantity } from "../units/quantity.ts";
import type { DiffusionLength } from "./gitt.ts";

export interface PotentialStep {
  /** from 1 */
  number: number;
  rows: readonly [first: number, last: number];
  potential: Quantity;
  /** from the potential of the step before, mV */
  stepHeight: Answer;
  duration: Quantity;
  /** charge of the step, mAh, signed */
  capacity: Quantity;
  /** mA */
  finalCurrent: Quantity;
  /** resistance of diffusion over the one before it */
  resistanceRatio: Answer;
  diffusionRate: Answer;
  diffusionCoefficient: Answer;
}

const LEAST_ROWS = 16;
const LEAST_STEPS = 3;
const SKIPPED = 0.002;
const MODEL_ERROR = 0.01;
const MOST_CHI2 = 4;
const CHARGE_AGREES = 0.05;
const TERMS = 40;
/** A titration passes its charge at held potentials; cycling that ends at a held potential passes most of it before. */
const LEAST_HELD_CHARGE = 0.8;

/** @throws ThioscopeError NOT_COMPUTABLE where the file holds no three potential steps with decaying current that pass nearly all of its charge */
export function potentialSteps(series: CyclingSeries, length: DiffusionLength | null = null): readonly PotentialStep[] {
  const held = findHeld(series);
  if (held.length < LEAST_STEPS) {
    throw new ThioscopeError("NOT_COMPUTABLE", `no titration: ${held.length} held potentials with decaying current, three are needed`);
  }
  const share = held.reduce((sum, [from, to]) => sum + passed(series, from, to), 0) / passed(series, 0, series.rows);
  if (!(share >= LEAST_HELD_CHARGE)) {
    throw new ThioscopeError(
      "NOT_COMPUTABLE",
      `no titration: ${(100 * share).toPrecision(2)} % of the charge passes at held potentials, as where cycling ends at them`,
    );
  }
  return held.map(([from, to], k) => describe(series, from, to, k + 1, held[k - 1], length));
}

/** Charge between the rows, without its sign, C; the interval before the first row belongs to it. */
function passed({ timeSecond: t, currentAmpere: current }: CyclingSeries, from: number, to: number): number {
  let sum = 0;
  for (let i = Math.max(1, from); i < to; i++) sum += Math.abs(current[i]!) * (t[i]! - t[i - 1]!);
  return sum;
}

/** Stretches of one potential in which the current falls to less than a third. */
function findHeld(series: CyclingSeries): readonly (readonly [number, number])[] {
  const { rows, timeSecond: t, voltageVolt: v, currentAmpere: current } = series;
  const limit = Math.max(1e-3, 6 * scatter(t, v));
  const found: [number, number][] = [];
  for (let from = 0; from < rows; ) {
    let to = from + 1;
    let [low, high] = [v[from]!, v[from]!];
    while (to < rows && Math.max(high, v[to]!) - Math.min(low, v[to]!) <= limit) {
      low = Math.min(low, v[to]!);
      high = Math.max(high, v[to]!);
      to++;
    }
    const early = Math.abs(current[from + 1] ?? 0);
    const late = Math.abs(current[to - 1]!);
    if (to - from >= LEAST_ROWS && early > 3 * late) found.push([from, to]);
    from = to;
  }
  return found;
}

function describe(
  series: CyclingSeries,
  from: number,
  to: number,
  number: number,
  previous: readonly [number, number] | undefined,
  length: DiffusionLength | null,
): PotentialStep {
  const { timeSecond: t, voltageVolt: v, currentAmpere: current } = series;
  const start = from > 0 && t[from]! - t[from - 1]! < 0.2 * (t[to - 1]! - t[from]!) ? t[from - 1]! : t[from]!;
  const noise = scatter(t, current, from, to);
  const mean = (a: number, b: number): number => v.subarray(a, b).reduce((sum, x) => sum + x, 0) / (b - a);
  const voltSigma = scatter(t, v, from, to);
  const level = mean(from, to);
  const sign = Math.sign(current[from + 1]!);
  const since = t.slice(from, to).map((s) => s - start);
  const size = current.slice(from, to).map((i) => sign * i);
  let charge = size[0]! * since[0]!;
  for (let i = 1; i < size.length; i++) charge += 0.5 * (size[i]! + size[i - 1]!) * (since[i]! - since[i - 1]!);
  const duration = since[since.length - 1]!;
  // the first interval is the one in which the current falls fastest, and what is left decays on
  const chargeSigma = Math.hypot(0.3 * size[0]! * since[0]!, (size[size.length - 1]! * duration) / 3);
  const shape = length?.shape ?? "sphere";
  const fit = fitDecay(since, size, noise, charge, shape);
  const rate = rateOf(fit, charge, shape);
  return {
    number,
    rows: [tableRow(series, from), tableRow(series, to - 1)],
    potential: { value: level, sigma: voltSigma / Math.sqrt(to - from), unit: "V" },
    stepHeight: previous
      ? { value: 1000 * (level - mean(previous[0], previous[1])), sigma: 1000 * voltSigma * Math.SQRT2, unit: "mV" }
      : { notComputable: "there is no step before" },
    duration: { value: duration, sigma: null, unit: "s" },
    capacity: { value: (sign * charge) / 3.6, sigma: chargeSigma / 3.6, unit: "mAh" },
    finalCurrent: { value: 1000 * sign * size[size.length - 1]!, sigma: 1000 * noise, unit: "mA" },
    resistanceRatio: fit.reason ? { notComputable: fit.reason } : { value: fit.ratio, sigma: fit.ratio * fit.ratioSigma, unit: "" },
    diffusionRate: rate,
    diffusionCoefficient: coefficientOf(rate, length),
  };
}

interface Decay {
  /** D/a², 1/s */
  rate: number;
  /** relative */
  rateSigma: number;
  ratio: number;
  ratioSigma: number;
  /** why the fit does not count; null where it does */
  reason: string | null;
}

function fitDecay(t: Float64Array, size: Float64Array, noise: number, charge: number, shape: DiffusionLength["shape"]): Decay {
  const end = t[t.length - 1]!;
  const first = Math.max(
    0,
    t.findIndex((s) => s >= SKIPPED * end),
  );
  const count = t.length - first;
  const weight = size.subarray(first).map((i) => 1 / Math.hypot(noise, MODEL_ERROR * i));
  const at = new Float64Array(count);
  const fit = leastSquares(
    {
      count,
      residuals: (p, out) => {
        decay(t.subarray(first), Math.exp(p[0]!), Math.exp(p[1]!), Math.exp(p[2]!), shape, at);
        for (let i = 0; i < count; i++) out[i] = (at[i]! - size[first + i]!) * weight[i]!;
      },
    },
    {
      start: [Math.log(charge), Math.log(0.3 / halfTime(t, size)), Math.log(5)],
      lower: [Math.log(charge / 10), Math.log(1e-4 / end), Math.log(0.02)],
      upper: [Math.log(charge * 10), Math.log(1e4 / end), Math.log(1e4)],
      absoluteSigma: true,
      maxIterations: 60,
      tolerance: 1e-8,
    },
  );
  const chi2 = fit.sumOfSquares / Math.max(1, fit.degreesOfFreedom);
  const scale = Math.sqrt(Math.max(1, chi2));
  const [q, rate, ratio] = fit.parameters.map(Math.exp) as unknown as [number, number, number];
  const [, rateSigma, ratioSigma] = fit.sigma as unknown as [number, number, number];
  const reason =
    chi2 > MOST_CHI2 || !Number.isFinite(rateSigma)
      ? "the current does not decay as diffusion behind a resistance would (two phases, kinetics, or too large a step)"
      : Math.abs(q / charge - 1) > CHARGE_AGREES
        ? `the decay would pass ${((100 * q) / charge).toFixed(0)} % of the measured charge: the step ended too early, or something else flows`
        : null;
  // what a linear law is wrong by acts on all rows alike
  return { rate, rateSigma: Math.hypot(rateSigma * scale, MODEL_ERROR), ratio, ratioSigma: ratioSigma * scale, reason };
}

/** Time after which half of the charge has passed. */
function halfTime(t: Float64Array, size: Float64Array): number {
  let total = 0;
  for (let i = 1; i < t.length; i++) total += 0.5 * (size[i]! + size[i - 1]!) * (t[i]! - t[i - 1]!);
  let sum = 0;
  for (let i = 1; i < t.length; i++) {
    sum += 0.5 * (size[i]! + size[i - 1]!) * (t[i]! - t[i - 1]!);
    if (sum >= total / 2) return Math.max(t[i]!, 1e-9);
  }
  return t[t.length - 1]!;
}

function decay(t: Float64Array, q: number, rate: number, b: number, shape: DiffusionLength["shape"], out: Float64Array): void {
  out.fill(0);
  for (let n = 0; n < TERMS; n++) {
    const beta = root(n, b, shape);
    const square = beta * beta;
    const amplitude = shape === "sphere" ? (6 * b * b) / (square + b * (b - 1)) : (2 * b * b) / (square + b * b + b);
    if (square * rate * t[0]! > 40) break;
    for (let i = 0; i < t.length; i++) {
      const exponent = square * rate * t[i]!;
      if (exponent > 40) break;
      out[i] = out[i]! + q * rate * amplitude * Math.exp(-exponent);
    }
  }
}

/** n-th root (from 0) of β cot β = 1 − B in (nπ, (n + 1)π), or of β tan β = B in (nπ, (n + ½)π), by bisection. */
function root(n: number, b: number, shape: DiffusionLength["shape"]): number {
  let low = n * Math.PI + 1e-12;
  let high = (n + (shape === "sphere" ? 1 : 0.5)) * Math.PI - 1e-12;
  // both functions rise from below to above zero over their interval
  const f = (x: number): number => (shape === "sphere" ? 1 - b - x / Math.tan(x) : x * Math.tan(x) - b);
  for (let k = 0; k < 50; k++) {
    const middle = 0.5 * (low + high);
    if (f(middle) > 0) high = middle;
    else low = middle;
  }
  return 0.5 * (low + high);
}

function rateOf(fit: Decay, charge: number, shape: DiffusionLength["shape"]): Answer {
  if (fit.reason || !(charge > 0)) return { notComputable: fit.reason ?? "no charge passed" };
  const value = fit.rate * (shape === "sphere" ? 9 : 1);
  return { value, sigma: value * fit.rateSigma, unit: "1/s" };
}

function coefficientOf(rate: Answer, length: DiffusionLength | null): Answer {
  if ("notComputable" in rate) return rate;
  if (!length) return { notComputable: "no diffusion length is declared: D/L² is what the step tells" };
  const cm = inUnit(length.length, "cm");
  const value = rate.value * (cm.value * (length.shape === "sphere" ? 1 / 3 : 1)) ** 2;
  return { value, sigma: value * Math.hypot((rate.sigma ?? 0) / rate.value, (2 * (cm.sigma ?? 0)) / cm.value), unit: "cm2/s" };
}
