/**
 * Frames integrated by several threads. The plan lies once in shared memory: what WebAssembly reads, and what the results are made with. Each thread opens files, decodes and sums in a slot
 * of its own; only patterns and cakes come back. Memory is the plan, one frame per thread, and what the caller keeps.
 */
import { availableParallelism } from "node:os";
import { checkCancelled, type ErrorCode, type ErrorPlace, QUIET, type TaskContext, ThioscopeError } from "@thioscope/core";
import type { ErrorModel, FramePixels, IntegratedFrame, IntegrationPlan } from "@thioscope/core/diffraction";
import type { ReadImageOptions } from "@thioscope/formats";
import { hasKernels, isKernelPlan, type PlanMemory, planMemory } from "@thioscope/kernels";

/** A frame: of a file, by its number, or pixels in memory (shared memory is not copied). */
export type FrameSource = { readonly path: string; readonly index: number } | { readonly pixels: FramePixels };

/** What a frame is integrated with; see core's FrameOptions. */
export interface PoolOptions {
  readonly errors: ErrorModel;
  readonly clip: { readonly limit: number; readonly rounds: number } | null;
  /** how frames lie in files that do not say it themselves */
  readonly layout?: Pick<ReadImageOptions, "raw" | "path">;
  /** default: as many as there are processors, 8 at most */
  readonly threads?: number;
}

export interface FramePool {
  readonly threads: number;
  integrate(source: FrameSource): Promise<IntegratedFrame>;
  close(): Promise<void>;
}

/** What a thread is started with. */
export interface FrameWorkerData {
  plan: IntegrationPlan;
  memory: PlanMemory | null;
  /** counts the slots that are taken */
  taken: Int32Array;
  errors: ErrorModel;
  clip: PoolOptions["clip"];
  layout: Pick<ReadImageOptions, "raw" | "path">;
}

export type FrameAnswer = { frame: IntegratedFrame } | { error: { code: ErrorCode | null; message: string; place: ErrorPlace } };

/** As many as there are processors, 8 at most. */
export const usualThreads = (): number => Math.min(8, availableParallelism());

export async function framePool(plan: IntegrationPlan, options: PoolOptions): Promise<FramePool> {
  const { Piscina } = await import("piscina");
  const isSource = import.meta.url.endsWith(".ts");
  const threads = Math.max(1, options.threads ?? usualThreads());
  const workerData: FrameWorkerData = {
    plan: inSharedMemory(plan) as IntegrationPlan,
    memory: isKernelPlan(plan) && hasKernels() ? planMemory(plan, threads, true) : null,
    taken: new Int32Array(new SharedArrayBuffer(4)),
    errors: options.errors,
    clip: options.clip,
    layout: options.layout ?? {},
  };
  const pool = new Piscina<FrameSource, FrameAnswer>({
    filename: new URL(isSource ? "./framesWorker.ts" : "./framesWorker.js", import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    idleTimeout: 60_000,
    workerData,
    ...(isSource ? { execArgv: ["--conditions=source"] } : {}),
  });
  return {
    threads,
    async integrate(source) {
      const answer = await pool.run(source);
      if ("frame" in answer) return answer.frame;
      const { code, message, place } = answer.error;
      throw code === null ? new Error(message) : new ThioscopeError(code, message, place);
    },
    close: () => pool.destroy(),
  };
}

/**
 * Integrates frames and hands them over in their order. At most two frames per thread are under way or wait for their turn, however many there are.
 *
 * @param each is waited for
 */
export async function integrateFrames(
  pool: FramePool,
  sources: readonly FrameSource[],
  each: (frame: IntegratedFrame, index: number) => void | Promise<void>,
  task: TaskContext = QUIET,
): Promise<void> {
  const waiting: Promise<IntegratedFrame>[] = [];
  const start = (): void => {
    const source = sources[waiting.length];
    if (!source) return;
    const running = pool.integrate(source);
    // its error is reported when its turn comes
    running.catch(() => {});
    waiting.push(running);
  };
  for (let k = 0; k < 2 * pool.threads; k++) start();
  for (let i = 0; i < sources.length; i++) {
    checkCancelled(task);
    await each(await waiting[i]!, i);
    delete waiting[i];
    start();
    task.progress(i + 1, sources.length, "frames");
  }
}

/** A structure whose large arrays lie in shared memory: threads get them without a copy. */
function inSharedMemory(value: unknown): unknown {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const view = value as Float64Array;
    const Type = view.constructor as new (buffer: SharedArrayBuffer) => Float64Array;
    const copy = new Type(new SharedArrayBuffer(view.byteLength));
    copy.set(view);
    return copy;
  }
  if (Array.isArray(value)) return value.map(inSharedMemory);
  if (typeof value === "object" && value !== null) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, inSharedMemory(v)]));
  return value;
}
