/** What a user says of the electrolyte as a range, as what is known before anything is measured. */
import type { EvidenceQuestion } from "./model.ts";

/** A range stated to a thousandth is not believed to be narrower. */
const LEAST_SIGMA = 1e-3;

/** Middle of a range, with half of it as the error. */
export function shareOfRange([low, high]: readonly [number, number]): { value: number; sigma: number } {
  return { value: (low + high) / 2, sigma: Math.max(LEAST_SIGMA, (high - low) / 2) };
}

/** A range from 0 on says only how much there can be at most. */
export function electrolyteChargeOf(range: readonly [number, number]): EvidenceQuestion["electrolyteCharge"] {
  return range[0] > 0 ? shareOfRange(range) : { atMost: range[1] };
}
