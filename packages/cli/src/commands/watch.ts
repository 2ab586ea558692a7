/** thioscope watch: a study that follows a running experiment, with the page. */
import { join } from "node:path";
import { type TaskContext, ThioscopeError } from "@thioscope/core";
import { startServer } from "@thioscope/server";
import { isStudy, makeReport, type WatchRound, watchStudy } from "@thioscope/study";
import { writeAtomic } from "@thioscope/study/files";
import type { Command, CommandIo } from "../command.ts";
import { count } from "../inputs.ts";

const LONGEST_SECOND = 3600;

export const command: Command = {
  name: "watch",
  summary: "a running experiment followed: results, report and page are renewed as files grow and arrive",
  usage: "thioscope watch DIR [--every S] [--settle S] [--port N] [--until-settled]",
  about:
    "DIR is a study whose patterns (raw/*.h5) take in files that are still to come. Runs it again whenever raw files have grown or\n" +
    "arrived; serves the page, which renews itself. Frames that are still written wait until they are whole; of a growing table what\n" +
    "can be read is read, and where nothing can, the last results stay. Ctrl-C ends it; what was done is kept.",
  options: {
    every: { type: "string", value: "S", help: "seconds between two looks", default: "2" },
    settle: { type: "string", value: "S", help: "a file that did not change for so many seconds is whole", default: "5" },
    port: { type: "string", value: "N", help: "port of the page; if it is taken, the next free one", default: "4173" },
    "until-settled": { type: "boolean", help: "end when every file is whole and computed; without the page" },
  },
  examples: ["thioscope watch beamtime", "thioscope watch beamtime --every 10 --settle 30"],
  async run(words, options, io) {
    const [folder] = words;
    if (folder === undefined || words.length > 1) throw new ThioscopeError("USAGE", `one study is needed. Usage: ${command.usage}`);
    if (!(await isStudy(folder))) {
      throw new ThioscopeError("FILE_MISSING", `${folder} is not a study: \`thioscope new ${folder} --from RAW…\` makes one`, {
        file: folder,
      });
    }
    const every = 1000 * seconds(options.every, "--every");
    const settle = 1000 * seconds(options.settle, "--settle");
    const port = Number(options.port);
    if (!Number.isInteger(port) || port < 1 || port > 65_000) {
      throw new ThioscopeError("USAGE", `"${options.port}" is not a port; ports are 1 to 65000`);
    }
    const alone = options["until-settled"] === true;
    const stop = new AbortController();
    io.task.signal?.addEventListener("abort", () => stop.abort(), { once: true });
    const context: TaskContext = { ...io.task, signal: stop.signal };
    let finished = 0;
    let last: WatchRound | null = null;
    const server = alone ? null : await startServer({ study: folder, port, live: { finished: () => finished } });
    if (server) io.say(server.url);
    try {
      await watchStudy(folder, {
        every,
        settle,
        engine: alone ? "inline" : "threads",
        context,
        async onRound(round) {
          last = round;
          finished++;
          await tell(round, folder, io);
          if (alone && round.waiting === null && round.young.length === 0) stop.abort();
        },
      });
    } catch (error) {
      // ended by Ctrl-C in the middle of a round: what was done is kept
      if (!(error instanceof ThioscopeError && error.code === "CANCELLED")) throw error;
    } finally {
      await server?.close();
    }
    const { young = [], waiting = null } = (last as WatchRound | null) ?? {};
    io.result({ study: folder, rounds: finished, young, waiting });
  },
};

function seconds(said: string | boolean | undefined, option: string): number {
  const value = Number(said);
  if (said !== "" && value > 0 && value <= LONGEST_SECOND) return value;
  throw new ThioscopeError("USAGE", `${option} ${said}: seconds above 0, up to ${LONGEST_SECOND}`);
}

async function tell({ run, young, waiting }: WatchRound, folder: string, io: CommandIo): Promise<void> {
  if (!run) {
    io.say(`waiting: ${waiting}`);
    return;
  }
  if (run.index.story !== null) await writeAtomic(join(folder, "report.html"), await makeReport(folder));
  const computed = run.steps.reduce((sum, step) => sum + step.computed, 0);
  const growing = young.length === 0 ? "" : `, ${count(young.length, "file")} still written`;
  io.say(`${new Date().toISOString().slice(11, 19)}  ${count(computed, "result")} computed${growing}`);
  for (const { path, error } of run.index.files)
    if (error) io.hint(`failed: ${path}, step ${error.step}: ${error.message} [${error.code}]`);
}
