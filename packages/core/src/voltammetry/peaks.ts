/**
 * Peaks of the current in one sweep: potential, current and charge above a straight baseline from the foot.
 *
 *   i_p = i(E_p) − (a + b E_p)       Q = ∫ (i − a − b E) dt  from the foot to where the current meets the baseline again,
 *                                       turns up again, or the sweep ends (said in `until`)
 *
 * An extreme counts as a peak where the smoothed current stands out by six standard deviations of its noise and 2 % of the
 * sweep's span on both sides, and where its height above the baseline is three of its errors; a shoulder is not found. Smoothing is a local parabola (Savitzky and Golay, Anal. Chem. 36, 1964)
 * over at most 5 % of the sweep and serves detection only. E_p is the top of a cubic through the rows above 85 % of the
 * height, from the baseline's level under the top. The foot is the window of 4 % of the sweep before the rise in which the current is flattest; a line through it is the
 * baseline. Errors: noise, the covariance of the baseline, and what half and one and a half times that window change.
 * Potentials are as measured: no ohmic drop is taken off. V, mA, mC; anodic currents positive.
 */
import { scatter } from "../cycling/noise.ts";
import { type CyclingSeries, tableRow } from "../cycling/series.ts";
import { leastSquares } from "../numerics/leastSquares.ts";
import { fitLine, type Line } from "../numerics/line.ts";
import type { Answer, Quantity } from "../units/quantity.ts";
import type { Sweep } from "./sweeps.ts";
import { turningPoints } from "./turningPoints.ts";

export interface VoltammetricPeak {
  sweep: number;
  scan: number;
  direction: "anodic" | "cathodic";
  /** row of the table nearest to the top */
  row: number;
  potential: Quantity;
  /** mA above the baseline; negative for cathodic peaks */
  current: Quantity;
  /** V where half of that current is reached on the rise; |E_p − E_p/2| is 56.5/n mV for a reversible couple at 25 °C */
  halfPeakPotential: Answer;
  /** mC above the baseline; negative for cathodic peaks */
  charge: Quantity;
  baseline: {
    /** potentials between which the line was fitted */
    foot: readonly [from: Quantity, to: Quantity];
    /** mA at 0 V */
    intercept: Quantity;
    /** mA/V */
    slope: Quantity;
    /** potential at which the integral ends, and why there */
    end: Quantity;
    until: "baseline" | "minimum" | "end of the sweep";
  };
}

const SIGNIFICANCE = 6;
const SPAN_SHARE = 0.02;
const LEAST_SIGMAS = 3;
const SMOOTH_SHARE = 0.025;
const FOOT_SHARE = 0.04;
const TOP = 0.85;

export function findPeaks(series: CyclingSeries, sweep: Sweep): readonly VoltammetricPeak[] {
  const { from, to } = sweep;
  const n = to - from;
  if (n < 24) return [];
  const sign = sweep.direction === "anodic" ? 1 : -1;
  const e = series.voltageVolt.subarray(from, to);
  const t = series.timeSecond.subarray(from, to);
  const y = series.currentAmpere.subarray(from, to).map((i) => sign * i);
  const noise = scatter(t, y);
  const { values, blur } = smooth(y, noise, Math.max(2, Math.floor(SMOOTH_SHARE * n)));
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const v of values) {
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  const turns = turningPoints(values, Math.max(SIGNIFICANCE * blur, SPAN_SHARE * (high - low)));
  const volt = (value: number): Quantity => ({ value, sigma: sweep.startPotential.sigma, unit: "V" });
  const peaks: VoltammetricPeak[] = [];
  for (let k = 1; k + 1 < turns.length; k++) {
    const at = turns[k]!;
    const [left, right] = [turns[k - 1]!, turns[k + 1]!];
    if (!(values[at]! > values[left]! && values[at]! > values[right]!)) continue;
    const found = measurePeak({ e, t, y, values, noise }, left, at, right, k + 2 < turns.length);
    if (!found) continue;
    const { line, foot, top, current, charge, half, end, until } = found;
    if (current.value < LEAST_SIGMAS * current.sigma) continue;
    peaks.push({
      sweep: sweep.number,
      scan: sweep.scan,
      direction: sweep.direction,
      row: tableRow(series, from + at),
      potential: top,
      current: { value: sign * 1000 * current.value, sigma: 1000 * current.sigma, unit: "mA" },
      halfPeakPotential: half,
      charge: { value: sign * 1000 * charge.value, sigma: 1000 * charge.sigma, unit: "mC" },
      baseline: {
        foot: [volt(e[foot[0]]!), volt(e[foot[1]]!)],
        intercept: { value: sign * 1000 * line.intercept, sigma: 1000 * Math.sqrt(line.covariance[0]), unit: "mA" },
        slope: { value: sign * 1000 * line.slope, sigma: 1000 * Math.sqrt(line.covariance[2]), unit: "mA/V" },
        end: volt(e[end]!),
        until,
      },
    });
  }
  return peaks;
}

