/**
 * Two pair distribution functions beside each other: two samples, or a sample and a model such as a trajectory.
 *
 *   Δ(r) = G_a(r) − s G_b(r),   Rw = √(Σ Δ² / Σ G_a²)
 *
 * s is the best scale of the second (an ad-hoc correction leaves none of them absolute) or fixed. A model knows no q_max; before it is compared it can be cut as the data were,
 *
 *   G_cut(r) = (1/π) ∫ G(r′) [sin q_max(r − r′)/(r − r′) − sin q_max(r + r′)/(r + r′)] dr′
 *
 * within the distances that it holds: π/q_max from their ends the cut is not to be trusted, and nothing is compared there. Å and 1/Å. (Peterson et al., J. Appl. Cryst. 36, 53, 2003.)
 */
import { ThioscopeError } from "../errors.ts";
import { type Quantity, quantity } from "../units/quantity.ts";

export interface PdfCurve {
  r: Float64Array;
  g: Float64Array;
  sigma: Float64Array | null;
}

export interface ComparePdfOptions {
  /** Å; default: what both hold */
  from?: number;
  to?: number;
  /** of the second curve; default: the best */
  scale?: number;
  /** the second curve is cut here, 1/Å */
  cut?: number;
}

export interface PdfComparison {
  /** of the first curve, within the range */
  r: Float64Array;
  difference: Float64Array;
  /** of the difference, where the curves state their errors */
  sigma: Float64Array | null;
  scale: Quantity;
  rw: Quantity;
  /** where they differ most: distance and difference, 1/Å² */
  largest: { distance: Quantity; difference: Quantity };
}

const LEAST = 8;

/** @throws INVALID_INPUT for curves or ranges that do not meet */
export function comparePdf(a: PdfCurve, b: PdfCurve, options: ComparePdfOptions = {}): PdfComparison {
  const margin = options.cut === undefined ? 0 : Math.PI / options.cut;
  const low = Math.max(a.r[0]!, b.r[0]! + (b.r[0]! > margin ? margin : 0), options.from ?? 0);
  const high = Math.min(a.r.at(-1)!, b.r.at(-1)! - margin, options.to ?? Number.POSITIVE_INFINITY);
  const kept = [...a.r.keys()].filter((k) => a.r[k]! >= low && a.r[k]! <= high);
  if (kept.length < LEAST)
    throw new ThioscopeError("INVALID_INPUT", `${kept.length} distances from ${low} to ${high} Å are in both curves: ${LEAST} are needed`);
  const other = options.cut === undefined ? b : { ...b, g: cutPdf(b, options.cut) };
  const r = Float64Array.from(kept, (k) => a.r[k]!);
  const own = Float64Array.from(kept, (k) => a.g[k]!);
  const model = r.map((at) => interpolated(other.r, other.g, at));
  let [both, square, whole] = [0, 0, 0];
  for (let k = 0; k < r.length; k++) {
    both += own[k]! * model[k]!;
    square += model[k]! ** 2;
    whole += own[k]! ** 2;
  }
  if (!(square > 0 && whole > 0)) throw new ThioscopeError("INVALID_INPUT", "a curve is 0 everywhere in the range");
  const scale = options.scale ?? both / square;
  const difference = own.map((value, k) => value - scale * model[k]!);
  const misfit = difference.reduce((sum, d) => sum + d * d, 0);
  const spread = options.scale === undefined ? Math.sqrt(misfit / Math.max(1, r.length - 1) / square) : null;
  const sigma =
    a.sigma || b.sigma
      ? r.map((at, k) => Math.hypot(a.sigma?.[kept[k]!] ?? 0, scale * (b.sigma ? interpolated(b.r, b.sigma, at) : 0)))
      : null;
  let top = 0;
  for (let k = 0; k < r.length; k++) if (Math.abs(difference[k]!) > Math.abs(difference[top]!)) top = k;
  return {
    r,
    difference,
    sigma,
    scale: quantity(scale, "1", spread),
    rw: quantity(Math.sqrt(misfit / whole), "1"),
    largest: { distance: quantity(r[top]!, "Å"), difference: quantity(difference[top]!, "1/Å^2", sigma?.[top] ?? null) },
  };
}

/** A curve as a transform that ends at q_max would give it, on its own distances. */
export function cutPdf({ r, g }: Pick<PdfCurve, "r" | "g">, qMax: number): Float64Array {
  if (!(qMax > 0)) throw new ThioscopeError("INVALID_INPUT", `q_max ${qMax}: above 0 1/Å`);
  const n = r.length;
  // the trapezium's weights
  const weights = r.map((_, k) => (r[Math.min(n - 1, k + 1)]! - r[Math.max(0, k - 1)]!) / 2);
  const kernel = (x: number): number => (Math.abs(x) < 1e-9 ? qMax : Math.sin(qMax * x) / x);
  return r.map((at) => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += weights[k]! * g[k]! * (kernel(at - r[k]!) - kernel(at + r[k]!));
    return sum / Math.PI;
  });
}

function interpolated(x: Float64Array, y: Float64Array, at: number): number {
  let [a, b] = [0, x.length - 1];
  while (b - a > 1) {
    const m = (a + b) >> 1;
    if (x[m]! <= at) a = m;
    else b = m;
  }
  const share = Math.min(1, Math.max(0, (at - x[a]!) / (x[b]! - x[a]!)));
  return y[a]! + share * (y[b]! - y[a]!);
}
