/**
 * A step's work as data: inputs by hash, parameters, function. The hash of a task names its result, so what
 * has been computed once is found again, whichever engine computed it.
 */
import { join } from "node:path";
import { canonicalJson, type Notice, type TaskContext, type TaskSpec, ThioscopeError } from "@thioscope/core";
import { type FileSource, openAsByteSource } from "./fileSource.ts";
import { codeVersion, sha256 } from "./hash.ts";

/** A file of the study, by its path there and its content. */
export interface FileInput {
  file: string;
  sha256: string;
}

/** A result of an earlier step: "read/3f0c…". */
export interface ResultInput {
  result: string;
}

/** What a step may ask for besides its inputs. */
export interface StepIo {
  context: TaskContext;
  open(input: FileInput): Promise<FileSource>;
  openResult(input: ResultInput, name: string): Promise<FileSource>;
}

/** What a step gives: files by name, and what the user should know. It writes nothing itself. */
export interface StepOutput {
  files: Readonly<Record<string, Uint8Array>>;
  notices: readonly Notice[];
  /** a few figures for the run's log, e.g. rows */
  summary: Readonly<Record<string, number | string>>;
}

export type StepFunction = (
  inputs: Readonly<Record<string, unknown>>,
  parameters: Readonly<Record<string, unknown>>,
  io: StepIo,
) => Promise<StepOutput>;

/** Where a task's module is found. A task can name nothing else. */
const STEP_MODULES: Readonly<Record<string, () => Promise<Record<string, unknown>>>> = {
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
  "steps/thermo": () => import("./steps/thermo.ts"),
  "steps/atoms": () => import("./steps/atoms.ts"),
  "steps/topology": () => import("./steps/topology.ts"),
  "steps/absorption/normalize": () => import("./steps/absorption/normalize.ts"),
  "steps/absorption/lcf": () => import("./steps/absorption/lcf.ts"),
  "steps/absorption/chain": () => import("./steps/absorption/chain.ts"),
  "steps/absorption/exafs": () => import("./steps/absorption/exafs.ts"),
  "steps/spectroscopy/raman": () => import("./steps/spectroscopy/raman.ts"),
  "steps/spectroscopy/sims": () => import("./steps/spectroscopy/sims.ts"),
  "steps/spectroscopy/thermal": () => import("./steps/spectroscopy/thermal.ts"),
  "steps/spectroscopy/xps": () => import("./steps/spectroscopy/xps.ts"),
  "steps/xrd/calibrate": () => import("./steps/xrd/calibrate.ts"),
  "steps/xrd/integrate": () => import("./steps/xrd/integrate.ts"),
  "steps/xrd/map": () => import("./steps/xrd/map.ts"),
  "steps/xrd/stress": () => import("./steps/xrd/stress.ts"),
  "steps/imaging/reconstruct": () => import("./steps/imaging/reconstruct.ts"),
  "steps/imaging/segment": () => import("./steps/imaging/segment.ts"),
  "steps/imaging/cracks": () => import("./steps/imaging/cracks.ts"),
  "steps/audit": () => import("./steps/audit.ts"),
  "steps/curves": () => import("./steps/curves.ts"),
  "steps/story": () => import("./steps/story.ts"),
};

/** The name of the task's result: function, inputs, parameters and code together. */
export function taskHash(spec: TaskSpec): string {
  return sha256(`${canonicalJson(spec)}\n${codeVersion()}`).slice(0, 32);
}

/** Runs a task in this thread. `root` is the study's folder. */
export async function runTask(root: string, spec: TaskSpec, context: TaskContext): Promise<StepOutput> {
  const load = STEP_MODULES[spec.module];
  const step = (await load?.())?.[spec.export];
  if (typeof step !== "function") throw new ThioscopeError("STEP_FAILED", `there is no function ${spec.export} in ${spec.module}`);
  const opened: FileSource[] = [];
  const open = async (path: string): Promise<FileSource> => {
    const source = await openAsByteSource(join(root, path));
    opened.push(source);
    return source;
  };
  const io: StepIo = {
    context,
    open: (input) => open(input.file),
    openResult: (input, name) => open(`results/${input.result}/${name}`),
  };
  try {
    return await (step as StepFunction)(spec.inputs, spec.parameters, io);
  } finally {
    for (const source of opened) await source.close();
  }
}
