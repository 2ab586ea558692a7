/** The commands of this program for the page: what there is to fill in, and each run in a process of its own. */
import { spawn } from "node:child_process";
import type { CommandHost, PageCommand } from "@thioscope/server";
import type { Command, CommandLoaders } from "./command.ts";

/** What the page does itself: it is open, runs steps and changes the study in Adjust, asks the database in Cells. */
const OWN = new Set(["open", "run", "query", "new", "watch"]);
/** What writes into the working folder where nothing is said, and the name it gets: on the page, beside what else it writes. */
const WRITES = new Map([
  ["convert", ""],
  ["export", "study"],
  ["report", "report.html"],
]);
/** More output than this is no answer for a page, bytes. */
const MOST_OUTPUT = 256 * 1024 * 1024;

/** The words that say what a command does, in the order of its usage; none where it does one thing. */
function actionsOf({ name, usage }: Command): { action: string; usage: string }[] {
  const found: { action: string; usage: string }[] = [];
  for (const line of usage.split("\n")) {
    const [, words = ""] = new RegExp(`thioscope ${name} ([a-z]+(?:\\|[a-z]+)*)(?= |$)`).exec(line) ?? [];
    for (const action of words.split("|").filter((word) => word !== "")) found.push({ action, usage: line.trim() });
  }
  return found;
}

/** What the help of an option says of an action; null where it belongs to others. "calibrate, map: photon energy / simulate: …" */
function helpFor(help: string, action: string, actions: readonly string[]): string | null {
  let isOfOthers = false;
  for (const part of help.split(" / ")) {
    const [, names = "", text = ""] = /^([a-z]+(?:, [a-z]+:?)*): (.*)$/.exec(part) ?? [];
    const of = names.replaceAll(":", "").split(", ");
    if (!of.every((name) => actions.includes(name))) return help;
    if (of.includes(action)) return text;
    isOfOthers = true;
  }
  return isOfOthers ? null : help;
}

function pageCommands(command: Command): PageCommand[] {
  const actions = actionsOf(command);
  const names = actions.map(({ action }) => action);
  const all = actions.length > 0 ? actions : [{ action: "", usage: command.usage }];
  return all.map(({ action, usage }) => {
    const name = `${command.name} ${action}`.trim();
    return {
      name,
      summary: command.summary,
      usage,
      options: Object.entries(command.options).flatMap(([option, { type, value, help, default: fallback }]) => {
        const own = action === "" ? help : helpFor(help, action, names);
        if (own === null) return [];
        return [
          {
            name: option,
            isFlag: type === "boolean",
            value: value ?? "",
            help: own,
            fallback: fallback === undefined ? "" : String(fallback),
          },
        ];
      }),
      examples: command.examples.filter((example) => example.startsWith(`thioscope ${name} `)),
    };
  });
}

/** @param start arguments of `node` that start this program */
export function commandHost(loaders: CommandLoaders, start: readonly string[]): CommandHost {
  let made: Promise<readonly PageCommand[]> | undefined;
  return {
    commands() {
      made ??= Promise.all(
        Object.entries(loaders)
          .filter(([name]) => !OWN.has(name))
          .map(async ([, { load }]) => pageCommands((await load()).command)),
      ).then((lists) => lists.flat());
      return made;
    },
    run: (argv, folder, signal) =>
      new Promise((resolve, reject) => {
        const isTold = argv.some((word) => word.startsWith("--out=") || word === "--methods");
        const name = WRITES.get(argv[0] ?? "");
        const out = name !== undefined && !isTold ? [`--out=exports/${name}`] : [];
        const child = spawn(process.execPath, [...start, ...argv, ...out], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
        const said: Buffer[] = [];
        const err: Buffer[] = [];
        let size = 0;
        const keep = (list: Buffer[]) => (piece: Buffer) => {
          size += piece.length;
          if (size > MOST_OUTPUT) child.kill();
          else list.push(piece);
        };
        child.stdout.on("data", keep(said));
        child.stderr.on("data", keep(err));
        const stop = (): void => void child.kill();
        signal.addEventListener("abort", stop);
        child.on("error", reject);
        child.on("close", (code) => {
          signal.removeEventListener("abort", stop);
          if (size > MOST_OUTPUT) reject(new Error("the command gives more than a page can hold: run it in a terminal"));
          else resolve({ code: code ?? -1, stdout: Buffer.concat(said).toString(), stderr: Buffer.concat(err).toString() });
        });
      }),
  };
}
