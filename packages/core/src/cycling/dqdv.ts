/**
 * Differential capacity dQ/dV and differential voltage dV/dQ by counting, on noisy and non-monotonic data.
 *
 *   dQ/dV in bin k = (signed charge that passed while the potential lay in bin k) / ΔV     mAh/V
 *   dV/dQ in bin k = (change of potential while the charge lay in bin k) / ΔQ              V/mAh
 *
 * Signed charge: positive on charge, negative on discharge, so Σ dQ/dV·ΔV is the charge passed, exactly, for any path
 * of the potential; Σ dV/dQ·ΔQ is the change of potential while current flowed. Rests carry no charge and are left out of dV/dQ.
 *
 * Error of a bin: a reading of the potential that errs by σ_V moves the charge counted below an edge by
 *   σ² = g² σ_V² · (2/3) / (1 + 0.9 σ_V/δ),   g the local |dQ/dV|, δ = w/g the potential step between rows, w the charge of one step
 * (for steps longer than the noise the crossing is interpolated between two readings, variance 2/3 σ_V²; for shorter ones
 * several steps share the crossing). Two edges make a bin; neighbouring bins are anticorrelated. The scatter of the current
 * adds σ_I Δt per row.
 *
 * Width, where none is asked for: the smallest of 1, 2, 5 × 10ⁿ V that is at least two steps of the voltage's digits, four σ_V and a
 * 4000th of the range, and for which the median bin errs by less than 3 %, but not wider than 10 mV for the last reason.
 * References: counting, Feng et al., J. Power Sources 232, 209 (2013); error terms, this file's test by simulation.
 */
import { ThioscopeError } from "../errors.ts";
import type { QuantityArray } from "../units/quantity.ts";
import { type Bins, binsOver, spread } from "./countInBins.ts";
import type { HalfCycle } from "./halfCycles.ts";
import { reading } from "./integrate.ts";
import { chargeCurve } from "./measures.ts";
import { resolution } from "./noise.ts";

export interface DifferentialCapacity {
  half: HalfCycle;
  /** centres of the bins, V, ascending */
  voltageVolt: Float64Array;
  /** mAh/V, negative on discharge; sigma per bin, null where the data show no error */
  value: QuantityArray;
  binWidthVolt: number;
  /** why this width, for people */
  binWidthHow: string;
  /** scatter of one voltage reading, V */
  voltageNoiseVolt: number;
  bins: Bins;
  /** standard deviation of the charge counted below each edge of the bins (count + 1), mAh */
  edgeSigma: Float64Array;
}

export interface DifferentialVoltage {
  half: HalfCycle;
  /** centres of the bins, mAh from the start of the half cycle, ascending */
  capacityMilliampereHour: Float64Array;
  /** V/mAh */
  value: QuantityArray;
  binWidthMilliampereHour: number;
  voltageNoiseVolt: number;
}

const LARGEST = 1_000_000;
const WIDEST_FOR_NOISE = 0.01;
const NOISE_SHARE = 0.03;

/** dQ/dV of a half cycle; @param binWidthVolt chosen from the data where it is not given. Throws INVALID_INPUT. */
export function differentialCapacity(half: HalfCycle, binWidthVolt?: number): DifferentialCapacity {
  const { flow, from, to } = half;
  const { series, charge } = flow;
  const { timeSecond: t, voltageVolt: voltage } = series;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = from; i < to; i++) {
    if (voltage[i]! < low) low = voltage[i]!;
    if (voltage[i]! > high) high = voltage[i]!;
  }
  const volt = reading(t, voltage, from, to);
  const noise = Math.hypot(volt.scatter, volt.common);
  const chosen = binWidthVolt === undefined ? chooseWidth(half, low, high, noise) : { width: binWidthVolt, how: "given" };
  if (!(chosen.width > 0) || (high - low) / chosen.width > LARGEST) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `a bin width of ${chosen.width} V over ${high - low} V is not possible: it must be positive and give at most ${LARGEST} bins`,
    );
  }
  const bins = binsOver(low, high, chosen.width);
  const counted = new Float64Array(bins.count);
  const squares = new Float64Array(bins.count);
  const magnitude = new Float64Array(bins.count);
  const ampere = reading(t, series.currentAmpere, from, to);
  const randomPerSecond = ampere.scatter / 3.6;
  const sign = half.direction === "charge" ? 1 : -1;
  const currentVariance = new Float64Array(bins.count);
  spread(counted, bins, voltage[from]!, voltage[from]!, (sign * half.chargeBefore) / 3.6);
  spread(counted, bins, voltage[to - 1]!, voltage[to - 1]!, (sign * half.chargeAfter) / 3.6);
  for (let i = from + 1; i < to; i++) {
    const q = charge[i]! / 3.6;
    if (q === 0) continue;
    spread(counted, bins, voltage[i - 1]!, voltage[i]!, q);
    const middle = Math.floor((0.5 * (voltage[i - 1]! + voltage[i]!)) / bins.width) - bins.first;
    const size = Math.abs(q);
    squares[middle] = squares[middle]! + q * q;
    magnitude[middle] = magnitude[middle]! + size;
    const random = randomPerSecond * (t[i]! - t[i - 1]!);
    currentVariance[middle] = currentVariance[middle]! + random * random;
  }
  const edgeSigma = edgeErrors(counted, squares, magnitude, bins, noise);
  const sigma = new Float64Array(bins.count);
  const centres = new Float64Array(bins.count);
  let known = false;
  for (let k = 0; k < bins.count; k++) {
    const lower = edgeSigma[k]!;
    const upper = edgeSigma[k + 1]!;
    sigma[k] = Math.sqrt(lower * lower + upper * upper + currentVariance[k]!) / bins.width;
    known ||= sigma[k]! > 0;
    centres[k] = (bins.first + k + 0.5) * bins.width;
    counted[k] = counted[k]! / bins.width;
  }
  return {
    half,
    voltageVolt: centres,
    value: { values: counted, sigma: known ? sigma : null, unit: "mAh/V" },
    binWidthVolt: bins.width,
    binWidthHow: chosen.how,
    voltageNoiseVolt: noise,
    bins,
    edgeSigma,
  };
}

