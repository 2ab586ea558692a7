/**
 * What submitter and cluster say to each other, as files below `results/.slurm/<batch>/` on the shared file system, each written by rename:
 *
 *   batch.json          name of the array and its number of elements; written before Slurm is asked, so that a submitter that dies is found out
 *   3.tasks.json        the tasks of element 3, as data
 *   3.running.json      how far it is, and where
 *   3.done.json         how each of its tasks ended; written last
 *   3.log               what it printed
 *   run.sh              what an element runs
 *
 * A later run of the study finds these folders and waits for what still lives instead of submitting it again.
 */
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ErrorCode, ErrorPlace } from "@thioscope/core";
import type { Job } from "../results.ts";

/** Below the study's folder. */
export const BATCHES = "results/.slurm";

export interface BatchFile {
  version: 1;
  /** of the array in Slurm */
  name: string;
  /** hashes of the tasks of each element */
  shares: readonly (readonly string[])[];
  force: boolean;
}

export interface TasksFile {
  jobs: readonly Job[];
  force: boolean;
  processors: number;
}

export interface RunningFile {
  node: string;
  pid: number;
  /** of each task, 0 to 1 */
  shares: Readonly<Record<string, number>>;
}

/** How a task ended. An error that is not the task's own (a full disk, memory) is worth another try. */
export type Outcome = "done" | { code: ErrorCode | null; message: string; place: ErrorPlace; again: boolean };

export interface DoneFile {
  node: string;
  outcomes: Readonly<Record<string, Outcome>>;
}

export const tasksName = (element: number): string => `${element}.tasks.json`;
export const runningName = (element: number): string => `${element}.running.json`;
export const doneName = (element: number): string => `${element}.done.json`;

/** A file of the other side; undefined while it is not there or cannot be read. */
export async function readWord<T>(folder: string, name: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, name), "utf8")) as T;
  } catch {
    return undefined;
  }
}

/** Batches that earlier runs left. */
export async function leftBatches(root: string): Promise<{ id: string; folder: string; batch: BatchFile | undefined }[]> {
  const ids = await readdir(join(root, BATCHES)).catch(() => []);
  return Promise.all(
    ids.sort().map(async (id) => {
      const folder = join(root, BATCHES, id);
      const batch = await readWord<BatchFile>(folder, "batch.json");
      return { id, folder, batch: batch?.version === 1 && Array.isArray(batch.shares) ? batch : undefined };
    }),
  );
}

export const removeBatch = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });

/** The last lines that an element printed. */
export async function lastLines(folder: string, element: number): Promise<string> {
  const text = await readFile(join(folder, `${element}.log`), "utf8").catch(() => "");
  return text.trimEnd().split("\n").slice(-3).join(" | ").slice(-400);
}
