/**
 * dQ/dV as the slope of a smoothing spline through the cumulative charge.
 *
 * The charge counted below each edge of narrow potential bins is a function of the potential whatever path the potential
 * took, and its errors at different edges are nearly independent: the data that a smoothing spline wants. The spline
 * g(V) minimises Σ (Q_k − g(V_k))²/σ_k² + λ∫g''² dV, λ by generalised cross-validation, and g'(V) is the result. O(n).
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
  /** of the roughness penalty, mAh² … per V³ in the scale of the variances */
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
  // the ends are known but for the clock; a floor of a tenth of the mean error keeps them from being absolute
  let mean = 0;
  for (const s of counted.edgeSigma) mean += s / (n + 1);
  const floor = mean > 0 ? 0.1 * mean : 1;
  const variance = counted.edgeSigma.map((s) => Math.max(s, floor) ** 2);
  const spline = smoothingSpline(counted.binWidthVolt, cumulative, variance);
  return {
    half,
    voltageVolt: counted.voltageVolt,
    value: { values: spline.slopeBetween, sigma: spline.slopeSigma, unit: "mAh/V" },
    binWidthVolt: counted.binWidthVolt,
    lambda: spline.lambda,
    parameters: spline.parameters,
  };
}
