/**
 * Extremes of a sampled curve that stand out by at least `height` on both sides: the points at which it has turned
 * back from its last extreme by that much. One pass; noise below half of `height` makes no extreme.
 * Returns row indices, the first and last row included; they alternate between highs and lows.
 */
export function turningPoints(values: Float64Array, height: number, from = 0, to = values.length): readonly number[] {
  const points: number[] = [from];
  let low = from;
  let high = from;
  let direction = 0;
  for (let i = from + 1; i < to; i++) {
    const v = values[i]!;
    if (v > values[high]!) high = i;
    if (v < values[low]!) low = i;
    if (direction >= 0 && values[high]! - v >= height) {
      if (direction > 0 || high !== from) points.push(high);
      direction = -1;
      low = i;
      high = i;
    } else if (direction <= 0 && v - values[low]! >= height) {
      if (direction < 0 || low !== from) points.push(low);
      direction = 1;
      low = i;
      high = i;
    }
  }
  const last = direction > 0 ? high : direction < 0 ? low : to - 1;
  if (last > points.at(-1)!) points.push(last);
  if (to - 1 > points.at(-1)!) points.push(to - 1);
  return points;
}
