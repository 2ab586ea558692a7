/**
 * BioLogic readers, one thread, warm: recognising the file and reading it into columns, those that EC-Lab computes
 * on export included. Yardstick in the same run: copying the same bytes.
 */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { findReader, sourceOfBytes } from "@thioscope/formats";
import type { Case } from "./run.ts";

const folder = process.env.THIOSCOPE_DATA ?? join(import.meta.dirname, "..", "..", "shared", "data");
const MPR = "echem/jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr";
const MPT = "echem/gcpl.issue_211.mpt";
/** rows per second that are the target for the .mpr, cells per second for the .mpt */
const TARGET = { mprRows: 10e6, mptCells: 1e6 };

/** Best of 30 after ten to warm up, in ms. */
async function best(work: () => unknown): Promise<number> {
  let ms = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 40; i++) {
    const began = performance.now();
    await work();
    if (i >= 10) ms = Math.min(ms, performance.now() - began);
  }
  return ms;
}

async function measure(path: string, limitMs: (rows: number, columns: number) => number): Promise<Case> {
  const bytes = new Uint8Array(readFileSync(join(folder, path)));
  const source = sourceOfBytes(basename(path), bytes);
  const read = async () => (await findReader(source)).read(source, {});
  const { rows, columns } = await read();
  const ms = await best(read);
  const copy = new Uint8Array(bytes.length);
  const yardstickMs = await best(() => copy.set(bytes));
  return {
    ms,
    rows,
    rowsPerSecond: (rows / ms) * 1000,
    yardstick: "copying the same bytes",
    yardstickMs,
    limitMs: limitMs(rows, columns.length),
  };
}

export async function cases(): Promise<Record<string, Case>> {
  return {
    ".mpr (BioLogic, 46,102 rows)": await measure(MPR, (rows) => (rows / TARGET.mprRows) * 1000),
    ".mpt (BioLogic, 2,767 rows × 41 columns)": await measure(MPT, (rows, columns) => ((rows * columns) / TARGET.mptCells) * 1000),
  };
}
