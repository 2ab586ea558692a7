/**
 * Pattern of 1000 bins and cake of 36 sectors of one 2048 × 2048 frame of 16-bit counts, beside pyFAI where Debian's python3-pyfai is installed: the same frame, geometry, mask, range and splitting, in the same run, one thread
 * each. pyFAI's yardstick is its pattern plus its cake, which are two calls; with errors, its pattern with Poisson errors plus its cake without.
 *
 * The frame: LaB6 rings at 87.1 keV and 1481 mm on pixels of 2⁻¹² m (244 µm), which float32 holds exactly: pyFAI places pixels in float32, and with 200 µm some of four million
 * fall on the other side of a bin's edge there. A disc of four pixels about the beam is masked: polygons in 2θ and χ have no meaning there.
 *
 * The pattern is compared bin by bin. Of the cake the cells are counted that differ by more than 10⁻⁶ of the maximum: without split a dozen, since pyFAI widens the last
 * sector by one float32 epsilon, which moves six pixels; with full split most of them, since pyFAI clips its two-dimensional polygons in float32 (dividing pixels into
 * 1000 × 1000 points gives what is computed here, ten times nearer than pyFAI).
 *
 * "memory" rows: the machine's own limit, the time in which memcmp reads as many bytes as the frame and the plan take; from memory, not from a cache that holds them all, since
 * every frame is a new one. "Two threads" rows: what a second thread gains here, beside what it gains for arithmetic in registers, which is all that the machine has to give.
 */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { calibrant } from "@thioscope/core/crystal";
import {
  type DetectorGeometry,
  type FrameSummer,
  frameSummer,
  type IntegrationPlan,
  integrateFrame,
  integrationPlan,
  type Splitting,
} from "@thioscope/core/diffraction";
import { fastSummer } from "@thioscope/kernels";
import { framePool } from "@thioscope/study";
import { virtualPowderFrame } from "@thioscope/virtual";
import type { Case } from "./run.ts";

const SIDE = 2048;
const PIXEL = 2 ** -12;
const WAVELENGTH = (12.39841984 / 87.1) * 1e-10;
const RANGE = [0.1, 13.5] as const;
const geometry: DetectorGeometry = {
  distanceMetre: 1.481,
  poni1Metre: 1024.375 * PIXEL,
  poni2Metre: 1023.25 * PIXEL,
  rot1: 0,
  rot2: 0,
  rot3: 0,
  pixel1Metre: PIXEL,
  pixel2Metre: PIXEL,
  wavelengthMetre: WAVELENGTH,
  orientation: 3,
  shape: [SIDE, SIDE],
};

interface Peer {
  pattern: number;
  errors: number;
  cake: number;
}

export async function cases(): Promise<Record<string, Case>> {
  const frame = virtualPowderFrame({
    rows: SIDE,
    columns: SIDE,
    pixelMetre: PIXEL,
    wavelengthAngstrom: WAVELENGTH * 1e10,
    distanceMetre: geometry.distanceMetre,
    beamRow: 1024.375,
    beamColumn: 1023.25,
    rings: calibrant("LaB6", 0.6).lines.map(({ d, multiplicity }) => ({ spacingAngstrom: d.value, counts: 100 * (multiplicity ?? 1) })),
    dead: 0,
    hot: 0,
    seed: "bench",
  });
  const mask = new Uint8Array(SIDE * SIDE);
  for (let p = 0; p < mask.length; p++) mask[p] = Math.hypot(Math.floor(p / SIDE) - 1024, (p % SIDE) - 1023) < 4 ? 1 : 0;
  const peer = askPeer(frame, mask);
  const out: Record<string, Case> = {};
  for (const splitting of ["full", "none"] as const) {
    // pyFAI widens the upper end by one float32 epsilon
    const range = [RANGE[0], RANGE[1] * (1 + 2 ** -23)] as const;
    const plan = integrationPlan(geometry, { unit: "2th_deg", bins: 1000, sectors: 36, range, splitting, mask });
    const summer = fastSummer(plan);
    const fast = best(() => integrateFrame(plan, frame, { errors: "none", summer }));
    const errors = best(() => integrateFrame(plan, frame, { errors: "poisson", summer }));
    const twin = best(() => integrateFrame(plan, frame, { errors: "none", summer: frameSummer(plan) }), 5);
    const memory = readTime(plan);
    const yardstick = peer ? `pyFAI, pattern + cake${differences(peer.folder, splitting, plan, frame, summer)}` : "twin in TypeScript";
    const theirs = peer?.times[splitting];
    const name = `${splitting} split`;
    out[`pattern + cake, ${name}`] = row(fast, yardstick, theirs ? theirs.pattern + theirs.cake : twin, 8);
    out[`pattern + cake with errors, ${name}`] = row(
      errors,
      peer ? "pyFAI, pattern with errors + cake" : "twin in TypeScript",
      theirs ? theirs.errors + theirs.cake : twin,
      12,
    );
    out[`pattern + cake in TypeScript, ${name}`] = row(twin, "WebAssembly", fast);
    out[`memory limit of pattern + cake, ${name}`] = row(fast, `reading ${(bytesOf(plan) / 1e6).toFixed(1)} MB`, memory);
  }
  Object.assign(out, await threaded(frame, mask));
  if (peer) rmSync(peer.folder, { recursive: true });
  return out;
}

function row(ms: number, yardstick: string, yardstickMs: number, limitMs?: number): Case {
  const rows = SIDE * SIDE;
  return { ms, rows, rowsPerSecond: (rows / ms) * 1000, yardstick, yardstickMs, ...(limitMs === undefined ? {} : { limitMs }) };
}

