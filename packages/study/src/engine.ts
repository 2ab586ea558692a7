/**
 * Where tasks run: in this thread, on threads of this machine, or as job arrays of a cluster. Engines differ in nothing but the place: a task is data, its result is named by its hash,
 * and the bytes are the same.
 */
import { availableParallelism } from "node:os";
import { MessageChannel } from "node:worker_threads";
import { checkCancelled, type ErrorCode, type ErrorPlace, type TaskContext, ThioscopeError } from "@thioscope/core";
import { type Job, keepResult, type RunRecord } from "./results.ts";
import type { SlurmOptions } from "./slurm/options.ts";
import { requireUnchanged } from "./stamps.ts";
import type { StepOutput } from "./stepModules.ts";
import { runTask } from "./tasks.ts";
import type { WriteFile } from "./write.ts";

export type EngineName = "inline" | "threads" | "slurm";

export interface Engine {
  /** how many lines of a study may be under way at a time */
  width: number;
  /** Computes a task of the study in `root` and keeps its result there. */
  run(root: string, job: Job, context: TaskContext): Promise<RunRecord>;
  /** what it waits for, in a few words */
  state?(): string;
  close(): Promise<void>;
}

export interface EngineOptions {
  write: WriteFile;
  /** threads; as many as there are processors, 8 at most, where absent */
  width?: number;
  /** what the records of results call the engine; its name where absent */
  as?: EngineName;
  /** slurm: compute again what is done */
  force?: boolean;
  slurm?: SlurmOptions;
}

export async function makeEngine(name: EngineName, options: EngineOptions): Promise<Engine> {
  if (name === "slurm") return (await import("./slurm/engine.ts")).makeSlurm(options.slurm ?? {}, options.write, options.force ?? false);
  const { compute, width, close } = name === "inline" ? oneByOne() : await threads(options.width);
  return {
    width,
    async run(root, job, context) {
      const started = new Date();
      const { output, seconds } = await compute(root, job, context);
      const durationSecond = Math.round(seconds * 1000) / 1000;
      await requireUnchanged(root, job.stamps, options.as === "slurm");
      return keepResult(root, { ...job, started, durationSecond, engine: options.as ?? name }, output, options.write);
    },
    close,
  };
}

/** Computes and says how long that took, without the wait for its turn. */
type Compute = (root: string, job: Job, context: TaskContext) => Promise<{ output: StepOutput; seconds: number }>;

interface Place {
  compute: Compute;
  width: number;
  close(): Promise<void>;
}

/** One after the other: parts of a step are asked for together, and memory holds one. */
function oneByOne(): Place {
  let last: Promise<unknown> = Promise.resolve();
  const compute: Compute = (root, job, context) => {
    const mine = last.then(async () => {
      checkCancelled(context);
      const began = performance.now();
      const output = await runTask(root, job.task, job.parts, context);
      return { output, seconds: (performance.now() - began) / 1000 };
    });
    last = mine.catch(() => {});
    return mine;
  };
  return { compute, width: 1, close: async () => {} };
}

/** An error on its way between threads, where classes are lost. */
interface CarriedError {
  code: ErrorCode | null;
  message: string;
  place: ErrorPlace;
}

export type WorkerAnswer = { output: StepOutput; seconds: number } | { error: CarriedError };

/** What a thread allocates before it is looked through: without a limit threads take 80 MB more each and no less time. */
const YOUNG_MEGABYTE = 24;

async function threads(wanted?: number): Promise<Place> {
  const { Piscina } = await import("piscina");
  const isSource = import.meta.url.endsWith(".ts");
  const width = Math.max(1, wanted ?? Math.min(8, availableParallelism()));
  const pool = new Piscina<unknown, WorkerAnswer>({
    filename: new URL(isSource ? "./worker.ts" : "./worker.js", import.meta.url).href,
    minThreads: 0,
    maxThreads: width,
    // a thread keeps its compiled code until the run has ended
    idleTimeout: Number.POSITIVE_INFINITY,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTE },
    ...(isSource ? { execArgv: ["--conditions=source"] } : {}),
  });
  const compute: Compute = async (root, { task, parts }, context) => {
    const { port1, port2 } = new MessageChannel();
    port1.on("message", ([done, total, label]: [number, number, string]) => context.progress(done, total, label));
    try {
      const options = { transferList: [port2], ...(context.signal ? { signal: context.signal } : {}) };
      const answer = await pool.run({ root, spec: task, parts, port: port2 }, options);
      if ("output" in answer) return answer;
      const { code, message, place } = answer.error;
      throw code === null ? new Error(message) : new ThioscopeError(code, message, place);
    } catch (error) {
      if (context.signal?.aborted) throw new ThioscopeError("CANCELLED", "cancelled", {}, error);
      throw error;
    } finally {
      port1.close();
    }
  };
  return { compute, width, close: () => pool.destroy() };
}
