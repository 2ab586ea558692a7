/**
 * The server under load: 50 clients that read the story, tables of maps by SQL, raw files and the list of the study, while a run of the same study goes
 * on. Clients live in a thread of their own, so that the event loop that is watched is the server's alone; processors they share with it and with the run. First none of them
 * keeps anything, so that every sixth answer is the whole story (some 25 MB), then each tells the tag of the story that it has, as the page does.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
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
  /** of them those of stories, which are most of the bytes */
  stories: number[];
  failed: number;
  bytes: number;
}

const STORY = "api/story";
const AGENT = new Agent({ keepAlive: true });

/** All bytes of an answer, which are counted and not kept: fetch() spends more time on a story than the server. */
function get(url: string, headers: Record<string, string>): Promise<{ status: number; tag: string | null; bytes: number }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent: AGENT, headers }, (answer) => {
      let bytes = 0;
      answer.on("data", (piece: Buffer) => {
        bytes += piece.length;
      });
      answer.once("end", () => resolve({ status: answer.statusCode ?? 0, tag: answer.headers.etag ?? null, bytes }));
      answer.once("error", reject);
    });
    asked.once("error", reject);
    asked.end();
  });
}

async function clients(url: string, keep: boolean): Promise<Load> {
  const sql = encodeURIComponent("select test_time_second, voltage_volt, current_ampere from points limit 5000");
  const paths = ["api/study", `api/query?sql=${sql}`, STORY, "api/raw/0", "api/run", ""];
  const load: Load = { times: [], stories: [], failed: 0, bytes: 0 };
  const until = performance.now() + 1000 * SECONDS;
  const client = async (k: number): Promise<void> => {
    let tag: string | null = null;
    for (let n = k; performance.now() < until; n++) {
      const path = paths[n % paths.length]!;
      const began = performance.now();
      const answer = await get(url + path, path === STORY && tag !== null ? { "if-none-match": tag } : {});
      load.bytes += answer.bytes;
      const ms = performance.now() - began;
      load.times.push(ms);
      if (path === STORY) load.stories.push(ms);
      if (keep && path === STORY) tag = answer.tag;
      if (answer.status !== 200 && answer.status !== 304) load.failed++;
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
  await runStudy(await readStudy(root), { engine: "threads" });
  const server = await startServer({ study: root, port: 43700 });
  // what is loaded and compiled at the first request is not the load
  for (const path of ["api/study", "api/story", "api/query?sql=select%201"]) await (await fetch(server.url + path)).arrayBuffer();
  globalThis.gc?.();
  const delay = monitorEventLoopDelay({ resolution: 5 });
  let runs = 0;
  let going = true;
  const running = (async () => {
    while (going) {
      await runStudy(await readStudy(root), { engine: "threads", force: true });
      runs++;
    }
  })();
  delay.enable();
  const found = {
    "": await loadOf({ url: server.url, keep: false }),
    ", clients with tags": await loadOf({ url: server.url, keep: true }),
  };
  delay.disable();
  going = false;
  await running;
  await server.close();
  rmSync(root, { recursive: true });
  const one = (ms: number, yardstick: string, yardstickMs: number, rows: number, limitMs?: number): Case => ({
    ms,
    rows,
    rowsPerSecond: rows / SECONDS,
    yardstick,
    yardstickMs,
    ...(limitMs === undefined ? {} : { limitMs }),
  });
  const cases: Record<string, Case> = {};
  for (const [which, { times, stories, failed, bytes }] of Object.entries(found)) {
    const what = `${CLIENTS} clients for ${SECONDS} s, ${times.length} answers, ${(bytes / 1e6).toFixed(0)} MB, ${failed} failed, ${runs} runs`;
    const p50 = quantile(times, 0.5);
    cases[`server: answer, p50${which}`] = one(p50, what, p50, times.length);
    cases[`server: answer, p99${which}`] = one(quantile(times, 0.99), what, p50, times.length);
    cases[`server: story, p50${which}`] = one(quantile(stories, 0.5), what, p50, stories.length);
  }
  const { length } = Object.values(found).flatMap(({ times }) => times);
  cases["server: event loop, p99 of delays"] = one(delay.percentile(99) / 1e6, "both together", 5, length);
  cases["server: event loop, longest stall"] = one(delay.max / 1e6, "both together", 5, length, STALL_MS);
  return cases;
}

function loadOf(workerData: { url: string; keep: boolean }): Promise<Load> {
  const worker = new Worker(new URL(import.meta.url), { workerData });
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(p * (sorted.length - 1))] ?? Number.NaN;
}

if (!isMainThread) {
  const { url, keep } = workerData as { url: string; keep: boolean };
  parentPort!.postMessage(await clients(url, keep));
}
