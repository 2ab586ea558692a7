/**
 * A root of g between a and b, where g changes its sign: false position with the Illinois rule and bisection as guard (Dowell & Jarratt, BIT 11, 168
 * (1971)). For events on the history polynomial of an integrator. @returns the end on the far side of the root, within `tolerance`
 */
export function rootBetween(g: (t: number) => number, a: number, b: number, ga: number, gb: number, tolerance: number): number {
  let [low, high, gLow, gHigh] = [a, b, ga, gb];
  let side = 0;
  for (let k = 0; k < 100 && Math.abs(high - low) > tolerance; k++) {
    // every fourth step halves the interval, whatever false position thinks
    const share = k % 4 === 3 ? 0.5 : gLow / (gLow - gHigh);
    const t = low + Math.min(Math.max(share, 1e-3), 1 - 1e-3) * (high - low);
    const value = g(t);
    if (value !== 0 && Math.sign(value) === Math.sign(gLow)) {
      low = t;
      gLow = value;
      if (side === -1) gHigh /= 2;
      side = -1;
    } else {
      high = t;
      gHigh = value;
      if (value === 0) return t;
      if (side === 1) gLow /= 2;
      side = 1;
    }
  }
  return high;
}