interface Curve {
  e: Float64Array;
  t: Float64Array;
  /** current along the sweep's direction */
  y: Float64Array;
  values: Float64Array;
  noise: number;
}

type Foot = readonly [first: number, last: number];

function measurePeak(curve: Curve, left: number, at: number, right: number, isFollowed: boolean) {
  const { e, y, noise } = curve;
  const foot = findFoot(curve, left, at);
  if (!foot) return null;
  const line = lineOver(curve, foot);
  const height = (l: Line, volt: number, value: number): number => value - l.intercept - l.slope * volt;
  const top = topOf(curve, line, at);
  if (!top || !(height(line, top.volt, top.value) > 0)) return null;
  const integral = (l: Line): { charge: number; end: number; until: "baseline" | "minimum" | "end of the sweep"; seconds: number } => {
    let charge = 0;
    let end = right;
    let until: "baseline" | "minimum" | "end of the sweep" = isFollowed ? "minimum" : "end of the sweep";
    for (let i = at + 1; i <= right; i++) {
      if (height(l, e[i]!, curve.values[i]!) > 0) continue;
      end = i;
      until = "baseline";
      break;
    }
    let squares = 0;
    for (let i = foot[1] + 1; i <= end; i++) {
      const dt = Math.max(0, curve.t[i]! - curve.t[i - 1]!);
      charge += 0.5 * (height(l, e[i]!, y[i]!) + height(l, e[i - 1]!, y[i - 1]!)) * dt;
      squares += dt * dt;
    }
    return { charge, end, until, seconds: Math.sqrt(squares) };
  };
  const main = integral(line);
  const current = height(line, top.volt, top.value);
  const others = [0.5, 1.5].map((factor) => lineOver(curve, widened(foot, factor, left, at)));
  const spread = (f: (l: Line) => number): number => Math.max(...others.map((l) => Math.abs(f(l) - f(line))));
  const [varA, cov, varB] = line.covariance;
  const lineSigma = Math.sqrt(Math.max(0, varA + 2 * top.volt * cov + top.volt ** 2 * varB));
  const duration = curve.t[main.end]! - curve.t[foot[1]]!;
  const middle = 0.5 * (e[foot[1]]! + e[main.end]!);
  const lineAtMiddle = Math.sqrt(Math.max(0, varA + 2 * middle * cov + middle ** 2 * varB));
  return {
    line,
    foot,
    top: { value: top.volt, sigma: top.sigma, unit: "V" },
    current: {
      value: current,
      sigma: Math.hypot(
        top.noise,
        lineSigma,
        spread((l) => height(l, top.volt, top.value)),
      ),
    },
    charge: {
      value: main.charge,
      sigma: Math.hypot(
        noise * main.seconds,
        lineAtMiddle * duration,
        spread((l) => integral(l).charge),
      ),
    },
    half: halfPeak(curve, line, foot, at, current),
    end: main.end,
    until: main.until,
  };
}

/** The flattest window between the last extreme and the point where a third of the rise is done. */
function findFoot(curve: Curve, left: number, at: number): Foot | null {
  const { values, e, y } = curve;
  const width = Math.max(8, Math.round(FOOT_SHARE * y.length));
  const level = values[left]! + (values[at]! - values[left]!) / 3;
  let rise = at;
  while (rise > left && values[rise - 1]! > level) rise--;
  if (rise - left < 4) return null;
  if (rise - left <= width) return [left, rise];
  let best: Foot | null = null;
  let flattest = Number.POSITIVE_INFINITY;
  const stride = Math.max(1, width >> 3);
  // windows next to the peak win over equally flat ones far from it
  for (let last = rise; last - width >= left; last -= stride) {
    const foot: Foot = [last - width, last];
    const slope = Math.abs(fitLine(e.subarray(foot[0], last + 1), y.subarray(foot[0], last + 1)).slope);
    if (slope < flattest) {
      flattest = slope;
      best = foot;
    }
  }
  return best;
}

function widened(foot: Foot, factor: number, left: number, at: number): Foot {
  const half = Math.max(2, (0.5 * factor * (foot[1] - foot[0])) | 0);
  const centre = (foot[0] + foot[1]) >> 1;
  return [Math.max(left, centre - half), Math.min(at - 1, centre + half)];
}

function lineOver({ e, y }: Curve, [first, last]: Foot): Line {
  return fitLine(e.subarray(first, last + 1), y.subarray(first, last + 1));
}

