/**
 * Slurm by its command line (sbatch, squeue, scancel, scontrol, sacct), on this machine or through ssh. Nothing of it needs accounting: whether a task is done is said by its result on the shared
 * file system, and squeue says only whether an element still lives. No shell reads our words, except that of ssh, for which they are quoted.
 */
import { execFile } from "node:child_process";
import { ThioscopeError } from "@thioscope/core";
import type { Answer, Execute, SlurmOptions } from "./options.ts";

const TIMEOUT_MS = 60_000;

/** An array as it is submitted. */
interface ArrayRequest {
  name: string;
  elements: number;
  /** as the cluster sees them */
  root: string;
  log: string;
  script: string;
}

export interface LiveElement {
  name: string;
  element: number;
  /** PENDING, RUNNING, COMPLETING, SUSPENDED, … */
  state: string;
}

/** The controller did not answer; what is submitted goes on. */
export class NoAnswer extends Error {}

export interface Scheduler {
  /** @returns the job's number. @throws NoAnswer; ThioscopeError ENGINE_FAILED where Slurm refuses */
  submit(request: ArrayRequest): Promise<string>;
  /** Elements of these arrays that wait or run. @throws NoAnswer */
  live(names: readonly string[]): Promise<LiveElement[]>;
  cancel(names: readonly string[]): Promise<void>;
  /** How an element ended, as far as Slurm still knows: "NODE_FAIL", "OUT_OF_MEMORY, exit 0:125". */
  fate(job: string, element: number): Promise<string>;
}

export function slurmScheduler(options: SlurmOptions): Scheduler {
  const call = caller(options);
  return {
    async submit({ name, elements, root, log, script }) {
      const limits = [
        ...(options.partition ? [`--partition=${options.partition}`] : []),
        ...(options.account ? [`--account=${options.account}`] : []),
        ...(options.time ? [`--time=${options.time}`] : []),
        ...(options.memory ? [`--mem=${options.memory}`] : []),
      ];
      const array = `--array=0-${elements - 1}${options.throttle ? `%${options.throttle}` : ""}`;
      const answer = await call("sbatch", [
        "--parsable",
        `--job-name=${name}`,
        array,
        `--chdir=${root}`,
        // Slurm reads % in file names
        `--output=${log.replaceAll("%", "%%")}/%a.log`,
        "--open-mode=append",
        // what is lost is submitted again here at once; Slurm itself waits two minutes
        "--no-requeue",
        "--ntasks=1",
        `--cpus-per-task=${options.processors ?? 1}`,
        ...limits,
        script,
      ]);
      if (answer.code !== 0) throw new ThioscopeError("ENGINE_FAILED", `sbatch refused the work: ${reasonOf(answer)}`);
      const job = /^(\d+)(;[\w.-]+)?$/m.exec(answer.stdout.trim())?.[1];
      if (job === undefined)
        throw new ThioscopeError("ENGINE_FAILED", `sbatch gave no job number but "${answer.stdout.trim().slice(0, 200)}"`);
      return job;
    },
    async live(names) {
      if (names.length === 0) return [];
      // %o of the command would be long: name, element, state
      const answer = await call("squeue", ["-h", "-r", "-n", names.join(","), "-o", "%j|%K|%T"]);
      if (answer.code !== 0) throw new NoAnswer(reasonOf(answer));
      return parseQueue(answer.stdout);
    },
    async cancel(names) {
      for (const name of names) await call("scancel", [`--name=${name}`]);
    },
    async fate(job, element) {
      const shown = await call("scontrol", ["-o", "show", "job", `${job}_${element}`]).catch(() => null);
      const state = shown?.code === 0 ? /\bJobState=(\w+)/.exec(shown.stdout)?.[1] : undefined;
      if (state) {
        const exit = /\bExitCode=(\d+:\d+)/.exec(shown!.stdout)?.[1];
        return exit && exit !== "0:0" ? `${state}, exit ${exit}` : state;
      }
      const told = await call("sacct", ["-n", "-X", "-P", "-j", `${job}_${element}`, "-o", "State,ExitCode"]).catch(() => null);
      const [end, exit] = told?.code === 0 ? (told.stdout.trim().split("\n").at(-1) ?? "").split("|") : [];
      return end ? `${end}${exit && exit !== "0:0" ? `, exit ${exit}` : ""}` : "its end is not known";
    },
  };
}

/** Lines "name|element|state" of squeue -r. An array that still waits as a whole stands in one line, "0-63%8". */
export function parseQueue(text: string): LiveElement[] {
  const found: LiveElement[] = [];
  for (const line of text.split("\n")) {
    const [name, elements, state] = line.trim().split("|");
    if (!name || elements === undefined || !state) continue;
    for (const span of elements.replace(/%\d+$/, "").split(",")) {
      const [first, last = first] = span.split("-").map(Number);
      if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last) || last! - first! > 100_000) continue;
      for (let element = first!; element <= last!; element++) found.push({ name, element, state });
    }
  }
  return found;
}

/** Says that the controller or the way to it is at fault, not what was asked. */
const UNREACHED =
  /unable to contact slurm controller|connection (refused|timed out|reset)|socket timed out|transport endpoint|no route to host|could not resolve|broken pipe|backup controller|slurm_persist|zero bytes were transmitted/i;

/** Answers of Slurm's programs; NoAnswer where they or the controller cannot be reached. */
function caller({ host, execute = executeFile }: SlurmOptions): Execute {
  return async (program, words) => {
    let answer: Answer;
    try {
      const remote = ["-o", "BatchMode=yes", "-o", "ConnectTimeout=20", host ?? "", [program, ...words].map(quoted).join(" ")];
      answer = host === undefined ? await execute(program, words) : await execute("ssh", remote);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const what = host === undefined ? program : "ssh";
      if (code === "ENOENT")
        throw new ThioscopeError(
          "ENGINE_FAILED",
          `${what} is not on this machine: run where Slurm is, or name a machine that has it with --host`,
        );
      throw new NoAnswer(`${what}: ${code ?? String(error)}`);
    }
    // 255: ssh itself failed
    if (answer.code !== 0 && (UNREACHED.test(answer.stderr) || (host !== undefined && answer.code === 255)))
      throw new NoAnswer(reasonOf(answer));
    if (host !== undefined && answer.code === 127)
      throw new ThioscopeError("ENGINE_FAILED", `${program} is not on ${host}: name a login node of the cluster with --host`);
    return answer;
  };
}

export const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

function reasonOf({ code, stdout, stderr }: Answer): string {
  const said = (stderr.trim() || stdout.trim()).split("\n").map((line) => line.replace(/^\w+: (error: )?/, "").trim());
  return [...new Set(said)].filter(Boolean).join("; ").slice(0, 500) || `exit ${code}`;
}

const executeFile: Execute = (program, words) =>
  new Promise((resolve, reject) => {
    execFile(program, [...words], { timeout: TIMEOUT_MS, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : (error as { code?: unknown }).code;
      if (typeof code === "number") resolve({ code, stdout, stderr });
      else reject(error);
    });
  });
