/** The command as a user starts it: a process of its own, and what it printed. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const BIN = join(fileURLToPath(new URL("../..", import.meta.url)), "packages/cli/src/bin.ts");

/** Arguments of `node` that start the command line from source. */
export const START: readonly string[] = ["--conditions=source", BIN];

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs `thioscope ARGS…` in `folder` until it ends. */
export function thioscope(folder: string, ...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...START, ...args], { cwd: folder, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });
}
