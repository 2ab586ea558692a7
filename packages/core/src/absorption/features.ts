/**
 * Features of a spectrum: maxima, shoulders and pre-edge peaks, by the minima of the second derivative.
 *
 * Savitzky–Golay on the scan's own (uneven) grid: a cubic fitted to the points within ± half a window at each point gives μ, μ′ and μ″ and
 * their errors from the noise (Anal. Chem. 36, 1627 (1964)). A feature is a minimum of μ″ that is deeper than three of its
 * errors and whose depth below the maxima on both sides is above three as well; its place is the vertex of a parabola through the lowest
 * points. Places of maxima of μ are the zeros of μ′ where they exist; a shoulder has only the minimum of μ″.
 */
import type { Quantity } from "../units/quantity.ts";
import { noiseOf } from "./noise.ts";
import { type AbsorptionSpectrum, checkAbsorption } from "./spectrum.ts";

export interface Derivatives {
  /** smoothed */
  value: Float64Array;
  first: Float64Array;
  second: Float64Array;
  /** standard error of `second` */
  secondSigma: Float64Array;
  /** eV, the window that was used */
  window: number;
}

/** Local cubics. @param window full width in eV; at least seven points are taken */
export function derivatives(spectrum: AbsorptionSpectrum, window: number): Derivatives {
  checkAbsorption(spectrum);
  const { energy, mu } = spectrum;
  const n = energy.length;
  const noise = noiseOf(spectrum);
  const value = new Float64Array(n);
  const first = new Float64Array(n);
  const second = new Float64Array(n);
  const secondSigma = new Float64Array(n);
  const normal = new Float64Array(16);
  const right = new Float64Array(4);
  for (let i = 0; i < n; i++) {
    let a = i;
    let b = i;
    while (a > 0 && (energy[i]! - energy[a - 1]! <= window / 2 || i - a < 3)) a--;
    while (b < n - 1 && (energy[b + 1]! - energy[i]! <= window / 2 || b - i < 3)) b++;
    while (b - a < 6) {
      if (a > 0) a--;
      else b++;
    }
    const scale = Math.max(energy[b]! - energy[i]!, energy[i]! - energy[a]!);
    normal.fill(0);
    right.fill(0);
    for (let k = a; k <= b; k++) {
      const t = (energy[k]! - energy[i]!) / scale;
      const row = [1, t, t * t, t ** 3];
      for (let p = 0; p < 4; p++) {
        right[p] = right[p]! + row[p]! * mu[k]!;
        for (let q = 0; q < 4; q++) normal[p * 4 + q] = normal[p * 4 + q]! + row[p]! * row[q]!;
      }
    }
    const solved = solve4(normal, right);
    value[i] = solved.c[0]!;
    first[i] = solved.c[1]! / scale;
    second[i] = (2 * solved.c[2]!) / (scale * scale);
    secondSigma[i] = (2 * noise * Math.sqrt(Math.max(0, solved.variance2))) / (scale * scale);
  }
  return { value, first, second, secondSigma, window };
}

/** Solution of the 4 × 4 normal equations and the third diagonal element of their inverse. */
function solve4(normal: Float64Array, right: Float64Array): { c: Float64Array; variance2: number } {
  const m = new Float64Array(4 * 6);
  for (let r = 0; r < 4; r++) {
    for (let q = 0; q < 4; q++) m[r * 6 + q] = normal[r * 4 + q]!;
    m[r * 6 + 4] = right[r]!;
  }
  m[2 * 6 + 5] = 1;
  for (let k = 0; k < 4; k++) {
    const pivot = m[k * 6 + k]!;
    for (let r = 0; r < 4; r++) {
      if (r === k) continue;
      const factor = m[r * 6 + k]! / pivot;
      for (let q = k; q < 6; q++) m[r * 6 + q] = m[r * 6 + q]! - factor * m[k * 6 + q]!;
    }
  }
  return { c: Float64Array.from({ length: 4 }, (_, k) => m[k * 6 + 4]! / m[k * 6 + k]!), variance2: m[2 * 6 + 5]! / m[2 * 6 + 2]! };
}

export interface SpectralFeature {
  /** eV: of the maximum where there is one, else of the minimum of μ″ */
  energy: Quantity;
  /** eV: of the minimum of μ″, which overlap with a neighbour moves less than a maximum */
  bend: Quantity;
  /** μ there, in the spectrum's own scale */
  height: number;
  kind: "maximum" | "shoulder";
  /** depth of the minimum of μ″ over its error */
  significance: number;
}

export interface FeatureOptions {
  /** eV between which features are looked for */
  range?: readonly [number, number];
  /** width of the local cubics, eV; 0.7 where absent */
  window?: number;
  /** least depth of a feature as a share of the deepest; 0.02 where absent */
  least?: number;
}

