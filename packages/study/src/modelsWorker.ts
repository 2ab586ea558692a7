/** One run of the cell model on a thread. */
import { ThioscopeError } from "@thioscope/core";
import { cellAnswer, cellModel, runCell } from "@thioscope/core/cellmodel";
import type { ModelAnswer, ModelJob } from "./models.ts";
import { carried } from "./pool.ts";

export default function work({ set, protocol, cells, energySet }: ModelJob): ModelAnswer {
  try {
    const run = runCell(cellModel(set, { cells, ...(energySet === null ? {} : { energySet }) }), protocol, { frameEvery: 0.05 });
    const answer = cellAnswer(run);
    const discharge = answer.steps.find((s) => s.direction === "discharge");
    return {
      outcome: {
        dischargeCapacity: answer.dischargeCapacity,
        chargeCapacity: answer.chargeCapacity,
        dischargePeaks: answer.peaks.discharge.map((p) => p.potential),
        chargePeaks: answer.peaks.charge.map((p) => p.potential),
        front: answer.front?.from ?? null,
        fromElectrolyte: set.options.electrolyteRedox ? (discharge?.fromElectrolyte ?? null) : null,
      },
    };
  } catch (error) {
    return error instanceof ThioscopeError && error.code === "NOT_COMPUTABLE" ? { refused: error.message } : carried(error);
  }
}
