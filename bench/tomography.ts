/**
 * One slice of 1024² pixels from 720 projections by filtered back projection beside scikit-image's `iradon` (Debian's python3-skimage) with equal settings: the
 * same sinogram, filter, axis and interpolation, one thread each, in the same run; the rms difference over the slice stands in the name. Phantoms: Shepp–Logan, and a
 * pellet with an interlayer. Then a volume of 512³ voxels from 720 projections of 512² on two threads beside one, with its resident set.
 * Limit: two loads and five operations per pixel and angle; 0.59 · 10⁹ pixels inside the circle × angles.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reconstruct } from "@thioscope/core/imaging";
import type { TomographyScan } from "@thioscope/formats";
import { reconstructScan, slicePool } from "@thioscope/study";
import { type Ellipse, PELLET, SHEPP_LOGAN, shadows } from "@thioscope/virtual";
import type { Case } from "./run.ts";

const COLUMNS = 1024;
const ANGLES = 720;
const SIDE = 512;

function sinogramOf(ellipses: readonly Ellipse[], columns: number) {
  const angles = Float64Array.from({ length: ANGLES }, (_, k) => (Math.PI * k) / ANGLES);
  // iradon turns about column N/2
  return { angles, columns, values: shadows(ellipses, angles, columns, columns / 2, columns / 2.05) };
}

function besideIradon(name: string, ellipses: readonly Ellipse[], folder: string): [string, Case] {
  const sinogram = sinogramOf(ellipses, COLUMNS);
  let ms = Number.POSITIVE_INFINITY;
  let values = new Float32Array(0);
  for (let k = 0; k < 3; k++) {
    const began = performance.now();
    values = reconstruct(sinogram, { centre: COLUMNS / 2, filter: "ramp", level: false }).slice.values as Float32Array<ArrayBuffer>;
    ms = Math.min(ms, performance.now() - began);
  }
  writeFileSync(join(folder, "sinogram.f32"), new Uint8Array(sinogram.values.buffer));
  try {
    const setting = JSON.stringify({ angles: ANGLES, columns: COLUMNS, filter: "ramp" });
    const script = join(import.meta.dirname, "tomography.py");
    const out = execFileSync("sh", ["-c", 'command -p python3 "$@"', "sh", script, folder, setting], { encoding: "utf8" });
    const bytes = readFileSync(join(folder, "slice.f64"));
    const peer = new Float64Array(bytes.buffer, bytes.byteOffset, COLUMNS ** 2);
    let [sum, norm] = [0, 0];
    for (let i = 0; i < peer.length; i++) {
      sum += (values[i]! - peer[i]!) ** 2;
      norm += peer[i]! ** 2;
    }
    const apart = (100 * Math.sqrt(sum / norm)).toFixed(3);
    const yardstickMs = (JSON.parse(out) as { ms: number }).ms;
    return [
      `${name}, rms difference ${apart} %`,
      { ms, rows: ANGLES, rowsPerSecond: (1000 * ANGLES) / ms, yardstick: "iradon", yardstickMs, limitMs: yardstickMs },
    ];
  } catch {
    return [
      name,
      { ms, rows: ANGLES, rowsPerSecond: (1000 * ANGLES) / ms, yardstick: "iradon is not on this machine", yardstickMs: Number.NaN },
    ];
  }
}

async function volume(): Promise<[string, Case]> {
  const { values } = sinogramOf(PELLET, SIDE);
  const scan: TomographyScan = {
    format: "pictures",
    width: SIDE,
    height: SIDE,
    projections: ANGLES,
    anglesDegree: Float64Array.from({ length: ANGLES }, (_, k) => (180 * k) / ANGLES),
    pixelMetre: null,
    projection(index) {
      const frame = new Float32Array(SIDE * SIDE);
      for (let row = 0; row < SIDE; row++) frame.set(values.subarray(index * SIDE, (index + 1) * SIDE), row * SIDE);
      return Promise.resolve({ width: SIDE, height: SIDE, values: frame, facts: {}, meta: {} });
    },
    flat: () => Promise.resolve(null),
    dark: () => Promise.resolve(null),
    notices: [],
    close: () => undefined,
  };
  const options = { rangeDegree: 180, centre: SIDE / 2, filter: "ramp", rings: false, rounds: null, paganin: null, rows: null } as const;
  let most = 0;
  const timed = async (threads: number, rows: readonly [number, number] | null): Promise<number> => {
    const pool = await slicePool(threads);
    try {
      await reconstructScan(scan, pool, { ...options, rows: [0, 2 * threads - 1] }, () => undefined);
      const began = performance.now();
      await reconstructScan(scan, pool, { ...options, rows, memory: 2 ** 28 }, () => {
        most = Math.max(most, process.memoryUsage.rss());
      });
      return performance.now() - began;
    } finally {
      await pool.close();
    }
  };
  // an eighth of the volume measures the gain of the second thread, best of two each: the machine's own gain varies
  const part = [0, SIDE / 8 - 1] as const;
  const one = Math.min(await timed(1, part), await timed(1, part));
  const two = Math.min(await timed(2, part), await timed(2, part));
  const ms = await timed(2, null);
  return [
    `volume 512³ on two threads, one / two ${(one / two).toFixed(2)}, ${(most / 2 ** 20).toFixed(0)} MB`,
    { ms, rows: SIDE, rowsPerSecond: (1000 * SIDE) / ms, yardstick: "one thread", yardstickMs: (ms * one) / two },
  ];
}

export async function cases(): Promise<Record<string, Case>> {
  const folder = mkdtempSync(join(tmpdir(), "thioscope-bench-"));
  try {
    return Object.fromEntries([
      besideIradon("Shepp-Logan 1024² from 720", SHEPP_LOGAN, folder),
      besideIradon("pellet 1024² from 720", PELLET, folder),
      await volume(),
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
