/** Runs a study: step by step, each task once, on the engine asked for; what is done already is found by its hash. */
import { join } from "node:path";
import { checkCancelled, QUIET, type TaskContext, type TaskSpec, ThioscopeError } from "@thioscope/core";
import { type EngineName, makeEngine } from "./engine.ts";
import { sha256OfFile } from "./hash.ts";
import { takeLock } from "./lock.ts";
import { type Holds, STEPS, type StepName } from "./registry.ts";
import { findResult, type IndexedFile, keepResult, type RunRecord, readIndex, type StudyIndex, writeIndex } from "./results.ts";
import type { Study, StudyFile, StudyStep } from "./studyFile.ts";
import { taskHash } from "./tasks.ts";
import { type WriteFile, writeAtomic } from "./write.ts";

export interface RunOptions {
  engine?: EngineName;
  /** compute again even what is done */
  force?: boolean;
  context?: TaskContext;
  /** told when a step has ended */
  onStep?: (report: StepReport) => void;
  write?: WriteFile;
}

export interface StepReport {
  step: StepName;
  computed: number;
  reused: number;
  failed: number;
  seconds: number;
  /** rows read or written by the computed tasks, where the step counts them */
  rows: number;
}

export interface StudyRun {
  index: StudyIndex;
  steps: readonly StepReport[];
  /** raw files that changed since the last run, which must not happen */
  changed: readonly string[];
}

/** One raw file on its way through the steps. */
interface Line extends StudyFile {
  size: number;
  sha256: string;
  cellHash: string | null;
  /** known once it is read */
  holds: Holds | null;
  results: Partial<Record<StepName, string>>;
  cellName: string | null;
  error: IndexedFile["error"];
}

/**
 * Runs all steps of a study. A raw file that fails stops its own line and is reported in the index; the others
 * go on.
 *
 * @throws ThioscopeError STUDY_LOCKED, CANCELLED, WRITE_FAILED; STEP_FAILED if the story cannot be made
 */
export async function runStudy(study: Study, options: RunOptions = {}): Promise<StudyRun> {
  const { context = QUIET, write = writeAtomic } = options;
  const release = takeLock(join(study.root, "results", ".lock"));
  const engine = await makeEngine(options.engine ?? "inline");
  try {
    const lines = await hashFiles(study, context);
    const changed = await changedFiles(study.root, lines);
    const runner = new Runner(study, { engine, write, context, force: options.force ?? false });
    const steps: StepReport[] = [];
    let story: string | null = null;
    for (const step of study.steps) {
      const report = await runner.runStep(step, lines);
      if (report.story) story = report.story;
      steps.push(report.report);
      options.onStep?.(report.report);
    }
    const index: StudyIndex = {
      version: 1,
      title: study.title,
      finished: new Date().toISOString(),
      cell: study.cell,
      files: lines.map(({ source, path, cell, cellName, size, sha256, results, error }) => ({
        source,
        path,
        cell,
        cellName,
        size,
        sha256,
        results,
        error,
      })),
      story,
    };
    await writeIndex(study.root, index, write);
    return { index, steps, changed };
  } finally {
    await engine.close();
    release();
  }
}

async function hashFiles(study: Study, context: TaskContext): Promise<Line[]> {
  const hashes = new Map<string, Promise<{ sha256: string; size: number }>>();
  const hashOf = (path: string): Promise<{ sha256: string; size: number }> => {
    const known = hashes.get(path) ?? sha256OfFile(join(study.root, path), context);
    hashes.set(path, known);
    return known;
  };
  const lines: Line[] = [];
  for (const file of study.files) {
    const { sha256, size } = await hashOf(file.path);
    const cellHash = file.cell === null ? null : (await hashOf(file.cell)).sha256;
    lines.push({ ...file, sha256, size, cellHash, holds: null, results: {}, cellName: null, error: null });
  }
  return lines;
}

async function changedFiles(root: string, lines: readonly Line[]): Promise<string[]> {
  const before = new Map((await readIndex(root))?.files.map((f) => [f.path, f.sha256]));
  return [...new Set(lines.filter((l) => (before.get(l.path) ?? l.sha256) !== l.sha256).map((l) => l.path))];
}

interface Means {
  engine: Awaited<ReturnType<typeof makeEngine>>;
  write: WriteFile;
  context: TaskContext;
  force: boolean;
}

class Runner {
  private readonly study: Study;
  private readonly means: Means;
  /** tasks of this run by hash: two sources may share a file */
  private readonly done = new Map<string, Promise<{ record: RunRecord; reused: boolean }>>();

  constructor(study: Study, means: Means) {
    this.study = study;
    this.means = means;
  }

  async runStep(step: StudyStep, lines: readonly Line[]): Promise<{ report: StepReport; story: string | null }> {
    const began = performance.now();
    const report: StepReport = { step: step.name, computed: 0, reused: 0, failed: 0, seconds: 0, rows: 0 };
    const count = ({ record, reused }: { record: RunRecord; reused: boolean }): void => {
      if (reused) report.reused++;
      else {
        report.computed++;
        report.rows += Number(record.summary.rows ?? 0);
      }
    };
    let story: string | null = null;
    if (STEPS[step.name].per === "study") {
      const good = lines.filter((line) => line.error === null);
      if (good.length === 0) throw allFailed(lines, this.study.root);
      const done = await this.runOnce(step.name, await storyTask(this.study, step, lines), this.means.context);
      count(done);
      story = `${step.name}/${done.record.hash}`;
    } else {
      await this.overFiles(step, lines, report, count);
    }
    report.seconds = (performance.now() - began) / 1000;
    return { report, story };
  }

