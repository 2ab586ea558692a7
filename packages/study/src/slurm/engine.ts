/**
 * The engine `slurm`: tasks that are asked for together become a job array whose elements are minutes long and compute several tasks each. The submitter watches files and the queue; it may die at any
 * time, and the next run of the study goes on with what lives. A task whose element failed or was lost with its node is submitted again, alone.
 */
import { randomUUID } from "node:crypto";
import { stat } from "node:fs/promises";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { type TaskContext, ThioscopeError } from "@thioscope/core";
import type { Engine } from "../engine.ts";
import { findResult, type Job, type RunRecord } from "../results.ts";
import type { WriteFile } from "../write.ts";
import {
  BATCHES,
  type BatchFile,
  type DoneFile,
  doneName,
  lastLines,
  leftBatches,
  type Outcome,
  type RunningFile,
  readWord,
  removeBatch,
  runningName,
  type TasksFile,
  tasksName,
} from "./batch.ts";
import { checkSlurmOptions, type SlurmOptions } from "./options.ts";
import { NoAnswer, quoted, type Scheduler, slurmScheduler } from "./scheduler.ts";

/** Tasks that come within this time go into one array. */
const GATHER_MS = 100;
/** Work of an element: long beside the second or so that Slurm takes to start one. */
const ELEMENT_SECOND = 120;
/** Reading and computing of raw bytes by one thread, low: elements then last longer than meant, not shorter. */
const BYTES_PER_SECOND = 20e6;
/** A task without raw files is a model. */
const MODEL_SECOND = 30;
/** Slurm's default for MaxArraySize is 1001. */
const MOST_ELEMENTS = 1000;
/** Looks at which an element neither lives nor has said how it ended: shared file systems show files late. */
const LOOKS_UNTIL_LOST = 3;
/** Elements that are taken back have ended by then, or hang. */
const ENDING_MS = 10_000;
/** The controller may be away that long. */
const PATIENCE_MS = 30 * 60_000;

interface Waiting {
  job: Job;
  context: TaskContext;
  tries: number;
  resolve(record: RunRecord): void;
  reject(error: unknown): void;
}

interface Flying {
  folder: string;
  name: string;
  /** Slurm's number; null where the submitter was not told */
  number: string | null;
  element: number;
  /** of its tasks that have not ended */
  hashes: Set<string>;
  missed: number;
  state: string;
  /** it stood in the queue */
  wasSeen: boolean;
}

export function makeSlurm(options: SlurmOptions, write: WriteFile, force: boolean): Engine {
  checkSlurmOptions(options);
  return new SlurmEngine(options, slurmScheduler(options), write, force);
}

class SlurmEngine implements Engine {
  readonly width = Number.POSITIVE_INFINITY;
  private readonly options: SlurmOptions;
  private readonly scheduler: Scheduler;
  private readonly write: WriteFile;
  private readonly force: boolean;
  private readonly waiting = new Map<string, Waiting>();
  private flying: Flying[] = [];
  /** tasks to be submitted */
  private ready: string[] = [];
  private root = "";
  private loop: Promise<void> | null = null;
  private isClosed = false;
  private isAdopted = false;
  private silentSince: number | null = null;

  constructor(options: SlurmOptions, scheduler: Scheduler, write: WriteFile, force: boolean) {
    this.options = options;
    this.scheduler = scheduler;
    this.write = write;
    this.force = force;
  }

  run(root: string, job: Job, context: TaskContext): Promise<RunRecord> {
    this.root = root;
    return new Promise((resolve, reject) => {
      this.waiting.set(job.hash, { job, context, tries: 0, resolve, reject });
      this.ready.push(job.hash);
      this.loop ??= this.watch();
    });
  }

  /** How many elements run and wait, for the line of progress. */
  state(): string {
    if (this.silentSince !== null) return "Slurm does not answer";
    const running = this.flying.filter(({ state }) => state === "RUNNING").length;
    return `${running} elements run, ${this.flying.length - running} wait`;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.loop;
  }

