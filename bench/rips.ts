/**
 * Vietoris–Rips barcodes without a threshold, one thread, warm, beside Ripser (the program of the system) in the same run: uniform points in a
 * cube, H0 and H1 at n = 500 to 4000, H2 at n = 500, a series of periodic frames, and a whole trajectory from its file over two workers. Both are timed as wall time from points to bars; Ripser reads a file of points (its
 * reading is part of it, a few ms). Memory is in the names: largest resident set of a process that computes that case alone.
 * Where ripser is not on this machine the yardstick is one visit of all pairs, and its name says so.
 */
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { QUIET, random } from "@thioscope/core";
import { openMetric, periodicMetric, ripsBarcodes } from "@thioscope/core/topology";
import { barcodesOfFrames } from "@thioscope/study";
import type { Case } from "./run.ts";

const SIZES: readonly [n: number, dimension: 1 | 2, limitMs: number | undefined][] = [
  [500, 1, undefined],
  [1000, 1, undefined],
  [2000, 1, undefined],
  [4000, 1, 2000],
  [500, 2, undefined],
];
const PEER = "ripser";
const RUNS = 3;
const FRAMES = 50;
const TRAJECTORY_FRAMES = 10_000;
const TRAJECTORY_ATOMS = 200;

function cube(n: number): Float64Array {
  const draw = random(`rips ${n}`);
  return Float64Array.from({ length: 3 * n }, () => draw.uniform());
}

function fastest(work: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  const until = performance.now() + 5000;
  for (let k = 0; k < RUNS && (k === 0 || performance.now() < until); k++) {
    const began = performance.now();
    work();
    best = Math.min(best, performance.now() - began);
  }
  return best;
}

/** Runs a program alone; @returns its largest resident set. */
function residentMegabytes(program: string, args: readonly string[]): string {
  const script = `import resource,subprocess,sys; r=subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL).returncode; print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss/1024 if r==0 else "?")`;
  const done = spawnSync("sh", ["-c", `command -p python3 -c '${script}' "$@"`, "sh", program, ...args], { encoding: "utf8" });
  const found = Number.parseFloat(done.stdout);
  return Number.isFinite(found) ? `${found.toFixed(0)} MB` : "memory not measured";
}

const ALONE = `
import { random } from "@thioscope/core";
import { openMetric, ripsBarcodes } from "@thioscope/core/topology";
const [n, maxDimension] = process.argv.slice(-2).map(Number);
const draw = random("rips " + n);
ripsBarcodes(openMetric(Float64Array.from({ length: 3 * n }, () => draw.uniform())), { maxDimension });
`;

/** Frames one after another; beside it Ripser on the same distances, one process for each frame. */
function series(folder: string, hasRipser: boolean): Case {
  const metrics = Array.from({ length: FRAMES }, (_, k) => {
    const draw = random(`frame ${k}`);
    return periodicMetric(
      Float64Array.from({ length: 600 }, () => 20 * draw.uniform()),
      [20, 0, 0, 0, 20, 0, 0, 0, 20],
    );
  });
  const ms = fastest(() => {
    for (const metric of metrics) ripsBarcodes(metric);
  });
  const files = metrics.map((metric, k) => {
    const rows = Array.from({ length: 199 }, (_, i) => Array.from({ length: i + 1 }, (_, j) => metric.distance(i + 1, j)).join(","));
    const file = join(folder, `frame-${k}.txt`);
    writeFileSync(file, rows.join("\n"));
    return file;
  });
  const limit = String(metrics[0]!.height! / 3);
  const yardstickMs = fastest(() => {
    for (const file of files) {
      if (hasRipser) spawnSync(PEER, ["--format", "lower-distance", "--dim", "1", "--threshold", limit, file]);
      else readFileSync(file);
    }
  });
  const yardstick = hasRipser ? "ripser, same cap, a process for each frame" : "reading the distances (ripser is not on this machine)";
  return { ms, rows: FRAMES, rowsPerSecond: (1000 * FRAMES) / ms, yardstick, yardstickMs };
}

