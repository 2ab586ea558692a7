/** A capacity (mAh) or energy (mWh) in the unit of a basis: shown = value × factor, the factor's error added. */
import type { Answer, Quantity } from "../units/quantity.ts";
import type { CapacityBasis } from "./model.ts";

/** `answer` in mAh or mWh; "mAh" in the basis' unit becomes "mWh" for energies. Reasons pass through. */
export function inBasis(answer: Answer, basis: CapacityBasis): Answer {
  if ("notComputable" in answer) return answer;
  return quantityInBasis(answer, basis);
}

function quantityInBasis({ value, sigma, unit }: Quantity, { factor, relativeSigma, unit: shown }: CapacityBasis): Quantity {
  const scaled = value * factor;
  const own = sigma === null ? null : sigma * factor;
  // the cycler's error and the balance's or the ruler's are independent
  const total = own === null && relativeSigma === 0 ? null : Math.hypot(own ?? 0, scaled * relativeSigma);
  return { value: scaled, sigma: total, unit: unit === "mWh" ? shown.replace("mAh", "mWh") : shown };
}
