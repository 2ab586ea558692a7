/**
 * Forward projection of a slice and its exact adjoint: what the iterative reconstruction repeats.
 *
 * Each pixel gives its value to the two detector columns beside its shadow t = x cos θ − y sin θ, shared linearly (pixel-driven). The adjoint
 * reads the same two columns with the same weights, so that ⟨Af, g⟩ = ⟨f, Aᵀg⟩ to rounding, which least squares need to converge.
 */
import type { Sinogram, Slice } from "./model.ts";

export interface RayGeometry {
  angles: Float64Array;
  columns: number;
  /** detector column of the rotation axis */
  centre: number;
}

type Visit = (angle: number, pixel: number, column: number, share: number) => void;

/** Calls `visit` for every pixel inside the slice's circle whose shadow falls between two columns. */
function overRays(size: number, { angles, columns, centre }: RayGeometry, visit: Visit): void {
  const half = Math.floor(size / 2);
  for (let a = 0; a < angles.length; a++) {
    const cos = Math.cos(angles[a]!);
    const sin = Math.sin(angles[a]!);
    for (let i = 0; i < size; i++) {
      const y = i - half;
      const reach = Math.floor(Math.sqrt(Math.max(0, half * half - y * y)));
      const to = Math.min(size, half + reach + 1);
      for (let x = Math.max(0, half - reach); x < to; x++) {
        const t = centre + (x - half) * cos - y * sin;
        if (t < 0 || t >= columns - 1) continue;
        const k = t | 0;
        visit(a, i * size + x, k, t - k);
      }
    }
  }
}

/** Line integrals of a slice, in units of its values times pixels. */
export function project({ size, values }: Slice, geometry: RayGeometry): Sinogram {
  const { angles, columns } = geometry;
  const out = new Float64Array(angles.length * columns);
  overRays(size, geometry, (a, pixel, column, share) => {
    const at = a * columns + column;
    const value = values[pixel]!;
    out[at]! += (1 - share) * value;
    out[at + 1]! += share * value;
  });
  return { angles, columns, values: Float32Array.from(out) };
}

/** The adjoint of `project`. */
export function backProjectRays(values: ArrayLike<number>, geometry: RayGeometry, size: number): Float64Array {
  const { columns } = geometry;
  const out = new Float64Array(size * size);
  overRays(size, geometry, (a, pixel, column, share) => {
    const at = a * columns + column;
    out[pixel]! += (1 - share) * values[at]! + share * values[at + 1]!;
  });
  return out;
}
