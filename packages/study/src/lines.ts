/** Raw files and sources on their way through the steps, and the tasks that the steps make of them. */
import { join } from "node:path";
import { type TaskContext, type TaskSpec, ThioscopeError } from "@thioscope/core";
import type { HashCache } from "./hashCache.ts";
import { inOrder } from "./inOrder.ts";
import { type Holds, STEPS, type StepDefinition, type StepName } from "./registry/index.ts";
import type { IndexedFile, StepError } from "./results.ts";
import { stampOf } from "./stamps.ts";
import type { FileInput, ResultInput } from "./stepModules.ts";
import type { Study, StudyStep } from "./studyFile.ts";
import type { StudyFile, StudySource } from "./studySources.ts";

interface OnTheWay {
  /** bytes of the raw files */
  size: number;
  results: Partial<Record<StepName, string>>;
}

/** A raw file of a cycler or potentiostat. */
export interface FileLine extends StudyFile, OnTheWay {
  /** it goes no further */
  error: IndexedFile["error"];
  sha256: string;
  cellInput: FileInput | null;
  /** known once it is read */
  holds: Holds | null;
  cellName: string | null;
}

/** A source of another kind, with all its files. */
export interface SourceLine extends StudySource, OnTheWay {
  inputs: readonly (FileInput & { size: number })[];
  cellInput: FileInput | null;
  settingInputs: Readonly<Record<string, FileInput>>;
  /** steps that failed; those that do not need them go on */
  errors: StepError[];
}

export interface Lines {
  files: FileLine[];
  sources: SourceLine[];
  /** the study's own cell file, or the one that all files share */
  cell: FileInput | null;
  /** what the file system said of each file before it was hashed */
  stamps: ReadonlyMap<string, string>;
}

/** What a step over a source is given; of a step over the whole study, what is not of a source. */
export interface SourceInputs {
  source: string;
  files: readonly (FileInput & { size: number })[];
  settings: Readonly<Record<string, unknown>>;
  settingFiles: Readonly<Record<string, FileInput>>;
  cell: FileInput | null;
  /** of steps that take it: the cycler's files of the same cell, in the order of the study */
  run?: readonly RunInput[];
}

/** A cycler's file that has been read. */
export interface RunInput {
  source: string;
  file: string;
  sha256: string;
  read: ResultInput;
  cell: FileInput | null;
}

/** What a step over the whole study is given. */
export interface StudyInputs {
  cell: FileInput | null;
  /** results of the steps that it uses: of which step, and of which source or file (null: of the study) */
  results: readonly { step: string; of: string | null; result: string }[];
  run?: readonly RunInput[];
}

interface StoryPart {
  step: string;
  source: string | null;
  result: string | null;
  error: StepError | null;
}

/** The raw files that the task of a file or source reads; those of its cycling have been read before. */
export function filesOfTask({ inputs }: TaskSpec): string[] {
  const files: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (value !== null && typeof value === "object") {
      const { file, sha256: hash } = value as { file?: unknown; sha256?: unknown };
      if (typeof file === "string" && typeof hash === "string") files.push(file);
      for (const [key, inner] of Object.entries(value)) if (key !== "run") visit(inner);
    }
  };
  visit(inputs);
  return files;
}

/** Files that are hashed at a time: more than one, since opening one is mostly waiting. */
const AT_A_TIME = 4;

/** Hashes every raw file once; those that the cache knows are not read. */
export async function hashFiles(study: Study, cache: HashCache, context: TaskContext): Promise<Lines> {
  const hashes = new Map<string, Promise<{ sha256: string; size: number }>>();
  const stamps = new Map<string, string>();
  const hash = async (path: string): Promise<{ sha256: string; size: number }> => {
    stamps.set(path, await stampOf(join(study.root, path)));
    return cache.sha256Of(path, context);
  };
  const hashOf = (path: string): Promise<{ sha256: string; size: number }> => {
    const known = hashes.get(path) ?? hash(path);
    hashes.set(path, known);
    return known;
  };
  // where several are asked for at a time, their places below find them
  await inOrder([...study.files.map(({ path }) => path), ...study.sources.flatMap(({ files: list }) => list)], AT_A_TIME, hashOf);
  const inputOf = async (path: string): Promise<FileInput> => ({ file: path, sha256: (await hashOf(path)).sha256 });
  const cellOf = (path: string | null): Promise<FileInput> | null => (path === null ? null : inputOf(path));
  const files: FileLine[] = [];
  for (const file of study.files) {
    const { sha256, size } = await hashOf(file.path);
    files.push({
      ...file,
      sha256,
      size,
      cellInput: await cellOf(file.cell),
      holds: null,
      results: {},
      cellName: null,
      error: null,
    });
  }
  const sources: SourceLine[] = [];
  for (const source of study.sources) {
    const inputs: (FileInput & { size: number })[] = [];
    for (const path of source.files) inputs.push({ file: path, ...(await hashOf(path)) });
    const settingInputs: Record<string, FileInput> = {};
    for (const [name, path] of Object.entries(source.settingFiles)) settingInputs[name] = await inputOf(path);
    const size = inputs.reduce((sum, input) => sum + input.size, 0);
    sources.push({ ...source, size, inputs, cellInput: await cellOf(source.cell), settingInputs, results: {}, errors: [] });
  }
  const cells = new Set(files.map((line) => line.cell));
  return { files, sources, cell: await cellOf(study.cell ?? (cells.size === 1 ? [...cells][0]! : null)), stamps };
}

