/** Slurm by recorded answers of 22.05, for tests. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Answer, Execute } from "../packages/study/src/slurm/options.ts";

export const said = (stdout: string): Answer => ({ code: 0, stdout, stderr: "" });
export const refused = (stderr: string, code = 1): Answer => ({ code, stdout: "", stderr });

/** A cluster of recorded answers: its elements are processes of this machine, unless `dies` says that theirs ends before it did anything. */
export function fakeCluster(dies: (tasks: string) => boolean = () => false): {
  execute: Execute;
  submitted: () => number;
  away: (times: number) => void;
} {
  const live = new Map<string, string>();
  const elements = new Map<string, ChildProcess>();
  let [number, silent] = [0, 0];
  const away = (times: number): void => {
    silent = times;
  };
  const execute: Execute = async (program, words) => {
    if (silent > 0) {
      silent--;
      return refused(`${program}: error: Unable to contact slurm controller (connect failure)\n`);
    }
    if (program === "squeue") return said([...live.values()].join(""));
    if (program === "scancel") for (const [key, child] of elements) if (words[0] === `--name=${key.split(" ")[0]}`) child.kill();
    if (program !== "sbatch") return said("");
    const word = (name: string): string => words.find((w) => w.startsWith(`--${name}=`))!.slice(name.length + 3);
    const script = words.at(-1)!;
    const last = Number(/^0-(\d+)/.exec(word("array"))![1]);
    for (let element = 0; element <= last; element++) {
      if (dies(readFileSync(join(script, "..", `${element}.tasks.json`), "utf8"))) continue;
      const key = `${word("job-name")} ${element}`;
      live.set(key, `${word("job-name")}|${element}|RUNNING\n`);
      const child = spawn("sh", [script], {
        env: { ...process.env, SLURM_ARRAY_TASK_ID: String(element), SLURMD_NODENAME: "n1" },
        stdio: "ignore",
      });
      elements.set(key, child);
      child.once("exit", () => live.delete(key));
    }
    return said(`${++number}\n`);
  };
  return { execute, submitted: () => number, away };
}
