/**
 * dQ/dV as the slope of a smoothing spline through the cumulative charge.
 *
 * The charge counted below each edge of narrow potential bins is a function of the potential whatever path the potential
 * took, and its errors at different edges are nearly independent: the data that a smoothing spline wants. The spline
 * g(V) minimises Σ (Q_k − g(V_k))² + λ∫g''² dV, λ by generalised cross-validation, and g'(V) is the result. O(n). The edges
 * weigh alike: weights 1/σ_k² would smooth just the peaks, where the charge is large and σ_k with it. The error of the slope
 * follows σ_k.
 * Validity: half cycles of at least five bins; a feature narrower than about two bins is smoothed away.
 */
import { smoothingSpline } from "../numerics/smoothingSpline.ts";
import type { NotComputable, QuantityArray } from "../units/quantity.ts";
import { differentialCapacity } from "./dqdv.ts";
import type { HalfCycle } from "./halfCycles.ts";

export interface SmoothedCapacity {
  half: HalfCycle;
  /** centres of the bins, V, ascending */
  voltageVolt: Float64Array;
  /** mAh/V, negative on discharge */
  value: QuantityArray;
  binWidthVolt: number;
  /** weight of ∫g''² dV against the sum of squares, V³ */
  lambda: number;
  /** effective number of parameters */
  parameters: number;
}

/** @param binWidthVolt width of the bins that are counted first; chosen from the data where it is not given */
export function smoothedCapacity(half: HalfCycle, binWidthVolt?: number): SmoothedCapacity | NotComputable {
  const counted = differentialCapacity(half, binWidthVolt);
  const n = counted.bins.count;
  if (n < 5) return { notComputable: `the half cycle covers ${n} bins of ${counted.binWidthVolt} V; a spline needs 5` };
  const cumulative = new Float64Array(n + 1);
  for (let k = 0; k < n; k++) cumulative[k + 1] = cumulative[k]! + counted.value.values[k]! * counted.binWidthVolt;
  const spline = smoothingSpline(counted.binWidthVolt, cumulative, new Float64Array(n + 1).fill(1));
  let square = 0;
  for (const s of counted.edgeSigma) square += (s * s) / (n + 1);
  const sigma = spline.slopeSigma.map((s, k) => {
    const local = (counted.edgeSigma[k]! ** 2 + counted.edgeSigma[k + 1]! ** 2) / 2;
    return square > 0 ? s * Math.sqrt(local / square) : s;
  });
  return {
    half,
    voltageVolt: counted.voltageVolt,
    value: { values: spline.slopeBetween, sigma, unit: "mAh/V" },
    binWidthVolt: counted.binWidthVolt,
    lambda: spline.lambda,
    parameters: spline.parameters,
  };
}
