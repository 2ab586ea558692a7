/**
 * One scan of a beam time, 101 TIFF files of 2048 × 2048 pixels of 16 bits, from files to maps of five phases: geometry, mask, plan, every frame opened, decoded and summed where the
 * reflections lie, one thread. Then a thousand frames streamed through patterns of 1000 bins on all processors, with the peak of the memory of a process that does nothing else.
 * Yardstick: reading the same files. The scan is that of the virtual beam time (860 MB in the folder for temporary files while the bench runs).
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { phaseStructure } from "@thioscope/core/crystal";
import {
  binWindows,
  type DetectorGeometry,
  fromBeamGeometry,
  integrationPlan,
  phaseMaps,
  phaseWindows,
  windowSummer,
} from "@thioscope/core/diffraction";
import { completeGeometry, readGeometry, readImageStack, readMask, writePoni } from "@thioscope/formats";
import { framePool, integrateFrames, openAsByteSource } from "@thioscope/study";
import { type BeamtimeExperiment, beamtimeFiles, virtualBeamtime } from "@thioscope/virtual";
import type { Case } from "./run.ts";

const STREAMED = 1000;
const SELECTION = [
  [
    "Na2S",
    [
      [1, 1, 1],
      [2, 2, 0],
      [4, 2, 2],
    ],
  ],
  ["Na2S2", [[2, 0, 0]]],
  ["S8", [[1, 1, 3]]],
  ["c-Na3PS4", [[1, 1, 0]]],
  [
    "Na15Sn4",
    [
      [2, 1, 1],
      [2, 2, 0],
    ],
  ],
] as const;

export async function cases(): Promise<Record<string, Case>> {
  const folder = mkdtempSync(join(tmpdir(), "thioscope-bench-"));
  try {
    const files = await scan(folder);
    await maps(folder, files);
    let ms = Number.POSITIVE_INFINITY;
    let read = Number.POSITIVE_INFINITY;
    for (let n = 0; n < 3; n++) {
      ms = Math.min(ms, await timed(() => maps(folder, files)));
      read = Math.min(read, await timed(() => files.forEach((file) => void readFileSync(file))));
    }
    const streamed = JSON.parse(
      execFileSync(process.execPath, ["--conditions=source", fileURLToPath(import.meta.url), folder], { encoding: "utf8" }),
    ) as {
      ms: number;
      peakMegabyte: number;
    };
    return {
      "files to phase maps, 101 frames": {
        ms,
        rows: 101,
        rowsPerSecond: 101_000 / ms,
        yardstick: "reading the files",
        yardstickMs: read,
        limitMs: 1500,
      },
      [`${STREAMED} frames streamed`]: {
        ms: streamed.ms,
        rows: STREAMED,
        rowsPerSecond: (1000 * STREAMED) / streamed.ms,
        yardstick: `reading the files; peak memory ${streamed.peakMegabyte.toFixed(0)} of 1024 MB`,
        yardstickMs: (read * STREAMED) / 101,
      },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function timed(run: () => unknown): Promise<number> {
  const began = performance.now();
  await run();
  return performance.now() - began;
}

async function scan(folder: string): Promise<string[]> {
  const experiment = virtualBeamtime({ scans: 1, firstScan: 22, seed: "bench" });
  for await (const { path, bytes } of beamtimeFiles(experiment, "tiff")) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  writeFileSync(join(folder, "geometry.poni"), writePoni(geometryOf(experiment), "virtual beam time"));
  return framesOf(folder);
}

const framesOf = (folder: string): string[] => {
  const frames = join(folder, "raw", "scan_0001");
  return readdirSync(frames)
    .sort()
    .map((name) => join(frames, name));
};

function geometryOf(x: BeamtimeExperiment): DetectorGeometry {
  return fromBeamGeometry(
    {
      beamDistanceMetre: x.distanceMetre,
      centreRow: x.beamRow,
      centreColumn: x.beamColumn,
      tiltDegree: x.tiltDegree,
      tiltPlaneDegree: x.tiltPlaneDegree,
    },
    {
      pixel1Metre: x.pixelMetre,
      pixel2Metre: x.pixelMetre,
      wavelengthMetre: x.wavelengthAngstrom * 1e-10,
      orientation: 3,
      shape: [x.size, x.size],
    },
  );
}

async function planFor(folder: string, bins: number, range?: readonly [number, number]) {
  const file = await openAsByteSource(join(folder, "geometry.poni"));
  const geometry = completeGeometry(await readGeometry(file), { shape: [2048, 2048], pixel1Metre: 2e-4, pixel2Metre: 2e-4 });
  await file.close();
  const masked = await openAsByteSource(join(folder, "raw", "mask.tif"));
  const { masked: mask } = await readMask(masked);
  await masked.close();
  return integrationPlan(geometry, { unit: "2th_deg", bins, splitting: "none", mask, ...(range ? { range } : {}) });
}

async function maps(folder: string, files: readonly string[]): Promise<unknown> {
  const windows = phaseWindows(
    SELECTION.map(([phase, reflections]) => ({ phase, structure: phaseStructure(phase), reflections })),
    { wavelengthAngstrom: 12.398419843 / 87.1, halfWidthDegree: 0.05 },
  );
  const low = Math.min(...windows.windows.map((w) => w.left[0])) - 0.01;
  const high = Math.max(...windows.windows.map((w) => w.right[1])) + 0.01;
  const plan = await planFor(folder, Math.ceil((high - low) / 0.0054), [low, high]);
  const binned = binWindows(windows, plan.axis);
  const summer = windowSummer(plan, binned.needed);
  const patterns: ReturnType<typeof summer.sum>[] = [];
  for (const file of files) {
    const source = await openAsByteSource(file);
    const stack = await readImageStack(source);
    patterns.push(summer.sum((await stack.frame(0)).values));
    stack.close();
    await source.close();
  }
  return phaseMaps(binned, { times: 1, positions: files.length, pattern: (_, z) => patterns[z]! });
}

/** A process of its own, so that its memory is the stream's. */
async function stream(folder: string): Promise<void> {
  const files = framesOf(folder);
  const sources = Array.from({ length: STREAMED }, (_, i) => ({ path: files[i % files.length]!, index: 0 }));
  const plan = await planFor(folder, 1000);
  const pool = await framePool(plan, { errors: "poisson", clip: null });
  let sum = 0;
  const ms = await timed(() =>
    integrateFrames(pool, sources, (frame) => {
      sum += frame.pattern.values[500]!;
    }),
  );
  await pool.close();
  if (!(sum > 0)) throw new Error("no counts");
  console.log(JSON.stringify({ ms, peakMegabyte: process.resourceUsage().maxRSS / 1024 }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await stream(process.argv[2]!);