/** Top of a cubic (of a parabola where rows are few) through the rows near the top; the difference of both enters the error. */
function topOf(curve: Curve, line: Line, at: number): { volt: number; sigma: number; value: number; noise: number } | null {
  const { e, y, values } = curve;
  // above one level: a line that leans because a neighbour lies before the peak would take more rows from one flank
  const level = line.intercept + line.slope * e[at]!;
  const height = (i: number): number => values[i]! - level;
  const limit = TOP * height(at);
  let first = at;
  let last = at;
  while (first > 0 && height(first - 1) >= limit) first--;
  while (last + 1 < y.length && height(last + 1) >= limit) last++;
  while (last - first < 6 && (first > 0 || last + 1 < y.length)) {
    if (first > 0) first--;
    if (last + 1 < y.length) last++;
  }
  const n = last - first + 1;
  if (n < 5) return null;
  const centre = e[at]!;
  const unit = Math.abs(e[last]! - e[first]!) / 2 || 1;
  const fits = (n >= 9 ? [2, 3] : [2]).map((degree) => polynomialTop(e, y, first, last, centre, unit, degree));
  const best = fits.at(-1) ?? fits[0];
  if (!best || !fits[0]) return null;
  // a top beyond the rows it was fitted to is no top
  if (Math.abs(best.volt - e[first]!) + Math.abs(e[last]! - best.volt) > 1.001 * Math.abs(e[last]! - e[first]!)) return null;
  const model = Math.abs(best.volt - fits[0].volt) / 2;
  return { volt: best.volt, value: best.value, sigma: Math.hypot(best.sigma, model), noise: best.noise };
}

function polynomialTop(e: Float64Array, y: Float64Array, first: number, last: number, centre: number, unit: number, degree: number) {
  const n = last - first + 1;
  const m = degree + 1;
  const scale = Math.abs(y[first]!) + Math.abs(y[last]!) || 1;
  const x = Float64Array.from({ length: n }, (_, i) => (e[first + i]! - centre) / unit);
  const fit = leastSquares(
    {
      count: n,
      residuals: (p, out) => {
        for (let i = 0; i < n; i++) {
          let value = 0;
          for (let j = degree; j >= 0; j--) value = value * x[i]! + p[j]!;
          out[i] = value - y[first + i]! / scale;
        }
      },
      jacobian: (_p, out) => {
        for (let i = 0; i < n; i++) for (let j = 0, power = 1; j < m; j++, power *= x[i]!) out[i * m + j] = power;
      },
    },
    { start: new Float64Array(m), maxIterations: 20 },
  );
  const [a = 0, b = 0, c = 0, d = 0] = fit.parameters;
  let at = -b / (2 * c);
  for (let k = 0; k < 20; k++) at -= (b + 2 * c * at + 3 * d * at * at) / (2 * c + 6 * d * at);
  const curvature = 2 * c + 6 * d * at;
  if (!(curvature < 0) || !Number.isFinite(at)) return null;
  // the slope at the top is b + 2c·x + 3d·x²: its error over the curvature is that of the place
  const weight = [0, 1, 2 * at, 3 * at * at];
  const power = [1, at, at * at, at ** 3];
  let placeVariance = 0;
  let valueVariance = 0;
  for (let j = 0; j < m; j++) {
    for (let k = 0; k < m; k++) {
      const cov = fit.covariance[j * m + k]!;
      placeVariance += weight[j]! * weight[k]! * cov;
      valueVariance += power[j]! * power[k]! * cov;
    }
  }
  return {
    volt: centre + unit * at,
    sigma: (unit * Math.sqrt(Math.max(0, placeVariance))) / Math.abs(curvature),
    value: (a + b * at + c * at * at + d * at ** 3) * scale,
    noise: Math.sqrt(Math.max(0, valueVariance)) * scale,
  };
}

function halfPeak(curve: Curve, line: Line, foot: Foot, at: number, current: number): Answer {
  const { e, values, noise } = curve;
  const height = (i: number): number => values[i]! - line.intercept - line.slope * e[i]!;
  for (let i = at; i > foot[0]; i--) {
    const [above, below] = [height(i), height(i - 1)];
    if (!(above >= current / 2 && below < current / 2)) continue;
    const share = (current / 2 - below) / (above - below);
    const slope = Math.abs((above - below) / (e[i]! - e[i - 1]!));
    return { value: e[i - 1]! + share * (e[i]! - e[i - 1]!), sigma: noise > 0 ? noise / slope : null, unit: "V" };
  }
  return { notComputable: "the current does not fall to half of the peak before it" };
}

/** Local parabolas over the fewest rows that bring the noise below 1 % of the span, at most `widest` rows each side. */
function smooth(y: Float64Array, noise: number, widest: number): { values: Float64Array; blur: number } {
  const n = y.length;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const v of y) {
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  const gain = (h: number): number => Math.sqrt((3 * (3 * h * h + 3 * h - 1)) / ((2 * h - 1) * (2 * h + 1) * (2 * h + 3)));
  let half = 2;
  while (half < widest && noise * gain(half) > 0.01 * (high - low)) half++;
  const values = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const h = Math.min(half, i, n - 1 - i);
    if (h < 2) {
      values[i] = y[i]!;
      continue;
    }
    const scale = (2 * h - 1) * (2 * h + 1) * (2 * h + 3);
    let sum = 0;
    for (let j = -h; j <= h; j++) sum += ((3 * (3 * h * h + 3 * h - 1) - 15 * j * j) / scale) * y[i + j]!;
    values[i] = sum;
  }
  return { values, blur: noise * gain(half) };
}
