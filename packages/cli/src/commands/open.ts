/** thioscope open: a study or raw files in the page. */
import { ThioscopeError } from "@thioscope/core";
import { startServer } from "@thioscope/server";
import { isStudy, readIndex } from "@thioscope/study";
import type { Command } from "../command.ts";
import { ENGINE_OPTION, engineOf, SLURM_OPTIONS } from "../engineOptions.ts";
import { commandHost } from "../pageCommands.ts";

// --host is the server's own
const { host: _, ...OF_CLUSTER } = SLURM_OPTIONS;

export const command: Command = {
  name: "open",
  summary: "a study or raw files in the page",
  usage: "thioscope open STUDY | FILE… [--port N] [--host ADDRESS] [--engine threads|slurm …]",
  about:
    "Serves the page on 127.0.0.1 and prints its address; Ctrl-C ends it. A study is shown as it was last run. Raw files are\n" +
    "read in the browser by the same code; nothing leaves this machine. --host exposes the page to a network; its address then holds a token.\n" +
    "--engine slurm: what is run from the page runs on a cluster; the page shows its elements, and Cancel takes them back.",
  options: {
    port: { type: "string", value: "N", help: "port; if it is taken, the next free one", default: "4173" },
    host: {
      type: "string",
      value: "ADDRESS",
      help: "address to listen on; other than this machine's own: with a token",
      default: "127.0.0.1",
    },
    engine: { ...ENGINE_OPTION, help: "where a run that the page asks for takes place: threads or slurm", default: "threads" },
    "cluster-host": SLURM_OPTIONS.host,
    ...OF_CLUSTER,
  },
  examples: ["thioscope open beamtime", "thioscope open C09.mpr", "thioscope open beamtime --host 0.0.0.0"],
  async run(words, options, io) {
    if (words.length === 0) throw new ThioscopeError("USAGE", `a study or files are needed. Usage: ${command.usage}`);
    const port = Number(options.port);
    if (!Number.isInteger(port) || port < 1 || port > 65_000) {
      throw new ThioscopeError("USAGE", `"${options.port}" is not a port; ports are 1 to 65000`);
    }
    const [first] = words;
    const study = words.length === 1 && (await isStudy(first!)) ? first! : undefined;
    if (study !== undefined && !(await readIndex(study))) {
      throw new ThioscopeError("NOT_COMPUTABLE", `the study has not been run: \`thioscope run ${study}\``, { file: study });
    }
    const { "cluster-host": clusterHost, host: _host, ...rest } = options;
    const { engine, slurm } = engineOf(clusterHost === undefined ? rest : { ...rest, host: clusterHost });
    if (engine === "inline") throw new ThioscopeError("USAGE", "--engine inline would stop the page while it runs: threads or slurm");
    const start = [...process.execArgv, process.argv[1]!];
    const host = String(options.host);
    // who may look at a study over a network may not run programs on this machine
    const commands = /^(127\.0\.0\.1|localhost|::1)$/.test(host) ? commandHost(io.commands, start) : undefined;
    const server = await startServer({
      ...(study === undefined ? { files: words } : { study, engine: { name: engine, slurm }, ...(commands ? { commands } : {}) }),
      port,
      host,
    });
    io.say(server.url);
    io.result({ url: server.url, port: server.port, mode: study === undefined ? "files" : "study" });
    io.hint("Ctrl-C ends it.");
    await untilAborted(io.task.signal);
    await server.close();
  },
};

function untilAborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (!signal || signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
