/** χ², F and normal distributions by the Wilson–Hilferty cube root (error below 1 % of a standard deviation from 2 degrees of freedom up). */

/** Quantile of χ² with `freedom` (may be fractional) at the normal deviate `z`. */
export function chiSquareQuantile(z: number, freedom: number): number {
  const s = 2 / (9 * freedom);
  return freedom * Math.max(1e-6, 1 - s + z * Math.sqrt(s)) ** 3;
}

/** Probability of a χ² as large or larger. */
export function chiSquareTail(chi2: number, freedom: number): number {
  const s = 2 / (9 * freedom);
  return normalTail((Math.cbrt(chi2 / freedom) - (1 - s)) / Math.sqrt(s));
}

/** Probability of a normal deviate above z (Abramowitz and Stegun 26.2.17, error < 1e-7). */
function normalTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const poly = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * poly;
  return z >= 0 ? tail : 1 - tail;
}

/** Probability of an F as large or larger with p and q degrees of freedom (Paulson's cube-root approximation). */
export function fisherTail(f: number, p: number, q: number): number {
  const a = 2 / (9 * p);
  const b = 2 / (9 * q);
  const root = Math.cbrt(Math.max(0, f));
  return normalTail(((1 - b) * root - (1 - a)) / Math.sqrt(b * root * root + a));
}