  /** Submits, looks, sleeps, until nothing waits. An error here is the error of all that waits. */
  private async watch(): Promise<void> {
    try {
      await sleep(GATHER_MS);
      while (this.waiting.size > 0 && !this.isClosed) {
        if (this.isCancelled()) return await this.cancel();
        try {
          await this.submitReady();
          await this.look();
          this.silentSince = null;
        } catch (error) {
          if (!(error instanceof NoAnswer)) throw error;
          this.beSilent(error);
        }
        this.tell();
        if (this.waiting.size > 0) await this.pause();
      }
    } catch (error) {
      for (const { reject } of this.waiting.values()) reject(error);
      this.waiting.clear();
    } finally {
      this.loop = null;
    }
  }

  private beSilent(error: NoAnswer): void {
    this.silentSince ??= Date.now();
    if (Date.now() - this.silentSince > PATIENCE_MS)
      throw new ThioscopeError(
        "ENGINE_FAILED",
        `Slurm has not answered for ${PATIENCE_MS / 60_000} minutes (${error.message}); what is submitted goes on: run the study again later`,
      );
  }

  private isCancelled(): boolean {
    return [...this.waiting.values()].some(({ context }) => context.signal?.aborted);
  }

  private async cancel(): Promise<void> {
    const folders = new Map(this.flying.map(({ name, folder }) => [name, folder]));
    // one that cannot be reached is left to its time limit, and to the next run
    await this.takeBack(folders).catch(() => {});
    for (const { reject } of this.waiting.values()) reject(new ThioscopeError("CANCELLED", "cancelled"));
    this.waiting.clear();
  }

  /** Cancels batches and removes what was said with them, once nothing of them lives that could still write there; what has not ended by then the next run looks after. */
  private async takeBack(folders: ReadonlyMap<string, string>): Promise<void> {
    await this.scheduler.cancel([...folders.keys()]);
    const until = Date.now() + ENDING_MS;
    for (let living = new Set(folders.keys()); living.size > 0 && Date.now() < until; ) {
      await sleep(GATHER_MS);
      const found = new Set((await this.scheduler.live([...living])).map(({ name }) => name));
      for (const name of living) if (!found.has(name)) await removeBatch(folders.get(name)!);
      living = found;
    }
  }

  /** Sleeps until the next look, less where new tasks come or the work is cancelled. */
  private async pause(): Promise<void> {
    const until = Date.now() + 1000 * (this.options.poll ?? 5);
    while (Date.now() < until && !this.isClosed && !this.isCancelled()) {
      await sleep(Math.min(GATHER_MS, Math.max(1, until - Date.now())));
      if (this.ready.length > 0 && this.silentSince === null) return;
    }
  }

  private async submitReady(): Promise<void> {
    if (!this.isAdopted) {
      await this.adopt();
      this.isAdopted = true;
    }
    const flying = new Set(this.flying.flatMap(({ hashes }) => [...hashes]));
    this.ready = this.ready.filter((hash) => this.waiting.has(hash) && !flying.has(hash));
    while (this.ready.length > 0) {
      const again = this.ready.filter((hash) => this.waiting.get(hash)!.tries > 0);
      // what failed is alone in its element: a task that kills its process takes no other with it
      const shares = again.length > 0 ? again.map((hash) => [hash]) : await this.shares(this.ready);
      await this.submit(shares.slice(0, MOST_ELEMENTS));
      const submitted = new Set(shares.slice(0, MOST_ELEMENTS).flat());
      this.ready = this.ready.filter((hash) => !submitted.has(hash));
    }
  }

  /** Batches of an earlier run: what lives and is wanted is waited for; the others are forgotten. */
  private async adopt(): Promise<void> {
    const left = await leftBatches(this.root);
    const names = left.flatMap(({ batch }) => (batch ? [batch.name] : []));
    const live = await this.scheduler.live(names);
    for (const { folder, batch } of left) {
      const mine = batch ? live.filter(({ name }) => name === batch.name) : [];
      if (!batch || mine.length === 0) {
        await removeBatch(folder);
        continue;
      }
      for (const { element, state } of mine) {
        // under --force only what was submitted so counts
        const hashes = (batch.shares[element] ?? []).filter((hash) => this.waiting.has(hash) && (batch.force || !this.force));
        if (hashes.length > 0)
          this.flying.push({ folder, name: batch.name, number: null, element, hashes: new Set(hashes), missed: 0, state, wasSeen: true });
      }
    }
  }

