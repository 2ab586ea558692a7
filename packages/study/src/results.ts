/**
 * Results on disk: `results/<step>/<hash>/` holds a step's files and `run.json`, which is written last. A folder
 * without it is the rest of an interrupted run and counts for nothing.
 */
import { readFile, stat } from "node:fs/promises";
import { arch, cpus, platform, totalmem } from "node:os";
import { isAbsolute, join } from "node:path";
import { CONSTANTS, canonicalJson, type ErrorCode, type Notice, type TaskSpec } from "@thioscope/core";
import manifest from "../package.json" with { type: "json" };
import { codeVersion, sha256Beside, sha256OfFile } from "./hash.ts";
import { STEPS, type StepName } from "./registry/index.ts";
import type { ResultInput, StepOutput } from "./stepModules.ts";
import type { WriteFile } from "./write.ts";

/** Everything needed to repeat a result and to trust it. No host or user names. */
export interface RunRecord {
  step: StepName;
  hash: string;
  task: TaskSpec;
  /** results of the parts that it was shared out in, "step/hash" */
  parts?: readonly string[];
  constants: readonly { name: string; value: number; source: string }[];
  versions: Readonly<Record<string, string>>;
  seeds: Readonly<Record<string, number>>;
  started: string;
  durationSecond: number;
  engine: string;
  machine: Readonly<Record<string, string | number>>;
  outputs: readonly { name: string; size: number; sha256: string }[];
  notices: readonly Notice[];
  summary: Readonly<Record<string, number | string>>;
}

/** A task with the name of its result. */
export interface Job {
  step: StepName;
  /** of task and code: see taskHash */
  hash: string;
  task: TaskSpec;
  /** results of what it was shared out in */
  parts: readonly ResultInput[];
  /** what the file system said of the raw files before they were hashed */
  stamps: Readonly<Record<string, string>>;
}

/** What the last run found and made: which result belongs to which raw file or source. */
export interface StudyIndex {
  version: 2;
  title: string;
  finished: string;
  cell: string | null;
  /** of cyclers and potentiostats */
  files: readonly IndexedFile[];
  /** of every other kind */
  sources: readonly IndexedSource[];
  /** results that belong to no file and no source: models, the story */
  ofStudy: Readonly<Partial<Record<StepName, string>>>;
  /** "story/<hash>", null if the study does not ask for it */
  story: string | null;
}

interface IndexedSource {
  name: string;
  kind: string;
  cell: string | null;
  files: readonly { path: string; size: number; sha256: string }[];
  results: Readonly<Partial<Record<StepName, string>>>;
  errors: readonly StepError[];
}

export interface IndexedFile {
  source: string;
  path: string;
  cell: string | null;
  /** name in the cell file, null without one */
  cellName: string | null;
  size: number;
  sha256: string;
  /** step → "step/hash" */
  results: Readonly<Partial<Record<StepName, string>>>;
  error: StepError | null;
}

export interface StepError {
  step: StepName;
  code: ErrorCode;
  message: string;
}

const VERSION: string = manifest.version;

function resultFolder(root: string, step: StepName, hash: string): string {
  return join(root, "results", step, hash);
}

/** The record of a finished result whose files are whole; undefined otherwise. */
export async function findResult(root: string, step: StepName, hash: string): Promise<RunRecord | undefined> {
  const folder = resultFolder(root, step, hash);
  let record: RunRecord;
  try {
    record = JSON.parse(await readFile(join(folder, "run.json"), "utf8")) as RunRecord;
  } catch {
    return undefined;
  }
  if (record.hash !== hash || !Array.isArray(record.outputs)) return undefined;
  for (const { name, size, sha256: expected } of record.outputs) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found?.size !== size || (await sha256OfFile(path)).sha256 !== expected) return undefined;
  }
  return record;
}

/** Writes a result, `run.json` last. */
export async function keepResult(
  root: string,
  how: Job & { started: Date; durationSecond: number; engine: string },
  output: StepOutput,
  write: WriteFile,
): Promise<RunRecord> {
  const folder = resultFolder(root, how.step, how.hash);
  const outputs: { name: string; size: number; sha256: string }[] = [];
  for (const [name, bytes] of Object.entries(output.files)) {
    await write(join(folder, name), bytes);
    outputs.push({ name, size: bytes.length, sha256: await sha256Beside(bytes) });
  }
  const record: RunRecord = {
    step: how.step,
    hash: how.hash,
    task: how.task,
    ...(how.parts.length > 0 ? { parts: how.parts.map(({ result }) => result) } : {}),
    constants: STEPS[how.step].constants.map((name) => ({ name, value: CONSTANTS[name], source: "SI 2019, exact; CODATA 2018" })),
    versions: { thioscope: VERSION, code: codeVersion(), node: process.versions.node },
    seeds: {},
    started: how.started.toISOString(),
    durationSecond: how.durationSecond,
    engine: how.engine,
    machine: {
      platform: platform(),
      architecture: arch(),
      processor: cpus()[0]?.model ?? "unknown",
      cores: cpus().length,
      memoryGibibyte: Math.round(totalmem() / 2 ** 30),
    },
    outputs,
    notices: output.notices,
    summary: output.summary,
  };
  await write(join(folder, "run.json"), `${JSON.stringify(record, null, 2)}\n`);
  return record;
}

const INDEX = "results/index.json";

/** "step/hash": nothing else is looked for below `results`. */
export const isResult = (ref: unknown): boolean => typeof ref === "string" && /^[a-zA-Z]+(\.[a-zA-Z]+)*\/[0-9a-f]{32}$/.test(ref);

/**
 * The index of the last run; undefined before the first one. An index that names files outside the study (a folder
 * from elsewhere may hold anything) counts as none.
 */
export async function readIndex(root: string): Promise<StudyIndex | undefined> {
  try {
    const index = JSON.parse(await readFile(join(root, INDEX), "utf8")) as StudyIndex;
    const areResults = (results: object): boolean => Object.values(results).every(isResult);
    const isFile = ({ path, size }: { path: string; size: number }): boolean => Number.isSafeInteger(size) && !leavesFolder(path);
    const isGood =
      index.version === 2 &&
      (index.story === null || isResult(index.story)) &&
      areResults(index.ofStudy) &&
      index.files.every((file) => isFile(file) && areResults(file.results)) &&
      index.sources.every((source) => source.files.every(isFile) && areResults(source.results));
    return isGood ? index : undefined;
  } catch {
    return undefined;
  }
}

/** True for a path that is not one inside the folder it is relative to. */
export function leavesFolder(path: string): boolean {
  return isAbsolute(path) || /^[A-Za-z]:/.test(path) || path.split(/[/\\]/).includes("..");
}

/** Writes the index if it says something new: an unchanged study stays byte for byte the same. */
export async function writeIndex(root: string, index: StudyIndex, write: WriteFile): Promise<void> {
  const before = await readIndex(root);
  const content = (i: StudyIndex): string => canonicalJson({ ...i, finished: "" });
  if (before && content(before) === content(index)) return;
  await write(join(root, INDEX), `${JSON.stringify(index, null, 2)}\n`);
}
