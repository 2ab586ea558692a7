/** The worker in which models follow their sliders: the page's own thread draws and listens. */
import { type ModelAnswer, type ModelRequest, solveModel } from "@thioscope/views";
import { expose } from "comlink";

export interface ModelsApi {
  solve(request: ModelRequest, onProgress: (done: number, total: number) => void): ModelAnswer;
}

const api: ModelsApi = {
  solve: (request, onProgress) => solveModel(request, { progress: (done, total) => onProgress(done, total) }),
};

expose(api);
