/** One thread of a series of powder patterns: one position over a stretch of times after the other. */
import { workerData as startedWith } from "node:worker_threads";
import { ThioscopeError } from "@thioscope/core";
import { seriesRefiner, seriesWidth } from "@thioscope/core/powder";
import type { PatternsAnswer, PatternsJob, PatternsWorkerData } from "./patterns.ts";

const { twoTheta, values, sigma, answers, positions, structures, options, flags } = startedWith as PatternsWorkerData;
const width = seriesWidth(structures.length);
const points = twoTheta.length;
let refiner: ReturnType<typeof seriesRefiner> | null = null;

export default function work({ position, from, to }: PatternsJob): PatternsAnswer {
  try {
    refiner ??= seriesRefiner(twoTheta, structures, options);
    const cells = refiner.start.slice();
    for (let scan = from; scan < to; scan++) {
      if (Atomics.load(flags, 0) === 1) throw new ThioscopeError("CANCELLED", "cancelled");
      const k = scan * positions + position;
      const own = (all: Float64Array): Float64Array => all.subarray(k * points, (k + 1) * points);
      refiner.refine(own(values), sigma && own(sigma), cells, answers.subarray(k * width, (k + 1) * width));
      Atomics.add(flags, 1, 1);
    }
    return { done: to - from };
  } catch (error) {
    const known = error instanceof ThioscopeError;
    return {
      error: {
        code: known ? error.code : null,
        message: error instanceof Error ? error.message : String(error),
        place: known ? error.place : {},
      },
    };
  }
}
