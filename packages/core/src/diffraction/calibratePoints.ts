/**
 * Where the rings are: for each ring and sector of azimuth one position, with its error.
 *
 * Pixels are not binned. About the angle at which the current geometry expects the ring, with x = 2θ − 2θ_ring of a pixel's centre, the counts of the sector's pixels are fitted by
 *
 *   I = a g + b g′ + c g″ + e + f x,    g = exp(−x²/(2s²)) and its derivatives by x (times s, s²)
 *
 * which is linear: the ring lies at x = −b s/a (its first-order shift), c over all sectors corrects the width s. With every geometry closer to the truth the shift shrinks,
 * and what a first order leaves out with it. Weights are one over the counts that the last fit expects; pixels that miss it by more than
 * 6√I + 0.35 I (dead ones, spots) are left out.
 */

import { choleskyFactor, choleskySolve } from "../numerics/cholesky.ts";
import type { CountImage } from "./calibrateCentre.ts";
import type { DetectorGeometry } from "./geometry.ts";
import { pixelAt, pixelFrame, rotationMatrix } from "./geometry.ts";

/** A line of the calibrant on the detector. */
export interface Ring {
  /** radians */
  readonly twoTheta: number;
  /** how far pixels may lie from it, radians */
  readonly window: number;
  /** standard deviation of its profile, radians */
  readonly width: number;
}

export interface RingPoint {
  readonly ring: number;
  readonly row: number;
  readonly column: number;
  /** radians, at the geometry that was given */
  readonly twoTheta: number;
  readonly sigma: number;
}

/** Coefficients a, b, c, e, f of each ring and sector; NaN where nothing could be fitted. */
export interface RingFits {
  readonly sectors: number;
  readonly coefficients: Float64Array;
}

const TERMS = 5;
const SUMS = (TERMS * (TERMS + 1)) / 2 + TERMS + 3;

export interface RingPass {
  readonly points: readonly RingPoint[];
  readonly fits: RingFits;
  /** width that c asks for, per ring; NaN where it cannot be told */
  readonly widths: readonly number[];
}

/**
 * One pass over the frame.
 *
 * @param before fits of the pass before, for weights and outliers
 * @param stride take every n-th row and column only
 */
export function ringPass(
  image: CountImage,
  geometry: DetectorGeometry,
  rings: readonly Ring[],
  sectors: number,
  before: RingFits | null,
  stride = 1,
): RingPass {
  const sums = new Float64Array(rings.length * sectors * SUMS);
  forRingPixels(image, geometry, rings, stride, (p, k, x, chi) => {
    const sector = Math.min(sectors - 1, Math.floor(((chi + Math.PI) / (2 * Math.PI)) * sectors));
    const cell = k * sectors + sector;
    const s = rings[k]!.width;
    const z = x / s;
    const g = Math.exp(-0.5 * z * z);
    const [g1, g2] = [-z * g, (z * z - 1) * g];
    const y = image.values[p]!;
    let weight = 1;
    if (before) {
      const at = cell * TERMS;
      const f = before.coefficients;
      const expected = f[at]! * g + f[at + 1]! * g1 + f[at + 2]! * g2 + f[at + 3]! + f[at + 4]! * z;
      if (Number.isNaN(expected)) return;
      const m = Math.max(expected, 1);
      if (Math.abs(y - m) > 6 * Math.sqrt(m) + 0.35 * m) return;
      weight = 1 / m;
    }
    const o = cell * SUMS;
    addTerms(sums, o, weight, y, g, g1, g2, z);
    sums[o + 20] = sums[o + 20]! + weight * y * y;
    sums[o + 21] = sums[o + 21]! + 1;
    sums[o + 22] = sums[o + 22]! + chi;
  });
  return solveCells(geometry, rings, sectors, sums);
}

/** Upper triangle of the normal equations (15 sums), right-hand side (5). */
function addTerms(sums: Float64Array, o: number, w: number, y: number, g: number, g1: number, g2: number, z: number): void {
  const wg = w * g;
  const w1 = w * g1;
  const w2 = w * g2;
  sums[o] = sums[o]! + wg * g;
  sums[o + 1] = sums[o + 1]! + wg * g1;
  sums[o + 2] = sums[o + 2]! + wg * g2;
  sums[o + 3] = sums[o + 3]! + wg;
  sums[o + 4] = sums[o + 4]! + wg * z;
  sums[o + 5] = sums[o + 5]! + w1 * g1;
  sums[o + 6] = sums[o + 6]! + w1 * g2;
  sums[o + 7] = sums[o + 7]! + w1;
  sums[o + 8] = sums[o + 8]! + w1 * z;
  sums[o + 9] = sums[o + 9]! + w2 * g2;
  sums[o + 10] = sums[o + 10]! + w2;
  sums[o + 11] = sums[o + 11]! + w2 * z;
  sums[o + 12] = sums[o + 12]! + w;
  sums[o + 13] = sums[o + 13]! + w * z;
  sums[o + 14] = sums[o + 14]! + w * z * z;
  sums[o + 15] = sums[o + 15]! + wg * y;
  sums[o + 16] = sums[o + 16]! + w1 * y;
  sums[o + 17] = sums[o + 17]! + w2 * y;
  sums[o + 18] = sums[o + 18]! + w * y;
  sums[o + 19] = sums[o + 19]! + w * z * y;
}

