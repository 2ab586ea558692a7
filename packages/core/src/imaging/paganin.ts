/**
 * Thickness from one defocused projection of a homogeneous object.
 *
 *   T = −(1/μ) ln F⁻¹{ F{I/I₀} / (1 + (z δ/μ) |k|²) },   k = 2π × spatial frequency
 *
 * Valid in the near field (z ≪ pixel²/λ) for one material with δ/μ given; other materials come out blurred or sharpened (D. Paganin, S. C.
 * Mayo, T. E. Gureyev, P. R. Miller, S. W. Wilkins, J. Microsc. 206, 33 (2002)). Lengths in metres; the result is μT, the line integral.
 */
import { ThioscopeError } from "../errors.ts";
import { fourierPlan } from "../numerics/fft.ts";

export interface PaganinOptions {
  /** detector pixel, metres */
  pixel: number;
  /** object to detector, metres */
  distance: number;
  /** δ/β of the material; μ = 4πβ/λ */
  deltaOverBeta: number;
  /** metres */
  wavelength: number;
}

/**
 * Line integrals μT of a projection.
 *
 * @param transmission I/I₀, row by row, without gaps
 */
export function paganin(transmission: ArrayLike<number>, width: number, height: number, options: PaganinOptions): Float32Array {
  const { pixel, distance, deltaOverBeta, wavelength } = options;
  for (const [name, value] of Object.entries(options)) {
    if (!(value > 0 && Number.isFinite(value)))
      throw new ThioscopeError("INVALID_INPUT", `Paganin: ${name} is ${value}; it must be above 0`);
  }
  // z δ/μ = z (δ/β) λ/4π
  const length2 = (distance * deltaOverBeta * wavelength) / (4 * Math.PI);
  const nx = padded(width);
  const ny = padded(height);
  const re = new Float64Array(nx * ny);
  const im = new Float64Array(nx * ny);
  // mirrored beyond the edges: a step there would ring
  for (let y = 0; y < ny; y++) {
    const from = mirror(y, height, ny) * width;
    for (let x = 0; x < nx; x++) re[y * nx + x] = transmission[from + mirror(x, width, nx)]!;
  }
  transform2(re, im, nx, ny, "forward");
  for (let y = 0; y < ny; y++) {
    const ky = (2 * Math.PI * (y < ny / 2 ? y : y - ny)) / (ny * pixel);
    for (let x = 0; x < nx; x++) {
      const kx = (2 * Math.PI * (x < nx / 2 ? x : x - nx)) / (nx * pixel);
      const damp = 1 / (1 + length2 * (kx * kx + ky * ky));
      re[y * nx + x]! *= damp;
      im[y * nx + x]! *= damp;
    }
  }
  transform2(re, im, nx, ny, "inverse");
  const out = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) out[y * width + x] = -Math.log(Math.max(re[y * nx + x]!, Number.MIN_VALUE));
  }
  return out;
}

function padded(n: number): number {
  let size = 1;
  while (size < 1.5 * n) size *= 2;
  return size;
}

/** Index into n samples of place i on a circle of `size`: half of the padding mirrors the end, half the beginning. */
function mirror(i: number, n: number, size: number): number {
  if (i < n) return i;
  const beyond = i - n;
  const half = Math.ceil((size - n) / 2);
  return beyond < half ? Math.max(0, n - 1 - beyond) : Math.min(n - 1, size - 1 - i);
}

/** Two-dimensional transform in place: rows, then columns. */
export function transform2(re: Float64Array, im: Float64Array, nx: number, ny: number, way: "forward" | "inverse"): void {
  const rows = fourierPlan(nx);
  for (let y = 0; y < ny; y++) rows[way](re.subarray(y * nx, (y + 1) * nx), im.subarray(y * nx, (y + 1) * nx));
  const columns = fourierPlan(ny);
  const a = new Float64Array(ny);
  const b = new Float64Array(ny);
  for (let x = 0; x < nx; x++) {
    for (let y = 0; y < ny; y++) {
      a[y] = re[y * nx + x]!;
      b[y] = im[y * nx + x]!;
    }
    columns[way](a, b);
    for (let y = 0; y < ny; y++) {
      re[y * nx + x] = a[y]!;
      im[y * nx + x] = b[y]!;
    }
  }
}