  /** Tasks of each element: so many that it lasts minutes. */
  private async shares(hashes: readonly string[]): Promise<string[][]> {
    const processors = this.options.processors ?? 1;
    const shares: string[][] = [];
    const least = Math.ceil(hashes.length / MOST_ELEMENTS);
    let seconds = Number.POSITIVE_INFINITY;
    for (const hash of hashes) {
      const last = shares.at(-1);
      const isFull = !last || (this.options.chunk ? last.length >= this.options.chunk : seconds >= ELEMENT_SECOND * processors);
      if (isFull && (!last || last.length >= least)) {
        shares.push([hash]);
        seconds = 0;
      } else last!.push(hash);
      seconds += this.options.chunk ? 0 : await this.secondsOf(this.waiting.get(hash)!.job);
    }
    return shares;
  }

  private async secondsOf({ task }: Job): Promise<number> {
    let bytes = 0;
    for (const file of new Set(filesOf(task.inputs))) bytes += (await stat(join(this.root, file)).catch(() => null))?.size ?? 0;
    return bytes > 0 ? bytes / BYTES_PER_SECOND : MODEL_SECOND;
  }

  private async submit(shares: readonly (readonly string[])[]): Promise<void> {
    const id = randomUUID().slice(0, 13);
    const folder = join(this.root, BATCHES, id);
    const name = `thioscope-${id}`;
    const batch: BatchFile = { version: 1, name, shares, force: this.force };
    const root = this.options.remoteFolder ?? this.root;
    const remote = posix.join(root, BATCHES, id);
    for (const [element, hashes] of shares.entries()) {
      const jobs = hashes.map((hash) => this.waiting.get(hash)!.job);
      const tasks: TasksFile = { jobs, force: this.force, processors: this.options.processors ?? 1 };
      await this.write(join(folder, tasksName(element)), JSON.stringify(tasks));
    }
    const script = `#!/bin/sh\nexec ${this.options.program ?? ownProgram()} ${quoted(remote)}\n`;
    await this.write(join(folder, "run.sh"), script);
    await this.write(join(folder, "batch.json"), JSON.stringify(batch));
    const request = { name, elements: shares.length, root, log: remote, script: posix.join(remote, "run.sh") };
    let number: string | null = null;
    let silent: unknown = null;
    try {
      number = await this.scheduler.submit(request);
    } catch (error) {
      if (!(error instanceof NoAnswer)) {
        await removeBatch(folder);
        throw error;
      }
      // it may have been heard all the same: the queue will tell
      silent = error;
    }
    for (const [element, hashes] of shares.entries())
      this.flying.push({ folder, name, number, element, hashes: new Set(hashes), missed: 0, state: "PENDING", wasSeen: false });
    if (silent) throw silent;
  }

  /** What has ended, what lives, what is lost. */
  private async look(): Promise<void> {
    // the queue is asked first: an element that is gone from it has written its last word before
    let live: Map<string, string> | null = null;
    let silent: unknown = null;
    try {
      const found = await this.scheduler.live([...new Set(this.flying.map(({ name }) => name))]);
      live = new Map(found.map(({ name, element, state }) => [`${name} ${element}`, state]));
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      silent = error;
    }
    for (const one of this.flying) {
      const done = await readWord<DoneFile>(one.folder, doneName(one.element));
      if (done) await this.settle(one, done);
      else await this.follow(one);
      if (one.hashes.size === 0 || live === null) continue;
      const state = live.get(`${one.name} ${one.element}`);
      one.missed = state === undefined ? one.missed + 1 : 0;
      if (state !== undefined) one.wasSeen = true;
      one.state = state ?? "GONE";
      if (one.missed >= LOOKS_UNTIL_LOST) await this.lost(one);
    }
    const ended = this.flying.filter(({ hashes }) => hashes.size === 0);
    this.flying = this.flying.filter(({ hashes }) => hashes.size > 0);
    const kept = new Set(this.flying.map(({ folder }) => folder));
    for (const folder of new Set(ended.map((one) => one.folder))) if (!kept.has(folder)) await removeBatch(folder);
    if (silent) throw silent;
  }

