/** The noise of a curve by its own points, blind to what is smooth over three of them: σ = 1.4826 · median|y_{i−1} − 2 y_i + y_{i+1}| / √6. */

/** Standard deviation of the noise of one point, from second differences. */
export function noiseOf(y: Float64Array): number {
  const d: number[] = [];
  for (let i = 1; i + 1 < y.length; i++) d.push(Math.abs(y[i - 1]! - 2 * y[i]! + y[i + 1]!));
  return (1.4826 * median(d)) / Math.sqrt(6);
}

export function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
