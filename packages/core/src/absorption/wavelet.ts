/**
 * Continuous wavelet transforms of χ(k): which neighbour scatters at which k and R.
 *
 * Cauchy (Muñoz, Argoul and Farges, Am. Mineral. 88, 694 (2003)):   T(R, k) = F⁻¹[ψ̂*(aω) F[χ k^w]],
 *   ψ̂(x) = 2π x^n e^(−x)/n!,   a = n/(2R),   n = number of R points (the order of the wavelet, so it sharpens with the grid, as in Larch)
 * Morlet (Funke, Scheinost and Chukalina, Phys. Rev. B 71, 094110 (2005)):   ψ̂(x) = e^(−(x − κ)²σ²/2) in x = aω, a = κ/(2R)
 *   κσ is the number of oscillations that count: large resolves R, small resolves k.
 *
 * ω = 2R turns R into a frequency; no phase correction. Every row is a narrow band in ω: it is transformed on the shortest
 * period that holds the wavelet's tails to 1e-12 of its height, and rows of a few frequencies only are summed directly.
 */
import { ThioscopeError } from "../errors.ts";
import { fourierPlan } from "../numerics/fft.ts";
import { type Chi, K_STEP, R_STEP } from "./fourier.ts";

export interface WaveletOptions {
  /** w of k^w; 2 where absent */
  weight?: number;
  /** Å; 10 where absent */
  most?: number;
}

export interface MorletOptions extends WaveletOptions {
  /** κ; 5 where absent */
  kappa?: number;
  /** σ; 1 where absent */
  sigma?: number;
}

export interface WaveletMap {
  /** Å, without phase correction */
  r: Float64Array;
  /** Å⁻¹ */
  k: Float64Array;
  /** rows of k for each R: r.length × k.length */
  real: Float64Array;
  imaginary: Float64Array;
  magnitude: Float64Array;
}

/** Periods of the transform in points: χ with zeros behind it. */
const LONGEST = 4096;
/** Where the logarithm of a filter lies this far below its top it is zero to double precision. */
const DEPTH = 36;
/** Tails of a wavelet in its own widths: e^(−7.5²/2) = 6e-13. */
const TAILS = 7.5;

const LOGARITHMS = Float64Array.from({ length: LONGEST / 2 }, (_, j) => Math.log(j));

interface Filter {
  /** Writes the filter of a row at ω = j step for j from `first` to `last`. */
  write(row: number, step: number, first: number, last: number, out: Float64Array): void;
  /** ω between which it is not zero */
  band(row: number): readonly [number, number];
  /** extent in k, Å⁻¹, as one standard deviation */
  spread(row: number): number;
}

/** Cauchy wavelet transform of χ(k) k^w. */
export function cauchyTransform(chi: Chi, options: WaveletOptions = {}): WaveletMap {
  const r = radii(options.most ?? 10);
  const order = r.length;
  let factorial = Math.log(2 * Math.PI);
  for (let j = 1; j <= order; j++) factorial -= Math.log(j);
  // x^n e^(−x) has its top at n and a width of √n; the tails are followed to DEPTH below the top
  const width = Math.sqrt(2 * DEPTH * order) * 1.1;
  return transform(chi, options.weight ?? 2, r, {
    write: (row, step, first, last, out) => {
      const scale = (order * step) / (2 * r[row]!);
      const base = factorial + order * Math.log(scale);
      for (let j = first; j <= last; j++) out[j] = Math.exp(base + order * LOGARITHMS[j]! - scale * j);
    },
    band: (row) => [((order - width) / order) * 2 * r[row]!, ((order + width + DEPTH) / order) * 2 * r[row]!],
    spread: (row) => Math.sqrt(order) / (2 * r[row]!),
  });
}

/** Morlet wavelet transform of χ(k) k^w. Throws INVALID_INPUT unless κ and σ are above 0. */
export function morletTransform(chi: Chi, options: MorletOptions = {}): WaveletMap {
  const { kappa = 5, sigma = 1 } = options;
  if (!(kappa > 0 && sigma > 0))
    throw new ThioscopeError("INVALID_INPUT", `a Morlet wavelet with κ ${kappa} and σ ${sigma}; both must be above 0`);
  const r = radii(options.most ?? 10);
  const width = Math.sqrt(2 * DEPTH) / sigma;
  return transform(chi, options.weight ?? 2, r, {
    write: (row, step, first, last, out) => {
      const scale = (kappa * step) / (2 * r[row]!);
      for (let j = first; j <= last; j++) out[j] = Math.exp(-0.5 * ((scale * j - kappa) * sigma) ** 2);
    },
    band: (row) => [((kappa - width) / kappa) * 2 * r[row]!, ((kappa + width) / kappa) * 2 * r[row]!],
    spread: (row) => (kappa * sigma) / (2 * r[row]!),
  });
}

