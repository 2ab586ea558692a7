/**
 * One frame to a cake of sectors × radial bins and to a pattern, in one pass.
 *
 *   cake:     I_c = (S_c − D_c) / N_c,     pattern: the same with S, D, N summed over the sectors
 *
 * S, N, D: sums of counts, corrections and dark over the cell (integratePlan.ts). Errors are those of I:
 *
 *   poisson    σ² = (Σ w² I + Σ w² dark/frames) / N²: counts are as uncertain as their root. Valid for counting detectors and for integrating ones
 *              whose unit is a photon. A cell in which nothing was counted has the error of one count.
 *   azimuthal  σ² = Σ w² (I − dark − n ⟨I⟩)² / N²: from the spread of the pixels about the mean of their cell; no assumption on the detector, but a
 *              ring that is not round, or spotty, spreads too.
 *
 * Neighbouring bins that share pixels are correlated (with "full" about 0.2–0.3 at one pixel per bin): for fits of peaks "none" gives errors that are independent. Sigma
 * clipping leaves out, cell by cell, pixels farther than a number of standard deviations from the cell's mean, until none is: for single-crystal
 * spots and cosmic rays on rings. (Kieffer et al., J. Synchrotron Rad. 32, 2025.)
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import type { QuantityArray } from "../units/quantity.ts";
import { azimuthalSums, type ClipOptions, clipFrame } from "./integrateClip.ts";
import type { IntegrationPlan } from "./integratePlan.ts";
import { type FramePixels, type FrameSummer, type FrameSums, frameSummer, type ValidCounts, validCounts } from "./integrateSums.ts";

export type ErrorModel = "none" | "poisson" | "azimuthal";

const NO_COUNTS = "frame-without-counts";
const ALL_ZERO = "frame-all-zero";

/** True where a frame says nothing of the sample: no pixel holds a count, or all count zero. */
export function isEmptyFrame({ notices }: Pick<IntegratedFrame, "notices">): boolean {
  return notices.some(({ code }) => code === NO_COUNTS || code === ALL_ZERO);
}

export interface FrameOptions {
  /** default "poisson" */
  readonly errors?: ErrorModel;
  readonly clip?: ClipOptions | null;
  /** default: what the frame's type can hold, see validCounts */
  readonly valid?: ValidCounts;
  /** what sums the frame: by default in TypeScript; the kernels package has a faster one */
  readonly summer?: FrameSummer;
}

export interface IntegratedFrame {
  /** one value per radial bin of the plan's axis; NaN where no pixel lies */
  readonly pattern: QuantityArray;
  /** sector · bins + bin */
  readonly cake: QuantityArray;
  /** Σ w of each cell: how many pixels it rests on */
  readonly count: Float64Array;
  /** pixels left out because of their counts (saturated, negative, not a number) */
  readonly invalidPixels: number;
  /** pixels left out by sigma clipping */
  readonly clippedPixels: number;
  readonly notices: readonly Notice[];
}

/** Throws INVALID_INPUT for a frame that is not the plan's size. */
export function integrateFrame(plan: IntegrationPlan, frame: FramePixels, options: FrameOptions = {}): IntegratedFrame {
  const errors = options.errors ?? "poisson";
  const valid = options.valid ?? validCounts(frame);
  const summer = options.summer ?? frameSummer(plan);
  const clipped = options.clip ? clipFrame(plan, frame, valid, options.clip) : null;
  const sums = clipped?.sums ?? summer.sum(frame, valid, errors === "poisson");
  const { signal, norm, count } = corrected(plan, sums);
  const variance =
    errors === "none"
      ? null
      : errors === "poisson"
        ? poissonVariance(plan, sums, count)
        : azimuthalSums(plan, frame, valid, signal, norm, clipped?.left ?? null);
  const { bins, sectors } = plan.grid;
  const total = (values: Float64Array, out: Float64Array = new Float64Array(bins)): Float64Array => {
    for (let s = 0; s < sectors; s++) for (let b = 0; b < bins; b++) out[b] = out[b]! + values[s * bins + b]!;
    return out;
  };
  return {
    pattern: meanOf(
      total(signal),
      total(norm),
      variance && total(variance, errors === "poisson" ? acrossSectors(plan, frame, valid) : undefined),
    ),
    cake: meanOf(signal, norm, variance),
    count,
    invalidPixels: sums.invalidPixels,
    clippedPixels: clipped?.clipped ?? 0,
    notices: frameNotices(plan, sums),
  };
}

