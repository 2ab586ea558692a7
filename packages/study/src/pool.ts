/** Jobs on several threads: a job is plain data, an answer too. */
import { availableParallelism } from "node:os";
import { type ErrorCode, type TaskContext, ThioscopeError } from "@thioscope/core";

/** An error on its way between threads, where classes are lost. */
export interface CarriedError {
  error: { code: ErrorCode | null; message: string };
}

export const carried = (error: unknown): CarriedError => ({
  error: { code: error instanceof ThioscopeError ? error.code : null, message: error instanceof Error ? error.message : String(error) },
});

/**
 * Answers in the order of the jobs.
 *
 * @param worker name of the module beside this one
 * @throws CANCELLED; the error of a job as it was
 */
export async function onThreads<Job, Answer extends object>(
  worker: string,
  jobs: readonly Job[],
  label: string,
  task: TaskContext,
  wanted?: number,
): Promise<Exclude<Answer, CarriedError>[]> {
  if (jobs.length === 0) return [];
  const { Piscina } = await import("piscina");
  const isSource = import.meta.url.endsWith(".ts");
  const threads = Math.max(1, Math.min(jobs.length, wanted ?? Math.min(8, availableParallelism())));
  const pool = new Piscina<Job, Answer>({
    filename: new URL(`./${worker}.${isSource ? "ts" : "js"}`, import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    ...(isSource ? { execArgv: ["--conditions=source"] } : {}),
  });
  try {
    let done = 0;
    task.progress(0, jobs.length, label);
    return await Promise.all(
      jobs.map(async (job) => {
        const answer = await pool.run(job, task.signal ? { signal: task.signal } : {});
        task.progress(++done, jobs.length, label);
        if (!("error" in answer)) return answer as Exclude<Answer, CarriedError>;
        const { code, message } = (answer as CarriedError).error;
        throw code === null ? new Error(message) : new ThioscopeError(code, message);
      }),
    );
  } catch (error) {
    if (task.signal?.aborted) throw new ThioscopeError("CANCELLED", "cancelled", {}, error);
    throw error;
  } finally {
    await pool.destroy();
  }
}
