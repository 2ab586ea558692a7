/**
 * Back projection of a parallel beam: every pixel collects, over all angles, the value of the ray through it.
 *
 *   f(x, y) = π/(2N) Σ_θ q(θ, x cos θ − y sin θ)        (q from filter.ts, linear between columns)
 *
 * x runs along the rows of the picture, y from row to row, as in scikit-image's `iradon`, with which it agrees at equal settings. A row of pixels stays in the fastest memory while all angles pass over it. Limit: two loads, a multiplication and three
 * additions per pixel and angle.
 */
import type { Slice } from "./model.ts";

export interface BackProjection {
  /** pixels along an edge of the slice; one pixel is as long as one detector column */
  size: number;
  /** detector column of the rotation axis */
  centre: number;
  /** pixels outside the circle that every projection sees are left 0 */
  circle: boolean;
}

/** Zeros on both sides of filtered rows with which no ray leaves them. */
export function marginOf(columns: number, { size, centre, circle }: BackProjection): number {
  const reach = circle ? size / 2 : (Math.SQRT2 * size) / 2;
  return Math.max(0, Math.ceil(reach - Math.min(centre, columns - 1 - centre))) + 2;
}

/**
 * @param rows filtered rows with `margin` zeros on both sides (see `filterSinogram`)
 * @param into the slice's values, size², overwritten
 */
export function backProject(
  rows: Float32Array,
  angles: Float64Array,
  columns: number,
  margin: number,
  options: BackProjection,
  into: Float32Array,
): Slice {
  const { size, centre, circle } = options;
  const width = columns + 2 * margin;
  const half = Math.floor(size / 2);
  const n = angles.length;
  const cos = Float64Array.from(angles, Math.cos);
  const sin = Float64Array.from(angles, Math.sin);
  const sum = new Float64Array(size);
  const scale = Math.PI / (2 * n);
  const radius2 = half * half;
  for (let i = 0; i < size; i++) {
    const y = i - half;
    let from = 0;
    let to = size;
    if (circle) {
      const reach = Math.floor(Math.sqrt(Math.max(0, radius2 - y * y)));
      from = Math.max(0, half - reach);
      to = Math.min(size, half + reach + 1);
    }
    sum.fill(0);
    for (let a = 0; a < n; a++) {
      const base = a * width;
      const step = cos[a]!;
      // truncation is rounding down: inside the margin t is positive
      const start = centre + margin - y * sin[a]! - step * half;
      for (let x = from; x < to; x++) {
        const t = start + step * x;
        const k = t | 0;
        const at = base + k;
        const low = rows[at]!;
        sum[x]! += low + (t - k) * (rows[at + 1]! - low);
      }
    }
    const line = i * size;
    into.fill(0, line, line + from);
    for (let x = from; x < to; x++) into[line + x] = scale * sum[x]!;
    into.fill(0, line + to, line + size);
  }
  return { size, values: into };
}
