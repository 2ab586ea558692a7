/**
 * Energy calibration: a reference scan has a named point at a known energy, and every scan of its run moves with it.
 *
 *   shift = E_known − E(point of the reference scan)
 *
 * A point belongs to a number: the ZnSO4 inflection at 2480.5 eV and the ZnSO4 white line at 2481.4 eV are two references, and
 * scales that were set on different points (or in different papers) are offset against one another, never merged by eV.
 *
 * Alignment of a scan to another: μ_a(E + δ) ≈ a + b E + s μ_b(E) over the edge, δ by Gauss–Newton, error from the covariance; the
 * noise of both counts. Drift: a line through the shifts of the reference scans against time.
 */
import { ThioscopeError } from "../errors.ts";
import { cubicSpline, evaluateSpline } from "../numerics/cubicSpline.ts";
import { fitLine } from "../numerics/line.ts";
import { weightedLinear } from "../numerics/weightedLinear.ts";
import type { Quantity } from "../units/quantity.ts";
import { edgeEnergy } from "./edge.ts";
import { noiseOf } from "./noise.ts";
import { type AbsorptionSpectrum, checkAbsorption, indexBelow } from "./spectrum.ts";

export type ReferencePoint = "derivative maximum" | "white line";

export interface EnergyReference {
  name: string;
  point: ReferencePoint;
  /** eV */
  energy: number;
  /** where the number is from */
  source: string;
}

/** References with their point. A number without its point would be 0.9 eV wrong for sulfate. */
export const ENERGY_REFERENCES: readonly EnergyReference[] = [
  { name: "ZnSO4", point: "derivative maximum", energy: 2480.5, source: "first inflection of ZnSO4, as solid-state Na–S papers state it" },
  {
    name: "ZnSO4 white line",
    point: "white line",
    energy: 2481.4,
    source: "white line of ZnSO4, as papers on halide electrolytes state it",
  },
  {
    name: "S8 white line",
    point: "white line",
    energy: 2472.0,
    source: "white line of elemental sulfur; scales differ by 0.5 eV between beamlines",
  },
  {
    name: "KCl white line",
    point: "white line",
    energy: 2825.0,
    source: "Cl K white line of KCl, as papers on halide electrolytes state it",
  },
  { name: "Cu", point: "derivative maximum", energy: 8979, source: "Bearden and Burr, Rev. Mod. Phys. 39, 125 (1967)" },
  { name: "Fe", point: "derivative maximum", energy: 7112, source: "Bearden and Burr, Rev. Mod. Phys. 39, 125 (1967)" },
  { name: "Zn", point: "derivative maximum", energy: 9659, source: "Bearden and Burr, Rev. Mod. Phys. 39, 125 (1967)" },
  { name: "Au", point: "derivative maximum", energy: 11919, source: "Bearden and Burr, Rev. Mod. Phys. 39, 125 (1967)" },
  { name: "Sb", point: "derivative maximum", energy: 30491, source: "Bearden and Burr, Rev. Mod. Phys. 39, 125 (1967)" },
  { name: "Ta", point: "derivative maximum", energy: 9881, source: "Bearden and Burr, Rev. Mod. Phys. 39, 125 (1967)" },
];

export interface Calibration {
  reference: EnergyReference;
  /** where the reference's point was found, eV */
  found: Quantity;
  /** to be added to the energies of the run, eV */
  shift: Quantity;
}

/** eV around the expected energy within which the point is looked for */
const REACH = 8;

/** Shift of a run from a scan of its reference. Throws NOT_COMPUTABLE where the point is not within 8 eV of its energy. */
export function calibrateOn(scan: AbsorptionSpectrum, reference: EnergyReference): Calibration {
  checkAbsorption(scan);
  const range: [number, number] = [reference.energy - REACH, reference.energy + REACH];
  if (scan.energy[0]! > range[0] || scan.energy[scan.energy.length - 1]! < range[1]) {
    throw new ThioscopeError(
      "NOT_COMPUTABLE",
      `"${scan.name}" covers ${scan.energy[0]!.toFixed(1)} to ${scan.energy[scan.energy.length - 1]!.toFixed(1)} eV: not the ${reference.point} of ${reference.name} at ${reference.energy} eV`,
    );
  }
  const found = reference.point === "white line" ? whiteLine(scan, range) : edgeEnergy(scan, range);
  return { reference, found, shift: { value: reference.energy - found.value, sigma: found.sigma, unit: "eV" } };
}

