/**
 * The engine slurm on a real Slurm: an array over two nodes of which one dies with what runs there, a task whose element fails twice, a submitter that is killed and started again. The results are those
 * of a run inline, byte for byte. Then a run that is begun and cancelled on the page, in Chromium where there is one.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startServer } from "@thioscope/server";
import { type Execute, readStudy, runStudy } from "@thioscope/study";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findChromium, launch } from "../browser/chromium.ts";
import { isRequired } from "../data.ts";
import { cyclingCsv, outputs, testStudy } from "../studies.ts";
import { type Cluster, startCluster, whyNoSlurm } from "./slurm.ts";

const missing = whyNoSlurm();
const executable = findChromium();
const BIN = fileURLToPath(new URL("../../packages/cli/src/bin.ts", import.meta.url));
const ELEMENT = fileURLToPath(new URL("../../packages/study/src/slurm/element.ts", import.meta.url));

let cluster: Cluster;
const toRemove: (() => Promise<void>)[] = [];
const children: ChildProcess[] = [];

async function make(files: number, ...steps: string[]): Promise<string> {
  const names = Array.from({ length: files }, (_, k) => `raw/c${k}.csv`);
  const raw = Object.fromEntries(names.map((name, k) => [name, cyclingCsv(2 + k)]));
  const yaml = `title: cluster\nsources:\n${names.map((name, k) => `  c${k}: ${name}`).join("\n")}\nsteps: [${["cycles", ...steps].join(", ")}]\n`;
  const { root, remove } = await testStudy(raw, yaml);
  toRemove.push(remove);
  return root;
}

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

function submit(root: string, ...words: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const all = ["--conditions=source", BIN, "run", root, "--engine", "slurm", "--poll", "0.5", ...words];
  const child = spawn(process.execPath, all, { env: { ...process.env, ...cluster.environment }, stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  const said = { stdout: "", stderr: "" };
  child.stdout!.on("data", (part: Buffer) => {
    said.stdout += part.toString();
  });
  child.stderr!.on("data", (part: Buffer) => {
    said.stderr += part.toString();
  });
  return { child, ended: new Promise((resolve) => child.once("exit", (code) => resolve({ code, ...said }))) };
}

/** What every element did, one line each: node, element, what came of it. Elements last two seconds; the one of c3.csv fails twice. */
function program(log: string): string {
  const path = join(log, "element.sh");
  mkdirSync(log, { recursive: true });
  writeFileSync(
    path,
    `#!/bin/sh
tasks="$1/$SLURM_ARRAY_TASK_ID.tasks.json"
echo "$SLURMD_NODENAME began $(basename "$1") $SLURM_ARRAY_TASK_ID" >> "${log}/log"
if grep -q raw/c3.csv "$tasks" && grep -q steps/read "$tasks"; then
  for n in 1 2; do mkdir "${log}/fail-$n" 2>/dev/null && { echo "made to fail" >&2; exit 1; }; done
fi
sleep 2
"${process.execPath}" --conditions=source "${ELEMENT}" "$1" && echo "$SLURMD_NODENAME ended $(basename "$1") $SLURM_ARRAY_TASK_ID" >> "${log}/log"
`,
  );
  chmodSync(path, 0o755);
  return path;
}

