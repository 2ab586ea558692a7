/**
 * A running experiment followed: a study is run again whenever its raw files have grown or new ones have arrived.
 *
 * Files are asked for their size and time at every look (shares tell of changes in no other way). One that changed at the last looks is young. A young
 * frame, volume or spectrum is left out until it is whole. A young table of a cycler is read as far as it is: where that fails (half a row, half a
 * block), the result of the last round stays, and the next round reads it again. When everything has settled, results and bytes are those of
 * `thioscope run`.
 */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { QUIET, type TaskContext, ThioscopeError } from "@thioscope/core";
import type { EngineName } from "./engine.ts";
import { runStudy, type StudyRun } from "./run.ts";
import { readStudy, type Study } from "./studyFile.ts";

export interface WatchOptions {
  /** time between two looks, ms; default 2000 */
  every?: number;
  /** a file that did not change for so long is whole, ms; default 5000 */
  settle?: number;
  engine?: EngineName;
  /** its signal ends the watch */
  context?: TaskContext;
  /** told after every round */
  onRound?: (round: WatchRound) => void | Promise<void>;
}

export interface WatchRound {
  /** null where nothing could be run yet: `waiting` says why */
  run: StudyRun | null;
  /** files that are still written, and those left out of the round */
  young: readonly string[];
  waiting: string | null;
}

/** Looks until `context.signal` is aborted. Throws what a run throws, files that are not whole yet apart. */
export async function watchStudy(root: string, options: WatchOptions = {}): Promise<void> {
  const { every = 2000, settle = 5000, context = QUIET, onRound } = options;
  const looks = new Looks(settle);
  let done = "";
  while (!context.signal?.aborted) {
    const looked = await look(root, looks).catch((error: unknown) => {
      // patterns that match nothing yet, a study.yaml that is being edited
      if (error instanceof ThioscopeError && (error.code === "STUDY_INVALID" || error.code === "FILE_MISSING")) return error.message;
      throw error;
    });
    if (typeof looked === "string") {
      if (done !== looked) await onRound?.({ run: null, young: [], waiting: looked });
      done = looked;
    } else if (done !== looked.state) {
      const round = await runRound(looked.study, looked.young, options);
      await onRound?.(round);
      // what could not be run is tried again
      done = round.waiting === null ? looked.state : "";
    }
    await pause(every, context.signal);
  }
}

/** What was seen of each file, and since when it looks like that. */
class Looks {
  readonly #settle: number;
  readonly #seen = new Map<string, { stamp: string; since: number }>();

  constructor(settle: number) {
    this.#settle = settle;
  }

  /** True while the file changes. The first look goes by the file's own clock, later ones by this machine's. */
  isYoung(path: string, stamp: string, changed: number): boolean {
    const now = Date.now();
    let seen = this.#seen.get(path);
    if (seen?.stamp !== stamp) {
      seen = { stamp, since: seen ? now : Math.min(now, changed) };
      this.#seen.set(path, seen);
    }
    return now - seen.since < this.#settle;
  }
}

interface Looked {
  study: Study;
  young: Set<string>;
  /** everything that a run depends on */
  state: string;
}

async function look(root: string, looks: Looks): Promise<Looked> {
  const study = await readStudy(root);
  const young = new Set<string>();
  const stamps: string[] = [];
  const paths = [
    ...study.files.map(({ path }) => path),
    ...study.sources.flatMap(({ files, settingFiles }) => [...files, ...Object.values(settingFiles)]),
  ];
  const cells = [study.cell, ...study.files.map(({ cell }) => cell), ...study.sources.map(({ cell }) => cell)].flatMap(
    (path) => path ?? [],
  );
  for (const path of new Set([...paths, ...cells])) {
    const found = await stat(join(study.root, path)).catch(() => null);
    const stamp = found ? `${found.size} ${found.mtimeMs} ${found.ino}` : "gone";
    if (looks.isYoung(path, stamp, found?.mtimeMs ?? 0)) young.add(path);
    stamps.push(`${path} ${stamp} ${young.has(path)}`);
  }
  return { study, young, state: JSON.stringify([study.steps, study.sources, stamps]) };
}

async function runRound(study: Study, young: ReadonlySet<string>, { engine, context = QUIET }: WatchOptions): Promise<WatchRound> {
  const sources = study.sources
    .map((source) => ({ ...source, files: source.files.filter((path) => !young.has(path)) }))
    .filter(({ files, settingFiles }) => files.length > 0 && !Object.values(settingFiles).some((path) => young.has(path)));
  try {
    const run = await runStudy({ ...study, sources }, { ...(engine ? { engine } : {}), context, growing: young });
    return { run, young: [...young], waiting: null };
  } catch (error) {
    // nothing could be read yet, another run goes on, a file vanished between two looks
    if (error instanceof ThioscopeError && ["STEP_FAILED", "STUDY_LOCKED", "FILE_MISSING"].includes(error.code)) {
      return { run: null, young: [...young], waiting: error.message };
    }
    throw error;
  }
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
