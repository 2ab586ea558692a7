/** A model solved where this runs: in the page's worker, or in a report on its own thread. */
import { QUIET, type TaskContext, ThioscopeError } from "@thioscope/core";
import { solveCell } from "@thioscope/core/cellmodel";
import { depositionPicture, RESOLUTIONS } from "@thioscope/core/deposition";
import { solveThermo } from "../thermo/solve.ts";
import type { ModelAnswer, ModelRequest } from "./live.ts";

export function solveModel(request: ModelRequest, context: TaskContext = QUIET): ModelAnswer {
  try {
    switch (request.kind) {
      case "cellmodel":
        return solveCell(request.question, context);
      case "deposition":
        return depositionPicture(request.question, RESOLUTIONS[request.resolution], context);
      case "thermo":
        return solveThermo(request.content, request.conditions);
    }
  } catch (error) {
    if (error instanceof ThioscopeError) return { notComputable: error.message };
    throw error;
  }
}