/** The plan's constants less what this frame's invalid pixels took with them; S less its dark. */
function corrected(plan: IntegrationPlan, { signal, lost }: FrameSums): { signal: Float64Array; norm: Float64Array; count: Float64Array } {
  const { sums, dark } = plan;
  if (!lost && !dark) return { signal, norm: sums.norm, count: sums.count };
  const out = { signal: Float64Array.from(signal), norm: Float64Array.from(sums.norm), count: Float64Array.from(sums.count) };
  for (let c = 0; c < plan.cells; c++) {
    out.signal[c] = out.signal[c]! - (dark?.signal[c] ?? 0) + (lost?.dark[c] ?? 0);
    if (!lost) continue;
    out.count[c] = out.count[c]! - lost.count[c]!;
    // below a millionth of a pixel only rounding is left
    const some = out.count[c]! > 1e-6;
    out.norm[c] = some ? out.norm[c]! - lost.norm[c]! : 0;
    if (!some) out.count[c] = 0;
  }
  return out;
}

function poissonVariance(plan: IntegrationPlan, sums: FrameSums, count: Float64Array): Float64Array {
  if (!sums.variance) throw new ThioscopeError("INVALID_INPUT", "the sums of this frame hold no variance");
  const out = Float64Array.from(sums.variance);
  for (let c = 0; c < plan.cells; c++) {
    if (!(out[c]! > 0) && count[c]! > 0) out[c] = (plan.sums.squared[c]! - (sums.lost?.squared[c] ?? 0)) / count[c]!;
    if (plan.dark) out[c] = out[c]! + plan.dark.variance[c]! - (sums.lost?.darkVariance[c] ?? 0);
  }
  return out;
}

/** A pixel that lies in two sectors gives its counts to one radial bin with w₁ + w₂: the variance of the pattern has 2 w₁ w₂ I beyond the sum over sectors. */
function acrossSectors(plan: IntegrationPlan, frame: FramePixels, { least, most }: ValidCounts): Float64Array {
  const { pixel, bin, weight } = plan.sparse.across;
  const out = new Float64Array(plan.grid.bins);
  for (let i = 0; i < pixel.length; i++) {
    const value = frame[pixel[i]!]!;
    if (value >= least && value <= most) out[bin[i]!] = out[bin[i]!]! + weight[i]! * value;
  }
  return out;
}

function meanOf(signal: Float64Array, norm: Float64Array, variance: Float64Array | null): QuantityArray {
  const values = new Float64Array(signal.length);
  const sigma = variance ? new Float64Array(signal.length) : null;
  for (let c = 0; c < signal.length; c++) {
    const n = norm[c]!;
    values[c] = n > 0 ? signal[c]! / n : Number.NaN;
    if (sigma) sigma[c] = n > 0 ? Math.sqrt(Math.max(0, variance![c]!)) / n : Number.NaN;
  }
  return { values, sigma, unit: "count" };
}

function frameNotices(plan: IntegrationPlan, { signal, invalidPixels }: FrameSums): Notice[] {
  const seen = plan.cell.length - plan.maskedPixels;
  if (seen > 0 && invalidPixels >= seen) {
    const message = `none of ${seen} pixels holds a count: all are saturated, negative or not a number`;
    return [{ code: NO_COUNTS, message }];
  }
  const notices: Notice[] = [];
  if (invalidPixels > 0) {
    const message = `${invalidPixels} of ${seen} pixels hold no count (saturated, negative or not a number) and are left out`;
    notices.push({ code: "pixels-invalid", message });
  }
  if (signal.every((value) => value === 0)) {
    notices.push({ code: ALL_ZERO, message: "every pixel counts zero: was the beam off, or the shutter closed?" });
  }
  return notices;
}
