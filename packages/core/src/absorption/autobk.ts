/**
 * The atomic background μ₀(E) and χ(k) by AUTOBK: a cubic spline whose knots are spaced so that it can follow nothing beyond R_bkg.
 *
 *   χ(k) = (μ(E) − μ₀(E))/step,   k = √(0.26246842361 (E − E0)) Å⁻¹
 *   minimise Σ_{R < R_bkg} |FT[χ k^w Ω]|² + (clamp (0.1 + 10 ⟨res²⟩))² Σ_{last points} χ²
 *
 * 1 + 2 R_bkg Δk/π knots at equal distances in k, starting values from the data around each. The spline is linear in its coefficients, so
 * their transforms are made once; what is not linear is the weight of the clamp, which a few Gauss–Newton steps
 * follow. Error of χ from the covariance of the coefficients, scaled by the reduced sum of squares.
 * Newville, Livins, Yacoby, Rehr and Stern, Phys. Rev. B 47, 14126 (1993); the clamps are IFEFFIT's and Larch's.
 */
import { ThioscopeError } from "../errors.ts";
import { choleskyFactor, choleskySolve } from "../numerics/cholesky.ts";
import { evaluateSpline, splineBasis } from "../numerics/cubicSpline.ts";
import { fourierPlan } from "../numerics/fft.ts";
import { bsplinesThrough, evaluateBsplines, interpolateBsplines } from "./bspline.ts";
import { K_STEP, R_STEP, TRANSFORM_POINTS } from "./fourier.ts";
import { type AbsorptionSpectrum, checkAbsorption, indexBelow, indexNearest } from "./spectrum.ts";
import { type WindowName, windowOf } from "./window.ts";

/** k² = K_PER_EV (E − E0), 2m/ħ² in 1/(eV Å²), CODATA. */
export const K_PER_EV = 0.26246842361;

export interface AutobkOptions {
  /** eV */
  e0: number;
  edgeStep: number;
  /** Å below which nothing belongs to neighbours; 1 where absent */
  rbkg?: number;
  /** w of k^w; 2 where absent */
  weight?: number;
  /** Å⁻¹; 0 and the end of the data where absent */
  from?: number;
  to?: number;
  /** Å⁻¹; 0.1 where absent */
  taper?: number;
  window?: WindowName;
  /** weights that hold χ near zero at its first and last three points; 0 and 1 where absent */
  clamps?: readonly [number, number];
}

export interface Background {
  /** Å⁻¹, 0, 0.05 … */
  k: Float64Array;
  chi: Float64Array;
  /** standard error of χ from the background alone */
  chiSigma: Float64Array;
  /** μ₀ on the scan's grid; μ itself below E0 */
  background: Float64Array;
  e0: number;
  rbkg: number;
  knots: number;
  /** Å⁻¹ */
  kMax: number;
}

const CLAMPED = 3;
const MOST_STEPS = 40;