/** True where the file holds what the step is for. */
export function isFor(step: StudyStep, line: FileLine): boolean {
  const { of } = STEPS[step.name];
  return of === undefined || line.holds === of || line.holds === "both";
}

export function fileTask(step: StudyStep, line: FileLine): TaskSpec {
  const { module, export: name, needs, uses = [] } = STEPS[step.name];
  const inputs: Record<string, unknown> = {};
  if (step.name === "read") {
    inputs.raw = { file: line.path, sha256: line.sha256 };
    if (line.mapping) inputs.mapping = line.mapping;
  } else if (takesCell(step) && line.cellInput) inputs.cell = line.cellInput;
  // the story names its files by their hash
  if (step.name === "curves") inputs.hash = line.sha256;
  return { module, export: name, inputs: { ...inputs, ...resultsOf([...needs, ...uses], line) }, parameters: step.parameters };
}

export function sourceTask(step: StudyStep, line: SourceLine, lines: Lines): TaskSpec {
  const definition = STEPS[step.name];
  const { module, export: name, needs, uses = [] } = definition;
  const given: SourceInputs = {
    source: line.name,
    files: line.inputs,
    settings: line.settings,
    settingFiles: line.settingInputs,
    cell: takesCell(step) ? line.cellInput : null,
    ...runOf(definition, lines, line.cycling),
  };
  return { module, export: name, inputs: { ...given, ...resultsOf([...needs, ...uses], line) }, parameters: step.parameters };
}

export function studyTask(step: StudyStep, lines: Lines, ofStudy: Readonly<Partial<Record<StepName, string>>>): TaskSpec {
  const definition = STEPS[step.name];
  const { module, export: name, needs, uses = [] } = definition;
  const results: { step: string; of: string | null; result: string }[] = [];
  for (const used of [...needs, ...uses] as StepName[]) {
    if (ofStudy[used]) results.push({ step: used, of: null, result: ofStudy[used] });
    for (const { path, results: found } of lines.files) if (found[used]) results.push({ step: used, of: path, result: found[used] });
    for (const { name: source, results: found } of lines.sources)
      if (found[used]) results.push({ step: used, of: source, result: found[used] });
  }
  const inputs: StudyInputs = { cell: takesCell(step) ? lines.cell : null, results, ...runOf(definition, lines, null) };
  return { module, export: name, inputs: { ...inputs }, parameters: step.parameters };
}

/** All that has been found; parts in the order of the steps. */
export function storyTask(study: Study, step: StudyStep, lines: Lines, ofStudy: Readonly<Partial<Record<StepName, string>>>): TaskSpec {
  const { module, export: name } = STEPS[step.name];
  const files = lines.files.map(({ source, path: file, sha256, results, error }) => ({ source, file, sha256, results, error }));
  const parts: StoryPart[] = study.steps
    .filter((other) => STEPS[other.name].givesPart)
    .flatMap((other): StoryPart[] => {
      if (STEPS[other.name].per === "study") return [{ step: other.name, source: null, result: ofStudy[other.name]!, error: null }];
      return lines.sources
        .filter(({ kind }) => kind === STEPS[other.name].of)
        .map(({ name: source, results, errors }) => ({
          step: other.name,
          source,
          result: results[other.name] ?? null,
          error: errors.find(({ step: failed }) => failed === other.name || STEPS[other.name].needs.includes(failed)) ?? null,
        }));
    });
  const sources = lines.sources.map(({ name: source, kind, inputs }) => ({
    source,
    kind,
    files: inputs.map(({ file, sha256 }) => ({ file, sha256 })),
  }));
  const steps = study.steps.map(({ name: word, parameters }) => ({ name: word, parameters }));
  return {
    module,
    export: name,
    inputs: { title: study.title, cell: lines.cell, files, sources, parts, steps },
    parameters: step.parameters,
  };
}

/** @throws ThioscopeError STEP_FAILED where nothing of the study could be used */
export function someLineIsGood(lines: Lines, ofStudy: Readonly<Partial<Record<StepName, string>>>, root: string): void {
  const { files, sources } = lines;
  const isGood = files.some((line) => line.error === null) || sources.some((line) => Object.keys(line.results).length > 0);
  if (isGood || Object.keys(ofStudy).length > 0) return;
  const list = [
    ...files.map((line) => `${line.path}: ${line.error?.message}`),
    ...sources.map((line) => `${line.name}: ${line.errors[0]?.message ?? "no step of the study is for it"}`),
  ].join("; ");
  throw new ThioscopeError("STEP_FAILED", `no raw file of the study could be used (${list})`, { file: join(root, "study.yaml") });
}

function resultsOf(steps: readonly string[], { results }: OnTheWay): Record<string, ResultInput> {
  const found: Record<string, ResultInput> = {};
  for (const step of steps) {
    const result = results[step as StepName];
    if (result) found[step] = { result };
  }
  return found;
}

/** Steps whose numbers are given per mass and area too. */
function takesCell({ name, parameters }: StudyStep): boolean {
  const { takesCell: when } = STEPS[name];
  return when === true || (when !== undefined && parameters[when] === true);
}

function runOf({ takesRun }: StepDefinition, { files }: Lines, cycling: string | null): { run?: RunInput[] } {
  if (!takesRun) return {};
  const read = files.filter((line) => line.results.read && line.holds !== "spectra" && (cycling === null || line.source === cycling));
  return {
    run: read.map(({ source, path, sha256, results, cellInput }) => ({
      source,
      file: path,
      sha256,
      read: { result: results.read! },
      cell: cellInput,
    })),
  };
}