  private async overFiles(
    step: StudyStep,
    lines: readonly Line[],
    report: StepReport,
    count: (done: { record: RunRecord; reused: boolean }) => void,
  ): Promise<void> {
    const { context, engine } = this.means;
    const waiting = lines.filter((line) => line.error === null && isFor(step, line));
    const parts = new Map<Line, number>();
    const total = waiting.reduce((sum, line) => sum + line.size, 0);
    const show = (): void => {
      // progress in bytes of raw data: files differ in size by orders of magnitude
      let bytes = 0;
      for (const [line, part] of parts) bytes += part * line.size;
      context.progress(Math.round(bytes / 1000), Math.ceil(total / 1000), `${step.name}, ${waiting.length} files, kB`);
    };
    const next = waiting.values();
    const takeFrom = async (): Promise<void> => {
      for (const line of next) {
        checkCancelled(context);
        try {
          const inner: TaskContext = {
            ...context,
            progress: (done, of) => {
              if (of > 0) parts.set(line, done / of);
              show();
            },
          };
          const done = await this.runOnce(step.name, fileTask(step, line), inner);
          line.results[step.name] = `${step.name}/${done.record.hash}`;
          if (step.name === "read") line.holds = done.record.summary.holds as Holds;
          if (step.name === "cycles") line.cellName = String(done.record.summary.cell ?? "") || null;
          count(done);
        } catch (error) {
          line.error = asFileError(error, step.name);
          report.failed++;
        }
        parts.set(line, 1);
        show();
      }
    };
    await Promise.all(Array.from({ length: engine.width }, takeFrom));
  }

  private runOnce(step: StepName, task: TaskSpec, context: TaskContext): Promise<{ record: RunRecord; reused: boolean }> {
    const hash = taskHash(task);
    const known = this.done.get(hash);
    if (known) return known.then(({ record }) => ({ record, reused: true }));
    const running = this.compute(step, hash, task, context);
    this.done.set(hash, running);
    return running;
  }

  private async compute(
    step: StepName,
    hash: string,
    task: TaskSpec,
    context: TaskContext,
  ): Promise<{ record: RunRecord; reused: boolean }> {
    const { engine, write, force } = this.means;
    const { root } = this.study;
    const found = force ? undefined : await findResult(root, step, hash);
    if (found) return { record: found, reused: true };
    const started = new Date();
    const began = performance.now();
    const output = await engine.run(root, task, context);
    const durationSecond = Math.round(performance.now() - began) / 1000;
    const record = await keepResult(root, { step, hash, task, started, durationSecond, engine: engine.name }, output, write);
    return { record, reused: false };
  }
}

/** True where the file holds what the step is for. */
function isFor(step: StudyStep, line: Line): boolean {
  const { of } = STEPS[step.name];
  return of === undefined || line.holds === of || line.holds === "both";
}

/** The file's own fault stops only this file; a full disk, a cancelled run or a bug stops all. */
function asFileError(error: unknown, step: StepName): NonNullable<IndexedFile["error"]> {
  if (!(error instanceof ThioscopeError) || error.code === "CANCELLED" || error.code === "WRITE_FAILED") throw error;
  return { step, code: error.code, message: error.message };
}

function allFailed(lines: readonly Line[], root: string): ThioscopeError {
  const list = lines.map((line) => `${line.path}: ${line.error?.message}`).join("; ");
  return new ThioscopeError("STEP_FAILED", `no raw file of the study could be used (${list})`, { file: join(root, "study.yaml") });
}

function fileTask(step: StudyStep, line: Line): TaskSpec {
  const { module, export: name, needs, uses = [] } = STEPS[step.name];
  const inputs: Record<string, unknown> = {};
  if (step.name === "read") {
    inputs.raw = { file: line.path, sha256: line.sha256 };
    if (line.mapping) inputs.mapping = line.mapping;
  } else if (takesCell(step) && line.cell !== null) {
    inputs.cell = { file: line.cell, sha256: line.cellHash };
  }
  // the story names its files by their hash
  if (step.name === "curves") inputs.hash = line.sha256;
  for (const other of [...needs, ...uses]) if (line.results[other]) inputs[other] = { result: line.results[other] };
  return { module, export: name, inputs, parameters: step.parameters };
}

/** Steps whose numbers are given per mass and area too. */
function takesCell({ name, parameters }: StudyStep): boolean {
  if (name === "dqdv") return parameters.peaks === true;
  return name === "cycles" || name === "curves" || name === "symmetric" || name === "composition";
}

/** The story shows the study's cell, or the one that all its files share. */
async function storyTask(study: Study, step: StudyStep, lines: readonly Line[]): Promise<TaskSpec> {
  const { module, export: name } = STEPS[step.name];
  const cells = new Set(lines.map((line) => line.cell));
  const path = study.cell ?? (cells.size === 1 ? [...cells][0]! : null);
  const cell = path === null ? null : { file: path, sha256: (await sha256OfFile(join(study.root, path))).sha256 };
  const files = lines.map(({ source, path: file, sha256, results, error }) => ({ source, file, sha256, results, error }));
  const steps = study.steps.map(({ name: word, parameters }) => ({ name: word, parameters }));
  return { module, export: name, inputs: { title: study.title, cell, files, steps }, parameters: step.parameters };
}
