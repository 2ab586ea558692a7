/**
 * What a study says of itself, asked again: are the raw files those that were read, are the results those that were written, does a sample of them come
 * out the same when it is computed once more?
 *
 * A result's name is the hash of its task and of the program's code; its `run.json` holds the SHA-256 of every file. Nothing is written.
 */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { canonicalJson, checkCancelled, QUIET, random, type TaskContext, ThioscopeError } from "@thioscope/core";
import { codeVersion, sha256, sha256OfFile } from "./hash.ts";
import { STEPS } from "./registry/index.ts";
import { isResult, type RunRecord, readIndex, type StudyIndex } from "./results.ts";
import { partsOfTask, runTask, taskHash } from "./tasks.ts";

/**
 * What is wrong: raw-changed, raw-missing (not the file that was read), result-missing, result-damaged (not the bytes that were written), record-altered
 * (run.json does not belong to its folder), differs, fails (computed again, other bytes or none).
 */
export type VerifyCode = "raw-changed" | "raw-missing" | "result-missing" | "result-damaged" | "record-altered" | "differs" | "fails";

export interface VerifyFinding {
  code: VerifyCode;
  /** relative to the study's folder */
  path: string;
  message: string;
}

export interface Verification {
  verdict: "good" | "differs";
  /** raw files whose content was hashed */
  rawFiles: number;
  /** results whose files were hashed */
  results: number;
  /** results that were computed again */
  recomputed: number;
  /** of them, made by other code than this program's: equal bytes are good, other bytes are no fault and stand in `otherCode` */
  otherCode: readonly string[];
  findings: readonly VerifyFinding[];
}

export interface VerifyOptions {
  /** how many results are computed again; default 5, Infinity for all */
  sample?: number;
  /** chooses the sample */
  seed?: number | string;
  context?: TaskContext;
}

/**
 * Checks the study in `root` against its last run.
 *
 * @throws ThioscopeError NOT_COMPUTABLE if it was never run, CANCELLED
 */
export async function verifyStudy(root: string, { sample = 5, seed = 0, context = QUIET }: VerifyOptions = {}): Promise<Verification> {
  const index = await readIndex(root);
  if (!index) {
    throw new ThioscopeError("NOT_COMPUTABLE", "the study has not been run, or its index is not one", {
      file: join(root, "results/index.json"),
    });
  }
  const findings: VerifyFinding[] = [];
  const found = (code: VerifyCode, path: string, message: string): void => {
    findings.push({ code, path, message });
  };
  const raw = rawFilesOf(index);
  const refs = resultsOf(index);
  let done = 0;
  const step = (label: string): void => {
    checkCancelled(context);
    context.progress(++done, raw.size + refs.size + Math.min(sample, refs.size), label);
  };
  for (const [path, expected] of raw) {
    step("raw files");
    const now = await sha256OfFile(join(root, path), context).catch(asMissing);
    if (now === null) found("raw-missing", path, "the raw file cannot be read");
    else if (now.sha256 !== expected)
      found("raw-changed", path, `its SHA-256 is ${now.sha256}, that of the file which was read is ${expected}`);
  }
  const whole: { ref: string; record: RunRecord }[] = [];
  // what a result was joined from is a result as well; the list grows while it is gone through
  for (const ref of refs) {
    step("results");
    const record = await checkResult(root, ref, found);
    if (!record) continue;
    whole.push({ ref, record });
    for (const part of partsIn(record)) refs.add(part);
  }
  const otherCode: string[] = [];
  const chosen = choose(whole, sample, seed);
  for (const { ref, record } of chosen) {
    step("computed again");
    await recompute(root, ref, record, context, found, otherCode);
  }
  return {
    verdict: findings.length === 0 ? "good" : "differs",
    rawFiles: raw.size,
    results: refs.size,
    recomputed: chosen.length,
    otherCode,
    findings,
  };
}

function rawFilesOf({ files, sources }: StudyIndex): Map<string, string> {
  return new Map([...files, ...sources.flatMap((source) => source.files)].map(({ path, sha256: hash }) => [path, hash]));
}

