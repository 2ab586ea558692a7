/**
 * A step's work as data: inputs by hash, parameters, function. The hash of a task names its result, so what
 * has been computed once is found again, whichever engine computed it.
 */
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";
import { canonicalJson, type TaskContext, type TaskSpec, ThioscopeError } from "@thioscope/core";
import { type FileSource, openAsByteSource, openAtOnce } from "./fileSource.ts";
import { codeVersion, sha256 } from "./hash.ts";
import {
  type ResultInput,
  SOURCE_MODULES,
  type StepFunction,
  type StepIo,
  type StepModules,
  type StepOutput,
  type StepParts,
} from "./stepModules.ts";

/** Where a task's module is found. A task can name nothing else. */
const STEP_MODULES: StepModules = {
  ...SOURCE_MODULES,
  // here models and virtual measurements can be run
  "steps/audit": () => import("./audit/step.ts"),
  "steps/read": () => import("./steps/read.ts"),
  "steps/cycles": () => import("./steps/cycles.ts"),
  "steps/dqdv": () => import("./steps/dqdv.ts"),
  "steps/cv": () => import("./steps/cv.ts"),
  "steps/gitt": () => import("./steps/gitt.ts"),
  "steps/symmetric": () => import("./steps/symmetric.ts"),
  "steps/composition": () => import("./steps/composition.ts"),
  "steps/eis": () => import("./steps/eis.ts"),
  "steps/cellmodel": () => import("./steps/cellmodel.ts"),
  "steps/deposition": () => import("./steps/deposition.ts"),
  "steps/xrd/calibrate": () => import("./steps/xrd/calibrate.ts"),
  "steps/xrd/integrate": () => import("./steps/xrd/integrate.ts"),
  "steps/xrd/map": () => import("./steps/xrd/map.ts"),
  "steps/xrd/stress": () => import("./steps/xrd/stress.ts"),
  "steps/imaging/reconstruct": () => import("./steps/imaging/reconstruct.ts"),
  "steps/evidence/evidence": () => import("./steps/evidence/evidence.ts"),
  "steps/evidence/events": () => import("./steps/evidence/events.ts"),
  "steps/curves": () => import("./steps/curves.ts"),
  "steps/story": () => import("./steps/story.ts"),
};

/** The name of the task's result: function, inputs, parameters and code together. */
export function taskHash(spec: TaskSpec): string {
  return sha256(`${canonicalJson(spec)}\n${codeVersion()}`).slice(0, 32);
}

/** Runs a task in this thread. `root` is the study's folder. `parts`: results of what it was shared out in. */
export function runTask(root: string, spec: TaskSpec, parts: readonly ResultInput[], context: TaskContext): Promise<StepOutput> {
  return call<StepFunction>(root, spec, spec.export, parts, context);
}

/** The tasks that a task is shared out in, by the function `plan` of its module. They depend on its inputs and parameters alone. */
export function partsOfTask(root: string, spec: TaskSpec, plan: string, context: TaskContext): Promise<readonly TaskSpec[]> {
  return call<StepParts>(root, spec, plan, [], context);
}

async function call<F extends StepFunction | StepParts>(
  root: string,
  spec: TaskSpec,
  name: string,
  parts: readonly ResultInput[],
  context: TaskContext,
): Promise<Awaited<ReturnType<F>>> {
  const load = STEP_MODULES[spec.module];
  const step = (await load?.())?.[name];
  if (typeof step !== "function") throw new ThioscopeError("STEP_FAILED", `there is no function ${name} in ${spec.module}`);
  const opened: FileSource[] = [];
  const open = async (path: string): Promise<FileSource> => {
    const source = await openForTask(join(root, path));
    opened.push(source);
    return source;
  };
  const io: StepIo = {
    context,
    parts,
    open: (input) => open(input.file),
    openResult: (input, name) => open(`results/${input.result}/${name}`),
  };
  try {
    return (await (step as F)(spec.inputs, spec.parameters, io)) as Awaited<ReturnType<F>>;
  } finally {
    for (const source of opened) await source.close();
  }
}

/** ms that opening a file of a near disk takes at most, on the mean of the last ones. */
const NEAR_MS = 1;
let openingMs = 0;

/** On a thread of its own a task waits for the disk itself, unless that is far away: then several files are asked for at a time. */
async function openForTask(path: string): Promise<FileSource> {
  if (isMainThread || openingMs > NEAR_MS) return openAsByteSource(path);
  const began = performance.now();
  const source = await openAtOnce(path);
  openingMs += (performance.now() - began - openingMs) / 16;
  return source;
}