/** Throws INVALID_INPUT for impossible options, NOT_COMPUTABLE where the data above E0 are too short for the knots. */
export function autobk(spectrum: AbsorptionSpectrum, options: AutobkOptions): Background {
  checkAbsorption(spectrum);
  const { energy, mu } = spectrum;
  const { e0, edgeStep, weight = 2, from = 0, taper = 0.1, window = "hanning", clamps = [0, 1] } = options;
  if (!(edgeStep > 0)) throw new ThioscopeError("INVALID_INPUT", `"${spectrum.name}": an edge step of ${edgeStep}; it must be above 0`);
  if (!(e0 > energy[0]! && e0 < energy[energy.length - 1]!)) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `"${spectrum.name}": E0 ${e0} eV lies outside the data, ${energy[0]} to ${energy[energy.length - 1]} eV`,
    );
  }
  const rbkg = Math.max(options.rbkg ?? 1, 2 * R_STEP);
  const start = indexBelow(energy, e0);
  const toK = (e: number): number => Math.sign(e - e0) * Math.sqrt(K_PER_EV * Math.abs(e - e0));
  const all = Float64Array.from(energy.subarray(start), toK);
  const end = all[all.length - 1]!;
  const kMax = Math.max(0, Math.min(end, options.to ?? end));
  if (!(kMax - from > 1) || all.length < 12) {
    throw new ThioscopeError(
      "NOT_COMPUTABLE",
      `"${spectrum.name}": ${all.length} points to k = ${end.toFixed(2)} Å⁻¹ are too short for a background`,
    );
  }
  const kOut = Float64Array.from({ length: Math.trunc(1.01 + kMax / K_STEP) }, (_, i) => i * K_STEP);
  const stop = Math.min(energy.length, 2 + indexBelow(energy, e0 + (kMax * kMax) / K_PER_EV)) - 1;
  const raw = all.subarray(0, stop - start + 1);
  const data = mu.subarray(start, stop + 1);
  const free = 1 + Math.trunc((2 * rbkg * (kMax - from)) / Math.PI);
  const bins = Math.trunc(1 + ((free - 1) * Math.PI) / (2 * R_STEP * (kMax - from)));
  const count = Math.max(5, Math.min(128, free));
  const knots = new Float64Array(count);
  const guess = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const at = indexNearest(all, from + (i * (kMax - from)) / (count - 1));
    const high = Math.min(all.length - 1, at + 5);
    const low = Math.max(0, at - 5);
    knots[i] = all[at]!;
    guess[i] = (2 * mu[at + start]! + mu[high + start]! + mu[low + start]!) / 4;
  }
  const splines = bsplinesThrough(knots);
  const shape = windowOf(kOut.length, K_STEP, { from, to: kMax, taper, window }).map((w, i) => w * kOut[i]! ** weight);

  // columns: the data, then each B-spline; rows: their values on kOut
  const design = new Float64Array(raw.length * count);
  const four = new Float64Array(4);
  for (let i = 0; i < raw.length; i++) {
    const first = evaluateBsplines(splines, raw[i]!, four);
    for (let j = 0; j < 4; j++) design[i * count + first + j] = four[j]!;
  }
  const basis = splineBasis(raw);
  const columns: Float64Array[] = [];
  const values = new Float64Array(raw.length);
  for (let j = -1; j < count; j++) {
    for (let i = 0; i < raw.length; i++) values[i] = j < 0 ? data[i]! : design[i * count + j]!;
    const out = new Float64Array(kOut.length);
    evaluateSpline({ x: raw, y: values, second: basis.curvature(values) }, kOut, out);
    columns.push(out);
  }
  const fit = minimise(columns, shape, bins, clamps, interpolateBsplines(splines, knots, guess));
  const chi = columns[0]!.slice();
  const chiSigma = new Float64Array(kOut.length);
  for (let i = 0; i < kOut.length; i++) {
    let variance = 0;
    for (let a = 0; a < count; a++) {
      const ca = columns[a + 1]![i]!;
      chi[i] = chi[i]! - fit.coefficients[a]! * ca;
      if (ca === 0) continue;
      let row = 0;
      for (let b = 0; b < count; b++) row += fit.covariance[a * count + b]! * columns[b + 1]![i]!;
      variance += ca * row;
    }
    chi[i] = chi[i]! / edgeStep;
    chiSigma[i] = Math.sqrt(Math.max(0, variance)) / edgeStep;
  }
  const background = mu.slice();
  for (let i = 0; i < raw.length; i++) {
    let sum = 0;
    for (let j = 0; j < count; j++) sum += design[i * count + j]! * fit.coefficients[j]!;
    background[start + i] = sum;
  }
  return { k: kOut, chi, chiSigma, background, e0, rbkg, knots: count, kMax };
}

/** Transforms of real columns below `bins`, interleaved real and imaginary; two columns share one transform. */
function transforms(columns: readonly Float64Array[], shape: Float64Array, bins: number): Float64Array[] {
  const plan = fourierPlan(TRANSFORM_POINTS);
  const re = new Float64Array(TRANSFORM_POINTS);
  const im = new Float64Array(TRANSFORM_POINTS);
  const scale = K_STEP / Math.sqrt(Math.PI);
  const out: Float64Array[] = [];
  for (let c = 0; c < columns.length; c += 2) {
    re.fill(0);
    im.fill(0);
    const one = columns[c]!;
    const two = columns[c + 1];
    for (let i = 0; i < shape.length; i++) {
      re[i] = one[i]! * shape[i]!;
      if (two) im[i] = two[i]! * shape[i]!;
    }
    plan.forward(re, im);
    const first = new Float64Array(2 * bins);
    const second = new Float64Array(2 * bins);
    for (let m = 0; m < bins; m++) {
      const mirror = m === 0 ? 0 : TRANSFORM_POINTS - m;
      first[2 * m] = (scale * (re[m]! + re[mirror]!)) / 2;
      first[2 * m + 1] = (scale * (im[m]! - im[mirror]!)) / 2;
      second[2 * m] = (scale * (im[m]! + im[mirror]!)) / 2;
      second[2 * m + 1] = (scale * (re[mirror]! - re[m]!)) / 2;
    }
    out.push(first);
    if (two) out.push(second);
  }
  return out;
}