function radii(most: number): Float64Array {
  const count = Math.round(most / R_STEP);
  if (!(count >= 2 && count <= 2048)) throw new ThioscopeError("INVALID_INPUT", `a wavelet map to R = ${most} Å; 0.1 to 60 Å are allowed`);
  return Float64Array.from({ length: count }, (_, i) => (most * i) / (count - 1));
}

function transform({ k, chi }: Chi, weight: number, r: Float64Array, filter: Filter): WaveletMap {
  const columns = k.length;
  if (columns === 0 || columns > LONGEST / 4)
    throw new ThioscopeError("INVALID_INPUT", `χ(k) has ${columns} points; 1 to ${LONGEST / 4} are transformed`);
  const size = r.length * columns;
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  const magnitude = new Float64Array(size);
  const values = chi.map((x, i) => x * k[i]! ** weight);
  const spectra = new Map<number, readonly [Float64Array, Float64Array]>();
  const spectrumOf = (points: number): readonly [Float64Array, Float64Array] => {
    let spectrum = spectra.get(points);
    if (!spectrum) {
      const re = new Float64Array(points);
      const im = new Float64Array(points);
      re.set(values);
      fourierPlan(points).forward(re, im);
      spectrum = [re, im];
      spectra.set(points, spectrum);
    }
    return spectrum;
  };
  // twiddles of the longest period, for rows that are summed directly
  const cos = new Float64Array(LONGEST);
  const sin = new Float64Array(LONGEST);
  for (let i = 0; i < LONGEST; i++) {
    cos[i] = Math.cos((2 * Math.PI * i) / LONGEST);
    sin[i] = Math.sin((2 * Math.PI * i) / LONGEST);
  }
  const shape = new Float64Array(LONGEST / 2);
  const work = new Map<number, readonly [Float64Array, Float64Array]>();
  for (let row = 1; row < r.length; row++) {
    let points = 256;
    while (points < LONGEST && points < columns + (TAILS * filter.spread(row)) / K_STEP) points *= 2;
    const [re, im] = spectrumOf(points);
    const step = (2 * Math.PI) / (K_STEP * points);
    const [low, high] = filter.band(row);
    const first = Math.max(1, Math.ceil(low / step));
    const last = Math.min(points / 2 - 1, Math.floor(high / step));
    const at = row * columns;
    filter.write(row, step, first, last, shape);
    // a transform costs about N log₂ N of what one term of a direct sum costs
    if ((last - first + 1) * columns < 0.5 * points * Math.log2(points)) {
      const jump = LONGEST / points;
      for (let j = first; j <= last; j++) {
        // the term turns by the same angle from one k to the next
        const c = cos[(j * jump) & (LONGEST - 1)]!;
        const s = sin[(j * jump) & (LONGEST - 1)]!;
        let a = (shape[j]! / points) * re[j]!;
        let b = (shape[j]! / points) * im[j]!;
        for (let i = at; i < at + columns; i++) {
          real[i] = real[i]! + a;
          imaginary[i] = imaginary[i]! + b;
          const turned = a * c - b * s;
          b = a * s + b * c;
          a = turned;
        }
      }
    } else {
      let space = work.get(points);
      if (!space) {
        space = [new Float64Array(points), new Float64Array(points)];
        work.set(points, space);
      }
      const [a, b] = space;
      a.fill(0);
      b.fill(0);
      for (let j = first; j <= last; j++) {
        a[j] = shape[j]! * re[j]!;
        b[j] = shape[j]! * im[j]!;
      }
      fourierPlan(points).inverse(a, b);
      for (let i = 0; i < columns; i++) {
        real[at + i] = a[i]!;
        imaginary[at + i] = b[i]!;
      }
    }
  }
  for (let i = 0; i < size; i++) magnitude[i] = Math.sqrt(real[i]! * real[i]! + imaginary[i]! * imaginary[i]!);
  return { r, k, real, imaginary, magnitude };
}