/** Fewest pixels in a cell, and how significant a ring must be in it. */
const FEWEST_PIXELS = 20;
const SIGNIFICANT = 5;

function solveCells(geometry: DetectorGeometry, rings: readonly Ring[], sectors: number, sums: Float64Array): RingPass {
  const coefficients = new Float64Array(rings.length * sectors * TERMS).fill(Number.NaN);
  const points: RingPoint[] = [];
  const widths: number[] = [];
  for (const [k, ring] of rings.entries()) {
    let [amplitude, bend] = [0, 0];
    for (let s = 0; s < sectors; s++) {
      const cell = k * sectors + s;
      const fit = solve(sums, cell * SUMS);
      if (!fit) continue;
      const { x, sigmaA, sigmaShift, pixels, chi } = fit;
      coefficients.set(x, cell * TERMS);
      // a ring, not a dip, and where it was looked for
      if (!(x[0]! > SIGNIFICANT * sigmaA) || pixels < FEWEST_PIXELS) continue;
      const shift = (-x[1]! / x[0]!) * ring.width;
      if (!(Math.abs(shift) < Math.min(1.5 * ring.width, ring.window))) continue;
      amplitude += x[0]!;
      bend += x[2]!;
      const twoTheta = ring.twoTheta + shift;
      const at = pixelAt(geometry, twoTheta, chi);
      if (at) points.push({ ring: k, row: at.row, column: at.column, twoTheta, sigma: sigmaShift * ring.width });
    }
    // g of width s(1 + ε) is g + ε (g + g″): c/a = ε to first order
    const epsilon = amplitude > 0 ? Math.max(-0.4, Math.min(0.6, bend / Math.max(amplitude - bend, 0.2 * amplitude))) : Number.NaN;
    widths.push(ring.width * (1 + epsilon));
  }
  return { points, fits: { sectors, coefficients }, widths };
}

function solve(sums: Float64Array, o: number): { x: Float64Array; sigmaA: number; sigmaShift: number; pixels: number; chi: number } | null {
  const pixels = sums[o + 21]!;
  if (pixels < FEWEST_PIXELS) return null;
  const matrix = new Float64Array(TERMS * TERMS);
  for (let i = 0, n = o; i < TERMS; i++) for (let j = i; j < TERMS; j++, n++) matrix[j * TERMS + i] = matrix[i * TERMS + j] = sums[n]!;
  const right = sums.slice(o + 15, o + 20);
  const x = right.slice();
  const factor = matrix.slice();
  for (let i = 0; i < TERMS; i++) factor[i * TERMS + i] = factor[i * TERMS + i]! * (1 + 1e-12);
  if (!choleskyFactor(factor, TERMS)) return null;
  choleskySolve(factor, x, TERMS);
  let chi2 = sums[o + 20]!;
  for (let i = 0; i < TERMS; i++) chi2 -= x[i]! * right[i]!;
  const scale = Math.max(0, chi2) / (pixels - TERMS);
  const variance = (i: number): number => {
    const unit = new Float64Array(TERMS);
    unit[i] = 1;
    choleskySolve(factor, unit, TERMS);
    return unit[i]! * scale;
  };
  const sigmaA = Math.sqrt(variance(0));
  return { x, sigmaA, sigmaShift: Math.sqrt(variance(1)) / Math.abs(x[0]!), pixels, chi: sums[o + 22]! / pixels };
}

/** Calls `use` for every usable pixel within the window of a ring: pixel, ring, 2θ − 2θ_ring, χ. */
export function forRingPixels(
  { rows, columns, usable }: CountImage,
  geometry: DetectorGeometry,
  rings: readonly Ring[],
  stride: number,
  use: (pixel: number, ring: number, x: number, chi: number) => void,
): void {
  if (rings.length === 0) return;
  const table = ringTable(rings);
  const r = rotationMatrix(geometry);
  const { origin, perRow, perColumn } = pixelFrame(geometry);
  const L = geometry.distanceMetre;
  for (let i = 0; i < rows; i += stride) {
    for (let j = 0; j < columns; j += stride) {
      const p = i * columns + j;
      if (!usable[p]) continue;
      const a = origin[0] - geometry.poni1Metre + (i + 0.5) * perRow[0] + (j + 0.5) * perColumn[0];
      const b = origin[1] - geometry.poni2Metre + (i + 0.5) * perRow[1] + (j + 0.5) * perColumn[1];
      const t1 = r[0]! * a + r[1]! * b + r[2]! * L;
      const t2 = r[3]! * a + r[4]! * b + r[5]! * L;
      const t3 = r[6]! * a + r[7]! * b + r[8]! * L;
      const twoTheta = Math.atan2(Math.sqrt(t1 * t1 + t2 * t2), t3);
      const k = table.ringAt(twoTheta);
      if (k < 0) continue;
      const x = twoTheta - rings[k]!.twoTheta;
      if (Math.abs(x) <= rings[k]!.window) use(p, k, x, Math.atan2(t1, t2));
    }
  }
}