/** Gauss–Newton on the coefficients; the clamp's weight moves with the residual and is differentiated too. */
function minimise(
  columns: readonly Float64Array[],
  shape: Float64Array,
  bins: number,
  clamps: readonly [number, number],
  start: Float64Array,
): { coefficients: Float64Array; covariance: Float64Array } {
  const n = start.length;
  const spectra = transforms(columns, shape, bins);
  const length = shape.length;
  const rows = 2 * bins;
  const held = [
    ...Array.from({ length: CLAMPED }, (_, i) => ({ at: i, weight: Math.abs(clamps[0]) })),
    ...Array.from({ length: CLAMPED }, (_, i) => ({ at: length - CLAMPED + i, weight: Math.abs(clamps[1]) })),
  ].filter(({ weight }) => weight > 0);
  const m = rows + held.length;
  const residual = new Float64Array(m);
  const jacobian = new Float64Array(m * n);
  const evaluate = (c: Float64Array, withJacobian: boolean): number => {
    let squares = 0;
    for (let i = 0; i < rows; i++) {
      let value = spectra[0]![i]!;
      for (let j = 0; j < n; j++) value -= c[j]! * spectra[j + 1]![i]!;
      residual[i] = value;
      squares += value * value;
      if (withJacobian) for (let j = 0; j < n; j++) jacobian[i * n + j] = -spectra[j + 1]![i]!;
    }
    const scale = 0.1 + (10 * squares) / rows;
    let cost = squares;
    for (const [h, { at, weight }] of held.entries()) {
      let chi = columns[0]![at]!;
      for (let j = 0; j < n; j++) chi -= c[j]! * columns[j + 1]![at]!;
      const value = weight * scale * chi;
      residual[rows + h] = value;
      cost += value * value;
      if (!withJacobian) continue;
      for (let j = 0; j < n; j++) {
        let slope = 0;
        for (let i = 0; i < rows; i++) slope += residual[i]! * jacobian[i * n + j]!;
        jacobian[(rows + h) * n + j] = weight * (-scale * columns[j + 1]![at]! + chi * (20 / rows) * slope);
      }
    }
    return cost;
  };
  let c = start;
  let cost = evaluate(c, true);
  const normal = new Float64Array(n * n);
  const step = new Float64Array(n);
  let damping = 0;
  const assemble = (): void => {
    normal.fill(0);
    step.fill(0);
    for (let i = 0; i < m; i++) {
      for (let a = 0; a < n; a++) {
        const ja = jacobian[i * n + a]!;
        step[a] = step[a]! - ja * residual[i]!;
        for (let b = 0; b <= a; b++) normal[a * n + b] = normal[a * n + b]! + ja * jacobian[i * n + b]!;
      }
    }
  };
  for (let iteration = 0; iteration < MOST_STEPS; iteration++) {
    assemble();
    for (let a = 0; a < n; a++) normal[a * n + a] = normal[a * n + a]! * (1 + damping) + 1e-300;
    if (!choleskyFactor(normal, n)) {
      damping = Math.max(1e-10, 10 * damping);
      continue;
    }
    choleskySolve(normal, step, n);
    const trial = c.map((v, j) => v + step[j]!);
    const reached = evaluate(trial, true);
    if (reached <= cost) {
      const gain = (cost - reached) / Math.max(cost, Number.MIN_VALUE);
      c = trial;
      cost = reached;
      damping = damping > 1e-9 ? damping / 10 : 0;
      if (gain < 1e-9) break;
    } else {
      damping = Math.max(1e-6, 10 * damping);
      evaluate(c, true);
    }
  }
  evaluate(c, true);
  assemble();
  const covariance = new Float64Array(n * n);
  const variance = cost / Math.max(1, rows + 2 * CLAMPED - n);
  if (choleskyFactor(normal, n)) {
    const unit = new Float64Array(n);
    for (let a = 0; a < n; a++) {
      unit.fill(0);
      unit[a] = 1;
      choleskySolve(normal, unit, n);
      for (let b = 0; b < n; b++) covariance[a * n + b] = variance * unit[b]!;
    }
  }
  return { coefficients: c, covariance };
}