/** Top of the highest peak in a range: a parabola through the points above 85 % of its height. */
export function whiteLine(scan: AbsorptionSpectrum, range: readonly [number, number]): Quantity {
  const { energy, mu } = scan;
  const from = indexBelow(energy, range[0]) + 1;
  const to = indexBelow(energy, range[1]);
  let top = from;
  let lowest = from;
  for (let i = from; i <= to; i++) {
    if (mu[i]! > mu[top]!) top = i;
    if (mu[i]! < mu[lowest]!) lowest = i;
  }
  if (top === from || top === to)
    throw new ThioscopeError("NOT_COMPUTABLE", `"${scan.name}" has no peak between ${range[0]} and ${range[1]} eV`);
  const level = mu[top]! - 0.15 * (mu[top]! - mu[lowest]!);
  let a = top;
  let b = top;
  while (a > from && mu[a - 1]! > level) a--;
  while (b < to && mu[b + 1]! > level) b++;
  a = Math.min(a, top - 2);
  b = Math.max(b, top + 2);
  const m = b - a + 1;
  const design = new Float64Array(m * 4);
  const reach = Math.max(energy[b]! - energy[top]!, energy[top]! - energy[a]!);
  for (let i = 0; i < m; i++) {
    const t = (energy[a + i]! - energy[top]!) / reach;
    design.set([1, t, t * t, t ** 3], i * 4);
  }
  const noise = noiseOf(scan) || 1;
  const fit = weightedLinear(design, mu.subarray(a, b + 1), new Float64Array(m).fill(noise), 4);
  const step = (energy[top + 1]! - energy[top - 1]!) / 2;
  const crude = { value: energy[top]!, sigma: step / Math.sqrt(3), unit: "eV" };
  if (!fit) return crude;
  const [, c1, c2, c3] = fit.parameters;
  let t = 0;
  for (let k = 0; k < 20; k++) t -= (c1! + 2 * c2! * t + 3 * c3! * t * t) / (2 * c2! + 6 * c3! * t);
  const bend = 2 * c2! + 6 * c3! * t;
  if (!(bend < 0 && Math.abs(t) < 1)) return crude;
  const gradient = [0, 1, 2 * t, 3 * t * t];
  let variance = 0;
  for (let p = 1; p < 4; p++) for (let q = 1; q < 4; q++) variance += gradient[p]! * gradient[q]! * fit.covariance[p * 4 + q]!;
  const excess = Math.max(1, fit.chi2 / Math.max(1, fit.degreesOfFreedom));
  return { value: energy[top]! + t * reach, sigma: (reach * Math.sqrt(variance * excess)) / Math.abs(bend), unit: "eV" };
}

export interface Alignment {
  /** to be added to the scan's energies so that it lies on the other, eV */
  shift: Quantity;
  /** factor of the other's edge */
  scale: number;
  /** Σ residual² over Σ (data − mean)² in the range */
  rFactor: number;
}

/**
 * Shift that lays a scan's edge on that of another.
 *
 * @param range eV of the target's edge region; E0 −15 to +25 eV where absent
 */