/** A trajectory of walking ions, XDATCAR: read by each worker, every second frame its own. Beside it one worker on a tenth of the frames, scaled. */
async function trajectory(folder: string): Promise<Case> {
  const path = join(folder, "XDATCAR");
  const draw = random("rips trajectory");
  const x = Float64Array.from({ length: 3 * TRAJECTORY_ATOMS }, () => draw.uniform());
  const file = openSync(path, "w");
  writeSync(file, `bench\n1.0\n20 0 0\n0 20 0\n0 0 20\nNa\n${TRAJECTORY_ATOMS}\n`);
  for (let frame = 1; frame <= TRAJECTORY_FRAMES; frame++) {
    let text = `Direct configuration= ${frame}\n`;
    for (let k = 0; k < x.length; k++) {
      x[k] = (x[k]! + 0.003 * draw.normal() + 1) % 1;
      text += `${x[k]!.toFixed(8)}${k % 3 === 2 ? "\n" : " "}`;
    }
    writeSync(file, text);
  }
  closeSync(file);
  const lengths = Float64Array.from({ length: 200 }, (_, k) => ((20 / 3) * (k + 1)) / 200);
  const job = { path, species: ["Na"], cell: null, lengths, skip: 0 };
  const timed = async (every: number, threads: number): Promise<number> => {
    const began = performance.now();
    await barcodesOfFrames({ ...job, every }, QUIET, threads);
    return performance.now() - began;
  };
  const alone = 10 * (await timed(10, 1));
  const ms = await timed(1, 2);
  const yardstick = "one worker, a tenth of the frames, scaled";
  return { ms, rows: TRAJECTORY_FRAMES, rowsPerSecond: (1000 * TRAJECTORY_FRAMES) / ms, yardstick, yardstickMs: alone };
}

export async function cases(): Promise<Record<string, Case>> {
  const folder = mkdtempSync(join(tmpdir(), "thioscope-rips-"));
  const hasRipser = spawnSync(PEER, ["--help"]).error === undefined;
  const found: Record<string, Case> = {};
  try {
    const alone = join(import.meta.dirname, `.rips-alone-${process.pid}.ts`);
    writeFileSync(alone, ALONE);
    try {
      for (const [n, dimension, limitMs] of SIZES) {
        const points = cube(n);
        const file = join(folder, `${n}.txt`);
        writeFileSync(file, Array.from({ length: n }, (_, i) => Array.from(points.subarray(3 * i, 3 * i + 3)).join(" ")).join("\n"));
        let bars = 0;
        const ms = fastest(() => {
          const { barcodes } = ripsBarcodes(openMetric(points), { maxDimension: dimension });
          bars = barcodes.reduce((sum, b) => sum + b.bars.length / 2, 0);
        });
        const own = residentMegabytes(process.execPath, ["--conditions=source", alone, String(n), String(dimension)]);
        const args = ["--format", "point-cloud", "--dim", String(dimension), file];
        const yardstickMs = hasRipser
          ? fastest(() => spawnSync(PEER, args))
          : fastest(() => {
              const row = new Float64Array(n);
              const metric = openMetric(points);
              for (let i = 0; i < n; i++) metric.row(i, n, row);
            });
        const peer = hasRipser ? `ripser, ${residentMegabytes(PEER, args)}` : "one visit of all pairs (ripser is not on this machine)";
        found[`H0–H${dimension}, n = ${n}, ${own}`] = {
          ms,
          rows: bars,
          rowsPerSecond: (1000 * bars) / ms,
          yardstick: peer,
          yardstickMs,
          ...(limitMs === undefined ? {} : { limitMs }),
        };
      }
      found[`${FRAMES} frames of 200 points, periodic, H0–H1`] = series(folder, hasRipser);
      found[`trajectory of ${TRAJECTORY_FRAMES} × ${TRAJECTORY_ATOMS}, file to curves, two workers`] = await trajectory(folder);
    } finally {
      rmSync(alone, { force: true });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return found;
}
