// npm start: the operando Na–S study on its virtual raw files, in the page. `npm start -- FILE…` opens your own files.
// Without a terminal, or with CI=1, it ends after the report.
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type TaskContext, ThioscopeError } from "@thioscope/core";
import { type ServerOptions, startServer } from "@thioscope/server";
import { isStudy, makeReport, newStudy, readStudy, runStudy, writeAtomic } from "@thioscope/study";
import { virtualRaw } from "../studies/na-s-operando/virtualRaw.ts";

const OPERANDO = fileURLToPath(new URL("../studies/na-s-operando/", import.meta.url));

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    // a second Ctrl-C ends at once
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  });
}
const context: TaskContext = { progress() {}, signal: stop.signal };

/** Puts the virtual raw files in place; what lies there already and is equal is left alone. */
async function prepareOperando(): Promise<string> {
  for (const { path, bytes } of virtualRaw()) {
    const target = join(OPERANDO, path);
    const there = await readFile(target).catch(() => undefined);
    if (!there?.equals(bytes)) await writeAtomic(target, bytes);
  }
  return OPERANDO;
}

/** Runs a study and writes its report; @returns the report's path */
async function runAndReport(folder: string): Promise<string> {
  const study = await readStudy(folder);
  process.stdout.write(`${study.title}\n`);
  const { index } = await runStudy(study, {
    context,
    onStep: ({ step, computed, reused, seconds }) => {
      process.stdout.write(`  ${step.padEnd(8)}${computed} computed, ${reused} reused  ${seconds.toFixed(2)} s\n`);
    },
  });
  for (const file of index.files.filter((f) => f.error !== null)) process.stderr.write(`failed: ${file.path}: ${file.error?.message}\n`);
  const report = join(study.root, "report.html");
  await writeAtomic(report, await makeReport(study.root));
  process.stdout.write(`Report: ${report}\n`);
  return report;
}

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
    const study = first === undefined ? await prepareOperando() : resolve(first);
    await runAndReport(study);
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
    await runAndReport(study);
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
