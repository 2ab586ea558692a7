/**
 * Commands asked for from the page: the same program, in a process of its own, in the study's folder. Which there are, and what runs them, is given by
 * who starts the server. Files are those of the study; what a command writes goes into its folder `exports`.
 */
import { mkdir } from "node:fs/promises";
import { isAbsolute, join, normalize } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import { readIndex } from "@thioscope/study";
import type { FastifyInstance } from "fastify";

export interface PageCommand {
  /** "eis fit" */
  name: string;
  summary: string;
  usage: string;
  options: readonly { name: string; isFlag: boolean; value: string; help: string; fallback: string }[];
  examples: readonly string[];
}

export interface CommandHost {
  commands(): Promise<readonly PageCommand[]>;
  /** Runs one in `folder`; its JSON or, where it failed, its error as text. Ends it when the signal aborts. */
  run(argv: readonly string[], folder: string, signal: AbortSignal): Promise<{ code: number; stdout: string; stderr: string }>;
}

/** `GET /api/command`. */
interface CommandAnswer {
  running: boolean;
  /** as one would type it */
  line: string;
  seconds: number;
  /** what it printed as JSON; null until it came to an end well */
  result: unknown;
  error: { code: string; message: string } | null;
}

interface Asked {
  name: string;
  words: string[];
  options: Record<string, unknown>;
}

/** Options that name what is written. */
const WRITTEN = new Set(["out", "plot"]);
const EXPORTS = "exports";
const MOST_WORDS = 2000;

const BODY = {
  type: "object",
  properties: {
    name: { type: "string", minLength: 1, maxLength: 60 },
    words: { type: "array", maxItems: MOST_WORDS, items: { type: "string", minLength: 1, maxLength: 2000 } },
    // a type here would turn true into text
    options: { type: "object", additionalProperties: {} },
  },
  required: ["name", "words", "options"],
  additionalProperties: false,
} as const;

/** Refuses what would leave the study's folder. Throws INVALID_INPUT. */
function inside(value: string): string {
  const parts = value.split(/[=,]/);
  if (parts.some((part) => isAbsolute(part) || part.split(/[\\/]/).includes("..") || part.startsWith("~"))) {
    throw new ThioscopeError("INVALID_INPUT", `"${value}": files are those of the study, named from its folder`);
  }
  return value;
}

function argvOf({ name, words, options }: Asked, command: PageCommand): string[] {
  const argv = [...name.split(" ")];
  for (const word of words) {
    if (word.startsWith("-")) throw new ThioscopeError("INVALID_INPUT", `"${word}" is no file: options have fields of their own`);
    argv.push(inside(word));
  }
  for (const [key, value] of Object.entries(options)) {
    const known = command.options.find((option) => option.name === key);
    if (!known) throw new ThioscopeError("INVALID_INPUT", `${name} has no option "${key}"`);
    if (known.isFlag ? value !== true : typeof value !== "string") {
      throw new ThioscopeError("INVALID_INPUT", `--${key} takes ${known.isFlag ? "no value" : "a value"}`);
    }
    if (typeof value !== "string") argv.push(`--${key}`);
    else argv.push(`--${key}=${WRITTEN.has(key) ? normalize(join(EXPORTS, inside(value))) : inside(value)}`);
  }
  return argv;
}

const shellWord = (text: string): string => (/^[\w./+=,:@%-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** Adds the routes for the study in `root`. Gives what ends a command. */
export function addCommandRoutes(app: FastifyInstance, root: string | null, host: CommandHost | null): { close(): Promise<void> } {
  let current: { abort: AbortController; ended: Promise<void> } | null = null;
  let began = 0;
  let state: CommandAnswer = { running: false, line: "", seconds: 0, result: null, error: null };
  const now = (): CommandAnswer => (state.running ? { ...state, seconds: (performance.now() - began) / 1000 } : state);
  const offered = (): { folder: string; commands: CommandHost } => {
    if (root === null || !host) throw new ThioscopeError("NOT_COMPUTABLE", "commands run where a study is open");
    return { folder: root, commands: host };
  };

  app.get("/api/commands", async () => {
    const { folder, commands } = offered();
    const index = await readIndex(folder);
    const files = [...(index?.files ?? []), ...(index?.sources ?? []).flatMap((source) => source.files)].map(({ path }) => path);
    const cells = (index?.files ?? []).flatMap(({ cell }) => cell ?? []);
    return { commands: await commands.commands(), files: [...new Set([...files, ...cells])] };
  });
  app.get("/api/command", async () => now());
  app.post<{ Body: Asked }>("/api/command", { bodyLimit: 1 << 20, schema: { body: BODY } }, async (request) => {
    const { folder, commands } = offered();
    if (current) throw new ThioscopeError("STUDY_LOCKED", "a command is running: cancel it, or wait for its end");
    const command = (await commands.commands()).find(({ name }) => name === request.body.name);
    if (!command) throw new ThioscopeError("INVALID_INPUT", `there is no command "${request.body.name}"`);
    const argv = argvOf(request.body, command);
    const abort = new AbortController();
    began = performance.now();
    state = { running: true, line: ["thioscope", ...argv].map(shellWord).join(" "), seconds: 0, result: null, error: null };
    const ended = (async () => {
      let result: unknown = null;
      let error: CommandAnswer["error"] = null;
      try {
        await mkdir(join(folder, EXPORTS), { recursive: true });
        // cancelled before it began: nothing would hear the signal any more
        const { code, stdout, stderr } = abort.signal.aborted
          ? { code: 130, stdout: "", stderr: "" }
          : await commands.run([...argv, "--json"], folder, abort.signal);
        if (code === 0) result = JSON.parse(stdout) as unknown;
        else error = errorOf(stderr, abort.signal.aborted);
      } catch (thrown) {
        error = { code: "BUG", message: thrown instanceof Error ? thrown.message : "the command failed" };
      }
      state = { ...now(), running: false, result, error };
      current = null;
    })();
    current = { abort, ended };
    return now();
  });
  app.delete("/api/command", async () => {
    current?.abort.abort();
    await current?.ended;
    return now();
  });
  return {
    async close() {
      current?.abort.abort();
      await current?.ended;
    },
  };
}

/** What the command said on its error channel: one JSON object. */
function errorOf(stderr: string, isCancelled: boolean): CommandAnswer["error"] {
  if (isCancelled) return { code: "CANCELLED", message: "cancelled" };
  try {
    const { error } = JSON.parse(stderr) as { error: { code: string; message: string } };
    return { code: error.code, message: error.message };
  } catch {
    return { code: "BUG", message: stderr.trim().split("\n").at(-1) || "the command failed" };
  }
}
