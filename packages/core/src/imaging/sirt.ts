/**
 * Iterative reconstruction for few angles or much noise: simultaneous iterative reconstruction with f ≥ 0.
 *
 *   f ← max(0, f + C Aᵀ R (p − A f)),   R, C the inverse sums of rows and columns of A
 *
 * It tends to the least-squares solution with weights R (P. Gilbert, J. Theor. Biol. 36, 105 (1972); A. van der Sluis, H. A. van der Vorst, Linear
 * Algebra Appl. 130, 257 (1990)). Few rounds damp noise and detail alike: the number of rounds is the smoothing, and is said.
 */
import { checkCancelled, QUIET, type TaskContext } from "../task.ts";
import type { Sinogram, Slice } from "./model.ts";
import { backProjectRays, project, type RayGeometry } from "./project.ts";

export interface SirtResult {
  slice: Slice;
  /** rms of p − Af over the rms of p, after each round */
  residuals: readonly number[];
}

/** @param start from which it goes on; 0 where absent */
export function sirt(
  sinogram: Sinogram,
  options: { size: number; centre: number; rounds: number; start?: Slice },
  task: TaskContext = QUIET,
): SirtResult {
  const { size, centre, rounds } = options;
  const { angles, columns, values } = sinogram;
  const geometry: RayGeometry = { angles, columns, centre };
  const ones = new Float32Array(size * size).fill(1);
  const rowSums = project({ size, values: ones }, geometry).values;
  const columnSums = backProjectRays(new Float32Array(values.length).fill(1), geometry, size);
  const slice = Float32Array.from(options.start?.values ?? new Float32Array(size * size));
  const residuals: number[] = [];
  const left = new Float64Array(values.length);
  let norm = 0;
  for (const value of values) norm += value * value;
  for (let round = 0; round < rounds; round++) {
    checkCancelled(task);
    const seen = project({ size, values: slice }, geometry).values;
    let sum = 0;
    for (let i = 0; i < left.length; i++) {
      // rays that miss the slice say nothing about it
      const d = rowSums[i]! > 0 ? values[i]! - seen[i]! : 0;
      sum += d * d;
      left[i] = rowSums[i]! > 0 ? d / rowSums[i]! : 0;
    }
    residuals.push(Math.sqrt(sum / Math.max(norm, 1e-300)));
    const step = backProjectRays(left, geometry, size);
    for (let i = 0; i < slice.length; i++) {
      if (columnSums[i]! > 0) slice[i] = Math.max(0, slice[i]! + step[i]! / columnSums[i]!);
    }
    task.progress(round + 1, rounds, "rounds");
  }
  return { slice: { size, values: slice }, residuals };
}
