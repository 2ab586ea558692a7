/**
 * Slices on several threads: sinograms of a slab lie once in shared memory, each thread takes a row of the detector at a time, and only the slice
 * comes back.
 */
import { availableParallelism } from "node:os";
import type { Notice } from "@thioscope/core";
import type { ReconstructOptions } from "@thioscope/core/imaging";

export interface SliceJob {
  /** radians */
  angles: Float64Array;
  columns: number;
  /** line integrals of the slab, row of the detector by row, each angle by angle; shared memory */
  slab: Float32Array;
  /** row within the slab */
  row: number;
  rings: boolean;
  options: ReconstructOptions;
}

export interface SliceAnswer {
  values: Float32Array;
  truncationError: number;
  notices: readonly Notice[];
}

export interface SlicePool {
  threads: number;
  reconstruct(job: SliceJob): Promise<SliceAnswer>;
  close(): Promise<void>;
}

export async function slicePool(threads = Math.min(8, availableParallelism())): Promise<SlicePool> {
  const { Piscina } = await import("piscina");
  const isSource = import.meta.url.endsWith(".ts");
  const pool = new Piscina<SliceJob, SliceAnswer>({
    filename: new URL(isSource ? "./slicesWorker.ts" : "./slicesWorker.js", import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    idleTimeout: 60_000,
    ...(isSource ? { execArgv: ["--conditions=source"] } : {}),
  });
  return { threads, reconstruct: (job) => pool.run(job), close: () => pool.destroy() };
}
