/**
 * How large triangles should be where: the smallest of what sources ask for, growing with the distance from each,
 *
 *   h(x) = min( h_max, min_i ( h_i + g |x − x_i| ) ).
 *
 * Sources are the curvature of the boundary (a share of its radius), gaps between pieces that do not touch, and points given by the caller.
 */
import { ThioscopeError } from "../../errors.ts";
import type { Curve, Point } from "./curves.ts";

export interface SizeSource {
  at: Point;
  size: number;
}

export interface SizeOptions {
  /** largest edge, length */
  largest: number;
  /** smallest edge that curvature and gaps may ask for; default `largest` / 10⁵ */
  smallest?: number;
  /** growth of the size per distance; default 0.3 */
  growth?: number;
  /** edge as share of the radius of curvature; default 0.35, so that a half circle has 9 edges */
  ofRadius?: number;
  sources?: readonly SizeSource[];
}

const SAMPLES = 96;
const OF_GAP = 0.7;

export type SizeField = (x: number, y: number) => number;

export function sizeField(curves: readonly Curve[], options: SizeOptions): SizeField {
  const { largest, smallest = largest / 1e5, growth = 0.3, ofRadius = 0.35 } = options;
  if (!(largest > 0 && smallest > 0 && growth > 0 && Number.isFinite(largest))) {
    throw new ThioscopeError("INVALID_INPUT", `edges between ${smallest} and ${largest} long with growth ${growth}: all must be positive`);
  }
  const chains = curves.map(chainOf);
  const wanted: SizeSource[] = (options.sources ?? []).map((s) => ({ ...s, size: Math.min(s.size, largest) }));
  for (const [c, curve] of curves.entries()) {
    for (let k = 0; k <= SAMPLES; k++) {
      const at = curve.at(k / SAMPLES);
      const kappa = Math.abs(curve.curvature(k / SAMPLES));
      let size = kappa > 0 ? Math.min(largest, ofRadius / kappa) : largest;
      for (let d = 0; d < curves.length; d++) {
        if (touches(c, d, curves.length)) continue;
        size = Math.min(size, OF_GAP * distanceTo(at, chains[d]!));
      }
      if (size < largest) wanted.push({ at, size: Math.max(size, smallest) });
    }
  }
  const kept = withoutCovered(wanted, growth);
  const x = Float64Array.from(kept, (s) => s.at[0]);
  const y = Float64Array.from(kept, (s) => s.at[1]);
  const h = Float64Array.from(kept, (s) => s.size);
  return (px, py) => {
    let size = largest;
    for (let i = 0; i < h.length; i++) {
      const room = size - h[i]!;
      if (room <= 0) continue;
      const dx = px - x[i]!;
      const dy = py - y[i]!;
      const d2 = growth * growth * (dx * dx + dy * dy);
      if (d2 < room * room) size = h[i]! + Math.sqrt(d2);
    }
    return size;
  };
}

const touches = (c: number, d: number, n: number): boolean => c === d || (c + 1) % n === d || (d + 1) % n === c;

/** The piece as chords: one where it is straight. */
function chainOf(curve: Curve): Point[] {
  const straight = curve.curvature(0.5) === 0 && curve.curvature(0.25) === 0;
  if (!straight) return Array.from({ length: SAMPLES + 1 }, (_, k) => curve.at(k / SAMPLES));
  return [0, ...(curve.kinks ?? []), 1].map((t) => curve.at(t));
}

/** Distance from a point to a chain of chords. */
function distanceTo([px, py]: Point, chain: readonly Point[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (let k = 1; k < chain.length; k++) {
    const [ax, ay] = chain[k - 1]!;
    const [dx, dy] = [chain[k]![0] - ax, chain[k]![1] - ay];
    const length2 = dx * dx + dy * dy;
    const t = length2 > 0 ? Math.max(0, Math.min(1, ((px - ax) * dx + (py - ay) * dy) / length2)) : 0;
    least = Math.min(least, (px - ax - t * dx) ** 2 + (py - ay - t * dy) ** 2);
  }
  return Math.sqrt(least);
}

/** Drops the sources that a smaller one nearby makes superfluous. */
function withoutCovered(sources: readonly SizeSource[], growth: number): SizeSource[] {
  const kept: SizeSource[] = [];
  for (const s of sources.toSorted((a, b) => a.size - b.size)) {
    if (!kept.some((k) => k.size + growth * Math.hypot(k.at[0] - s.at[0], k.at[1] - s.at[1]) <= s.size)) kept.push(s);
  }
  return kept;
}
