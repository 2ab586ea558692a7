/**
 * Reading detector frames from memory: 2048 × 2048 pixels of rings on a background, with Poisson-like noise, in every format. Yardstick: copying the same bytes of
 * the file. Limits are what keeps a scan of 101 frames below a second.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { random } from "@thioscope/core";
import { type ByteSource, readImageStack, sourceOfBytes, writeCbf, writeEdf, writeNexus, writeTiff } from "@thioscope/formats";
import { openAsByteSource } from "@thioscope/study";
import type { Case } from "./run.ts";

const folder = process.env["THIOSCOPE_DATA"] ?? join(import.meta.dirname, "..", "..", "shared", "data");
const PLATE = join(folder, "xrd", "gsas-2dstrain", "nx09_strain_001.mar2300");

const RUNS = 25;
const SIDE = 2048;

/** Rings of 3,000 counts on 200, noise of the root of the counts. */
function counts(): Float64Array {
  const draw = random("frame");
  // normal noise from a table: 4 M draws of the generator take longer than the bench
  const noise = Float64Array.from({ length: 65_537 }, () => draw.normal());
  return Float64Array.from({ length: SIDE * SIDE }, (_, i) => {
    const r = Math.hypot((i % SIDE) - 1000, Math.floor(i / SIDE) - 1030);
    const mean = 200 + 3000 * Math.exp(-(((r % 180) - 90) ** 2) / 20);
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * noise[i % 65_537]!));
  });
}

async function best(run: () => unknown): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let n = 0; n < RUNS; n++) {
    const began = performance.now();
    await run();
    least = Math.min(least, performance.now() - began);
  }
  return least;
}

async function readFirst(source: ByteSource): Promise<void> {
  const stack = await readImageStack(source);
  await stack.frame(0);
  stack.close();
}

async function measure(bytes: Uint8Array, limitMs?: number): Promise<Case> {
  const target = new Uint8Array(bytes.length);
  const yardstickMs = await best(() => target.set(bytes));
  return asCase(
    await best(() => readFirst(sourceOfBytes("bench", bytes))),
    `copying ${(bytes.length / 1e6).toFixed(1)} MB`,
    yardstickMs,
    limitMs,
  );
}

/** The whole way of one file of a scan: opened, read and closed. */
async function fromDisk(bytes: Uint8Array, limitMs: number): Promise<Case> {
  const place = mkdtempSync(join(tmpdir(), "thioscope-bench-"));
  const path = join(place, "frame.tif");
  writeFileSync(path, bytes);
  try {
    const yardstickMs = await best(() => readFileSync(path));
    const ms = await best(async () => {
      const source = await openAsByteSource(path);
      await readFirst(source);
      await source.close();
    });
    return asCase(ms, `reading ${(bytes.length / 1e6).toFixed(1)} MB from disk`, yardstickMs, limitMs);
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** Rows are rows of pixels. */
function asCase(ms: number, yardstick: string, yardstickMs: number, limitMs?: number): Case {
  const rows = SIDE;
  return { ms, rows, rowsPerSecond: (1000 * rows) / ms, yardstick, yardstickMs, ...(limitMs === undefined ? {} : { limitMs }) };
}

/** Words in the other byte order: what a Motorola writer leaves. */
function highByteFirst(edf: Uint8Array): Uint8Array {
  const head = new TextDecoder("latin1").decode(edf.subarray(0, 4096)).indexOf("}\n") + 2;
  const out = edf.slice();
  for (let i = head; i + 1 < out.length; i += 2) [out[i], out[i + 1]] = [edf[i + 1]!, edf[i]!];
  const text = new TextDecoder("latin1").decode(out.subarray(0, head)).replace("LowByteFirst ;", "HighByteFirst;");
  out.set(new TextEncoder().encode(text));
  return out;
}

export async function cases(): Promise<Record<string, Case>> {
  const values = counts();
  const u16 = { width: SIDE, height: SIDE, values: Uint16Array.from(values) };
  const i32 = { width: SIDE, height: SIDE, values: Int32Array.from(values) };
  const f32 = { width: SIDE, height: SIDE, values: Float32Array.from(values) };
  const edf = writeEdf([u16]);
  return {
    "TIFF u16": await measure(writeTiff([u16]), 2),
    "TIFF u16 from disk": await fromDisk(writeTiff([u16]), 10),
    "EDF u16": await measure(edf, 1),
    "EDF u16, high byte first": await measure(highByteFirst(edf)),
    "EDF f32": await measure(writeEdf([f32])),
    "CBF i32, checksum verified": await measure(writeCbf(i32, "bench"), 15),
    "NeXus u16, bitshuffle-LZ4": await measure(await writeNexus([u16])),
    "NeXus u16, deflate": await measure(await writeNexus([u16], { compression: "deflate" })),
    ...(existsSync(PLATE) ? { "mar345 2300 × 2300": await measure(new Uint8Array(readFileSync(PLATE))) } : {}),
  };
}
