/** One task on a thread: the other end of the threads engine. */
import { getPriority, platform, setPriority } from "node:os";
import type { MessagePort } from "node:worker_threads";
import { type TaskSpec, ThioscopeError } from "@thioscope/core";
import { move, transferableSymbol, valueSymbol } from "piscina";
import type { WorkerAnswer } from "./engine.ts";
import type { ResultInput } from "./stepModules.ts";
import { runTask } from "./tasks.ts";

const PROGRESS_MS = 100;

/** Behind the thread that answers people. Elsewhere than on Linux a priority is that of the whole process. */
const BEHIND = 5;
if (platform() === "linux" && getPriority(0) < BEHIND) setPriority(0, BEHIND);

interface Work {
  root: string;
  spec: TaskSpec;
  parts: readonly ResultInput[];
  port: MessagePort;
}

export default async function work({ root, spec, parts, port }: Work): Promise<WorkerAnswer> {
  let last = 0;
  const began = performance.now();
  try {
    const output = await runTask(root, spec, parts, {
      progress(done, total, label) {
        const now = performance.now();
        if (now - last < PROGRESS_MS) return;
        last = now;
        port.postMessage([done, total, label]);
      },
    });
    const seconds = (performance.now() - began) / 1000;
    // the files' memory is handed over, not copied
    const files = Object.fromEntries(Object.entries(output.files).map(([name, bytes]) => [name, owned(bytes)]));
    const transfer = Object.values(files).map((bytes) => bytes.buffer as ArrayBuffer);
    // the wrapper is taken off on the other side
    return move({ [transferableSymbol]: transfer, [valueSymbol]: { output: { ...output, files }, seconds } }) as unknown as WorkerAnswer;
  } catch (error) {
    const known = error instanceof ThioscopeError;
    return {
      error: {
        code: known ? error.code : null,
        message: error instanceof Error ? error.message : String(error),
        place: known ? error.place : {},
      },
    };
  } finally {
    port.close();
  }
}

/** Bytes that fill their own buffer: a view into a larger one (or into a pool) must not be transferred. */
function owned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
}
