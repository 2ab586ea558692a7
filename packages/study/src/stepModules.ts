/**
 * What a step is to what runs it, and the steps over sources that need nothing but bytes: they run in Node and in a browser, which takes dropped
 * files through the very same steps.
 */
import type { Notice, TaskContext, TaskSpec } from "@thioscope/core";
import type { ByteSource } from "@thioscope/formats";

/** A file of the study, by its path there and its content. */
export interface FileInput {
  file: string;
  sha256: string;
}

/** A result of an earlier step: "read/3f0c…". */
export interface ResultInput {
  result: string;
}

/** Bytes that a step has opened; what runs it closes them. */
type StepSource = ByteSource & { close(): Promise<void> };

/** What a step may ask for besides its inputs. */
export interface StepIo {
  context: TaskContext;
  /** results of the parts that the step was shared out in; none where it computes everything itself */
  parts: readonly ResultInput[];
  open(input: FileInput): Promise<StepSource>;
  openResult(input: ResultInput, name: string): Promise<StepSource>;
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

/** Shares a step out: the tasks whose results it joins. */
export type StepParts = (
  inputs: Readonly<Record<string, unknown>>,
  parameters: Readonly<Record<string, unknown>>,
  io: StepIo,
) => Promise<readonly TaskSpec[]>;

/** Where the module of a task is found. */
export type StepModules = Readonly<Record<string, () => Promise<Record<string, unknown>>>>;

export const SOURCE_MODULES: StepModules = {
  "steps/conductivity": () => import("./steps/conductivity.ts"),
  "steps/powder": () => import("./steps/powder.ts"),
  "steps/pdf": () => import("./steps/pdf.ts"),
  "steps/thermo": () => import("./steps/thermo.ts"),
  "steps/atoms": () => import("./steps/atoms.ts"),
  "steps/topology": () => import("./steps/topology.ts"),
  "steps/absorption/normalize": () => import("./steps/absorption/normalize.ts"),
  "steps/absorption/lcf": () => import("./steps/absorption/lcf.ts"),
  "steps/absorption/mcr": () => import("./steps/absorption/mcr.ts"),
  "steps/absorption/chain": () => import("./steps/absorption/chain.ts"),
  "steps/absorption/exafs": () => import("./steps/absorption/exafs.ts"),
  "steps/absorption/paths": () => import("./steps/absorption/paths.ts"),
  "steps/spectroscopy/raman": () => import("./steps/spectroscopy/raman.ts"),
  "steps/spectroscopy/sims": () => import("./steps/spectroscopy/sims.ts"),
  "steps/spectroscopy/thermal": () => import("./steps/spectroscopy/thermal.ts"),
  "steps/spectroscopy/xps": () => import("./steps/spectroscopy/xps.ts"),
  "steps/imaging/segment": () => import("./steps/imaging/segment.ts"),
  "steps/imaging/cracks": () => import("./steps/imaging/cracks.ts"),
  "steps/evidence/observations": () => import("./steps/evidence/observations.ts"),
  "steps/panels": () => import("./steps/panels.ts"),
  "steps/audit": () => import("./steps/audit.ts"),
};
