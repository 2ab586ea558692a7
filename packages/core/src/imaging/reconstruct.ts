/**
 * A slice from a sinogram: filtered back projection with the axis where it was found, truncated projections continued, and the size of
 * what the continuation cannot know.
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import { QUIET, type TaskContext } from "../task.ts";
import { backProject, marginOf } from "./backProject.ts";
import { filterSinogram, type TomoFilter } from "./filter.ts";
import type { Sinogram, Slice } from "./model.ts";
import { type Continuation, continued, edgeShare, levelled, TRUNCATED_FROM, truncationNotice } from "./prepare.ts";
import { sirt } from "./sirt.ts";

export interface ReconstructOptions {
  /** detector column of the rotation axis */
  centre: number;
  /** pixels along the edge of the slice; default: the columns of the sinogram */
  size?: number;
  filter?: TomoFilter;
  /** rounds of the iterative reconstruction in place of filtered back projection */
  rounds?: number;
  /** take off what the outermost columns show, where they show air (default) */
  level?: boolean;
  /** leave pixels that not every projection sees at 0 (default) */
  circle?: boolean;
}

export interface Reconstructed {
  slice: Slice;
  /** half the largest difference of two continuations inside the circle: a smooth error of grey values; 0 where nothing is truncated */
  truncationError: number;
  notices: readonly Notice[];
}

/** @throws ThioscopeError INVALID_INPUT for a sinogram with values that are no numbers, or an axis outside the detector */
export function reconstruct(sinogram: Sinogram, options: ReconstructOptions, task: TaskContext = QUIET): Reconstructed {
  const { columns } = sinogram;
  const { centre, size = columns } = options;
  if (!(centre >= 0 && centre <= columns - 1)) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `the rotation axis at column ${centre}: a detector of ${columns} columns has 0 to ${columns - 1}`,
    );
  }
  const bad = sinogram.values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `projection ${Math.floor(bad / columns)}, column ${bad % columns} holds ${sinogram.values[bad]}: dead pixels must be filled first`,
    );
  }
  const share = edgeShare(sinogram);
  if (options.rounds !== undefined) {
    const { slice } = sirt(sinogram, { size, centre, rounds: options.rounds }, task);
    return { slice, truncationError: 0, notices: share > TRUNCATED_FROM ? [truncationNotice(share)] : [] };
  }
  if (share <= TRUNCATED_FROM)
    return { slice: filtered(options.level === false ? sinogram : levelled(sinogram), options, size), truncationError: 0, notices: [] };
  const [slice, other] = (["cosine", "chord"] as const).map((how: Continuation) => {
    const { sinogram: wider, before } = continued(sinogram, how);
    return filtered(wider, { ...options, centre: centre + before }, size);
  }) as [Slice, Slice];
  return { slice, truncationError: largestDifference(slice, other) / 2, notices: [truncationNotice(share)] };
}

function filtered(sinogram: Sinogram, { centre, filter = "ramp", circle = true }: ReconstructOptions, size: number): Slice {
  const { angles, columns } = sinogram;
  const how = { size, centre, circle };
  const margin = marginOf(columns, how);
  return backProject(filterSinogram(sinogram, filter, margin), angles, columns, margin, how, new Float32Array(size * size));
}

function largestDifference(a: Slice, b: Slice): number {
  const half = a.size / 2;
  let most = 0;
  for (let y = 0; y < a.size; y++) {
    for (let x = 0; x < a.size; x++) {
      // the rim itself is cut
      if (Math.hypot(x - half, y - half) > 0.9 * half) continue;
      most = Math.max(most, Math.abs(a.values[y * a.size + x]! - b.values[y * b.size + x]!));
    }
  }
  return most;
}
