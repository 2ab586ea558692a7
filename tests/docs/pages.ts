/**
 * Pages whose examples are run: what a page prints is what the program prints.
 *
 * In a fenced block of the language
 *   console  each line `$ COMMAND` is run by sh; the lines after it are its output (stdout and stderr)
 *   ts       a program; the block `text` after it is its output
 *   yaml, python, js with a first line `# NAME` or `// NAME`   is that file, for the commands after it
 * Blocks of other languages are left alone. Each page runs in a folder of its own that holds the files of FILES.
 */
import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { VIRTUAL_CELLS, virtualCycling, writeVirtual } from "@thioscope/virtual";
import { dataFile } from "../data.ts";

export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));

/** A real file of 46,102 rows; where it is absent, pages that name it cannot be run. */
export const REAL = { name: "C09.mpr", path: dataFile("echem/jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr") };

/** Files that every page finds in its folder, made by the virtual cycler. */
const FILES: Readonly<Record<string, () => Uint8Array>> = {
  "cell12.mpt": () => writeVirtual(virtualCycling(VIRTUAL_CELLS["na-s-nps"], "operando"), "biologic-mpt"),
  "long.bdf.csv": () => writeVirtual(virtualCycling(VIRTUAL_CELLS.nas, "long", undefined, 300), "bdf-csv"),
  "rate.mpt": () => writeVirtual(virtualCycling(VIRTUAL_CELLS["li-s"], "rate", undefined, 300), "biologic-mpt"),
};

/** True if the page holds something to run. */
export function hasExamples(text: string): boolean {
  return /^```(console|ts)$/m.test(text);
}

/** True if everything the page needs is here. */
export function isRunnable(text: string): boolean {
  return !text.includes(REAL.name) || existsSync(REAL.path);
}

/** Runs the page's examples in `folder`; @returns its text with the output they give now. */
export async function runPage(path: string, folder: string): Promise<string> {
  const text = readFileSync(join(ROOT, path), "utf8");
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(FILES)) if (text.includes(name)) writeFileSync(join(folder, name), bytes());
  if (text.includes(REAL.name)) copyFileSync(REAL.path, join(folder, REAL.name));
  const programs = join(ROOT, "tests/docs/out", basename(path, ".md"));
  const lines: string[] = [];
  let printed: string | undefined;
  for (const { fence, body } of blocksOf(text)) {
    const language = fence?.slice(3);
    const file = /^(?:#|\/\/) (\S+\.\w+)$/.exec(body[0] ?? "")?.[1];
    let now = body;
    if (language === "console") now = await runConsole(body, folder);
    else if (language === "ts") printed = await runProgram(body.join("\n"), join(programs, `${lines.length}.ts`), folder);
    else if (language === "text" && printed !== undefined) now = keepSteady(body, printed.split("\n"));
    else if (language !== undefined && file !== undefined) writeFileSync(join(folder, file), `${body.slice(1).join("\n")}\n`);
    if (fence !== undefined && language !== "ts") printed = undefined;
    lines.push(...(fence === undefined ? now : [fence, ...now, "```"]));
  }
  rmSync(programs, { recursive: true, force: true });
  return lines.join("\n");
}

/** A page as runs of plain lines (no fence) and fenced blocks. */
function blocksOf(text: string): { fence?: string; body: string[] }[] {
  const blocks: { fence?: string; body: string[] }[] = [{ body: [] }];
  for (const line of text.split("\n")) {
    const inside = blocks.at(-1)!;
    if (!line.startsWith("```")) inside.body.push(line);
    else if (inside.fence !== undefined) blocks.push({ body: [] });
    else blocks.push({ fence: line, body: [] });
  }
  return blocks;
}

async function runConsole(body: readonly string[], folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const [i, line] of body.entries()) {
    if (!line.startsWith("$ ")) continue;
    const end = body.findIndex((next, k) => k > i && next.startsWith("$ "));
    const before = body.slice(i + 1, end === -1 ? body.length : end);
    if (line.includes("python3") && !(await hasPython())) {
      found.push(line, ...before);
      continue;
    }
    found.push(line, ...keepSteady(before, (await run("sh", ["-c", `{ ${line.slice(2)}\n} 2>&1`], folder)).split("\n")));
  }
  return found;
}

/** Examples in Python stay as they are where there is none: nothing but Node is needed. */
async function hasPython(): Promise<boolean> {
  return (await run("sh", ["-c", "command -v python3"], ROOT)) !== "";
}

async function runProgram(code: string, path: string, folder: string): Promise<string> {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, code);
  return run(process.execPath, ["--conditions=source", path], folder);
}

/** Output with the page's folder as a home, without the line end at its end. */
function run(program: string, args: readonly string[], folder: string): Promise<string> {
  const env = { ...process.env, PATH: join(ROOT, "node_modules/.bin") + delimiter + process.env.PATH };
  return new Promise((resolve) => {
    execFile(program, args, { cwd: folder, env, maxBuffer: 1 << 26 }, (_error, stdout, stderr) => {
      resolve(`${stdout}${stderr}`.replaceAll(folder, "/home/me").replace(/\n+$/, "").replaceAll(/ +$/gm, ""));
    });
  });
}

/** The lines as they stand where only times and hashes differ: those are new in every run. */
function keepSteady(before: readonly string[], now: readonly string[]): string[] {
  const steady = (lines: readonly string[]): string =>
    lines
      .join("\n")
      .replaceAll(/\d+(\.\d+)? s\b/g, "# s")
      .replaceAll(/ {2}[\d,]+ k rows\/s/g, "")
      .replaceAll(/\b[0-9a-f]{16,64}\b/g, "#")
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "#");
  return [...(steady(before) === steady(now) ? before : now)];
}
