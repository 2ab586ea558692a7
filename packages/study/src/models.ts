/** Runs of the cell model on several threads, for sweeps: a job is plain data, an answer too. */
import { availableParallelism } from "node:os";
import { type ErrorCode, type Quantity, type TaskContext, ThioscopeError } from "@thioscope/core";
import type { ParameterSet, ProtocolStep } from "@thioscope/core/cellmodel";

export interface ModelJob {
  set: ParameterSet;
  protocol: readonly ProtocolStep[];
  cells: number;
  energySet: string | null;
}

/** What a sweep shows of a run. */
export interface ModelOutcome {
  dischargeCapacity: Quantity | null;
  chargeCapacity: Quantity | null;
  /** V, highest first */
  dischargePeaks: readonly Quantity[];
  chargePeaks: readonly Quantity[];
  front: "separator" | "collector" | "uniform" | null;
  fromElectrolyte: Quantity | null;
}

export type ModelAnswer = { outcome: ModelOutcome } | { error: { code: ErrorCode | null; message: string } };

/** Outcomes in the order of the jobs; one that the model refuses is its reason. Other errors are thrown. */
export async function runModels(
  jobs: readonly ModelJob[],
  task: TaskContext,
  wanted?: number,
): Promise<(ModelOutcome | { notComputable: string })[]> {
  const { Piscina } = await import("piscina");
  const isSource = import.meta.url.endsWith(".ts");
  const threads = Math.max(1, Math.min(jobs.length, wanted ?? Math.min(8, availableParallelism())));
  const pool = new Piscina<ModelJob, ModelAnswer>({
    filename: new URL(isSource ? "./modelsWorker.ts" : "./modelsWorker.js", import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    ...(isSource ? { execArgv: ["--conditions=source"] } : {}),
  });
  try {
    let done = 0;
    return await Promise.all(
      jobs.map(async (job) => {
        const answer = await pool.run(job, task.signal ? { signal: task.signal } : {});
        task.progress(++done, jobs.length, "runs of the model");
        if ("outcome" in answer) return answer.outcome;
        const { code, message } = answer.error;
        if (code === "NOT_COMPUTABLE") return { notComputable: message };
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