  private async settle(one: Flying, { outcomes }: DoneFile): Promise<void> {
    for (const hash of [...one.hashes]) {
      const waiting = this.waiting.get(hash);
      const outcome: Outcome | undefined = outcomes[hash];
      if (!waiting) one.hashes.delete(hash);
      else if (outcome === "done") {
        const record = await findResult(this.root, waiting.job.step, hash);
        // not seen yet: the file system shows it at one of the next looks, or it is lost
        if (!record) continue;
        one.hashes.delete(hash);
        this.waiting.delete(hash);
        waiting.resolve(record);
      } else if (outcome && !outcome.again) {
        one.hashes.delete(hash);
        this.waiting.delete(hash);
        const { code, message, place } = outcome;
        waiting.reject(code === null ? new Error(message) : new ThioscopeError(code, message, place));
      } else {
        one.hashes.delete(hash);
        await this.tryAgain(waiting, outcome?.message ?? "the task was left out");
      }
    }
  }

  private async follow(one: Flying): Promise<void> {
    const running = await readWord<RunningFile>(one.folder, runningName(one.element));
    for (const [hash, share] of Object.entries(running?.shares ?? {})) this.waiting.get(hash)?.context.progress(share, 1, "");
  }

  private async lost(one: Flying): Promise<void> {
    const { number, element, hashes } = one;
    const wanted = [...hashes].filter((hash) => this.waiting.has(hash));
    hashes.clear();
    if (number === null && !one.wasSeen) {
      // Slurm never heard of it
      this.ready.push(...wanted);
      return;
    }
    const fate = number === null ? "its end is not known" : await this.scheduler.fate(number, element).catch(() => "its end is not known");
    const printed = await lastLines(one.folder, element);
    const why = `element ${element} of ${number ?? one.name}: ${fate}${printed ? `; it printed: ${printed}` : ""}`;
    for (const hash of wanted) await this.tryAgain(this.waiting.get(hash)!, why);
  }

  private async tryAgain(waiting: Waiting, why: string): Promise<void> {
    const { job } = waiting;
    // it may have ended before its element did
    const record = this.force ? undefined : await findResult(this.root, job.step, job.hash);
    const most = this.options.attempts ?? 3;
    if (record) waiting.resolve(record);
    else if (++waiting.tries < most) {
      this.ready.push(job.hash);
      return;
    } else waiting.reject(new ThioscopeError("STEP_FAILED", `the cluster did not finish it in ${most} attempts; the last: ${why}`));
    this.waiting.delete(job.hash);
  }

  private tell(): void {
    for (const { context } of this.waiting.values()) context.progress(0, 0, this.state());
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** This program, on a cluster that has it at the same place. */
function ownProgram(): string {
  const isSource = import.meta.url.endsWith(".ts");
  const element = fileURLToPath(new URL(isSource ? "./element.ts" : "./element.js", import.meta.url));
  return [process.execPath, ...(isSource ? ["--conditions=source"] : []), element].map(quoted).join(" ");
}

/** Paths of the raw files among a task's inputs. */
function filesOf(inputs: unknown): string[] {
  if (Array.isArray(inputs)) return inputs.flatMap(filesOf);
  if (typeof inputs !== "object" || inputs === null) return [];
  const { file, sha256 } = inputs as { file?: unknown; sha256?: unknown };
  if (typeof file === "string" && typeof sha256 === "string") return [file];
  return Object.values(inputs).flatMap(filesOf);
}