export function alignTo(scan: AbsorptionSpectrum, target: AbsorptionSpectrum, range?: readonly [number, number]): Alignment {
  checkAbsorption(scan);
  checkAbsorption(target);
  const e0 = edgeEnergy(target).value;
  const [low, high] = range ?? [e0 - 15, e0 + 25];
  const from = indexBelow(scan.energy, low);
  const to = indexBelow(scan.energy, high);
  const m = to - from + 1;
  if (m < 12)
    throw new ThioscopeError(
      "NOT_COMPUTABLE",
      `"${scan.name}" has ${m} points between ${low.toFixed(1)} and ${high.toFixed(1)} eV: too few to align`,
    );
  const spline = cubicSpline(target.energy, target.mu);
  const noise = Math.hypot(noiseOf(scan), noiseOf(target)) || 1e-9;
  const sigma = new Float64Array(m).fill(noise);
  const at = new Float64Array(m);
  const value = new Float64Array(m);
  const slope = new Float64Array(m);
  const design = new Float64Array(m * 4);
  let shift = edgeEnergy(target).value - edgeEnergy(scan).value;
  // two edges so far apart are two edges, or one of them was not found
  if (Math.abs(shift) > REACH) shift = 0;
  let fit = null;
  for (let k = 0; k < 30; k++) {
    for (let i = 0; i < m; i++) at[i] = scan.energy[from + i]! + shift;
    evaluateSpline(spline, at, value, slope);
    for (let i = 0; i < m; i++) design.set([1, (at[i]! - e0) / 20, value[i]!, slope[i]!], i * 4);
    fit = weightedLinear(design, scan.mu.subarray(from, to + 1), sigma, 4);
    if (!fit || !(Math.abs(fit.parameters[2]!) > 0)) break;
    const move = fit.parameters[3]! / fit.parameters[2]!;
    shift += Math.max(-1, Math.min(1, move));
    if (Math.abs(move) < 1e-7) break;
  }
  if (!fit || !(fit.parameters[2]! > 0))
    throw new ThioscopeError("NOT_COMPUTABLE", `"${scan.name}" does not lie on "${target.name}": no common edge`);
  const excess = Math.max(1, fit.chi2 / fit.degreesOfFreedom);
  const scale = fit.parameters[2]!;
  const mu = scan.mu.subarray(from, to + 1);
  const mean = mu.reduce((sum, v) => sum + v, 0) / m;
  return {
    shift: { value: shift, sigma: Math.sqrt(fit.covariance[15]! * excess) / scale, unit: "eV" },
    scale,
    rFactor: (fit.chi2 * noise * noise) / mu.reduce((sum, v) => sum + (v - mean) ** 2, 0),
  };
}

export interface Drift {
  /** shift at a time, eV, with its error */
  at(second: number): Quantity;
  /** eV per hour */
  rate: Quantity;
}

/** Drift of the energy scale from shifts at times: a line, or the weighted mean where there are fewer than three. */
export function driftOf(shifts: readonly { second: number; shift: Quantity }[]): Drift {
  if (shifts.length === 0) throw new ThioscopeError("INVALID_INPUT", "a drift of no shifts");
  const sigma = shifts.map(({ shift }) => shift.sigma ?? 0.05);
  if (shifts.length < 3) {
    const weights = sigma.map((s) => 1 / (s * s));
    const total = weights.reduce((sum, w) => sum + w, 0);
    const mean = shifts.reduce((sum, { shift }, i) => sum + weights[i]! * shift.value, 0) / total;
    return { at: () => ({ value: mean, sigma: 1 / Math.sqrt(total), unit: "eV" }), rate: { value: 0, sigma: null, unit: "eV/h" } };
  }
  const origin = shifts.reduce((sum, { second }) => sum + second, 0) / shifts.length;
  const hours = shifts.map(({ second }) => (second - origin) / 3600);
  const line = fitLine(
    hours,
    shifts.map(({ shift }) => shift.value),
    sigma,
  );
  return {
    at(second) {
      const t = (second - origin) / 3600;
      const [vaa, vab, vbb] = line.covariance;
      return { value: line.intercept + line.slope * t, sigma: Math.sqrt(Math.max(0, vaa + 2 * t * vab + t * t * vbb)), unit: "eV" };
    },
    rate: { value: line.slope, sigma: Math.sqrt(line.covariance[2]), unit: "eV/h" },
  };
}

/** The same scan on a moved scale. */
export function shiftSpectrum<T extends AbsorptionSpectrum>(spectrum: T, shift: number): T {
  return { ...spectrum, energy: spectrum.energy.map((e) => e + shift) };
}
