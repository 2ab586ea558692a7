/**
 * The pattern of a frame in a few bins only, from the pixels that lie in them.
 *
 *   ⟨I⟩_b = Σ_i w_ib (I_i − dark_i) / Σ_i w_ib n_i,   σ² = Σ w² (I + dark/frames) / (Σ w n)²
 *
 * The same sums as integrate.ts over all sectors at once, with Poisson errors, but a frame costs only the pixels of the bins asked for: some
 * percent of the detector for a few reflections.
 */
import { ThioscopeError } from "../errors.ts";
import type { IntegrationPlan } from "./integratePlan.ts";
import { checkFrame, type FramePixels, forShares, type ValidCounts, validCounts } from "./integrateSums.ts";

export interface WindowSummer {
  /** how many pixels of a frame are read */
  readonly pixels: number;
  /** One value per bin of the plan's axis; NaN in bins that were not asked for or that hold no pixel. */
  sum(frame: FramePixels, valid?: ValidCounts): { readonly values: Float64Array; readonly sigma: Float64Array };
}

/**
 * @param needed one byte per radial bin, not 0 = wanted
 * @returns throws INVALID_INPUT for another number of bins than the plan's
 */
export function windowSummer(plan: IntegrationPlan, needed: Uint8Array): WindowSummer {
  const { bins } = plan.grid;
  if (needed.length !== bins) throw new ThioscopeError("INVALID_INPUT", `${needed.length} bins are marked; the plan has ${bins}`);
  const shares = collect(plan, needed);
  const { pixel, start, bin, weight } = shares;
  const norm = new Float64Array(bins);
  const count = new Float64Array(bins);
  const squared = new Float64Array(bins);
  for (let i = 0; i < pixel.length; i++) {
    for (let e = start[i]!; e < start[i + 1]!; e++) {
      const b = bin[e]!;
      norm[b] = norm[b]! + weight[e]! * plan.norm[pixel[i]!]!;
      count[b] = count[b]! + weight[e]!;
      squared[b] = squared[b]! + weight[e]! ** 2;
    }
  }
  return {
    pixels: pixel.length,
    sum(frame, valid = validCounts(frame)) {
      checkFrame(plan, frame);
      const values = new Float64Array(bins);
      const sigma = new Float64Array(bins);
      const left = Float64Array.from(norm);
      for (let i = 0; i < pixel.length; i++) {
        const p = pixel[i]!;
        const v = frame[p]!;
        const good = v >= valid.least && v <= valid.most;
        const dark = plan.dark?.values[p] ?? 0;
        const variance = v + (plan.dark ? Math.max(0, dark) / plan.dark.frames : 0);
        for (let e = start[i]!; e < start[i + 1]!; e++) {
          const b = bin[e]!;
          const w = weight[e]!;
          if (good) {
            values[b] = values[b]! + w * (v - dark);
            sigma[b] = sigma[b]! + w * w * variance;
          } else left[b] = left[b]! - w * plan.norm[p]!;
        }
      }
      for (let b = 0; b < bins; b++) {
        // below a millionth of what there was only rounding is left
        const some = left[b]! > 1e-6 * norm[b]!;
        values[b] = some ? values[b]! / left[b]! : Number.NaN;
        // nothing counted has the error of one count
        const variance = sigma[b]! > 0 ? sigma[b]! : squared[b]! / count[b]!;
        sigma[b] = some ? Math.sqrt(variance) / left[b]! : Number.NaN;
      }
      return { values, sigma };
    },
  };
}

interface Shares {
  readonly pixel: Uint32Array;
  readonly start: Uint32Array;
  readonly bin: Uint32Array;
  readonly weight: Float64Array;
}

/** Pixels with a share in a wanted bin; shares of one pixel in one bin (two sectors) are one. */
function collect(plan: IntegrationPlan, needed: Uint8Array): Shares {
  const { bins } = plan.grid;
  const pixel: number[] = [];
  const start: number[] = [0];
  const bin: number[] = [];
  const weight: number[] = [];
  const add = (p: number, sparseIndex: number | undefined): void => {
    const from = bin.length;
    forShares(plan, p, sparseIndex, (cell, w) => {
      const b = cell % bins;
      if (!needed[b]) return;
      const at = bin.indexOf(b, from);
      if (at >= 0) weight[at] = weight[at]! + w;
      else {
        bin.push(b);
        weight.push(w);
      }
    });
    if (bin.length === from) return;
    pixel.push(p);
    start.push(bin.length);
  };
  for (let p = 0; p < plan.cell.length; p++) if (plan.cell[p]! !== plan.cells) add(p, undefined);
  for (let i = 0; i < plan.sparse.pixel.length; i++) add(plan.sparse.pixel[i]!, i);
  return { pixel: Uint32Array.from(pixel), start: Uint32Array.from(start), bin: Uint32Array.from(bin), weight: Float64Array.from(weight) };
}
