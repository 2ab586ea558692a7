/** Runs a study: step by step, each task once, on the engine asked for; what is done already is found by its hash. */
import { join } from "node:path";
import { checkCancelled, QUIET, type TaskContext, type TaskSpec, ThioscopeError } from "@thioscope/core";
import { type Engine, type EngineName, makeEngine } from "./engine.ts";
import { HashCache } from "./hashCache.ts";
import {
  type FileLine,
  filesOfTask,
  fileTask,
  hashFiles,
  isFor,
  type Lines,
  type SourceLine,
  someLineIsGood,
  sourceTask,
  storyTask,
  studyTask,
} from "./lines.ts";
import { takeLock } from "./lock.ts";
import { inTurns } from "./overlap.ts";
import { type Holds, STEPS, type StepName } from "./registry/index.ts";
import { findResult, type IndexedFile, type RunRecord, readIndex, type StepError, type StudyIndex, writeIndex } from "./results.ts";
import { leftBatches } from "./slurm/batch.ts";
import type { SlurmOptions } from "./slurm/options.ts";
import type { ResultInput } from "./stepModules.ts";
import type { Study, StudyStep } from "./studyFile.ts";
import { partsOfTask, taskHash } from "./tasks.ts";
import { removeParts, type WriteFile, writeAtomic } from "./write.ts";

export interface RunOptions {
  engine?: EngineName;
  /** how a cluster is asked; for the engine slurm */
  slurm?: SlurmOptions;
  /** compute again even what is done */
  force?: boolean;
  context?: TaskContext;
  /** told when a step has ended */
  onStep?: (report: StepReport) => void;
  /** files that are still written: where one cannot be read, what the last run made of it stays */
  growing?: ReadonlySet<string>;
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

/**
 * Runs all steps of a study. A raw file or source that fails stops its own line and is reported in the index;
 * the others go on.
 *
 * @throws ThioscopeError STUDY_LOCKED, CANCELLED, WRITE_FAILED; STEP_FAILED if the story cannot be made
 */
export async function runStudy(study: Study, options: RunOptions = {}): Promise<StudyRun> {
  const { context = QUIET } = options;
  const lock = takeLock(join(study.root, "results", ".lock"));
  const write: WriteFile = async (path, content) => {
    lock.check();
    await (options.write ?? writeAtomic)(path, content);
  };
  const force = options.force ?? false;
  const engine = await makeEngine(options.engine ?? "inline", {
    write,
    force,
    ...(options.slurm ? { slurm: options.slurm } : {}),
  });
  try {
    // while elements of an array may live, what is half written may be theirs
    const isShared = (await leftBatches(study.root)).length > 0;
    if (!isShared) await removeParts(study.root);
    const hashes = await HashCache.open(study.root, force);
    const lines = await hashFiles(study, hashes, context);
    lock.check();
    await hashes.save(writeAtomic);
    const before = await readIndex(study.root);
    const changed = changedFiles(before, lines, options.growing);
    const kept = new Map((before?.files ?? []).filter(({ path }) => options.growing?.has(path)).map((file) => [file.path, file]));
    const runner = new Runner(study, { engine, context, force, kept, stamps: lines.stamps });
    const steps = await runner.runSteps(lines, options.onStep);
    const index = indexOf(study, lines, runner.ofStudy);
    await writeIndex(study.root, index, write);
    if (isShared && (await leftBatches(study.root)).length === 0) await removeParts(study.root);
    return { index, steps, changed };
  } finally {
    await engine.close();
    lock.release();
  }
}

function indexOf(study: Study, { files, sources }: Lines, ofStudy: StudyIndex["ofStudy"]): StudyIndex {
  return {
    version: 2,
    title: study.title,
    finished: new Date().toISOString(),
    cell: study.cell,
    files: files.map(({ source, path, cell, cellName, size, sha256, results, error }) => ({
      source,
      path,
      cell,
      cellName,
      size,
      sha256,
      results,
      error,
    })),
    sources: sources.map(({ name, kind, cell, inputs, results, errors }) => ({
      name,
      kind,
      cell,
      files: inputs.map(({ file, size, sha256 }) => ({ path: file, size, sha256 })),
      results,
      errors,
    })),
    ofStudy,
    story: ofStudy.story ?? null,
  };
}

function changedFiles(index: StudyIndex | undefined, { files, sources }: Lines, growing?: ReadonlySet<string>): string[] {
  const known = [...(index?.files ?? []), ...(index?.sources.flatMap((source) => source.files) ?? [])];
  const before = new Map(known.map(({ path, sha256 }) => [path, sha256]));
  const now = [
    ...files.map(({ path, sha256 }) => ({ path, sha256 })),
    ...sources.flatMap((source) => source.inputs.map(({ file, sha256 }) => ({ path: file, sha256 }))),
  ];
  const other = now.filter(({ path, sha256 }) => (before.get(path) ?? sha256) !== sha256 && !growing?.has(path));
  return [...new Set(other.map(({ path }) => path))];
}

interface Means {
  engine: Engine;
  context: TaskContext;
  force: boolean;
  /** growing files as the last run left them */
  kept: ReadonlyMap<string, IndexedFile>;
  stamps: Lines["stamps"];
}

class Runner {
  private readonly study: Study;
  private readonly means: Means;
  /** tasks of this run by hash: two sources may share a file */
  private readonly done = new Map<string, Promise<{ record: RunRecord; reused: boolean }>>();