/** The nearest ring by a table over 2θ; −1 between windows. */
function ringTable(rings: readonly Ring[]): { ringAt(twoTheta: number): number } {
  const last = rings.at(-1)!;
  const end = last.twoTheta + last.window;
  const step = Math.max(end / 1e6, Math.min(...rings.map((ring) => ring.window)) / 4);
  const count = Math.ceil(end / step) + 1;
  const lower = new Int32Array(count).fill(-1);
  let k = 0;
  for (let n = 0; n < count; n++) {
    while (k + 1 < rings.length && rings[k + 1]!.twoTheta <= (n + 1) * step) k++;
    lower[n] = k;
  }
  return {
    ringAt(twoTheta) {
      const n = Math.floor(twoTheta / step);
      if (n >= count) return -1;
      let best = lower[n]!;
      for (const near of [best - 1, best + 1]) {
        if (near >= 0 && near < rings.length && Math.abs(rings[near]!.twoTheta - twoTheta) < Math.abs(rings[best]!.twoTheta - twoTheta))
          best = near;
      }
      return Math.abs(rings[best]!.twoTheta - twoTheta) <= rings[best]!.window ? best : -1;
    },
  };
}

/**
 * Coarse positions, for a geometry that may be several pixels off: the highest place of each sector's profile within the window, by its
 * centroid; profiles in bins of `bin` radians.
 */
export function coarsePoints(
  image: CountImage,
  geometry: DetectorGeometry,
  rings: readonly Ring[],
  sectors: number,
  bin: number,
  stride: number,
): { points: RingPoint[]; widths: number[] } {
  const half = rings.map(({ window }) => Math.floor(window / bin));
  const starts: number[] = [];
  let size = 0;
  for (const h of half) {
    starts.push(size);
    size += sectors * (2 * h + 1);
  }
  const sum = new Float64Array(size);
  const count = new Float64Array(size);
  forRingPixels(image, geometry, rings, stride, (p, k, x, chi) => {
    const h = half[k]!;
    const b = Math.round(x / bin) + h;
    if (b < 0 || b > 2 * h) return;
    const s = Math.min(sectors - 1, Math.floor(((chi + Math.PI) / (2 * Math.PI)) * sectors));
    const at = starts[k]! + s * (2 * h + 1) + b;
    sum[at] = sum[at]! + image.values[p]!;
    count[at] = count[at]! + 1;
  });
  const points: RingPoint[] = [];
  const widths: number[] = [];
  for (const [k, ring] of rings.entries()) {
    const h = half[k]!;
    const spreads: number[] = [];
    for (let s = 0; s < sectors; s++) {
      const from = starts[k]! + s * (2 * h + 1);
      const found = highest(sum.subarray(from, from + 2 * h + 1), count.subarray(from, from + 2 * h + 1));
      if (!found) continue;
      const twoTheta = ring.twoTheta + (found.at - h) * bin;
      const chi = ((s + 0.5) / sectors) * 2 * Math.PI - Math.PI;
      const at = pixelAt(geometry, twoTheta, chi);
      if (at) points.push({ ring: k, row: at.row, column: at.column, twoTheta, sigma: bin });
      spreads.push(found.spread * bin);
    }
    spreads.sort((a, b) => a - b);
    widths.push(spreads[spreads.length >> 1] ?? Number.NaN);
  }
  return { points, widths };
}

/** Centroid and standard deviation of the highest peak of a short profile, in bins; null where none stands out. */
function highest(sum: Float64Array, count: Float64Array): { at: number; spread: number } | null {
  const n = sum.length;
  const level = Array.from(sum, (s, b) => (count[b]! > 0 ? s / count[b]! : Number.NaN));
  const known = level.filter((v) => !Number.isNaN(v)).sort((a, b) => a - b);
  if (known.length < Math.max(5, 0.7 * n)) return null;
  const floor = known[Math.floor(known.length * 0.25)]!;
  let best = -1;
  for (let b = 1; b + 1 < n; b++) if (level[b]! > (level[best] ?? floor)) best = b;
  if (best < 1) return null;
  const top = level[best]! - floor;
  // counts of the bin if they were Poisson's
  const error = Math.sqrt(Math.max(1, floor) / count[best]!);
  if (!(top > 5 * error && top > 0.02 * floor)) return null;
  let [weight, first, second] = [0, 0, 0];
  for (let step = -1; step <= 1; step += 2) {
    for (let b = step < 0 ? best : best + 1; b >= 0 && b < n; b += step) {
      const w = level[b]! - floor;
      if (!(w > 0.25 * top)) break;
      weight += w;
      first += w * b;
      second += w * b * b;
    }
  }
  const at = first / weight;
  // cut at a quarter of the height: the rest of a Gaussian is known
  const spread = Math.sqrt(Math.max(0.25, second / weight - at * at)) * 1.25;
  // at the edge of the window it may be another ring's
  return best <= 1 || best >= n - 2 ? null : { at, spread };
}
