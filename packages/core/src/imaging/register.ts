/**
 * The shift between two volumes of the same part, by phase correlation.
 *
 *   r = F⁻¹{ G* H / |G* H| }   has its maximum where h(x) = g(x − shift)
 *
 * (C. D. Kuglin, D. C. Hines, Proc. IEEE Conf. Cybern. Soc. 163 (1975)). The whole-voxel maximum is refined by a parabola through its neighbours
 * along each axis. Volumes are windowed, so that their edges do not decide; a turn is not looked for.
 */
import { ThioscopeError } from "../errors.ts";
import { fourierPlan } from "../numerics/fft.ts";
import type { Volume } from "./model.ts";
import { transform2 } from "./paganin.ts";

export interface Shift {
  /** voxels by which the second volume lies further along x, y, z */
  voxels: readonly [x: number, y: number, z: number];
  /** height of the maximum, 0…1: near 0 the two volumes have nothing in common */
  peak: number;
}

export function findShift(a: Volume, b: Volume): Shift {
  const { nx, ny, nz } = a;
  if (b.nx !== nx || b.ny !== ny || b.nz !== nz) {
    throw new ThioscopeError("INVALID_INPUT", `volumes of ${nx} × ${ny} × ${nz} and ${b.nx} × ${b.ny} × ${b.nz} voxels cannot be compared`);
  }
  const re = windowed(a);
  const im = new Float64Array(re.length);
  const re2 = windowed(b);
  const im2 = new Float64Array(re.length);
  transform3(re, im, a, "forward");
  transform3(re2, im2, a, "forward");
  for (let i = 0; i < re.length; i++) {
    const x = re[i]! * re2[i]! + im[i]! * im2[i]!;
    const y = re[i]! * im2[i]! - im[i]! * re2[i]!;
    const size = Math.hypot(x, y);
    re[i] = size > 1e-12 ? x / size : 0;
    im[i] = size > 1e-12 ? y / size : 0;
  }
  transform3(re, im, a, "inverse");
  let best = 0;
  for (let i = 1; i < re.length; i++) if (re[i]! > re[best]!) best = i;
  const place = [best % nx, Math.floor(best / nx) % ny, Math.floor(best / (nx * ny))] as const;
  const sides = [nx, ny, nz] as const;
  const strides = [1, nx, nx * ny] as const;
  const voxels = place.map((p, axis) => {
    const n = sides[axis]!;
    if (n < 3) return 0;
    const at = (k: number): number => re[best + (((p + k + n) % n) - p) * strides[axis]!]!;
    const curve = at(-1) - 2 * at(0) + at(1);
    const part = curve < 0 ? (0.5 * (at(-1) - at(1))) / curve : 0;
    return (p > n / 2 ? p - n : p) + Math.max(-0.5, Math.min(0.5, part));
  });
  return { voxels: voxels as unknown as Shift["voxels"], peak: re[best]! };
}

function windowed({ nx, ny, nz, values }: Volume): Float64Array {
  let mean = 0;
  for (const value of values) mean += value / values.length;
  const hann = (n: number): Float64Array =>
    Float64Array.from({ length: n }, (_, i) => (n < 3 ? 1 : Math.sin((Math.PI * (i + 0.5)) / n) ** 2));
  const [wx, wy, wz] = [hann(nx), hann(ny), hann(nz)];
  const out = new Float64Array(values.length);
  for (let i = 0; i < out.length; i++) {
    out[i] = (values[i]! - mean) * wx[i % nx]! * wy[Math.floor(i / nx) % ny]! * wz[Math.floor(i / (nx * ny))]!;
  }
  return out;
}

function transform3(re: Float64Array, im: Float64Array, { nx, ny, nz }: Volume, way: "forward" | "inverse"): void {
  const layer = nx * ny;
  for (let z = 0; z < nz; z++) transform2(re.subarray(z * layer, (z + 1) * layer), im.subarray(z * layer, (z + 1) * layer), nx, ny, way);
  if (nz === 1) return;
  const plan = fourierPlan(nz);
  const a = new Float64Array(nz);
  const b = new Float64Array(nz);
  for (let c = 0; c < layer; c++) {
    for (let z = 0; z < nz; z++) {
      a[z] = re[z * layer + c]!;
      b[z] = im[z * layer + c]!;
    }
    plan[way](a, b);
    for (let z = 0; z < nz; z++) {
      re[z * layer + c] = a[z]!;
      im[z * layer + c] = b[z]!;
    }
  }
}
