/** The engine against recorded answers of Slurm 22.05; its elements are real processes. tests/cluster has a real Slurm. */
import { appendFileSync, readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { fakeCluster, refused, said } from "../../../../tests/fakeSlurm.ts";
import { counts, cyclingCsv, outputs, testStudy } from "../../../../tests/studies.ts";
import { runStudy } from "../run.ts";
import { readStudy } from "../studyFile.ts";
import type { Execute } from "./options.ts";
import { checkSlurmOptions } from "./options.ts";
import { NoAnswer, parseQueue, slurmScheduler } from "./scheduler.ts";

const request = { name: "thioscope-x", elements: 3, root: "/data/a b", log: "/data/a b/50%", script: "/data/a b/run.sh" };

test("what sbatch, squeue, scontrol and sacct answered is understood", async () => {
  expect(parseQueue("tx|4|RUNNING\ntx|5-7%2|PENDING\n\ntx|9,11|PENDING\ntx|N/A|RUNNING\n")).toEqual([
    { name: "tx", element: 4, state: "RUNNING" },
    ...[5, 6, 7, 9, 11].map((element) => ({ name: "tx", element, state: "PENDING" })),
  ]);
  const scheduler = (execute: Execute) => slurmScheduler({ execute });
  expect(await scheduler(async () => said("4711\n")).submit(request)).toBe("4711");
  expect(await scheduler(async () => said("4711;cluster2\n")).submit(request)).toBe("4711");
  const record = "JobId=3 ArrayJobId=1 ArrayTaskId=1 JobState=OUT_OF_MEMORY Reason=OutOfMemory ExitCode=0:125 RunTime=00:00:03";
  expect(await scheduler(async () => said(record)).fate("1", 1)).toBe("OUT_OF_MEMORY, exit 0:125");
  const forgotten: Execute = async (program) =>
    program === "sacct" ? said("NODE_FAIL|0:0\n") : refused("slurm_load_jobs error: Invalid job id specified\n");
  expect(await scheduler(forgotten).fate("1", 1)).toBe("NODE_FAIL");
  const nothing: Execute = async () => refused("Slurm accounting storage is disabled\n");
  expect(await scheduler(nothing).fate("1", 1)).toBe("its end is not known");
});

test("refusals are said in Slurm's words; a controller that is away is another matter", async () => {
  const partition =
    "sbatch: error: invalid partition specified: no\nsbatch: error: Batch job submission failed: Invalid partition name specified\n";
  await expect(slurmScheduler({ execute: async () => refused(partition) }).submit(request)).rejects.toMatchObject({
    code: "ENGINE_FAILED",
    message: "sbatch refused the work: invalid partition specified: no; Batch job submission failed: Invalid partition name specified",
  });
  const away = "slurm_load_jobs error: Unable to contact slurm controller (connect failure)\n";
  await expect(slurmScheduler({ execute: async () => refused(away) }).live(["x"])).rejects.toBeInstanceOf(NoAnswer);
  const noSsh = slurmScheduler({ host: "me@login", execute: async () => refused("ssh: connect to host login: No route to host\n", 255) });
  await expect(noSsh.live(["x"])).rejects.toBeInstanceOf(NoAnswer);
  const noProgram: Execute = () => Promise.reject(Object.assign(new Error("spawn sbatch ENOENT"), { code: "ENOENT" }));
  await expect(slurmScheduler({ execute: noProgram }).submit(request)).rejects.toMatchObject({ code: "ENGINE_FAILED" });
});

test("limits go to sbatch as words, through ssh quoted; values that Slurm would take for something else are refused", async () => {
  const calls: (readonly string[])[] = [];
  const execute: Execute = async (program, words) => {
    calls.push([program, ...words]);
    return said("1\n");
  };
  const limits = { partition: "day", account: "pi-x", time: "2:00:00", memory: "4G", throttle: 8, processors: 4 };
  await slurmScheduler({ ...limits, execute }).submit(request);
  expect(calls[0]).toEqual([
    "sbatch",
    "--parsable",
    "--job-name=thioscope-x",
    "--array=0-2%8",
    "--chdir=/data/a b",
    "--output=/data/a b/50%%/%a.log",
    "--open-mode=append",
    "--no-requeue",
    "--ntasks=1",
    "--cpus-per-task=4",
    "--partition=day",
    "--account=pi-x",
    "--time=2:00:00",
    "--mem=4G",
    "/data/a b/run.sh",
  ]);
  await slurmScheduler({ host: "me@login", execute }).cancel(["it's"]);
  expect(calls[1]).toEqual(["ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=20", "me@login", "scancel '--name=it'\\''s'"]);
  for (const bad of [
    { host: "-oProxyCommand=x" },
    { partition: "a b" },
    { time: "soon" },
    { memory: "4 G" },
    { throttle: 0 },
    { poll: 0 },
    { chunk: 1.5 },
  ])
    expect(() => checkSlurmOptions(bad), JSON.stringify(bad)).toThrow(expect.objectContaining({ code: "USAGE" }));
  expect(() => checkSlurmOptions({ time: "1-12:00", memory: "512", host: "me@login.example.org" })).not.toThrow();
});

const YAML = "title: test\nsources:\n  a: raw/a.csv\n  b: raw/b.csv\nsteps: [cycles]\n";
const toRemove: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of toRemove.splice(0)) await remove();
});
async function make(): Promise<string> {
  const { root, remove } = await testStudy({ "raw/a.csv": cyclingCsv(3), "raw/b.csv": cyclingCsv(5) }, YAML);
  toRemove.push(remove);
  return root;
}

