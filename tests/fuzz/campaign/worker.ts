/**
 * The thread in which cases run. Where it stands is written into shared memory before every case, so that the one that hangs or eats memory is known
 * after the thread has been ended.
 *
 * Coverage leads the way for a share of the cases: after a batch the engine's counters tell whether a block ran that never ran before; the case that
 * reached it becomes a seed.
 */
import { Session } from "node:inspector";
import { parentPort, workerData } from "node:worker_threads";
import { caseMaker } from "./cases.ts";
import { isCoded, seedsOf, sourceFor, TARGETS } from "./targets.ts";

export interface Job {
  target: string;
  from: number;
  to: number;
  /** cases up to here are led by coverage */
  guidedUntil: number;
  /** [case, started, length, read, refused, slowest case in ms] as doubles, from byte 64 on the bytes of the case */
  shared: SharedArrayBuffer;
  /** one case instead of a campaign */
  single?: Uint8Array;
}

export type Told =
  | { kind: "find"; n: number; what: string; message: string; bytes: Uint8Array; milliseconds: number }
  | { kind: "done"; cases: number; ok: number; refused: number; trips: readonly (readonly [string, number])[]; corpus: number };

const SLOW_MS = 1000;
/** Sound files are read again after so many cases. */
const SOUND_EVERY = 500;
/** A batch lasts so many times longer than asking for its coverage. */
const SHARE = 5;

const job = workerData as Job;
const target = TARGETS[job.target]!;
const place = new Float64Array(job.shared, 0, 6);
const content = new Uint8Array(job.shared, 64);
const tell = (told: Told): void => parentPort!.postMessage(told);

const trips = new Map<string, number>();
let ok = 0;
let refused = 0;

/** What this thread has computed, in ms: a case is not slow because the machine did something else. */
function computed(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Reads one case; finds are told. */
async function attempt(n: number, bytes: Uint8Array): Promise<void> {
  content.set(bytes.subarray(0, content.length));
  place[2] = bytes.length;
  place[0] = n;
  place[1] = Date.now();
  place[3] = ok;
  place[4] = refused;
  const began = computed();
  try {
    await target.read(sourceFor(target, bytes), n);
    ok++;
  } catch (error) {
    if (isCoded(error)) {
      refused++;
      const cause = error.cause;
      // damage that a reader had not foreseen: coded by the door, yet worth a look
      if (
        cause instanceof Error &&
        !isCoded(cause) &&
        /could not be read|Cannot read|is not a function|Invalid array length|allocation/.test(error.message)
      )
        trip(cause);
    } else {
      const message = error instanceof Error ? `${error.stack ?? error.message}` : String(error);
      const isOwn = /at .*campaign\/(?!targets)/.test(message.split("\n")[1] ?? "");
      if (!isOwn) tell({ kind: "find", n, what: "crash", message, bytes, milliseconds: computed() - began });
    }
  }
  place[1] = 0;
  const took = computed() - began;
  place[5] = Math.max(place[5]!, took);
  if (took > SLOW_MS) tell({ kind: "find", n, what: "slow", message: `${Math.round(took)} ms`, bytes, milliseconds: took });
}

let sound: string | undefined;

/** The n-th case was read: sound files still give what they gave before the first. */
async function stillSound(n: number, bytes: Uint8Array): Promise<void> {
  if (!target.sound || n % SOUND_EVERY !== 0) return;
  const answer = await target.sound().catch(String);
  if (answer !== sound) tell({ kind: "find", n, what: "unsound", message: answer, bytes, milliseconds: 0 });
}

function trip(error: Error): void {
  const where = (error.stack ?? "").split("\n").find((line) => /packages\//.test(line)) ?? "";
  const key = `${error.message.slice(0, 80)} ${where
    .trim()
    .replace(/.*\/(packages\/)/, "$1")
    .replace(/\)$/, "")}`;
  trips.set(key, (trips.get(key) ?? 0) + 1);
}

/** Blocks that ran since the last question. */
class Coverage {
  readonly #session = new Session();
  readonly #known = new Set<string>();
  readonly #ours = new Map<string, boolean>();

  start(): void {
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  fresh(): string[] {
    const found: string[] = [];
    this.#session.post("Profiler.takePreciseCoverage", (_error, answer) => {
      for (const script of answer?.result ?? []) {
        let ours = this.#ours.get(script.scriptId);
        if (ours === undefined) {
          ours = /packages\/(formats|core|study)\/src|node_modules\/(fflate|saxes|hyparquet|yaml)/.test(script.url);
          this.#ours.set(script.scriptId, ours);
        }
        if (!ours) continue;
        for (const { ranges } of script.functions) {
          for (const { startOffset, count } of ranges) {
            const key = `${script.scriptId}:${startOffset}`;
            if (count > 0 && !this.#known.has(key)) found.push(key);
          }
        }
      }
    });
    return found;
  }

  learn(keys: readonly string[]): void {
    for (const key of keys) this.#known.add(key);
  }

  stop(): void {
    this.#session.post("Profiler.stopPreciseCoverage");
    this.#session.disconnect();
  }
}

/** Which of the cases reaches new blocks: halves are tried again until one is left. */
async function culprit(cases: readonly (readonly [number, Uint8Array])[], coverage: Coverage): Promise<Uint8Array | null> {
  let left = cases;
  while (left.length > 1) {
    const half = left.slice(0, left.length >> 1);
    coverage.fresh();
    for (const [n, bytes] of half) await attempt(n, bytes);
    left = coverage.fresh().length > 0 ? half : left.slice(half.length);
  }
  const [one] = left;
  if (!one) return null;
  coverage.fresh();
  await attempt(...one);
  const keys = coverage.fresh();
  coverage.learn(keys);
  return keys.length > 0 ? one[1] : null;
}

async function campaign(): Promise<void> {
  const corpus = await seedsOf(target);
  if (corpus.length === 0) {
    tell({ kind: "done", cases: 0, ok: 0, refused: 0, trips: [], corpus: 0 });
    return;
  }
  const seeds = corpus.length;
  sound = await target.sound?.();
  const make = caseMaker(job.target, target, corpus);
  let n = job.from;
  if (n < Math.min(job.to, job.guidedUntil)) {
    const coverage = new Coverage();
    coverage.start();
    for (const seed of corpus) await attempt(-1, seed);
    coverage.learn(coverage.fresh());
    let asking = 30;
    while (n < Math.min(job.to, job.guidedUntil)) {
      const batch: [number, Uint8Array][] = [];
      const until = performance.now() + SHARE * asking;
      while (performance.now() < until && n < job.to && batch.length < 1000) {
        const bytes = make(n);
        batch.push([n, bytes]);
        await attempt(n, bytes);
        await stillSound(n++, bytes);
      }
      const began = performance.now();
      const keys = coverage.fresh();
      asking = Math.max(5, performance.now() - began);
      if (keys.length > 0) {
        const before = [ok, refused];
        const reached = await culprit(batch, coverage);
        [ok, refused] = before as [number, number];
        if (reached && corpus.length < 400) corpus.push(reached);
        // what does not come again is left alone
        else if (!reached) coverage.learn(keys);
      }
    }
    coverage.stop();
  }
  while (n < job.to) {
    const bytes = make(n);
    await attempt(n, bytes);
    await stillSound(n++, bytes);
  }
  tell({ kind: "done", cases: job.to - job.from, ok, refused, trips: [...trips], corpus: corpus.length - seeds });
}

if (job.single) {
  await attempt(0, job.single);
  tell({ kind: "done", cases: 1, ok, refused, trips: [...trips], corpus: 0 });
} else await campaign();
