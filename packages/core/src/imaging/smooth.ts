/** Gaussian smoothing, in the plane or in space; edges are continued by their own value. */
import type { Volume } from "./model.ts";

/** @param sigma pixels along x, y and z; 0 leaves an axis alone */
export function smoothed({ nx, ny, nz, voxel, values }: Volume, sigma: readonly [x: number, y: number, z: number]): Volume {
  let from = values;
  const steps = [
    [sigma[0], nx, 1],
    [sigma[1], ny, nx],
    [sigma[2], nz, nx * ny],
  ] as const;
  for (const [width, n, stride] of steps) if (width > 0) from = alongAxis(from, n, stride, width);
  return { nx, ny, nz, voxel, values: from === values ? Float32Array.from(values) : from };
}

function alongAxis(values: Float32Array, n: number, stride: number, sigma: number): Float32Array {
  const reach = Math.ceil(4 * sigma);
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, k) => Math.exp(-0.5 * ((k - reach) / sigma) ** 2));
  const total = kernel.reduce((a, b) => a + b, 0);
  const out = new Float32Array(values.length);
  for (let at = 0; at < values.length; at++) {
    const place = Math.floor(at / stride) % n;
    let sum = 0;
    for (let k = -reach; k <= reach; k++) {
      const other = Math.max(0, Math.min(n - 1, place + k));
      sum += kernel[k + reach]! * values[at + (other - place) * stride]!;
    }
    out[at] = sum / total;
  }
  return out;
}