async function until(what: string, isSo: () => boolean, seconds = 60): Promise<void> {
  for (let n = 0; n < seconds * 10; n++) {
    if (isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`not within ${seconds} s: ${what}`);
}

const suite = missing === null ? describe : describe.skip;
if (missing !== null && isRequired("slurm")) test("Slurm is required", () => Promise.reject(new Error(missing)));

suite(missing === null ? "on a cluster of two nodes" : `on a cluster of two nodes (${missing})`, () => {
  beforeEach(async () => {
    cluster = await startCluster();
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    await cluster?.stop();
    for (const remove of toRemove.splice(0)) await remove();
  });

  test("a node dies, an element fails twice, the submitter is killed and resumed: the bytes of a run inline", async () => {
    const [reference, root, shown] = [await make(4), await make(4), await make(3, "story")];
    const log = join(cluster.folder, "elements");
    const words = ["--chunk", "1", "--attempts", "4", "--program", program(log)];
    const lines = (): string[] => (existsSync(join(log, "log")) ? readFileSync(join(log, "log"), "utf8").trim().split("\n") : []);

    const first = submit(root, ...words);
    // meanwhile: what Slurm refuses is said in its words
    const refused = submit(shown, "--partition", "nowhere", "--json").ended;
    await runStudy(await readStudy(reference));
    await until("both nodes work", () => ["n1", "n2"].every((node) => lines().some((line) => line.startsWith(`${node} began`))));
    cluster.killNode("n1");
    const before = lines().length;
    first.child.kill("SIGKILL");
    await first.ended;
    const batches = (): string[] => readdirSync(join(root, "results", ".slurm"));
    const left = batches();
    expect(left.length).toBe(1);
    // the cluster goes on without it
    await until("an element begins without a submitter", () => lines().length > before);

    const { code, stderr } = await refused;
    expect(code).toBe(2);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: "ENGINE_FAILED", message: expect.stringContaining("nowhere") } });

    const second = await submit(root, ...words, "--json").ended;
    expect([second.code, second.stderr]).toEqual([0, ""]);
    expect(outputs(root)).toEqual(outputs(reference));
    // two failures were meant, and seen
    expect([1, 2].map((n) => existsSync(join(log, `fail-${n}`)))).toEqual([true, true]);
    // what the first submitter sent was not sent again while it lived: the last element of the first array began once
    const began = lines().filter((line) => line.includes(" began "));
    expect(began.filter((line) => line.endsWith(`${left[0]} 3`)).length).toBe(1);
    // nothing is left behind, and the next run finds all of it
    expect(batches()).toEqual([]);
    const again = submit(root, "--json").ended;
    if (executable) await cancelOnThePage(shown, executable);
    const third = JSON.parse((await again).stdout) as { steps: { computed: number; reused: number }[] };
    expect(third.steps.map(({ computed, reused }) => [computed, reused])).toEqual([
      [0, 4],
      [0, 4],
    ]);
  }, 240_000);

  /** A run begun on the page, whose elements are told there, is taken back by Cancel; what was done stays, and the next run goes on from it. */
  async function cancelOnThePage(root: string, chromium: string): Promise<void> {
    await runStudy(await readStudy(root));
    const before = outputs(root);
    // what is shown stays, what it was made of is gone
    for (const step of ["read", "cycles"]) rmSync(join(root, "results", step), { recursive: true });
    const log = join(cluster.folder, "page");
    const execute: Execute = (name, words) =>
      new Promise((resolve, reject) => {
        const child = execFile(name, [...words], { env: { ...process.env, ...cluster.environment } }, (error, stdout, stderr) =>
          child.exitCode === null && error ? reject(error) : resolve({ code: child.exitCode ?? 1, stdout, stderr }),
        );
      });
    const slurm = { execute, chunk: 1, poll: 0.2, program: program(log) };
    const server = await startServer({ study: root, port: 43_800, engine: { name: "slurm", slurm } });
    const browser = await launch(chromium);
    try {
      const page = await browser.newPage();
      await page.goto(server.url);
      await page.getByRole("button", { name: "Adjust" }).click();
      await page.getByRole("button", { name: "Run again" }).click();
      const line = page.locator(".adjust-run");
      await line.getByText(/[1-9]\d* elements run/).waitFor({ timeout: 60_000 });
      await until("an element has ended", () => readFileSync(join(log, "log"), "utf8").includes(" ended "));
      await line.getByRole("button", { name: "Cancel" }).click();
      await page.locator(".adjust [role=status]", { hasText: "CANCELLED" }).waitFor({ timeout: 60_000 });
      const queue = async (): Promise<string> => (await execute("squeue", ["-h", "-t", "PENDING,RUNNING"])).stdout.trim();
      expect(await queue()).toBe("");
    } finally {
      await browser.close();
      await server.close();
    }
    const { steps } = await runStudy(await readStudy(root));
    const read = steps.find(({ step }) => step === "read")!;
    expect([read.reused > 0, read.computed > 0, read.reused + read.computed]).toEqual([true, true, 3]);
    // nothing stays of the batch that was taken back
    expect(outputs(root)).toEqual(before);
  }

  test.each(process.env.THIOSCOPE_LONG === undefined ? [] : ["long"])(
    "without its controller a run waits and goes on; Ctrl-C takes the jobs back",
    async () => {
      const root = await make(3);
      const log = join(cluster.folder, "more");
      const run = submit(root, "--chunk", "1", "--program", program(log), "--json");
      await until("an element works", () => existsSync(join(log, "log")));
      await cluster.killController();
      await new Promise((resolve) => setTimeout(resolve, 2000));
      cluster.startController();
      expect((await run.ended).code).toBe(0);

      rmSync(join(root, "results"), { recursive: true });
      writeFileSync(join(log, "log"), "");
      const cancelled = submit(root, "--chunk", "1", "--program", program(log));
      await until("an element works", () => readFileSync(join(log, "log"), "utf8").includes("began"));
      cancelled.child.kill("SIGINT");
      expect((await cancelled.ended).code).toBe(130);
      const queue = spawn("squeue", ["-h", "-t", "PENDING,RUNNING"], { env: { ...process.env, ...cluster.environment } });
      let waiting = "";
      queue.stdout.on("data", (part: Buffer) => {
        waiting += part.toString();
      });
      await new Promise((resolve) => queue.once("close", resolve));
      expect(waiting.trim()).toBe("");
    },
    240_000,
  );
});
