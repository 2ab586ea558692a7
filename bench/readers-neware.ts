/**
 * Neware readers on the two large sample files, one thread, warm. Yardsticks in the same run: inflating the same
 * archive members (.ndax), copying the same bytes (.nda).
 */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { readCycling, sourceOfBytes } from "@thioscope/formats";
import type { Case } from "./run.ts";

const folder = process.env.THIOSCOPE_DATA ?? join(import.meta.dirname, "..", "..", "shared", "data");
const NDAX = "echem/BTS85-36-6-5-110-20240424.ndax";
const NDA = "echem/2-1-6_61_07005012.nda";
/** rows per second that are the target */
const TARGET = { ndax: 2e6, nda: 1e6 };
const MEMBERS = ["data.ndc", "data_runInfo.ndc", "data_step.ndc"];

/** Best of 9 after one warm-up, in ms. */
async function best(work: () => unknown): Promise<number> {
  let ms = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 10; i++) {
    const began = performance.now();
    await work();
    if (i > 0) ms = Math.min(ms, performance.now() - began);
  }
  return ms;
}

/** The deflated bytes of MEMBERS, by the archive's directory. */
function packedMembers(bytes: Uint8Array): { packed: Uint8Array; size: number }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out: { packed: Uint8Array; size: number }[] = [];
  let at = view.getUint32(bytes.length - 6, true);
  while (view.getUint32(at, true) === 0x02014b50) {
    const nameEnd = at + 46 + view.getUint16(at + 28, true);
    const local = view.getUint32(at + 42, true);
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const packed = bytes.subarray(start, start + view.getUint32(at + 20, true));
    if (MEMBERS.includes(new TextDecoder().decode(bytes.subarray(at + 46, nameEnd))))
      out.push({ packed, size: view.getUint32(at + 24, true) });
    at = nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return out;
}

async function measure(path: string, target: number, yardstick: string, limit: (bytes: Uint8Array) => () => unknown): Promise<Case> {
  const bytes = new Uint8Array(readFileSync(join(folder, path)));
  const source = sourceOfBytes(basename(path), bytes);
  const { rows } = await readCycling(source);
  const ms = await best(() => readCycling(source));
  const yardstickMs = await best(limit(bytes));
  return { ms, rows, rowsPerSecond: (rows / ms) * 1000, yardstick, yardstickMs, limitMs: (rows / target) * 1000 };
}

export async function cases(): Promise<Record<string, Case>> {
  return {
    "neware .ndax": await measure(NDAX, TARGET.ndax, "inflating the same members", (bytes) => {
      const members = packedMembers(bytes);
      return () => members.map(({ packed, size }) => inflateRawSync(packed, { maxOutputLength: size }));
    }),
    "neware .nda": await measure(NDA, TARGET.nda, "copying the same bytes", (bytes) => () => bytes.slice()),
  };
}
