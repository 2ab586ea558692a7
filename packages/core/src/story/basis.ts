/** Capacities by mass, area, volume or composition: shown = mAh × factor, the factor's error shared by all. */
import { type Answer, isComputable } from "../units/quantity.ts";
import type { CapacityBasis } from "./model.ts";

/**
 * A capacity in mAh in the unit of the basis, with the error of both. The factor's error is the same for every
 * capacity of the cell, so ratios and differences are to be made before, from the values in mAh.
 */
export function inBasis(capacity: Answer, basis: CapacityBasis): Answer {
  if (!isComputable(capacity)) return capacity;
  const value = capacity.value * basis.factor;
  const own = capacity.sigma === null ? null : capacity.sigma * Math.abs(basis.factor);
  const sigma = basis.relativeSigma > 0 ? Math.hypot(own ?? 0, value * basis.relativeSigma) : own;
  return { value, sigma, unit: basis.unit };
}
