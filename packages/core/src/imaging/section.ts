/**
 * Pictures of sections: area fraction of cracks and voids, uniformity and co-localisation of element maps, each with its error from parts of the
 * picture (4 × 4), for pixels are not independent.
 *
 * Cracks and voids are darker than the material. Uneven brightness is taken off as a plane. A region is a crack if it is long for its width: from its second moments, the ratio of the axes of the
 * ellipse of equal moments is at least 4.
 *
 * Uniformity: variance of the counts of blocks over their mean (index of dispersion): 1 if only counting scatters, more if the element is
 * unevenly spread. Co-localisation: Pearson's r of two maps, and Manders' shares (of one element's counts, how much lies where the other is above
 * its threshold; E. M. M. Manders, F. J. Verbeek, J. A. Aten, J. Microsc. 169, 375 (1993)).
 */
import { ThioscopeError } from "../errors.ts";
import { weightedLinear } from "../numerics/weightedLinear.ts";
import { type Quantity, quantity } from "../units/quantity.ts";
import { blockStatistics } from "./area.ts";
import { connectedRegions } from "./components.ts";
import type { Picture } from "./model.ts";
import { smoothed } from "./smooth.ts";
import { histogramOf, minimumError, otsu } from "./threshold.ts";

/** Length over width from which a dark region is a crack. */
const CRACK_FROM = 6;
/** Smoothing before pixels are told dark or bright, so that noise does not fray the outlines, pixels. */
const SMOOTHING = 0.7;

export interface DarkRegion {
  kind: "crack" | "void";
  pixels: number;
  /** area in m², null without a pixel size */
  area: number | null;
  /** along and across, pixels */
  length: number;
  width: number;
  centre: readonly [x: number, y: number];
}

export interface DarkRegions {
  /** grey below which a pixel is dark */
  threshold: number;
  regions: readonly DarkRegion[];
  cracks: Quantity;
  voids: Quantity;
  /** 0 where there is material, 1 in a crack, 2 in a void */
  labels: Uint8Array;
}

export interface DarkOptions {
  /** grey below which a pixel is dark; from the histogram, if absent */
  threshold?: number;
  /** regions of fewer pixels are noise */
  smallest?: number;
}

export function darkRegions(picture: Picture, options: DarkOptions = {}): DarkRegions {
  const { width, height, pixel } = picture;
  const { smallest = 6 } = options;
  const values = options.threshold === undefined ? withoutShade(picture) : picture.values;
  const threshold = options.threshold ?? minimumError(histogramOf(values));
  const calm = smoothed({ nx: width, ny: height, nz: 1, voxel: pixel ?? 1, values }, [SMOOTHING, SMOOTHING, 0]).values;
  const inside = Uint8Array.from(calm, (grey) => (grey < threshold ? 1 : 0));
  const { labels, sizes } = connectedRegions(inside, width, height, 1);
  const sums = [new Float64Array(sizes.length), new Float64Array(sizes.length), new Float64Array(sizes.length)] as const;
  for (let i = 0; i < labels.length; i++) {
    const r = labels[i]!;
    if (r === 0) continue;
    const x = i % width;
    const y = Math.floor(i / width);
    sums[0][r]! += x;
    sums[1][r]! += y;
    const faces = [
      x > 0 && labels[i - 1] !== r,
      x < width - 1 && labels[i + 1] !== r,
      y > 0 && labels[i - width] !== r,
      y < height - 1 && labels[i + width] !== r,
    ];
    sums[2][r]! += faces.filter(Boolean).length;
  }
  const kinds = new Uint8Array(sizes.length);
  const regions: DarkRegion[] = [];
  for (let r = 1; r < sizes.length; r++) {
    const n = sizes[r]!;
    if (n < smallest) continue;
    const outline = (Math.PI / 4) * sums[2][r]!;
    const length = outline / 2;
    const across = (2 * n) / outline;
    const kind = length >= CRACK_FROM * across ? "crack" : "void";
    kinds[r] = kind === "crack" ? 1 : 2;
    const centre = [sums[0][r]! / n, sums[1][r]! / n] as const;
    regions.push({ kind, pixels: n, area: pixel === null ? null : n * pixel ** 2, length, width: across, centre });
  }
  regions.sort((a, b) => b.pixels - a.pixels);
  const shown = Uint8Array.from(labels, (r) => kinds[r]!);
  return {
    threshold,
    regions,
    cracks: fraction(shown, 1, picture),
    voids: fraction(shown, 2, picture),
    labels: shown,
  };
}

/** Rounds of fitting the shade to what is not dark. */
const SHADE_ROUNDS = 4;

