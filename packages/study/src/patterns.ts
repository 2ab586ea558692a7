/**
 * Powder patterns over position and time refined on several threads. Patterns and answers lie in shared memory; a thread takes one position over a stretch of
 * {@link STRETCH} times, each pattern beginning where the one before ended. Stretches are the same however many threads there are, and so are the answers.
 */
import { availableParallelism } from "node:os";
import { type ErrorCode, type ErrorPlace, type TaskContext, ThioscopeError } from "@thioscope/core";
import type { Structure } from "@thioscope/core/crystal";
import { type PowderRefinement, type RefineOptions, type SeriesOptions, seriesStart, seriesWidth } from "@thioscope/core/powder";

/** Patterns on one axis: first all positions of the first scan, then those of the second. */
export interface PatternStack {
  /** degrees, rising */
  twoTheta: Float64Array;
  /** pattern · points + point; what is not finite does not count */
  values: Float64Array;
  /** the same; √counts where null */
  sigma: Float64Array | null;
  /** of one scan; patterns are scan · positions + position */
  positions: number;
}

export interface RefinedStack {
  /** pattern · `seriesWidth(phases)` + column, see core's `SERIES_HEAD` and `SERIES_COLUMNS` */
  answers: Float64Array;
  patterns: number;
  positions: number;
  phases: readonly string[];
  /** the pattern that gave widths and zero, and its refinement */
  first: number;
  fit: PowderRefinement;
  threads: number;
}

export interface PatternsWorkerData {
  twoTheta: Float64Array;
  values: Float64Array;
  sigma: Float64Array | null;
  answers: Float64Array;
  positions: number;
  structures: readonly Structure[];
  options: SeriesOptions;
  /** 1 where the work is to stop; how many patterns are done */
  flags: Int32Array;
}

/** One position over some times. */
export interface PatternsJob {
  position: number;
  from: number;
  to: number;
}

export type PatternsAnswer = { done: number } | { error: { code: ErrorCode | null; message: string; place: ErrorPlace } };

const STRETCH = 50;

/**
 * @param options start of the profile and what of it is free for the pattern that shows most; in all others widths and zero are held
 * @throws INVALID_INPUT for stacks that do not fit together; NOT_COMPUTABLE where the first pattern cannot be refined; CANCELLED
 */
export async function refinePatterns(
  stack: PatternStack,
  structures: readonly Structure[],
  options: Omit<RefineOptions, "method" | "task">,
  task: TaskContext,
  wanted?: number,
): Promise<RefinedStack> {
  const points = stack.twoTheta.length;
  const patterns = stack.values.length / points;
  const { positions } = stack;
  if (!Number.isInteger(patterns) || patterns < 1 || (stack.sigma && stack.sigma.length !== stack.values.length))
    throw new ThioscopeError("INVALID_INPUT", `${stack.values.length} intensities are no patterns of ${points} points`);
  if (!(Number.isInteger(positions) && positions >= 1 && patterns % positions === 0))
    throw new ThioscopeError("INVALID_INPUT", `${patterns} patterns are no whole number of scans of ${positions} positions`);
  task.progress(0, patterns, "patterns");
  const begin = seriesStart(stack.twoTheta, stack.values, stack.sigma, structures, { ...options, task: { ...task, progress() {} } });
  const { task: _, ...held } = begin.options;
  const width = seriesWidth(structures.length);
  const scans = patterns / positions;
  const jobs: PatternsJob[] = [];
  for (let from = 0; from < scans; from += STRETCH)
    for (let position = 0; position < positions; position++) jobs.push({ position, from, to: Math.min(scans, from + STRETCH) });
  const threads = Math.max(1, Math.min(jobs.length, wanted ?? Math.min(8, availableParallelism())));
  const workerData: PatternsWorkerData = {
    twoTheta: shared(stack.twoTheta),
    values: shared(stack.values),
    sigma: stack.sigma && shared(stack.sigma),
    answers: new Float64Array(new SharedArrayBuffer(8 * patterns * width)),
    positions,
    structures: begin.structures,
    options: held,
    flags: new Int32Array(new SharedArrayBuffer(8)),
  };
  const { Piscina } = await import("piscina");
  const isSource = import.meta.url.endsWith(".ts");
  const pool = new Piscina<PatternsJob, PatternsAnswer>({
    filename: new URL(isSource ? "./patternsWorker.ts" : "./patternsWorker.js", import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    workerData,
    ...(isSource ? { execArgv: ["--conditions=source"] } : {}),
  });
  const stop = (): void => void Atomics.store(workerData.flags, 0, 1);
  task.signal?.addEventListener("abort", stop, { once: true });
  if (task.signal?.aborted) stop();
  const told = setInterval(() => task.progress(Atomics.load(workerData.flags, 1), patterns, "patterns"), 200);
  try {
    await Promise.all(
      jobs.map(async (job) => {
        const answer = await pool.run(job);
        if ("done" in answer) return;
        stop();
        const { code, message, place } = answer.error;
        throw code === null ? new Error(message) : new ThioscopeError(code, message, place);
      }),
    );
    task.progress(patterns, patterns, "patterns");
  } finally {
    clearInterval(told);
    task.signal?.removeEventListener("abort", stop);
    await pool.destroy();
  }
  return {
    answers: workerData.answers,
    patterns,
    positions,
    phases: structures.map(({ name }) => name),
    first: begin.pattern,
    fit: begin.fit,
    threads,
  };
}

/** In memory that threads see without a copy. */
function shared(values: Float64Array): Float64Array {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const copy = new Float64Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
