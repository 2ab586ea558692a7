/** How a cluster is asked for work. */
import { ThioscopeError } from "@thioscope/core";

export interface SlurmOptions {
  /** user@host that has sbatch, reached by ssh; this machine where absent */
  host?: string;
  partition?: string;
  account?: string;
  /** of an array element, as Slurm writes it: "30", "02:00:00", "1-12:00" */
  time?: string;
  /** of an array element, as Slurm writes it: "4G" */
  memory?: string;
  /** processors of an element, and as many threads; default 1 */
  processors?: number;
  /** most elements that run at a time */
  throttle?: number;
  /** tasks of an element; from the size of their files where absent */
  chunk?: number;
  /** how often a task is tried; default 3 */
  attempts?: number;
  /** the study's folder as the cluster sees it, where that is another path */
  remoteFolder?: string;
  /** what runs an element on the cluster, where the program lies elsewhere there: "node /opt/…/element.js" */
  program?: string;
  /** s between two looks; default 5 */
  poll?: number;
  /** runs Slurm's programs; tests pass recorded answers */
  execute?: Execute;
}

/** What a program said. Rejects where it cannot be started. */
export interface Answer {
  code: number;
  stdout: string;
  stderr: string;
}
export type Execute = (program: string, words: readonly string[]) => Promise<Answer>;

const PATTERNS: readonly [keyof SlurmOptions, RegExp, string][] = [
  ["host", /^[\w][\w.@:-]*$/, "user@host"],
  ["partition", /^\w[\w.,-]*$/, "a name"],
  ["account", /^\w[\w.-]*$/, "a name"],
  ["time", /^(\d+-)?\d+(:\d{1,2}){0,2}$/, 'minutes, "hours:minutes:seconds" or "days-hours:minutes"'],
  ["memory", /^\d+[KMGT]?$/, 'a size such as "4G"'],
];
const COUNTS: readonly [keyof SlurmOptions, number][] = [
  ["processors", 1024],
  ["throttle", 10_000],
  ["chunk", 1_000_000],
  ["attempts", 20],
];

/** Throws USAGE for a value that Slurm would not take, or take for something else. */
export function checkSlurmOptions(options: SlurmOptions): void {
  for (const [name, pattern, allowed] of PATTERNS) {
    const value = options[name];
    if (value !== undefined && !pattern.test(String(value)))
      throw new ThioscopeError("USAGE", `--${name} "${String(value)}" is not ${allowed}`);
  }
  const { poll } = options;
  if (poll !== undefined && !(poll >= 0.1 && poll <= 3600))
    throw new ThioscopeError("USAGE", `--poll ${poll} is not a time from 0.1 to 3600 s`);
  for (const [name, most] of COUNTS) {
    const value = options[name];
    if (value !== undefined && !(Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most))
      throw new ThioscopeError("USAGE", `--${name} ${String(value)} is not a whole number from 1 to ${most}`);
  }
}
