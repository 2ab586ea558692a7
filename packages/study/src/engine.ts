/** Where tasks run. Engines differ in nothing but the place: the bytes they give are the same. */
import { availableParallelism } from "node:os";
import { MessageChannel } from "node:worker_threads";
import { type ErrorCode, type ErrorPlace, type TaskContext, type TaskSpec, ThioscopeError } from "@thioscope/core";
import type { StepOutput } from "./stepModules.ts";
import { runTask } from "./tasks.ts";

export type EngineName = "inline" | "threads";

export interface Engine {
  name: EngineName;
  /** how many tasks may run at a time */
  width: number;
  run(root: string, spec: TaskSpec, context: TaskContext): Promise<StepOutput>;
  close(): Promise<void>;
}

export async function makeEngine(name: EngineName): Promise<Engine> {
  return name === "inline" ? { name, width: 1, run: runTask, close: async () => {} } : makeThreads();
}

/** An error on its way between threads, where classes are lost. */
interface CarriedError {
  code: ErrorCode | null;
  message: string;
  place: ErrorPlace;
}

export type WorkerAnswer = { output: StepOutput } | { error: CarriedError };

async function makeThreads(): Promise<Engine> {
  const { Piscina } = await import("piscina");
  const isSource = import.meta.url.endsWith(".ts");
  const width = Math.max(1, Math.min(8, availableParallelism()));
  const pool = new Piscina<unknown, WorkerAnswer>({
    filename: new URL(isSource ? "./worker.ts" : "./worker.js", import.meta.url).href,
    minThreads: 0,
    maxThreads: width,
    ...(isSource ? { execArgv: ["--conditions=source"] } : {}),
  });
  return {
    name: "threads",
    width,
    async run(root, spec, context) {
      const { port1, port2 } = new MessageChannel();
      port1.on("message", ([done, total, label]: [number, number, string]) => context.progress(done, total, label));
      try {
        const options = { transferList: [port2], ...(context.signal ? { signal: context.signal } : {}) };
        const answer = await pool.run({ root, spec, port: port2 }, options);
        if ("output" in answer) return answer.output;
        const { code, message, place } = answer.error;
        throw code === null ? new Error(message) : new ThioscopeError(code, message, place);
      } catch (error) {
        if (context.signal?.aborted) throw new ThioscopeError("CANCELLED", "cancelled", {}, error);
        throw error;
      } finally {
        port1.close();
      }
    },
    close: () => pool.destroy(),
  };
}
