/**
 * Potentials at which ex-situ cells should be stopped: before, at and after every peak of a half cycle.
 *
 * Conversion of peak k at potential V, on a curve that goes from V_start to V: x_k(V) = share of the peak's area between them. "Before" is
 * where the peak has converted 5 %, "at" its top (50 %), "after" 95 %; where peaks overlap the conversion of all peaks is given at each stop, so that one
 * sees what else has reacted by then. A peak cut off by the limit can be stopped before it and at the limit only.
 */
import { PEAK_SHAPES } from "../../peaks/index.ts";
import type { Quantity } from "../../units/quantity.ts";
import type { CapacityPeaks } from "./find.ts";

export interface StopPotential {
  /** index of the peak in `peaks` */
  peak: number;
  when: "before" | "at" | "after" | "limit";
  potential: Quantity;
  /** capacity passed until then, share of the half cycle's, 0 to 1 */
  passed: number;
  /** conversion of every peak, 0 to 1, in the order of `peaks`; a cut-off one refers to what the half cycle shows of it */
  conversion: readonly number[];
}

const EARLY = 0.05;

/** Stops in the order in which the half cycle passes them. */
export function stopPotentials(found: CapacityPeaks): readonly StopPotential[] {
  const { half, peaks, next, options, rangeVolt, edges } = found;
  const falling = half.direction === "discharge";
  const shape = PEAK_SHAPES[options.shape];
  const out = new Float64Array(3);
  const below = (k: number, v: number): number => {
    const { centre, width, mix } = next[k]!;
    shape.integral((v - centre) / width, mix ?? 0, out);
    return out[0]!;
  };
  const [low, high] = rangeVolt;
  const conversion = (k: number, v: number): number => {
    const [from, to] = peaks[k]!.censored ? [below(k, edges[0]!), below(k, edges.at(-1)!)] : [0, 1];
    const part = (Math.min(to, Math.max(from, below(k, v))) - from) / (to - from || 1);
    return falling ? 1 - part : part;
  };
  /** potential where peak k has converted `share`, by bisection */
  const where = (k: number, share: number): number => {
    let a = low;
    let b = high;
    for (let i = 0; i < 60; i++) {
      const middle = 0.5 * (a + b);
      if (conversion(k, middle) > share === falling) a = middle;
      else b = middle;
    }
    return 0.5 * (a + b);
  };
  const passed = cumulative(found, falling);
  const stops = peaks.flatMap((peak, k): StopPotential[] => {
    const sigma = peak.potential?.sigma ?? null;
    const stop = (when: StopPotential["when"], value: number): StopPotential => ({
      peak: k,
      when,
      potential: { value, sigma: when === "limit" ? null : sigma, unit: "V" },
      passed: passed(value),
      conversion: peaks.map((_, j) => conversion(j, value)),
    });
    if (peak.cutBy === "limit") return [stop("before", where(k, EARLY)), stop("limit", falling ? low : high)];
    if (peak.cutBy === "start") return [stop("after", where(k, 1 - EARLY))];
    return [stop("before", where(k, EARLY)), stop("at", peak.potential!.value), stop("after", where(k, 1 - EARLY))];
  });
  return stops.sort((a, b) => (falling ? b.potential.value - a.potential.value : a.potential.value - b.potential.value));
}

/** Share of the half cycle's capacity passed on the way to a potential, from the counted charge. */
function cumulative(found: CapacityPeaks, falling: boolean): (volt: number) => number {
  const { voltageVolt, measured, total, edges } = found;
  const sum = new Float64Array(voltageVolt.length + 1);
  for (let k = 0; k < voltageVolt.length; k++) sum[k + 1] = sum[k]! + measured[k]! * (edges[k + 1]! - edges[k]!);
  const inside = sum.at(-1)!;
  return (volt) => {
    let k = 0;
    while (k < voltageVolt.length && edges[k + 1]! < volt) k++;
    const share = k < voltageVolt.length ? Math.min(1, Math.max(0, (volt - edges[k]!) / (edges[k + 1]! - edges[k]!))) : 0;
    const below = k < voltageVolt.length ? sum[k]! + share * (sum[k + 1]! - sum[k]!) : inside;
    // what passed outside the fitted bins came first: the start of the half cycle
    const fromStart = falling ? inside - below : below;
    return Math.min(1, (fromStart + Math.max(0, total.value - inside)) / total.value);
  };
}
