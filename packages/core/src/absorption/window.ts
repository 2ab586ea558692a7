/**
 * Windows of the transforms between k and R: flat between x₂ and x₃, tapered over dx at either end.
 *
 *   hanning  sin²(π(x−x₁)/2(x₂−x₁)) …      parzen  linear      welch  1 − ((x−x₂)/(x₂−x₁))²
 *   kaiser   (I₀(dx √a) − 1)/(I₀(dx) − 1), a = 1 − (x−x_c)²/w²      sine  sin(π(x₄−x)/(x₄−x₁))      gaussian  exp(−(x−x_c)²/2dx²)
 *
 * with x₁ = x_min − dx/2, x₂ = x_min + dx/2, x₃ = x_max − dx/2, x₄ = x_max + dx/2, put on the grid as IFEFFIT and Larch do.
 * (Newville, IFEFFIT reference; Kaiser and Schafer, IEEE Trans. Acoust. 28, 105 (1980).)
 */
import { ThioscopeError } from "../errors.ts";

export const WINDOW_NAMES = ["hanning", "kaiser", "parzen", "welch", "sine", "gaussian"] as const;
export type WindowName = (typeof WINDOW_NAMES)[number];

export interface WindowOptions {
  from: number;
  to: number;
  taper: number;
  window: WindowName;
}

/** Modified Bessel function I₀ by its power series, to double precision for |x| < 30. */
function besselI0(x: number): number {
  const q = (x * x) / 4;
  let term = 1;
  let sum = 1;
  for (let n = 1; term > 1e-17 * sum && n < 500; n++) {
    term *= q / (n * n);
    sum += term;
  }
  return sum;
}

/**
 * @param count points of the grid 0, step, 2 step …
 * @throws INVALID_INPUT where the range is empty or the taper negative
 */
export function windowOf(count: number, step: number, { from, to, taper, window }: WindowOptions): Float64Array {
  if (!(from < to) || !(taper >= 0)) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `a window from ${from} to ${to} with a taper of ${taper}: the range must rise, the taper not be negative`,
    );
  }
  const last = count - 1;
  const slack = 1e-4 * step;
  const asIndex = (value: number): number => Math.trunc((value + slack) / step);
  const clip = (i: number): number => Math.max(0, Math.min(last, i));
  let i1 = clip(asIndex(Math.max(0, from - taper / 2)));
  const i2 = Math.max(0, asIndex(from + taper / 2 + slack));
  let i3 = Math.min(last, asIndex(to - taper / 2 - slack));
  const i4 = Math.min(last, asIndex(Math.min(last * step, to + taper / 2)));
  if (i2 === i1) i1 = Math.max(0, i2 - 1);
  if (i4 === i3) i3 = Math.max(i2, i4 - 1);
  const x1 = i1 * step;
  const x4 = i4 * step + (i3 === i4 ? slack : 0);
  const x2 = Math.min(last, i2) * step + (i1 === i2 ? slack : 0);
  const x3 = i3 * step;
  const out = new Float64Array(count);
  const centre = (x1 + x4) / 2;
  const half = (x4 - x1) / 2;
  const scale = Math.max(1e-10, besselI0(taper) - 1);
  for (let i = 0; i < count; i++) {
    const x = i * step;
    if (window === "kaiser") {
      const a = 1 - ((x - centre) / half) ** 2;
      out[i] = a > 0 ? (besselI0(taper * Math.sqrt(a)) - 1) / scale : 0;
    } else if (window === "gaussian") {
      const width = Math.max(taper, slack);
      out[i] = Math.exp(-((x - centre) ** 2) / (2 * width * width));
    } else if (window === "sine") {
      out[i] = i >= i1 && i <= i4 ? Math.sin((Math.PI * (x4 - x)) / (x4 - x1)) : 0;
    } else {
      // the upper taper is written last: where the two meet it wins
      if (i >= i1 && i <= i4)
        out[i] = i >= i3 ? taperAt(window, (x - x3) / (x4 - x3)) : i <= i2 ? taperAt(window, (x2 - x) / (x2 - x1)) : 1;
    }
  }
  return out;
}

/** From 1 at u = 0 to 0 at u = 1. */
function taperAt(window: "hanning" | "parzen" | "welch", u: number): number {
  if (window === "hanning") return Math.cos((Math.PI / 2) * u) ** 2;
  return window === "parzen" ? 1 - u : 1 - u * u;
}
