/**
 * npm run fuzz -- [READER…] [--cases N] [--out FILE]: a campaign against the readers, one after another; READER --single FILE: one case alone. A thread that hangs for more than 5 s or
 * takes the process above 1 GB is ended, the case is told, and the campaign goes on behind it. Finds lie beside the record.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { longestOf, TARGETS } from "./targets.ts";
import type { Job, Told } from "./worker.ts";

const HANG_MS = 5000;
const MOST_BYTES = 1e9;
const LOOK_MS = 100;

interface ReaderRecord {
  cases: number;
  ok: number;
  refused: number;
  /** cases that coverage made seeds of */
  corpus: number;
  seconds: number;
  peakMegabyte: number;
  /** processor time of the slowest case */
  slowestMillisecond: number;
  /** the thread was ended for a case that alone is quick and small: garbage of many added up, or the machine was busy */
  restarts: number;
  finds: { what: string; n: number; message: string; file: string }[];
  trips: readonly (readonly [string, number])[];
}

interface Ended {
  reason: "done" | "hang" | "memory" | "died";
  n: number;
  bytes: Uint8Array;
  /** of the cases before */
  ok: number;
  refused: number;
  done: Extract<Told, { kind: "done" }> | null;
  finds: Extract<Told, { kind: "find" }>[];
  peak: number;
  slowest: number;
  message: string;
}

/** Runs a job in a thread of its own and watches it. */
function watched(job: Omit<Job, "shared">): Promise<Ended> {
  const longest = longestOf(TARGETS[job.target]!);
  const shared = new SharedArrayBuffer(64 + longest);
  const place = new Float64Array(shared, 0, 6);
  const worker = new Worker(new URL("./worker.ts", import.meta.url), {
    workerData: { ...job, shared },
    resourceLimits: { maxOldGenerationSizeMb: 900 },
  });
  const ended: Ended = {
    reason: "died",
    n: job.from,
    bytes: new Uint8Array(0),
    ok: 0,
    refused: 0,
    done: null,
    finds: [],
    peak: 0,
    slowest: 0,
    message: "",
  };
  return new Promise((resolve) => {
    const look = setInterval(() => {
      const rss = process.memoryUsage.rss();
      ended.peak = Math.max(ended.peak, rss);
      const since = place[1]!;
      if (since > 0 && Date.now() - since > HANG_MS) ended.reason = "hang";
      else if (rss > MOST_BYTES) ended.reason = "memory";
      else return;
      clearInterval(look);
      void worker.terminate();
    }, LOOK_MS);
    worker.on("message", (told: Told) => {
      if (told.kind === "done") {
        ended.done = told;
        ended.reason = "done";
      } else ended.finds.push(told);
    });
    worker.on("error", (error) => {
      ended.message = String(error.stack ?? error);
    });
    worker.on("exit", () => {
      clearInterval(look);
      ended.n = Math.max(job.from, place[0]!);
      ended.ok = place[3]!;
      ended.refused = place[4]!;
      ended.slowest = place[5]!;
      ended.bytes = new Uint8Array(shared, 64, Math.min(longest, place[2]!)).slice();
      resolve(ended);
    });
  });
}

/** One case in a process of its own: this one still holds what the thread that was ended has left. */
function inFreshProcess(name: string, file: string): Pick<Ended, "reason" | "peak"> & { file: string } {
  const run = spawnSync(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), name, "--single", file], {
    encoding: "utf8",
  });
  if (run.status !== 0) throw new Error(`${name}: the case alone gave no answer: ${run.stderr}`);
  return { ...(JSON.parse(run.stdout) as Pick<Ended, "reason" | "peak">), file };
}

