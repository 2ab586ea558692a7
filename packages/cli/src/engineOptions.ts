/** Where the tasks of a study run, as commands are told it. */
import { ThioscopeError } from "@thioscope/core";
import type { EngineName, SlurmOptions } from "@thioscope/study";
import type { Command } from "./command.ts";

const ENGINES: readonly EngineName[] = ["inline", "threads", "slurm"];
const WORDS = ["partition", "account", "time", "memory"] as const;
const COUNTS = ["processors", "throttle", "chunk", "attempts"] as const;

type Options = Command["options"];

export const ENGINE_OPTION = {
  type: "string",
  value: "NAME",
  help: "where tasks run: inline, threads or slurm",
  default: "inline",
} as const satisfies Options[string];

export const SLURM_OPTIONS = {
  host: { type: "string", value: "USER@HOST", help: "slurm: a machine that has sbatch, reached by ssh without a password" },
  partition: { type: "string", value: "NAME", help: "slurm: partition" },
  account: { type: "string", value: "NAME", help: "slurm: account" },
  time: { type: "string", value: "TIME", help: 'slurm: limit of an element of an array: minutes or "2:00:00"' },
  memory: { type: "string", value: "SIZE", help: 'slurm: memory of an element, such as "4G"' },
  processors: { type: "string", value: "N", help: "slurm: processors and threads of an element (default 1)" },
  throttle: { type: "string", value: "N", help: "slurm: most elements that run at a time" },
  chunk: { type: "string", value: "N", help: "slurm: tasks of an element (default: as many as last two minutes)" },
  attempts: { type: "string", value: "N", help: "slurm: how often a task is tried (default 3)" },
  poll: { type: "string", value: "SECONDS", help: "slurm: time between two looks at the queue (default 5)" },
  "remote-folder": { type: "string", value: "DIR", help: "slurm: the folder of the study as the cluster sees it" },
  program: { type: "string", value: "COMMAND", help: "slurm: what runs an element, where the program lies elsewhere on the cluster" },
} as const satisfies Options;

type Said = Readonly<Record<string, string | boolean | undefined>>;

/** @throws ThioscopeError USAGE for an engine that is none, and for options of another engine */
export function engineOf(options: Said): { engine: EngineName; slurm: SlurmOptions } {
  const engine = options.engine as EngineName;
  if (!ENGINES.includes(engine)) throw new ThioscopeError("USAGE", `"${engine}" is not an engine; engines: ${ENGINES.join(", ")}`);
  const slurm = slurmOf(options);
  const foreign = Object.keys(slurm)[0];
  if (engine !== "slurm" && foreign !== undefined) throw new ThioscopeError("USAGE", `--${foreign} is for --engine slurm`);
  return { engine, slurm };
}

function slurmOf(options: Said): SlurmOptions {
  const said: Record<string, string | number> = {};
  for (const name of [...WORDS, "host"] as const) if (typeof options[name] === "string") said[name] = options[name];
  for (const name of COUNTS) if (typeof options[name] === "string") said[name] = Number(options[name]);
  if (typeof options.poll === "string") said.poll = Number(options.poll);
  if (typeof options["remote-folder"] === "string") said.remoteFolder = options["remote-folder"];
  if (typeof options.program === "string") said.program = options.program;
  return said;
}
