/**
 * A whole beam time: 8080 frames (80 scans of 101 positions), as a study with all its steps (hashes, geometry, patterns of 1000 bins, maps of five phases, stress where the phases are), inline, on
 * threads, and on a Slurm of two nodes on this machine where one is installed. Time, frames per second, and the peak of the memory of every process that takes part; the results are compared byte for byte.
 * Yardstick: reading and hashing the same files once; beside it what the sums of all frames alone take on one thread.
 *
 * The detector has 512 × 512 pixels (4.2 GB in the folder for temporary files while the bench runs), THIOSCOPE_BENCH_SIZE and THIOSCOPE_BENCH_SCANS set others.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type DetectorGeometry, integrationPlan, validCounts } from "@thioscope/core/diffraction";
import { readImageStack } from "@thioscope/formats";
import { sourceOfBytes } from "@thioscope/formats/bytes";
import { fastSummer } from "@thioscope/kernels";
import { type EngineName, readStudy, runStudy } from "@thioscope/study";
import { beamtimeFiles, virtualBeamtime } from "@thioscope/virtual";
import { startCluster, whyNoSlurm } from "../tests/cluster/slurm.ts";
import type { Case } from "./run.ts";

const SIZE = Number(process.env.THIOSCOPE_BENCH_SIZE ?? 512);
const SCANS = Number(process.env.THIOSCOPE_BENCH_SCANS ?? 80);
const POSITIONS = 101;
const FRAMES = SCANS * POSITIONS;
/** Of every process, MB. */
const MOST_MEMORY = 1024;
const SELF = fileURLToPath(import.meta.url);

export async function cases(): Promise<Record<string, Case>> {
  const folder = mkdtempSync(join(tmpdir(), "thioscope-bench-"));
  try {
    const root = join(folder, "beamtime");
    await beamtime(root);
    const began = performance.now();
    const bytes = await readAll(join(root, "raw"));
    const yardstickMs = performance.now() - began;
    const found: Record<string, Case> = {};
    let first: string | null = null;
    let sumsMs: number | null = null;
    for (const engine of ["inline", "threads", "slurm"] as const) {
      const missing = engine === "slurm" ? whyNoSlurm() : null;
      if (missing !== null) continue;
      rmSync(join(root, "results"), { recursive: true, force: true });
      const { ms, peaks } = engine === "slurm" ? await onCluster(root) : measured(root, engine, {});
      const hash = hashOf(join(root, "results"));
      first ??= hash;
      if (hash !== first) throw new Error(`${engine} gave other bytes`);
      sumsMs ??= await sumsAlone(root);
      const memory = peaks.map((peak) => peak.toFixed(0)).join(" + ");
      found[`${FRAMES} frames of ${SIZE}², ${engine}`] = {
        ms,
        rows: FRAMES,
        rowsPerSecond: (1000 * FRAMES) / ms,
        yardstick: `reading and hashing ${(bytes / 1e9).toFixed(1)} GB; sums alone ${(sumsMs / 1000).toFixed(1)} s; peak memory ${memory} of ${MOST_MEMORY} MB a process`,
        yardstickMs,
      };
      if (Math.max(...peaks) > MOST_MEMORY) throw new Error(`${engine} took ${memory} MB`);
    }
    return found;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Measured {
  ms: number;
  /** of each process, MB */
  peaks: number[];
}

/** A run in a process of its own, so that its memory is the run's. */
function measured(root: string, engine: EngineName, environment: Record<string, string>): Measured {
  const words = ["--conditions=source", SELF, "run", root, engine];
  const text = execFileSync(process.execPath, words, {
    encoding: "utf8",
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { ms, peak } = JSON.parse(text) as { ms: number; peak: number };
  return { ms, peaks: [peak] };
}

async function onCluster(root: string): Promise<Measured> {
  const cluster = await startCluster();
  try {
    const log = join(cluster.folder, "peaks");
    mkdirSync(log);
    const program = `'${process.execPath}' --conditions=source '${SELF}' element '${log}'`;
    const { ms, peaks } = measured(root, "slurm", { ...cluster.environment, THIOSCOPE_BENCH_PROGRAM: program });
    const elements = readdirSync(log).map((name) => Number(readFileSync(join(log, name), "utf8")));
    return { ms, peaks: [...peaks, Math.max(...elements)] };
  } finally {
    await cluster.stop();
  }
}

const peakMegabyte = (): number => process.resourceUsage().maxRSS / 1024;

async function run(root: string, engine: EngineName): Promise<void> {
  const program = process.env.THIOSCOPE_BENCH_PROGRAM;
  const began = performance.now();
  const { index, steps } = await runStudy(await readStudy(root), { engine, ...(program ? { slurm: { program, poll: 0.5 } } : {}) });
  const errors = [...index.files.map(({ error }) => error), ...index.sources.flatMap((source) => source.errors)].filter(Boolean);
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  for (const { step, seconds } of steps) process.stderr.write(`${engine} ${step} ${seconds.toFixed(1)} s\n`);
  console.log(JSON.stringify({ ms: performance.now() - began, peak: peakMegabyte() }));
}

/** An element of the cluster that says how much memory it took. */
async function element(log: string, folder: string): Promise<void> {
  process.on("exit", () => writeFileSync(join(log, String(process.pid)), String(peakMegabyte())));
  process.argv[2] = folder;
  await import("../packages/study/src/slurm/element.ts");
}

/** One frame after the other: memory holds one. */
async function beamtime(root: string): Promise<void> {
  const experiment = virtualBeamtime({
    size: SIZE,
    pixelMicrometre: (200 * 2048) / SIZE,
    widthDegree: SIZE < 1024 ? 0.06 : 0.032,
    positions: POSITIONS,
    scans: SCANS,
    seed: "bench beam time",
  });
  for await (const { path, bytes } of beamtimeFiles(experiment, "tiff")) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
  }
}

async function readAll(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((n) => n.endsWith(".tif"))) {
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(join(folder, name), { highWaterMark: 1 << 20 })) {
      hash.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
    }
    hash.digest();
  }
  return bytes;
}

/** What the sums of all patterns take on this thread, by those of one frame. */
async function sumsAlone(root: string): Promise<number> {
  const folder = join(root, "results/xrd.calibrate");
  const { geometry } = JSON.parse(readFileSync(join(folder, readdirSync(folder)[0]!, "calibration.json"), "utf8")) as {
    geometry: DetectorGeometry;
  };
  const [path] = readdirSync(join(root, "raw"), { recursive: true, encoding: "utf8" }).filter((name) => /scan_.*tif$/.test(name));
  const stack = await readImageStack(sourceOfBytes(path!, readFileSync(join(root, "raw", path!))));
  const { values } = await stack.frame(0);
  const summer = fastSummer(integrationPlan(geometry, { unit: "2th_deg", bins: 1000 }));
  const times: number[] = [];
  for (let n = 0; n < 41; n++) {
    const began = performance.now();
    summer.sum(values, validCounts(values), true);
    times.push(performance.now() - began);
  }
  return FRAMES * times.sort((a, b) => a - b)[20]!;
}

/** Of all results; the records hold times. */
function hashOf(folder: string): string {
  const hash = createHash("sha256");
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((n) => /\.(parquet|json|h5|bin|poni)$/.test(n));
  for (const name of names.filter((n) => !n.endsWith("run.json") && n !== "index.json").sort())
    hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest("hex");
}

if (process.argv[1] === SELF) {
  const [what, first, second] = process.argv.slice(2) as [string, string, string];
  await (what === "run" ? run(first, second as EngineName) : element(first, second));
}
