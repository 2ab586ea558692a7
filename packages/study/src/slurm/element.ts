/** One element of a job array: `node element.ts FOLDER`, on a node of the cluster. Computes its tasks on a pool of threads and keeps their results in the study; says how they ended in a file. */
import { hostname } from "node:os";
import { join } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import { makeEngine } from "../engine.ts";
import { findResult, type Job } from "../results.ts";
import { taskHash } from "../tasks.ts";
import { writeAtomic } from "../write.ts";
import { type DoneFile, doneName, type Outcome, type RunningFile, readWord, runningName, type TasksFile, tasksName } from "./batch.ts";

const PROGRESS_MS = 1000;

async function runElement(folder: string, element: number): Promise<void> {
  const tasks = await readWord<TasksFile>(folder, tasksName(element));
  if (!tasks) throw new ThioscopeError("FILE_MISSING", `${join(folder, tasksName(element))} cannot be read`);
  // FOLDER is results/.slurm/<batch> of the study
  const root = join(folder, "..", "..", "..");
  const node = process.env.SLURMD_NODENAME ?? hostname();
  const shares: Record<string, number> = {};
  const outcomes: Record<string, Outcome> = {};
  let told = "";
  const tell = async (): Promise<void> => {
    const running: RunningFile = { node, pid: process.pid, shares };
    const text = JSON.stringify(running);
    if (text === told) return;
    told = text;
    // only progress: what cannot be written is written the next time
    await writeAtomic(join(folder, runningName(element)), text).catch(() => {});
  };
  await tell();
  const timer = setInterval(() => void tell(), PROGRESS_MS);
  const engine = await makeEngine("threads", { write: writeAtomic, width: tasks.processors, as: "slurm" });
  const one = async (job: Job): Promise<Outcome> => {
    if (taskHash(job.task) !== job.hash) {
      const message =
        "the cluster runs another version of the program than the machine that submitted; install the same, or name it with --program";
      return { code: "ENGINE_FAILED", message, place: {}, again: false };
    }
    try {
      if (!tasks.force && (await findResult(root, job.step, job.hash))) return "done";
      await engine.run(root, job, {
        progress: (done, total) => {
          if (total > 0) shares[job.hash] = done / total;
        },
      });
      return "done";
    } catch (error) {
      if (!(error instanceof ThioscopeError)) return { code: null, message: String(error), place: {}, again: true };
      return { code: error.code, message: error.message, place: error.place, again: error.code === "WRITE_FAILED" };
    } finally {
      shares[job.hash] = 1;
    }
  };
  await Promise.all(
    tasks.jobs.map(async (job) => {
      outcomes[job.hash] = await one(job);
    }),
  );
  clearInterval(timer);
  await engine.close();
  const done: DoneFile = { node, outcomes };
  await writeAtomic(join(folder, doneName(element)), JSON.stringify(done));
}

await runElement(process.argv[2]!, Number(process.env.SLURM_ARRAY_TASK_ID));