  /** results that belong to no file and no source */
  readonly ofStudy: Partial<Record<StepName, string>> = {};

  constructor(study: Study, means: Means) {
    this.study = study;
    this.means = means;
  }

  async runSteps(lines: Lines, onStep?: (report: StepReport) => void): Promise<StepReport[]> {
    const reports: StepReport[] = [];
    await inTurns(this.study.steps, {
      run: (step, handedOut) => this.runStep(step, lines, handedOut),
      mayBeginDuring: (before, step) => this.mayBeginDuring(before, step),
      tell: (report) => {
        this.inOrderOfSteps(lines);
        reports.push(report);
        onStep?.(report);
      },
    });
    return reports;
  }

  /** Where there are several threads, and it needs nothing of the other. */
  private mayBeginDuring(before: StudyStep, step: StudyStep): boolean {
    const [a, b] = [STEPS[before.name], STEPS[step.name]];
    const isApart = ![...b.needs, ...(b.uses ?? [])].includes(before.name);
    return this.means.engine.width > 1 && a.parts !== undefined && a.per === "source" && b.per === "source" && isApart;
  }

  /** Whatever ended first. */
  private inOrderOfSteps({ sources }: Lines): void {
    const order = this.study.steps.map(({ name }) => name);
    const rank = (name: string): number => order.indexOf(name as StepName);
    for (const line of sources) {
      line.errors.sort((a, b) => rank(a.step) - rank(b.step));
      line.results = Object.fromEntries(Object.entries(line.results).sort(([a], [b]) => rank(a) - rank(b)));
    }
  }

  /** @param handedOut told when all that is left is under way */
  private async runStep(step: StudyStep, lines: Lines, handedOut: () => void): Promise<StepReport> {
    const began = performance.now();
    const report: StepReport = { step: step.name, computed: 0, reused: 0, failed: 0, seconds: 0, rows: 0 };
    const { per, of, needs } = STEPS[step.name];
    if (per === "file") {
      const waiting = lines.files.filter((line) => line.error === null && isFor(step, line));
      await this.overLines(step, waiting, report, (line) => fileTask(step, line), learn);
    } else if (per === "source") {
      // what another step of the same source could not do is said there
      const waiting = lines.sources.filter(
        (line) => line.kind === of && needs.every((need) => line.results[need as StepName] !== undefined),
      );
      await this.overLines(step, waiting, report, (line) => sourceTask(step, line, lines), undefined, handedOut);
    } else {
      if (per === "story") someLineIsGood(lines, this.ofStudy, this.study.root);
      const task = per === "story" ? storyTask(this.study, step, lines, this.ofStudy) : studyTask(step, lines, this.ofStudy);
      const done = await this.runOnce(step.name, task, this.means.context);
      count(report, done);
      this.ofStudy[step.name] = `${step.name}/${done.record.hash}`;
    }
    report.seconds = (performance.now() - began) / 1000;
    return report;
  }

  private async overLines<Line extends FileLine | SourceLine>(
    step: StudyStep,
    waiting: readonly Line[],
    report: StepReport,
    taskOf: (line: Line) => TaskSpec,
    after?: (step: StepName, line: Line, record: RunRecord) => void,
    handedOut?: () => void,
  ): Promise<void> {
    let left = waiting.length;
    const { context, engine } = this.means;
    const parts = new Map<Line, number>();
    const total = waiting.reduce((sum, line) => sum + line.size, 0);
    const [one, many] = STEPS[step.name].per === "file" ? ["file", "files"] : ["source", "sources"];
    const what = waiting.length === 1 ? one : many;
    const show = (): void => {
      // progress in bytes of raw data: files differ in size by orders of magnitude
      let bytes = 0;
      for (const [line, part] of parts) bytes += part * line.size;
      const state = engine.state ? `; ${engine.state()}` : "";
      context.progress(Math.round(bytes / 1000), Math.ceil(total / 1000), `${step.name}, ${waiting.length} ${what}${state}, kB`);
    };
    const next = waiting.values();
    const takeFrom = async (): Promise<void> => {
      for (const line of next) {
        checkCancelled(context);
        let isCounted = false;
        const lastTask = (): void => {
          if (!isCounted && --left === 0) handedOut?.();
          isCounted = true;
        };
        try {
          const inner: TaskContext = {
            ...context,
            progress: (done, of) => {
              if (of > 0) parts.set(line, done / of);
              show();
            },
          };
          const done = await this.runOnce(step.name, taskOf(line), inner, false, lastTask);
          line.results[step.name] = `${step.name}/${done.record.hash}`;
          after?.(step.name, line, done.record);
          count(report, done);
        } catch (error) {
          const failed = asStepError(error, step.name);
          const record = "errors" in line ? undefined : await this.lastRead(step.name, line);
          if (record) after?.(step.name, line, record);
          else if ("errors" in line) line.errors.push(failed);
          else line.error = failed;
          if (!record) report.failed++;
        }
        lastTask();
        parts.set(line, 1);
        show();
      }
    };
    await Promise.all(Array.from({ length: Math.min(engine.width, waiting.length) }, takeFrom));
  }

