/**
 * Counting along a wandering coordinate: each step from row to row carries an amount (charge) and covers a segment
 * of the coordinate (voltage); the amount is spread evenly over the segment and falls into the bins that it crosses.
 *
 * Nothing is sorted and no order is assumed, so a voltage that goes back and forth (noise, pulses, relaxation) is neither
 * scrambled nor lost: the bins always add up to the sum of the amounts, exactly but for rounding.
 */

/** Equal bins: bin k covers [(first + k)·width, (first + k + 1)·width). */
export interface Bins {
  width: number;
  first: number;
  count: number;
}

/** Bins of `width` on whole multiples of it, covering [low, high]. */
export function binsOver(low: number, high: number, width: number): Bins {
  const first = Math.floor(low / width);
  // a value on the last edge lies in the bin above it, where binOf rounds it to
  return { width, first, count: Math.max(1, Math.floor(high / width) - first + 1) };
}

/** Spreads the amount of one step over the bins between `a` and `b`, both inside the bins. */
export function spread(into: Float64Array, bins: Bins, a: number, b: number, amount: number): void {
  const from = a / bins.width - bins.first;
  const to = b / bins.width - bins.first;
  const low = Math.min(from, to);
  const high = Math.max(from, to);
  const last = bins.count - 1;
  const lowBin = Math.min(last, Math.max(0, Math.floor(low)));
  const highBin = Math.min(last, Math.max(0, Math.floor(high)));
  if (lowBin === highBin) {
    into[lowBin] = into[lowBin]! + amount;
    return;
  }
  const perBin = amount / (high - low);
  let given = perBin * (lowBin + 1 - low);
  into[lowBin] = into[lowBin]! + given;
  for (let k = lowBin + 1; k < highBin; k++) {
    into[k] = into[k]! + perBin;
    given += perBin;
  }
  // what is left, so that nothing is lost to rounding
  into[highBin] = into[highBin]! + (amount - given);
}
