/**
 * Barcodes of the frames of a trajectory on several threads. Each thread reads the file itself and takes every k-th frame: reading is quick, and no
 * thread waits for another. What comes back are curves on a common abscissa, one per frame, in the order of the frames.
 */
import { availableParallelism } from "node:os";
import { type ErrorCode, type ErrorPlace, type Notice, type TaskContext, ThioscopeError } from "@thioscope/core";

export interface BarcodeJob {
  path: string;
  species: readonly string[];
  /** axes row by row for files that give none */
  cell: Float64Array | null;
  /** abscissa in Å */
  lengths: Float64Array;
  skip: number;
  every: number;
  /** this thread's share: frames whose number leaves `share` when divided by `of` */
  share: number;
  of: number;
}

export interface BarcodeShare {
  /** numbers of frames among those kept */
  frames: Int32Array;
  /** betti[d][f · lengths + x], for H0 and H1 */
  betti: readonly [Float64Array, Float64Array];
  /** deaths[d], the same with the counts of deaths in each bin of the abscissa */
  deaths: readonly [Float64Array, Float64Array];
  points: number;
  /** bars of H1 open at the cap, over all frames */
  open: number;
}

export type BarcodeAnswer = { share: BarcodeShare } | { error: { code: ErrorCode | null; message: string; place: ErrorPlace } };

export interface FrameCurves {
  readonly betti: readonly [Float64Array[], Float64Array[]];
  readonly deaths: readonly [Float64Array[], Float64Array[]];
  readonly points: number;
  readonly open: number;
  readonly threads: number;
  readonly notices: readonly Notice[];
}

/** Curves of all frames. Errors are those of the reader and of the barcodes. */
export async function barcodesOfFrames(job: Omit<BarcodeJob, "share" | "of">, task: TaskContext, wanted?: number): Promise<FrameCurves> {
  const { Piscina } = await import("piscina");
  const isSource = import.meta.url.endsWith(".ts");
  const threads = Math.max(1, wanted ?? Math.min(8, availableParallelism()));
  const pool = new Piscina<BarcodeJob, BarcodeAnswer>({
    filename: new URL(isSource ? "./barcodesWorker.ts" : "./barcodesWorker.js", import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    ...(isSource ? { execArgv: ["--conditions=source"] } : {}),
  });
  try {
    let done = 0;
    const shares = await Promise.all(
      Array.from({ length: threads }, async (_, share) => {
        const answer = await pool.run({ ...job, share, of: threads }, task.signal ? { signal: task.signal } : {});
        if ("share" in answer) {
          task.progress(++done, threads, "shares of the frames");
          return answer.share;
        }
        const { code, message, place } = answer.error;
        throw code === null ? new Error(message) : new ThioscopeError(code, message, place);
      }),
    );
    return joined(shares, job.lengths.length, threads);
  } finally {
    await pool.destroy();
  }
}

function joined(shares: readonly BarcodeShare[], width: number, threads: number): FrameCurves {
  const take = (pick: (share: BarcodeShare) => Float64Array): Float64Array[] => {
    const curves: Float64Array[] = [];
    for (const share of shares) {
      const all = pick(share);
      for (let k = 0; k < share.frames.length; k++) curves[share.frames[k]!] = all.subarray(k * width, (k + 1) * width);
    }
    return curves;
  };
  return {
    betti: [take((s) => s.betti[0]), take((s) => s.betti[1])],
    deaths: [take((s) => s.deaths[0]), take((s) => s.deaths[1])],
    points: shares[0]!.points,
    open: shares.reduce((sum, s) => sum + s.open, 0),
    threads,
    notices: [],
  };
}