function best(work: () => unknown, repeats = 25): number {
  for (let k = 0; k < 3; k++) work();
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k < repeats; k++) {
    const began = performance.now();
    work();
    least = Math.min(least, performance.now() - began);
  }
  return least;
}

function askPeer(frame: Uint16Array, mask: Uint8Array): { folder: string; times: Record<Splitting, Peer | undefined> } | null {
  const folder = mkdtempSync(join(tmpdir(), "thioscope-bench-"));
  writeFileSync(join(folder, "frame.u16"), frame);
  writeFileSync(join(folder, "mask.u8"), mask);
  const setting = {
    shape: [SIDE, SIDE],
    pixel: PIXEL,
    distance: geometry.distanceMetre,
    poni1: geometry.poni1Metre,
    poni2: geometry.poni2Metre,
    wavelength: WAVELENGTH,
    range: RANGE,
  };
  try {
    const text = execFileSync("/usr/bin/python3", [join(import.meta.dirname, "integrate.py"), folder, JSON.stringify(setting)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, OMP_NUM_THREADS: "1" },
    });
    return { folder, times: JSON.parse(text) as Record<Splitting, Peer | undefined> };
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
}

/** How far pyFAI is: without the first and last bin, which it fills with pixels from outside, and in cells of a pixel or more. */
function differences(folder: string, splitting: Splitting, plan: IntegrationPlan, frame: Uint16Array, summer: FrameSummer): string {
  const read = (name: string): Float64Array => {
    const bytes = readFileSync(join(folder, `${splitting}.${name}.f64`));
    return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  };
  const { pattern, cake, count } = integrateFrame(plan, frame, { errors: "none", summer });
  const most = (ours: Float64Array, theirs: Float64Array, use: (i: number) => boolean): string => {
    let [difference, largest] = [0, 0];
    for (let i = 0; i < ours.length; i++) {
      if (!use(i) || Number.isNaN(ours[i]!)) continue;
      difference = Math.max(difference, Math.abs(ours[i]! - theirs[i]!));
      largest = Math.max(largest, theirs[i]!);
    }
    return (difference / largest).toExponential(1);
  };
  const inner = (b: number): boolean => b > 0 && b < 999;
  const theirs = read("cake");
  const largest = theirs.reduce((a, b) => Math.max(a, b), 0);
  let cells = 0;
  for (let i = 0; i < theirs.length; i++) {
    if (inner(i % 1000) && count[i]! >= 1 && Math.abs(cake.values[i]! - theirs[i]!) > 1e-6 * largest) cells++;
  }
  return `; pattern within ${most(pattern.values, read("pattern"), inner)} of the maximum, ${cells} of ${theirs.length} cells over 1e-6`;
}

function bytesOf(plan: IntegrationPlan): number {
  return 2 * plan.cell.length + plan.cell.byteLength + (plan.fraction?.byteLength ?? 0);
}

/** memcmp of two equal halves reads all of them; as many pairs in turn as no cache holds. */
function readTime(plan: IntegrationPlan): number {
  const half = Math.floor(bytesOf(plan) / 2);
  const pairs = Array.from({ length: Math.ceil(400e6 / (2 * half)) }, () => [Buffer.alloc(half, 1), Buffer.alloc(half, 1)] as const);
  let next = 0;
  return best(() => {
    const [a, b] = pairs[next++ % pairs.length]!;
    return a.equals(b);
  });
}

/** Forty frames in shared memory by one thread and by two, best of five. */
async function threaded(frame: Uint16Array, mask: Uint8Array): Promise<Record<string, Case>> {
  const FRAMES = 40;
  const plan = integrationPlan(geometry, { unit: "2th_deg", bins: 1000, sectors: 36, mask });
  const pixels = new Uint16Array(new SharedArrayBuffer(frame.byteLength));
  pixels.set(frame);
  const timeOf = async (threads: number): Promise<number> => {
    const pool = await framePool(plan, { errors: "poisson", clip: null, threads });
    const all = (): Promise<unknown> => Promise.all(Array.from({ length: FRAMES }, () => pool.integrate({ pixels })));
    await all();
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0; k < 5; k++) {
      const began = performance.now();
      await all();
      least = Math.min(least, performance.now() - began);
    }
    await pool.close();
    return least / FRAMES;
  };
  const one = await timeOf(1);
  const two = await timeOf(2);
  const [alone, together] = [await arithmetic(1), await arithmetic(2)];
  return {
    "with errors on two threads, per frame": row(two, "one thread of the pool", one),
    "arithmetic on two threads, per round": row(together / 2, "one thread", alone),
  };
}

/** Best time in ms of five for so many threads to do the same sum in registers, each one its own. */
async function arithmetic(threads: number): Promise<number> {
  const code = `const { parentPort } = require("node:worker_threads");
    parentPort.on("message", () => { let s = 1; for (let i = 0; i < 2e8; i++) s = (Math.imul(s, 1664525) + 1013904223) | 0; parentPort.postMessage(s); });`;
  const workers = Array.from({ length: threads }, () => new Worker(code, { eval: true }));
  const round = (): Promise<unknown> =>
    Promise.all(
      workers.map((worker) => {
        const answer = once(worker, "message");
        worker.postMessage(0);
        return answer;
      }),
    );
  await round();
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k < 5; k++) {
    const began = performance.now();
    await round();
    least = Math.min(least, performance.now() - began);
  }
  await Promise.all(workers.map((worker) => worker.terminate()));
  return least;
}