/** σ of the charge below an edge, from the bins on both sides (see the head of the file). */
function edgeErrors(counted: Float64Array, squares: Float64Array, magnitude: Float64Array, bins: Bins, noise: number): Float64Array {
  const edges = new Float64Array(bins.count + 1);
  if (noise === 0) return edges;
  for (let k = 1; k < bins.count; k++) {
    const g = (0.5 * (Math.abs(counted[k - 1]!) + Math.abs(counted[k]!))) / bins.width;
    const sum = magnitude[k - 1]! + magnitude[k]!;
    if (g === 0 || sum === 0) continue;
    const perStep = (squares[k - 1]! + squares[k]!) / sum;
    const ratio = (noise * g) / perStep;
    edges[k] = g * noise * Math.sqrt(2 / 3 / (1 + CROSSING * ratio));
  }
  return edges;
}

/** How steps shorter than the noise share a crossing; found by simulation (dqdv.test.ts repeats it). */
const CROSSING = 0.9;

function chooseWidth(half: HalfCycle, low: number, high: number, noise: number): { width: number; how: string } {
  const { series } = half.flow;
  const step = resolution(series.voltageVolt, half.from, half.to) ?? 0;
  const reasons: [number, string][] = [
    [2 * step, "2 steps of the voltage's digits"],
    [4 * noise, "4 standard deviations of the voltage reading"],
    [(high - low) / 4000, "a 4000th of the range"],
    // relative error of a bin of mean content: √2 σ_edge / (g·width), with g = Q/range and w = Q/rows
    [Math.min(WIDEST_FOR_NOISE, meanError(half, high - low, noise) / NOISE_SHARE), "an error of 3 % in the median bin"],
  ];
  reasons.sort((a, b) => b[0] - a[0]);
  const [least, why] = reasons[0]!;
  const width = least > 0 ? roundUp(least) : 0.001;
  return { width, how: least > 0 ? `${formatMillivolt(width)}: ${why}` : "1 mV" };
}

/** √2 σ_edge / g in V, for charge spread evenly over the range. */
function meanError(half: HalfCycle, range: number, noise: number): number {
  const rows = Math.max(1, half.to - half.from - 1);
  if (noise === 0 || range === 0) return 0;
  return noise * Math.sqrt((2 * 2) / 3 / (1 + (CROSSING * noise * rows) / range));
}

function formatMillivolt(volt: number): string {
  return `${Number((volt * 1000).toPrecision(3))} mV`;
}

/** The next of 1, 2, 5 × 10ⁿ. */
function roundUp(value: number): number {
  const exponent = Math.floor(Math.log10(value));
  for (const digit of [1, 2, 5]) {
    const candidate = Number(`${digit}e${exponent}`);
    if (candidate >= value * (1 - 1e-9)) return candidate;
  }
  return Number(`1e${exponent + 1}`);
}

/**
 * dV/dQ of a half cycle in equal steps of charge.
 *
 * @param count number of bins; without it 200, fewer where the voltage's scatter would make the mean bin err by more than 10 %
 */
export function differentialVoltage(half: HalfCycle, count?: number): DifferentialVoltage {
  const { flow, from, to } = half;
  const { timeSecond: t, voltageVolt: voltage } = flow.series;
  const curve = chargeCurve(half);
  let total = 0;
  for (const q of curve) total = Math.max(total, q / 3.6);
  const volt = reading(t, voltage, from, to);
  const noise = Math.hypot(volt.scatter, volt.common);
  const change = Math.abs(voltage[to - 1]! - voltage[from]!);
  const bearable = noise > 0 ? Math.max(4, Math.floor((0.1 * change) / (Math.SQRT2 * noise))) : 200;
  const wanted = count ?? Math.max(1, Math.min(200, bearable, to - from - 1));
  if (!(Number.isInteger(wanted) && wanted >= 1 && wanted <= LARGEST)) {
    throw new ThioscopeError("INVALID_INPUT", `the number of bins must be a whole number from 1 to ${LARGEST}, not ${wanted}`);
  }
  const width = total > 0 ? total / wanted : 1;
  const bins: Bins = { width, first: 0, count: wanted };
  const counted = new Float64Array(wanted);
  for (let i = from + 1; i < to; i++) {
    if (flow.state[i] === 0 || flow.state[i - 1] === 0) continue;
    spread(counted, bins, curve[i - 1 - from]! / 3.6, curve[i - from]! / 3.6, voltage[i]! - voltage[i - 1]!);
  }
  const centres = new Float64Array(wanted);
  for (let k = 0; k < wanted; k++) {
    centres[k] = (k + 0.5) * width;
    counted[k] = counted[k]! / width;
  }
  // an edge is interpolated between two readings: variance 2/3 σ², two edges per bin
  const sigma = noise > 0 ? (noise * Math.sqrt(4 / 3)) / width : null;
  return {
    half,
    capacityMilliampereHour: centres,
    value: { values: counted, sigma, unit: "V/mAh" },
    binWidthMilliampereHour: width,
    voltageNoiseVolt: noise,
  };
}
