// npm start: the operando Na–S study on its virtual raw files, in the page. `npm start -- FILE…` opens your own files.
// Without a terminal, or with CI=1, it ends after the report.
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type TaskContext, ThioscopeError } from "@thioscope/core";
import { type ServerOptions, startServer } from "@thioscope/server";
import { isStudy, newStudy } from "@thioscope/study";
import { OPERANDO, prepareShipped, runAndReport } from "./shippedStudies.ts";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    // a second Ctrl-C ends at once
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  });
}
const context: TaskContext = { progress() {}, signal: stop.signal };

async function serve(options: ServerOptions): Promise<void> {
  const server = await startServer(options);
  process.stdout.write(`${server.url}\nCtrl-C ends it.\n`);
  if (!stop.signal.aborted) await new Promise((done) => stop.signal.addEventListener("abort", done, { once: true }));
  await server.close();
}

async function main(words: readonly string[]): Promise<void> {
  const attended = process.stdout.isTTY === true && !process.env.CI;
  const [first] = words;
  if (first === undefined || (words.length === 1 && (await isStudy(first)))) {
    const study = first === undefined ? await prepareShipped(OPERANDO, context) : resolve(first);
    await runAndReport(study, context);
    if (attended) await serve({ study });
  } else if (attended) {
    await serve({ files: words });
  } else {
    // nobody looks at a page: the files become a study of their own, so that there is a report
    const study = join(await mkdtemp(join(tmpdir(), "thioscope-")), "files");
    for (const file of await newStudy(study, words, { link: true, context })) {
      process.stdout.write(
        file.path === null ? `not read: ${file.name}: ${file.reason}\n` : `${file.name}: ${file.format}, ${file.rows} rows\n`,
      );
    }
    await runAndReport(study, context);
  }
}

try {
  // started through npm, paths are meant from where the user is
  process.chdir(process.env.INIT_CWD ?? ".");
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof ThioscopeError)) throw error;
  const { file, line } = error.place;
  process.stderr.write(`${file === undefined ? "" : `${file}${line === undefined ? "" : `:${line}`}: `}${error.message} [${error.code}]\n`);
  process.exitCode = error.code === "CANCELLED" ? 130 : 2;
}
