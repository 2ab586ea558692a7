/**
 * A beam that steps through the layers: positions = length / step + 1 (both ends are measured), the time at
 * each is the period over their number, and a layer of thickness t is seen at t / step of them.
 */

import { ThioscopeError } from "../errors.ts";
import { type Answer, inUnit, isComputable, type Quantity } from "../units/quantity.ts";

export interface LineScan {
  length: Quantity;
  step: Quantity;
  /** time of one scan over all positions */
  period: Quantity;
}

/** Number of positions. Throws INVALID_INPUT for a step or a length that is not positive. */
export function scanPositions(scan: LineScan): number {
  const length = inUnit(scan.length, "m").value;
  const step = inUnit(scan.step, "m").value;
  if (!(step > 0) || !(length >= 0)) throw new ThioscopeError("INVALID_INPUT", "a scan needs a positive step and a length");
  return Math.floor(length / step + 1e-9) + 1;
}

/** Seconds at each position. */
export function secondsPerPosition(scan: LineScan): Quantity {
  const period = inUnit(scan.period, "s");
  const n = scanPositions(scan);
  return { value: period.value / n, sigma: period.sigma === null ? null : period.sigma / n, unit: "s" };
}

/** Positions at which a layer of that thickness is seen, as a mean over where the scan falls. */
export function positionsInLayer(scan: LineScan, thickness: Answer): Answer {
  if (!isComputable(thickness)) return thickness;
  const step = inUnit(scan.step, "µm").value;
  const t = inUnit(thickness, "µm");
  return { value: t.value / step, sigma: t.sigma === null ? null : t.sigma / step, unit: "1" };
}
