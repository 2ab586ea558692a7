/**
 * Principal components of a series: how many spectra are needed to make all the others, and is a given standard one of them?
 *
 * Singular value decomposition of the matrix of spectra on one grid, scaled as the caller names:
 *   "none"     as they are: the first component is close to the mean spectrum
 *   "centred"  minus the mean spectrum
 *   "variance" minus the mean, then each spectrum minus its own mean and divided by its standard deviation (Larch): noise-like spectra weigh as much as others
 * IND(n) = √(p Σ_{j>n} λ_j/(c − n)) / (c − n)², c spectra of p points, λ = s²/c … (Malinowski, Anal. Chem. 49, 606 (1977); the minimum counts the components); F test on the reduced
 * eigenvalues of the rest (Malinowski, J. Chemom. 3, 49 (1988)). Target transform: the standard, its scale free, in the space of the first n.
 */
import { ThioscopeError } from "../errors.ts";
import { cubicSpline, evaluateSpline } from "../numerics/cubicSpline.ts";
import type { NormalizedCurve } from "./combination.ts";
import { indexBelow } from "./spectrum.ts";
import { symmetricEigen } from "./symmetricEigen.ts";

export type ComponentScaling = "none" | "centred" | "variance";

export interface PrincipalComponents {
  scaling: ComponentScaling;
  interpolation: Interpolation;
  names: readonly string[];
  energy: Float64Array;
  /** what was subtracted; zeros for "none" */
  mean: Float64Array;
  /** falling */
  singularValues: Float64Array;
  /** share of the sum of squares */
  variances: Float64Array;
  /** unit curves, row by row: spectra × energies */
  components: Float64Array;
  /** IND for n = 1, 2 … */
  indicator: Float64Array;
  /** n of the smallest IND */
  significant: number;
  /** probability that component n is noise, by the F test */
  noiseProbability: Float64Array;
}

/** Between the points of a spectrum; straight lines spread no noise from one point to its neighbours. */
export type Interpolation = "cubic" | "linear";

/** Spectra on the energies of the first one, from the point at or below a range's start to the one at or below its end, row by row. Throws INVALID_INPUT where one does not reach over it. */
export function commonGrid(
  curves: readonly NormalizedCurve[],
  range?: readonly [number, number],
  interpolation: Interpolation = "cubic",
): { energy: Float64Array; data: Float64Array } {
  const [first] = curves;
  if (!first) throw new ThioscopeError("INVALID_INPUT", "a series of no spectra");
  const from = range ? indexBelow(first.energy, range[0]) : 0;
  const to = range ? indexBelow(first.energy, range[1]) + 1 : first.energy.length;
  const energy = first.energy.slice(from, to);
  if (energy.length < 8) throw new ThioscopeError("INVALID_INPUT", `the range holds ${energy.length} points; 8 are needed`);
  const data = new Float64Array(curves.length * energy.length);
  for (const [k, curve] of curves.entries()) {
    if (curve.energy[0]! > energy[0]! + 2 || curve.energy[curve.energy.length - 1]! < energy[energy.length - 1]! - 2) {
      throw new ThioscopeError(
        "INVALID_INPUT",
        `"${curve.name}" does not cover ${energy[0]!.toFixed(1)} to ${energy[energy.length - 1]!.toFixed(1)} eV`,
      );
    }
    interpolate(curve, energy, data.subarray(k * energy.length, (k + 1) * energy.length), interpolation);
  }
  return { energy, data };
}

function interpolate({ energy, value }: NormalizedCurve, at: Float64Array, out: Float64Array, how: Interpolation): void {
  if (how === "cubic") {
    evaluateSpline(cubicSpline(energy, value), at, out);
    return;
  }
  let j = 0;
  for (let i = 0; i < at.length; i++) {
    while (j < energy.length - 2 && energy[j + 1]! <= at[i]!) j++;
    const t = (at[i]! - energy[j]!) / (energy[j + 1]! - energy[j]!);
    out[i] = value[j]! + t * (value[j + 1]! - value[j]!);
  }
}