function resultsOf({ files, sources, ofStudy }: StudyIndex): Set<string> {
  const all = [...files, ...sources].flatMap(({ results }) => Object.values(results));
  return new Set([...all, ...Object.values(ofStudy)].sort());
}

const partsIn = ({ parts }: RunRecord): string[] => (Array.isArray(parts) ? parts.filter(isResult) : []);

function asMissing(error: unknown): null {
  if (error instanceof ThioscopeError && error.code === "FILE_MISSING") return null;
  throw error;
}

/** The record of a result whose bytes are those that were written. */
async function checkResult(
  root: string,
  ref: string,
  found: (code: VerifyCode, path: string, message: string) => void,
): Promise<RunRecord | null> {
  const folder = `results/${ref}`;
  let record: RunRecord;
  try {
    record = JSON.parse(await readFile(join(root, folder, "run.json"), "utf8")) as RunRecord;
  } catch (error) {
    const isGone = (error as NodeJS.ErrnoException).code === "ENOENT";
    found(
      isGone ? "result-missing" : "record-altered",
      `${folder}/run.json`,
      isGone ? "there is no such result" : "it is no record of a result",
    );
    return null;
  }
  const code = typeof record.versions?.["code"] === "string" ? record.versions["code"] : "";
  const named = Array.isArray(record.outputs) && record.task ? sha256(`${canonicalJson(record.task)}\n${code}`).slice(0, 32) : "";
  if (named !== record.hash || `${record.step}/${record.hash}` !== ref) {
    found("record-altered", `${folder}/run.json`, "its task and code do not give the name of its folder");
    return null;
  }
  let good = true;
  for (const { name, size, sha256: expected } of record.outputs) {
    const path = `${folder}/${name}`;
    const there = await stat(join(root, path)).catch(() => undefined);
    const now = there?.isFile() ? await sha256OfFile(join(root, path)).catch(asMissing) : null;
    if (now?.sha256 === expected && now.size === size) continue;
    good = false;
    found(
      now === null ? "result-missing" : "result-damaged",
      path,
      now === null ? "the file is not there" : "its bytes are not those that were written",
    );
  }
  return good ? record : null;
}

/** Different steps first: a sample of five says more of five steps than of one. */
function choose<T extends { record: RunRecord }>(all: readonly T[], sample: number, seed: number | string): T[] {
  const draw = random(`verify ${seed}`);
  const shuffled = all.map((item) => ({ item, key: draw.uniform() })).sort((a, b) => a.key - b.key);
  const times = new Map<string, number>();
  const ranked = shuffled.map(({ item, key }) => {
    const turn = times.get(item.record.step) ?? 0;
    times.set(item.record.step, turn + 1);
    return { item, key: turn + key };
  });
  return ranked
    .sort((a, b) => a.key - b.key)
    .slice(0, sample)
    .map(({ item }) => item);
}

async function recompute(
  root: string,
  ref: string,
  record: RunRecord,
  context: TaskContext,
  found: (code: VerifyCode, path: string, message: string) => void,
  otherCode: string[],
): Promise<void> {
  const isOther = record.versions["code"] !== codeVersion();
  const folder = `results/${ref}`;
  try {
    const quiet = { ...context, progress() {} };
    const { parts: plan, export: whole } = STEPS[record.step];
    // what a step is shared out in are results of their own
    const shared = plan === undefined || record.task.export !== whole ? [] : await partsOfTask(root, record.task, plan, quiet);
    const parts = shared.map((part) => ({ result: `${record.step}/${taskHash(part)}` }));
    const output = await runTask(root, record.task, parts, quiet);
    const now = Object.entries(output.files).map(([name, bytes]) => `${name} ${sha256(bytes)}`);
    const before = record.outputs.map(({ name, sha256: hash }) => `${name} ${hash}`);
    if (now.sort().join("\n") === before.sort().join("\n")) return;
    if (isOther) otherCode.push(ref);
    else found("differs", folder, "computed again, it has other bytes");
  } catch (error) {
    if (error instanceof ThioscopeError && error.code === "CANCELLED") throw error;
    if (isOther) otherCode.push(ref);
    else found("fails", folder, `it cannot be computed again: ${error instanceof Error ? error.message : error}`);
  }
}
