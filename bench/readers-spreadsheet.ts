/**
 * Spreadsheets, Arbin databases and PalmSens sessions, one thread, warm. Yardsticks: inflating the same members
 * (.xlsx), copying the same bytes (.res), parsing the same JSON (.pssession), in the same run.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { readCycling, sourceOfBytes } from "@thioscope/formats";
import { listZip } from "../packages/formats/src/bytes/zip.ts";
import type { Case } from "./run.ts";

const DATA = process.env["THIOSCOPE_DATA"] ?? join(import.meta.dirname, "..", "..", "shared", "data");
const WARM = 12;
const RUNS = 15;

async function median(work: () => unknown): Promise<number> {
  for (let i = 0; i < WARM; i++) await work();
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[RUNS >> 1]!;
}

/** Members of an archive, packed, as they lie in the file. */
async function packedMembers(bytes: Uint8Array): Promise<Uint8Array[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return (await listZip(sourceOfBytes("a", bytes)))
    .filter((member) => member.method === 8)
    .map(({ offset, compressedSize }) => {
      const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
      return bytes.subarray(start, start + compressedSize);
    });
}

interface Bench {
  path: string;
  /** rows per second that are aimed at */
  target?: number;
  yardstick: string;
  prepare(bytes: Uint8Array): Promise<() => unknown>;
}

const BENCHES: readonly Bench[] = [
  {
    path: "echem/bs542_004_gr_li_50ua_50mv_1v_191020_Channel_11.xlsx",
    target: 60_000,
    yardstick: "inflating its members",
    async prepare(bytes) {
      const members = await packedMembers(bytes);
      return () => members.map((member) => inflateRawSync(member));
    },
  },
  { path: "echem/arbin_example.res", yardstick: "copying its bytes", prepare: async (bytes) => () => bytes.slice() },
  {
    path: "echem/CV example.pssession",
    yardstick: "decoding and parsing its JSON",
    prepare: async (bytes) => () => JSON.parse(new TextDecoder("utf-16le").decode(bytes).replace(/\ufeff$/, "")),
  },
];

export async function cases(): Promise<Record<string, Case>> {
  const result: Record<string, Case> = {};
  for (const { path, target, yardstick, prepare } of BENCHES) {
    const file = join(DATA, path);
    if (!existsSync(file)) {
      console.error(`skipped: ${file} is absent`);
      continue;
    }
    const bytes = new Uint8Array(readFileSync(file));
    const name = path.slice(path.lastIndexOf("/") + 1);
    const source = sourceOfBytes(name, bytes);
    const { rows } = await readCycling(source);
    const ms = await median(() => readCycling(source));
    const yardstickMs = await median(await prepare(bytes));
    const limit = target === undefined ? {} : { limitMs: (1e3 * rows) / target };
    result[name] = { ms, rows, rowsPerSecond: (1e3 * rows) / ms, yardstick, yardstickMs, ...limit };
  }
  return result;
}
