/** Runs of the cell model on several threads, for sweeps: a job is plain data, an answer too. */
import type { Quantity, TaskContext } from "@thioscope/core";
import type { ParameterSet, ProtocolStep } from "@thioscope/core/cellmodel";
import { type CarriedError, onThreads } from "./pool.ts";

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

export type ModelAnswer = { outcome: ModelOutcome } | { refused: string } | CarriedError;

/** Outcomes in the order of the jobs; one that the model refuses is its reason. Other errors are thrown. */
export async function runModels(
  jobs: readonly ModelJob[],
  task: TaskContext,
  wanted?: number,
): Promise<(ModelOutcome | { notComputable: string })[]> {
  const answers = await onThreads<ModelJob, ModelAnswer>("modelsWorker", jobs, "runs of the model", task, wanted);
  return answers.map((answer) => ("outcome" in answer ? answer.outcome : { notComputable: answer.refused }));
}