  /** Of a growing file that cannot be read now: what was read of it before, which the line then goes on with. */
  private async lastRead(step: StepName, line: FileLine): Promise<RunRecord | undefined> {
    const last = this.means.kept.get(line.path);
    const ref = last?.results.read;
    if (step !== "read" || !last || ref === undefined) return undefined;
    const record = await findResult(this.study.root, "read", ref.slice("read/".length));
    if (!record) return undefined;
    line.results.read = ref;
    line.sha256 = last.sha256;
    line.size = last.size;
    return record;
  }

  private runOnce(
    step: StepName,
    task: TaskSpec,
    context: TaskContext,
    isPart = false,
    lastTask?: () => void,
  ): Promise<{ record: RunRecord; reused: boolean }> {
    const hash = taskHash(task);
    const known = this.done.get(hash);
    if (known) return known.then(({ record }) => ({ record, reused: true }));
    const running = this.compute(step, hash, task, context, isPart, lastTask);
    this.done.set(hash, running);
    return running;
  }

  private async compute(
    step: StepName,
    hash: string,
    task: TaskSpec,
    context: TaskContext,
    isPart: boolean,
    lastTask?: () => void,
  ): Promise<{ record: RunRecord; reused: boolean }> {
    const { engine, force } = this.means;
    const { root } = this.study;
    const found = force ? undefined : await findResult(root, step, hash);
    if (found) return { record: found, reused: true };
    const parts = isPart ? [] : await this.runParts(step, task, context);
    lastTask?.();
    return { record: await engine.run(root, { step, hash, task, parts, stamps: this.stampsOf(step, task) }, context), reused: false };
  }

  /** Of the raw files that the task reads. */
  private stampsOf(step: StepName, task: TaskSpec): Record<string, string> {
    if (STEPS[step].per !== "file" && STEPS[step].per !== "source") return {};
    const { stamps } = this.means;
    return Object.fromEntries(filesOfTask(task).flatMap((file) => (stamps.has(file) ? [[file, stamps.get(file)!]] : [])));
  }

  /** What a step is shared out in, all of it computed; the first part that fails, in their order, is the step's failure. */
  private async runParts(step: StepName, task: TaskSpec, context: TaskContext): Promise<ResultInput[]> {
    const { parts: plan } = STEPS[step];
    if (plan === undefined) return [];
    const tasks = await partsOfTask(this.study.root, task, plan, context);
    const shares = new Float64Array(tasks.length);
    const show = (k: number, share: number): void => {
      shares[k] = share;
      context.progress(
        shares.reduce((a, b) => a + b, 0),
        tasks.length,
        "parts",
      );
    };
    const running = tasks.map(async (part, k): Promise<ResultInput> => {
      const inner = { ...context, progress: (done: number, of: number) => of > 0 && show(k, done / of) };
      const { record } = await this.runOnce(step, part, inner, true);
      show(k, 1);
      return { result: `${step}/${record.hash}` };
    });
    const ended = await Promise.allSettled(running);
    return ended.map((end) => {
      if (end.status === "rejected") throw end.reason;
      return end.value;
    });
  }
}

function count(report: StepReport, { record, reused }: { record: RunRecord; reused: boolean }): void {
  if (reused) report.reused++;
  else {
    report.computed++;
    report.rows += Number(record.summary.rows ?? 0);
  }
}

/** What a result says about its file. */
function learn(step: StepName, line: FileLine, { summary }: RunRecord): void {
  if (step === "read") line.holds = summary.holds as Holds;
  if (step === "cycles") line.cellName = String(summary.cell ?? "") || null;
}

const STOPS_ALL: ReadonlySet<string> = new Set(["CANCELLED", "WRITE_FAILED", "ENGINE_FAILED"]);

/** The fault of a file or source stops only this one; a full disk, a cancelled run or a bug stops all. */
function asStepError(error: unknown, step: StepName): StepError {
  if (!(error instanceof ThioscopeError) || STOPS_ALL.has(error.code)) throw error;
  return { step, code: error.code, message: error.message };
}