test("the same bytes as inline; a controller that is away is waited for; nothing is left behind", async () => {
  const [inline, root] = [await make(), await make()];
  await runStudy(await readStudy(inline));
  const cluster = fakeCluster();
  cluster.away(2);
  const done = await runStudy(await readStudy(root), { engine: "slurm", slurm: { execute: cluster.execute, poll: 0.1 } });
  expect(counts(done)).toEqual([
    ["read", 2, 0],
    ["cycles", 2, 0],
  ]);
  expect(outputs(root)).toEqual(outputs(inline));
  // one array for each step: small files share an element
  expect(cluster.submitted()).toBe(2);
  expect(await readdir(join(root, "results", ".slurm"))).toEqual([]);
  const record = JSON.parse(readFileSync(join(root, "results", done.index.files[0]!.results.read!, "run.json"), "utf8")) as {
    engine: string;
  };
  expect(record.engine).toBe("slurm");
});

test("a file that grows between its hash and its element gives no result of a wrong name", async () => {
  const root = await make();
  const cluster = fakeCluster();
  let grown = false;
  const execute: Execute = async (program, words) => {
    if (program === "sbatch" && !grown) {
      grown = true;
      appendFileSync(join(root, "raw/b.csv"), "99999,2,0\n");
    }
    return cluster.execute(program, words);
  };
  const { index } = await runStudy(await readStudy(root), { engine: "slurm", slurm: { execute, poll: 0.1 } });
  expect(index.files.map(({ error }) => error?.code ?? null)).toEqual([null, "FILE_CUT"]);
  const again = await runStudy(await readStudy(root));
  expect(again.index.files.map(({ error }) => error)).toEqual([null, null]);
});

test("a run that is cancelled takes its elements back and leaves nothing said to them", async () => {
  const root = await make();
  const cluster = fakeCluster();
  const stop = new AbortController();
  const execute: Execute = async (program, words) => {
    const answer = await cluster.execute(program, words);
    if (program === "sbatch") stop.abort();
    return answer;
  };
  const context = { progress: () => {}, signal: stop.signal };
  await expect(runStudy(await readStudy(root), { engine: "slurm", slurm: { execute, poll: 0.1 }, context })).rejects.toMatchObject({
    code: "CANCELLED",
  });
  expect(await readdir(join(root, "results", ".slurm"))).toEqual([]);
});

test("a task that ends its element is tried alone, three times, and takes no other with it", async () => {
  const root = await make();
  const cluster = fakeCluster((tasks) => tasks.includes("raw/b.csv"));
  const { index } = await runStudy(await readStudy(root), { engine: "slurm", slurm: { execute: cluster.execute, poll: 0.1 } });
  expect(index.files.map(({ error }) => error?.code ?? null)).toEqual([null, "STEP_FAILED"]);
  expect(index.files[1]!.error!.message).toMatch(/did not finish it in 3 attempts; the last: element 0 of 3: its end is not known/);
  // together, both alone, b again, cycles of a
  expect(cluster.submitted()).toBe(4);
});
