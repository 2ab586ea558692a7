/** Means over an area with errors that know of its structure: from the scatter of its parts, not of its pixels. */
import { ThioscopeError } from "../errors.ts";

/** Parts of an area that are taken as independent: 4 × 4, fewer of a small one. */
export function blocksOf(nx: number, ny: number): number {
  return Math.max(1, Math.min(4, Math.floor(nx / 4))) * Math.max(1, Math.min(4, Math.floor(ny / 4)));
}

/** Mean, its error from the scatter of parts of the area, and the standard deviation over the area; NaN is passed over. */
export function blockStatistics(values: ArrayLike<number>, nx: number, ny: number): { mean: number; sigma: number | null; spread: number } {
  const across = Math.max(1, Math.min(4, Math.floor(nx / 4)));
  const down = Math.max(1, Math.min(4, Math.floor(ny / 4)));
  const sums = new Float64Array(across * down);
  const counts = new Float64Array(across * down);
  let sum = 0;
  let squares = 0;
  let n = 0;
  for (let y = 0; y < ny; y++) {
    for (let x = 0; x < nx; x++) {
      const value = values[y * nx + x]!;
      if (Number.isNaN(value)) continue;
      const block = Math.floor((y * down) / ny) * across + Math.floor((x * across) / nx);
      sums[block]! += value;
      counts[block]!++;
      sum += value;
      squares += value * value;
      n++;
    }
  }
  if (n === 0) throw new ThioscopeError("INVALID_INPUT", "no pixel of the area has a value");
  const mean = sum / n;
  const spread = Math.sqrt(Math.max(0, squares / n - mean * mean));
  const means = Array.from(sums, (s, k) => s / counts[k]!).filter(Number.isFinite);
  if (means.length < 2) return { mean, sigma: null, spread };
  const centre = means.reduce((a, b) => a + b, 0) / means.length;
  const variance = means.reduce((a, b) => a + (b - centre) ** 2, 0) / (means.length - 1);
  return { mean, sigma: Math.sqrt(variance / means.length), spread };
}
