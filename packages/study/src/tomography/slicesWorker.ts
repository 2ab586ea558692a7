/** One thread of a slice pool: a row of a slab in, a slice out. */
import { reconstruct, withoutRings } from "@thioscope/core/imaging";
import { move } from "piscina";
import type { SliceAnswer, SliceJob } from "./slices.ts";

export default function slice({ angles, columns, slab, row, rings, options }: SliceJob): SliceAnswer {
  const length = angles.length * columns;
  const sinogram = { angles, columns, values: slab.subarray(row * length, (row + 1) * length) };
  const { slice: made, truncationError, notices } = reconstruct(rings ? withoutRings(sinogram) : sinogram, options);
  // the buffer itself goes over, no copy
  move(made.values.buffer as ArrayBuffer);
  return { values: made.values, truncationError, notices };
}
