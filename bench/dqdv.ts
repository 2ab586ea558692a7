/**
 * dQ/dV per half cycle of a real file of 46,102 rows (where the data folder is absent: of a synthetic run as long),
 * by counting and by smoothing spline, and the whole cycle summary. Yardstick: one pass over the same columns, summing them.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { asFloat64, getColumn, makeTable, type Table } from "@thioscope/core";
import { differentialCapacity, halfCycles, smoothedCapacity, summariseCycling } from "@thioscope/core/cycling";
import { readCycling, sourceOfBytes } from "@thioscope/formats";
import type { Case } from "./run.ts";

const NAME = "jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr";
const folder = process.env["THIOSCOPE_DATA"] ?? join(import.meta.dirname, "..", "..", "shared", "data");
const REPEATS = 9;

async function load(): Promise<{ table: Table; name: string }> {
  const path = join(folder, "echem", NAME);
  if (existsSync(path))
    return { table: await readCycling(sourceOfBytes(NAME, new Uint8Array(readFileSync(path)))), name: "46,102-row .mpr" };
  const rows = 46_102;
  const half = Math.ceil(rows / 13);
  const column = (name: string, unit: string, at: (i: number) => number) => ({
    name,
    unit,
    values: Float64Array.from({ length: rows }, (_, i) => at(i)),
  });
  const sign = (i: number): number => (Math.floor(i / half) % 2 === 0 ? -1 : 1);
  const table = makeTable([
    column("test_time_second", "s", (i) => i * 10),
    column("voltage_volt", "V", (i) => 2.9 + sign(i) * (0.9 * ((i % half) / half) - 0.45) + 1e-4 * Math.sin(i * 12.9898)),
    column("current_ampere", "A", (i) => sign(i) * 1e-4),
  ]);
  return { table, name: "46,102 synthetic rows" };
}

/** Best of some runs after one to warm up, ms. */
function best(work: () => void): number {
  work();
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k < REPEATS; k++) {
    const began = performance.now();
    work();
    least = Math.min(least, performance.now() - began);
  }
  return least;
}

export async function cases(): Promise<Record<string, Case>> {
  const { table, name } = await load();
  const columns = ["test_time_second", "voltage_volt", "current_ampere"].map((c) => asFloat64(getColumn(table, c)));
  let sum = 0;
  const pass = best(() => {
    for (const column of columns) for (const value of column) sum += value;
  });
  if (Number.isNaN(sum)) throw new Error("the columns hold values that are not numbers");
  const halves = halfCycles(table);
  const count = halves.length;
  const timed = (work: () => void, limitMs?: number, parts = 1): Case => {
    const ms = best(work) / parts;
    const rows = table.rows / parts;
    const yardstick = parts === 1 ? "summing the same columns" : "summing the half cycle's columns";
    return {
      ms,
      rows,
      rowsPerSecond: (rows / ms) * 1000,
      yardstick,
      yardstickMs: pass / parts,
      ...(limitMs === undefined ? {} : { limitMs }),
    };
  };
  return {
    [`dQ/dV counted, per half cycle (${name})`]: timed(() => halves.forEach((half) => void differentialCapacity(half)), 5, count),
    [`dQ/dV by spline, per half cycle (${name})`]: timed(() => halves.forEach((half) => void smoothedCapacity(half)), 5, count),
    [`half cycles to dQ/dV, per half cycle (${name})`]: timed(
      () => halfCycles(table).forEach((half) => void differentialCapacity(half)),
      5,
      count,
    ),
    [`cycle summary (${name})`]: timed(() => summariseCycling(table)),
  };
}