/** The picture with the material at its mean grey everywhere: a plane is fitted to what is not dark, and taken off. */
function withoutShade({ width, height, values }: Picture): Float32Array {
  let out = values;
  for (let round = 0; round < SHADE_ROUNDS; round++) {
    const dark = round === 0 ? Number.NEGATIVE_INFINITY : minimumError(histogramOf(out));
    const use: number[] = [];
    for (let i = 0; i < out.length; i++) if (out[i]! >= dark) use.push(i);
    const design = new Float64Array(3 * use.length);
    for (const [k, i] of use.entries()) design.set([1, (i % width) / width - 0.5, Math.floor(i / width) / height - 0.5], 3 * k);
    const fit = weightedLinear(
      design,
      Float64Array.from(use, (i) => values[i]!),
      new Float64Array(use.length).fill(1),
      3,
    );
    if (!fit) return values;
    const [, right, down] = fit.parameters as unknown as [number, number, number];
    out = values.map((value, i) => value - right * ((i % width) / width - 0.5) - down * (Math.floor(i / width) / height - 0.5));
  }
  return out;
}

function fraction(labels: Uint8Array, which: number, { width, height, values }: Picture): Quantity {
  const is = Float32Array.from(labels, (label, i) => (Number.isNaN(values[i]!) ? Number.NaN : label === which ? 1 : 0));
  const { mean, sigma } = blockStatistics(is, width, height);
  return quantity(mean, "1", sigma);
}

export interface ElementUniformity {
  /** variance over mean of the counts of 8 × 8 blocks */
  dispersion: Quantity;
  /** standard deviation of the blocks beyond counting, over their mean */
  variation: Quantity;
}

const BLOCKS = 8;

/** @param map counts per pixel */
export function elementUniformity({ width, height, values }: Picture): ElementUniformity {
  const across = Math.min(BLOCKS, width);
  const down = Math.min(BLOCKS, height);
  const sums = new Float64Array(across * down);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!(value >= 0))
      throw new ThioscopeError("INVALID_INPUT", `pixel ${i % width}, ${Math.floor(i / width)} holds ${value}: counts are 0 or more`);
    sums[Math.floor((Math.floor(i / width) * down) / height) * across + Math.floor(((i % width) * across) / width)]! += value;
  }
  const n = sums.length;
  const mean = sums.reduce((a, b) => a + b, 0) / n;
  if (mean === 0) throw new ThioscopeError("INVALID_INPUT", "the element map has no counts");
  const variance = sums.reduce((a, b) => a + (b - mean) ** 2, 0) / (n - 1);
  const dispersion = variance / mean;
  const beyond = Math.max(0, variance - mean);
  return {
    // variance of a variance of n values that scatter normally
    dispersion: quantity(dispersion, "1", dispersion * Math.sqrt(2 / (n - 1))),
    variation: quantity(
      Math.sqrt(beyond) / mean,
      "1",
      (variance * Math.sqrt(2 / (n - 1))) / (2 * mean * Math.sqrt(Math.max(beyond, mean))),
    ),
  };
}

export interface Colocalisation {
  pearson: Quantity;
  /** of the first element's counts, the share where the second is above its threshold, and the other way round */
  manders: readonly [first: Quantity, second: Quantity];
}

export function colocalisation(a: Picture, b: Picture): Colocalisation {
  if (a.width !== b.width || a.height !== b.height) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `maps of ${a.width} × ${a.height} and ${b.width} × ${b.height} pixels cannot be laid over one another`,
    );
  }
  const thresholds = [otsu(histogramOf(a.values), 2).at[0]!, otsu(histogramOf(b.values), 2).at[0]!] as const;
  const whole = measures(a, b, thresholds, () => true);
  // delete-one jackknife over 4 × 4 parts
  const parts: (readonly number[])[] = [];
  for (let p = 0; p < 16; p++) {
    parts.push(measures(a, b, thresholds, (x, y) => Math.floor((y * 4) / a.height) * 4 + Math.floor((x * 4) / a.width) !== p));
  }
  const answer = (k: number): Quantity => {
    const mean = parts.reduce((sum, part) => sum + part[k]!, 0) / parts.length;
    const sigma = Math.sqrt((15 / 16) * parts.reduce((sum, part) => sum + (part[k]! - mean) ** 2, 0));
    return quantity(whole[k]!, "1", sigma);
  };
  return { pearson: answer(0), manders: [answer(1), answer(2)] };
}

function measures(
  a: Picture,
  b: Picture,
  thresholds: readonly [number, number],
  use: (x: number, y: number) => boolean,
): readonly number[] {
  let n = 0;
  let sa = 0;
  let sb = 0;
  let saa = 0;
  let sbb = 0;
  let sab = 0;
  let inB = 0;
  let inA = 0;
  for (let y = 0; y < a.height; y++) {
    for (let x = 0; x < a.width; x++) {
      if (!use(x, y)) continue;
      const u = a.values[y * a.width + x]!;
      const v = b.values[y * a.width + x]!;
      n++;
      sa += u;
      sb += v;
      saa += u * u;
      sbb += v * v;
      sab += u * v;
      if (v >= thresholds[1]) inB += u;
      if (u >= thresholds[0]) inA += v;
    }
  }
  const spread = Math.sqrt((saa - (sa * sa) / n) * (sbb - (sb * sb) / n));
  return [spread > 0 ? (sab - (sa * sb) / n) / spread : 0, sa > 0 ? inB / sa : 0, sb > 0 ? inA / sb : 0];
}