/** Features in rising order of energy: with the window and with twice and four times it, because features are as wide as they are. */
export function findFeatures(spectrum: AbsorptionSpectrum, options: FeatureOptions = {}): SpectralFeature[] {
  const { range = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY], window = 0.7, least = 0.02 } = options;
  const found: SpectralFeature[] = [];
  for (const width of [window, 2 * window, 4 * window]) {
    for (const feature of atWindow(spectrum, range, width, least)) {
      // what a narrower window saw, it saw better
      if (!found.some(({ energy }) => Math.abs(energy.value - feature.energy.value) < width)) found.push(feature);
    }
  }
  return found.sort((a, b) => a.energy.value - b.energy.value);
}

function atWindow(spectrum: AbsorptionSpectrum, range: readonly [number, number], window: number, least: number): SpectralFeature[] {
  const { energy } = spectrum;
  const { value, first, second, secondSigma } = derivatives(spectrum, window);
  const n = energy.length;
  let deepest = 0;
  for (let i = 3; i < n - 3; i++) if (energy[i]! >= range[0] && energy[i]! <= range[1]) deepest = Math.min(deepest, second[i]!);
  const found: SpectralFeature[] = [];
  for (let i = 3; i < n - 3; i++) {
    if (!(energy[i]! >= range[0] && energy[i]! <= range[1])) continue;
    if (!(second[i]! < second[i - 1]! && second[i]! <= second[i + 1]!)) continue;
    const sigma = secondSigma[i]! || 1e-300;
    // climbing out on both sides, by more than the noise
    const out = (step: number): number => {
      let highest = second[i]!;
      for (let k = i + step; k >= 1 && k < n - 1 && Math.abs(energy[k]! - energy[i]!) < 4 * window; k += step) {
        if (second[k]! < second[i]!) break;
        highest = Math.max(highest, second[k]!);
      }
      return highest - second[i]!;
    };
    const depth = Math.min(out(-1), out(1));
    if (!(-second[i]! > 3 * sigma && depth > 5 * sigma && depth > -least * deepest && -second[i]! > -least * deepest)) continue;
    found.push(place(i, energy, value, first, second, sigma, window));
  }
  // minima nearer than half a window are one feature, the deeper
  return found.filter(
    (one, k) =>
      !found.some(
        (other, j) => j !== k && Math.abs(other.energy.value - one.energy.value) < window / 2 && other.significance > one.significance,
      ),
  );
}

function place(
  i: number,
  energy: Float64Array,
  value: Float64Array,
  first: Float64Array,
  second: Float64Array,
  sigma: number,
  window: number,
): SpectralFeature {
  const significance = -second[i]! / sigma;
  const bend = vertex(i, energy, second, sigma);
  // the zero of μ′ nearest to the minimum of μ″, if there is one within a window
  for (let away = 0; away < energy.length; away++) {
    const left = i - away - 1;
    const right = i + away;
    if (left < 1 || right + 1 >= energy.length || Math.min(energy[i]! - energy[left]!, energy[right]! - energy[i]!) > window) break;
    for (const a of [left, right]) {
      const b = a + 1;
      if (!(first[a]! > 0 && first[b]! <= 0 && Math.abs(energy[a]! - energy[i]!) <= window)) continue;
      const t = first[a]! / (first[a]! - first[b]!);
      const at = energy[a]! + t * (energy[b]! - energy[a]!);
      const error = (0.5 * sigma * (energy[b]! - energy[a]!)) / Math.max(1e-300, Math.abs(second[i]!));
      return {
        energy: { value: at, sigma: Math.max(error, 0.05 * (energy[b]! - energy[a]!)), unit: "eV" },
        bend,
        height: value[i]!,
        kind: "maximum",
        significance,
      };
    }
  }
  return { energy: bend, bend, height: value[i]!, kind: "shoulder", significance };
}

/** Vertex of the parabola through the three lowest points of μ″. */
function vertex(i: number, energy: Float64Array, second: Float64Array, sigma: number): Quantity {
  const [x0, x1, x2] = [energy[i - 1]!, energy[i]!, energy[i + 1]!];
  const [y0, y1, y2] = [second[i - 1]!, second[i]!, second[i + 1]!];
  const d1 = (y1 - y0) / (x1 - x0);
  const d2 = (y2 - y1) / (x2 - x1);
  const curve = (d2 - d1) / ((x2 - x0) / 2);
  const slope = (d1 * (x2 - x1) + d2 * (x1 - x0)) / (x2 - x0);
  const move = curve > 0 ? Math.max(x0 - x1, Math.min(x2 - x1, -slope / curve)) : 0;
  return { value: x1 + move, sigma: Math.max(((x2 - x0) / 2) * (sigma / Math.max(1e-300, Math.abs(y1))), 0.05 * (x2 - x0)), unit: "eV" };
}
