/** The worker in which models follow their sliders: the page's own thread draws and listens. */
import { type TaskContext, ThioscopeError } from "@thioscope/core";
import { solveCell } from "@thioscope/core/cellmodel";
import { depositionPicture, RESOLUTIONS } from "@thioscope/core/deposition";
import type { ModelAnswer, ModelRequest } from "@thioscope/views";
import { expose } from "comlink";

export interface ModelsApi {
  solve(request: ModelRequest, onProgress: (done: number, total: number) => void): ModelAnswer;
}

const api: ModelsApi = {
  solve(request, onProgress) {
    const context: TaskContext = { progress: (done, total) => onProgress(done, total) };
    try {
      return request.kind === "cellmodel"
        ? solveCell(request.question, context)
        : depositionPicture(request.question, RESOLUTIONS.normal, context);
    } catch (error) {
      if (error instanceof ThioscopeError) return { notComputable: error.message };
      throw error;
    }
  },
};

expose(api);
