/**
 * The server under load: 50 clients that read the story, tables of maps by SQL, raw files and the list of the study, while a run of the same study goes
 * on. Clients live in a thread of their own, so that the event loop that is watched is the server's alone.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { startServer } from "@thioscope/server";
import { readStudy, runStudy } from "@thioscope/study";
import { VIRTUAL_CELLS, virtualCycling, writeVirtual } from "@thioscope/virtual";
import type { Case } from "./run.ts";

const CLIENTS = 50;
const SECONDS = 12;
/** A stall longer than that is felt in the page. */
const STALL_MS = 100;

interface Load {
  times: number[];
  failed: number;
}

async function clients(url: string): Promise<Load> {
  const sql = encodeURIComponent("select test_time_second, voltage_volt, current_ampere from points limit 5000");
  const paths = ["api/study", `api/query?sql=${sql}`, "api/story", "api/raw/0", "api/run", ""];
  const load: Load = { times: [], failed: 0 };
  const until = performance.now() + 1000 * SECONDS;
  const client = async (k: number): Promise<void> => {
    for (let n = k; performance.now() < until; n++) {
      const began = performance.now();
      const answer = await fetch(url + paths[n % paths.length]!);
      await answer.arrayBuffer();
      load.times.push(performance.now() - began);
      if (!answer.ok) load.failed++;
      // a person's page asks a few times a second at most
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, k) => client(k)));
  return load;
}

export async function cases(): Promise<Record<string, Case>> {
  const root = mkdtempSync(join(tmpdir(), "thioscope-load-"));
  mkdirSync(join(root, "raw"));
  for (const seed of [1, 2, 3, 4]) {
    writeFileSync(
      join(root, `raw/${seed}.csv`),
      writeVirtual(virtualCycling(VIRTUAL_CELLS.nas, `load ${seed}`, undefined, 120), "bdf-csv"),
    );
  }
  writeFileSync(join(root, "study.yaml"), "title: load\nsources: { a: 'raw/*.csv' }\nsteps: [cycles, { dqdv: { peaks: true } }, story]\n");
  await runStudy(await readStudy(root));
  const server = await startServer({ study: root, port: 43700 });
  // what is loaded and compiled at the first request is not the load
  for (const path of ["api/study", "api/story", "api/query?sql=select%201"]) await (await fetch(server.url + path)).arrayBuffer();
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const worker = new Worker(new URL(import.meta.url), { workerData: { url: server.url } });
  const ended = new Promise<Load>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  let runs = 0;
  let going = true;
  const running = (async () => {
    while (going) {
      await runStudy(await readStudy(root), { engine: "threads", force: true });
      runs++;
    }
  })();
  delay.enable();
  const { times, failed } = await ended;
  delay.disable();
  going = false;
  await running;
  await server.close();
  rmSync(root, { recursive: true });
  times.sort((a, b) => a - b);
  const quantile = (p: number): number => times[Math.floor(p * (times.length - 1))]!;
  const what = `${CLIENTS} clients for ${SECONDS} s, ${times.length} answers, ${failed} failed, ${runs} runs meanwhile`;
  const one = (ms: number, yardstickMs: number, limitMs?: number): Case => ({
    ms,
    rows: times.length,
    rowsPerSecond: times.length / SECONDS,
    yardstick: what,
    yardstickMs,
    ...(limitMs === undefined ? {} : { limitMs }),
  });
  return {
    "server: answer, p50": one(quantile(0.5), quantile(0.5)),
    "server: answer, p99": one(quantile(0.99), quantile(0.5)),
    "server: event loop, p99 of delays": one(delay.percentile(99) / 1e6, 5),
    "server: event loop, longest stall": one(delay.max / 1e6, 5, STALL_MS),
  };
}

if (!isMainThread) parentPort!.postMessage(await clients((workerData as { url: string }).url));
