/**
 * The filter of filtered back projection.
 *
 *   q(θ, t) = ∫ |ν| W(ν) P(θ, ν) e^{2πiνt} dν
 *
 * The ramp |ν| is the transform of its band-limited form in space, h(0) = 1/4, h(n) = −1/(πn)² for odd n, else 0, so that a constant
 * keeps its value (A. C. Kak, M. Slaney, Principles of Computerized Tomographic Imaging, IEEE 1988, chapter 3). W damps high frequencies.
 * Rows are padded to a power of two of at least twice their length: the circular convolution then equals the linear one.
 */
import { ThioscopeError } from "../errors.ts";
import { fourierPlan } from "../numerics/fft.ts";
import type { Sinogram } from "./model.ts";

export const TOMO_FILTERS = ["ramp", "shepp-logan", "cosine", "hamming", "hann"] as const;
export type TomoFilter = (typeof TOMO_FILTERS)[number];

/** W at the share `f` of the sampling frequency, −1/2 … 1/2. */
const WINDOWS: Readonly<Record<TomoFilter, (f: number) => number>> = {
  ramp: () => 1,
  "shepp-logan": (f) => (f === 0 ? 1 : Math.sin(Math.PI * f) / (Math.PI * f)),
  cosine: (f) => Math.cos(Math.PI * f),
  hamming: (f) => 0.54 + 0.46 * Math.cos(2 * Math.PI * f),
  hann: (f) => 0.5 + 0.5 * Math.cos(2 * Math.PI * f),
};

/** Frequency response on `size` points in the order of the transform, twice |ν| W (the factor of the half turn is in the back projection). */
export function filterResponse(size: number, filter: TomoFilter): Float64Array {
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  re[0] = 0.25;
  for (let n = 1; n <= size / 2; n += 2) {
    const h = -1 / (Math.PI * n) ** 2;
    re[n] = h;
    re[size - n] = h;
  }
  fourierPlan(size).forward(re, im);
  const window = WINDOWS[filter];
  for (let k = 0; k < size; k++) {
    const f = (k < size / 2 ? k : k - size) / size;
    re[k]! *= 2 * window(f);
  }
  return re;
}

/** Shortest padded length: of short rows the ramp would be cut. */
const SHORTEST = 64;

/**
 * Filtered rows.
 *
 * @param margin zeros kept on both sides of each row of the result, so that back projection never asks for bounds
 * @returns rows of columns + 2·margin
 */
export function filterSinogram({ angles, columns, values }: Sinogram, filter: TomoFilter, margin = 0): Float32Array {
  const rows = angles.length;
  if (values.length !== rows * columns) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `a sinogram of ${rows} angles and ${columns} columns has ${rows * columns} values, not ${values.length}`,
    );
  }
  let size = SHORTEST;
  while (size < 2 * columns) size *= 2;
  const plan = fourierPlan(size);
  const response = filterResponse(size, filter);
  const width = columns + 2 * margin;
  const out = new Float32Array(rows * width);
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  // the filter is real and even: two rows at a time, as real and imaginary part
  for (let row = 0; row < rows; row += 2) {
    const both = row + 1 < rows;
    re.fill(0);
    im.fill(0);
    for (let c = 0; c < columns; c++) {
      re[c] = values[row * columns + c]!;
      if (both) im[c] = values[(row + 1) * columns + c]!;
    }
    plan.forward(re, im);
    for (let k = 0; k < size; k++) {
      re[k]! *= response[k]!;
      im[k]! *= response[k]!;
    }
    plan.inverse(re, im);
    for (let c = 0; c < columns; c++) {
      out[row * width + margin + c] = re[c]!;
      if (both) out[(row + 1) * width + margin + c] = im[c]!;
    }
  }
  return out;
}
