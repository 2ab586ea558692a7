/**
 * Mass scale of a time-of-flight spectrum from named ions:  t = t₀ + k √m,  hence √m = (t − t₀)/k.
 *
 * A spectrum that comes with masses is calibrated the same way, its √m in place of t: what is left of the instrument's own calibration. The centre of
 * each ion is the top of a Gaussian fitted to the upper half of its peak (tails of metastable ions pull a mean). With three or more ions the line is
 * checked by what it leaves at each; with two it is exact and cannot be. m/Δm is the mass over the full width at half maximum.
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import { fitLine } from "../numerics/index.ts";
import { fitPeaks } from "../peaks/index.ts";
import type { Quantity } from "../units/quantity.ts";
import { parseIon } from "./ion.ts";

export interface MassSpectrum {
  /** ascending: masses in u, or times of flight */
  x: Float64Array;
  counts: Float64Array;
  axis: "mass" | "timeOfFlight";
}

export interface CalibrationIon {
  ion: string;
  /** of the most abundant isotopologue, u */
  mass: number;
  found: Quantity;
  /** calibrated minus true mass, 1e-6 of it */
  deviation: Quantity;
  /** m/Δm */
  resolution: Quantity;
}

export interface MassCalibration {
  /** √m = a + b t (or b √m′ of a spectrum with masses) */
  intercept: number;
  slope: number;
  ions: readonly CalibrationIon[];
  /** standard error of a calibrated mass in the range of the ions, 1e-6 of it; null with two ions */
  accuracy: Quantity | null;
  /** masses of the points, u */
  mass: Float64Array;
  notices: readonly Notice[];
}

/**
 * @param names ions with charge; those that do not stand out are left out with a notice
 * @param guess of the time scale: t at two masses; needed for times of flight: [t, m] pairs
 * @throws ThioscopeError NOT_COMPUTABLE where fewer than two ions are found
 */
export function calibrateMass(
  spectrum: MassSpectrum,
  names: readonly string[],
  guess?: readonly [readonly [number, number], readonly [number, number]],
  within = 0.15,
): MassCalibration {
  const root = spectrum.axis === "mass";
  const { x, counts } = spectrum;
  if (!root && !guess)
    throw new ThioscopeError("INVALID_INPUT", "a spectrum over the time of flight needs two times with their masses to begin with");
  const start = (() => {
    if (!guess) return { intercept: 0, slope: 1 };
    const [[t1, m1], [t2, m2]] = guess;
    const slope = (Math.sqrt(m2) - Math.sqrt(m1)) / (t2 - t1);
    return { intercept: Math.sqrt(m1) - slope * t1, slope };
  })();
  const toRoot = (v: number): number => (root ? Math.sqrt(v) : v);
  const rough = x.map((v) => (start.intercept + start.slope * toRoot(v)) ** 2);
  const notices: Notice[] = [];
  const found = names.flatMap((name) => {
    const ion = parseIon(name);
    const peak = peakNear(rough, x, counts, ion.mass, within);
    if (peak) return [{ ion, ...peak }];
    notices.push({
      code: "ion-not-found",
      message: `${ion.name} at ${ion.mass.toFixed(4)} u does not stand out: it does not take part in the calibration`,
    });
    return [];
  });
  if (found.length < 2)
    throw new ThioscopeError("NOT_COMPUTABLE", `${found.length} of ${names.length} named ions were found: a calibration needs two`);
  const t = found.map((f) => toRoot(f.centre.value));
  const m = found.map((f) => Math.sqrt(f.ion.mass));
  const line = lineThrough(t, m);
  const massAt = (v: number): number => (line.intercept + line.slope * toRoot(v)) ** 2;
  const ions = found.map(({ ion, centre, width }): CalibrationIon => {
    const mass = massAt(centre.value);
    const slope = 2 * Math.sqrt(mass) * line.slope * (root ? 0.5 / Math.sqrt(centre.value) : 1);
    const sigma = ((centre.sigma ?? 0) * slope * 1e6) / ion.mass;
    const resolution = mass / (width.value * slope);
    return {
      ion: ion.name,
      mass: ion.mass,
      found: { value: mass, sigma: (centre.sigma ?? 0) * slope, unit: "u" },
      deviation: { value: (1e6 * (mass - ion.mass)) / ion.mass, sigma, unit: "ppm" },
      resolution: { value: resolution, sigma: width.sigma === null ? null : (resolution * width.sigma) / width.value, unit: "1" },
    };
  });
  if (found.length === 2)
    notices.push({ code: "calibration-unchecked", message: "two ions fix the scale and leave nothing to check it: name a third" });
  const rms = Math.sqrt(ions.reduce((sum, i) => sum + i.deviation.value ** 2, 0) / Math.max(1, ions.length - 2));
  return {
    intercept: line.intercept,
    slope: line.slope,
    ions,
    accuracy: found.length > 2 ? { value: rms, sigma: null, unit: "ppm" } : null,
    mass: x.map(massAt),
    notices,
  };
}

function lineThrough(t: readonly number[], m: readonly number[]): { intercept: number; slope: number } {
  if (t.length > 2) return fitLine(t, m);
  const slope = (m[1]! - m[0]!) / (t[1]! - t[0]!);
  return { intercept: m[0]! - slope * t[0]!, slope };
}

/** Least counts of a peak that can be told from noise. */
const LEAST = 30;

function peakNear(
  mass: Float64Array,
  x: Float64Array,
  counts: Float64Array,
  at: number,
  within: number,
): { centre: Quantity; width: Quantity } | null {
  let top = -1;
  for (let i = 0; i < mass.length; i++) if (Math.abs(mass[i]! - at) <= within && (top < 0 || counts[i]! > counts[top]!)) top = i;
  if (top < 1) return null;
  const half = counts[top]! / 2;
  let low = top;
  let high = top;
  while (low > 0 && counts[low - 1]! > half) low--;
  while (high + 1 < counts.length && counts[high + 1]! > half) high++;
  let sum = 0;
  for (let i = low; i <= high; i++) sum += counts[i]!;
  if (sum < LEAST) return null;
  // three points on each side beyond half the height, at least
  const reach = Math.max(3, high - low);
  const from = Math.max(0, low - Math.ceil(reach / 2));
  const to = Math.min(counts.length, high + Math.ceil(reach / 2) + 1);
  if (to - from < 6) return null;
  const width = Math.max(x[high]! - x[low]!, x[top]! - x[top - 1]!);
  const cut = counts.slice(from, to);
  const fit = fitPeaks(
    { x: x.slice(from, to), y: cut, sigma: cut.map((c) => Math.sqrt(Math.max(1, c))), xUnit: "", yUnit: "counts" },
    { shape: "gaussian", baseline: -1, peaks: [{ centre: x[top]!, width, area: 1.06 * counts[top]! * width }] },
  );
  const [peak] = fit.peaks;
  return peak?.centre ? { centre: peak.centre, width: peak.width } : null;
}

/** Counts of an ion: between the masses at which its isotopologue's peak has fallen, less what stands beside it. */
export function countIon(mass: Float64Array, counts: Float64Array, at: number, halfWidth: number): { counts: number; background: number } {
  let inside = 0;
  let points = 0;
  let beside = 0;
  let besides = 0;
  for (let i = 0; i < mass.length; i++) {
    const d = Math.abs(mass[i]! - at);
    if (d <= halfWidth) {
      inside += counts[i]!;
      points++;
    } else if (d <= 2 * halfWidth) {
      beside += counts[i]!;
      besides++;
    }
  }
  return { counts: inside, background: besides > 0 ? (beside * points) / besides : 0 };
}