/** Throws INVALID_INPUT for fewer than three spectra. */
export function principalComponents(
  curves: readonly NormalizedCurve[],
  scaling: ComponentScaling,
  range?: readonly [number, number],
  interpolation: Interpolation = "cubic",
): PrincipalComponents {
  const c = curves.length;
  if (c < 3) throw new ThioscopeError("INVALID_INPUT", `${c} spectra; principal components need three`);
  const { energy, data } = commonGrid(curves, range, interpolation);
  const p = energy.length;
  const mean = new Float64Array(p);
  if (scaling !== "none") for (let k = 0; k < c; k++) for (let i = 0; i < p; i++) mean[i] = mean[i]! + data[k * p + i]! / c;
  for (let k = 0; k < c; k++) {
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < p; i++) {
      const value = data[k * p + i]! - mean[i]!;
      data[k * p + i] = value;
      sum += value;
      squares += value * value;
    }
    if (scaling === "variance") {
      const own = sum / p;
      const deviation = Math.sqrt(Math.max(squares / p - own * own, 1e-300));
      for (let i = 0; i < p; i++) data[k * p + i] = (data[k * p + i]! - own) / deviation;
    }
  }
  const gram = new Float64Array(c * c);
  for (let a = 0; a < c; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let i = 0; i < p; i++) sum += data[a * p + i]! * data[b * p + i]!;
      gram[a * c + b] = sum;
      gram[b * c + a] = sum;
    }
  }
  const { values, vectors } = symmetricEigen(gram, c);
  const eigen = values.map((v) => Math.max(0, v));
  const total = eigen.reduce((sum, v) => sum + v, 0);
  const components = new Float64Array(c * p);
  for (let k = 0; k < c; k++) {
    const norm = Math.sqrt(eigen[k]!);
    if (!(norm > 1e-12 * Math.sqrt(eigen[0]!))) continue;
    for (let a = 0; a < c; a++) {
      const weight = vectors[k * c + a]! / norm;
      for (let i = 0; i < p; i++) components[k * p + i] = components[k * p + i]! + weight * data[a * p + i]!;
    }
  }
  const indicator = new Float64Array(c - 1);
  for (let n = 1; n < c; n++) {
    let rest = 0;
    for (let j = n; j < c; j++) rest += eigen[j]!;
    indicator[n - 1] = n < c - 1 ? Math.sqrt((p * rest) / c / (c - n - 1)) / (c - n - 1) ** 2 : Number.POSITIVE_INFINITY;
  }
  let significant = 1;
  for (let n = 2; n < c; n++) if (indicator[n - 1]! < indicator[significant - 1]!) significant = n;
  return {
    scaling,
    interpolation,
    names: curves.map(({ name }) => name),
    energy,
    mean,
    singularValues: eigen.map(Math.sqrt),
    variances: eigen.map((v) => v / total),
    components,
    indicator,
    significant,
    noiseProbability: noiseProbability(eigen, c, p),
  };
}

/** F(1, c − n) of the reduced eigenvalue against those that follow. */
function noiseProbability(eigen: Float64Array, c: number, p: number): Float64Array {
  const size = Math.min(c, p);
  return Float64Array.from({ length: c }, (_, k) => {
    const n = k + 1;
    if (n >= size) return 1;
    let weights = 0;
    let rest = 0;
    for (let j = n; j < size; j++) {
      weights += (p - j) * (c - j);
      rest += eigen[j]!;
    }
    const f = rest > 0 ? ((weights / ((p - n + 1) * (c - n + 1))) * eigen[k]!) / rest : Number.POSITIVE_INFINITY;
    return tailOfF(f, size - n);
  });
}

/** P(F > f) with 1 and ν degrees of freedom: the two tails of Student's t at √f (integrated; a handful of values). */
function tailOfF(f: number, freedom: number): number {
  if (!Number.isFinite(f)) return 0;
  // t = √ν tan θ turns the tail into ∫ cos^{ν−1}θ dθ
  const from = Math.atan(Math.sqrt(f / freedom));
  const steps = 400;
  const integral = (a: number, b: number): number => {
    const h = (b - a) / steps;
    let sum = 0;
    for (let i = 0; i <= steps; i++)
      sum += (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * Math.max(0, Math.cos(a + i * h)) ** (freedom - 1);
    return (sum * h) / 3;
  };
  return Math.min(1, integral(from, Math.PI / 2) / integral(0, Math.PI / 2));
}

export interface TargetTransform {
  name: string;
  /** factor by which the standard was multiplied */
  scale: number;
  /** Σ (scale · standard − its image)² */
  chi2: number;
  rFactor: number;
  image: Float64Array;
}

/** Is a standard within the space of the first `count` components? Throws INVALID_INPUT for a count that does not exist. */
export function targetTransform(pca: PrincipalComponents, standard: NormalizedCurve, count: number): TargetTransform {
  const p = pca.energy.length;
  if (!(Number.isInteger(count) && count >= 1 && count <= pca.names.length)) {
    throw new ThioscopeError("INVALID_INPUT", `${count} components; 1 to ${pca.names.length} are there`);
  }
  const y = new Float64Array(p);
  interpolate(standard, pca.energy, y, pca.interpolation);
  const reject = (curve: Float64Array): Float64Array => {
    const out = curve.slice();
    for (let k = 0; k < count; k++) {
      let dot = 0;
      for (let i = 0; i < p; i++) dot += pca.components[k * p + i]! * out[i]!;
      for (let i = 0; i < p; i++) out[i] = out[i]! - dot * pca.components[k * p + i]!;
    }
    return out;
  };
  const outside = reject(y);
  const base = reject(pca.mean);
  const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
  const scale = pca.scaling === "none" ? 1 : dot(outside, base) / dot(outside, outside);
  let chi2 = 0;
  let size = 0;
  const image = new Float64Array(p);
  for (let i = 0; i < p; i++) {
    const residual = scale * outside[i]! - base[i]!;
    chi2 += residual * residual;
    size += (scale * y[i]!) ** 2;
    image[i] = scale * y[i]! - residual;
  }
  return { name: standard.name, scale, chi2, rFactor: chi2 / size, image };
}
