/** The page's side of the worker for models; cancelling ends the worker, the next question starts another. */
import type { ModelSolver } from "@thioscope/views";
import { proxy, type Remote, wrap } from "comlink";
import type { ModelsApi } from "./models.worker.ts";

export function createSolver(): ModelSolver {
  let worker: Worker | null = null;
  let api: Remote<ModelsApi> | null = null;
  return {
    solve(request, onProgress) {
      if (!worker || !api) {
        worker = new Worker(new URL("./models.worker.ts", import.meta.url), { type: "module", name: "models" });
        api = wrap<ModelsApi>(worker);
      }
      const used = worker;
      let stop: (error: Error) => void = () => undefined;
      const ended = new Promise<never>((_, reject) => {
        stop = reject;
        used.addEventListener("error", (event) => reject(new Error(event.message || "the model's worker could not be started")), {
          once: true,
        });
      });
      return {
        answer: Promise.race([api.solve(request, proxy(onProgress)), ended]),
        cancel() {
          // a solver deep in a factorisation does not look up
          used.terminate();
          if (worker === used) {
            worker = null;
            api = null;
          }
          stop(new Error("cancelled"));
        },
      };
    },
  };
}
