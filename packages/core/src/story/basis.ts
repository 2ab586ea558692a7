/** Capacities by mass, area, volume or composition: shown = mAh × factor, the factor's error shared by all. */
import { timesFactor } from "../cell/perSize.ts";
import { type Answer, isComputable } from "../units/quantity.ts";
import type { CapacityBasis } from "./model.ts";

/**
 * A capacity in mAh in the unit of the basis, with the error of both. The factor's error is the same for every
 * capacity of the cell, so ratios and differences are to be made before, from the values in mAh.
 */
export function inBasis(capacity: Answer, { factor, relativeSigma, unit }: CapacityBasis): Answer {
  return isComputable(capacity) ? timesFactor(capacity, factor, relativeSigma, unit) : capacity;
}
