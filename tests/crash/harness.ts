/** Studies under kill −9, full disks and lost shares: what must hold whenever a run has ended, however it ended. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readIndex, readStudy, runStudy } from "@thioscope/study";
import { beamtimeFiles, virtualBeamtime } from "@thioscope/virtual";
import { cyclingCsv, outputs, testStudy } from "../studies.ts";

const CHILD = fileURLToPath(new URL("child.ts", import.meta.url));

const RAW = { "raw/a.csv": cyclingCsv(3), "raw/b.csv": cyclingCsv(5) };
const YAML = "title: crash\nsources:\n  a: raw/a.csv\n  b: raw/b.csv\nsteps: [cycles, dqdv, story]\n";

export const makeStudy = (): ReturnType<typeof testStudy> => testStudy(RAW, YAML);

/** 96 frames of 12 positions and 8 scans, in two parts. */
export async function makeFrames(): ReturnType<typeof testStudy> {
  const experiment = virtualBeamtime({
    size: 128,
    pixelMicrometre: 1600,
    widthDegree: 0.12,
    positions: 12,
    firstMicrometre: 925,
    firstScan: 18,
    scans: 8,
    seed: "crash",
  });
  const made = await testStudy({}, "");
  for await (const { path, bytes } of beamtimeFiles(experiment, "tiff")) {
    mkdirSync(dirname(join(made.root, path)), { recursive: true });
    writeFileSync(join(made.root, path), bytes);
  }
  return made;
}

/** What an undisturbed run gives. */
export async function reference(make: typeof makeStudy = makeStudy): Promise<Record<string, string>> {
  const { root, remove } = await make();
  await runStudy(await readStudy(root));
  const clean = outputs(root);
  await remove();
  return clean;
}

export interface Ending {
  signal: NodeJS.Signals | null;
  done: boolean;
  errors: string;
}

/** A run in a process of its own; `kill` is told when its work begins. */
export function runChild(root: string, words: readonly string[], kill?: (end: () => void) => void): Promise<Ending> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--conditions=source", CHILD, root, ...words], { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    let errors = "";
    child.stderr.on("data", (part: Buffer) => {
      errors += part.toString();
    });
    child.stdout.on("data", (part: Buffer) => {
      if (said === "") kill?.(() => child.kill("SIGKILL"));
      said += part.toString();
    });
    child.on("close", (_code, signal) => resolve({ signal, done: said.includes("done"), errors }));
  });
}

/**
 * What is wrong with a study after its run ended somehow; empty if nothing is. Every result that counts (its run.json is there) has the bytes of the
 * undisturbed run; the index, if there is one, names only such results; the raw files are as they were.
 *
 * @param raw whether the study is that of {@link makeStudy}, whose raw files are known
 */
export async function mistakes(root: string, clean: Readonly<Record<string, string>>, raw = true): Promise<string[]> {
  const wrong: string[] = [];
  for (const [path, text] of raw ? Object.entries(RAW) : [])
    if (readFileSync(join(root, path), "utf8") !== text) wrong.push(`${path} was changed`);
  const folder = join(root, "results");
  if (!existsSync(folder)) return wrong;
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  for (const name of names.filter((n) => n.endsWith("run.json"))) {
    const at = name.slice(0, -"run.json".length);
    let record: { outputs: { name: string; sha256: string }[] };
    try {
      record = JSON.parse(readFileSync(join(folder, name), "utf8"));
    } catch {
      wrong.push(`${name} is no JSON`);
      continue;
    }
    for (const output of record.outputs) {
      const path = join(folder, at, output.name);
      const now = existsSync(path) ? createHash("sha256").update(readFileSync(path)).digest("hex") : "nothing";
      if (now !== output.sha256) wrong.push(`${at}${output.name} is not what its record says`);
      if (now !== clean[`${at}${output.name}`]) wrong.push(`${at}${output.name} is not what an undisturbed run gives`);
    }
  }
  if (existsSync(join(folder, "index.json"))) {
    const index = await readIndex(root);
    if (!index) wrong.push("the index is not whole");
    else {
      const refs = [...index.files.flatMap(({ results }) => Object.values(results)), ...Object.values(index.ofStudy)];
      for (const ref of refs) if (!existsSync(join(folder, ref, "run.json"))) wrong.push(`the index names ${ref}, which is not there`);
    }
  }
  return wrong;
}

/** Goes on with the study in this process and compares with the undisturbed run. */
export async function resumed(root: string, clean: Readonly<Record<string, string>>, raw = true): Promise<string[]> {
  await runStudy(await readStudy(root));
  const now = outputs(root);
  const wrong = await mistakes(root, clean, raw);
  for (const name of new Set([...Object.keys(clean), ...Object.keys(now)])) {
    if (clean[name] !== now[name]) wrong.push(`${name}: ${now[name] ?? "nothing"} after resuming, ${clean[name] ?? "nothing"} undisturbed`);
  }
  const left = readdirSync(join(root, "results"), { recursive: true, encoding: "utf8" }).filter(
    (n) => n.endsWith(".part") || n.endsWith(".lock"),
  );
  return [...wrong, ...left.map((name) => `${name} was left behind`)];
}