async function campaign(
  name: string,
  cases: number,
  guided: number,
  keep: (bytes: Uint8Array, what: string) => string,
): Promise<ReaderRecord> {
  const record: ReaderRecord = {
    ...{ cases: 0, ok: 0, refused: 0, corpus: 0, seconds: 0, peakMegabyte: 0, slowestMillisecond: 0, restarts: 0 },
    ...{ finds: [], trips: [] },
  };
  const began = performance.now();
  const seen = new Set<string>();
  const note = (what: string, n: number, message: string, bytes: Uint8Array): void => {
    const key = `${what} ${message.split("\n").slice(0, 2).join(" ").replace(/\d+/g, "#")}`;
    if (seen.has(key) || record.finds.length > 40) return;
    seen.add(key);
    record.finds.push({ what, n, message: message.slice(0, 1500), file: keep(bytes, what) });
  };
  let from = 0;
  while (from < cases) {
    const ended = await watched({ target: name, from, to: cases, guidedUntil: guided });
    record.peakMegabyte = Math.max(record.peakMegabyte, Math.round(ended.peak / 1e6));
    record.slowestMillisecond = Math.max(record.slowestMillisecond, Math.round(ended.slowest));
    for (const { what, n, message, bytes } of ended.finds) note(what, n, message, bytes);
    if (ended.reason === "done") {
      const { ok, refused, corpus, trips } = ended.done!;
      record.cases += ended.done!.cases;
      record.ok += ok;
      record.refused += refused;
      record.corpus += corpus;
      record.trips = [...record.trips, ...trips];
      break;
    }
    // it never began: the seeds could not be made
    if (ended.n === 0 && ended.bytes.length === 0) throw new Error(`${name}: ${ended.message}`);
    record.cases += ended.n - from + 1;
    record.ok += ended.ok;
    record.refused += ended.refused;
    if (ended.reason === "memory" || ended.reason === "hang") {
      // was it this case, or the garbage of many, or a machine that did something else?
      const alone = inFreshProcess(name, keep(ended.bytes, ended.reason));
      if (alone.reason === "hang") note("hang", ended.n, "", ended.bytes);
      else if (alone.reason === "memory" || alone.peak > MOST_BYTES)
        note("memory", ended.n, `${Math.round(alone.peak / 1e6)} MB`, ended.bytes);
      else {
        rmSync(alone.file);
        record.restarts++;
      }
    } else note(ended.reason, ended.n, ended.message, ended.bytes);
    from = ended.n + 1;
  }
  record.seconds = Math.round((performance.now() - began) / 100) / 10;
  return record;
}

if (import.meta.main) {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      cases: { type: "string", default: "100000" },
      guided: { type: "string" },
      out: { type: "string", default: "fuzz/record.json" },
      single: { type: "string" },
    },
  });
  if (values.single !== undefined) {
    const single = new Uint8Array(readFileSync(values.single));
    const { reason, peak } = await watched({ target: positionals[0]!, from: 0, to: 1, guidedUntil: 0, single });
    console.log(JSON.stringify({ reason, peak }));
    process.exit();
  }
  const cases = Number(values.cases);
  const guided = Number(values.guided ?? Math.min(cases, 20_000));
  const folder = dirname(values.out);
  mkdirSync(folder, { recursive: true });
  let all: Record<string, ReaderRecord> = {};
  try {
    all = JSON.parse(readFileSync(values.out, "utf8")) as Record<string, ReaderRecord>;
  } catch {
    // the first campaign
  }
  for (const name of positionals.length > 0 ? positionals : Object.keys(TARGETS)) {
    if (!TARGETS[name]) throw new Error(`no reader "${name}"; there are: ${Object.keys(TARGETS).join(", ")}`);
    const record = await campaign(name, cases, guided, (bytes, what) => {
      const file = join(folder, `${name}-${what}-${createHash("sha256").update(bytes).digest("hex").slice(0, 12)}`);
      writeFileSync(file, bytes);
      return file;
    });
    all[name] = record;
    writeFileSync(values.out, `${JSON.stringify(all, null, 2)}\n`);
    const { ok, refused, finds, seconds, peakMegabyte, slowestMillisecond, corpus, restarts } = record;
    console.log(
      `${name.padEnd(24)} ${record.cases} cases, ${ok} read, ${refused} refused, ${finds.length} finds, ${corpus} seeds by coverage, ${restarts} restarts, ${peakMegabyte} MB, slowest ${slowestMillisecond} ms, ${seconds} s`,
    );
  }
}
